"""The script of a run makes that run, wherever it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab.runs import Experiment, History, Run, load
from rnnlab.runs.ending import due_end
from rnnlab.training import resume, train
from tests.training.small import small


def stopped(experiment: Experiment, folder: Path, at: int) -> Run:
    for event in train(experiment, folder):
        if event.update == at:
            break
    return load(folder)


def made_by(script: str, folder: Path) -> Run:
    """The run that the script makes, in a process of its own."""
    (folder / "script.py").write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return load(folder / "again")


def same_weights(one: Run, other: Run) -> bool:
    return one.update == other.update and all(np.array_equal(a, other.parameters[n]) for n, a in one.parameters.items())


def test_stopped_early(tmp_path: Path) -> None:
    run = stopped(small(updates=30, stop_accuracy=1.0), tmp_path / "run", at=13)
    script = run.script("again")
    assert "# The run was stopped at update 13 of 30.\n" in script
    again = made_by(script, tmp_path)
    assert again.update == 13
    assert again.progress.reason == "updates"
    assert same_weights(run, again)
    assert again.script() == again.experiment.script(), "what it made came to its own end"


def test_diverged(tmp_path: Path) -> None:
    experiment = small(learning_rate=1e30)
    list(train(experiment, tmp_path / "run"))
    run = load(tmp_path / "run")
    script = run.script("again")
    assert f"# It diverged soon after update {run.update} of 12, whose weights were kept.\n" in script
    again = made_by(script, tmp_path)
    assert again.progress.reason == "diverged"
    assert again.experiment == experiment
    assert same_weights(run, again)


ENDED: dict[str, dict[str, Any]] = {
    "all updates": {},
    "accuracy": {"stop_accuracy": 0.0},
    "no updates": {"updates": 0},
}


@pytest.mark.parametrize("name", ENDED)
def test_a_run_that_came_to_its_end_is_its_experiment(name: str, tmp_path: Path) -> None:
    list(train(small(**ENDED[name]), tmp_path / "run"))
    run = load(tmp_path / "run")
    assert run.script("again") == run.experiment.script("again")
    again = made_by(run.script("again"), tmp_path)
    assert again.experiment.digest == run.experiment.digest
    assert same_weights(run, again)


def test_stopped_and_gone_on_longer(tmp_path: Path) -> None:
    stopped(small(updates=12), tmp_path / "run", at=7)
    list(resume(tmp_path / "run", updates=15))
    run = load(tmp_path / "run")
    assert run.script("again") == run.experiment.script("again")
    assert same_weights(run, made_by(run.script("again"), tmp_path))


def test_an_evaluation_that_a_fresh_run_would_not_make_ends_nothing() -> None:
    """Update 6 was scored because the budget was 6 once; 4, 8 and 12 are scored anyway."""
    history = History(
        evaluated_at=np.array([0, 4, 6, 8]),
        accuracies=np.array([0.1, 0.2, 0.9, 0.5]),
        validation_losses=np.zeros(4),
    )
    training = small(updates=12, stop_accuracy=0.8).training
    assert due_end(training, history) == 12
    assert due_end(training.replace(updates=6), history) == 6
    assert due_end(training.replace(stop_accuracy=0.5), history) == 8
    assert due_end(training.replace(stop_accuracy=None), history) == 12


def best_of(folder: Path, at: int | None, **changes: Any) -> Run:
    """A training that learns too fast: right in 65 % at update 8, 70 % at 9 to 11, which nobody scores, 50 % at 16."""
    fields = {"updates": 30, "keep": "best", "learning_rate": 0.1, "evaluate_every": 4, "validation_trials": 40}
    experiment = small(seed=2, **(fields | changes))
    if at is not None:
        return stopped(experiment, folder, at)
    list(train(experiment, folder))
    return load(folder)


@pytest.mark.parametrize("at", [2, 9, 11, 17])
def test_the_best_of_a_training_that_stopped_between_two_evaluations(at: int, tmp_path: Path) -> None:
    """An end of its own would be scored, and could be kept as the best."""
    run = best_of(tmp_path / "run", at)
    assert run.kept_update < run.update == at
    script = run.script("again")
    assert f"at update {at} of 30; its network is that of update {run.kept_update}, the best.\n" in script
    again = made_by(script, tmp_path)
    assert all(np.array_equal(a, again.parameters[name]) for name, a in run.parameters.items())
    assert again.update == run.kept_update and again.accuracy == run.accuracy


def test_the_best_of_a_training_that_ended_is_its_experiment(tmp_path: Path) -> None:
    run = best_of(tmp_path / "run", None, updates=14)
    assert run.script("again") == run.experiment.script("again")
    again = made_by(run.script("again"), tmp_path)
    assert same_weights(run, again) and again.kept_update == run.kept_update


def test_the_score_of_a_run_is_that_of_the_network_it_holds(tmp_path: Path) -> None:
    run = best_of(tmp_path / "run", 17)
    marks, accuracies = run.history.evaluated_at.tolist(), run.history.accuracies.tolist()
    assert run.accuracy == max(accuracies) == accuracies[marks.index(run.kept_update)]
    assert run.accuracy != run.history.accuracy, "that of the last evaluation is another"
    assert f"(the network of update {run.kept_update}, the best)" in repr(run)
