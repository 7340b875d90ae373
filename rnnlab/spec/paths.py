"""Fields of a spec by their path: ``training.learning_rate``, ``task.epochs[1].duration``, ``task.epochs.delay.when``.

A key after a dot or in brackets is a field of a spec, a position in a list, or the name of an item of a list.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar, get_args, get_origin

from rnnlab.spec import codec
from rnnlab.spec.base import Spec
from rnnlab.spec.errors import SpecError, did_you_mean, shown

S = TypeVar("S", bound=Spec)

Keys = tuple[str, ...]


class _Part(NamedTuple):
    """Something in a spec: its field name or position, what is there, what may be, and where that is."""

    name: Any
    value: Any
    annotation: Any
    place: str


def keys(path: str) -> Keys:
    """The steps of a path.

    Example:
        >>> keys("task.epochs[1].duration")
        ('task', 'epochs', '1', 'duration')
    """
    return tuple(key for key in re.split(r"[.\[\]]+", path) if key)


def value_at(spec: Spec, path: str) -> Any:
    """What a spec holds at a path.

    Raises:
        SpecError: the path leads nowhere.
    """
    return _part(spec, path).value


def located(spec: Spec, path: str) -> tuple[str | int, ...]:
    """A path as names of fields and positions in lists, whether it names an item or counts.

    Raises:
        SpecError: the path leads nowhere.

    Example:
        >>> import rnnlab as rl
        >>> located(rl.tasks.get("xor"), "epochs.decision.duration")
        ('epochs', 1, 'duration')
    """
    part, found = _root(spec), []
    for key in keys(path):
        part = _inside(part, key)
        found.append(part.name)
    return tuple(found)


def typed(spec: Spec, path: str, value: Any) -> Any:
    """``value``, plain data perhaps, as the field at ``path`` wants it.

    Raises:
        SpecError: the path leads nowhere, or the value does not fit there.
    """
    part = _part(spec, path)
    return codec.decode(part.annotation, value, part.place)


def with_values(spec: S, values: Mapping[str, Any]) -> S:
    """The spec with other values at some paths, all at once, so that fields which depend on each other may both change.

    Raises:
        SpecError: a path leads nowhere, or a value does not fit.

    Example:
        >>> import rnnlab as rl
        >>> with_values(rl.Training(), {"learning_rate": 0.1, "optimiser.epsilon": 1e-6}).optimiser.epsilon
        1e-06
    """
    changed: S = _changed(_root(spec), {keys(path): value for path, value in values.items()})
    return changed


def differences(before: Any, after: Any) -> dict[tuple[str | int, ...], Any]:
    """The fields of a spec in which another one of its kind differs, with what is there: by names and positions.

    Example:
        >>> import rnnlab as rl
        >>> rate = rl.Training(learning_rate=0.1, optimiser=rl.runs.Adam(epsilon=1e-6))
        >>> differences(rl.Training(), rate)
        {('learning_rate',): 0.1, ('optimiser', 'epsilon'): 1e-06}
    """
    inner: dict[str | int, tuple[Any, Any]] = {}
    if isinstance(before, Spec) and type(before) is type(after):
        names = [field.name for field in dataclasses.fields(before)]
        inner = {name: (getattr(before, name), getattr(after, name)) for name in names}
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        specs = all(isinstance(each, Spec) for each in (*before, *after))
        inner = dict(enumerate(zip(before, after, strict=True))) if specs else {}
    if not inner:
        return {} if before == after else {(): after}
    found = {key: differences(*each) for key, each in inner.items()}
    return {(key, *path): value for key, under in found.items() for path, value in under.items()}


def _root(spec: Spec) -> _Part:
    return _Part("", spec, type(spec), type(spec).__name__.lower())


def _part(spec: Spec, path: str) -> _Part:
    part = _root(spec)
    for key in keys(path):
        part = _inside(part, key)
    return part


def _inside(whole: _Part, key: str) -> _Part:
    value, place = whole.value, whole.place
    if isinstance(value, Spec):
        kind: type = type(value)
        try:
            codec.known_field(kind, key, place)
        except SpecError as error:
            raise SpecError(error.path, error.problem, remedy=_instead(value, key, place, error.remedy)) from None
        return _Part(key, getattr(value, key), codec.hints(kind)[key], f"{place}.{key}")
    if isinstance(value, tuple):
        i = _position(value, key, place)
        return _Part(i, value[i], _item(whole.annotation, i), f"{place}[{i}]")
    raise SpecError(f"{place}.{key}", f"{place} is {shown(value)}, which has no fields")


def _instead(spec: Spec, key: str, place: str, remedy: str) -> str:
    """What to give instead of a field that a spec has not: the numbers of a part of it that is called about the same,
    or else what is there and how a part is named."""
    parts = dict(_named_numbers(spec))
    close = get_close_matches(key, parts, n=1, cutoff=0.6)
    if not parts or remedy.startswith("did you mean"):
        return remedy
    path = f"{place.removeprefix('experiment.')}.{parts[close[0] if close else next(iter(parts))]}"
    return f"did you mean {path!r}?" if close else f"{remedy}; a part is given by its name, {path!r} say"


def _named_numbers(spec: Spec) -> Iterator[tuple[str, str]]:
    """The names of items of a spec's lists, each with the path of the first numbers in it."""
    for field in dataclasses.fields(spec):
        items = getattr(spec, field.name)
        for item in items if isinstance(items, tuple) else ():
            if isinstance(item, Spec) and hasattr(item, "name") and (inner := _first_number(item)):
                yield item.name, f"{field.name}.{item.name}.{inner}"


def _first_number(spec: Spec) -> str:
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        inner = _first_number(value) if isinstance(value, Spec) else ""
        first = value[0] if isinstance(value, tuple) and value else value
        if inner or (isinstance(first, int | float) and not isinstance(first, bool)):
            return f"{field.name}.{inner}" if inner else field.name
    return ""


def _position(items: tuple[Any, ...], key: str, place: str) -> int:
    names = {item.name: i for i, item in enumerate(items) if hasattr(item, "name")}
    if key in names:
        return names[key]
    if key.isdecimal() and int(key) < len(items):
        return int(key)
    remedy = did_you_mean(key, names) if names else f"give a number below {len(items)}" if items else "put one there"
    raise SpecError(f"{place}.{key}", f"there is no item {key!r} in a list of {len(items)}", remedy=remedy)


def _item(annotation: Any, i: int) -> Any:
    """What a list's annotation says of one item."""
    for member in codec.members(annotation):
        if get_origin(member) is tuple:
            inner = get_args(member)
            return inner[0] if inner[-1] is Ellipsis else inner[i]
    return Any


def _changed(part: _Part, values: Mapping[Keys, Any]) -> Any:
    if () in values:
        return codec.decode(part.annotation, values[()], part.place)
    inner: dict[str, dict[Keys, Any]] = {}
    for (first, *rest), value in values.items():
        inner.setdefault(first, {})[tuple(rest)] = value
    parts = {key: _inside(part, key) for key in inner}
    new = {parts[key].name: _changed(parts[key], rest) for key, rest in inner.items()}
    if isinstance(part.value, tuple):
        return tuple(new.get(i, item) for i, item in enumerate(part.value))
    try:
        return dataclasses.replace(part.value, **new)
    except SpecError as error:
        if error.path.startswith(f"{part.place}."):  # it names the place from the root already
            raise
        raise error.moved(type(part.value).__name__, part.place) from None
