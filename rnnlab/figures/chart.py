"""`ChartFigure`: panels as a Bokeh figure, built once and then changed in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import (
    BasicTicker,
    FixedTicker,
    GlyphRenderer,
    HoverTool,
    HSpan,
    Image,
    LegendItem,
    LinearColorMapper,
    MultiLine,
    Patches,
    Quad,
    Range1d,
    Scatter,
    Segment,
    VSpan,
)
from numpy.typing import ArrayLike

from rnnlab.analysis import Marked
from rnnlab.figures.chart_marks import brightness, curves_pick, heat_pick, marked_frames, marked_points, units_of
from rnnlab.figures.entries import Entries
from rnnlab.figures.paint import LEGEND_ABOVE, LiveFigure, blank, dress, follow, paint
from rnnlab.figures.panels import Bars, Curves, Heat, Panel, Panels, Series, extent, points, shown
from rnnlab.figures.picks import Box, Pick
from rnnlab.figures.rates import draw_bar, naming
from rnnlab.figures.theme import LIGHT, Theme

R = TypeVar("R")

CURVES = ("lines", "bands", "dots", "bars", "reference", "levels", "moments", "marked")
"""Sources of a panel of curves."""

BESIDE = 46
"""Pixels by which a square panel is wider than high: its left border is that much more than its lower one."""

IN_A_ROW = 4
"""Entries of a legend beside each other."""

LOW = 240
"""A figure that is no higher has no legend: it stands beside one that has."""


class ChartFigure(LiveFigure, Generic[R]):
    """Any result that can be said in panels. An update may change everything but the number and kinds of the panels.

    Args:
        describe: result -> panels.
        result: what is shown first.
        theme: colours.
        height: pixels of the whole.
        across: panels side by side, not one above the other.
    """

    def __init__(
        self, describe: Callable[[R], Panels], result: R, theme: Theme = LIGHT, height: int = 300, across: bool = True
    ) -> None:
        panels = describe(result)
        names = [f"{i} {name}" for i, each in enumerate(panels) for name in _sources(each)]
        super().__init__(theme, tuple(names))
        self._describe = describe
        each = height if across else height // len(panels)
        self._parts = [self._part(i, panel, theme, each) for i, panel in enumerate(panels)]
        plots = [part.plot for part in self._parts]
        self.readers = [(part.plot, part.pick) for part in self._parts]
        curves = [part for part in self._parts if isinstance(part, CurvesPart) and part.of_something]
        self.legends = [(part.entries, part.entry) for part in curves]
        self.boxes = [(part.plot, "both") for part, panel in zip(self._parts, panels, strict=True) if _of_units(panel)]
        if across and len(plots) > 1:
            for plot in plots:
                _few_ticks(plot)
        lay = row if across else column
        self.root = plots[0] if len(plots) == 1 else lay(*plots, sizing_mode="stretch_width", spacing=0)
        self._show(panels)
        for plot in plots:
            dress(plot, theme)

    def _part(self, i: int, panel: Panel, theme: Theme, height: int) -> CurvesPart | HeatPart:
        sources = {name: self.sources[f"{i} {name}"] for name in _sources(panel)}
        part: CurvesPart | HeatPart = PARTS[type(panel)](sources, panel, theme, height)
        return part

    def update(self, result: R) -> None:
        """Show another result of the same kind. Nothing is rebuilt."""
        self._show(self._describe(result))

    def _show(self, panels: Panels) -> None:
        self.shown = shown(panels)
        for i, (part, panel) in enumerate(zip(self._parts, panels, strict=True)):
            self._fill({f"{i} {name}": columns for name, columns in part.show(panel, self.theme).items()})  # type: ignore[arg-type]
        self.mark(self.marked)

    def mark(self, marked: Marked) -> None:
        """Ring the points and frame the rows of units and conditions; leave other conditions' series pale."""
        self.marked = marked
        for i, part in enumerate(self._parts):
            self._fill({f"{i} {name}": columns for name, columns in part.mark(marked).items()})


def _few_ticks(plot: Any) -> None:
    """Numbers have little room where panels stand side by side."""
    if isinstance(plot.xaxis[0].ticker, BasicTicker):
        plot.xaxis[0].ticker.desired_num_ticks = 4


def _whole_ticks(axis: Any, values: Sequence[ArrayLike]) -> None:
    """What is counted has no ticks at halves."""
    if isinstance(axis.ticker, BasicTicker):
        counted = bool(values) and all(np.asarray(each).dtype.kind in "iu" for each in values)
        axis.ticker.min_interval = 1.0 if counted else 0.0


