"""Draws against their distributions."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rnnlab.spec import SpecError
from rnnlab.tasks import (
    Choice,
    Constant,
    Exponential,
    Factor,
    Hold,
    Normal,
    Task,
    TruncatedExponential,
    TruncatedNormal,
    Uniform,
)
from tests.tasks.language import small_task

U = (np.arange(20_000) + 0.5) / 20_000


@pytest.mark.parametrize(
    ("draw", "reference"),
    [
        (Uniform(2, 5), stats.uniform(2, 3)),
        (TruncatedExponential(330, 80, 1500), stats.truncexpon((1500 - 80) / 330, loc=80, scale=330)),
        (Exponential(330), stats.expon(scale=330)),
        (Exponential(0.2, low=-3), stats.expon(loc=-3, scale=0.2)),
        (TruncatedExponential(1e-3, 0, 100), stats.truncexpon(1e5, loc=0, scale=1e-3)),
        (TruncatedNormal(100, 30, 50, 200), stats.truncnorm(-50 / 30, 100 / 30, loc=100, scale=30)),
        (TruncatedNormal(0, 10, 300, 1000), stats.truncnorm(30, 100, loc=0, scale=10)),
        (TruncatedNormal(0, 0.001, -100, 100), stats.truncnorm(-1e5, 1e5, loc=0, scale=0.001)),
    ],
)
def test_quantiles_are_those_of_the_distribution(draw, reference) -> None:
    expected = reference.ppf(U)
    assert np.allclose(draw.inverse(U), expected, rtol=1e-6, atol=2e-5 * (expected.max() - expected.min()))


def test_a_constant_is_constant() -> None:
    assert (Constant(3).inverse(U) == 3).all()
    assert Constant(3).support == (3,)


def test_choices_come_by_their_odds() -> None:
    drawn = Choice((5, 7, 9), weights=(1, 0, 3)).inverse(U)
    assert np.mean(drawn == 5) == pytest.approx(0.25, abs=1e-4)
    assert np.mean(drawn == 9) == pytest.approx(0.75, abs=1e-4)
    assert Choice((5, 7, 9), weights=(1, 0, 3)).support == (5, 9)
    assert Choice((0.1,) * 7).inverse(np.array([np.nextafter(1, 0)])) == [0.1]


def test_a_normal_is_normal() -> None:
    drawn = Normal(3, 2).sample(np.random.default_rng(0), 20_000)
    assert stats.kstest(drawn, stats.norm(3, 2).cdf).pvalue > 0.01


numbers = st.floats(0, 1e6)


@settings(deadline=None)
@given(st.data())
def test_nothing_comes_out_of_bounds(data: st.DataObject) -> None:
    low, high = sorted((data.draw(numbers), data.draw(numbers)))
    spread = data.draw(st.floats(1e-6, 1e6))
    draw = data.draw(
        st.sampled_from(
            [Uniform(low, high), TruncatedExponential(spread, low, high), TruncatedNormal(low / 2, spread, low, high)]
        )
    )
    drawn = draw.inverse(np.array([0.0, 0.3, 0.7, np.nextafter(1, 0)]))
    slack = 1e-9 * max(high, 1)
    assert (drawn >= draw.bounds[0] - slack).all()
    assert (drawn <= draw.bounds[1] + slack).all()
    assert (np.diff(drawn) >= -slack).all()


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Uniform(3, 2), "Uniform.low"),
        (lambda: TruncatedExponential(0, 1, 2), "TruncatedExponential.mean"),
        (lambda: Exponential(0), "Exponential.mean"),
        (lambda: TruncatedNormal(0, 0, 1, 2), "TruncatedNormal.sd"),
        (lambda: TruncatedNormal(0, 1, 2, 1), "TruncatedNormal.low"),
        (lambda: Choice(()), "Choice.values"),
        (lambda: Choice((1, 2), weights=(1,)), "Choice.weights"),
        (lambda: Choice((1, 2), weights=(0, 0)), "Choice.weights"),
        (lambda: Choice((1, 2), weights=(-1, 2)), "Choice.weights[0]"),
        (lambda: Normal(0, -1), "Normal.sd"),
    ],
)
def test_wrong_draws_are_refused(make, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        make()
    assert caught.value.path == path


@pytest.mark.parametrize("rule", [Exponential(0.2), Normal(1, 2)])
def test_what_has_no_end_is_a_factor_and_no_duration(rule: Exponential | Normal) -> None:
    """And its file is strict JSON, which knows no infinity."""
    task = small_task(Hold("x"), factors=(Factor("x", rule),))
    json.loads(task.to_json(), parse_constant=pytest.fail)
    assert Task.from_json(task.to_json()) == task
    assert rule.bounds[1] == np.inf
    file = json.loads(task.to_json())
    file["epochs"][0]["duration"] = file["factors"][0]["rule"]
    with pytest.raises(SpecError, match=f"a duration is bounded: give Truncated{type(rule).__name__}") as caught:
        Task.from_json(json.dumps(file))
    assert caught.value.path == "task.epochs[0].duration"
