"""Single units, against planted activity and scalar arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f_oneway, pearsonr

from rnnlab.analysis import (
    ConditionRatesQuestion,
    Subject,
    condition_rates,
    mixed_selectivity,
    sequentiality,
    silent_units,
    task_variance,
    tuning,
)
from rnnlab.analysis.task_variance import silhouette, variance_over_trials
from rnnlab.networks import from_arrays
from rnnlab.session.opening import example_run


def test_condition_rates_are_means_over_the_trials_that_reach() -> None:
    rng = np.random.default_rng(0)
    rates, values = rng.normal(size=(30, 20, 3)), rng.integers(0, 2, 30)
    starts, lengths = rng.integers(2, 8, 30), rng.integers(12, 21, 30)
    found = condition_rates(rates, values, starts, lengths, dt=10, before=30, after=80)
    for c in range(2):
        for i, t in enumerate(found.time):
            step = round(t / 10)
            some = [
                rates[k, starts[k] + step, 1]
                for k in range(30)
                if values[k] == c and 0 <= starts[k] + step < lengths[k]
            ]
            assert found.counts[c, i] == len(some)
            if len(some) > 1:
                assert found.mean[c, i, 1] == pytest.approx(np.mean(some))
                assert found.error[c, i, 1] == pytest.approx(np.std(some, ddof=1) / len(some) ** 0.5)


def test_trials_are_lined_up_at_the_answer_where_that_is_asked_for() -> None:
    """At the moment an output crosses the middle of the targets, found here trial by trial."""
    subject = Subject.of(example_run())
    found = ConditionRatesQuestion(n_trials=40, lined_up_at="answer", before=0, after=50).ask(subject)
    trials = subject.trials(40)
    outputs, batch, middle = trials.trajectory.outputs, trials.batch, 0.6  # targets of 1.0 and 0.2
    rates = []
    for k in range(40):
        crossed = [t for t in range(batch.epochs["stimulus"][k, 0], batch.lengths[k]) if outputs[k, t].max() >= middle]
        if crossed:
            rates.append((batch.factors[found.factor][k], trials.trajectory.rates[k, crossed[0]]))
    assert found.aligned == "the answer"
    assert found.counts[:, 0].sum() == len(rates) > 20
    first = [rate for value, rate in rates if value == min(value for value, _ in rates)]
    assert found.mean[0, 0] == pytest.approx(np.mean(first, axis=0), abs=1e-5)


def test_without_any_answer_trials_cannot_be_lined_up_at_it() -> None:
    silent = from_arrays(dt=10, W_in=np.zeros((2, 2)), W_rec=np.zeros((2, 2)), W_out=np.zeros((2, 2)))
    with pytest.raises(ValueError, match="lined_up_at: no output gets half way to its targets in any trial"):
        ConditionRatesQuestion(n_trials=8, lined_up_at="answer").ask(Subject(silent, example_run().task))


def test_a_unit_that_is_not_there_and_a_factor_that_does_not_vary_are_refused() -> None:
    rates = np.zeros((4, 5, 2))
    with pytest.raises(ValueError, match="unit: 2 is not a unit of a network of 2; give 0 to 1"):
        condition_rates(rates, [0, 1, 0, 1], [0] * 4, [5] * 4, unit=2)
    with pytest.raises(ValueError, match="the same in every trial"):
        condition_rates(rates, [1, 1, 1, 1], [0] * 4, [5] * 4)


# -------------------------------------------------------------------------------------------------------- tuning


def test_d_prime_and_slope_of_gaussian_units_are_those_they_were_made_with() -> None:
    rng, n = np.random.default_rng(0), 20_000
    side = np.repeat([-1.0, 1.0], n)
    gains = np.array([0.0, 0.5, -1.0])
    rates = side[:, None] * gains + rng.normal(size=(2 * n, 3))
    found = tuning(rates, side)
    np.testing.assert_allclose(found.d_prime, 2 * gains, atol=0.04)
    assert ((found.low <= 2 * gains) & (2 * gains <= found.high)).all()
    assert (found.high - found.low)[0] == pytest.approx(2 * 1.96 * np.sqrt(2 / n), rel=0.01)
    assert found.selective.tolist() == [False, True, True]
    assert found.order.tolist() == [2, 0, 1]


def test_slope_and_p_are_pearson_s() -> None:
    rng = np.random.default_rng(3)
    values, rates = rng.normal(size=40), rng.normal(size=(40, 2))
    found = tuning(rates, values)
    for unit in range(2):
        expected = pearsonr(values, rates[:, unit])
        assert found.slope[unit] == pytest.approx(expected.statistic)
        assert found.p[unit] == pytest.approx(expected.pvalue)


def test_a_silent_unit_is_tuned_to_nothing() -> None:
    found = tuning(np.zeros((10, 1)), np.arange(10))
    assert (found.d_prime[0], found.slope[0], found.p[0]) == (0.0, 0.0, 1.0)


# ------------------------------------------------------------------------------------------------ mixed selectivity


def test_planted_units_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    a, b = np.tile([0, 0, 1, 1], 100), np.tile([0, 1, 0, 1], 100)
    planted = np.stack([a, b, a + b, (a - 0.5) * (b - 0.5) * 4, 0 * a], axis=1)
    found = mixed_selectivity(planted + rng.normal(0, 0.3, planted.shape), a, b, ("a", "b"))
    assert found.kind.tolist() == [1, 2, 3, 4, 0]
    assert found.counts()["nonlinear mix"] == 1


def test_shares_without_noise_are_exact() -> None:
    """Balanced binary factors: a + 2b has variances 1 to 4, and their product is all combination."""
    a, b = np.tile([0.0, 0, 1, 1], 5), np.tile([0.0, 1, 0, 1], 5)
    found = mixed_selectivity(np.stack([a + 2 * b, (2 * a - 1) * (2 * b - 1)], axis=1), a, b)
    np.testing.assert_allclose(found.share[:, 0], [0.2, 0.8, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.share[:, 1], [0.0, 0.0, 1.0], atol=1e-12)


def test_a_balanced_design_has_the_f_of_the_textbook() -> None:
    """The first factor's F: between its levels, over the variance within the cells of the design."""
    rng = np.random.default_rng(5)
    a, b = np.tile([0, 0, 1, 1], 10), np.tile([0, 1, 0, 1], 10)
    rates = rng.normal(size=40) + a
    found = mixed_selectivity(rates[:, None], a, b)
    cells = [rates[(a == i) & (b == j)] for i in (0, 1) for j in (0, 1)]
    within = sum(((c - c.mean()) ** 2).sum() for c in cells) / 36
    between = sum(20 * (rates[a == i].mean() - rates.mean()) ** 2 for i in (0, 1))
    from scipy.stats import f

    assert found.p[0, 0] == pytest.approx(f.sf(between / within, 1, 36))
    assert f_oneway(*cells).pvalue < 1  # the textbook's other test runs on the same cells


