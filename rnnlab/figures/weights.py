"""The weights of a network as it is: the matrices side by side, unit by unit, and the eigenvalues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.layouts import row
from bokeh.models import (
    BasicTicker,
    ColorBar,
    FixedTicker,
    GlyphRenderer,
    HoverTool,
    Image,
    Legend,
    LegendItem,
    Line,
    LinearColorMapper,
    Model,
    Patch,
    Quad,
    Range1d,
    Scatter,
    Text,
)
from numpy.typing import NDArray

from rnnlab.analysis import UNMARKED, Marked
from rnnlab.figures.paint import LEFT, LEGEND_ABOVE, LiveFigure, blank, dress, paint
from rnnlab.figures.picks import Box, Pick
from rnnlab.figures.rates import naming
from rnnlab.figures.scales import nice_ticks
from rnnlab.figures.theme import FONT, LIGHT, Theme
from rnnlab.spec import with_article

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from rnnlab.networks import Network

MATRICES = ("W_in", "W_rec", "W_out")
SIDE, GAP, MARK = 0.13, 0.062, 0.022
"""Width of W_in and W_out, space between matrices, and thickness of the E/I marks, as shares of W_rec's side."""


class WeightsFigure(LiveFigure):
    """W_rec (to, from) with W_in on its left and W_out below, so that a unit keeps its row and its column.

    Red is excitatory, blue inhibitory, in every matrix about zero; each matrix has its own range, written beside its
    name. Units whose outgoing weights all have one sign are marked along the top. On the right are the eigenvalues of
    W_rec in the complex plane. A click picks the units of a row and a column, beside the matrix (in W_in) of a row,
    below it (in W_out) of a column; a box those that it touches. `mark` frames their rows and columns.

    Args:
        parameters: effective arrays by name; ``W_rec`` (to, from) is needed, ``W_in`` (unit, input) and ``W_out``
            (output, unit) are drawn where they are.
        order: (unit,) units from top to bottom and from left to right, or a result that has ``.order``.
        eigenvalues: complex (n,), those of ``W_rec`` if not given.
        spectrum: what the eigenvalues are of, for the axis.
        disc: radius that the eigenvalues of a random matrix of these variances would fill; not drawn if not given.
        theme: colours.
        height: pixels.
        edge: radius that eigenvalues of such a random matrix stray to; not drawn if not given.
        marked: units to mark.

    Attributes:
        matrix, plane: the plot of the matrices, in units of W_rec's side, and that of the eigenvalues.
        mappers: the colours of each matrix. What is NaN has the colour for that.
    """

    def __init__(
        self,
        parameters: Mapping[str, NDArray],
        order: Any = None,
        eigenvalues: NDArray | None = None,
        spectrum: str = "W_rec",
        disc: float | None = None,
        theme: Theme = LIGHT,
        height: int = 430,
        edge: float | None = None,
        marked: Marked = UNMARKED,
    ) -> None:
        super().__init__(
            theme, (*MATRICES, "excitatory", "inhibitory", "names", "eigenvalues", "circle", "disc", "edge", "marked")
        )
        self.marked = marked
        self.mappers = {name: LinearColorMapper(low=-1, high=1) for name in MATRICES}
        self.matrix = self._build_matrix(theme, height)
        self.plane = self._build_plane(theme, height, spectrum)
        self.readers, self.boxes = [(self.matrix, self._units_at)], [(self.matrix, "both")]
        self.matrix.update(min_width=380, styles={"flex": "1 1 380px"})
        self.root = row(self.matrix, self.plane, sizing_mode="stretch_width", spacing=0)
        self.root.stylesheets = [":host { flex-wrap: wrap; }"]
        self.growing = tuple(self._drawn_from("marked"))
        self.update(parameters, order, eigenvalues, disc, edge)
        for plot in (self.matrix, self.plane):
            dress(plot, theme)

    def _build_matrix(self, theme: Theme, height: int) -> figure:
        plot = blank(
            theme,
            height=height,
            x_label="from unit",
            y_label="to unit",
            x_range=Range1d(start=-SIDE - GAP, end=1),
            y_range=Range1d(start=-SIDE - GAP, end=1 + 3 * GAP),
            right=70,
        )
        plot.grid.visible = False
        plot.xaxis.ticker, plot.yaxis.ticker = FixedTicker(), FixedTicker()
        plot.xaxis.axis_line_color = plot.yaxis.axis_line_color = None
        for name, mapper in self.mappers.items():
            paint(mapper, theme, palette="diverging")
            image = Image(image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=mapper)
            drawn = plot.add_glyph(self.sources[name], image)
            plot.add_tools(_told(drawn, name))
        self._signs: dict[str, LegendItem] = {}
        for sign in ("excitatory", "inhibitory"):
            marks = Quad(left="left", right="right", bottom="bottom", top="top", line_color=None)
            drawn = plot.add_glyph(self.sources[sign], paint(marks, theme, fill_color=sign))
            self._signs[sign] = LegendItem(label=sign, renderers=[drawn])
        frames = Quad(left="left", right="right", bottom="bottom", top="top", fill_alpha=0.1, line_width=1.2)
        plot.add_glyph(self.sources["marked"], paint(frames, theme, line_color="chosen", fill_color="chosen"))
        names = Text(x="x", y="y", text="text", text_align="align", text_baseline="baseline", text_font_size="11px")
        names.text_font = {"value": FONT}
        plot.add_glyph(self.sources["names"], paint(names, theme, text_color="text"))
        bar = ColorBar(color_mapper=self.mappers["W_rec"], ticker=BasicTicker(desired_num_ticks=5))
        plot.add_layout(bar, "right")
        plot.add_layout(Legend(items=list(self._signs.values()), **LEGEND_ABOVE), "above")
        return plot

    def _build_plane(self, theme: Theme, height: int, spectrum: str) -> figure:
        plot = blank(
            theme,
            height=height,
            x_label=f"real part of the eigenvalues of {spectrum}",
            y_label="imaginary part",
            x_range=Range1d(start=-1.2, end=1.2),
            y_range=Range1d(start=-1.2, end=1.2),
        )
        # Fixed borders make the frame square, which frame_width would too, were it not to break the row's layout.
        plot.update(min_border_top=30, min_border_bottom=52, min_border_left=LEFT, min_border_right=18)
        plot.update(sizing_mode="fixed", width=height + 12)
        circle, disc = Line(x="x", y="y", line_dash="dashed", line_width=1.2), Patch(x="x", y="y", line_color=None)
        random = plot.add_glyph(self.sources["disc"], paint(disc, theme, fill_color="epoch"))
        unit = plot.add_glyph(self.sources["circle"], paint(circle, theme, line_color="reference"))
        dotted = Line(x="x", y="y", line_dash="dotted", line_width=1.2)
        strays = plot.add_glyph(self.sources["edge"], paint(dotted, theme, line_color="muted"))
        points = Scatter(x="x", y="y", size=6, fill_alpha=0.65, line_width=0.8)
        drawn = plot.add_glyph(
            self.sources["eigenvalues"], paint(points, theme, fill_color="output", line_color="output")
        )
        tooltips = [("eigenvalue", "@x{0.000} + @y{0.000}i"), ("modulus", "@modulus{0.000}")]
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, visible=False))
        self._random = LegendItem(label="random matrix", renderers=[random])
        self._edge = LegendItem(label="as far as it strays", renderers=[strays])
        items = [LegendItem(label="unit circle", renderers=[unit]), self._random, self._edge]
        plot.add_layout(Legend(items=items, **LEGEND_ABOVE), "above")
        return plot

    def update(
        self,
        parameters: Mapping[str, NDArray],
        order: Any = None,
        eigenvalues: NDArray | None = None,
        disc: float | None = None,
        edge: float | None = None,
    ) -> None:
        """Show other weights. Nothing is rebuilt."""
        arrays = {name: np.asarray(parameters[name], dtype=float) for name in MATRICES if name in parameters}
        recurrent = arrays["W_rec"]
        n = len(recurrent)
        units = np.arange(n) if order is None else np.asarray(getattr(order, "order", order))
        limits = {name: _limit(values) for name, values in arrays.items()}
        for name, limit in limits.items():
            self.mappers[name].update(low=-limit, high=limit)
        values = np.linalg.eigvals(recurrent) if eigenvalues is None else np.asarray(eigenvalues)
        self._fill({name: _picture(name, arrays.get(name), units) for name in MATRICES})
        self._fill(
            _marks(np.nan_to_num(recurrent[:, units])) | {"names": _names(limits), "eigenvalues": _points(values)}
        )
        for sign, item in self._signs.items():
            item.visible = len(self.sources[sign].data["left"]) > 0
        self.order = units
        self.mark(self.marked)
        self._set_ticks(units)
        self._set_plane(values, disc, edge)

    def _units_at(self, box: Box) -> Pick | None:
        n = len(self.order)
        columns = box.scaled(1 / n, 1 / n).columns(n) if box.right >= 0 and box.bottom <= 1 else range(0)
        rows = box.scaled(1 / n, 1 / n).rows(n) if box.top >= 0 and box.left <= 1 else range(0)
        found = [*(self.order[k] for k in columns), *(self.order[n - 1 - k] for k in rows)]
        return Pick(tuple(sorted({int(unit) for unit in found}))) if found else None

    def mark(self, marked: Marked) -> None:
        """Frame the rows and columns of these units; neighbours share a frame."""
        self.marked = marked
        n = len(self.order)
        starts, stops = runs(marked.mask(n)[self.order])
        low = np.full(len(starts), -SIDE - GAP)
        one = np.ones(len(starts))
        rows = {"left": low, "right": one, "bottom": 1 - stops / n, "top": 1 - starts / n}
        columns = {"left": starts / n, "right": stops / n, "bottom": low, "top": one}
        self._fill({"marked": {name: np.concatenate([rows[name], columns[name]]) for name in rows}})

    def _set_ticks(self, units: NDArray) -> None:
        """A tick names the unit that stands there, counted from 0, whatever the order."""
        n = len(units)
        ranks = [int(rank) for rank in nice_ticks(0, n, 5) if rank < n] if n > 4 else list(range(n))
        for axis, places in (
            (self.matrix.xaxis[0], {(rank + 0.5) / n: str(units[rank]) for rank in ranks}),
            (self.matrix.yaxis[0], {1 - (rank + 0.5) / n: str(units[rank]) for rank in ranks}),
        ):
            axis.ticker.ticks = list(places)
            axis.major_label_overrides = places

    def _set_plane(self, values: NDArray, disc: float | None, edge: float | None) -> None:
        reach = 1.12 * max(1.0, disc or 0.0, edge or 0.0, float(np.abs(values).max(initial=0.0)))
        reach = float(np.ceil(reach * 5) / 5)
        for axis in (self.plane.x_range, self.plane.y_range):
            axis.update(start=-reach, end=reach, reset_start=-reach, reset_end=reach)
        self._fill({"circle": _circle(1.0), "disc": _circle(disc), "edge": _circle(edge)})
        self._random.visible, self._edge.visible = disc is not None, edge is not None