def _sources(panel: Panel) -> tuple[str, ...]:
    return CURVES if isinstance(panel, Curves) else ("image", "marked")


def _of_units(panel: Panel) -> bool:
    """Whether a box over it can choose units."""
    if isinstance(panel, Heat):
        return bool(len(panel.rows) or len(panel.columns))
    return any(len(each.units) for each in panel.series)


class CurvesPart:
    """The plot of a panel of curves."""

    def __init__(self, sources: dict[str, Any], panel: Curves, theme: Theme, height: int) -> None:
        self._mapper = paint(LinearColorMapper(), theme, palette=f"{panel.palette}:1")
        x, y = Range1d(start=0, end=1), Range1d(start=0, end=1)
        self.plot = blank(theme, height=height, x_range=x, y_range=y)
        if panel.x_names:
            self.plot.xaxis[0].ticker = FixedTicker()
        if panel.square:
            self.plot.update(sizing_mode="fixed", width=height + BESIDE)
        self._wanted, self._panel = height > LOW, panel
        self._draw_behind(sources, theme)
        self._draw(sources, theme)

    def _draw_behind(self, sources: dict[str, Any], theme: Theme) -> None:
        dashed = {"line_dash": "dashed", "line_width": 1.3}
        for name, glyph in (
            ("levels", HSpan(y="at", **dashed)),
            ("moments", VSpan(x="at", **dashed)),
            ("reference", MultiLine(xs="xs", ys="ys", line_alpha="alpha", **dashed)),
        ):
            self.plot.add_glyph(sources[name], paint(glyph, theme, line_color="reference"))

    def _draw(self, sources: dict[str, Any], theme: Theme) -> None:
        plot, colour = self.plot, {"field": "place", "transform": self._mapper}
        plot.add_glyph(
            sources["bands"], Patches(xs="xs", ys="ys", fill_color=colour, line_color=None, fill_alpha="alpha")
        )
        quads = Quad(left="left", right="right", top="top", bottom=0, fill_color=colour, fill_alpha=0.7, line_width=1)
        bars = plot.add_glyph(sources["bars"], paint(quads, theme, line_color="surface"))
        traces = MultiLine(xs="xs", ys="ys", line_color=colour, line_alpha="alpha", line_width=1.8, line_join="round")
        lines = plot.add_glyph(sources["lines"], traces)
        plot.add_glyph(
            sources["dots"],
            Segment(x0="x", x1="x", y0="low", y1="high", line_color=colour, line_alpha="alpha", line_width=1.4),
        )
        scatter = Scatter(x="x", y="y", size=7, fill_color=colour, fill_alpha="alpha", line_width=1)
        dots = plot.add_glyph(sources["dots"], paint(scatter, theme, line_color="surface"))
        ring = Scatter(x="x", y="y", size=13, fill_alpha=0, line_width=2)
        plot.add_glyph(sources["marked"], paint(ring, theme, line_color="chosen"))
        tips = [("", "@name"), ("", "(@x{0.[000]}, @y{0.[000]})")]
        plot.add_tools(HoverTool(renderers=[dots], tooltips=tips, visible=False))
        self._of_bars = LegendItem(label={"field": "label"}, renderers=[bars])
        self.entries = Entries(lines, self._of_bars, **LEGEND_ABOVE)
        plot.add_layout(self.entries.legend, "above")

    def show(self, panel: Curves, theme: Theme) -> dict[str, dict[str, Any]]:
        """Set what is not data; the columns of the sources."""
        n = max(len(panel.series), len(panel.bars), 1)
        paint(self._mapper, theme, palette=f"{panel.palette}:{n}")
        self._mapper.update(low=-0.5, high=n - 0.5)
        x_axis, y_axis = self.plot.xaxis[0], self.plot.yaxis[0]
        x_axis.axis_label, y_axis.axis_label = panel.x_label, panel.y_label
        x_axis.major_label_overrides = dict(panel.x_names)
        _whole_ticks(x_axis, [s.x for s in panel.series])
        _whole_ticks(y_axis, [*(s.y for s in panel.series), *(b.top for b in panel.bars)])
        if panel.x_names:
            x_axis.ticker.ticks = list(panel.x_names)
        labels, self._of_bars.visible = _labels(panel.series), any(_labels(panel.bars))
        self.entries.show(labels, panel.legend)
        self.entries.legend.update(
            visible=self._wanted and (any(labels) or self._of_bars.visible), ncols=min(n, IN_A_ROW)
        )
        follow(self.plot.x_range, *(panel.x_range or x_extent(panel)))
        follow(self.plot.y_range, *(panel.y_range or y_extent(panel)))
        self._panel = panel
        return {name: data for name, data in curves_data(panel).items() if name not in (*MARKED, "reference")}

    def mark(self, marked: Marked) -> dict[str, dict[str, Any]]:
        """The columns of the sources that show it."""
        panel, data = self._panel, curves_data(self._panel)
        bright = brightness(panel.series, marked)
        for name, full in MARKED.items():
            data[name]["alpha"] = [full * bright[place] for place in data[name]["place"]]
        data["reference"]["alpha"] = brightness(panel.reference, marked)
        return {name: data[name] for name in (*MARKED, "reference")} | {"marked": marked_points(panel, marked)}

    def pick(self, box: Box) -> Pick | None:
        """What a click or a box chooses."""
        return curves_pick(self.plot, self._panel, box)

    @property
    def of_something(self) -> bool:
        """Whether its series stand for conditions or units."""
        return any(each.of or len(each.units) for each in self._panel.series)

    def entry(self, row: int) -> Pick | None:
        """What an entry of the legend chooses: the condition of its series, or all units of its points."""
        if row >= len(self._panel.series):
            return None
        series = self._panel.series[row]
        if series.of:
            return Pick(condition=series.of[0])
        units = {unit for i in range(len(series.units)) for unit in units_of(series, i)}
        return Pick(tuple(sorted(units))) if units else None


