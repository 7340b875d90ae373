"""Where a new part of a description begins, as plain data: a form needs something to start from.

A field begins with its default, or with what its metadata say, or with the first name there is to refer to. Another
kind in the place of one keeps what both have: a fixed duration becomes a uniform one around it, and that a truncated
exponential between the same ends.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from rnnlab.spec import SpecError, codec
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.epochs import Remainder, Until
from rnnlab.tasks.scoring.base import Scoring

Names = Mapping[str, Sequence[str]]
"""Kind of thing (``"factor"``, ``"epoch"``, ``"input"``, ``"output"``) -> the names there are."""


def as_kind(kind: type, old: Mapping[str, Any] | None, names: Names) -> dict[str, Any]:
    """Data of a value of ``kind`` that keeps of ``old``, the data of another kind or None, what it can.

    >>> from rnnlab.tasks import Constant, Uniform
    >>> as_kind(Uniform, Constant(500).to_data(), {})
    {'kind': 'Uniform', 'low': 250.0, 'high': 750.0}
    """
    kept = dict(old or {})
    known = [kept, _numbers(kept) if issubclass(kind, (Draw, Until, Remainder)) else {}]
    data: dict[str, Any] = {"kind": kind.__name__}
    for field in dataclasses.fields(kind):
        there = (each[field.name] for each in known if field.name in each)
        fitting = (value for value in there if _fits(codec.hints(kind)[field.name], value, field.metadata))
        found = next(fitting, None)
        data[field.name] = _field(kind, field, names) if found is None else found
    return data


def another(annotation: Any, siblings: Sequence[Any], names: Names, refers: str = "") -> Any:
    """Data of one more item of a list: of the kind that is named first, the plainest, or the last one again.

    Scorings are of the first kind that is not there yet: one of a kind is enough.
    """
    table = {kind.__name__: kind for kind in codec.kinds(annotation).values()}
    if not table:
        return siblings[-1] if siblings else simplest(annotation, list(names.get(refers, ())))
    there = {item["kind"] for item in siblings}
    new = [kind for name, kind in table.items() if name not in there]
    once = issubclass(next(iter(table.values())), Scoring)
    made = as_kind((new if once and new else [*table.values()])[0], None, names)
    taken = [item.get("name") for item in siblings]
    if "name" in made and made["name"] in taken:
        made["name"] = next(n for i in range(2, len(taken) + 3) if (n := f"{made['name']} {i}") not in taken)
    return made


def simplest(annotation: Any, names: Sequence[str] = (), word: str = "") -> Any:
    """Data of a simple value: the first name where a name may stand, the first of several words, 1 for a number."""
    members = codec.members(annotation)
    if table := codec.kinds(annotation):
        return as_kind(next(iter(table.values())), None, {})
    if get_origin(members[0]) is Literal:
        return get_args(members[0])[0]
    if get_origin(members[0]) is tuple:
        inner = get_args(members[0])
        items = inner[:1] if inner[-1] is Ellipsis else inner
        return [] if codec.kinds(items[0]) else [simplest(item, names) for item in items]
    if str in members and (names or float not in members):
        return names[0] if names else word
    return {bool: False, int: 1}.get(members[0], 1.0)


def _field(kind: type, field: dataclasses.Field[Any], names: Names) -> Any:
    facts = field.metadata
    if field.default is not dataclasses.MISSING and not facts.get("needed"):
        return codec.encode(field.default)
    if "start" in facts:
        return codec.encode(facts["start"])
    annotation = codec.hints(kind)[field.name]
    if table := codec.kinds(annotation):
        return as_kind(next(iter(table.values())), None, names)
    if "refers" in facts:
        return simplest(annotation, list(names.get(facts["refers"], ())))
    return simplest(annotation, word=kind.__name__.lower())


def _fits(annotation: Any, data: Any, facts: Mapping[str, Any]) -> bool:
    try:
        codec.check_bounds(codec.decode(annotation, data, ""), facts, "")
    except SpecError:
        return False
    return True


def _numbers(old: Mapping[str, Any]) -> dict[str, Any]:
    """What a draw can begin with, from where the numbers of another draw (or none) lie."""
    low, high = _ends(old)
    middle = old.get("value", old.get("mean", (low + high) / 2))
    if low == high:
        low, high = sorted((0.5 * low, 1.5 * low)) if low else (-0.5, 0.5)
    found = {"low": low, "high": high, "value": middle, "mean": abs(middle) or 1.0, "sd": (high - low) / 4}
    return {**found, "values": [low, high]}


def _ends(old: Mapping[str, Any]) -> tuple[float, float]:
    if "total" in old:
        return 0.25 * old["total"], 0.25 * old["total"]
    if "sd" in old and "low" not in old:
        return old["mean"] - 2 * old["sd"], old["mean"] + 2 * old["sd"]
    numbers = [*old.get("values", ()), *(old[name] for name in ("value", "low", "high") if name in old)]
    numbers = [number for number in numbers if isinstance(number, int | float)]
    return (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
