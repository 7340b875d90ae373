"""Behaviour, against answers known from theory: fits, reaction times, integration, kernels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

import rnnlab as rl
from rnnlab.analysis import (
    accuracy_by_duration,
    ask,
    chronometric,
    psychometric_fit,
    reverse_correlation,
)
from rnnlab.analysis._intervals import wilson
from rnnlab.analysis.accuracy_by_duration import lasting
from rnnlab.analysis.chronometric import reaction_times, scored_times
from rnnlab.analysis.psychometric import Psychometric
from rnnlab.networks import from_arrays
from rnnlab.simulation import simulate

TASK = rl.tasks.get("perceptual_discrimination")


def curve(levels: np.ndarray, hits: np.ndarray, n: int) -> Psychometric:
    counts = np.full(len(levels), n)
    low, high = wilson(hits, counts)
    return Psychometric("x", 1, levels, hits / counts, low, high, counts, 0.95)


def true_shares(levels: np.ndarray, mu: float, sigma: float, low: float, high: float) -> np.ndarray:
    return low + (1 - low - high) * norm.cdf(levels, mu, sigma)


LEVELS = np.linspace(-1, 1, 9)
TRUE = {"threshold": 0.1, "sigma": 0.3, "low_lapse": 0.05, "high_lapse": 0.1}


def test_a_fit_finds_the_parameters_that_made_the_shares() -> None:
    shares = true_shares(LEVELS, 0.1, 0.3, 0.05, 0.1)
    fit = psychometric_fit(curve(LEVELS, np.round(shares * 10**6), 10**6))
    for name, value in TRUE.items():
        assert getattr(fit, name) == pytest.approx(value, abs=5e-3)
        low, high = fit.intervals[name]
        assert low <= value <= high
    np.testing.assert_allclose(fit.at(LEVELS), shares, atol=1e-3)
    assert fit.deviance < 1
    assert not fit.steep


def test_intervals_are_as_wide_as_fisher_information_says() -> None:
    """For many trials a profile interval becomes the normal one: 1.96 roots of the inverse information's diagonal."""
    n, names = 40_000, list(TRUE)
    x = np.array(list(TRUE.values()))
    shares = true_shares(LEVELS, *x)
    steps = 1e-5 * np.eye(4)
    slopes = np.stack([(true_shares(LEVELS, *(x + h)) - true_shares(LEVELS, *(x - h))) / 2e-5 for h in steps])
    information = (slopes * n / (shares * (1 - shares))) @ slopes.T
    half = 1.96 * np.sqrt(np.diag(np.linalg.inv(information)))
    fit = psychometric_fit(curve(LEVELS, np.round(shares * n), n))
    for name, expected in zip(names, half, strict=True):
        low, high = fit.intervals[name]
        assert (high - low) / 2 == pytest.approx(expected, rel=0.12), name


def test_a_step_is_said_to_be_steeper_than_the_levels_tell() -> None:
    fit = psychometric_fit(curve(LEVELS, np.where(LEVELS > -0.1, 100.0, 0.0), 100))
    assert fit.steep
    assert -0.25 <= fit.threshold <= 0.0
    assert fit.intervals["sigma"][1] < 0.3


def test_two_levels_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="factor: x has 2 levels"):
        psychometric_fit(curve(np.array([-1.0, 1.0]), np.array([10.0, 90.0]), 100))


# ------------------------------------------------------------------------------------------------ reaction times


def test_a_ramp_crosses_its_threshold_when_it_does() -> None:
    """An integrator without leak driven by a constant c reaches the level a after a / c steps."""
    batch = TASK.sample(16, dt=10, seed=0, noise=False)
    epoch = np.asarray(batch.epochs["stimulus"])
    outputs = np.maximum(np.arange(batch.n_steps) - epoch[:, :1] + 1, 0)[:, :, None] * 0.05
    times = reaction_times(outputs, batch, 0.5, "stimulus")
    np.testing.assert_allclose(times, 90.0)  # the tenth step, which begins 90 ms after the first
    assert np.isnan(reaction_times(outputs, batch, 1e6, "stimulus")).all()
    with pytest.raises(ValueError, match="no epoch 'go'"):
        reaction_times(outputs, batch, 0.5, "go")


def test_mean_reaction_times_are_means_with_their_standard_errors() -> None:
    rng = np.random.default_rng(0)
    levels = np.repeat([0.1, 0.5], 200)
    times, correct = rng.normal(500, 50, 400), rng.random(400) < 0.8
    times[:5] = np.nan
    found = chronometric(times, correct, levels)
    for i, level in enumerate((0.1, 0.5)):
        for side, right in enumerate((True, False)):
            some = [t for t, c, x in zip(times, correct, levels, strict=True) if x == level and c == right and t == t]
            assert found.mean[side, i] == pytest.approx(np.mean(some))
            half = 1.96 * np.std(some, ddof=1) / len(some) ** 0.5
            assert found.high[side, i] - found.mean[side, i] == pytest.approx(half)
    assert found.counts.sum() == 395
    assert found.answered == pytest.approx(395 / 400)


