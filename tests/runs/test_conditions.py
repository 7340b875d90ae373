"""Conditions by name, their accuracies, and the learning rate of each update."""

from __future__ import annotations

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.runs import Change, History
from rnnlab.runs.conditions import MOST, cells_of, condition_accuracies, condition_names
from rnnlab.runs.rates import learning_rates
from rnnlab.runs.schedules import OnPlateau, Steps
from rnnlab.tasks import TASKS, Curriculum, Stage, collection, get


def test_conditions_are_the_combinations_of_what_is_chosen() -> None:
    task = get("perceptual_discrimination", coherences=(0.1, 0.5))
    assert condition_names(task) == tuple(f"coherence {c}, direction {d}" for c in (0.1, 0.5) for d in (0, 1))
    assert condition_names(collection("delay_tasks")) == ()  # scored task by task
    stages = (Stage(task), Stage(get("perceptual_discrimination", coherences=(0.5, 0.9))))
    names = condition_names(Curriculum("course", stages))
    assert len(names) == 6 and len(set(names)) == 6


@pytest.mark.parametrize("name", TASKS)
def test_no_task_has_more_conditions_than_can_be_told_apart(name: str) -> None:
    names = condition_names(get(name))
    assert len(set(names)) == len(names) <= MOST and len(names) != 1


def test_accuracies_are_shares_of_the_trials_that_count() -> None:
    task = get("perceptual_discrimination", coherences=(0.1, 0.5))
    batch = task.sample(40, seed=3)
    rng = np.random.default_rng(1)
    correct, counted = rng.random(40) < 0.6, rng.random(40) < 0.8
    score = rl.tasks.Score(0.6, correct.astype(float), np.zeros(40), 0.5, counted=counted)
    found = condition_accuracies(score, batch, cells_of(task))
    for coherence in (0.1, 0.5):
        for direction in (0, 1):
            hits = [
                bool(correct[i])
                for i in range(40)
                if counted[i]
                and batch.factors["coherence"][i] == coherence
                and batch.factors["direction"][i] == direction
            ]
            assert found[f"coherence {coherence}, direction {direction}"] == pytest.approx(sum(hits) / len(hits))
    nobody = rl.tasks.Score(0.0, correct.astype(float), np.zeros(40), 0.5, counted=np.zeros(40, dtype=bool))
    assert condition_accuracies(nobody, batch, cells_of(task)) == {}


def history(updates: int, evaluated_at: tuple[int, ...] = (), losses: tuple[float, ...] = ()) -> History:
    return History(
        updates=np.arange(1, updates + 1),
        losses=np.ones(updates),
        gradient_norms=np.ones(updates),
        evaluated_at=np.array(evaluated_at, dtype=np.int64),
        accuracies=np.full(len(evaluated_at), 0.5),
        validation_losses=np.array(losses, dtype=float),
    )


def test_the_rate_follows_schedule_and_steering() -> None:
    experiment = rl.Experiment(
        task=get("xor"),
        network=rl.networks.LeakyRNN(n_units=4),
        training=rl.Training(updates=40, learning_rate=0.01, schedule=Steps(every=10, by=0.5)),
        steering=(Change(25, "training.learning_rate", 0.1),),
    )
    updates, rates = learning_rates(experiment, history(40))
    expected = [(0.01 if u <= 25 else 0.1) * 0.5 ** ((u - 1) // 10) for u in updates]
    assert updates[0] == 1 and updates[-1] == 40
    np.testing.assert_allclose(rates, expected)
    assert [len(part) for part in learning_rates(experiment, history(0))] == [0, 0]


def test_the_rate_of_a_schedule_that_waits_for_a_plateau_looks_at_the_losses_by_then() -> None:
    plateau = OnPlateau(by=0.1, patience=1)
    training = rl.Training(updates=40, learning_rate=1.0, schedule=plateau, evaluate_every=10)
    experiment = rl.Experiment(task=get("xor"), network=rl.networks.LeakyRNN(n_units=4), training=training)
    at, losses = (0, 10, 20, 30), (1.0, 2.0, 3.0, 4.0)
    updates, rates = learning_rates(experiment, history(40, at, losses))
    for update, rate in zip(updates, rates, strict=True):
        seen = [loss for when, loss in zip(at, losses, strict=True) if when <= update - 1]
        assert rate == plateau.factor(int(update) - 1, seen)
    assert rates[-1] < rates[0]
