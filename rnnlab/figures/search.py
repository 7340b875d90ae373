"""How a search for fixed points went: points found against starts spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bokeh.models import HoverTool, Line, Model, Range1d, Scatter

from rnnlab.figures.paint import LiveFigure, blank, dress, follow, paint
from rnnlab.figures.theme import LIGHT, Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from rnnlab.analysis import FixedPoints


class SearchFigure(LiveFigure):
    """Points found against starts spent: a curve that is flat at its end is a search that found no more.

    Within the first starts the curve is the mean over their orders; each dot after it is a round of the search.

    Args:
        points: what the search found.
        theme: colours.
        height: pixels.
    """

    def __init__(self, points: FixedPoints | None, theme: Theme = LIGHT, height: int = 240) -> None:
        super().__init__(theme, ("curve", "rounds"))
        self.root = self._plot = self._build(theme, height)
        self.update(points)
        dress(self._plot, theme)

    def _build(self, theme: Theme, height: int) -> figure:
        plot = blank(
            theme,
            height=height,
            x_label="starts spent",
            y_label="fixed points found",
            x_axis_type="log",
            x_range=Range1d(start=1, end=1000),
            y_range=Range1d(start=0, end=1),
        )
        line = Line(x="x", y="y", line_width=1.6)
        plot.add_glyph(self.sources["curve"], paint(line, theme, line_color="output"))
        dots = paint(Scatter(x="x", y="y", size=7), theme, fill_color="surface", line_color="output")
        drawn = plot.add_glyph(self.sources["rounds"], dots)
        tooltips = [("after", "@starts"), ("starts", "@n_starts"), ("new points", "@n_new")]
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, visible=False))
        return plot

    def update(self, points: FixedPoints | None) -> None:
        """Show another search. Nothing is rebuilt."""
        x, y = (np.zeros(0), np.zeros(0)) if points is None else points.curve
        seen = x > 0  # the axis is logarithmic
        rounds = () if points is None else points.rounds
        told = {name: [getattr(each, name) for each in rounds] for name in ("starts", "n_starts", "n_new")}
        after = {key: np.cumsum(told[name]) for key, name in (("x", "n_starts"), ("y", "n_new"))}
        self._fill({"curve": {"x": x[seen], "y": y[seen]}, "rounds": after | told})
        follow(self._plot.x_range, 1.0, max(10.0, 1.3 * float(x.max(initial=0))))
        follow(self._plot.y_range, 0.0, max(1.0, 1.1 * float(y.max(initial=0))))


def search(points: FixedPoints | None, theme: Theme = LIGHT, height: int = 240) -> Model:
    """The curve as a Bokeh figure; the arguments are those of `SearchFigure`."""
    return SearchFigure(points, theme, height).root
