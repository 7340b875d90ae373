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
    inside = np.arange(batch.n_steps) < batch.lengths[:, None]
    before = ~go & inside
    assert np.allclose(batch.targets[:, :, 0][before], 0.85)
    assert np.allclose(batch.targets[:, :, 1:][before], 0.05)
    fixating = batch.inputs[:, :, 0]
    assert (fixating[before] == 1).all()
    # A reaction, and an answer to a second stimulus, are not asked for by the end of the fixation input.
    stays = task.name.startswith("reaction") or task.name in ("dms", "dnms", "dmc", "dnmc")
    assert (fixating[go] == float(stays)).all()
    answered = batch.factors.get("answered", np.ones(400)) != 0
    last = batch.targets[np.arange(400), batch.lengths - 1]
    assert np.allclose(last[:, 0], np.where(answered, 0.05, 0.85))
    reported = np.angle((last[:, 1:] - 0.05) @ np.exp(2j * np.pi * np.arange(8) / 8))
    apart = np.abs(np.angle(np.exp(1j * (reported - batch.factors["answer"]))))
    assert apart[answered].max() < 0.06


@pytest.mark.parametrize("task", COGNITIVE.tasks, ids=NAMES)
def test_how_much_is_judged_of_each_of_the_twenty(task: tasks.Task) -> None:
    batch = task.sample(50, dt=20, seed=1)
    steps = np.arange(batch.n_steps)
    since_go = steps - batch.epochs["go"][:, :1]
    weight = np.where(since_go < 0, 1.0, 5.0) * (steps >= 5) * ((since_go < 0) | (since_go >= 5))
    weight *= steps < batch.lengths[:, None]
    assert np.array_equal(batch.mask[:, :, 0], 2 * weight)
    assert np.array_equal(batch.mask[:, :, 1:], np.repeat(weight[:, :, None], 8, axis=2))


SHORT, LONG, PAUSE = (200, 400, 600), (400, 800, 1600), (200, 400, 800, 1600)
TIMES: dict[str, dict[str, tuple[int, ...]]] = {
    "go": {"stimulus": (500, 1500), "go": (500,)},
    "reaction": {"fixation": (500, 2500), "go": (500,)},
    "delay": {"fixation": (300, 500, 700), "stimulus": SHORT, "delay": PAUSE, "go": (500,)},
    "decision": {"stimulus": LONG, "go": (500,)},
    "delayed decision": {"fixation": SHORT, "first": SHORT, "delay": PAUSE, "second": SHORT, "go": (500,)},
    "sample": {"fixation": SHORT, "first": SHORT, "delay": PAUSE, "go": (500,)},
    "category": {"fixation": SHORT, "first": SHORT, "delay": PAUSE, "go": SHORT},
}
"""Milliseconds: all that come, or, where there are two, the least and the most."""


@pytest.mark.parametrize(
    ("names", "family"),
    [
        (("go", "anti"), "go"),
        (("reaction_go", "reaction_anti"), "reaction"),
        (("delay_go", "delay_anti"), "delay"),
        (NAMES[6:11], "decision"),
        (NAMES[11:16], "delayed decision"),
        (("dms", "dnms"), "sample"),
        (("dmc", "dnmc"), "category"),
    ],
)
def test_times_of_the_twenty(names: tuple[str, ...], family: str) -> None:
    for name in names:
        batch = named(name).sample(300, dt=10, seed=4)
        for epoch, expected in TIMES[family].items():
            lasts = 10 * np.diff(batch.epochs[epoch])
            if len(expected) == 2:
                assert expected[0] <= lasts.min() < lasts.max() <= expected[1]
                assert len(np.unique(lasts)) > 40
            else:
                assert tuple(np.unique(lasts)) == expected


def named(name: str) -> tasks.Task:
    return COGNITIVE.tasks[NAMES.index(name)]


SLIGHT, CLEAR = (0.01, 0.02, 0.04, 0.08), (0.08, 0.16, 0.32)


