"""Panels drawn: what is counted has whole ticks."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.models import HoverTool, Title

from rnnlab.figures.chart import ChartFigure
from rnnlab.figures.panels import Bars, Curves, Heat, Panels, Series

SHARES = Curves("time (ms)", "share", (Series(np.array([0.0, 0.5]), np.array([0.2, 0.9])),))
COUNTS = Curves("point", "units", (Series(np.arange(2), np.array([1, 0])),))
BARS = Curves("", "fixed points", bars=(Bars(np.array([-0.4]), np.array([0.4]), np.array([1])),))


def _spacing(figure: ChartFigure[Panels], axis: str) -> float:
    """The least distance of two ticks."""
    return float(getattr(figure.root, f"{axis}axis")[0].ticker.min_interval)


@pytest.mark.parametrize(("panel", "spacing"), [(SHARES, (0.0, 0.0)), (COUNTS, (1.0, 1.0)), (BARS, (0.0, 1.0))])
def test_what_is_counted_has_no_ticks_at_halves(panel: Curves, spacing: tuple[float, float]) -> None:
    figure: ChartFigure[Panels] = ChartFigure(lambda panels: panels, (panel,))
    assert (_spacing(figure, "x"), _spacing(figure, "y")) == spacing


def test_ticks_follow_what_is_shown() -> None:
    figure: ChartFigure[Panels] = ChartFigure(lambda panels: panels, (COUNTS,))
    figure.update((SHARES,))
    assert _spacing(figure, "y") == 0.0


def test_what_colours_measure_stands_beside_their_bar() -> None:
    figure = ChartFigure(lambda value: (Heat("x", "y", np.eye(2), (0, 1), (0, 1), value),), "angle (rad)")
    (name,) = figure.root.select({"type": Title, "text": "angle (rad)"})
    assert name in figure.root.right
    figure.update("")
    assert not name.visible


def test_the_pointer_tells_which_units_a_value_is_of() -> None:
    panel = Heat("from", "to", np.eye(3), (0, 3), (3, 0), "weight", rows=[2, 0, 1], columns=[1, 2, 0])
    figure = ChartFigure(lambda shown: (shown,), panel)
    (tool,) = (each for each in figure.root.select({"type": HoverTool}))
    assert [name for name, _ in tool.tooltips] == ["to unit", "from unit", "weight"]
    assert {axis: said.args["field"] for axis, said in tool.formatters.items()} == {"$x": "x units", "$y": "y units"}
    data = figure.sources["0 image"].data
    assert (data["y units"], data["x units"]) == ([["2", "0", "1"]], [["1", "2", "0"]]), "row 0 is where y is 0, on top"
