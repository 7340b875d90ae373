"""Names that one part of a task uses for another: a signal's epochs, a derived factor's sources.

A field declared with `names` holds names of one kind of thing. `references` finds every such name inside a spec, so
that unknown names are refused in one place, with the path of the field.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeVar

from rnnlab.spec import Spec

Named = Literal["factor", "epoch", "input", "output"]

S = TypeVar("S", bound=Spec)


def names(
    what: Named,
    default: Any = dataclasses.MISSING,
    *,
    help: str = "",
    unit: str = "",
    empty: str = "",
    start: Any = None,
    needed: bool = False,
    ordered: bool = False,
    among: str = "",
    **bounds: Any,
) -> Any:
    """Declare a field that names a factor, an epoch or a channel (numbers beside names are left alone).

    Args:
        what: the kind of thing named.
        default: the value when none is given; left out, the field is required. An empty string names nothing.
        help: one sentence for a person who hovers over the field.
        unit: of a number that may stand there instead.
        empty: what it means to name none, in a word or two.
        start: what a form begins with; left out, the first name there is.
        needed: whether a name has to be given although there is a default.
        ordered: whether the order of several names means something, or one may come twice.
        among: those that suit, where not all do: ``"counting"`` are the factors that count 0, 1, 2 ...
        bounds: ``low``, ``high``, ``above``, ``soft`` and ``step`` of a number that may stand there, as of
            `rnnlab.spec.quantity`; a factor has to keep within ``low`` and ``above`` too.
    """
    facts = {"help": help, "unit": unit, "empty": empty, "start": start, "needed": needed, "ordered": ordered}
    facts["among"] = among
    metadata = {"refers": what} | {name: fact for name, fact in facts.items() if fact} | bounds
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def references(spec: Spec, what: Named) -> Iterator[tuple[str, str]]:
    """Every (path inside ``spec``, name) by which ``spec`` refers to a thing of kind ``what``."""
    for f in dataclasses.fields(spec):
        value = getattr(spec, f.name)
        if f.metadata.get("refers") == what:
            if not (value == "" and f.default == ""):
                yield from _strings(value, f.name)
        elif isinstance(value, Spec):
            yield from ((f"{f.name}.{path}", name) for path, name in references(value, what))
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, Spec):
                    yield from ((f"{f.name}[{i}].{path}", name) for path, name in references(item, what))


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _strings(item, f"{path}[{i}]")


def renamed(spec: S, what: Named, new: Mapping[str, str]) -> S:
    """``spec`` with every reference to a thing of kind ``what`` exchanged, old name -> new name; others stay.

    The thing's own name is not a reference, and stays too.
    """
    changes = {}
    for f in dataclasses.fields(spec):
        value = getattr(spec, f.name)
        exchanged = _exchanged(value, new) if f.metadata.get("refers") == what else _inside(value, what, new)
        if exchanged is not value:
            changes[f.name] = exchanged
    return dataclasses.replace(spec, **changes) if changes else spec


def _exchanged(value: Any, new: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return new.get(value, value)
    if isinstance(value, tuple):
        return _same(value, tuple(_exchanged(item, new) for item in value))
    return value


def _inside(value: Any, what: Named, new: Mapping[str, str]) -> Any:
    if isinstance(value, Spec):
        return renamed(value, what, new)
    if isinstance(value, tuple):
        return _same(value, tuple(_inside(item, what, new) for item in value))
    return value


def _same(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """The old one, where every item of the new one is the old one's."""
    return old if all(a is b for a, b in zip(old, new, strict=True)) else new
