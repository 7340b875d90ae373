"""The script that makes a run again: clean text, the same experiment, the same weights."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.networks import LSTM, AdaptingRNN, AnyNetwork, LeakyRNN, PowerRelu, Tanh
from rnnlab.runs import Experiment, RunError, Training, load
from rnnlab.runs.presets import settings_of
from rnnlab.runs.script import script
from rnnlab.training import train

LONG = 'What is "more"? It\'s the one that lasts. ' * 5

EXPERIMENTS: dict[str, Experiment] = {
    "defaults": Experiment(task=tasks.get("perceptual_discrimination"), network=LeakyRNN()),
    "settings": Experiment(
        task=tasks.get("perceptual_discrimination", coherences=(0.1, 0.2), stimulus=(300, 300), noise=0.2),
        network=LeakyRNN(n_units=20, nonlinearity=PowerRelu(exponent=1.5), tau=tuple(float(t) for t in range(20, 40))),
        training=Training(updates=7, stop_accuracy=0.9),
        seed=3,
    ),
    "a task of one's own": Experiment(
        task=tasks.get("delayed_discrimination").replace(name="mine, longer", description=LONG),
        network=LSTM(n_units=4),
        training=Training(engine="autograd"),
    ),
    "a task that was changed": Experiment(
        task=tasks.get("flip_flop").replace(source='"Nature"'), network=LeakyRNN(nonlinearity=Tanh(slope=2))
    ),
}


def ruff(*arguments: str, text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "--stdin-filename", "script.py", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_says_exactly_this_experiment(name: str) -> None:
    found: dict[str, Any] = {}
    exec(EXPERIMENTS[name].script().partition("\nfor event")[0], found)
    assert found["experiment"] == EXPERIMENTS[name]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_is_clean(name: str) -> None:
    text = EXPERIMENTS[name].script("runs/x")
    for width in ("88", "120"):
        formatted = ruff("format", "--diff", "--line-length", width, text=text)
        assert formatted.returncode == 0, formatted.stdout
    checked = ruff("check", "--select", "E,F,I,W,B,UP", "--line-length", "120", text=text)
    assert checked.returncode == 0, checked.stdout


def test_is_short_where_the_catalogue_makes_the_task() -> None:
    text = EXPERIMENTS["defaults"].script()
    assert len(text.splitlines()) < 15
    assert 'rl.tasks.get("perceptual_discrimination")\n' in text
    assert "coherences=(0.1, 0.2)" in EXPERIMENTS["settings"].script()


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("perceptual_discrimination", {}),
        ("perceptual_discrimination", {"coherences": (0.05,)}),
        ("perceptual_discrimination", {"trial": 900.0, "fixation": (0.0, 100.0), "high": 0.9, "grace": 20.0}),
        ("delayed_discrimination", {"delay": (200.0, 200.0), "pairs": ((30.0, 20.0), (22.0, 12.0))}),
        ("flip_flop", {"noise": 0.1}),
    ],
)
def test_settings_are_found(name: str, settings: dict[str, Any]) -> None:
    assert settings_of(tasks.get(name, **settings)) == settings


def test_settings_that_are_known_are_used_if_they_are_true() -> None:
    experiment = EXPERIMENTS["settings"]
    known = {"coherences": (0.1, 0.2), "stimulus": (300, 300), "noise": 0.2, "low": 0.2}
    assert "low=0.2" in script(experiment, settings=known)
    assert script(experiment, settings={"noise": 0.7}) == script(experiment)


def test_makes_the_same_weights(tmp_path: Path) -> None:
    experiment = Experiment(
        task=tasks.get("perceptual_discrimination", coherences=(0.2, 0.4)),
        network=LeakyRNN(n_units=10, nonlinearity="tanh"),
        training=Training(updates=5, batch_size=8, validation_trials=8),
        seed=11,
    )
    list(train(experiment, tmp_path / "first"))
    source = load(tmp_path / "first").experiment.script("again")
    (tmp_path / "script.py").write_text(source)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(root)}
    )
    assert done.returncode == 0, done.stderr
    assert "accuracy=" in done.stdout
    first, again = load(tmp_path / "first"), load(tmp_path / "again")
    assert first.experiment == again.experiment
    for name, array in first.parameters.items():
        assert np.array_equal(array, again.parameters[name]), name
    assert np.array_equal(first.history.losses, again.history.losses)


def test_run_a_second_time_it_goes_on_with_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    experiment = Experiment(
        task=tasks.get("flip_flop"),
        network=LeakyRNN(n_units=4),
        training=Training(updates=3, batch_size=2, validation_trials=2),
    )
    for event in train(experiment, "again"):
        if event.update == 1:
            break
    assert load("again").update == 1
    for _ in range(2):
        exec(experiment.script("again"), {})
        assert load("again").update == 3
    with pytest.raises(RunError, match="holds a run of another experiment; choose another folder"):
        exec(experiment.replace(seed=1).script("again"), {})


@pytest.mark.parametrize("network", [LSTM(n_units=4), AdaptingRNN(n_units=4), LeakyRNN(n_units=4)])
def test_the_first_line_reads_well(network: AnyNetwork) -> None:
    said = script(Experiment(task=tasks.get("xor"), network=network)).splitlines()[0]
    article = "a" if isinstance(network, LeakyRNN) else "an"
    assert said == f'"""Train {article} {type(network).__name__} of 4 units on xor."""'
