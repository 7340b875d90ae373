"""What the network chooses, against the evidence: the psychometric curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import HoverTool, Line, Model, Range1d, Scatter, Segment, Span
from bokeh.plotting import figure

from rnnlab.analysis import Marked
from rnnlab.figures.levels import around, level_of
from rnnlab.figures.paint import LiveFigure, blank, dress, paint
from rnnlab.figures.picks import Box, Pick, nearest
from rnnlab.figures.shown import Shown
from rnnlab.figures.theme import LIGHT, Theme

if TYPE_CHECKING:
    from rnnlab.analysis import Psychometric


class PsychometricFigure(LiveFigure):
    """Fraction of trials with one choice, against a factor; bars are confidence intervals. A click on a point picks its
    condition; `mark` puts a ring around it.

    Args:
        result: the curve.
        choice: name of the choice counted, for the axis; its number if not given.
        theme: colours.
        height: pixels.
    """

    def __init__(
        self, result: Psychometric, choice: str | None = None, theme: Theme = LIGHT, height: int = 300
    ) -> None:
        super().__init__(theme, ("curve", "marked"))
        self._half = Span(location=50, dimension="width", line_dash="dashed", line_width=1.2)
        self._zero = Span(location=0, dimension="height", line_dash="dashed", line_width=1.2)
        self.root = self._plot = self._build(theme, height)
        self.readers = [(self._plot, self._condition_at)]
        self.update(result, choice)
        dress(self._plot, theme)

    def _build(self, theme: Theme, height: int) -> figure:
        plot = blank(theme, height=height, x_range=Range1d(start=-1, end=1), y_range=Range1d(start=-4, end=104))
        for span in (self._half, self._zero):
            plot.add_layout(paint(span, theme, line_color="reference"))
        source = self.sources["curve"]
        line, bars = Line(x="x", y="y", line_width=1.6), Segment(x0="x", x1="x", y0="low", y1="high", line_width=1.4)
        plot.add_glyph(source, paint(line, theme, line_color="output"))
        plot.add_glyph(source, paint(bars, theme, line_color="output"))
        dots = Scatter(x="x", y="y", size=8, line_width=1.5)
        points = plot.add_glyph(source, paint(dots, theme, fill_color="output", line_color="surface"))
        ring = Scatter(x="x", y="y", size=15, fill_alpha=0, line_width=2)
        plot.add_glyph(self.sources["marked"], paint(ring, theme, line_color="chosen"))
        tooltips = [("chosen", "@y{0.0} % (@low{0.0} to @high{0.0} %)"), ("level", "@x{0.[000]}"), ("trials", "@n")]
        plot.add_tools(HoverTool(renderers=[points], tooltips=tooltips, visible=False))
        return plot

    def update(self, result: Psychometric, choice: str | None = None) -> None:
        """Show another curve. Nothing is rebuilt."""
        self._shown, self.shown = result, Shown(factors=(result.factor,))
        self._fill({"curve": psychometric_data(result)})
        self.mark(self.marked)
        levels = np.asarray(result.levels, dtype=float)
        low, high = (float(levels.min()), float(levels.max())) if levels.size else (-1.0, 1.0)
        room = 0.06 * (high - low) or 1.0
        self._plot.x_range.update(start=low - room, end=high + room, reset_start=low - room, reset_end=high + room)
        self._zero.visible = low < 0 < high
        self._plot.xaxis[0].axis_label = result.factor.replace("_", " ")
        name = f"choice {result.choice}" if choice is None else choice.replace("_", " ")
        self._plot.yaxis[0].axis_label = f"trials with {name} (%)"

    def _condition_at(self, box: Box) -> Pick | None:
        data = self.sources["curve"].data
        point = nearest(self._plot, box, data["x"], data["y"]) if box.is_click else None
        return None if point is None else Pick(condition=around(self._shown.factor, self._shown.levels)[point])

    def mark(self, marked: Marked) -> None:
        """Put a ring around the points of the condition."""
        self.marked = marked
        here = level_of(marked.condition, self._shown.factor, self._shown.levels)
        data = self.sources["curve"].data
        self._fill({"marked": {name: np.asarray(data[name])[here] for name in ("x", "y")}})


def psychometric_data(result: Psychometric) -> dict[str, Any]:
    """Columns of the source of `PsychometricFigure`, in per cent."""
    share = {"y": result.fraction, "low": result.low, "high": result.high}
    return {"x": result.levels, "n": result.counts} | {name: 100 * np.asarray(v) for name, v in share.items()}


def psychometric(result: Psychometric, choice: str | None = None, theme: Theme = LIGHT, height: int = 300) -> Model:
    """The curve as a Bokeh figure; the arguments are those of `PsychometricFigure`."""
    return PsychometricFigure(result, choice, theme, height).root
