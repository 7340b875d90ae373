"""Task classes written for PsychRNN, run as they are."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import rnnlab as rl
from rnnlab.tasks import SlowTaskWarning
from rnnlab.tasks.adapters import PsychRNNTask


class Discrimination:
    """Two noisy channels, of which one is larger from 40 to 120 ms; which is it?

    Written as a user of PsychRNN would, with its global random numbers.
    """

    def __init__(self, dt: float = 10, T: float = 200) -> None:
        self.dt, self.T, self.N_in, self.N_out = dt, T, 2, 2

    def generate_trial_params(self, batch: int, trial: int) -> dict[str, Any]:
        return {
            "direction": np.random.choice([0, 1]),  # noqa: NPY002
            "coherence": random.choice([0.1, 0.5]),
            "trial": trial,
            "label": "words are no factors",
        }

    def trial_function(self, time: float, params: dict[str, Any]) -> tuple[NDArray, NDArray, NDArray]:
        x_t = 0.1 * np.random.randn(2)  # noqa: NPY002
        y_t, mask_t = np.full(2, 0.2), np.zeros(2)
        if 40 <= time < 120:
            x_t[params["direction"]] += params["coherence"]
        if time >= 120:
            y_t[params["direction"]] = 1.0
            mask_t[:] = 1
        return x_t, y_t, mask_t

    def accuracy_function(self, correct_output: NDArray, test_output: NDArray, output_mask: NDArray) -> float:
        chosen = np.argmax(np.mean(test_output * output_mask, axis=1), axis=1)
        truth = np.argmax(np.mean(correct_output * output_mask, axis=1), axis=1)
        return float(np.mean(np.equal(truth, chosen)))


class Mute(Discrimination):
    """As the base class of PsychRNN does it, with nothing to say about accuracy."""

    def accuracy_function(self, correct_output: NDArray, test_output: NDArray, output_mask: NDArray) -> Any:
        return None


def converted(task: Any) -> PsychRNNTask:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SlowTaskWarning)
        return rl.tasks.from_psychrnn(task)


def test_it_says_that_it_is_slow() -> None:
    with pytest.warns(SlowTaskWarning, match="20 Python calls a trial make it slow"):
        rl.tasks.from_psychrnn(Discrimination())


def test_trials_are_those_of_the_class() -> None:
    batch = converted(Discrimination()).sample(n_trials=6, dt=10, seed=1)
    assert batch.inputs.shape == batch.targets.shape == (6, 20, 2)
    assert (batch.mask.sum(axis=(1, 2)) == 16).all() and not batch.mask[:, :12].any()
    directions = batch.factors["direction"].astype(int)
    assert (batch.targets[np.arange(6), -1, directions] == 1).all()
    assert batch.factors["trial"].tolist() == [0, 1, 2, 3, 4, 5] and "label" not in batch.factors
    shown = batch.inputs[np.arange(6), 4:12, directions].mean(axis=1)
    np.testing.assert_allclose(shown, batch.factors["coherence"], atol=0.15)


def test_seeds_decide_the_trials_and_global_generators_are_put_back() -> None:
    task = converted(Discrimination())
    np.random.seed(7)  # noqa: NPY002
    random.seed(7)
    expected = np.random.rand(), random.random()  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    random.seed(7)
    one, again, other = (task.sample(4, 10, seed).inputs for seed in (0, 0, 1))
    assert (np.random.rand(), random.random()) == expected  # noqa: NPY002
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_accuracy_is_asked_trial_by_trial() -> None:
    task = converted(Discrimination())
    batch = task.sample(12, 10)
    outputs = batch.targets.copy()
    outputs[:3] = outputs[:3, :, ::-1]
    assert task.score(outputs, batch).correct.tolist() == [0.0] * 3 + [1.0] * 9


def test_without_an_accuracy_function_the_largest_mean_counts() -> None:
    task = converted(Mute())
    batch = task.sample(12, 10)
    score = task.score(batch.targets[:, :, ::-1], batch)
    assert score.accuracy == 0 and score.chance == 0.5 and score.choices is not None


class Late(Discrimination):
    """Every second trial is over before its answer is asked for."""

    def trial_function(self, time: float, params: dict[str, Any]) -> tuple[NDArray, NDArray, NDArray]:
        x_t, y_t, mask_t = super().trial_function(time, params)
        return x_t, y_t, mask_t * (params["trial"] % 2)


def test_a_trial_that_asks_nothing_is_never_right() -> None:
    task = converted(Late())
    batch = task.sample(4, 10)
    assert task.score(batch.targets, batch).correct.tolist() == [0, 1, 0, 1]
    with pytest.raises(ValueError, match="judges no step of trial 0"):
        task.sample(1, 10)


def test_it_trains() -> None:
    training = rl.Training(updates=2, batch_size=4, validation_trials=4)
    network = rl.networks.LeakyRNN(n_units=4, dt=10)
    events = list(rl.train(rl.Experiment(task=converted(Discrimination()), network=network, training=training)))
    assert events[-1].update == 2


def test_the_time_step_is_the_objects_own() -> None:
    task = converted(Discrimination(dt=10))
    with pytest.raises(ValueError, match="20 ms, but 'Discrimination' has steps of 10 ms"):
        task.sample(2, dt=20)
    with pytest.raises(rl.SpecError, match=r"Experiment.network.dt"):
        rl.Experiment(task=task, network=rl.networks.LeakyRNN(dt=20))


def test_noise_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match="its noise is inside trial_function"):
        converted(Discrimination()).sample(2, 10, noise=False)


class NoTime(Discrimination):
    def __init__(self) -> None:
        self.dt = 10


class Odd(Discrimination):
    def trial_function(self, time: float, params: dict[str, Any]) -> Any:
        return None


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (object(), "has no method generate_trial_params"),
        (NoTime(), "NoTime.T is None; give a positive number of ms"),
        (Discrimination(dt=0), "dt is 0; give a positive number"),
        (Odd(), "returned no \\(input, target, mask\\)"),
    ],
)
def test_what_is_no_task_is_refused(task: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        converted(task)
