"""Choices: the words of a field, the names of what there is, and a number beside them."""

from __future__ import annotations

from typing import Any, Literal, get_origin

from rnnlab.views import bare, look, parts, text
from rnnlab.views.controls import Control
from rnnlab.views.facts import words_of
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known
from rnnlab.views.form.numbers import box

A_NUMBER = object()
"""Stands in a choice for a number that is typed beside it."""

Options = list[tuple[str, Any]]
"""Label and value of each."""


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
        self._type = int if int in self._about.members else float
        number = About(
            self._type,
            f"{self._about.label}: the number",
            help=self._about.help,
            step=self._about.step,
            allowed=self._about.allowed,
        )
        is_number = _kind(value) is A_NUMBER
        self.box = box(number, self._type(value) if is_number else self._first())
        short = [sheets.unit(self._about.unit, "minmax(0, 1fr)")] if self._about.unit else []
        self.box.stylesheets = [look.FIELD, sheets.UNLABELLED, *short, sheets.SHORT]
        self.box.visible = is_number
        return parts.row(self.choice, self.box, css=sheets.LINE)

    def _first(self) -> float:
        return self._type(self._about.start) if isinstance(self._about.start, int | float) else self._type(1)

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
            self.box.value = self._type(value)
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
