"""Networks learn the tasks, with the defaults and soon."""

from __future__ import annotations

import pytest

from rnnlab import tasks
from rnnlab.events import Finished
from rnnlab.networks import GRU, LSTM, AnyNetwork, LeakyRNN, LowRankRNN
from rnnlab.runs import Experiment, Training
from rnnlab.training import train

BOLD = Training(updates=300, stop_accuracy=0.95, learning_rate=1e-2)
"""For cells that autograd differentiates; the same reach in half the steps, of 20 ms."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "network", "training"),
    [
        ("perceptual_discrimination", LeakyRNN(), Training(updates=300, stop_accuracy=0.95)),
        ("perceptual_discrimination", LSTM(n_units=32, dt=20), BOLD),
        ("perceptual_discrimination", GRU(n_units=32, dt=20), BOLD),
        ("perceptual_discrimination", LowRankRNN(rank=1, dt=20), BOLD),
        ("delayed_discrimination", LeakyRNN(), Training(updates=300, stop_accuracy=0.95)),
        (
            "flip_flop",
            LeakyRNN(n_units=64, nonlinearity="tanh"),
            Training(updates=600, stop_accuracy=0.95, learning_rate=5e-3),
        ),
    ],
)
def test_learned_within_a_few_hundred_updates(name: str, network: AnyNetwork, training: Training) -> None:
    last = list(train(Experiment(task=tasks.get(name), network=network, training=training, seed=1)))[-1]
    assert isinstance(last, Finished)
    assert last.reason == "accuracy", f"{last.accuracy:.1%} after {last.update} updates"
