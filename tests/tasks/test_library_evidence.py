"""Decisions on evidence, with and without a context, against the published facts.

Times are milliseconds; where the original counts steps, one is 10 ms.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.tasks import Batch
from tests.tasks.published import N, factor, input_of, shown, target_of

# ----------------------------------------------------------------------------------------------- evidence


@pytest.mark.parametrize("name", ["random_dots", "random_dots_variable", "random_dots_reaction_time"])
def test_dots_are_coded_around_one_half_on_a_baseline(name: str) -> None:
    coherence = factor(name, "signed_coherence")
    assert set(np.abs(coherence)) == {1, 2, 4, 8, 16}
    for channel, sign in (("evidence_0", -1), ("evidence_1", 1)):
        assert np.allclose(input_of(name, channel, "stimulus"), 0.2 + (1 + sign * 3.2 * coherence / 100) / 2)
        assert np.allclose(input_of(name, channel, "fixation"), 0.2)
    assert np.array_equal(target_of(name, "choice_1", "decision") > 0.5, coherence > 0)


def test_the_start_cue_is_on_with_the_dots() -> None:
    for name in ("random_dots_variable", "random_dots_reaction_time"):
        assert np.allclose(input_of(name, "start", "stimulus"), 1.2)
        assert np.allclose(input_of(name, "start", "fixation"), 0.2)
    assert np.allclose(input_of("random_dots_reaction_time", "start", "decision"), 1.2)
    assert np.allclose(input_of("random_dots_variable", "start", "decision"), 0.2)


def test_variable_stimuli_are_truncated_exponential() -> None:
    lasted = np.diff(shown("random_dots_variable").epochs["stimulus"], axis=1) * 10
    kept = 1 - math.exp(-1420 / 330)
    mean = 80 + (330 - math.exp(-1420 / 330) * (1420 + 330)) / kept
    assert lasted.mean() == pytest.approx(mean, rel=0.06)


def test_reaction_times_are_measured() -> None:
    batch = shown("random_dots_reaction_time")
    outputs = np.where(np.arange(batch.n_steps)[None, :, None] >= 10 + 25, batch.targets * (batch.targets > 1), 0)
    score = batch.task.score(outputs, batch)
    assert np.allclose(score.reaction_times, 300)  # targets rise where the decision begins
    assert score.parts["FirstCrossing"].accuracy == 1


def test_signed_evidence_has_five_strengths() -> None:
    for name, epoch in (("signed_random_dots", "stimulus"), ("signed_random_dots_reaction_time", "look")):
        found = input_of(name, "evidence", epoch)
        assert np.allclose(np.unique(np.abs(found)), [0.01, 0.05, 0.1, 0.2, 0.4])
        assert np.array_equal(target_of(name, "choice", "response"), np.sign(found))


def test_two_inputs_are_one_and_the_chosen_more() -> None:
    for name, epoch in (("fixed_time_discrimination", "stimulus"), ("answer_during_stimulus", "overlap")):
        extra = np.stack([input_of(name, f"evidence_{i}", epoch) - 1 for i in (0, 1)])
        direction = factor(name, "direction").astype(int)
        assert np.allclose(extra[direction, np.arange(N)], factor(name, "coherence"), atol=1e-6)
        assert not extra[1 - direction, np.arange(N)].any()
    assert factor("fixed_time_discrimination", "coherence").mean() == pytest.approx(0.2, abs=0.02)


def test_a_pulse_of_evidence_lasts_50_ms() -> None:
    name = "evidence_pulse"
    direction = factor(name, "direction").astype(int)
    pulse = np.stack([input_of(name, f"evidence_{i}", "pulse") for i in (0, 1)])
    assert np.allclose(pulse[direction, np.arange(N)], 1.2)
    assert np.allclose(pulse[1 - direction, np.arange(N)], 1.0)
    assert np.allclose([input_of(name, f"evidence_{i}", "stimulus") for i in (0, 1)], 1.0)


# ------------------------------------------------------------------------------------------------ context


def test_context_is_cued_with_the_stimulus_and_decides() -> None:
    name = "context_decision"
    context = factor(name, "context")
    assert np.allclose(input_of(name, "context_motion", "stimulus"), 0.2 + (context == 0))
    assert np.allclose(input_of(name, "context_colour", "stimulus"), 0.2 + (context == 1))
    assert np.allclose(input_of(name, "context_colour", "decision"), 0.2)
    for feature in ("motion", "colour"):
        assert set(np.abs(factor(name, feature))) == {1, 3, 10}
        evidence = (1 + 5 * factor(name, feature) / 100) / 2
        assert np.allclose(input_of(name, f"{feature}_1", "stimulus"), 0.2 + evidence)
        assert np.allclose(input_of(name, f"{feature}_0", "stimulus"), 0.2 + 1 - evidence)
    relevant = np.where(context == 0, factor(name, "motion"), factor(name, "colour"))
    assert np.array_equal(target_of(name, "choice_1", "decision") == 1, relevant > 0)


def test_context_integration_has_fifteen_coherences_and_halves_at_zero() -> None:
    name = "context_integration"
    powers = [1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1]
    assert np.allclose(np.unique(factor(name, "motion")), sorted([*powers, 0, *(-p for p in powers)]))
    relevant = np.where(factor(name, "context") == 0, factor(name, "motion"), factor(name, "colour"))
    assert np.allclose(target_of(name, "choice_1", "decision"), (np.sign(relevant) + 1) / 2)
    assert np.allclose(input_of(name, "colour_0", "decision"), (1 - factor(name, "colour")) / 2)
    assert np.allclose(input_of(name, "context_colour", "context"), factor(name, "context"))
    batch = shown(name)
    assert np.array_equal(batch.task.score(batch.targets, batch).counted, relevant != 0)


def test_signed_context_integration_reports_a_sign() -> None:
    name = "signed_context_integration"
    relevant = np.where(factor(name, "context") == 0, factor(name, "motion"), factor(name, "colour"))
    assert np.array_equal(target_of(name, "choice", "decision"), np.sign(relevant))
    assert np.allclose(input_of(name, "motion", "stimulus"), factor(name, "motion"))


def test_the_rule_is_cued_only_before_and_decides() -> None:
    name = "remembered_rule"
    context = factor(name, "context").astype(int)
    assert np.array_equal(input_of(name, "rule_1", "rule"), context)
    assert not input_of(name, "rule_1", "evidence").any()
    evidence = np.stack([input_of(name, f"evidence_{i}", "evidence") for i in (0, 1)])
    assert np.array_equal(evidence, np.stack([input_of(name, f"evidence_{i}", "overlap") for i in (0, 1)]))
    cued = evidence[context, np.arange(N)]
    assert np.array_equal(target_of(name, "positive", "response") == 1, cued > 0)
    assert np.array_equal(target_of(name, "negative", "overlap") == 1, cued < 0)


def test_rates_are_coded_in_the_senses_that_are_on() -> None:
    name = "multisensory"
    rate, modality = factor(name, "rate"), factor(name, "modality")
    for sense, alone in (("visual", 0), ("auditory", 1)):
        on = (modality == alone) | (modality == 2)
        assert np.allclose(input_of(name, f"{sense}_rising", "stimulus"), 0.2 + on * (0.4 + 0.8 * (rate - 9) / 7))
        assert np.allclose(input_of(name, f"{sense}_falling", "stimulus"), 0.2 + on * (0.4 + 0.8 * (16 - rate) / 7))
    assert np.allclose(input_of(name, "start", "decision"), 1.2)
    assert np.array_equal(target_of(name, "high", "decision") == 1, rate > 12.5)


# ------------------------------------------------------------------------------------------------- clicks


def clicks_of(batch: Batch) -> np.ndarray:
    """How many came on the left and on the right, (trial, side): a click of 5 ms and height 2 is 10 units times ms."""
    return np.rint(batch.inputs[:, :, :2].sum(axis=1) * batch.dt / 10)


def test_forty_clicks_in_a_second_at_the_rates_of_the_condition() -> None:
    """Counted with the refractory 5 ms; the train begins anew in each trial, which costs less than half a click."""
    batch = tasks.get("poisson_clicks").sample(4000, 10, seed=5, noise=False)
    seconds = np.diff(batch.epochs["stimulus"], axis=1)[:, 0] / 100
    counts = clicks_of(batch)
    assert counts.sum() / seconds.sum() == pytest.approx(40, rel=0.04)
    for ratio, favoured in enumerate((26, 31, 37, 39)):
        for side in (0, 1):
            trials = (batch.factors["ratio"] == ratio) & (batch.factors["side"] == side)
            more, less = counts[trials, side], counts[trials, 1 - side]
            assert more.sum() / seconds[trials].sum() == pytest.approx(favoured, rel=0.05)
            assert less.sum() / seconds[trials].sum() == pytest.approx(40 - favoured, rel=0.15)


@pytest.mark.parametrize("dt", [5, 10, 20])
def test_the_answer_is_the_side_with_more_clicks(dt: float) -> None:
    """Whatever the rates: in some trials it is the other side's.

    For 26:14 and 0.65 s the difference of two Poisson counts is 7.8, and 5.1 its standard deviation: 6 % of these.
    """
    batch = tasks.get("poisson_clicks").sample(2000, dt, seed=6, noise=False)
    left, right = clicks_of(batch).T
    answer = batch.targets[np.arange(2000), batch.lengths - 1]
    assert np.array_equal(answer[:, 1] == 1, right > left)
    assert np.array_equal(answer[:, 0] == 1, right <= left)
    assert (left == right).mean() < 0.03
    assert 0.01 < ((right > left) != (batch.factors["side"] == 1)).mean() < 0.04