class HeatPart:
    """The plot of a panel with an image, and its colour bar."""

    def __init__(self, sources: dict[str, Any], panel: Heat, theme: Theme, height: int) -> None:
        self._mapper = paint(LinearColorMapper(), theme, palette="sequential")
        x, y = Range1d(start=0, end=1), Range1d(start=0, end=1)
        self.plot = blank(theme, height=height, x_range=x, y_range=y)
        self.plot.grid.visible = False
        for axis, names in zip((self.plot.xaxis[0], self.plot.yaxis[0]), (panel.x_names, panel.y_names), strict=True):
            if names:
                axis.ticker = FixedTicker()
        self._panel = panel
        image = Image(image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=self._mapper)
        drawn = self.plot.add_glyph(sources["image"], image)
        self.plot.add_tools(_told(drawn, panel))
        frames = Quad(left="left", right="right", bottom="bottom", top="top", fill_alpha=0, line_width=1.5)
        self.plot.add_glyph(sources["marked"], paint(frames, theme, line_color="chosen"))
        self._measured = draw_bar(self.plot, self._mapper, theme, panel.value)

    def show(self, panel: Heat, theme: Theme) -> dict[str, dict[str, Any]]:
        """Set what is not data; the columns of the source."""
        self._panel = panel
        paint(self._mapper, theme, palette="diverging" if panel.signed else "sequential")
        low, high = colour_range(panel)
        self._mapper.update(low=low, high=high)
        self._measured.update(text=panel.value, visible=bool(panel.value))
        for axis, label, names in (
            (self.plot.xaxis[0], panel.x_label, panel.x_names),
            (self.plot.yaxis[0], panel.y_label, panel.y_names),
        ):
            axis.axis_label = label
            axis.major_label_overrides = dict(names)
            if names:
                axis.ticker.ticks = list(names)
        follow(self.plot.x_range, *panel.x_range)
        follow(self.plot.y_range, *panel.y_range)
        return {"image": image_data(panel)}

    def mark(self, marked: Marked) -> dict[str, dict[str, Any]]:
        """The columns of the sources that show it."""
        return {"marked": marked_frames(self._panel, marked)}

    def pick(self, box: Box) -> Pick | None:
        """What a click or a box chooses."""
        return heat_pick(self._panel, box)


def _told(drawn: GlyphRenderer, panel: Heat) -> HoverTool:
    """What is told of an image under the pointer: the units whose row and column it is in, and the value."""
    tips, how = [(panel.value.partition(",")[0] or "value", "@image{0.[000]}")], {}
    both = len(panel.rows) > 0 and len(panel.columns) > 0
    for axis, units, name in (("x", panel.columns, "from unit"), ("y", panel.rows, "to unit" if both else "unit")):
        if len(units):
            how[f"${axis}"] = naming(drawn.data_source, f"{axis} units")
            tips.insert(0, (name, f"${axis}{{custom}}"))
    return HoverTool(renderers=[drawn], tooltips=tips, formatters=how, visible=False)


MARKED = {"lines": 1.0, "bands": 0.16, "dots": 1.0}
"""Sources of a panel of curves whose opacity follows what is marked, and that of what is not pale."""