@pytest.mark.parametrize("name", NAMES[6:16])
def test_strengths_of_two_stimuli(name: str) -> None:
    """Each is shown at its angle as a bump of 0.8 times its strength; the stronger one is the answer."""
    task = cognitive_tasks(n_ring=32).tasks[NAMES.index(name)]
    batch = task.sample(300, seed=1, noise=False)
    of = batch.factors
    both = "context" in name or "multi" in name
    heights: dict[tuple[int, str], np.ndarray] = {}
    for m in (1, 2) if both else (int(name[-1]),):
        heights[m, "one"], heights[m, "other"] = of[f"height_{m}"] / 0.8, of[f"other_height_{m}"] / 0.8
    one, other = (sum(h for (_, which), h in heights.items() if which == what) for what in ("one", "other"))
    if "context" in name:
        one, other = heights[int(name[-1]), "one"], heights[int(name[-1]), "other"]
    scale = 2 if "multi" in name else 1
    differences = np.unique(np.round((one - other) / 2 / scale, 6))
    expected = CLEAR if "delay" in name else SLIGHT
    assert np.allclose(differences, [*(-d for d in reversed(expected)), *expected])
    means = (one + other) / 2 / scale
    assert 0.8 <= means.min() < 0.83
    assert 1.17 < means.max() <= 1.2
    assert np.array_equal(of["answer"], np.where(one > other, of["angle"], of["other"]))
    apart = np.abs(np.angle(np.exp(1j * (of["angle"] - of["other"]))))
    assert apart.min() >= np.pi / 2 - 1e-9
    if "multi" in name:
        unlike = np.abs(heights[1, "one"] - heights[2, "one"]) / (heights[1, "one"] + heights[2, "one"])
        assert 0.1 <= unlike.min() < unlike.max() <= 0.4
    shown = "first" if "delay" in name else "stimulus"
    start = batch.epochs[shown][:, 0]
    preferred = 2 * np.pi * np.arange(32) / 32
    for m in (1, 2):
        ring = batch.inputs[np.arange(300), start, 1 + 32 * (m - 1) : 1 + 32 * m]
        expected_ring = np.zeros((300, 32))
        for what, angle in (("one", of["angle"]), ("other", of["other"])):
            if (m, what) in heights and (what == "one" or "delay" not in name):
                d = np.abs(np.angle(np.exp(1j * (angle[:, None] - preferred))))
                expected_ring += 0.8 * heights[m, what][:, None] * np.exp(-0.5 * (d / (np.pi / 8)) ** 2)
        assert np.allclose(ring, expected_ring, atol=1e-5)


def test_anti_is_opposite_and_matching_follows_match() -> None:
    of = named("anti").sample(200).factors
    assert np.allclose(np.cos(of["answer"] - of["angle"]), -1)
    for name, to_match in (("dms", 1), ("dnms", 0), ("dmc", 1), ("dnmc", 0)):
        of = named(name).sample(1000, seed=2).factors
        if name.endswith("s"):
            same = np.isclose(np.cos(of["second"] - of["angle"]), 1)
            apart = np.abs(np.angle(np.exp(1j * (of["second"] - of["angle"]))))
            assert np.degrees(apart[~same]).min() >= 20 - 1e-9
        else:
            same = (of["second"] < math.pi) == (of["angle"] < math.pi)
            assert np.allclose(np.unique(np.degrees(of["angle"])), range(18, 360, 36))
        assert np.array_equal(of["answered"] == 1, same == bool(to_match))
        assert np.mean(same) == pytest.approx(0.5, abs=0.06)
        assert np.mean(of["modality"] == of["second_modality"]) == pytest.approx(0.5, abs=0.06)


def test_one_stimulus_is_shown_in_one_modality() -> None:
    for name in NAMES[:6]:
        batch = named(name).sample(100, noise=False)
        rings = batch.inputs[:, :, 1:17].reshape(100, -1, 2, 8).max(axis=(1, 3))
        assert np.allclose(np.sort(rings, axis=1)[:, 0], 0)
        assert np.array_equal(rings.argmax(axis=1), batch.factors["modality"])
        assert (rings.max(axis=1) > 0.8 * np.exp(-0.5)).all()
        assert rings.max() <= 0.8 + 1e-6
