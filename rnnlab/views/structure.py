"""The network's structure as matrices that can be painted: signs, connections, and what learns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from rnnlab.analysis import Structure
from rnnlab.figures.structure import StructureFigure
from rnnlab.figures.theme import Theme
from rnnlab.networks import painting
from rnnlab.session import Session
from rnnlab.views import bare, look, parts, text
from rnnlab.views.view import Pace, Part, View

FOLLOWED = 200
"""Networks of so many units follow a slider at once; larger ones with the next tick: their eigenvalues take time."""

HINT = (
    "Drag over a matrix, or click in it, to mark a block of it; then say below what it should be. "
    "Sparse connections at random: at the left under Weights, Recurrent weights W_rec, Connections (density)."
)
OTHERS = "Signs, connections and frozen weights are painted where W_in leads to units and W_rec is one matrix."

SIGNS = {"Excitatory": 1, "Inhibitory": -1, "Sign free": 0}
INPUT_SIGNS = {"Positive": 1, "Negative": -1, "Sign free": 0}


class StructurePart(Part):
    """The matrices that a training begins with, their eigenvalues, and the buttons that change a block of them."""

    watches: ClassVar[tuple[str, ...]] = ("experiment", "errors")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure: StructureFigure | None = None
        self.chosen: tuple[str, slice, slice] | None = None
        self._marking = False
        self.matrix = parts.select("Matrix", list(painting.FIELDS), self._typed)
        self.columns, self.rows = (Stretch(label, self._typed) for label in ("From", "To"))
        self.signs = [parts.button(name, partial(self._paint_sign, name), kind="small") for name in SIGNS]
        self.links = [
            parts.button("Cut", partial(self._connect, False), kind="small"),
            parts.button("Connect", partial(self._connect, True), kind="small"),
            parts.button("Freeze", partial(self._freeze, True), kind="small"),
            parts.button("Let learn", partial(self._freeze, False), kind="small"),
        ]
        self.clear = parts.button("Clear what was painted", self._clear, kind="small")
        self.hint, self.caption = text.paragraph(HINT), text.paragraph()
        self.problem = text.paragraph(css_class="error", role="alert")
        self.picture = parts.column()
        marked = parts.row(self.matrix, self.columns.layout, self.rows.layout, css=GROUP)
        acting = parts.row(*self.signs, *self.links, self.clear, css=GROUP)
        self.tools = parts.column(marked, acting)
        title = parts.heading("Structure at the start of training")
        self.layout = parts.card(title, self.picture, self.hint, self.tools, self.problem, self.caption, wide=True)

    @property
    def pace(self) -> Pace:  # type: ignore[override]  # by the size of the network
        return "prompt" if self.session.experiment.network.n_units <= FOLLOWED else "steady"

    # -------------------------------------------------------------------------------------------------- shown

    def refresh(self, changed: set[str]) -> None:
        if changed != {"errors"} or self.figure is None:
            self._draw(self.session.structure)
        if "network" not in self.session.errors:
            text.say(self.problem, "")

    def _draw(self, found: Structure) -> None:
        if self.figure is None:
            self.figure = StructureFigure(found, theme=self.theme)
            self.figure.sources["block"].on_change("data", self._dragged)
            self.picture.append(parts.picture(self.figure.root, "Signs, connections and eigenvalues of the network"))
        else:
            self.figure.update(found)
        can = painting.can_be_painted(self.session.experiment.network)
        self.tools.visible = can
        text.say(self.hint, HINT if can else OTHERS)
        text.say(self.caption, describe(found))
        self._fit(found)

    def _fit(self, found: Structure) -> None:
        """Keep what is marked inside matrices that may have become smaller."""
        if self.chosen is None:
            self.chosen = ("W_rec", slice(0, 1), slice(0, 1))
        name, rows, columns = self.chosen
        n_rows, n_columns = found.weights[name].shape
        self._mark(name, _inside(rows, n_rows), _inside(columns, n_columns))

    def _mark(self, name: str, rows: slice, columns: slice) -> None:
        self.chosen, self._marking = (name, rows, columns), True
        shape = self.session.structure.weights[name].shape
        if self.matrix.value != name:
            self.matrix.value = name
        self.rows.show(rows, shape[0])
        self.columns.show(columns, shape[1])
        of_units, of_inputs = name == "W_rec", name == "W_in"
        for button, label in zip(self.signs, INPUT_SIGNS if of_inputs else SIGNS, strict=True):
            button.label = label
            button.visible = of_units or of_inputs
        self._marking = False
        if self.figure is not None:
            self.figure.frame(*self.chosen)

    # --------------------------------------------------------------------------------------- said by a person

    def _dragged(self, _attr: str, _old: Any, _new: Any) -> None:
        found = self.figure.block() if self.figure is not None else None
        if found is not None:
            self._mark(*found)

    def _typed(self, _value: Any = None) -> None:
        name = self.matrix.value
        if self._marking:
            return
        shape = self.session.structure.weights[name].shape
        self._mark(name, _inside(self.rows.read(), shape[0]), _inside(self.columns.read(), shape[1]))

    def _paint_sign(self, name: str) -> None:
        sign = SIGNS[name]
        matrix, _, columns = self._block
        if matrix == "W_in":
            n_inputs = self.session.experiment.task.n_inputs
            self._edit(lambda net: painting.with_input_signs(net, columns, sign, n_inputs), "paint signs of inputs")
        else:
            self._edit(lambda net: painting.with_signs(net, columns, sign), "paint signs of units")

    def _connect(self, there: bool) -> None:
        name, rows, columns = self._block
        shape = self._shape(name)
        label = f"{'connect' if there else 'cut'} in {name}"
        self._edit(lambda net: painting.with_connections(net, name, (rows, columns), there, shape), label)

    def _freeze(self, frozen: bool) -> None:
        name, rows, columns = self._block
        shape = self._shape(name)
        label = f"{'freeze' if frozen else 'let learn'} in {name}"
        self._edit(lambda net: painting.with_frozen(net, name, (rows, columns), frozen, shape), label)

    def _clear(self) -> None:
        self._edit(painting.unpainted, "clear what was painted")

    @property
    def _block(self) -> tuple[str, slice, slice]:
        return self.chosen or ("W_rec", slice(0, 1), slice(0, 1))

    def _shape(self, name: str) -> tuple[int, int]:
        n_rows, n_columns = self.session.structure.weights[name].shape
        return n_rows, n_columns

    def _edit(self, change: Callable[[Any], Any], label: str) -> None:
        granted = self.session.edit_network(change, label)
        problem = "" if granted else self.session.errors["network"]
        text.say(self.problem, problem)

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        if self.figure is not None:
            self.figure.restyle(theme)


class StructureView(View):
    """What is connected to what, with which sign, and what of it learns."""

    title: ClassVar[str] = "Structure"
    part: ClassVar[type[Part]] = StructurePart


class Stretch:
    """Two numbers: the first and the last of some units.

    Attributes:
        layout: what stands on the page.
    """

    def __init__(self, label: str, act: Callable[[Any], Any]) -> None:
        self._silent = False
        self._act = act
        sheets = [look.FIELD, look.INLINE]
        self.first = bare.IntInput(label=label, value=0, start=0, width=110, margin=0, stylesheets=sheets)
        self.last = bare.IntInput(label="through", value=0, start=0, width=128, margin=0, stylesheets=sheets)
        for box in (self.first, self.last):
            box.param.watch(self._changed, "value")
        self.layout = parts.row(self.first, self.last, css=GROUP)

    def _changed(self, _event: Any) -> None:
        if not self._silent:
            self._act(None)

    def show(self, stretch: slice, n: int) -> None:
        """Show a stretch of ``n``."""
        self._silent = True
        try:
            for box, value in ((self.first, stretch.start), (self.last, stretch.stop - 1)):
                box.param.update(value=value, end=n - 1)
        finally:
            self._silent = False

    def read(self) -> slice:
        """What stands there."""
        first = self.first.value or 0
        return slice(first, max(first, self.last.value or 0) + 1)


def _inside(stretch: slice, n: int) -> slice:
    start = min(stretch.start, n - 1)
    return slice(start, max(start + 1, min(stretch.stop, n)))


def describe(found: Structure) -> str:
    """The structure in a sentence or two."""
    facts = found.facts()
    radius = text.decimal(found.spectrum.radius)
    asked = "" if found.asked is None else f", {text.decimal(found.asked)} asked for"
    frozen = f" {facts['do not learn']} do not learn." if facts["do not learn"] else ""
    gate = found.spectrum.name
    shown = "" if gate == "W_rec" else f" W_in and W_rec are those of one gate: {gate}."
    return (
        f"Units: {facts['units']}. Connections: {facts['connections']}.{frozen} Spectral radius {radius}{asked}.{shown}"
    )


GROUP = ":host { width: auto !important; flex: none; gap: 4px 8px; padding: 2px 0; }"
