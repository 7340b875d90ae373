"""Panels below the learning curves: the accuracy of each condition or task by colour, and the learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from bokeh.models import (
    ColorBar,
    ColumnDataSource,
    FixedTicker,
    HoverTool,
    Image,
    Line,
    LinearColorMapper,
    Range1d,
)
from numpy.typing import NDArray

from rnnlab.figures.counts import counting
from rnnlab.figures.paint import LEFT, blank, follow, paint
from rnnlab.figures.rates import told_by_row
from rnnlab.figures.scales import label
from rnnlab.figures.theme import Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

COLUMNS = 96
"""Stretches of a strip: what a screen can tell apart, however many evaluations there were."""

NAMED = 16
"""Most rows whose names are written beside them; of more, the pointer tells."""

LONGEST_NAME = 26
"""Characters of a name beside a row; the pointer tells the rest."""

LETTER, BESIDE = 6.0, 30
"""Pixels of a letter beside a row, and of what stands on both sides of a name: the axis's label and its ticks."""


class Strip:
    """Accuracy by colour: a row for each condition or task, time to the right.

    Args:
        theme: colours.
        source: data of the colours.
        updates: the axis shared with the curves.

    Attributes:
        left: pixels that the names beside the rows need.
    """

    def __init__(self, theme: Theme, source: ColumnDataSource, updates: Range1d) -> None:
        self.source, self.left = source, LEFT
        self.rows = Range1d(start=0, end=1)
        self.plot = self._build(theme, updates)
        self.fill(np.zeros(0), np.zeros((0, 0)), ())

    def _build(self, theme: Theme, updates: Range1d) -> figure:
        plot = blank(theme, height=100, y_label="each", x_range=updates, y_range=self.rows, dimensions="width")
        plot.xaxis.visible = plot.ygrid.visible = plot.xgrid.visible = False
        plot.yaxis.ticker = FixedTicker(ticks=[])
        plot.yaxis.axis_line_color = plot.yaxis.major_tick_line_color = None
        mapper = paint(LinearColorMapper(low=0, high=100, nan_color="rgba(0, 0, 0, 0)"), theme, palette="sequential")
        image = Image(image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=mapper)
        drawn = plot.add_glyph(self.source, image)
        plot.add_tools(told_by_row(drawn, ("", "$y{custom}"), ("correct", "@image{0} %"), ("updates", "$x{custom}")))
        bar = ColorBar(color_mapper=mapper, orientation="horizontal", height=6, width=110, padding=2, margin=0)
        bar.update(ticker=FixedTicker(ticks=[0, 50, 100]), title="", location=(0, 0), label_standoff=2)
        bar.title_standoff = 3
        plot.add_layout(bar, "above")
        self._bar = bar
        return plot

    def fill(self, at: NDArray, table: NDArray, names: Sequence[str], what: str = "condition") -> None:
        """Show accuracies (evaluation, row) in [0, 1] measured after ``at`` updates; without rows there is no strip."""
        shown = len(at) > 0 and table.ndim == 2 and 1 < table.shape[1] == len(names)
        if self.plot.visible != shown:
            self.plot.visible = shown
        if not shown:
            self.source.data = {"image": [], "x": [], "y": [], "dw": [], "dh": [], "names": []}
            return
        image, end, n = strip_image(at, table), max(float(at[-1]), 1.0), len(names)
        rows = [name.replace("_", " ") for name in reversed(names)]
        self._name(rows, what)
        height = 46 + (15 * n if n <= NAMED else 110)
        if self.plot.height != height:
            self.plot.height = height
        follow(self.rows, 0, n)
        if not _same_image(self.source, image, rows):
            self.source.data = {"image": [image], "x": [0], "y": [0], "dw": [end], "dh": [n], "names": [rows]}

    def _name(self, rows: Sequence[str], what: str) -> None:
        """Say beside few rows what they are, and above them what tells them apart."""
        factors, values = apart(rows)
        few = values if len(rows) <= NAMED else []
        said = {i + 0.5: _cut(name) for i, name in enumerate(few)}
        axis, title = self.plot.yaxis[0], f"correct (%) by {factors or what}"
        axis.axis_label = what
        self.left = max(LEFT, round(BESIDE + LETTER * max(map(len, said.values()), default=0)))
        if self._bar.title != title:
            self._bar.title = title
        if dict(axis.major_label_overrides) != said:
            axis.ticker.ticks, axis.major_label_overrides = list(said), said


def apart(names: Sequence[str]) -> tuple[str, list[str]]:
    """The factors that all names tell the value of, and the values alone; no factors where names are not of that kind.

    >>> apart(["coherence 0.1, side 0", "coherence 0.5, side 1"])
    ('coherence, side', ['0.1, 0', '0.5, 1'])
    >>> apart(["memory go", "memory anti"])
    ('', ['memory go', 'memory anti'])
    """
    parts = [[part.rpartition(" ") for part in name.split(", ")] for name in names]
    factors = {tuple(factor for factor, _, _ in each) for each in parts}
    if len(factors) != 1 or not all(factor and _is_number(value) for each in parts for factor, _, value in each):
        return "", list(names)
    return ", ".join(next(iter(factors))), [", ".join(value for _, _, value in each) for each in parts]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 2]} …"


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
        plot = blank(
            theme, height=74, y_label="learning\nrate", x_range=updates, y_range=self.rates, dimensions="width"
        )
        plot.xaxis.visible = False
        plot.yaxis.ticker = FixedTicker(ticks=[])
        line = Line(x="x", y="y", line_width=1.6)
        drawn = plot.add_glyph(source, paint(line, theme, line_color="accent"))
        tooltips, how = [("updates", "@x{custom}"), ("learning rate", "@words")], {"@x": counting()}
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, formatters=how, mode="vline", visible=False))
        self.plot = plot
        self.fill(np.zeros(0), np.zeros(0))

    def fill(self, updates: NDArray, rates: NDArray) -> None:
        """Show the rates, if there is more than one."""
        shown = len(rates) > 0 and float(np.ptp(rates)) > 0
        if not shown and not self.plot.visible:
            return  # Bokeh lays out the whole figure anew with every change of a plot that is hidden
        if self.plot.visible != shown:
            self.plot.visible = shown
        x, y = (updates, rates) if shown else (np.zeros(0), np.zeros(0))
        self.source.data = {"x": x.astype(float), "y": y, "words": [f"{value:.4g}" for value in y]}
        if shown:
            top = float(rates.max())
            follow(self.rates, 0, 1.15 * top)
            self.plot.yaxis[0].ticker.ticks = [0, top]
            self.plot.yaxis[0].major_label_overrides = {0: "0", top: label(float(f"{top:.3g}"))}
