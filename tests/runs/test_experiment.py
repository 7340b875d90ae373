"""Experiments: values that check themselves."""

from __future__ import annotations

import pytest

from rnnlab import tasks
from rnnlab.networks import LSTM, LeakyRNN
from rnnlab.runs import Experiment, Training
from rnnlab.spec import SpecError
from tests.runs.states import experiment


@pytest.mark.parametrize("name", tasks.TASKS)
@pytest.mark.parametrize("network", [LeakyRNN(nonlinearity="tanh", form="rate"), LSTM(n_units=7)])
def test_to_json_and_back(name: str, network: LeakyRNN | LSTM) -> None:
    one = Experiment(task=tasks.get(name), network=network, training=Training(stop_accuracy=0.9), seed=2**60)
    other = Experiment.from_json(one.to_json())
    assert one == other
    assert one.digest == other.digest


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"seed": -1}, "Experiment.seed"),
        ({"seed": 1.5}, "Experiment.seed"),
        ({"network": LeakyRNN(dt=400, tau=400)}, "Experiment.task."),
        ({"task": "perceptual_discrimination"}, "Experiment.task"),
        ({"network": Training()}, "Experiment.network"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(changes: dict, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        experiment(**changes)
    assert caught.value.path.startswith(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"updates": -1}, {"batch_size": 0}, {"learning_rate": 0.0}, {"learning_rate": float("nan")},
        {"gradient_clip": -1}, {"stop_accuracy": 1.1}, {"evaluate_every": 0}, {"validation_trials": 0},
        {"save_every": 0}, {"noise": "pink"}, {"engine": "slow"}, {"dtype": "float16"}, {"device": "tpu"},
    ],
)  # fmt: skip
def test_training_refuses_what_cannot_be(fields: dict) -> None:
    with pytest.raises(SpecError) as caught:
        Training(**fields)
    assert caught.value.path == f"Training.{next(iter(fields))}"


def test_a_step_that_the_task_cannot_be_sampled_at_names_both() -> None:
    data = experiment().to_data()
    data["network"] |= {"dt": 400.0, "tau": 500.0}
    with pytest.raises(SpecError) as caught:
        Experiment.from_data(data)
    assert caught.value.path.startswith("experiment.task.")
    assert "400" in str(caught.value)
