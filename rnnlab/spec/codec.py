"""Specs to plain data and back, driven by their annotations.

The annotation of a field is the closed table of what a file may name there: a union of spec classes lists the
``kind``s allowed, a `Literal` the words, a `tuple` a list. Nothing is imported or evaluated on behalf of a file.
"""

from __future__ import annotations

import dataclasses
import json
import math
import types
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from rnnlab.spec.errors import SpecError, did_you_mean, shown
from rnnlab.spec.live import Live

if TYPE_CHECKING:
    from rnnlab.spec.base import Spec

MAX_CHARACTERS = 20_000_000
"""A spec file longer than this is refused before it is parsed."""

MAX_DEPTH = 64
"""A spec file nested deeper than this is refused before it is read."""

MAX_NAME = 60
"""Longer names of unknown fields are not repeated in a message."""

NOT_FINITE = "is not a finite number"
"""What an error says of an infinity, of no number at all and of a whole number beyond 1e308."""


@cache
def hints(cls: type) -> dict[str, Any]:
    """Field name -> resolved annotation, for the dataclass fields of ``cls``."""
    resolved = get_type_hints(cls)
    return {f.name: resolved[f.name] for f in dataclasses.fields(cls) if f.init}


@cache
def _metadata(cls: type) -> dict[str, Any]:
    return {f.name: f.metadata for f in dataclasses.fields(cls)}


def _is_spec(annotation: Any) -> bool:
    return isinstance(annotation, type) and dataclasses.is_dataclass(annotation)


def members(annotation: Any) -> tuple[Any, ...]:
    """What a union admits, or the annotation by itself."""
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)


@cache
def kinds(annotation: Any) -> dict[str, type]:
    """Kind name -> class, for every spec class an annotation admits (aliases included)."""
    table: dict[str, type] = {}
    for member in members(annotation):
        if _is_spec(member) and not _is_live(member):
            table[member.__name__] = member
            table |= dict.fromkeys(member.aliases, member)
    return table


def known_field(cls: type, name: str, path: str) -> None:
    """Raise unless ``cls`` has a field of that name."""
    if name not in hints(cls):
        place = f"{path}.{name}" if len(name) <= MAX_NAME else path
        raise SpecError(place, f"{cls.__name__} has no field {shown(name)}", remedy=did_you_mean(name, hints(cls)))


# ---------------------------------------------------------------------------------------------- checking values


def check_fields(spec: Spec) -> None:
    """Check and normalise every field of a freshly made spec against its annotation and bounds."""
    cls: type = type(spec)
    metadata = _metadata(cls)
    for name, annotation in hints(cls).items():
        place = f"{cls.__name__}.{name}"
        value = _conform(annotation, getattr(spec, name), place)
        check_bounds(value, metadata[name], place)
        object.__setattr__(spec, name, value)


def check_bounds(value: Any, facts: Any, path: str) -> None:
    """Raise unless a number, or every number in a list, is within the bounds that a field's metadata give."""
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            check_bounds(item, facts, f"{path}[{i}]")
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    low, high, above = facts.get("low"), facts.get("high"), facts.get("above")
    fits = (low is None or value >= low) and (high is None or value <= high) and (above is None or value > above)
    if fits:
        return
    wanted = [
        f"at least {low:g}" if low is not None else "",
        f"more than {above:g}" if above is not None else "",
        f"at most {high:g}" if high is not None else "",
    ]
    unit = f" {facts['unit']}" if facts.get("unit") else ""
    allowed = " and ".join(w for w in wanted if w)
    given = shown(value).removesuffix(".0") + unit
    raise SpecError(path, f"{given} is out of range", value=value, remedy=f"give {allowed}{unit}")


def _is_live(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Live)


def _conform(annotation: Any, value: Any, path: str) -> Any:
    """``value`` as the annotation wants it (lists become tuples, ints become floats), or a `SpecError`."""
    if type(value) in kinds(annotation).values():
        return value
    if isinstance(value, tuple(filter(_is_live, members(annotation)))):
        return value
    problems: list[SpecError] = []
    writable = [member for member in members(annotation) if not _is_live(member)]
    for member in sorted(writable, key=lambda m: m is not type(value)):
        try:
            return _conform_to_one(member, value, path)
        except SpecError as error:
            problems.append(error)
    if isinstance(value, str) and (table := kinds(annotation)):
        return _from_bare_name(table, value, path)
    if type(value).__name__ in _elsewhere(kinds(annotation)):
        raise _unknown_kind(kinds(annotation), type(value).__name__, path)
    inside = problems if len(problems) == 1 else [p for p in problems if p.path != path]
    if len(inside) == 1:  # the only kind that could be meant: it names the place
        raise inside[0]
    remedy = f"give {_describe(annotation)}"
    if any(p.path == path and p.problem.endswith(NOT_FINITE) for p in problems):
        finite = remedy.replace("a number", "a finite number", 1)
        raise SpecError(path, f"{shown(value)} {NOT_FINITE}", value=value, remedy=finite)
    raise SpecError(path, f"{shown(value)} does not fit", value=value, remedy=remedy)


