"""Scoring against plain loops and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.tasks import Channel, Choice, Constant, Epoch, Factor, Hold, LargestMean, Lookup, WithinTolerance
from tests.tasks.language import small_task

TWO_ANSWERS = small_task(
    factors=(
        Factor("side", Choice((0, 1))),
        Factor("left", Lookup("side", (1, 0))),
        Factor("right", Lookup("side", (0, 1))),
    ),
    epochs=(Epoch("early", Constant(50), scored=True, weight=0.5), Epoch("late", Constant(50), scored=True)),
    outputs=(Channel("l", (Hold("left"),)), Channel("r", (Hold("right"),))),
    scoring=LargestMean(),
)


def test_the_largest_mean_over_the_judged_steps_is_the_choice() -> None:
    task = tasks.get("perceptual_discrimination", grace=100)
    batch = task.sample(300, seed=1)
    outputs = np.random.default_rng(0).normal(size=batch.targets.shape)
    score = task.score(outputs, batch)
    for trial in range(300):
        judged = batch.mask[trial, :, 0] > 0
        choice = outputs[trial][judged].mean(axis=0).argmax()
        assert score.choices[trial] == choice
        assert score.correct[trial] == (choice == batch.factors["direction"][trial])
    assert score.accuracy == score.correct.mean()
    assert score.chance == 0.5


def test_steps_that_are_not_judged_do_not_matter() -> None:
    task = tasks.get("perceptual_discrimination")
    batch = task.sample(50, seed=1)
    outputs = batch.targets + 100 * (batch.mask == 0) * [1, 0]
    assert task.score(outputs, batch).accuracy == 1


def test_weights_count_in_the_choice() -> None:
    batch = TWO_ANSWERS.sample(20)
    early, late = np.eye(2)[np.zeros(20, int)][:, None], np.eye(2)[np.ones(20, int)][:, None]
    outputs = np.where(np.arange(10)[None, :, None] < 5, 1.5 * early, late)
    assert (TWO_ANSWERS.score(outputs, batch).choices == 1).all()
    assert (TWO_ANSWERS.score(np.where(outputs == 1.5, 2.5, outputs), batch).choices == 0).all()


def test_scoring_can_be_narrowed_to_epochs() -> None:
    task = TWO_ANSWERS.replace(scoring=LargestMean(("late",)))
    batch = task.sample(20)
    outputs = np.where(np.arange(10)[None, :, None] < 5, -9 * batch.targets, batch.targets)
    assert task.score(outputs, batch).accuracy == 1
    assert TWO_ANSWERS.score(outputs, batch).accuracy == 0


def test_a_trial_without_judged_steps_is_never_correct() -> None:
    """Such trials cannot come out of `sample`; made by hand they do not count as right."""
    for name in tasks.TASKS:
        task = tasks.get(name)
        batch = task.sample(12)
        counted = np.ones(12, bool) if not task.scoring.only else batch.factors[task.scoring.only] != 0
        if "catch" in batch.factors:
            counted = batch.factors["catch"] == 0
        batch = batch[np.flatnonzero(counted)[:4]]
        batch.mask[1] = 0
        score = task.score(batch.targets, batch)
        assert list(score.correct) == [1, 0, 1, 1]
        if isinstance(task.scoring, LargestMean) and not task.scoring.only:
            assert score.accuracy == 0.75


def test_a_tie_goes_to_the_first() -> None:
    batch = TWO_ANSWERS.sample(20)
    assert (TWO_ANSWERS.score(np.ones_like(batch.targets), batch).choices == 0).all()


@pytest.mark.parametrize("grace", [0, 20, 40])
def test_tolerance_against_a_plain_loop(grace: float) -> None:
    task = tasks.get("flip_flop", n_bits=2, grace=grace, tolerance=0.7)
    batch = task.sample(40, seed=1)
    outputs = batch.targets + np.random.default_rng(0).normal(size=batch.targets.shape)
    score = task.score(outputs, batch)
    for trial in range(40):
        right = judged = silent = 0
        for bit in range(2):
            target, since = batch.targets[trial, :, bit], grace
            for step in range(batch.n_steps):
                since = 0 if step and target[step] != target[step - 1] else since + 10
                if since >= grace:
                    judged += 1
                    right += abs(outputs[trial, step, bit] - target[step]) < 0.7
                    silent += abs(target[step]) < 0.7
        assert score.correct[trial] == pytest.approx(right / judged)
    assert score.accuracy == pytest.approx(score.correct.mean())


def test_chance_is_what_silence_scores() -> None:
    task = small_task(outputs=(Channel("out", (Hold(3, epochs=("end",)),)),), scoring=WithinTolerance(0.5))
    batch = task.sample(3)
    assert task.score(batch.targets, batch).chance == 0
    assert "accuracy 1.000, chance 0.000, 3 trials" in repr(task.score(batch.targets, batch))
