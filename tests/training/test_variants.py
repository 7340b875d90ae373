"""Every kind of network trains with the plain engine, is saved, resumed exactly, loaded and simulated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.networks import NETWORKS
from rnnlab.runs import Experiment, Training, load, store
from rnnlab.simulation import simulate
from rnnlab.training import resume, train
from tests.networks.family import VARIANTS
from tests.training.small import same


def tiny(network: Any) -> Experiment:
    training = Training(updates=4, batch_size=4, validation_trials=4, evaluate_every=2, save_every=2)
    return Experiment(tasks.get("delayed_discrimination"), network.replace(dt=20), training)


@pytest.mark.parametrize("cell", VARIANTS.values(), ids=VARIANTS)
def test_trained_saved_resumed_loaded_and_simulated(cell: Any, tmp_path: Path) -> None:
    experiment = tiny(cell)
    before = dict(store.read(_part(experiment, 0, tmp_path / "start")).state["parameters"])
    list(train(experiment, tmp_path / "whole"))
    list(resume(_part(experiment, 2, tmp_path / "half"), updates=4))
    assert same(store.read(tmp_path / "whole"), store.read(tmp_path / "half"))
    after = store.read(tmp_path / "whole").state["parameters"]
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == set(experiment.network.trainable)
    run = load(tmp_path / "whole")
    assert run.experiment == experiment
    trajectory = simulate(run, run.task.sample(3, dt=20), seed=1)
    assert np.isfinite(trajectory.outputs).all()


def _part(experiment: Experiment, updates: int, folder: Path) -> Path:
    list(train(experiment.replace(training__updates=updates), folder))
    return folder


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_script_makes_the_same_experiment(kind: str) -> None:
    experiment = Experiment(tasks.get("delayed_discrimination"), NETWORKS[kind](n_units=7))
    assert f"rl.networks.{kind}(n_units=7)" in experiment.script()
