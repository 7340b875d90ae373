"""Every environment that NeuroGym registers: learned from examples, or refused with the reason."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.tasks.adapters import NeuroGymTask
from rnnlab.tasks.adapters.neurogym import make

SETTINGS: dict[str, dict[str, Any]] = {"AnnubesEnv-v0": {"session": {"v": 1, "a": 2}, "catch_prob": 0.3}}

UNSUPERVISED = {
    "Bandit-v0": "no ground truth before an action",
    "DawTwoStep-v0": "no observations before an action|no ground truth before an action",
    "EconomicDecisionMaking-v0": "no ground truth before an action",
    "Null-v0": "no observations before an action|no ground truth before an action",
    "Reaching1D-v0": "its ground truth 3 is none of its actions 0 to 2",
    "Reaching1DWithSelfDistraction-v0": "its ground truth 3 is none of its actions 0 to 2",
}


def registered() -> list[str]:
    make("GoNogo-v0", None, {})  # imports NeuroGym, which registers
    from neurogym.envs.registration import all_envs

    return list(all_envs(collections=True))


SUPERVISED = [env_id for env_id in registered() if env_id not in UNSUPERVISED]


@cache
def converted(env_id: str) -> NeuroGymTask:
    return rl.tasks.from_neurogym(env_id, **SETTINGS.get(env_id, {}))


def time_step(env_id: str) -> float:
    return float(make(env_id, None, SETTINGS.get(env_id, {})).unwrapped.dt)


def test_the_registered_environments_are_all_accounted_for() -> None:
    assert len(registered()) == 52 and set(UNSUPERVISED) < set(registered())


@pytest.mark.parametrize("env_id", SUPERVISED)
def test_it_is_a_task(env_id: str) -> None:
    task, dt = converted(env_id), time_step(env_id)
    batch = task.sample(n_trials=12, dt=dt, seed=1)
    assert batch.inputs.shape[2] == task.n_inputs and batch.targets.shape[2] == task.n_outputs
    assert set(batch.epochs) <= set(task.epoch_names) and (batch.mask.any(axis=2).sum(axis=1) == batch.lengths).all()
    again, other = task.sample(12, dt, 1), task.sample(12, dt, 2)
    np.testing.assert_array_equal(batch.inputs, again.inputs)
    assert batch.inputs.shape != other.inputs.shape or not np.array_equal(batch.inputs, other.inputs)


@pytest.mark.parametrize("env_id", SUPERVISED)
def test_the_ground_truth_is_right_and_noise_changes_inputs_alone(env_id: str) -> None:
    task, dt = converted(env_id), time_step(env_id)
    batch, clean = task.sample(12, dt, 3), task.sample(12, dt, 3, noise=False)
    np.testing.assert_array_equal(batch.targets, clean.targets)
    score = task.score(batch.targets, batch)
    assert score.accuracy == 1 and 0 <= score.chance < 1
    assert task.score(np.full_like(batch.targets, np.nan), batch).accuracy == 0


@pytest.mark.parametrize("env_id", UNSUPERVISED)
def test_what_cannot_be_learned_from_examples_is_refused(env_id: str) -> None:
    with pytest.raises(ValueError, match=f"{env_id}.*{UNSUPERVISED[env_id]}"):
        rl.tasks.from_neurogym(env_id)


def test_trials_are_those_of_the_environment() -> None:
    """Perceptual decision making, by what its paper and NeuroGym's table of timings say."""
    task = converted("PerceptualDecisionMaking-v0")
    batch = task.sample(n_trials=64, dt=20, seed=0, noise=False)
    assert task.input_names == ("fixation", "stimulus_0", "stimulus_1")
    assert task.output_names == ("fixation", "choice_0", "choice_1")
    assert task.epoch_names == ("fixation", "stimulus", "delay", "decision")
    assert (batch.epochs["fixation"] == (0, 5)).all() and (batch.epochs["stimulus"] == (5, 105)).all()
    decision = batch.window("decision")
    assert not batch.targets[~decision & (np.arange(batch.n_steps) < batch.lengths[:, None])][:, 1:].any()
    difference = batch.inputs[:, 50, 1] - batch.inputs[:, 50, 2]
    wanted = np.where(batch.factors["decision"] == 1, 1, -1)
    told = batch.factors["coh"] > 0
    np.testing.assert_array_equal(np.sign(difference[told]), wanted[told])


def test_a_choice_without_fixation_is_wrong() -> None:
    task = converted("PerceptualDecisionMaking-v0")
    batch = task.sample(16, 100)
    outputs = batch.targets.copy()
    outputs[:, :, 0] = 0.0
    outputs[:, :, 1] = 0.5
    outputs[np.arange(16), batch.lengths - 1] = batch.targets[np.arange(16), batch.lengths - 1]
    score = task.score(outputs, batch)
    assert score.accuracy == 0 and score.choices is not None
    np.testing.assert_array_equal(score.choices, batch.factors["decision"])


def test_always_going_is_no_timing() -> None:
    task = converted("ReadySetGo-v0")
    batch = task.sample(16, 80)
    outputs = np.zeros_like(batch.targets)
    outputs[:, :, 1] = 1
    assert task.score(outputs, batch).accuracy == 0


def test_settings_reach_the_environment() -> None:
    task = rl.tasks.from_neurogym("PerceptualDecisionMaking-v0", cohs=[51.2], sigma=0.0)
    assert set(task.sample(8, 100).factors["coh"]) == {51.2}
    with pytest.raises(ValueError, match="dt: the time step belongs to sample"):
        rl.tasks.from_neurogym("GoNogo-v0", dt=20)
    with pytest.raises(ValueError, match="cannot be made"):
        rl.tasks.from_neurogym("NoSuch-v0")
    with pytest.raises(ValueError, match=r"cannot be made.*session"):
        rl.tasks.from_neurogym("AnnubesEnv-v0")


def test_a_time_step_that_swallows_an_epoch_is_refused() -> None:
    with pytest.raises(ValueError, match="epoch 'cue0' of 'PulseDecisionMaking-v0' has no step of 100 ms"):
        converted("PulseDecisionMaking-v0").sample(4, 100)


def test_it_trains_and_is_drawn() -> None:
    training = rl.Training(updates=2, batch_size=4, validation_trials=8)
    network = rl.networks.LeakyRNN(n_units=4, dt=100, tau=100)
    events = list(rl.train(rl.Experiment(task=converted("GoNogo-v0"), network=network, training=training)))
    assert events[-1].update == 2
    rl.figures.trial(converted("GoNogo-v0").sample(4, 100), 0)


def test_without_neurogym_the_way_to_get_it_is_told() -> None:
    code = (
        "import sys; sys.modules['neurogym'] = None\n"
        "import rnnlab as rl\n"
        "try: rl.tasks.from_neurogym('GoNogo-v0')\n"
        "except ImportError as error: print(error)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "rnnlab[neurogym]"' in result.stdout