def test_factors_that_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="second: a and b go together in every trial"):
        mixed_selectivity(np.zeros((8, 1)), [0, 1] * 4, [0, 1] * 4, ("a", "b"))


# ------------------------------------------------------------------------------------------------------- clusters


def test_planted_clusters_are_found_in_the_order_of_their_peaks() -> None:
    rng = np.random.default_rng(0)
    centres = np.array([[0.0, 0.1, 1.0], [1.0, 0.1, 0.0]])
    of = rng.integers(0, 2, 40)
    variance = (centres[of] + rng.uniform(0, 0.1, (40, 3))) * rng.uniform(0.5, 5, (40, 1))
    variance[7] = 0.0
    found = task_variance(variance, ("a", "b", "c"))
    expected = np.where(np.arange(40) == 7, -1, 1 - of)
    np.testing.assert_array_equal(found.cluster, expected)
    assert found.n_clusters == 2
    assert found.silhouette > 0.8
    assert found.profile[np.arange(40) != 7].max(axis=1) == pytest.approx(1.0)


def test_the_silhouette_is_rousseeuw_s() -> None:
    points, of = np.array([[0.0], [1.0], [5.0], [6.0]]), np.array([0, 0, 1, 1])
    by_hand = [(b - a) / max(a, b) for a, b in ((1, 5.5), (1, 4.5), (1, 4.5), (1, 5.5))]
    assert silhouette(points, of) == pytest.approx(np.mean(by_hand))
    assert silhouette(points, np.zeros(4, int)) == 0.0


def test_variance_over_trials_is_that_of_the_steps_trials_share() -> None:
    rng = np.random.default_rng(1)
    rates = rng.normal(size=(6, 4, 2))
    where = np.ones((6, 4), bool)
    where[3:, 3] = False
    expected = np.mean([rates[: 6 if t < 3 else 3, t].var(axis=0) for t in range(4)], axis=0)
    np.testing.assert_allclose(variance_over_trials(rates, where), expected)


def test_units_that_never_vary_cannot_be_clustered() -> None:
    with pytest.raises(ValueError, match="0 units vary"):
        task_variance(np.zeros((5, 2)))
    with pytest.raises(ValueError, match="at least two tasks"):
        task_variance(np.ones((5, 1)))


# -------------------------------------------------------------------------------------------------- sequentiality


def test_a_sequence_has_the_entropy_of_all_its_moments_and_sustained_activity_has_none() -> None:
    sequence = np.eye(100)
    together = np.tile(np.eye(100)[:, 50:51], (1, 100))
    found, other = sequentiality(sequence), sequentiality(together)
    assert found.entropy == pytest.approx(np.log(20))
    assert other.entropy == pytest.approx(0.0)
    assert found.index == pytest.approx(found.entropy + found.ratio)
    np.testing.assert_array_equal(found.order, np.arange(100))


def test_the_ratio_is_that_of_ridge_and_background() -> None:
    """A unit at 1 within ten of a hundred steps of its peak, at 0.2 elsewhere but for one step at 0."""
    rate = np.full(100, 0.2)
    rate[40:61] = 0.9
    rate[50], rate[0] = 1.0, 0.0
    inside, outside = (20 * 0.9 + 1) / 21, 78 * 0.2 / 79
    assert sequentiality(rate[:, None]).ratio == pytest.approx(np.log((inside + 1e-3) / (outside + 1e-3)))


def test_activity_that_stands_still_has_no_sequence() -> None:
    with pytest.raises(ValueError, match="no unit changes"):
        sequentiality(np.ones((10, 3)))


# -------------------------------------------------------------------------------------------------- silent units


def test_silent_and_constant_units_are_told_apart() -> None:
    rates = np.zeros((2, 5, 4))
    rates[:, :, 1] = 0.7
    rates[0, :, 2] = np.linspace(0, 1, 5)
    rates[:, 4, 3] = 50.0
    where = np.ones((2, 5), bool)
    where[:, 4] = False
    found = silent_units(rates, where)
    assert found.silent.tolist() == [True, False, False, True]
    assert found.constant.tolist() == [False, True, False, False]
    assert found.working.tolist() == [2]
