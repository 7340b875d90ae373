"""Where a new part of a description begins, as plain data: a form needs something to start from.

A field begins with its default, or with what its metadata say, or with the first name there is to refer to. Another
kind in the place of one keeps what both have: a fixed duration becomes a uniform one around it, and that a truncated
exponential between the same ends.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from rnnlab.spec import SpecError, codec
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.epochs import Remainder, Until
from rnnlab.tasks.scoring.base import Scoring

Names = Mapping[str, Sequence[str]]
"""Kind of thing (``"factor"``, ``"epoch"``, ``"input"``, ``"output"``) -> the names there are.

Where ``"counting"`` is among them, it holds the factors that count 0, 1, 2 ...; an empty ``"noisy"`` says that there is
no place for noise."""


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


@dataclass(frozen=True)
class Beginning:
    """Several data that a new part may begin with, the most fitting first: a form takes the first that can be.

    What can be is for the whole task to say: a look-up table has to be as long as its factor counts, a choice among
    outputs needs two of them.
    """

    candidates: tuple[dict[str, Any], ...]


def beginning(kind: type, old: Mapping[str, Any] | None, names: Names) -> Beginning:
    """Data of `as_kind`, and what may stand in its place: the old value inside a new one of its sort, other names,
    longer tables, later times, other inner kinds.

    >>> from rnnlab.tasks import Lookup
    >>> [each["table"] for each in beginning(Lookup, None, {"factor": ["f"]}).candidates][:3]
    [[0.0, 1.0], [0.0, 1.0, 2.0], [0.0, 1.0, 2.0, 3.0]]
    """
    longest = max((len(there) for there in names.values()), default=1)
    turned = [as_kind(kind, old, _turned(names, by)) for by in range(min(max(longest, 1), MOST_TURNS))]
    varied = (each for variants in _VARIANTS for data in turned for each in variants(kind, data, names))
    found = [*_around(kind, turned[0], old), *turned, *varied]
    return Beginning(tuple(data for i, data in enumerate(found) if data not in found[:i]))


MOST_TURNS = 12
"""So many names are tried at most."""


def _turned(names: Names, by: int) -> Names:
    """The names with others first."""
    turns = {what: by % len(there) if there else 0 for what, there in names.items()}
    return {what: [*there[turns[what] :], *there[: turns[what]]] for what, there in names.items()}


def _around(kind: type, data: dict[str, Any], old: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    """A scoring of others that holds the one before it."""
    if issubclass(kind, Scoring) and old and old["kind"] in _parts(kind):
        yield _holding(kind, data, dict(old))


def _holding(kind: type[Scoring], data: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A scoring with another one in it, and without what that one says."""
    fields = [field for field in dataclasses.fields(kind) if field.name in kind.unused]
    unused = {field.name: codec.encode(field.default) for field in fields}
    return data | unused | {"of": [part] if isinstance(data["of"], list) else part}


def _parts(kind: type) -> dict[str, type]:
    """The kinds of scorings that one holds."""
    annotation = codec.hints(kind).get("of")
    listed = get_args(annotation)[0] if get_origin(annotation) is tuple else annotation
    return {} if annotation is None else dict(codec.kinds(listed))


def _longer(kind: type, data: dict[str, Any], _: Names) -> Iterator[dict[str, Any]]:
    """With longer tables."""
    for field in dataclasses.fields(kind):
        if isinstance(field.metadata.get("start"), tuple) and "refers" in field.metadata:
            yield from (data | {field.name: [float(i) for i in range(n)]} for n in TABLES)


TABLES = (3, 4, 5, 6, 8, 12, 16, 24, 32)
"""How long tables are tried."""


def _later(kind: type, data: dict[str, Any], _: Names) -> Iterator[dict[str, Any]]:
    """With later times in the trial."""
    if issubclass(kind, (Until, Remainder)):
        times = {name: value for name, value in data.items() if isinstance(value, float)}
        yield from (data | {name: 2**i * value for name, value in times.items()} for i in range(1, 5))


def _looking(kind: type, data: dict[str, Any], names: Names) -> Iterator[dict[str, Any]]:
    """Scorings that look at one output or two, or choose by a threshold, or hold others."""
    if not issubclass(kind, Scoring):
        return
    outputs = list(names.get("output", ()))
    if "outputs" not in kind.unused:
        yield from (data | {"outputs": outputs[:n]} for n in (1, 2))
    if "threshold" in data:
        yield data | {"threshold": 0.5}
    parts = (each for part in _parts(kind).values() for each in _plain(part, names))
    yield from (_holding(kind, data, part) for part in parts)


def _plain(kind: type, names: Names) -> list[dict[str, Any]]:
    """A scoring that holds no other, and what may stand in its place."""
    data = as_kind(kind, None, names)
    return [] if "of" in data else [data, *_looking(kind, data, names)]


_VARIANTS = (_longer, _later, _looking)


def wanting(kind: type, names: Names) -> str:
    """What a part of this kind needs of which there is nothing: ``"factor"``, ``"input"`` ...; "" where it can be made.

    >>> from rnnlab.tasks import Lookup
    >>> wanting(Lookup, {"factor": []}), wanting(Lookup, {"factor": ["f"]})
    ('factor', '')
    """
    if getattr(kind, "noise", False) and not names.get("noisy", ("inputs",)):
        return "noisy"
    if len(names.get("output", "00")) < getattr(kind, "least_outputs", 0):
        return "output"
    for field in dataclasses.fields(kind):
        has_default = field.default is not dataclasses.MISSING and not field.metadata.get("needed")
        if "refers" in field.metadata and not has_default and not _there(field.metadata, names):
            return str(field.metadata["refers"])
    return ""


def _there(facts: Mapping[str, Any], names: Names) -> list[str]:
    """The names that a field may name; those that suit it where that is known."""
    return list(names.get(facts.get("among", ""), names.get(facts["refers"], ())))


def another(annotation: Any, siblings: Sequence[Any], names: Names, refers: str = "") -> Any:
    """Data of one more item of a list: of the kind that is named first, the plainest, or the last one again.

    Scorings are the last one again: what differs between several is most often the outputs that they look at.
    """
    table = {kind.__name__: kind for kind in codec.kinds(annotation).values()}
    if not table:
        return siblings[-1] if siblings else simplest(annotation, list(names.get(refers, ())))
    plainest = next(iter(table.values()))
    if siblings and issubclass(plainest, Scoring):
        return siblings[-1]
    made = as_kind(plainest, None, names)
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
        return simplest(annotation, _there(facts, names))
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