def runs(marked: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where neighbours that are all marked begin, and where they end.

    >>> runs(np.array([True, True, False, True]))
    (array([0, 3]), array([2, 4]))
    """
    change = np.diff(marked.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(change == 1), np.flatnonzero(change == -1)


def _circle(radius: float | None) -> dict[str, Any]:
    angle = np.linspace(0, 2 * np.pi, 181) if radius else np.empty(0)
    return {"x": (radius or 0.0) * np.cos(angle), "y": (radius or 0.0) * np.sin(angle)}


def matrices(network: Network, gate: str | None = None) -> dict[str, NDArray]:
    """The arrays to draw: the network's own, or, of a cell with gates, those of one gate.

    Raises:
        ValueError: no gate of that name.
    """
    recurrent = network.config.recurrent_matrices(network.parameters)
    if not recurrent:
        kind = type(network.config).__name__
        raise ValueError(f"network: {with_article(kind)} has no square recurrent matrix W_rec to draw")
    gate = next(iter(recurrent)) if gate is None else gate
    if gate not in recurrent:
        raise ValueError(f"gate: {gate!r} is none of {', '.join(recurrent)}")
    place, n = list(recurrent).index(gate), network.n_units
    shown = slice(place * n, (place + 1) * n) if network.config.inputs_reach_units else slice(0)
    return {
        "W_in": network.parameters["W_in"][shown],
        "W_rec": recurrent[gate],
        "W_out": network.parameters["W_out"],
    }


def _limit(values: NDArray) -> float:
    """The end of a matrix's colour range: nearly its largest weight, so that one outlier does not fade the rest."""
    sizes = np.abs(values[np.isfinite(values)])
    if not sizes.size or not sizes.max() > 0:
        return 1.0
    return float(max(np.quantile(sizes, 0.995), sizes.max() / 3))


def _told(drawn: GlyphRenderer, name: str) -> HoverTool:
    """What is told of a matrix under the pointer: a weight, and the units that it leads to and comes from."""
    how, tips = {}, [(name, "@image{0.0000}")]
    for axis, said, of in (("x", "from unit", ("W_rec", "W_out")), ("y", "to unit", ("W_rec", "W_in"))):
        if name in of:
            how[f"${axis}"] = naming(drawn.data_source, f"{axis} units", span=1)
            tips.insert(0, (said, f"${axis}{{custom}}"))
    return HoverTool(renderers=[drawn], tooltips=tips, formatters=how, visible=False)


def _picture(name: str, values: NDArray | None, units: NDArray) -> dict[str, Any]:
    """A matrix as an image whose first row is at the bottom, in units of W_rec's side; and the units beside it."""
    if values is None or not values.size or (name == "W_in" and len(values) != len(units)):
        return {"image": [], "x": [], "y": [], "dw": [], "dh": [], "x units": [], "y units": []}
    called = [str(unit) for unit in units]
    if name == "W_in":
        shown, x, y, dw, dh = values[units][::-1], -SIDE - GAP, 0.0, SIDE, 1.0
    elif name == "W_out":
        shown, x, y, dw, dh = values[::-1][:, units], 0.0, -SIDE - GAP, 1.0, SIDE
    else:
        shown, x, y, dw, dh = values[units[::-1]][:, units], 0.0, 0.0, 1.0, 1.0
    image = np.ascontiguousarray(shown, dtype=np.float32)
    sides = {"x units": [called], "y units": [called[::-1]]}
    return {"image": [image], "x": [x], "y": [y], "dw": [dw], "dh": [dh]} | sides


def signs(recurrent: NDArray) -> NDArray[np.int8]:
    """(unit,) 1 where all outgoing weights are excitatory, -1 where all are inhibitory, 0 where they are mixed."""
    excitatory, inhibitory = (recurrent >= 0).all(axis=0), (recurrent <= 0).all(axis=0)
    return np.where(excitatory == inhibitory, 0, np.where(excitatory, 1, -1)).astype(np.int8)


def _marks(columns: NDArray) -> dict[str, dict[str, Any]]:
    """One bar for every run of neighbours with the same sign."""
    of, n = signs(columns), columns.shape[1]
    starts = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]])) if n else np.empty(0, dtype=int)
    stops = np.append(starts[1:], n)
    marks = {}
    for name, sign in (("excitatory", 1), ("inhibitory", -1)):
        run = of[starts] == sign
        count = int(run.sum())
        edges = {"bottom": [1 + MARK / 2] * count, "top": [1 + 1.5 * MARK] * count}
        marks[name] = {"left": starts[run] / n, "right": stops[run] / n} | edges
    return marks


