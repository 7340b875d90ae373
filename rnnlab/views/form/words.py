"""Boxes for words: switches, choices, names of things there are, and text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

from rnnlab.spec import SpecError, codec
from rnnlab.views import bare, look, parts, text
from rnnlab.views.controls import Control, Switch, Words
from rnnlab.views.facts import words_of
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known
from rnnlab.views.form.numbers import box

A_NUMBER = object()
"""Stands in a choice for a number that is typed beside it."""

Options = list[tuple[str, Any]]
"""Label and value of each."""


class Flag(Switch):
    """Yes or no."""

    def __init__(self, about: About, value: bool) -> None:
        super().__init__(about.facts, value)
        self.widget.stylesheets = [look.FIELD, sheets.FLAG]
        self.widget.html_attributes = {"title": about.help}


class Line(Words):
    """A line of text; said when Enter is pressed or the box is left."""

    def __init__(self, about: About, value: str) -> None:
        self._about = about
        super().__init__(about.facts, value)
        self.widget.stylesheets = [look.FIELD, sheets.LABELLED]
        self.widget.html_attributes = {"title": about.help}

    def _starting_with(self, value: Any) -> dict[str, Any]:
        return {"value": value, "placeholder": self._about.empty}


class Written(Line):
    """Anything else, written as JSON; names may stand by themselves with commas between."""

    def __init__(self, about: About, value: Any) -> None:
        super().__init__(about, _json(value))

    def read(self) -> Any:
        written = self.widget.value.strip()
        if not written:
            return None if type(None) in self._about.members else []
        if written[0] not in "[{" and get_args(self._about.listed)[:1] == (str,):
            return [word.strip() for word in written.split(",") if word.strip()]
        try:
            return codec.parse(written, self._about.label)
        except SpecError:
            raise ValueError("This cannot be read. Write lists like this: [[0.1, 0.2], [0.3, 0.4]]") from None

    def _show(self, value: Any) -> None:
        if self.widget.value != _json(value):
            self.widget.value = _json(value)


def _json(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value) if value else ""


class Pick(Control):
    """One of the words of a field, or one of the names of what there is.

    A value that is not among them is offered too: what names it may not be there any more.
    """

    def __init__(self, about: About, value: Any, known: Known, *sheet: str) -> None:
        self._about, self._known, self._sheet = about, known, sheet
        super().__init__(about.facts, value)

    def _options(self, value: Any) -> Options:
        if get_origin(self._about.annotation) is Literal:
            return list((self._about.options or words_of(self._about.annotation)).items())
        options: Options = [(name, name) for name in self._known.names.get(self._about.refers, ())]
        if not self._about.needed and (value == "" or self._about.empty):
            options.insert(0, (self._about.empty or text.DASH, ""))
        return options

    def _offered(self, value: Any) -> Options:
        options = self._options(value)
        return (
            options
            if any(each == value for _, each in options)
            else [*options, (text.number(value) or text.DASH, value)]
        )

    def _make(self, value: Any) -> Any:
        self._values = self._offered(value)
        labels = _labels(self._values)
        made = bare.Select(
            label=self._about.label,
            options=labels,
            value=labels[self._index(value)],
            margin=0,
            sizing_mode="stretch_width",
            stylesheets=[look.FIELD, *(self._sheet or (sheets.LABELLED,))],
        )
        made.html_attributes = {"title": self._about.help} if self._about.help else {}
        return made

    def _index(self, value: Any) -> int:
        return next(i for i, (_, each) in enumerate(self._values) if each == value)

    def read(self) -> Any:
        return self._values[self.widget.options.index(self.widget.value)][1]

    def _show(self, value: Any) -> None:
        self._pick(self.widget, value)

    def _pick(self, widget: Any, value: Any) -> None:
        self._values = self._offered(value)
        labels = _labels(self._values)
        if widget.options != labels:
            widget.param.update(options=labels, value=labels[self._index(value)])
        elif widget.value != labels[self._index(value)]:
            widget.value = labels[self._index(value)]


def _labels(options: Options) -> list[str]:
    """The labels; one that is there twice (a factor called as the word for none) is told apart."""
    labels: list[str] = []
    for label, _ in options:
        labels.append(f"{label} " if label in labels else label)
    return labels


class NumberOr(Pick):
    """A number, or the name of a factor that holds it, or nothing."""

    def _options(self, value: Any) -> Options:
        options: Options = [("a number", A_NUMBER)]
        if type(None) in self._about.members:
            options.insert(0, (self._about.empty or "none", None))
        return options + [(name, name) for name in self._known.names.get(self._about.refers, ())]

    def _offered(self, value: Any) -> Options:
        return super()._offered(_kind(value))

    def _index(self, value: Any) -> int:
        return super()._index(_kind(value))

    def _make(self, value: Any) -> Any:
        self.choice = super()._make(value)
        self.choice.stylesheets = [*self.choice.stylesheets, sheets.REST]
        number = About(float, f"{self._about.label}: the number", help=self._about.help, step=self._about.step)
        is_number = _kind(value) is A_NUMBER
        self.box = box(number, float(value) if is_number else self._first())
        short = [sheets.unit(self._about.unit, "minmax(0, 1fr)")] if self._about.unit else []
        self.box.stylesheets = [look.FIELD, sheets.UNLABELLED, *short, sheets.SHORT]
        self.box.visible = is_number
        return parts.row(self.choice, self.box, css=sheets.LINE)

    def _first(self) -> float:
        return float(self._about.start) if isinstance(self._about.start, int | float) else 1.0

    def _listen(self) -> None:
        self.choice.param.watch(self._changed, "value")
        self.box.param.watch(self._changed, "value")

    def read(self) -> Any:
        chosen = self._values[self.choice.options.index(self.choice.value)][1]
        if chosen is A_NUMBER and self.box.value is None:
            raise ValueError("Give a number")
        return self.box.value if chosen is A_NUMBER else chosen

    def _show(self, value: Any) -> None:
        self._pick(self.choice, value)
        is_number = _kind(value) is A_NUMBER
        if is_number and self.box.value != value:
            self.box.value = float(value)
        if self.box.visible != is_number:
            self.box.visible = is_number


def _kind(value: Any) -> Any:
    return A_NUMBER if isinstance(value, int | float) else value


class Term(Pick):
    """The name of a factor and a number that belongs to it."""

    def _make(self, value: Any) -> Any:
        self.choice = super()._make(value[0])
        self.choice.stylesheets = [*self.choice.stylesheets, sheets.REST]
        number = About(float, f"{self._about.label}: the number", help=self._about.help)
        self.box = box(number, float(value[1]))
        self.box.stylesheets = [look.FIELD, sheets.UNLABELLED, sheets.SHORT]
        return parts.row(self.choice, self.box, css=sheets.LINE)

    def _listen(self) -> None:
        self.choice.param.watch(self._changed, "value")
        self.box.param.watch(self._changed, "value")

    def read(self) -> Any:
        if self.box.value is None:
            raise ValueError("Give a number")
        return [self._values[self.choice.options.index(self.choice.value)][1], self.box.value]

    def _show(self, value: Any) -> None:
        self._pick(self.choice, value[0])
        if self.box.value != value[1]:
            self.box.value = float(value[1])


class Ticks(Control):
    """Some of the names of what there is, in their order, as boxes to tick."""

    def __init__(self, about: About, value: Sequence[str], known: Known) -> None:
        self._about, self._known = about, known
        super().__init__(about.facts, value)

    def _names(self, value: Sequence[str]) -> list[str]:
        names = list(self._known.names.get(self._about.refers, ()))
        return names + [name for name in value if name not in names]

    def _make(self, value: Any) -> Any:
        self.ticks = bare.CheckBoxGroup(
            options=self._names(value),
            value=list(value),
            inline=True,
            margin=0,
            sizing_mode="stretch_width",
            stylesheets=[look.FIELD, sheets.CHECKS, sheets.REST],
        )
        group = {"role": "group", "aria-label": self._about.label}
        self.ticks.html_attributes = group | ({"title": self._about.help} if self._about.help else {})
        self._title = title(self._about.label, self._note(value))
        return parts.row(self._title, self.ticks, css=sheets.LINE)

    def _note(self, value: Any) -> str:
        return self._about.empty if not value else ""

    def _listen(self) -> None:
        self.ticks.param.watch(self._changed, "value")

    def read(self) -> Any:
        return [name for name in self.ticks.options if name in self.ticks.value]

    def _changed(self, *_: Any) -> None:
        name_again(self._title, self._about.label, self._note(self.ticks.value))
        super()._changed()

    def _show(self, value: Any) -> None:
        names = self._names(value)
        if self.ticks.options != names:
            self.ticks.param.update(options=names, value=list(value))
        elif set(self.ticks.value) != set(value):
            self.ticks.value = list(value)
        name_again(self._title, self._about.label, self._note(value))


def title(label: str, note: str = "") -> Any:
    """The label of something that is more than one box."""
    return bare.Html(_title(label, note), margin=0, stylesheets=[sheets.TITLE])


def name_again(pane: Any, label: str, note: str = "") -> None:
    """Let a `title` say something else."""
    if pane.object != (markup := _title(label, note)):
        pane.object = markup


def _title(label: str, note: str) -> str:
    return f"<p>{text.escape(label)}" + (f"<small>{text.escape(note)}</small>" if note else "") + "</p>"
