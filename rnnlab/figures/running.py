"""A network that runs: the rates of its units, what goes in and what comes out, over the last steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    HBar,
    Legend,
    LegendItem,
    LinearColorMapper,
    Model,
    MultiLine,
    Range1d,
)
from numpy.typing import NDArray

from rnnlab.analysis import UNMARKED, Marked
from rnnlab.figures.paint import LiveFigure, blank, dress, follow, paint
from rnnlab.figures.picks import Box, Pick
from rnnlab.figures.rates import draw_rates, draw_rows
from rnnlab.figures.theme import LIGHT, Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

RIGHT = 128
"""Pixels beside the frames: the colour bar above, the legend below."""

Floats = NDArray[np.float64]


class RunningFigure(LiveFigure):
    """Rates of all units as a heat map that moves on, above inputs and outputs.

    A click on a row, or a box over some, picks units; `mark` outlines them. Units that are silenced have a bar at
    the end of their row.

    Args:
        time: (step,) ms after each step.
        rates: (step, unit).
        inputs, outputs: (step, channel).
        names: of the inputs and of the outputs.
        span: ms that are kept in sight.
        silenced: units that are.
        theme: colours.
        height: pixels of both panels together.
        marked: units to mark.
    """

    def __init__(
        self,
        time: Floats,
        rates: Floats,
        inputs: Floats,
        outputs: Floats,
        names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
        span: float = 2000.0,
        silenced: tuple[int, ...] = (),
        theme: Theme = LIGHT,
        height: int = 420,
        marked: Marked = UNMARKED,
    ) -> None:
        super().__init__(theme, ("heat", "marked", "silenced", "inputs", "outputs"))
        self.marked = marked
        self._mapper = LinearColorMapper(low=0, high=1)
        across = Range1d(start=0, end=span)
        self._heat = self._build_heat(theme, across, round(0.56 * height))
        self._lines = self._build_lines(theme, across, height - round(0.56 * height))
        self.readers, self.boxes = [(self._heat, self._units_at)], [(self._heat, "height")]
        self.root = column(self._heat, self._lines, sizing_mode="stretch_width", spacing=0)
        self.update(time, rates, inputs, outputs, names, span, silenced)
        for plot in (self._heat, self._lines):
            dress(plot, theme)

    def _build_heat(self, theme: Theme, across: Range1d, height: int) -> figure:
        plot = blank(theme, height=height, y_label="unit", x_range=across, y_range=Range1d(start=0, end=1), right=RIGHT)
        draw_rates(plot, self.sources["heat"], self._mapper, theme)
        gone = HBar(y="y", height=1, left="left", right="right", line_color=None)
        plot.add_glyph(self.sources["silenced"], paint(gone, theme, fill_color="chosen"))
        draw_rows(plot, self.sources["marked"], theme)
        return plot

    def _build_lines(self, theme: Theme, across: Range1d, height: int) -> figure:
        plot = blank(
            theme,
            height=height,
            x_label="time (ms)",
            y_label="input, output",
            x_range=across,
            y_range=Range1d(start=-1, end=1),
            right=RIGHT,
        )
        items = []
        for name, width in (("inputs", 1.4), ("outputs", 2.0)):
            line = MultiLine(xs="xs", ys="ys", line_width=width, line_dash="dash", line_join="round")
            drawn = plot.add_glyph(self.sources[name], paint(line, theme, line_color=name[:-1]))
            items.append(LegendItem(label={"field": "name"}, renderers=[drawn]))
        self._legend = Legend(items=items, location="top_left", spacing=0)
        plot.add_layout(self._legend, "right")
        return plot

    def update(
        self,
        time: Floats,
        rates: Floats,
        inputs: Floats,
        outputs: Floats,
        names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
        span: float = 2000.0,
        silenced: tuple[int, ...] = (),
    ) -> None:
        """Show the steps as they are now. Nothing is rebuilt."""
        n_steps, self._n = rates.shape
        self._end = max(float(time[-1]) if n_steps else 0.0, span)
        self._start = self._end - span
        follow(self._heat.x_range, self._start, self._end)
        follow(self._heat.y_range, 0, self._n)
        dt = float(time[1] - time[0]) if n_steps > 1 else span
        begin = float(time[0]) - dt if n_steps else 0.0
        image = np.ascontiguousarray(rates.T, np.float32)
        heat = {"image": [image], "x": [begin], "dw": [n_steps * dt], "dh": [self._n]}
        low, high = (float(rates.min()), float(rates.max())) if rates.size else (0.0, 1.0)
        self._mapper.update(low=min(low, 0.0), high=max(high, low + 1e-6))
        shown = ("inputs", inputs, names[0]), ("outputs", outputs, names[1])
        self._fill(
            {
                "heat": heat if n_steps else {name: [] for name in heat},
                "silenced": self._rows(silenced, self._end - 0.02 * span),
            }
            | {name: _lines(time, values, called) for name, values, called in shown}
        )
        ends = [float(v) for _, values, _ in shown for v in (values.min(initial=0.0), values.max(initial=0.0))]
        low, high = np.floor(2 * min(ends)) / 2, np.ceil(2 * max(ends)) / 2
        follow(self._lines.y_range, float(low) - 0.1, max(float(high), 0.5) + 0.1)
        self.mark(self.marked)

    def _rows(self, units: tuple[int, ...], start: float) -> dict[str, Any]:
        at = np.array([unit for unit in units if unit < self._n], float)
        return {"y": at + 0.5, "left": np.full(len(at), start), "right": np.full(len(at), self._end)}

    def _units_at(self, box: Box) -> Pick | None:
        units = tuple(box.rows(self._n))
        return Pick(units) if units else None

    def mark(self, marked: Marked) -> None:
        """Outline the rows of these units."""
        self.marked = marked
        self._fill({"marked": self._rows(marked.units, self._start)})


DASHES = ("solid", "dashed", "dotted", "dashdot")
"""Tell channels of one kind apart."""


def _lines(time: Floats, values: Floats, names: tuple[str, ...]) -> dict[str, list[Any]]:
    n = values.shape[1]
    called = [*names, *(f"channel {k}" for k in range(len(names), n))][:n]
    return {
        "xs": [time] * n,
        "ys": [values[:, k] for k in range(n)],
        "name": [name.replace("_", " ") for name in called],
        "dash": [DASHES[k % len(DASHES)] for k in range(n)],
    }


def running(
    time: Floats,
    rates: Floats,
    inputs: Floats,
    outputs: Floats,
    names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    span: float = 2000.0,
    silenced: tuple[int, ...] = (),
    theme: Theme = LIGHT,
    height: int = 420,
    marked: Marked = UNMARKED,
) -> Model:
    """The last steps of a network as a Bokeh layout; the arguments are those of `RunningFigure`."""
    return RunningFigure(time, rates, inputs, outputs, names, span, silenced, theme, height, marked).root
