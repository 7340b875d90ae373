"""Where each task of the systems that people come from is: a preset and settings, held to that system's own facts.

Times are milliseconds; where the original counts steps, one is 10 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.tasks import Batch, Task, share_durations


@dataclass(frozen=True)
class Original:
    """A task as another system has it.

    Attributes:
        preset, settings: what says it here.
        channels: inputs and outputs.
        lasts: of a trial that is no catch trial, (least, most).
        n: conditions that are chosen from a list; None where values are drawn from a range.
        shared: whether one duration is drawn for each batch.
    """

    preset: str
    channels: tuple[int, int]
    lasts: tuple[float, float] | float
    n: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    shared: bool = False


Of = Original
FIVE = (0.05, 0.1, 0.2, 0.4, 0.8)
SIGNED = (*(-c for c in FIVE), 0.0, *FIVE)
GO, MATCH = (1000, 4600), (1400, 7800)
ORIGINALS = {
    "PsychRNN": {
        "PerceptualDiscrimination": Of("perceptual_discrimination", (2, 2), 2000, 8),
        "DelayedDiscrimination": Of("delayed_discrimination", (2, 2), (0, 2000), 10),
        "MatchToCategory": Of("match_to_category", (16, 2), 2000),
        "NewTask notebook": Of("fixed_time_discrimination", (2, 2), 2000),
    },
    "sisyphus2, networks branch": {
        "rdm": Of("perceptual_discrimination", (2, 2), 2000, 8, {"high": 1, "low": 0}),
        "romo": Of("delayed_discrimination", (2, 2), (0, 2000), 10),
        "flip_flop": Of("echo", (2, 2), (150, 2400), 5),
    },
    "sisyphus2": {
        "rdm": Of("signed_random_dots", (1, 1), 2000, 10),
        "rdm, reaction time": Of("signed_random_dots_reaction_time", (1, 1), 2000, 10),
        "rdm2": Of("evidence_pulse", (2, 2), 2000, 2, {"height": 0, "coherences": (0.5,)}, shared=True),
        "rdm2long": Of("answer_during_stimulus", (2, 2), 4000, 2, shared=True),
        "rdm2blip": Of("evidence_pulse", (2, 2), 2000, 2, shared=True),
        "flip_flop": Of("cued_flip_flop", (2, 2), (240, 540), 8),
        "delayed_memory, xor": Of("uncued_delayed_logic", (2, 2), (190, 380), 4, {"rule": 0}),
        "delayed_memory, or": Of("uncued_delayed_logic", (2, 2), (190, 380), 4, {"rule": 1}),
        "delayed_memory, and": Of("uncued_delayed_logic", (2, 2), (190, 380), 4, {"rule": 2}),
        "delayed_memory, first": Of("uncued_delayed_logic", (2, 2), (190, 380), 4, {"rule": 3}),
        "memory_tasks, xor": Of("delayed_xor", (3, 2), 1200, 4),
        "memory_tasks, or": Of("delayed_or", (3, 2), 1200, 4),
        "memory_tasks, and": Of("delayed_and", (3, 2), 1200, 4),
        "memory_tasks, memory saccade": Of("memory_saccade", (3, 2), 1200, 4),
        "memory_tasks_variable": Of("delayed_logic", (13, 2), 1200, 40),
        "memory_tasks_variable, end of its curriculum": Of("delayed_logic", (13, 2), 2800, 40, {"gap": 2000}),
        "n_back": Of("n_back", (1, 1), 2000, 32),
        "n_fixed_points": Of("fixed_point_memory", (5, 5), 2000, 5),
        "dpx_task": Of("ax_cpt", (5, 2), 1100, 4),
        "dpx_task, prepotent": Of("ax_cpt", (5, 2), 1100, 4, {"odds": (0.69, 0.125, 0.125, 0.06)}),
        "color_matching": Of("colour_matching", (1, 2), 2400, 16),
        "color_matching, reward": Of("colour_matching", (1, 2), 2400, 16, {"reward": 2}),
        "rule_dependent_rdm": Of("remembered_rule", (4, 2), 2000, 8, {"coherences": (0.2,)}),
        "mante": Of(
            "context_decision", (6, 2), 750, 72,
            {"fixation": 200, "stimulus": 400, "decision": 150, "catch": 0, "noise": 0},
        ),
        "romo": Of(
            "parametric_memory", (2, 2), 2550, 10,
            {"fixation": 250, "stimulus_1": 250, "delay": 1500, "stimulus_2": 250, "catch": 0},
        ),
    },
    "pycog": {
        "rdm_nodale, rdm_dense, rdm_fixed": Of("random_dots", (2, 2), 1200, 10),
        "the same, testing": Of("random_dots", (2, 2), 1400, 10, {"fixation": 300, "catch": 0}),
        "rdm_varstim": Of("random_dots_variable", (3, 2), (480, 1900), 10),
        "rdm_rt": Of("random_dots_reaction_time", (3, 2), 900, 10),
        "mante, mante_areas": Of("context_decision", (6, 2), 1200, 72),
        "multisensory": Of("multisensory", (5, 2), 1400, 24),
        "romo": Of("parametric_memory", (2, 2), (3900, 4900), 10),
        "lee": Of("eye_sequences", (17, 2), 3500, 8),
        "sinewave": Of("sine_wave", (0, 1), 1600),
        "paper/rdm_example": Of("random_dots", (2, 2), 1200, 2, {"coherences": (16,)}),
    },
    "trainRNNbrain": {
        "CDDM": Of("context_integration", (6, 2), 3000, 450),
        "CDDM, first published": Of(
            "context_integration", (6, 2), 7500, 242,
            {"context": 2500, "stimulus": 2500, "decision": 2500, "coherences": SIGNED},
        ),
        "CDDMMante": Of("signed_context_integration", (4, 1), 3000),
        "DMTS": Of("delayed_match_to_sample", (3, 2), 1400, 4),
        "DMTS, first published": Of("uncued_match_to_sample", (2, 2), 1200, 4),
        "NBitFlipFlop": Of("flip_flop", (3, 3), 1000),
        "NBitFlipFlop, first published": Of("flip_flop", (2, 2), 2000, None, {"n_bits": 2, "trial": 2000, "gap": 330}),
        "MemoryAntiAngle": Of("memory_anti_angle", (5, 3), 2000),
        "MemoryAntiAngle, first published": Of("memory_anti_direction", (3, 2), 3200, 36),
        "MemoryNumber": Of("memory_number", (3, 1), 1200),
        "MemoryAntiNumber, first published": Of("memory_anti_number", (2, 1), 3200),
        "XOR": Of("xor", (4, 2), 1500, 4),
        "GoNoGo": Of("go_nogo", (3, 1), 600),
        "HalfAdder": Of("half_adder", (2, 1), 1500, 4),
        "Identity": Of("identity", (7, 7), 1000, None, {"n_channels": 7}),
        "MemoryDM": Of("memory_side", (3, 2), 1570, 2),
        "DelayDM": Of("delayed_decision", (3, 2), (1100, 1900)),
        "BlockDM": Of("block_decision", (2, 1), 1400),
        "SquareNumber": Of("square", (2, 1), 1000),
        "ReferenceFrame": Of("angle_addition", (12, 6), 1200, 225),
        "Integration": Of("integration", (3, 2), 2000),
        "IntegrationSimplified": Of("integration_pulse", (3, 2), 2000),
        "AngleIntegration": Of("angle_integration", (3, 3), 2200),
        "AngleIntegrationSimplified": Of("angle_integration_pulse", (3, 3), 2000),
    },
    "multitask-networks": {
        "DelayGo": Of("delay_go", (3, 3), GO, 2, shared=True),
        "DelayAnti": Of("delay_anti", (3, 3), GO, 2, shared=True),
        "DelayGoContinuous": Of("delay_go_angle", (3, 3), GO, 8, shared=True),
        "DelayAntiContinuous": Of("delay_anti_angle", (3, 3), GO, 8, shared=True),
        "DelayMatchToSample": Of("delay_match", (3, 3), MATCH, 4, shared=True),
        "DelayAntiMatchToSample": Of("delay_antimatch", (3, 3), MATCH, 4, shared=True),
    },
    "Brunton, Botvinick & Brody 2013": {"Poisson clicks": Of("poisson_clicks", (3, 2), (600, 1700), 8)},
}  # fmt: skip

each = pytest.mark.parametrize(
    "original",
    [pytest.param(o, id=f"{system}: {name}") for system, some in ORIGINALS.items() for name, o in some.items()],
)


def task_of(original: Original) -> Task:
    task = tasks.get(original.preset, **original.settings)
    return share_durations(task) if original.shared else task


def shown(batch: Batch) -> Batch:
    return batch[batch.factors["catch"] == 0] if "catch" in batch.factors else batch


def test_every_task_of_the_catalogue_comes_from_somewhere() -> None:
    assert {o.preset for some in ORIGINALS.values() for o in some.values()} == set(tasks.TASKS)


@each
def test_it_has_the_channels_times_and_conditions_of_the_original(original: Original) -> None:
    task = task_of(original)
    assert (task.n_inputs, task.n_outputs) == original.channels
    least, most = original.lasts if isinstance(original.lasts, tuple) else (original.lasts,) * 2
    lengths = np.concatenate([shown(task.sample(40, dt=10, seed=seed)).lengths * 10 for seed in range(12)])
    assert least <= lengths.min() <= lengths.max() <= most
    assert lengths.max() - lengths.min() >= 0.4 * (most - least)
    if original.n is not None:
        kinds = conditions_of(task)
        assert len(kinds) == original.n


def conditions_of(task: Task) -> np.ndarray:
    """Distinct combinations of what is chosen, without catch trials."""
    found = task.conditions() or {}
    names = [name for name in task.condition_factors if name in found and name != "catch"]
    table = np.stack([found[name] for name in names], axis=1)
    return np.unique(table, axis=0)


@each
def test_a_network_that_answers_right_scores_in_it(original: Original) -> None:
    task = task_of(original)
    batch = task.sample(60, dt=10, seed=1)
    assert task.score(batch.targets, batch).accuracy == 1


def test_shared_durations_are_one_for_all_trials_of_a_batch() -> None:
    plain, shared = tasks.get("delay_go"), share_durations(tasks.get("delay_go"))
    assert Task.from_json(shared.to_json()) == shared
    assert shared.digest != plain.digest
    found = set()
    for seed in range(20):
        batch, single = shared.sample(30, seed=seed), plain.sample(30, seed=seed)
        assert all((edges == edges[0]).all() for edges in batch.epochs.values())
        assert np.array_equal(batch.factors["side"], single.factors["side"])
        assert np.array_equal(batch.epochs["go"][0], single.epochs["go"][0])  # that of what was the first trial
        found.add(int(batch.lengths[0]))
    assert len(found) > 15
    assert len(np.unique(single.lengths)) > 20


def test_a_shared_end_and_a_skipped_epoch() -> None:
    pulse = share_durations(tasks.get("delayed_match_to_sample")).sample(20, seed=2)
    assert all((edges == edges[0]).all() for edges in pulse.epochs.values())
    batch = share_durations(tasks.get("random_dots", catch=0.5)).sample(50)
    catch = batch.factors["catch"] == 1
    assert set(batch.lengths[catch]) == {200}
    assert set(batch.lengths[~catch]) == {120}


def test_a_set_shares_durations_within_each_task() -> None:
    some = share_durations(tasks.cognitive_tasks()).sample(100, dt=20, seed=0)
    for i in range(20):
        of_one = some[some.factors["task"] == i]
        assert (of_one.lengths == of_one.lengths[:1]).all()
