"""Ticks are round, axes are steady, thinned lines look the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.figures.scales import decimate, decimate_steps, nice_ticks, steady_decades, steady_end

numbers = st.floats(1e-6, 1e6)


@given(numbers, st.integers(1, 12))
def test_ticks_are_few_and_inside(span: float, n: int) -> None:
    ticks = nice_ticks(0, span, n)
    assert 1 <= len(ticks) <= n + 1
    assert ticks[0] == 0
    assert ticks[-1] <= span * (1 + 1e-6)


@given(numbers)
def test_an_axis_that_grows_changes_seldom(value: float) -> None:
    end = steady_end(value)
    assert value * 0.999999 <= end <= 2 * value * 1.000001
    assert steady_end(end) == pytest.approx(end)


def test_log_axis_holds_what_is_positive_and_spans_a_decade() -> None:
    low, high = steady_decades(np.array([np.nan, -1.0, 0.0, 0.03, 0.06]))
    assert low <= 0.03
    assert high >= 0.06
    assert high / low >= 9.99
    assert steady_decades(np.array([])) == (0.1, 1.0)


@pytest.mark.parametrize("n", [5, 2000, 2001, 50_000, 65_537])
def test_thinned_line_is_short_keeps_order_and_extremes(n: int) -> None:
    rng = np.random.default_rng(n)
    x, y = np.arange(n, dtype=float), rng.normal(size=n)
    px, py = decimate(x, y, 2000)
    assert len(px) <= 2000
    assert (np.diff(px) > 0).all()
    assert {y.min(), y.max()} <= set(py)
    assert (y[px.astype(int)] == py).all()


def test_the_past_stays_still_while_a_line_grows() -> None:
    y = np.random.default_rng(0).normal(size=60_000)
    x = np.arange(len(y), dtype=float)
    before, after = (set(decimate(x[:n], y[:n], 2000)[0]) for n in (50_000, 50_100))
    assert len(before & after) > 0.99 * len(before)


def test_a_gap_stays_a_gap_and_is_no_error() -> None:
    y = np.full(10_000, np.nan)
    y[4000:6000] = 1.0
    _, thin = decimate(np.arange(10_000.0), y, 200)
    assert np.isnan(thin[0])
    assert np.isnan(thin[-1])
    assert np.nanmin(thin) == 1.0


def test_steps_of_a_trajectory_end_with_the_last() -> None:
    assert decimate_steps(7, 3).tolist() == [0, 3, 6]
    assert decimate_steps(0, 3).size == 0
    assert len(decimate_steps(1000, 300)) <= 300
