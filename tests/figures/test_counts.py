"""Counts on axes are written as in sentences."""

from __future__ import annotations

from rnnlab.figures import LearningFigure
from rnnlab.figures.counts import N_NAMED, names_up_to
from tests.figures.conftest import make_history


def test_thousands_stand_apart_on_a_long_axis_alone() -> None:
    assert names_up_to(1000) == {}
    assert names_up_to(20_000)[12_000] == "12\u00a0000"
    for end in (2e4, 3e5, 8e7):
        assert 10 <= len(names_up_to(end)) <= N_NAMED + 1


def test_the_axis_of_updates_names_what_bokeh_would_write_together() -> None:
    figure = LearningFigure(make_history(12_000))
    axis = figure.root.children[1].xaxis[0]
    assert axis.major_label_overrides[10_000] == "10\u00a0000"
    figure.update(make_history(40))
    assert axis.major_label_overrides == {}
