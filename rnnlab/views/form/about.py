"""What a form has to know of the place that it edits, read from the annotation and metadata of the field."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from rnnlab.spec import codec
from rnnlab.tasks.beginnings import Names
from rnnlab.views.facts import OPTIONS, Facts, label_of

Path = tuple[str | int, ...]
"""Where in a value: names of fields and places in lists, from the outside."""

Say = Callable[[Path, Any], None]
"""Called with the place (seen from the caller) and the data that a person wants there."""


@dataclass(frozen=True)
class Unread:
    """Said instead of data where a box holds nothing that can be read; ``problem`` says why not."""

    problem: str


@dataclass
class Known:
    """What all parts of a form share: the names that can be referred to now, and what makes a part, and the fields of
    a description."""

    names: Names
    make: Callable[..., Any]
    fields: Callable[..., Any]


@dataclass(frozen=True)
class About:
    """One place of a value.

    Attributes:
        annotation: what may stand there.
        label: what it is called on the screen.
        unit: of its numbers; ``soft`` and ``step`` are the ends and the notch of a slider, None where there is none.
        help: one sentence.
        allowed: which numbers may stand there, in words; nothing: any.
        refers: the kind of thing that names there name, or nothing.
        empty: what it means to give none.
        needed: whether a name has to be given.
        ordered: whether the order of names matters.
        start: a number to begin with.
        each: the kind of thing that a list has a number for each of, where that is known.
        options: words on the screen -> values, where the values' own words are not the best.
        outermost: whether it is the whole value of the form.
        without: its fields that mean nothing there.
    """

    annotation: Any
    label: str
    unit: str = ""
    soft: tuple[float, float] | None = None
    step: float | None = None
    help: str = ""
    allowed: str = ""
    refers: str = ""
    empty: str = ""
    needed: bool = False
    ordered: bool = False
    start: Any = None
    each: str = ""
    options: Mapping[str, Any] | None = None
    outermost: bool = False
    without: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[Any, ...]:
        """What the annotation admits."""
        return codec.members(self.annotation)

    @property
    def item(self) -> Any:
        """The annotation of the items of a list of any length; None where it is no such list."""
        inner = get_args(self.listed)
        return inner[0] if len(inner) == 2 and inner[1] is Ellipsis else None

    @property
    def listed(self) -> Any:
        """The list among what the annotation admits, or None."""
        return next((member for member in self.members if get_origin(member) is tuple), None)

    @property
    def single(self) -> Any:
        """What it admits that is no list; None where a list, or nothing, is all."""
        rest = tuple(member for member in self.members if member is not self.listed and member is not type(None))
        return Union[rest] if self.listed is not None and rest else None  # noqa: UP007  # made of a tuple

    @property
    def facts(self) -> Facts:
        """The same, as a control wants it."""
        low, high = self.soft or (0.0, 1.0)
        return Facts(
            "",
            self.label,
            unit=self.unit,
            low=low,
            high=high,
            step=self.step,
            help=self.help,
            empty=self.empty or "none",
        )

    def within(self, annotation: Any, label: str) -> About:
        """A part of this place, which inherits all that is said of it."""
        return dataclasses.replace(self, annotation=annotation, label=label)


def of_field(kind: type, name: str, around: About) -> About:
    """What is known of a field; a draw's numbers have the unit and the range of the place where the draw stands."""
    declared = next(field for field in dataclasses.fields(kind) if field.name == name)
    own = {key: value for key, value in declared.metadata.items() if key in _FACTS}
    default = declared.default if declared.default not in (dataclasses.MISSING, "", ()) else None
    annotation = codec.hints(kind)[name]
    if any(get_origin(member) is Literal for member in codec.members(annotation)):
        own["options"] = OPTIONS.get(f"{kind.__name__}.{name}", OPTIONS.get(name))
    own["allowed"] = _allowed(declared.metadata)
    own["help"] = str(own.get("help", "")).replace("``", "")
    inherited = {"unit": around.unit, "soft": around.soft, "step": around.step}
    return About(annotation, label_of(kind, name), **inherited | {"start": default} | own)


def _allowed(bounds: Mapping[str, Any]) -> str:
    low, high, above = (bounds.get(name) for name in ("low", "high", "above"))
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    least = f"at least {low:g}" if low is not None else f"more than {above:g}" if above is not None else ""
    return " and ".join(filter(None, (least, "" if high is None else f"at most {high:g}")))


_FACTS = {field.name for field in dataclasses.fields(About)}
