"""`Spec`: frozen values that check themselves, go to JSON and back, and have a digest.

A spec is a frozen dataclass whose annotations are the whole truth about what it may hold. Fields are declared
with `quantity` (a number with a unit and bounds, which the lab turns into a slider), `choice`, or plain defaults.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

from rnnlab.spec import codec
from rnnlab.spec.errors import SpecError, shown

SCHEMA = 1
"""Number of the JSON layout. Raised when an old file can no longer be read as it stands."""


def quantity(
    default: Any = dataclasses.MISSING,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    soft: tuple[float, float] | None = None,
    step: float | None = None,
    start: Any = None,
    each: str = "",
    empty: str = "",
    help: str = "",
    kw_only: Any = dataclasses.MISSING,
) -> Any:
    """Declare a numeric field.

    Args:
        default: the value when none is given; left out, the field is required.
        unit: e.g. ``"ms"``; shown beside the number everywhere.
        low, high: inclusive bounds; a value outside is a `SpecError`.
        above: exclusive lower bound.
        soft: the range a slider offers, where that is narrower than what is allowed.
        step: the notch of that slider.
        start: what a form begins with where there is no default.
        each: the kind of thing, ``"unit"`` or ``"input"``, that there may be a number for each of.
        empty: what it means to give none, in a word or two, where that may be.
        help: one sentence for a person who hovers over the field.
        kw_only: whether it is given by name only; left out, as its class says.
    """
    bounds = {"low": low, "high": high, "above": above, "soft": soft, "step": step}
    facts = {"unit": unit, **bounds, "start": start, "each": each, "empty": empty, "help": help}
    metadata = {k: v for k, v in facts.items() if v is not None and v != ""}
    if default is dataclasses.MISSING:
        return field(metadata=metadata, kw_only=kw_only)
    return field(default=default, metadata=metadata, kw_only=kw_only)


@dataclass(frozen=True)
class Spec:
    """Base of every description. Subclass as a frozen dataclass; override `check` for rules across fields."""

    aliases: ClassVar[dict[str, str]] = {}
    """Names a reader accepts for this kind besides the class name."""

    elsewhere: ClassVar[dict[str, str]] = {}
    """Kinds that people look for where this one may stand, but that may not stand there: name -> what to do instead."""

    not_a_name: ClassVar[str] = ""
    """What to do instead where somebody gives a text (the name of a factor, say) in the place of this kind."""

    unused: ClassVar[tuple[str, ...]] = ()
    """Fields that this kind has from its base and no use for; forms leave them out."""

    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Heading -> fields that a form folds under it. Fields under no heading stand above them, in sight."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Refuse unknown fields by name before ``__init__`` would with a bare `TypeError`."""
        for name in kwargs:
            codec.known_field(cls, name, cls.__name__)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        codec.check_fields(self)
        self.check()

    def check(self) -> None:
        """Raise `SpecError` (see `refuse`) where fields contradict each other. Fields are already valid one by one."""

    def refuse(self, where: str, problem: str, *, remedy: str = "") -> SpecError:
        """A `SpecError` at field ``where`` (e.g. ``"epochs[1].name"``) of this value, ready to raise."""
        return SpecError(f"{type(self).__name__}.{where}", problem, remedy=remedy)

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed. ``a__b`` reaches into a nested spec."""
        deep: dict[str, dict[str, Any]] = {}
        flat: dict[str, Any] = {}
        for name, value in changes.items():
            head, _, rest = name.partition("__")
            if rest:
                deep.setdefault(head, {})[rest] = value
            else:
                flat[head] = value
        for name in (*flat, *deep):
            codec.known_field(type(self), name, type(self).__name__)
        flat |= {name: getattr(self, name).replace(**inner) for name, inner in deep.items()}
        return dataclasses.replace(self, **flat)

    def to_data(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and strings; ``kind`` is the class name."""
        return codec.encode(self)

    @classmethod
    def from_data(cls, data: Any, path: str = "") -> Self:
        """The inverse of `to_data`. Raises `SpecError` with the path of what is wrong."""
        return codec.decode(cls, data, path or cls.__name__.lower())

    def to_json(self, indent: int | None = 2) -> str:
        """A JSON document with the schema number."""
        return json.dumps({"rnnlab": SCHEMA, **self.to_data()}, indent=indent, allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes, path: str = "") -> Self:
        """The inverse of `to_json`. Nothing in the text is evaluated or imported."""
        path = path or cls.__name__.lower()
        data = codec.parse(text, path)
        if not isinstance(data, dict):
            raise SpecError(path, f"expected a JSON object, got {shown(data)}")
        schema = data.pop("rnnlab", SCHEMA)
        if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
            raise SpecError(f"{path}.rnnlab", f"not a schema number: {shown(schema)}")
        if schema > SCHEMA:
            raise SpecError(
                f"{path}.rnnlab",
                f"written in schema {schema}, this rnnlab reads up to {SCHEMA}",
                remedy="update rnnlab",
            )
        return cls.from_data(data, path)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of what differs from the defaults, in hexadecimal.

        Equal values have equal digests on every platform, and a kind that gains a field with a default keeps its
        digests. (Files state all fields, so they keep their meaning even if a default changes.)
        """
        canonical = json.dumps(codec.essence(self), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