PARTS: dict[type, Any] = {Curves: CurvesPart, Heat: HeatPart}
"""Kind of panel -> what draws it."""


def x_extent(panel: Curves) -> tuple[float, float]:
    """Ends of the x axis that show everything."""
    every = [np.asarray(s.x, float) for s in (*panel.series, *panel.reference)]
    return extent([*every, *(b.left for b in panel.bars), *(b.right for b in panel.bars)])


def y_extent(panel: Curves) -> tuple[float, float]:
    """Ends of the y axis that show everything; bars stand on zero."""
    every = [np.asarray(s.y, float) for s in (*panel.series, *panel.reference)]
    ends = [end for s in (*panel.series, *panel.reference) for end in (s.low, s.high) if end is not None]
    tops = [np.append(np.asarray(b.top, float), 0.0) for b in panel.bars]
    return extent([*every, *ends, *tops, panel.levels])


def curves_data(panel: Curves) -> dict[str, dict[str, Any]]:
    """Columns of all sources of a panel of curves."""
    series = list(enumerate(panel.series))
    return {
        "lines": {
            "xs": [points(s)[0] if s.line else NOWHERE for _, s in series],
            "ys": [points(s)[1] if s.line else NOWHERE for _, s in series],
            "label": [s.label for _, s in series],
            "place": [i for i, _ in series],
        },
        "bands": _bands([(i, s) for i, s in series if s.band and s.low is not None]),
        "dots": _dots([(i, s) for i, s in series if s.dots or (s.low is not None and not s.band)]),
        "bars": _quads(panel.bars),
        "reference": {
            "xs": [points(s)[0] for s in panel.reference],
            "ys": [points(s)[1] for s in panel.reference],
        },
        "levels": {"at": list(panel.levels)},
        "moments": {"at": list(panel.moments)},
    }


NOWHERE = np.full(2, np.nan)
"""A line that is not there, in the legend all the same."""


def _bands(series: list[tuple[int, Series]]) -> dict[str, list[Any]]:
    x = [points(s)[0] for _, s in series]
    low = [np.asarray(s.low, float) for _, s in series]
    high = [np.asarray(s.high, float) for _, s in series]
    good = [np.isfinite(a) & np.isfinite(b) for a, b in zip(low, high, strict=True)]
    return {
        "xs": [np.concatenate([each[g], each[g][::-1]]) for each, g in zip(x, good, strict=True)],
        "ys": [np.concatenate([a[g], b[g][::-1]]) for a, b, g in zip(low, high, good, strict=True)],
        "place": [i for i, _ in series],
    }


def _dots(series: list[tuple[int, Series]]) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {name: [] for name in ("x", "y", "low", "high", "place", "name")}
    for i, each in series:
        x, y = points(each)
        columns["x"] += x.tolist()
        columns["y"] += y.tolist()
        columns["low"] += (y if each.low is None else np.asarray(each.low, float)).tolist()
        columns["high"] += (y if each.high is None else np.asarray(each.high, float)).tolist()
        columns["place"] += [i] * len(x)
        columns["name"] += list(each.names or [each.label] * len(x))
    return columns


def _labels(many: Sequence[Series | Bars]) -> list[str]:
    return [each.label for each in many]


def _quads(bars: tuple[Bars, ...]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in ("left", "right", "top", "label", "place")}
    for i, each in enumerate(bars):
        tops = np.asarray(each.top, float).tolist()
        columns["left"] += np.asarray(each.left, float).tolist()
        columns["right"] += np.asarray(each.right, float).tolist()
        columns["top"] += tops
        columns["label"] += [each.label] * len(tops)
        columns["place"] += [i] * len(tops)
    return columns


def colour_range(panel: Heat) -> tuple[float, float]:
    """Ends of the colours: of the finite values, the same on both sides of zero where they are signed."""
    finite = panel.image[np.isfinite(panel.image)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if panel.signed:
        high = max(abs(low), abs(high)) or 1.0
        return -high, high
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def image_data(panel: Heat) -> dict[str, list[Any]]:
    """Columns of the source of an image; Bokeh's row 0 is at the bottom. Units are counted from where x and y are 0."""
    (left, right), (bottom, top) = panel.x_range, panel.y_range
    y, height = min(bottom, top), abs(top - bottom)
    rows = panel.image[::-1] if top >= bottom else panel.image
    image = np.ascontiguousarray(rows, dtype=np.float32)
    place: dict[str, list[Any]] = {"image": [image], "x": [left], "y": [y], "dw": [right - left], "dh": [height]}
    return place | {"x units": [list(map(str, panel.columns))], "y units": [list(map(str, panel.rows))]}
