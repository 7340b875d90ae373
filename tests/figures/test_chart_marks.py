"""Panels whose points, rows and lines stand for units and conditions: chosen, and marked."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.models import Legend

from rnnlab.analysis import Condition, Marked
from rnnlab.figures import ChartFigure
from rnnlab.figures.chart_marks import same
from rnnlab.figures.panels import Curves, Heat, Panels, Series
from rnnlab.figures.picks import Box, Pick

UNITS = (4, 0, 2)


def describe(_result: None) -> Panels:
    """A heat map of three units by two conditions, and a dot for each unit beside a line of each condition."""
    of = Condition("c", -1.0), Condition("c", 1.0)
    heat = Heat("condition", "unit", np.arange(6.0).reshape(3, 2), (0.0, 2.0), (3.0, 0.0), rows=UNITS, conditions=of)
    dots = Series([0.0, 1.0, 2.0], [5.0, 6.0, 7.0], line=False, dots=True, units=UNITS)
    lines = (Series([0.0, 2.0], [y, y], of=(each,)) for y, each in zip((0.0, 2.0), of, strict=True))
    return heat, Curves("x", "y", (dots, *lines), x_range=(-1.0, 3.0), y_range=(-1.0, 9.0))


def at(x: float, y: float) -> Box:
    return Box(x, x, y, y)


def test_what_is_pointed_at() -> None:
    heat, curves = (read for _, read in ChartFigure(describe, None).readers)
    assert heat(at(1.5, 0.5)) == Pick((4,), Condition("c", 1.0)), "row 0 is at the top, at y = 0"
    assert heat(Box(0.1, 1.9, 1.2, 2.9)) == Pick((0, 2))
    assert heat(at(1.5, -2.0)) == Pick((), Condition("c", 1.0))
    assert curves(at(1.0, 6.0)) == Pick((0,))
    assert curves(at(1.3, 2.1)) == Pick(condition=Condition("c", 1.0))
    assert curves(Box(-0.5, 1.5, 4.0, 8.0)) == Pick((0, 4))
    assert curves(at(2.5, 4.0)) is None


def test_what_is_marked() -> None:
    figure = ChartFigure(describe, None)
    figure.mark(Marked((0, 2), Condition("c", 0.5, 1.5)))
    rows = figure.sources["0 marked"].data
    assert sorted(zip(rows["left"], rows["right"], rows["top"], rows["bottom"], strict=True)) == [
        (0.0, 2.0, 1.0, 3.0),  # two neighbours, one frame
        (1.0, 2.0, 0.0, 3.0),  # the condition's column
    ]
    rings = figure.sources["1 marked"].data
    assert sorted(zip(rings["x"], rings["y"], strict=True)) == [(1.0, 6.0), (2.0, 7.0)]
    assert figure.sources["1 lines"].data["alpha"][2] == 1.0
    assert figure.sources["1 lines"].data["alpha"][1] < 0.5
    figure.update(None)
    assert len(figure.sources["1 marked"].data["x"]) == 2, "what is marked stays so in the next result"
    figure.mark(Marked())
    assert all(alpha == 1.0 for alpha in figure.sources["1 lines"].data["alpha"])
    assert not len(figure.sources["0 marked"].data["left"])


def named(_result: None) -> Panels:
    of = Condition("c", -1.0), Condition("c", 1.0)
    lines = (Series([0.0, 2.0], [y, y], f"{y:g}", of=(each,)) for y, each in zip((0.0, 2.0), of, strict=True))
    dots = Series([0.0, 1.0, 2.0], [5.0, 6.0, 7.0], "some", line=False, dots=True, units=UNITS)
    return (Curves("x", "y", (*lines, Series([0.0], [1.0]), dots)),)


def test_an_entry_of_a_legend_chooses_what_it_names() -> None:
    figure, picked = ChartFigure(named, None), list[Pick]()
    figure.on_pick(picked.append)
    legend = figure.root.select_one({"type": Legend})
    assert [item.label.value for item in legend.items[:3]] == ["0", "2", "some"]
    assert [item.index for item in legend.items[:3]] == [0, 1, 3], "what has no name has no entry"
    pressed = figure.pointed[-1]
    for entry in (1, 3, 2, -1):
        pressed.data = {"entry": [entry], "n": [1]}
    assert picked == [Pick(condition=Condition("c", 1.0)), Pick((0, 2, 4))]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Condition("c", 0.0, 1.0), Condition("c", 0.5), True),
        (Condition("c", 0.0, 1.0), Condition("c", 1.0, 2.0), False),
        (Condition("c", 0.0, 1.0), Condition("c", 0.25, 1.1), True),
        (Condition("c", "red"), Condition("c", "red"), True),
        (Condition("c", 0.5), Condition("d", 0.5), False),
    ],
)
def test_conditions_that_have_values_in_common(one: Condition, other: Condition, alike: bool) -> None:
    assert same(one, other) == same(other, one) == alike
