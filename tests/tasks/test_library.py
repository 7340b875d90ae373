"""Every ported task against the published facts of the original: channels, times, levels, masks, conditions.

Times are milliseconds; where the original counts steps, one is 10 ms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import Batch
from tests.tasks.published import N, drawn, shown

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
    "poisson_clicks": Facts(
        3, 2, (0, 200, (300, 1400), (600, 1700)), 300, (0, 1), (8, ("side", "ratio"))
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
    # departs: see test_onsets_of_a_delayed_match_keep_20_ms_from_their_neighbours
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

ALL_BUT_RECALL = "onset stimulus delay"
LOGIC = "wait first gap second go"
JUDGED = {
    "random_dots": "fixation decision",
    "random_dots_variable": "fixation decision",
    "random_dots_reaction_time": "fixation decision",
    "signed_random_dots": "fixation stimulus delay response",
    "signed_random_dots_reaction_time": "fixation look stimulus response",
    "fixed_time_discrimination": "response",
    "evidence_pulse": "response",  # departs: see THEIRS
    "answer_during_stimulus": "overlap response",  # departs: see THEIRS
    "poisson_clicks": "response",
    "context_decision": "fixation decision",
    "context_integration": "context decision",
    "signed_context_integration": "context decision",
    "remembered_rule": "fixation rule delay evidence overlap response",
    "multisensory": "fixation decision",
    "parametric_memory": "fixation decision",
    "delayed_match_to_sample": "onset sample delay test wait decision+100",
    "uncued_match_to_sample": "decision",
    "match_to_category": "response",
    "colour_matching": "fixation stimulus",
    "ax_cpt": "response+100",
    "delay_go": "fixation stimulus delay go+50",
    "delay_anti": "fixation stimulus delay go+50",
    "delay_go_angle": "fixation stimulus delay go+50",
    "delay_anti_angle": "fixation stimulus delay go+50",
    "delay_match": "fixation first delay second second_delay go+50",
    "delay_antimatch": "fixation first delay second second_delay go+50",
    "memory_number": f"{ALL_BUT_RECALL} recall+200",
    "memory_anti_number": f"{ALL_BUT_RECALL} recall+100",
    "memory_anti_angle": f"{ALL_BUT_RECALL} recall+100",
    "memory_anti_direction": f"{ALL_BUT_RECALL} recall+100",
    "memory_side": "onset stimulus delay decision",
    "delayed_decision": "fixation stimulus delay decision",
    "block_decision": "fixation decision",
    "fixed_point_memory": "fixation stimulus overlap memory",
    "n_back": "stream",
    "cued_flip_flop": "quiet_0 quiet_1 quiet_2",
    "delayed_xor": f"{LOGIC} response+100",
    "delayed_or": f"{LOGIC} response+100",
    "delayed_and": f"{LOGIC} response+100",
    "memory_saccade": f"{LOGIC} response+100",
    "delayed_logic": f"{LOGIC} response+100",
    "uncued_delayed_logic": "wait first gap second response",
    "xor": "decision",
    "half_adder": "decision",
    "go_nogo": "stimulus decision+100",
    "identity": "trial",
    "square": "decision",
    "integration": "trial",
    "integration_pulse": "wait pulse hold",
    "angle_integration": "turning",
    "angle_integration_pulse": "wait pulse hold",
    "angle_addition": "answer",
    "eye_sequences": "fixation movement_1 movement_2 movement_3",
    "sine_wave": "oscillation",
}
"""Where the mask lies: epochs, with the time at their start that it leaves out."""

THEIRS = {
    "evidence_pulse": ("fixation response+130", "fixation pulse stimulus pause response"),
    "answer_during_stimulus": ("fixation response+150", "fixation look overlap response"),
}
"""Where the masks of the originals lie from which ours depart on purpose, output by output: 0 on the first output
alone, from the onset of the stimulus until 15 steps after its end (2 of which the pulse's pause takes), 1 elsewhere."""

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
def test_where_the_mask_lies(name: str) -> None:
    batch = shown(name)
    wanted = within(batch, JUDGED[name])
    for i in range(batch.task.n_outputs):
        assert np.array_equal(batch.mask[:, :, i] > 0, wanted)


def within(batch: Batch, words: str) -> np.ndarray:
    """Which steps lie in these epochs, without the time at their start that is left out, (trial, time)."""
    found = np.zeros(batch.mask.shape[:2], dtype=bool)
    for word in words.split():
        epoch, _, grace = word.partition("+")
        start, stop = batch.epochs[epoch].T[:, :, None]
        steps = np.arange(batch.n_steps)
        found |= (steps >= start + int(grace or 0) // 10) & (steps < stop)
    return found


@pytest.mark.parametrize("name", THEIRS)
def test_a_mask_that_departs_from_the_original_says_so(name: str) -> None:
    batch = shown(name)
    first, second = (within(batch, words) for words in THEIRS[name])
    answer = batch.targets[:, :, 0] != batch.targets[:, :, 1]
    assert second[np.arange(batch.n_steps) < batch.lengths[:, None]].all()
    # Ours: both outputs, at every step at which an answer is wanted, and at no other.
    for i, theirs in enumerate((first, second)):
        ours = batch.mask[:, :, i] > 0
        assert np.array_equal(ours, answer)
        assert (theirs & ~ours).any(axis=1).sum() >= np.count_nonzero(batch.epochs["fixation"][:, 1])
    assert (batch.mask[:, :, 0] > first).any(axis=1).all()
    told = " ".join(str(tasks.TASKS[name].__doc__).split())
    assert "departs from the original's, which left out the first output alone" in told
    assert "here both outputs are judged in the" in told


def test_onsets_of_a_delayed_match_keep_20_ms_from_their_neighbours() -> None:
    """Sample and test of the original come at 10 and 80 steps of 10 ms, each jittered by -10 to +9 of them."""
    jitter = range(-10, 9 + 1)
    epochs = shown("delayed_match_to_sample").epochs
    assert set(epochs["sample"][:, 0]) == {10 + j for j in jitter} - {0, 1}
    assert set(epochs["test"][:, 0]) == {80 + j for j in jitter} - {89}
    told = " ".join(str(tasks.TASKS["delayed_match_to_sample"].__doc__).split())
    assert "the sample never comes in the first 20 ms, and the test by 880 ms, where it was 890" in told
    assert tasks.get("delayed_match_to_sample").sample(4, dt=20).n_steps == 70


TESTED = {
    "random_dots": ({"fixation": 300.0}, (0, 300, 1100, 1400)),
    "random_dots_variable": ({"fixation": 500.0}, (0, 500, (580, 2000), (880, 2300))),
    "random_dots_reaction_time": ({"fixation": 300.0, "decision": 1200.0}, (0, 300, 600, 1800)),
    "context_decision": ({"fixation": 400.0}, (0, 400, 1200, 1500)),
    "multisensory": ({"fixation": 500.0}, (0, 500, 1500, 1800)),
    "parametric_memory": ({"fixation": 500.0, "delay": 3000.0}, (0, 500, 1000, 4000, 4500, 4800)),
}
"""pycog's tasks with the times of its tests: the settings for them, and where epochs then begin and the trial ends."""


@pytest.mark.parametrize("name", TESTED)
def test_the_times_of_the_original_s_tests_are_settings(name: str) -> None:
    settings, wanted = TESTED[name]
    batch = tasks.get(name, catch=0, **settings).sample(400, noise=False)
    starts = [edges[:, 0] * 10 for edges in batch.epochs.values()]
    for found, edge in zip([*starts, batch.lengths * 10], wanted, strict=True):
        low, high = edge if isinstance(edge, tuple) else (edge, edge)
        assert low <= found.min() <= found.max() <= high
    told = " ".join(str(tasks.TASKS[name].__doc__).split())
    assert f"tests with ``{', '.join(f'{key}={value:g}' for key, value in settings.items())}``" in told


@pytest.mark.parametrize("name", [*TESTED, "eye_sequences"])
def test_inputs_that_are_not_rectified_say_so(name: str) -> None:
    """Every input of pycog is cut at zero. A baseline without noise would hide that it is not so here."""
    settings: dict[str, float] = {"noise": 0.5} | ({} if name == "eye_sequences" else {"catch": 0.0})
    assert (tasks.get(name, **settings).sample(20).inputs < 0).any()
    told = " ".join(str(tasks.TASKS[name].__doc__).split()).lower()
    assert "inputs are not cut at zero here, which is up to the network" in told


def test_all_inputs_of_eye_sequences_may_have_the_baseline_of_the_original() -> None:
    with_it, without = (tasks.get("eye_sequences", baseline=level).sample(8, noise=False) for level in (0.2, 0.0))
    assert np.allclose(with_it.inputs - without.inputs, 0.2, atol=1e-6)
    assert tasks.get("eye_sequences", baseline=0.0).digest == tasks.get("eye_sequences").digest


def test_a_match_to_sample_on_one_output() -> None:
    """The one-output form of DMTS: three inputs; 1 if the items are the same, in the decision from 1000 to 1400 ms."""
    task = tasks.get("delayed_match_to_sample", n_outputs=1)
    batch, two = task.sample(N, noise=False), shown("delayed_match_to_sample")
    assert (task.n_inputs, task.output_names) == (3, ("same",))
    same = batch.factors["first"] == batch.factors["second"]
    assert np.array_equal(batch.targets[:, 100:, 0], np.repeat(same[:, None], 40, axis=1))
    assert not batch.targets[:, :100].any()
    assert np.array_equal(batch.inputs, two.inputs)
    assert np.array_equal(batch.mask[:, :, 0], two.mask[:, :, 0])
    assert task.score(batch.targets, batch).accuracy == 1
    silent = task.score(np.zeros_like(batch.targets), batch)
    assert silent.accuracy == (~same).mean() == pytest.approx(silent.chance, abs=0.05)
    with pytest.raises(SpecError, match=r"delayed_match_to_sample\.n_outputs"):
        tasks.get("delayed_match_to_sample", n_outputs=3)


def test_context_integration_on_one_output() -> None:
    """The one-output form of CDDM: six inputs, and the sign of the relevant evidence; 0 without evidence."""
    task = tasks.get("context_integration", n_outputs=1)
    batch, two = task.sample(N, noise=False), shown("context_integration")
    assert (task.n_inputs, task.n_outputs) == (6, 1)
    assert len(task.conditions()["context"]) == 2 * 15**2
    relevant = np.where(batch.factors["context"] == 0, batch.factors["motion"], batch.factors["colour"])
    assert np.array_equal(batch.targets[:, 200:, 0], np.repeat(np.sign(relevant)[:, None], 100, axis=1))
    assert not batch.targets[:, :100].any()
    assert np.array_equal(batch.inputs, two.inputs)
    assert np.array_equal(batch.mask[:, :, 0], two.mask[:, :, 0])
    score = task.score(batch.targets, batch)
    assert score.accuracy == 1
    assert np.array_equal(score.counted, relevant != 0)
    assert task.score(-batch.targets, batch).accuracy == 0


@pytest.mark.parametrize("name", ["delayed_xor", "memory_saccade", "delayed_logic"])
def test_the_second_stimulus_can_be_scaled_and_left_out(name: str) -> None:
    for level in (1.0, 0.4, 0.0):
        batch = tasks.get(name, second_level=level).sample(40, noise=False)
        first, second = batch.inputs[:, 35, :2], batch.inputs[:, 85, :2]
        assert np.array_equal(first.argmax(axis=1), batch.factors["first"])
        assert np.allclose(first.sum(axis=1), 1)
        assert np.allclose(second[np.arange(40), batch.factors["second"].astype(int)], level)
        assert np.allclose(second.sum(axis=1), level)
    assert tasks.get(name, second_level=1.0).digest == tasks.get(name).digest


def test_a_flip_flop_channel_has_three_and_a_half_pulses() -> None:
    """A rate of 6 pulses a trial, and a refractory time of a tenth of it."""
    on = np.abs(tasks.get("flip_flop", gap=1000 / 6).sample(2000).inputs) > 0
    onsets = np.count_nonzero(on & ~np.roll(on, 1, axis=1), axis=1)  # hardly any two pulses touch
    assert onsets.mean() == pytest.approx(3.5, abs=0.2)
    assert "about 3.5 pulses" in " ".join(str(tasks.TASKS["flip_flop"].__doc__).split())


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