def test_no_answer_at_all_is_a_result_that_says_so() -> None:
    found = chronometric([np.nan, np.nan], [True, False], [0.0, 1.0])
    assert found.answered == 0
    assert found.facts()["reaction time"].startswith("none: no output gets so far")


def test_the_times_that_a_scoring_measured_are_found_among_its_parts() -> None:
    task = rl.tasks.get("random_dots_reaction_time")
    batch = task.sample(32, dt=10, seed=0)
    times = scored_times(task.score(batch.targets, batch))
    assert times is not None
    assert times.shape == (32,)
    assert np.isfinite(times).any()
    plain = TASK.sample(4, dt=10, seed=0)
    assert scored_times(TASK.score(plain.targets, plain)) is None


# ----------------------------------------------------------------------------------------------------- durations


def test_perfect_integration_grows_with_the_square_root_of_time() -> None:
    """A sum of T samples of mean m and variance 1 has the right sign with probability Phi(m sqrt(T))."""
    rng, durations = np.random.default_rng(0), np.array([10, 40, 160])
    correct = [rng.normal(0.1, 1, (20_000, n)).sum(axis=1) > 0 for n in durations]
    found = accuracy_by_duration(durations, correct)
    expected = norm.cdf(0.1 * np.sqrt(durations))
    np.testing.assert_allclose(found.accuracy, expected, atol=0.01)
    assert ((found.low <= expected) & (expected <= found.high)).all()


def test_an_epoch_is_made_to_last() -> None:
    batch = lasting(TASK, "stimulus", 120).sample(8, dt=10)
    np.testing.assert_array_equal(np.diff(batch.epochs["stimulus"], axis=1), 12)
    with pytest.raises(ValueError, match="no epoch 'sample'"):
        lasting(TASK, "sample", 100)
    with pytest.raises(ValueError, match=r"longest: stimulus cannot last"):
        lasting(TASK, "stimulus", 10**6)


def test_a_network_that_integrates_its_difference_gains_from_time() -> None:
    """The noise is on all the time, the evidence for a part of it: the longer, the more often the sum is right."""
    task = rl.tasks.get("perceptual_discrimination", coherences=(0.2,), noise=0.4)
    network = from_arrays(
        form="current", nonlinearity="linear", dt=10, tau=100, W_in=[[1, -1]], W_rec=[[1.0]], W_out=[[1], [-1]]
    )
    asked = rl.analysis.AccuracyByDurationQuestion(n_trials=512, shortest=20, longest=900, n_durations=2)
    found = ask(network, asked, task)
    assert found.accuracy[1] > found.accuracy[0] + 0.1
    assert found.low[1] > found.high[0]
    assert found.chance == 0.5


# ------------------------------------------------------------------------------------------- reverse correlation


def test_the_kernel_of_a_weighted_sum_is_its_weights() -> None:
    rng, weights = np.random.default_rng(0), np.array([[1.0, 0.0], [2.0, 0.0], [0.0, -2.0]])
    noise = rng.normal(size=(40_000, 3, 2))
    decided = np.einsum("ntc,tc->n", noise, weights)
    found = reverse_correlation(noise, decided)
    expected = weights / np.linalg.norm(weights)
    np.testing.assert_allclose(found.kernel, expected, atol=0.015)
    chosen = reverse_correlation(noise, decided > 0)
    np.testing.assert_allclose(chosen.kernel, expected * np.sqrt(2 / np.pi), atol=0.015)


def test_steps_that_a_trial_does_not_have_do_not_count() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(2000, 2, 1))
    where = np.ones((2000, 2), bool)
    where[500:, 1] = False
    found = reverse_correlation(noise, noise[:, 1, 0], where)
    assert found.kernel[1, 0] == pytest.approx(1.0)
    assert found.counts.tolist() == [2000, 500]
    assert found.kernel[0, 0] == pytest.approx(np.corrcoef(noise[:, 0, 0], noise[:, 1, 0])[0, 1])


def test_without_noise_or_without_decisions_there_is_no_kernel() -> None:
    with pytest.raises(ValueError, match="noise: the inputs have none"):
        reverse_correlation(np.zeros((20, 3, 1)), np.arange(20.0))
    with pytest.raises(ValueError, match="decisions: the same in all trials"):
        reverse_correlation(np.random.default_rng(0).normal(size=(20, 3, 1)), np.zeros(20))


def test_the_kernel_of_a_leaky_network_rises_as_its_memory_fades() -> None:
    """Of an output x with x' = (1 - a) x + a u, noise k steps before the end weighs (1 - a)^k."""
    dt, tau = 10.0, 100.0
    arrays = {"W_in": [[1.0]], "W_rec": [[0.0]], "W_out": [[1.0]]}
    network = from_arrays(form="current", nonlinearity="linear", dt=dt, tau=tau, **arrays)
    noise = np.random.default_rng(2).normal(size=(20_000, 12, 1))
    last = simulate(network, noise).outputs[:, -1, 0]
    kernel = reverse_correlation(noise, last).kernel[:, 0]
    weights = (1 - dt / tau) ** np.arange(11, -1, -1)
    np.testing.assert_allclose(kernel, weights / np.linalg.norm(weights), atol=0.03)
