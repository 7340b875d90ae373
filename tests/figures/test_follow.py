"""Axes follow what there is to see, and a person's zoom stays."""

from __future__ import annotations

from bokeh.models import Range1d

from rnnlab.figures.paint import follow


def ends(axis: Range1d) -> tuple[float, float]:
    return axis.start, axis.end


def test_an_axis_follows_until_a_person_zooms_and_again_after_a_reset() -> None:
    axis = Range1d(start=0, end=1)
    follow(axis, 0, 10, firm=True)
    follow(axis, 0, 20, firm=True)
    assert ends(axis) == (0, 20)
    axis.update(start=3, end=5)  # by box zoom
    follow(axis, 0, 40, firm=True)
    assert ends(axis) == (3, 5)
    axis.update(start=axis.reset_start, end=axis.reset_end)
    follow(axis, 0, 80, firm=True)
    assert ends(axis) == (0, 80)


def test_where_something_else_is_to_be_seen_a_zoom_ends() -> None:
    axis = Range1d(start=0, end=1)
    follow(axis, 0, 10)
    axis.update(start=3, end=5)
    follow(axis, 0, 10)
    assert ends(axis) == (3, 5)
    follow(axis, 0, 12)
    assert ends(axis) == (0, 12)