def _elsewhere(table: dict[str, type]) -> dict[str, str]:
    """Kinds that may not stand where those of the table may, each with what to do instead."""
    return {name: remedy for kind in table.values() for name, remedy in getattr(kind, "elsewhere", {}).items()}


def _unknown_kind(table: dict[str, type], name: Any, path: str) -> SpecError:
    elsewhere = {_plain(kind): remedy for kind, remedy in _elsewhere(table).items() if kind not in table}
    remedy = elsewhere.get(_plain(str(name))) or did_you_mean(name, table)
    return SpecError(path, f"unknown kind {shown(name)}", value=name, remedy=remedy)


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "")


def _from_bare_name(table: dict[str, type], name: str, path: str) -> Any:
    """A kind that needs no arguments may be given by its bare name: ``nonlinearity="tanh"``."""
    cls = {_plain(kind): cls for kind, cls in table.items()}.get(_plain(name))
    if cls is None:
        error = _unknown_kind(table, name, path)
        told = " ".join(filter(None, (getattr(kind, "not_a_name", "") for kind in table.values())))
        raise SpecError(path, error.problem, value=name, remedy="; ".join(filter(None, (told, error.remedy))))
    try:
        return cls()
    except SpecError as error:
        raise error.moved(cls.__name__, path) from None
    except TypeError:
        raise SpecError(
            path, f"{cls.__name__} needs arguments", value=name, remedy=f"give {cls.__name__}(...)"
        ) from None


def _conform_to_one(annotation: Any, value: Any, path: str) -> Any:
    if annotation is Any:
        return value
    if annotation is None or annotation is type(None):
        if value is None:
            return None
        raise SpecError(path, f"{shown(value)} is not None", value=value)
    if _is_spec(annotation):
        if isinstance(value, annotation):
            return value
        raise SpecError(
            path,
            f"expected {annotation.__name__}, got {shown(value)}",
            value=value,
            remedy=_remedy_for(annotation, value),
        )
    origin = get_origin(annotation)
    if origin is Literal:
        if isinstance(value, str | int | float | bool) and any(_same(value, word) for word in get_args(annotation)):
            return value
        words = [str(word) for word in get_args(annotation)]
        raise SpecError(path, f"unknown value {shown(value)}", value=value, remedy=_one_of(value, words))
    if origin is tuple:
        return _conform_tuple(annotation, value, path)
    return _conform_scalar(annotation, value, path)


def _one_of(value: Any, words: list[str]) -> str:
    """The remedy for a word that is none of few: all of them, after the closest one."""
    remedy, known = did_you_mean(value, words), did_you_mean("", words)
    return remedy if remedy == known else f"{remedy} ({known})"


def _same(value: Any, word: Any) -> bool:
    return type(value) is type(word) and value == word


def _remedy_for(annotation: Any, value: Any) -> str:
    return did_you_mean(type(value).__name__, kinds(annotation)) if dataclasses.is_dataclass(value) else ""


def _conform_tuple(annotation: Any, value: Any, path: str) -> tuple[Any, ...]:
    if isinstance(value, str | bytes | dict) or not hasattr(value, "__iter__"):
        raise SpecError(
            path, f"expected a list, got {shown(value)}", value=value, remedy=f"give {_describe(annotation)}"
        )
    items = list(value)
    inner = get_args(annotation)
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_conform(inner[0], item, f"{path}[{i}]") for i, item in enumerate(items))
    if len(items) != len(inner):
        raise SpecError(path, f"expected {len(inner)} values, got {len(items)}", value=value)
    return tuple(_conform(a, item, f"{path}[{i}]") for i, (a, item) in enumerate(zip(inner, items, strict=True)))


def _conform_scalar(annotation: Any, value: Any, path: str) -> Any:
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()  # NumPy scalars come from sliders and grids
    if annotation is float and isinstance(value, int | float) and not isinstance(value, bool):
        return _finite(value, path)
    if annotation is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if (
        annotation in (int, str, bool)
        and isinstance(value, annotation)
        and not (annotation is int and isinstance(value, bool))
    ):
        return value if not isinstance(value, str) else _text(value, path)
    remedy = f"give {_EXAMPLES[annotation]}" if annotation in _EXAMPLES else ""
    raise SpecError(path, f"expected {_describe(annotation)}, got {shown(value)}", value=value, remedy=remedy)


def _finite(value: float, path: str) -> float:
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond 1e308
        number = math.inf
    if not math.isfinite(number):
        raise SpecError(path, f"{number} {NOT_FINITE}", value=value, remedy="give a finite number")
    return number + 0.0  # -0 becomes 0: equal values, equal digests


