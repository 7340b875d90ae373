"""Sets of tasks and curricula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import Curriculum, MultitaskSet, Stage, cognitive_tasks

SET = MultitaskSet(
    "mixed", tuple(tasks.get(name) for name in ("random_dots", "flip_flop", "parametric_memory", "delay_match"))
)
COGNITIVE = cognitive_tasks()


@pytest.mark.parametrize("some", [SET, COGNITIVE])
def test_a_set_goes_to_json_and_back(some: MultitaskSet) -> None:
    again = MultitaskSet.from_json(some.to_json())
    assert again == some
    assert again.digest == some.digest


def test_channels_are_shared_and_rules_added() -> None:
    assert SET.input_names[:2] == ("evidence_0", "evidence_1")
    assert SET.input_names[-4:] == ("rule random_dots", "rule flip_flop", "rule parametric_memory", "rule delay_match")
    assert SET.output_names[:2] == ("choice_0", "choice_1")
    assert {member.input_names for member in SET.members} == {SET.input_names}
    batch = SET.sample(60, seed=1)
    assert batch.inputs.shape == (60, batch.n_steps, SET.n_inputs)
    rules = batch.inputs[:, :, -4:]
    within = np.arange(batch.n_steps) < batch.lengths[:, None]
    assert np.array_equal(rules.sum(axis=2), within)
    assert np.array_equal(rules[:, 0].argmax(axis=1), batch.factors["task"])


def test_trials_are_those_of_the_tasks_and_padding_is_empty() -> None:
    batch = SET.sample(80, seed=2, noise=False)
    assert len(np.unique(batch.factors["task"])) == 4
    padding = np.arange(batch.n_steps) >= batch.lengths[:, None]
    assert not batch.inputs[padding].any()
    assert not batch.mask[padding].any()
    flip = batch[batch.factors["task"] == 1]
    assert np.isnan(flip.factors["coherence"]).all()
    assert (flip.lengths == 100).all()
    pulses, bits = (
        names.index(f"{what}_0") for names, what in ((SET.input_names, "pulses"), (SET.output_names, "bit"))
    )
    for trial in range(flip.n_trials):
        memory = 0.0
        for step in range(100):
            memory = flip.inputs[trial, step, pulses] or memory
            assert flip.targets[trial, step, bits] == memory


def test_the_oracle_is_right_and_every_task_has_its_score() -> None:
    batch = SET.sample(100, seed=3)
    score = SET.score(batch.targets, batch)
    assert score.accuracy == 1
    assert set(score.parts) == {task.name for task in SET.tasks}
    wrong = batch.targets.copy()
    wrong[batch.factors["task"] == 1] += 9
    assert SET.score(wrong, batch).accuracy == pytest.approx(0.75)
    assert SET.score(wrong, batch).parts["flip_flop"].accuracy == 0


def test_tasks_come_by_their_odds_or_one_in_a_batch() -> None:
    odd = SET.replace(odds=(1, 0, 3, 0))
    assert set(np.unique(odd.sample(50).factors["task"])) == {0, 2}
    assert list(np.bincount(odd.sample(40, balanced=True).factors["task"].astype(int))) == [10, 0, 30]
    one = SET.replace(mixing="batches")
    found = {float(value) for seed in range(30) for value in np.unique(one.sample(5, seed=seed).factors["task"])}
    assert all(len(np.unique(one.sample(5, seed=seed).factors["task"])) == 1 for seed in range(5))
    assert found == {0, 1, 2, 3}


def test_same_seed_same_batch() -> None:
    a, b, c = SET.sample(30, seed=5), SET.sample(30, seed=5), SET.sample(30, seed=6)
    assert np.array_equal(a.inputs, b.inputs)
    assert a.inputs.shape != c.inputs.shape or not np.array_equal(a.inputs, c.inputs)


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: MultitaskSet("x", ()), "MultitaskSet.tasks"),
        (lambda: MultitaskSet("x", (SET.tasks[0], SET.tasks[0])), "MultitaskSet.tasks[1].name"),
        (lambda: SET.replace(odds=(1, 2)), "MultitaskSet.odds"),
        (lambda: SET.replace(odds=(0, 0, 0, 0)), "MultitaskSet.odds"),
        (lambda: cognitive_tasks(n_ring=2), "cognitive_tasks.n_ring"),
        (lambda: Curriculum("x", ()), "Curriculum.stages"),
        (lambda: Curriculum("x", (Stage(SET.tasks[0]), Stage(SET.tasks[1]))), "Curriculum.stages[1].task"),
    ],
)
def test_what_cannot_be_is_refused(make, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        make()
    assert caught.value.path == path
    assert caught.value.remedy


def test_a_curriculum_is_a_value() -> None:
    stages = tuple(Stage(tasks.get("random_dots", coherences=(c,)), 0.8, 500) for c in (16, 8, 4))
    curriculum = Curriculum("harder and harder", (*stages, Stage(tasks.get("random_dots"))))
    again = Curriculum.from_json(curriculum.to_json())
    assert again == curriculum
    assert again.stages[1].threshold == 0.8
    Curriculum("a set", (Stage(SET), Stage(SET.replace(odds=(1, 1, 1, 5)))))


# --------------------------------------------------------------------------------- Yang et al.'s twenty tasks

NAMES = (
    "go", "reaction_go", "delay_go", "anti", "reaction_anti", "delay_anti",
    "dm_1", "dm_2", "context_dm_1", "context_dm_2", "multisensory_dm",
    "delay_dm_1", "delay_dm_2", "delay_context_dm_1", "delay_context_dm_2", "delay_multisensory_dm",
    "dms", "dnms", "dmc", "dnmc",
)  # fmt: skip


def test_there_are_twenty_tasks_on_rings() -> None:
    assert tuple(task.name for task in COGNITIVE.tasks) == NAMES
    assert (COGNITIVE.n_inputs, COGNITIVE.n_outputs) == (1 + 2 * 8 + 20, 1 + 8)
    full = cognitive_tasks(n_ring=32)
    assert (full.n_inputs, full.n_outputs) == (1 + 64 + 20, 33)


@pytest.mark.parametrize("task", COGNITIVE.tasks, ids=NAMES)
def test_every_one_of_the_twenty(task: tasks.Task) -> None:
    batch = task.sample(400, dt=20, seed=1, noise=False)
    assert task.score(batch.targets, batch).accuracy == 1
    go = batch.window("go")
    before = ~go & (np.arange(batch.n_steps) < batch.lengths[:, None])
    assert np.allclose(batch.targets[:, :, 0][before], 0.85)
    assert np.allclose(batch.targets[:, :, 1:][before], 0.05)
    assert (go.sum(axis=1) == 25).all()
    assert set(np.unique(batch.mask[:, :, 0][go])) == {0, 5}
    assert (batch.mask[:, :, 0] == 5).sum() == 400 * 20
    fixating = batch.inputs[:, :, 0]
    assert (fixating[before] == 1).all()
    assert (fixating[go] == float(task.name.startswith("reaction"))).all()
    answered = batch.factors.get("answered", np.ones(400)) != 0
    last = batch.targets[np.arange(400), batch.lengths - 1]
    assert np.allclose(last[:, 0], np.where(answered, 0.05, 0.85))
    reported = np.angle((last[:, 1:] - 0.05) @ np.exp(2j * np.pi * np.arange(8) / 8))
    apart = np.abs(np.angle(np.exp(1j * (reported - batch.factors["answer"]))))
    assert apart[answered].max() < 0.06


@pytest.mark.parametrize("name", [name for name in NAMES if "dm_" in name or name.endswith("_dm")])
def test_decisions_go_to_the_stronger_stimulus(name: str) -> None:
    batch = next(task for task in COGNITIVE.tasks if task.name == name).sample(500, seed=1)
    of = batch.factors
    modalities = (1, 2) if "multi" in name else (int(name[-1]),)
    evidence = sum(of[f"strength_{m}"] - of[f"other_strength_{m}"] for m in modalities)
    assert np.abs(evidence).min() > 0.07
    assert np.array_equal(of["answer"], np.where(evidence > 0, of["angle"], of["other"]))
    assert 0.4 < np.mean(evidence > 0) < 0.6


def test_anti_is_opposite_and_matching_follows_match() -> None:
    named = dict(zip(NAMES, COGNITIVE.tasks, strict=True))
    of = named["anti"].sample(200).factors
    assert np.allclose(np.cos(of["answer"] - of["angle"]), -1)
    for name, to_match in (("dms", 1), ("dnms", 0), ("dmc", 1), ("dnmc", 0)):
        of = named[name].sample(1000, seed=2).factors
        if name.endswith("s"):
            same = np.isclose(np.cos(of["second"] - of["angle"]), 1)
        else:
            same = (of["second"] < math.pi) == (of["angle"] < math.pi)
        assert np.array_equal(of["answered"] == 1, same == bool(to_match))
        assert np.mean(same) == pytest.approx(0.5, abs=0.06)
