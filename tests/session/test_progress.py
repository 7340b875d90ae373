"""How far and how fast."""

from __future__ import annotations

import pytest

from rnnlab.session.mailbox import News
from rnnlab.session.progress import Course, Progress, Speedometer


def test_the_time_left_ends_with_the_time_allowed() -> None:
    course = Course()
    for update, seconds in ((0, 0.0), (10, 1.0)):
        course.hear(News(points={}, progress=(update, update, seconds)))
    assert course.progress(1000, True).seconds_left == 99.0
    assert course.progress(1000, True, allowed=31.0).seconds_left == 30.0


def test_no_time_left_is_known_while_no_update_is_done() -> None:
    course = Course()
    for seconds in (0.5, 2.0):  # the first evaluation of a slow machine is told of twice
        course.hear(News(points={}, progress=(0, 0, seconds)))
    assert course.progress(1000, True).seconds_left is None


def test_speed_is_that_of_the_last_seconds() -> None:
    meter = Speedometer(window=5)
    assert meter.per_second is None
    meter.note(0, 0, 0.0)
    assert meter.per_second is None
    for second in range(1, 11):
        meter.note(10 * second, 80 * second, float(second))
    for second in range(11, 21):
        meter.note(100 + 100 * (second - 10), 800 + 800 * (second - 10), float(second))
    assert meter.per_second == pytest.approx((100, 800))


def test_time_that_stands_still_changes_nothing() -> None:
    meter = Speedometer()
    meter.note(0, 0, 0.0)
    meter.note(10, 80, 1.0)
    meter.note(10, 80, 1.0)
    assert meter.per_second == (10, 80)


def test_the_fraction_done() -> None:
    assert Progress().fraction == 0
    assert Progress(update=25, budget=100).fraction == 0.25
    assert Progress(update=101, budget=100).fraction == 1