def _names(limits: Mapping[str, float]) -> dict[str, Any]:
    """The matrices' names with their ranges."""
    places = {
        "W_in": (-SIDE - GAP, 1 + 2.2 * MARK, "left", "bottom"),
        "W_rec": (0.0, 1 + 2.2 * MARK, "left", "bottom"),
        "W_out": (0.0, -GAP / 2, "left", "middle"),
    }
    shown = [(name, *places[name]) for name in limits]
    return {
        "x": [r[1] for r in shown],
        "y": [r[2] for r in shown],
        "text": [f"{r[0]} ±{limits[r[0]]:.2g}" for r in shown],
        "align": [r[3] for r in shown],
        "baseline": [r[4] for r in shown],
    }


def _points(values: NDArray) -> dict[str, Any]:
    return {"x": values.real, "y": values.imag, "modulus": np.abs(values)}


def weights(
    parameters: Mapping[str, NDArray],
    order: Any = None,
    eigenvalues: NDArray | None = None,
    spectrum: str = "W_rec",
    disc: float | None = None,
    theme: Theme = LIGHT,
    height: int = 430,
    edge: float | None = None,
    marked: Marked = UNMARKED,
) -> Model:
    """Weights and eigenvalues as a Bokeh layout; the arguments are those of `WeightsFigure`."""
    return WeightsFigure(parameters, order, eigenvalues, spectrum, disc, theme, height, edge, marked).root
