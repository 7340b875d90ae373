"""What a training tells of each penalty and each condition."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import rnnlab as rl
from rnnlab.events import Evaluated, Updated
from rnnlab.runs import load, store, stream
from rnnlab.runs.conditions import condition_names, measured_conditions
from rnnlab.runs.penalties import L1, L2, Rates, VanishingGradient
from rnnlab.training import resume, train

PENALTIES = (L2(0.1, "W_rec"), VanishingGradient(0.05), L1(0.2, "W_in"), Rates(0.3))


def made(**training: object) -> rl.Experiment:
    fields = {"updates": 5, "batch_size": 6, "validation_trials": 40, "evaluate_every": 2, "save_every": 2} | training
    task = rl.tasks.get("perceptual_discrimination", fixation=(0, 100), stimulus=(100, 200), trial=500)
    return rl.Experiment(task=task, network=rl.networks.LeakyRNN(n_units=6, dt=20), training=rl.Training(**fields))


def test_each_penalty_is_told_and_their_sum_is_what_is_added(tmp_path: Path) -> None:
    experiment = made(penalties=PENALTIES)
    events = [event for event in train(experiment, out=tmp_path / "run") if isinstance(event, Updated)]
    for event in events:
        assert len(event.penalties) == 4
        assert np.isclose(sum(event.penalties), event.penalty, rtol=1e-5)
    history = load(tmp_path / "run").history
    np.testing.assert_array_equal(history.penalty_values, [event.penalties for event in events])
    first = rl.networks.Network.initialised(experiment.network, 2, 2, stream(experiment.seed, "initialise"))
    W_rec, W_in = first.parameters["W_rec"], first.parameters["W_in"]
    assert np.isclose(events[0].penalties[0], 0.1 * (W_rec**2).mean(), rtol=1e-4)
    assert np.isclose(events[0].penalties[2], 0.2 * np.abs(W_in).mean(), rtol=1e-4)


def test_accuracies_of_conditions_are_kept_and_their_mean_is_the_accuracy(tmp_path: Path) -> None:
    experiment = made()
    events = [event for event in train(experiment, out=tmp_path / "run") if isinstance(event, Evaluated)]
    names = condition_names(experiment.task)
    batch = experiment.task.sample(40, dt=20, seed=stream(experiment.seed, "validation"))
    counts = [
        sum(f"coherence {c:.4g}, direction {d:.4g}" == name for c, d in zip(*shown(batch), strict=True))
        for name in names
    ]
    for event in events:
        shares = np.nan_to_num([event.conditions[name] for name in names])
        assert np.isclose(np.dot(shares, counts) / 40, event.accuracy)
    history = load(tmp_path / "run").history
    assert history.condition_accuracies.shape == (len(events), len(names))
    assert history.until(2).condition_accuracies.shape == (2, len(names))


def shown(batch: rl.tasks.Batch) -> tuple[np.ndarray, np.ndarray]:
    return batch.factors["coherence"], batch.factors["direction"]


def test_a_training_that_goes_on_has_the_same_measures(tmp_path: Path) -> None:
    whole = made(penalties=PENALTIES[:2], updates=4)
    list(train(whole, out=tmp_path / "whole"))
    events = train(whole, out=tmp_path / "parts")
    for event in events:
        if event.update == 2 and isinstance(event, Updated):
            events.close()
            break
    list(resume(tmp_path / "parts"))
    one, other = (load(tmp_path / name).history for name in ("whole", "parts"))
    for name in ("penalty_values", "condition_accuracies"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_run_that_told_nothing_of_conditions_goes_on(tmp_path: Path) -> None:
    """Runs written before conditions were told apart have no such table: its rows are then unknown."""
    list(train(made(), out=tmp_path))
    then = store.read(tmp_path)
    history = replace(then.history, condition_accuracies=np.zeros((len(then.history.evaluated_at), 0)))
    store.write(tmp_path, replace(then, history=history, progress=replace(then.progress, reason=None)))
    list(resume(tmp_path, updates=8))
    found = load(tmp_path).history
    assert found.condition_accuracies.shape == (len(found.evaluated_at), len(condition_names(made().task)))
    assert np.isnan(found.condition_accuracies[found.evaluated_at <= 5]).all()
    assert np.isfinite(found.condition_accuracies[-1]).any()


def test_conditions_that_a_task_is_steered_to_have_columns_of_their_own(tmp_path: Path) -> None:
    """Behind those that were there; a number on its way has none, and a second change moves no column."""
    events = train(made(updates=14), out=tmp_path / "run")
    path, first = "task.factors.coherence.rule.values", made().described_task.factors[0].rule.support
    for event in events:
        if isinstance(event, Updated) and event.update == 3:
            events.steer(path, (0.05, 0.15, 0.22, 0.42), over=4)
        if isinstance(event, Updated) and event.update == 9:
            events.steer(path, (0.8, 0.9))
    run = load(tmp_path / "run")
    names, table = measured_conditions(run.experiment, 14), run.history.condition_accuracies
    each = [f"coherence {c:.4g}, direction {d}" for c in (*first, 0.05, 0.15, 0.22, 0.42, 0.8, 0.9) for d in (0, 1)]
    assert list(names) == each and table.shape == (len(run.history.evaluated_at), len(each))
    measured = [[names[i] for i in np.flatnonzero(np.isfinite(row))] for row in table]
    told = dict(zip(run.history.evaluated_at.tolist(), measured, strict=True))
    assert told[2] == told[4] == each[:8] and told[6] == []
    assert told[8] == each[8:-4] and told[14] == each[-4:]
    list(train(run.experiment, out=tmp_path / "again"))
    np.testing.assert_array_equal(load(tmp_path / "again").history.condition_accuracies, table)
