"""Lists in a form: items that are added, taken away and moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnlab.spec import codec
from rnnlab.tasks.beginnings import another
from rnnlab.views import parts, text
from rnnlab.views.facts import title_of
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known, Path, Say
from rnnlab.views.form.fold import Fold
from rnnlab.views.form.places import Place, below, complaint, tell
from rnnlab.views.form.words import title


class Row:
    """One item of a list: a line by itself, or, where it is a description, a fold under its summary."""

    def __init__(self, owner: Items, data: Any, number: int) -> None:
        self._owner, self._data = owner, data
        self.fold = Fold(summary(data), lambda: owner.place_of(self, self._data, number)) if owner.folds else None
        name = f"{owner.about.label} {number}"
        self._up = _glyph("↑", f"Move {name} up", self._move)
        self._gone = _glyph("✕", f"Remove {name}", self._remove)
        if self.fold is not None:
            head = parts.row(self.fold.line, self._up, self._gone, css=sheets.LINE)
            self.layout = parts.column(head, self.fold.body)
        else:
            self._place = owner.place_of(self, data, number)
            line = parts.column(self._place.layout, css=sheets.REST)
            self.layout = parts.row(line, self._up, self._gone, css=sheets.LINE)

    # ------------------------------------------------------------------------------------- said by the person

    def _move(self) -> None:
        self._owner.move(self)

    def _remove(self) -> None:
        self._owner.remove(self)

    # ------------------------------------------------------------------------------------------------- shown

    @property
    def inner(self) -> Place | None:
        """What the item is edited with; None as long as its fold was never opened."""
        return self._place if self.fold is None else self.fold.inner

    def open(self) -> None:
        """Open the fold, if there is one."""
        if self.fold is not None:
            self.fold.open()

    def show(self, data: Any, *, first: bool) -> None:
        """Show these data; the first item cannot go up."""
        self._data = data
        if self.fold is not None:
            self.fold.name(summary(data))
        if self._up.disabled != first:
            self._up.disabled = first
        if self.inner is not None:
            self.inner.show(data)

    def complain(self, path: Path, problem: str) -> None:
        """Say what is wrong inside; a fold opens for that."""
        self.open()
        if self.inner is not None:
            self.inner.complain(path, problem)

    def steered(self, now: Mapping[Path, Any]) -> None:
        """Say inside what steering has put in force."""
        (self._place if self.fold is None else self.fold).steered(now)


class Items(Place):
    """A list of any length."""

    def __init__(self, about: About, data: list[Any], known: Known, say: Say) -> None:
        self.about, self._known, self._say = about, known, say
        self.folds = bool(codec.kinds(about.item))
        self.rows: list[Row] = []
        self._data = list(data)
        add = parts.button("Add", self._add, kind="small")
        head = parts.row(title(about.label, about.empty), add, css=sheets.LINE)
        self._list = parts.column(css=sheets.INNER, visible=False)
        self._problem = complaint()
        self.layout = parts.column(head, self._problem, self._list)
        self.show(data)

    def place_of(self, row: Row, data: Any, number: int) -> Place:
        """What an item is edited with."""

        def say(path: Path, wish: Any) -> None:
            self._say((self.rows.index(row), *path), wish)

        about = self.about.within(self.about.item, "Kind" if self.folds else f"{self.about.label} {number}")
        made: Place = self._known.make(about, data, self._known, say, item=True)
        return made

    def show(self, data: list[Any]) -> None:
        self._data = list(data)
        del self.rows[len(data) :]
        for i in range(len(self.rows), len(data)):
            self.rows.append(Row(self, data[i], i + 1))
        layouts = [row.layout for row in self.rows]
        if layouts != list(self._list):
            self._list.objects = layouts
            self._list.visible = bool(layouts)
        for i, (row, item) in enumerate(zip(self.rows, data, strict=True)):
            row.show(item, first=i == 0)

    def complain(self, path: Path, problem: str) -> None:
        if path and isinstance(path[0], int) and path[0] < len(self.rows):
            self.rows[path[0]].complain(path[1:], problem)
            return
        tell(self._problem, problem)

    def quiet(self) -> None:
        tell(self._problem, "")
        for row in self.rows:
            if row.inner is not None:
                row.inner.quiet()

    def steered(self, now: Mapping[Path, Any]) -> None:
        for i, row in enumerate(self.rows):
            row.steered(below(now, i))

    # ------------------------------------------------------------------------------------- said by the person

    def _add(self) -> None:
        item = another(self.about.item, self._data, self._known.names, self.about.refers)
        self._say((), [*self._data, item])
        if self.rows:
            self.rows[-1].open()

    def remove(self, row: Row) -> None:
        """Take an item away."""
        i = self.rows.index(row)
        self.rows = [*self.rows[:i], *self.rows[i + 1 :]]
        self._say((), [*self._data[:i], *self._data[i + 1 :]])

    def move(self, row: Row) -> None:
        """Let an item change places with the one before it."""
        i = self.rows.index(row)
        self.rows[i - 1 : i + 1] = self.rows[i - 1 : i + 1][::-1]
        self._say((), [*self._data[: i - 1], self._data[i], self._data[i - 1], *self._data[i + 1 :]])


def _glyph(glyph: str, name: str, act: Any) -> Any:
    """A small button that shows a sign and is called by a name."""
    made = parts.button(name, act)
    made.stylesheets = [*made.stylesheets, sheets.glyph(glyph)]
    made.html_attributes = {"title": name}
    return made


def summary(data: Mapping[str, Any]) -> str:
    """A description in a line: its name, or its kind, what it shows and where.

    >>> summary({"kind": "Hold", "level": "coherence", "gain": 1.0, "epochs": ["stimulus"]})
    'Hold coherence, stimulus'
    """
    if "name" in data:
        return str(data["name"])
    first = next(
        (data[name] for name in ("level", "channel", "amplitude", "angle", "sigma", "low") if name in data), ""
    )
    words = f"{title_of(data['kind'])} {text.number(first)}".strip()
    return ", ".join([words, *data.get("epochs", ())])