def _text(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise SpecError(path, f"{shown(value)} is not valid Unicode text", value=value) from None
    return value


_EXAMPLES = {
    float: "a finite number, e.g. 0.5",
    int: "a finite whole number, e.g. 10",
    str: "text in quotes",
    bool: "True or False",
}
_WORDS = {float: "a number", int: "a whole number", str: "text", bool: "true or false", type(None): "nothing"}


def _describe(annotation: Any) -> str:
    """An annotation in words, for messages."""
    if len(admitted := members(annotation)) > 1:
        return " or ".join(_describe(m) for m in admitted)
    if annotation in _WORDS:
        return _WORDS[annotation]
    if get_origin(annotation) is Literal:
        return " or ".join(repr(word) for word in get_args(annotation))
    if get_origin(annotation) is tuple:
        inner = [a for a in get_args(annotation) if a is not Ellipsis]
        return "a list of " + ", ".join(_describe(a) for a in inner)
    return getattr(annotation, "__name__", str(annotation))


# ------------------------------------------------------------------------------------------------ data and back


def encode(value: Any) -> Any:
    """A spec (or anything inside one) as plain data."""
    if isinstance(value, Live):
        raise value.not_citable()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {"kind": type(value).__name__} | {name: encode(getattr(value, name)) for name in hints(type(value))}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    return value


def essence(value: Any) -> Any:
    """`encode`, without the fields that have their default value."""
    if isinstance(value, Live):
        raise value.not_citable()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        told = [f.name for f in dataclasses.fields(value) if f.init and getattr(value, f.name) != f.default]
        return {"kind": type(value).__name__} | {name: essence(getattr(value, name)) for name in told}
    if isinstance(value, tuple):
        return [essence(item) for item in value]
    return value


def decode(annotation: Any, data: Any, path: str) -> Any:
    """Plain data as a value of ``annotation``; every error carries the path of what is wrong."""
    table = kinds(annotation)
    if isinstance(data, dict) and table:
        return _decode_spec(table, data, path)
    if isinstance(data, list):
        for member in members(annotation):
            if get_origin(member) is tuple:
                inner = get_args(member)
                each = [inner[0]] * len(data) if inner[-1] is Ellipsis else list(inner)
                if len(each) != len(data):
                    raise SpecError(path, f"expected {len(each)} values, got {len(data)}", value=data)
                return tuple(
                    decode(a, item, f"{path}[{i}]") for i, (a, item) in enumerate(zip(each, data, strict=True))
                )
    return _conform(annotation, data, path)


def _decode_spec(table: dict[str, type], data: dict[str, Any], path: str) -> Any:
    given = dict(data)
    single = next(iter(table)) if len({*table.values()}) == 1 else None
    kind = given.pop("kind", single)
    if kind is None:
        raise SpecError(path, "no kind given", value=data, remedy="known: " + ", ".join(sorted(table)))
    if not isinstance(kind, str) or kind not in table:
        raise _unknown_kind(table, kind, path)
    cls = table[kind]
    annotations = hints(cls)
    for name in given:
        known_field(cls, name, path)
    values = {name: decode(annotations[name], item, f"{path}.{name}") for name, item in given.items()}
    for f in dataclasses.fields(cls):
        required = f.init and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        if required and f.name not in values:
            raise SpecError(f"{path}.{f.name}", "is missing", remedy=f"give {_describe(annotations[f.name])}")
    try:
        return cls(**values)
    except SpecError as error:
        raise error.moved(cls.__name__, path) from None


def parse(text: str | bytes, path: str) -> Any:
    """Strict JSON: no NaN, no infinities, no duplicate keys, bounded size and depth."""
    if not isinstance(text, str | bytes | bytearray):
        remedy = "give what to_json() makes" + (", or use from_data()" if isinstance(text, dict) else "")
        raise SpecError(path, f"expected JSON text, got {shown(text)}", value=text, remedy=remedy)
    if len(text) > MAX_CHARACTERS:
        raise SpecError(path, f"{len(text)} characters are more than the {MAX_CHARACTERS} a description may have")
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except RecursionError:
        raise SpecError(path, "nested too deeply") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise SpecError(path, f"not valid JSON: {error}", remedy="is the file complete?") from None
    _check_depth(data, path, MAX_DEPTH)
    return data


def _check_depth(data: Any, path: str, left: int) -> None:
    if not isinstance(data, dict | list):
        return
    if left == 0:
        raise SpecError(path, "nested too deeply", remedy=f"descriptions are at most {MAX_DEPTH} levels deep")
    for item in data.values() if isinstance(data, dict) else data:
        _check_depth(item, path, left - 1)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise ValueError(f"key {key!r} appears twice")
        table[key] = value
    return table
