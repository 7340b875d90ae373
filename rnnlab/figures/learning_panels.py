"""Panels below the learning curves: the accuracy of each condition or task by colour, and the learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import (
    ColorBar,
    ColumnDataSource,
    CustomJSHover,
    FixedTicker,
    HoverTool,
    Image,
    Line,
    LinearColorMapper,
    Range1d,
    Text,
)
from numpy.typing import NDArray

from rnnlab.figures.paint import ACT, blank, follow, paint
from rnnlab.figures.scales import label
from rnnlab.figures.theme import FONT, Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

COLUMNS = 96
"""Stretches of a strip: what a screen can tell apart, however many evaluations there were."""

NAMED = 16
"""Most rows whose names are written on them; of more, the pointer tells."""

NAME_OF_ROW = """
const names = source.data.names[0]
return names[Math.max(0, Math.min(names.length - 1, Math.floor(value)))]
"""


class Strip:
    """Accuracy by colour: a row for each condition or task, time to the right.

    Args:
        theme: colours.
        source, names: data of the colours, and of the names of few rows.
        updates: the axis shared with the curves.
    """

    def __init__(self, theme: Theme, source: ColumnDataSource, names: ColumnDataSource, updates: Range1d) -> None:
        self.source, self.names = source, names
        self.rows = Range1d(start=0, end=1)
        self.plot = self._build(theme, updates)
        self.fill(np.zeros(0), np.zeros((0, 0)), ())

    def _build(self, theme: Theme, updates: Range1d) -> figure:
        plot = blank(theme, height=100, y_label="each", x_range=updates, y_range=self.rows, dimensions="width")
        plot.xaxis.visible = plot.ygrid.visible = plot.xgrid.visible = False
        plot.yaxis.ticker = FixedTicker(ticks=[])
        plot.yaxis.axis_line_color = None
        mapper = paint(LinearColorMapper(low=0, high=100, nan_color="rgba(0, 0, 0, 0)"), theme, palette="sequential")
        image = Image(image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=mapper)
        drawn = plot.add_glyph(self.source, image)
        said = Text(x="x", y="y", text="name", x_offset=4, text_font_size="10.5px", text_baseline="middle")
        said.update(text_font={"value": FONT}, background_fill_alpha=0.75)
        plot.add_glyph(self.names, paint(said, theme, text_color="text", background_fill_color="surface"))
        naming = CustomJSHover(args={"source": self.source}, code=NAME_OF_ROW, tags=[f"{ACT}nameOfRow"])
        tooltips = [("", "$y{custom}"), ("correct", "@image{0} %"), ("updates", "$x{0,0}")]
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, formatters={"$y": naming}, visible=False))
        bar = ColorBar(color_mapper=mapper, orientation="horizontal", height=6, width=110, padding=2, margin=0)
        bar.update(ticker=FixedTicker(ticks=[0, 50, 100]), title="", location=(0, 0), label_standoff=2)
        plot.add_layout(bar, "above")
        return plot

    def fill(self, at: NDArray, table: NDArray, names: Sequence[str], what: str = "condition") -> None:
        """Show accuracies (evaluation, row) in [0, 1] measured after ``at`` updates; without rows there is no strip."""
        shown = len(at) > 0 and table.ndim == 2 and 1 < table.shape[1] == len(names)
        if self.plot.visible != shown:
            self.plot.visible = shown
        if not shown:
            self._put(self.source, {"image": [], "x": [], "y": [], "dw": [], "dh": [], "names": []})
            self._put(self.names, {"x": [], "y": [], "name": []})
            return
        image, end, n = strip_image(at, table), max(float(at[-1]), 1.0), len(names)
        rows = [name.replace("_", " ") for name in reversed(names)]
        self.plot.yaxis[0].axis_label = f"each {what}"
        height = 30 + (15 * n if n <= NAMED else 110)
        if self.plot.height != height:
            self.plot.height = height
        follow(self.rows, 0, n)
        if not _same_image(self.source, image, rows):
            self._put(self.source, {"image": [image], "x": [0], "y": [0], "dw": [end], "dh": [n], "names": [rows]})
        few = rows if n <= NAMED else []
        self._put(self.names, {"x": [0.0] * len(few), "y": [i + 0.5 for i in range(len(few))], "name": few})

    def _put(self, source: ColumnDataSource, data: dict[str, Any]) -> None:
        comparable = source is self.names or not data["x"]
        if not (comparable and {name: source.data.get(name) for name in data} == data):
            source.data = data


def strip_image(at: NDArray, table: NDArray) -> NDArray[np.float32]:
    """Per cent correct, (row, stretch), the first row at the top; in each stretch the evaluation in force at its end.

    >>> strip_image(np.array([0, 10]), np.array([[0.5, 0.0], [1.0, 0.25]]))[:, [0, -1]].tolist()
    [[0.0, 25.0], [50.0, 100.0]]
    """
    ends = np.linspace(0, at[-1], COLUMNS + 1)[1:]
    which = np.clip(np.searchsorted(at, ends, side="right") - 1, 0, len(at) - 1)
    return np.ascontiguousarray(100 * table[which].T[::-1], dtype=np.float32)


def _same_image(source: ColumnDataSource, image: NDArray, rows: list[str]) -> bool:
    old = source.data
    return (
        len(old["image"]) == 1
        and old["names"] == [rows]
        and old["image"][0].shape == image.shape
        and np.array_equal(old["image"][0], image, equal_nan=True)
    )


class RatePanel:
    """The learning rate of each update, where it changes.

    Args:
        theme: colours.
        source: its data.
        updates: the axis shared with the curves.
    """

    def __init__(self, theme: Theme, source: ColumnDataSource, updates: Range1d) -> None:
        self.source = source
        self.rates = Range1d(start=0, end=1)
        plot = blank(theme, height=74, y_label="rate", x_range=updates, y_range=self.rates, dimensions="width")
        plot.xaxis.visible = False
        plot.yaxis.ticker = FixedTicker(ticks=[])
        line = Line(x="x", y="y", line_width=1.6)
        drawn = plot.add_glyph(source, paint(line, theme, line_color="accent"))
        tooltips = [("updates", "@x{0,0}"), ("learning rate", "@words")]
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, mode="vline", visible=False))
        self.plot = plot
        self.fill(np.zeros(0), np.zeros(0))

    def fill(self, updates: NDArray, rates: NDArray) -> None:
        """Show the rates, if there is more than one."""
        shown = len(rates) > 0 and float(np.ptp(rates)) > 0
        if self.plot.visible != shown:
            self.plot.visible = shown
        x, y = (updates, rates) if shown else (np.zeros(0), np.zeros(0))
        self.source.data = {"x": x.astype(float), "y": y, "words": [f"{value:.4g}" for value in y]}
        if shown:
            top = float(rates.max())
            follow(self.rates, 0, 1.15 * top)
            self.plot.yaxis[0].ticker.ticks = [0, top]
            self.plot.yaxis[0].major_label_overrides = {0: "0", top: label(float(f"{top:.3g}"))}
