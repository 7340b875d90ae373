"""Runs on tasks that are Python code: trained and saved, but their trials are gone unless the code comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.events import Evaluated, Finished, Started
from rnnlab.spec import NotCitableError
from rnnlab.tasks import CodeTask, MissingTask


def copy(n_trials: int, dt: float, rng: np.random.Generator) -> dict[str, Any]:
    """Say what is shown."""
    side = rng.choice([-1.0, 1.0], size=(n_trials, 1, 1))
    shown = np.repeat(side, round(200 / dt), axis=1)
    return {"inputs": shown, "targets": shown, "epochs": {"all": (0, shown.shape[1])}}


def task(name: str = "copy") -> CodeTask:
    return rl.tasks.from_function(name, copy, inputs=["shown"], outputs=["said"], epochs=["all"])


def experiment(updates: int = 8, **settings: Any) -> rl.Experiment:
    training = rl.Training(
        updates=updates, batch_size=8, validation_trials=16, evaluate_every=4, save_every=4, learning_rate=0.02
    )
    network = rl.networks.LeakyRNN(n_units=8, dt=20, noise=0.0)
    return rl.Experiment(**({"task": task(), "network": network, "training": training} | settings))


def test_it_learns() -> None:
    events = list(rl.train(experiment(updates=120)))
    first = next(e for e in events if isinstance(e, Evaluated))
    assert isinstance(events[0], Started) and events[0].digest == ""
    assert isinstance(events[-1], Finished) and (events[-1].accuracy or 0) > max(0.8, first.accuracy + 0.2)


def test_an_experiment_on_code_is_not_citable() -> None:
    it = experiment()
    assert not it.citable and it == it.replace(seed=0) and it != it.replace(seed=1)
    for ask in (it.to_json, it.to_data, it.script, lambda: it.digest, lambda: it.described_task):
        with pytest.raises(NotCitableError, match="'copy' is Python code"):
            ask()
    assert experiment(task=rl.tasks.get("flip_flop")).citable


def test_a_saved_run_keeps_names_and_no_code(tmp_path: Path) -> None:
    list(rl.train(experiment(), out=tmp_path / "run"))
    assert "MissingTask" in (tmp_path / "run" / "run.json").read_text()
    run = rl.load(tmp_path / "run")
    assert isinstance(run.task, MissingTask) and run.update == 8 and run.history.n_updates == 8
    assert (run.task.name, run.task.input_names, run.task.output_names) == ("copy", ("shown",), ("said",))
    assert "not citable" in repr(run) and not run.experiment.citable
    states = rl.simulate(run, task().sample(3, 20)).states
    assert states.shape == (3, 10, 8)
    with pytest.raises(ValueError, match="'copy' was Python code and is not in the run's folder"):
        run.task.sample(3, 20)
    with pytest.raises(NotCitableError):
        run.experiment.to_json()


def test_the_task_can_be_handed_over_again(tmp_path: Path) -> None:
    list(rl.train(experiment(), out=tmp_path / "run"))
    again = task()
    run = rl.load(tmp_path / "run", task=again)
    assert run.task is again and rl.analysis.accuracy(run, n_trials=16, noise=True).n_trials == 16
    with pytest.raises(rl.RunError, match="was trained on another task"):
        rl.load(tmp_path / "run", task=task("paste"))


def test_a_citable_run_takes_no_task(tmp_path: Path, example_run: Path) -> None:
    with pytest.raises(rl.RunError, match="holds its task already"):
        rl.load(example_run, task=task())


@pytest.mark.parametrize("way", ["resume", "train"])
def test_a_resumed_training_ends_where_the_whole_one_does(tmp_path: Path, way: str) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    list(rl.train(experiment(), out=whole))
    for event in rl.train(experiment(), out=parts):
        if event.update == 5:
            break
    rest = rl.resume(parts, task=task()) if way == "resume" else rl.train(experiment(), out=parts, resume=True)
    assert isinstance(list(rest)[-1], Finished)
    for name, array in rl.load(whole).parameters.items():
        np.testing.assert_array_equal(array, rl.load(parts).parameters[name])


def test_without_the_task_it_cannot_be_resumed(tmp_path: Path) -> None:
    list(rl.train(experiment(updates=2), out=tmp_path / "run"))
    with pytest.raises(ValueError, match=r"rl.resume\(path, task=task\)"):
        list(rl.resume(tmp_path / "run", updates=4))
    with pytest.raises(rl.RunError, match="another experiment"):
        rl.train(experiment(updates=2, seed=1), out=tmp_path / "run", resume=True)


def test_the_lab_refuses_it() -> None:
    with pytest.raises(rl.SpecError, match="'copy' is Python code, and the lab trains in a process of its own"):
        rl.session.Session(experiment())


def test_a_lab_that_is_open_stays_as_it_is(tmp_path: Path) -> None:
    list(rl.train(experiment(updates=2), out=tmp_path / "run"))
    session = rl.session.Session()
    before = session.network
    assert not session.open(tmp_path / "run") and session.network is before
    assert "is Python code" in session.errors["open"]
    session.close()
