"""Boxes to tick, and lines of text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, get_args

from rnnlab.spec import SpecError, codec
from rnnlab.views import bare, look, parts, text
from rnnlab.views.controls import Control, Words
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known

MOST_LETTERS = 2000
"""Longer texts than this, arrays of many numbers, are not sent to a page to stand in a box."""


class Flag(Control):
    """Yes or no: a group of one box, whose label belongs to the box for screen readers too."""

    def __init__(self, about: About, value: bool) -> None:
        super().__init__(about.facts, value)
        self.widget.html_attributes = {"title": about.help}

    def _make(self, value: Any) -> Any:
        return bare.CheckBoxGroup(
            options=[self.facts.label],
            value=[self.facts.label] if value else [],
            margin=0,
            sizing_mode="stretch_width",
            stylesheets=[look.FIELD, sheets.CHECKS, sheets.FLAG],
        )

    def read(self) -> Any:
        return bool(self.widget.value)

    def _show(self, value: Any) -> None:
        if self.read() != value:
            self.widget.value = [self.facts.label] if value else []


class Line(Words):
    """A line of text; said when Enter is pressed or the box is left."""

    def __init__(self, about: About, value: str) -> None:
        self._about = about
        self._long = ""
        super().__init__(about.facts, value)
        self.widget.stylesheets = [look.FIELD, sheets.LABELLED]
        self.widget.html_attributes = {"title": about.help}

    def _starting_with(self, value: Any) -> dict[str, Any]:
        return self._written(value)

    def _written(self, value: str) -> dict[str, Any]:
        """What stands in the box. A large array stays away from the page: only its size is said."""
        self._long = value if len(value) > MOST_LETTERS else ""
        if not self._long:
            return {"value": value, "placeholder": self._about.empty}
        rows = value.split(";")
        return {"value": "", "placeholder": f"{len(rows)} × {len(rows[0].split())} numbers; type to replace them"}

    def read(self) -> Any:
        return self.widget.value or self._long

    def _show(self, value: Any) -> None:
        wanted = self._written(value)
        if (self.widget.value, self.widget.placeholder) != (wanted["value"], wanted["placeholder"]):
            self.widget.param.update(**wanted)


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
