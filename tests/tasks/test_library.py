"""Every ported task against the published facts of the original: channels, times, levels, masks, conditions.

Times are milliseconds; where the original counts steps, one is 10 ms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.tasks import Batch

N = 1200


@cache
def drawn(name: str) -> Batch:
    return tasks.get(name).sample(N, dt=10, seed=0, noise=False)


@cache
def shown(name: str) -> Batch:
    """Without catch trials."""
    batch = drawn(name)
    return batch[batch.factors["catch"] == 0] if "catch" in batch.factors else batch


def level(batch: Batch, trace: np.ndarray, epoch: str) -> np.ndarray:
    """The value of a trace, (trial, time), in the middle of an epoch of each trial."""
    middle = batch.epochs[epoch].sum(axis=1) // 2
    return trace[np.arange(batch.n_trials), middle]


def input_of(name: str, channel: str, epoch: str) -> np.ndarray:
    batch = shown(name)
    return level(batch, batch.inputs[:, :, batch.task.input_names.index(channel)], epoch)


def target_of(name: str, channel: str, epoch: str) -> np.ndarray:
    """The target at the end of an epoch."""
    batch = shown(name)
    last = batch.epochs[epoch][:, 1] - 1
    return batch.targets[np.arange(batch.n_trials), last, batch.task.output_names.index(channel)]


def factor(name: str, which: str) -> np.ndarray:
    return shown(name).factors[which]


Times = tuple[float, float]


@dataclass(frozen=True)
class Facts:
    """What is published of a task.

    Attributes:
        inputs, outputs: channels.
        edges: where each epoch begins: (earliest, latest); the last entry is the end of the trial.
        judged: time in which an output is judged, (least, most).
        targets: the values that targets take where they are judged.
        conditions: how many combinations of these factors there are, all equally likely.
        catch: fraction of catch trials, and how long they last.
    """

    inputs: int
    outputs: int
    edges: tuple[Times | float, ...]
    judged: Times | float
    targets: tuple[float, ...] = ()
    conditions: tuple[int, tuple[str, ...]] = (1, ())
    catch: Times = (0.0, 0.0)
    settings: dict[str, float] = field(default_factory=dict)


PYCOG = (0, 100, 900, 1200)
FACTS = {
    "random_dots": Facts(2, 2, PYCOG, 400, (0.2, 1), (10, ("coherence", "direction")), (1 / 11, 2000)),
    "random_dots_variable": Facts(
        3, 2, (0, 100, (180, 1600), (480, 1900)), 400, (0.2, 1), (10, ("coherence", "direction")), (1 / 11, 2000)
    ),
    "random_dots_reaction_time": Facts(
        3, 2, (0, 100, 400, 900), 600, (0.2, 1.2), (10, ("coherence", "direction")), (5 / 11, 2000)
    ),
    "signed_random_dots": Facts(
        1, 1, (0, 400, 1400, 1600, 2000), 2000, (-1, 0, 1), (10, ("coherence", "direction"))
    ),
    "signed_random_dots_reaction_time": Facts(1, 1, (0, 400, 500, 1400, 2000), 2000, (-1, 0, 1)),
    "fixed_time_discrimination": Facts(2, 2, (0, 500, 1500, 2000), 500, (0.2, 1), (2, ("direction",))),
    "evidence_pulse": Facts(
        2, 2, (0, (0, 990), (50, 1040), (500, 1490), (520, 1510), 2000), (490, 1480), (0, 1), (2, ("direction",))
    ),
    "answer_during_stimulus": Facts(
        2, 2, (0, (0, 990), (1020, 2010), (2000, 2990), 4000), (1990, 2980), (0, 1), (2, ("direction",))
    ),
    "context_decision": Facts(
        6, 2, PYCOG, 400, (0.2, 1),
        (72, ("context", "motion_strength", "motion_side", "colour_strength", "colour_side")), (1 / 73, 2000),
    ),
    "context_integration": Facts(
        6, 2, (0, 1000, 2000, 3000), 2000, (0, 0.5, 1), (450, ("context", "motion", "colour"))
    ),
    "signed_context_integration": Facts(4, 1, (0, 1000, 2000, 3000), 2000, (-1, 0, 1)),
    "remembered_rule": Facts(
        4, 2, (0, 400, 800, 1000, 1600, 1800, 2000), 2000, (0.1, 1), (8, ("context", "side_0", "side_1"))
    ),
    "multisensory": Facts(5, 2, (0, 100, 1100, 1400), 400, (0.2, 1), (24, ("modality", "rate")), (0.2, 2500)),
    "parametric_memory": Facts(
        2, 2, (0, 100, 600, (3100, 4100), (3600, 4600), (3900, 4900)), 400, (0.2, 1), (10, ("pair", "order")),
        (1 / 11, 2500),
    ),
    "delayed_match_to_sample": Facts(
        3, 2, (0, (20, 190), (120, 290), (700, 880), (800, 980), 1000, 1400), 1300, (0, 1), (4, ("first", "second"))
    ),
    "uncued_match_to_sample": Facts(2, 2, (0, 150, 450, 600, 900, 1200), 300, (0, 1), (4, ("first", "second"))),
    "match_to_category": Facts(16, 2, (0, 200, 1200, 2000), 800, (0, 1), (2, ("category",))),
    "colour_matching": Facts(1, 2, (0, (500, 1300), 2000, 2400), 2000, (0.1, 1), (16, ("coherence", "direction"))),
    "ax_cpt": Facts(5, 2, (0, 300, 400, 800, 900, 1100), 100, (0.1, 1), (4, ("pair",))),
    "delay_go": Facts(
        3, 3, (0, (300, 700), (500, 2300), (700, 3900), (1000, 4600)), (950, 4550), (0, 1), (2, ("side",))
    ),
    "delay_anti": Facts(
        3, 3, (0, (300, 700), (500, 2300), (700, 3900), (1000, 4600)), (950, 4550), (0, 1), (2, ("side",))
    ),
    "delay_go_angle": Facts(
        3, 3, (0, (300, 700), (500, 2300), (700, 3900), (1000, 4600)), (950, 4550), (), (8, ("angle",))
    ),
    "delay_anti_angle": Facts(
        3, 3, (0, (300, 700), (500, 2300), (700, 3900), (1000, 4600)), (950, 4550), (), (8, ("angle",))
    ),
    "delay_match": Facts(
        3, 3, (0, (300, 700), (500, 2300), (700, 3900), (900, 5500), (1100, 7100), (1400, 7800)), (1350, 7750), (0, 1),
        (4, ("first", "second")),
    ),
    "delay_antimatch": Facts(
        3, 3, (0, (300, 700), (500, 2300), (700, 3900), (900, 5500), (1100, 7100), (1400, 7800)), (1350, 7750), (0, 1),
        (4, ("first", "second")),
    ),
    "memory_number": Facts(3, 1, (0, (20, 390), (120, 490), 600, 1200), 1000),
    "memory_anti_number": Facts(2, 1, (0, (20, 1400), (120, 1500), 1600, 3200), 3100),
    "memory_anti_angle": Facts(5, 3, (0, (20, 200), (120, 300), 1200, 2000), 1900),
    "memory_anti_direction": Facts(3, 2, (0, (20, 1400), (120, 1500), 1600, 3200), 3100, (), (36, ("angle",))),
    "memory_side": Facts(
        3, 2, (0, (20, 140), (320, 440), 1100, 1570), 1570, (0, 1), (2, ("direction",)), (1 / 3, 1570)
    ),
    "delayed_decision": Facts(3, 2, (0, (100, 300), (400, 600), (700, 1500), (1100, 1900)), (1100, 1900), (0, 1)),
    "block_decision": Facts(2, 1, (0, 200, 1000, 1400), 600, (-1, 0, 1), (2, ("blocked",))),
    "fixed_point_memory": Facts(5, 5, (0, 100, 600, 800, 2000), 2000, (0, 1), (5, ("state",))),
    "n_back": Facts(1, 1, (0, 2000), 2000, (-1, 0, 1), (32, tuple(f"sign_{i}" for i in range(5)))),
    "cued_flip_flop": Facts(
        2, 2,
        (0, 30, 60, 100, (100, 200), (130, 230), (170, 270), (170, 370), (200, 400), (240, 440), (240, 540)),
        120, (0.1, 1), (8, ("turn_0", "turn_1", "turn_2")),
    ),
    "delayed_xor": Facts(3, 2, (0, 300, 400, 800, 900, 1000, 1200), 1100, (0.1, 1), (4, ("first", "second"))),
    "delayed_or": Facts(3, 2, (0, 300, 400, 800, 900, 1000, 1200), 1100, (0.1, 1), (4, ("first", "second"))),
    "delayed_and": Facts(3, 2, (0, 300, 400, 800, 900, 1000, 1200), 1100, (0.1, 1), (4, ("first", "second"))),
    "memory_saccade": Facts(3, 2, (0, 300, 400, 800, 900, 1000, 1200), 1100, (0.1, 1), (4, ("first", "second"))),
    "delayed_logic": Facts(
        13, 2, (0, 300, 400, 800, 900, 1000, 1200), 1100, (0.1, 1), (40, ("rule", "first", "second"))
    ),
    "uncued_delayed_logic": Facts(
        2, 2, (0, 30, 60, (110, 300), (140, 330), (190, 380)), (190, 380), (0.1, 1), (4, ("first", "second"))
    ),
    "xor": Facts(4, 2, (0, 150, 1500), 1350, (0, 1), (4, ("bit_1", "bit_2"))),
    "half_adder": Facts(2, 1, (0, 300, 1500), 1200, (0, 1), (4, ("bit_0", "bit_1"))),
    "go_nogo": Facts(3, 1, (0, 100, 300, 600), 400, (0, 1), (2, ("go",))),
    "identity": Facts(2, 2, (0, 1000), 1000),
    "square": Facts(2, 1, (0, 300, 1000), 700),
    "integration": Facts(3, 2, (0, 2000), 2000),
    "integration_pulse": Facts(3, 2, (0, 100, (200, 1600), 2000), 2000),
    "angle_integration": Facts(3, 3, (0, 100, 2200), 2100),
    "angle_integration_pulse": Facts(3, 3, (0, 100, (200, 1600), 2000), 2000),
    "angle_addition": Facts(12, 6, (0, 300, 1200), 900, (), (225, ("angle_1", "angle_2"))),
    "eye_sequences": Facts(
        17, 2, (0, 1000, 2000, 2500, 3000, 3500), 2500, (-0.5, 0, 0.5), (8, ("sequence",))
    ),
    "sine_wave": Facts(0, 1, (0, 1600), 1600),
}  # fmt: skip
"""`echo` has trials of a random number of epochs and a test of its own."""

facts = pytest.mark.parametrize("name", FACTS)


def test_every_task_is_held_to_facts() -> None:
    own_files = {"perceptual_discrimination", "delayed_discrimination", "flip_flop"}
    assert {*FACTS, "echo"} | own_files == set(tasks.TASKS)


@facts
def test_channels(name: str) -> None:
    task = tasks.get(name)
    assert (task.n_inputs, task.n_outputs) == (FACTS[name].inputs, FACTS[name].outputs)
    assert task.source
    assert task.description


@facts
def test_edges_of_epochs(name: str) -> None:
    batch, wanted = shown(name), FACTS[name].edges
    starts = [edges[:, 0] * 10 for epoch, edges in batch.epochs.items() if epoch != "catch"]
    assert len(starts) + 1 == len(wanted)
    for found, edge in zip([*starts, batch.lengths * 10], wanted, strict=True):
        low, high = edge if isinstance(edge, tuple) else (edge, edge)
        assert low <= found.min() <= found.max() <= high
        if high > low:
            # Random edges fill their range; sums of several draws rarely reach its ends.
            assert found.max() - found.min() > 0.6 * (high - low)


@facts
def test_time_that_is_judged(name: str) -> None:
    judged = (shown(name).mask > 0).sum(axis=1) * 10
    low, high = FACTS[name].judged if isinstance(FACTS[name].judged, tuple) else (FACTS[name].judged,) * 2
    assert low <= judged.min() <= judged.max() <= high


@facts
def test_levels_of_targets(name: str) -> None:
    batch, wanted = shown(name), FACTS[name].targets
    if wanted:
        found = np.unique(batch.targets[batch.mask > 0])
        assert np.allclose(found, sorted(wanted), atol=1e-6)


@facts
def test_conditions_are_balanced(name: str) -> None:
    n, factors = FACTS[name].conditions
    if not factors:
        return
    table = np.stack([shown(name).factors[f] for f in factors], axis=1)
    kinds, counts = np.unique(table, axis=0, return_counts=True)
    assert len(kinds) == n if n < 200 else len(kinds) > 0.85 * n
    expected = len(table) / n
    assert np.abs(counts - expected).max() < 5 * math.sqrt(expected) + 1


@facts
def test_catch_trials(name: str) -> None:
    batch = drawn(name)
    fraction, duration = FACTS[name].catch
    assert ("catch" in batch.factors) == (fraction > 0)
    if not fraction:
        return
    catch = batch[batch.factors["catch"] == 1]
    assert catch.n_trials / N == pytest.approx(fraction, abs=4 * math.sqrt(fraction / N))
    assert (catch.lengths * 10 == duration).all()
    steps = int(duration / 10)
    assert (catch.mask[:, :steps] == 1).all()
    assert (catch.targets[:, :steps] == catch.targets[0, 0, 0]).all()
    assert catch.targets[0, 0, 0] == pytest.approx(min(FACTS[name].targets))
    assert len(np.unique(catch.inputs[:, :steps])) == 1
    score = batch.task.score(batch.targets, batch)
    assert np.array_equal(score.counted, batch.factors["catch"] == 0)
    spoilt = np.where(batch.factors["catch"][:, None, None] == 1, -batch.targets, batch.targets)
    assert batch.task.score(spoilt, batch).accuracy == 1


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


# ----------------------------------------------------------------------------------- matching and delays


def test_vibrations_are_coded_twice_and_scored_by_the_worst_condition() -> None:
    name = "parametric_memory"
    for i in (1, 2):
        f = factor(name, f"f{i}")
        assert np.allclose(input_of(name, "rising", f"stimulus_{i}"), 0.2 + 0.4 + 0.8 * (f - 10) / 24)
        assert np.allclose(input_of(name, "falling", f"stimulus_{i}"), 0.2 + 0.4 + 0.8 * (34 - f) / 24)
    assert np.array_equal(target_of(name, "first_higher", "decision") == 1, factor(name, "f1") > factor(name, "f2"))
    batch = shown(name)
    one = (batch.factors["pair"] == 2) & (batch.factors["order"] == 0)
    half = np.where((one & (np.cumsum(one) % 2 == 0))[:, None, None], -batch.targets, batch.targets)
    assert batch.task.score(half, batch).accuracy == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("name", ["delayed_match_to_sample", "uncued_match_to_sample"])
def test_items_match_or_not(name: str) -> None:
    first, second = factor(name, "first"), factor(name, "second")
    assert np.array_equal(input_of(name, "item_a", "sample"), first == 0)
    assert np.array_equal(input_of(name, "item_b", "sample"), first == 1)
    assert np.array_equal(input_of(name, "item_b", "test"), second == 1)
    assert np.array_equal(target_of(name, "same", "decision"), first == second)
    assert np.array_equal(target_of(name, "different", "decision"), first != second)


def test_directions_are_gaussian_with_a_peak_of_0399() -> None:
    name = "match_to_category"
    angle = factor(name, "angle")
    for i in (0, 5, 15):
        d = np.abs((angle - 2 * math.pi * i / 16 + math.pi) % (2 * math.pi) - math.pi)
        assert np.allclose(
            input_of(name, f"direction_{i}", "stimulus"), np.exp(-(d**2) / 2) / math.sqrt(2 * math.pi), atol=1e-6
        )
    assert np.array_equal(target_of(name, "category_1", "response"), angle >= math.pi)


def test_colours_are_rewarded() -> None:
    name = "colour_matching"
    evidence = input_of(name, "evidence", "stimulus")
    assert np.allclose(np.unique(np.abs(evidence)), [0.05, 0.08, 0.1, 0.2, 0.3, 0.4, 0.8, 1])
    assert np.array_equal(target_of(name, "positive", "stimulus") == 1, evidence > 0)
    assert set(shown(name).epochs["stimulus"][:, 0]) == {50, 90, 130}
    twice = tasks.get(name, reward=2).sample(200)
    stimulus = twice.window("stimulus")
    worth = (twice.mask[:, :, 0] * stimulus).max(axis=1)
    assert np.array_equal(worth, np.where(twice.factors["signed_coherence"] > 0, 2, 1))
    assert (twice.mask[:, :, 0][twice.window("fixation")] == 1).all()


def test_only_a_then_x_is_the_target() -> None:
    name = "ax_cpt"
    a, x = input_of(name, "A", "cue"), input_of(name, "X", "probe")
    assert np.array_equal(a + input_of(name, "B", "cue"), np.ones(N))
    assert np.array_equal(target_of(name, "target", "response") == 1, (a == 1) & (x == 1))
    assert (input_of(name, "go", "probe") == 1).all()
    prepotent = tasks.get(name, odds=(0.69, 0.125, 0.125, 0.06))
    share = np.bincount(prepotent.sample(4000).factors["pair"].astype(int)) / 4000
    assert np.allclose(share, [0.69, 0.125, 0.125, 0.06], atol=0.025)


def plain(name: str) -> Batch:
    return tasks.get(name, smoothing=(20, 20)).sample(300, dt=20, seed=1, noise=False)


@pytest.mark.parametrize(("name", "anti"), [("delay_go", False), ("delay_anti", True)])
def test_go_and_anti(name: str, anti: bool) -> None:
    batch = plain(name)
    side = level(batch, batch.inputs[:, :, 2], "stimulus")
    assert np.array_equal(side, 1 - level(batch, batch.inputs[:, :, 1], "stimulus"))
    go = level(batch, batch.targets[:, :, 2], "go")
    assert np.array_equal(go, 1 - side if anti else side)
    assert np.array_equal(level(batch, batch.targets[:, :, 1], "go"), 1 - go)


@pytest.mark.parametrize(
    "name", ["delay_go", "delay_anti", "delay_go_angle", "delay_anti_angle", "delay_match", "delay_antimatch"]
)
def test_fixation_is_on_until_go(name: str) -> None:
    batch = plain(name)
    before = ~batch.window("go") & (np.arange(batch.n_steps) < batch.lengths[:, None])
    assert np.array_equal(batch.targets[:, :, 0], before)
    assert np.array_equal(batch.inputs[:, :, 0], before)
    assert not batch.targets[:, :, 1:][before].any()


@pytest.mark.parametrize(("name", "turn"), [("delay_go_angle", 0.0), ("delay_anti_angle", math.pi)])
def test_angles_are_sines_and_cosines(name: str, turn: float) -> None:
    batch = plain(name)
    angle = batch.factors["angle"]
    assert np.allclose(np.unique(angle), 2 * math.pi * np.arange(8) / 8)
    assert np.allclose(level(batch, batch.inputs[:, :, 1], "stimulus"), np.sin(angle), atol=1e-6)
    assert np.allclose(level(batch, batch.inputs[:, :, 2], "stimulus"), np.cos(angle), atol=1e-6)
    assert np.allclose(level(batch, batch.targets[:, :, 1], "go"), np.sin(angle + turn), atol=1e-6)
    assert np.allclose(level(batch, batch.targets[:, :, 2], "go"), np.cos(angle + turn), atol=1e-6)


@pytest.mark.parametrize(("name", "match"), [("delay_match", True), ("delay_antimatch", False)])
def test_a_response_is_made_on_the_second_side_or_not_at_all(name: str, match: bool) -> None:
    batch = plain(name)
    first, second = (level(batch, batch.inputs[:, :, 2], epoch) for epoch in ("first", "second"))
    responds = (first == second) == match
    for k in (0, 1):
        assert np.array_equal(level(batch, batch.targets[:, :, 1 + k], "go"), responds & (second == k))
    choices = batch.task.score(batch.targets, batch).choices
    assert np.array_equal(choices, np.where(responds, second, -1))


def test_inputs_are_smoothed_over_up_to_400_ms() -> None:
    batch = tasks.get("delay_go").sample(200, dt=20, seed=1, noise=False)
    width = batch.factors["smoothing"]
    assert 20 <= width.min() < 60
    assert 360 < width.max() <= 400
    for trial in np.flatnonzero(width < 280):
        off = batch.epochs["go"][trial, 0]
        falling = batch.inputs[trial, off : off + 15, 0]
        steps = max(1, math.floor(width[trial] / 20 + 0.5))
        assert np.allclose(falling, np.maximum(0, 1 - np.arange(1, 16) / steps), atol=1e-5)


# ------------------------------------------------------------------------------------------------- memory


def test_numbers_are_recalled() -> None:
    for name, gain, low, high in (("memory_number", 1, 0, 1), ("memory_anti_number", -1, -2, 2)):
        value = input_of(name, "value", "stimulus")
        assert low <= value.min() < low + 0.02 * (high - low)
        assert high - 0.02 * (high - low) < value.max() <= high
        assert np.allclose(target_of(name, "value", "recall"), gain * value)
        assert not input_of(name, "recall", "delay").any()
        assert (input_of(name, "recall", "recall") == 1).all()
    assert (input_of("memory_number", "constant", "delay") == 1).all()


def test_opposite_angles_are_recalled() -> None:
    name = "memory_anti_angle"
    batch = shown(name)
    code = np.stack([target_of(name, f"angle_{i}", "recall") for i in range(3)], axis=1)
    seen = np.stack([input_of(name, f"angle_{i}", "stimulus") for i in range(3)], axis=1)
    assert np.allclose(code.sum(axis=1), 1, atol=1e-6)
    assert ((seen > 0).sum(axis=1) <= 2).all()
    i = int(np.argmin(np.abs(batch.factors["angle"])))  # an angle near 0 is opposite to between channels 1 and 2
    assert np.allclose(code[i], [0, 0.5, 0.5], atol=0.02)
    name = "memory_anti_direction"
    angle = factor(name, "angle")
    assert np.allclose(input_of(name, "cos", "stimulus"), 2 * np.cos(angle), atol=1e-6)
    assert np.allclose(target_of(name, "sin", "recall"), 2 * np.sin(angle + math.pi), atol=1e-6)


def test_sides_are_remembered() -> None:
    left = input_of("memory_side", "left", "stimulus")
    assert np.array_equal(target_of("memory_side", "left", "decision"), left)
    assert np.array_equal(input_of("memory_side", "right", "stimulus"), 1 - left)
    name = "delayed_decision"
    seen = np.stack([input_of(name, f"stimulus_{i}", "stimulus") for i in (0, 1)])
    assert np.array_equal(seen, np.stack([target_of(name, f"choice_{i}", "decision") for i in (0, 1)]))
    assert np.mean(seen.sum(axis=0) == 0) == pytest.approx(1 / 3, abs=0.04)
    assert (input_of(name, "go", "decision") == 1).all()


def test_a_block_makes_the_answer_zero() -> None:
    name = "block_decision"
    blocked, evidence = input_of(name, "block", "stimulus"), input_of(name, "evidence", "stimulus")
    assert np.array_equal(target_of(name, "choice", "decision"), np.where(blocked == 1, 0, np.sign(evidence)))


def test_one_of_five_states_is_held() -> None:
    name = "fixed_point_memory"
    for i in range(5):
        on = input_of(name, f"input_{i}", "stimulus")
        assert np.array_equal(on, factor(name, "state") == i)
        assert np.array_equal(target_of(name, f"state_{i}", "memory"), on)
        assert not input_of(name, f"input_{i}", "memory").any()
        assert not target_of(name, f"state_{i}", "stimulus").any()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_n_back_answers_15_to_25_steps_later_n_stimuli_back(n: int) -> None:
    batch = tasks.get("n_back", n=n).sample(20, noise=False)
    signs = np.stack([batch.factors[f"sign_{i}"] for i in range(5)], axis=1)
    inputs, targets = np.zeros((20, 200)), np.zeros((20, 200))
    for k in range(5):
        inputs[:, 40 * k : 40 * k + 10] = signs[:, k : k + 1]
        if k >= n:
            targets[:, 40 * k + 15 : 40 * k + 25] = signs[:, k - n : k - n + 1]
    assert np.array_equal(batch.inputs[:, :, 0], inputs)
    assert np.array_equal(batch.targets[:, :, 0], targets)


def test_the_last_cue_is_held() -> None:
    name = "cued_flip_flop"
    for i in range(3):
        side = factor(name, f"turn_{i}")
        for k in (0, 1):
            assert np.allclose(input_of(name, f"input_{k}", f"cue_{i}"), np.where(side == k, 1, 0.1))
            assert np.allclose(target_of(name, f"output_{k}", f"quiet_{i}"), np.where(side == k, 1, 0.1))
            assert np.allclose(input_of(name, f"input_{k}", f"quiet_{i}"), 0.1)


def test_every_stimulus_is_echoed() -> None:
    batch = drawn("echo")
    turns = batch.factors["n_turns"]
    assert np.allclose(np.bincount(turns.astype(int))[1:] / N, 0.2, atol=0.04)
    for trial in range(100):
        for i in range(5):
            spans = [batch.epochs[f"{what}_{i}"][trial] for what in ("pause", "stimulus", "echo")]
            lasted = [stop - start for start, stop in spans]
            assert all(5 <= n <= 16 for n in lasted) if i < turns[trial] else lasted == [0, 0, 0]
            for (start, stop), shown_level, target in zip(spans, (0, 1, 0), (0, 0, 1), strict=True):
                assert (batch.inputs[trial, start:stop] == shown_level).all()
                assert (batch.targets[trial, start:stop] == target).all()
                assert (batch.mask[trial, start:stop] == 1).all()


# -------------------------------------------------------------------------------------------------- logic

TRUTH = {
    "xor": lambda a, b: a ^ b, "xnor": lambda a, b: 1 - (a ^ b), "or": lambda a, b: a | b,
    "nor": lambda a, b: 1 - (a | b), "and": lambda a, b: a & b, "nand": lambda a, b: 1 - (a & b),
    "first": lambda a, b: a, "not_first": lambda a, b: 1 - a, "second": lambda a, b: b,
    "not_second": lambda a, b: 1 - b,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rule"),
    [("delayed_xor", "xor"), ("delayed_or", "or"), ("delayed_and", "and"), ("memory_saccade", "first")],
)
def test_delayed_logic_of_one_rule(name: str, rule: str) -> None:
    first, second = (input_of(name, "stimulus_1", epoch).astype(int) for epoch in ("first", "second"))
    assert np.array_equal(input_of(name, "stimulus_0", "first"), 1 - first)
    answer = TRUTH[rule](first, second)
    assert np.array_equal(target_of(name, "yes", "response") == 1, answer == 1)
    assert np.array_equal(target_of(name, "no", "response") == 1, answer == 0)
    assert (input_of(name, "go", "go") == 1).all()
    assert not input_of(name, "go", "response").any()


def test_delayed_logic_of_ten_rules() -> None:
    name = "delayed_logic"
    first, second = (input_of(name, "stimulus_1", epoch).astype(int) for epoch in ("first", "second"))
    cues = np.stack([input_of(name, f"rule_{rule}", "gap") for rule in TRUTH], axis=1)
    assert np.array_equal(cues.sum(axis=1), np.ones(N))
    yes = target_of(name, "yes", "response") == 1
    for k, truth in enumerate(TRUTH.values()):
        rows = cues[:, k] == 1
        assert np.array_equal(yes[rows], truth(first, second)[rows] == 1)


@pytest.mark.parametrize(("rule", "truth"), [(0, "xor"), (1, "or"), (2, "and"), (3, "first")])
def test_delayed_logic_without_a_cue(rule: int, truth: str) -> None:
    batch = tasks.get("uncued_delayed_logic", rule=rule).sample(300, dt=10, seed=1)
    assert batch.task.input_names == ("stimulus_0", "stimulus_1")
    first, second = (level(batch, batch.inputs[:, :, 1], epoch).astype(int) for epoch in ("first", "second"))
    assert np.array_equal(level(batch, batch.inputs[:, :, 0], "second"), 1 - second)
    assert np.array_equal(level(batch, batch.targets[:, :, 1], "response") == 1, TRUTH[truth](first, second) == 1)
    yes = np.mean(TRUTH[truth](first, second))
    score = batch.task.score(batch.targets, batch)
    assert score.chance == pytest.approx(max(yes, 1 - yes), abs=0.08)
    assert np.array_equal(np.diff(batch.epochs["gap"], axis=1) >= 5, np.ones((300, 1), dtype=bool))


def test_logic_of_bits_shown_together() -> None:
    a, b = (input_of("xor", f"bit_{i}_is_1", "decision") for i in (1, 2))
    assert np.array_equal(input_of("xor", "bit_1_is_0", "look"), 1 - a)
    assert np.array_equal(target_of("xor", "equal", "decision"), a == b)
    assert np.array_equal(target_of("xor", "different", "decision"), a != b)
    a, b = (input_of("half_adder", f"bit_{i}", "decision") for i in (0, 1))
    assert np.array_equal(target_of("half_adder", "odd", "decision"), (a + b) % 2)


def test_go_identity_and_square() -> None:
    value = input_of("go_nogo", "value", "decision")
    assert np.array_equal(target_of("go_nogo", "go", "decision"), value > 0.5)
    assert not input_of("go_nogo", "cue", "stimulus").any()
    assert (input_of("go_nogo", "constant", "onset") == 1).all()
    batch = shown("identity")
    assert np.array_equal(batch.inputs, batch.targets)
    assert (batch.inputs >= 0).all()
    assert (batch.inputs < 1).all()
    value = input_of("square", "value", "decision")
    assert np.allclose(target_of("square", "square", "decision"), value**2)


# --------------------------------------------------------------------------- integration, patterns in time


@pytest.mark.parametrize("name", ["integration", "integration_pulse"])
def test_sums_are_integrals_on_the_side_of_their_sign(name: str) -> None:
    batch = shown(name)
    assert not (batch.inputs[:, :, 0] * batch.inputs[:, :, 1]).any()
    total = np.cumsum(batch.inputs[:, :, 0].astype(float) - batch.inputs[:, :, 1], axis=1) * 0.01
    assert np.allclose(batch.targets[:, :, 0], np.maximum(total, 0), atol=1e-5)
    assert np.allclose(batch.targets[:, :, 1], np.maximum(-total, 0), atol=1e-5)
    assert (batch.inputs[:, :, 2] == 1).all()


def test_blocks_have_random_strength_and_gaps() -> None:
    batch = shown("integration")
    speed = batch.inputs[:, :, 0] - batch.inputs[:, :, 1]
    changes = np.diff(speed, axis=1) != 0
    assert np.abs(speed).max() <= 1
    assert speed.mean() == pytest.approx(0, abs=0.03)
    assert 8 < changes.sum(axis=1).mean() < 16
    gaps = (speed == 0).mean()
    assert gaps == pytest.approx(1 / 3, abs=0.05)


@pytest.mark.parametrize(("name", "turning"), [("angle_integration", 15.0), ("angle_integration_pulse", 4.0)])
def test_turned_angles_are_shown_by_two_neighbours(name: str, turning: float) -> None:
    batch = shown(name)
    speed = batch.inputs[:, :, 0].astype(float) - batch.inputs[:, :, 1]
    angle = turning * 0.01 * np.cumsum(speed, axis=1)
    judged = batch.mask > 0
    for i in range(3):
        d = np.abs((angle - 2 * math.pi * i / 3 + math.pi) % (2 * math.pi) - math.pi)
        wanted = np.maximum(0, 1 - d / (2 * math.pi / 3))
        assert np.allclose(batch.targets[:, :, i][judged[:, :, i]], wanted[judged[:, :, i]], atol=1e-4)
    if name == "angle_integration":
        assert 7 < 1 + (np.diff(speed, axis=1) != 0).sum(axis=1).mean() < 13  # about ten blocks


def test_angles_are_added() -> None:
    name = "angle_addition"
    total = factor(name, "angle_1") + factor(name, "angle_2")
    for i in range(6):
        d = np.abs((total - 2 * math.pi * i / 6 + math.pi) % (2 * math.pi) - math.pi)
        wanted = np.maximum(0, 1 - d / (2 * math.pi / 6))
        assert np.allclose(target_of(name, f"sum_{i}", "answer"), wanted, atol=1e-5)
    assert np.allclose(sum(input_of(name, f"first_{i}", "answer") for i in range(6)), 1, atol=1e-6)


def test_eyes_move_in_the_eight_sequences() -> None:
    name = "eye_sequences"
    sequences = ((5, 1, 0), (3, 1, 2), (3, 7, 8), (5, 7, 6), (5, 1, 2), (3, 1, 0), (3, 7, 6), (5, 7, 8))
    which = factor(name, "sequence").astype(int)
    assert np.array_equal(input_of(name, "dot_4", "fixation"), np.ones(N))
    for movement in range(3):
        epoch = f"movement_{movement + 1}"
        dot = np.array([s[movement] for s in sequences])[which]
        assert np.allclose(target_of(name, "x", epoch), (dot % 3 - 1) / 2)
        assert np.allclose(target_of(name, "y", epoch), (1 - dot // 3) / 2)
        lit = np.stack([input_of(name, f"dot_{k}", epoch) for k in range(9)], axis=1)
        assert np.array_equal(lit.sum(axis=1), np.full(N, 3))  # the present dot and two options
        assert (lit[np.arange(N), dot] == 1).all()
    for k in range(8):
        assert np.array_equal(input_of(name, f"cue_{k}", "rest"), which == k)


def test_the_sine_wave() -> None:
    batch = drawn("sine_wave")
    assert np.allclose(batch.targets[0, :, 0], 0.9 * np.sin(2 * np.pi * batch.time / 800), atol=1e-6)
