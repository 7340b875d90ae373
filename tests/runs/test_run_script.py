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
