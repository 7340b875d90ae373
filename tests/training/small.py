"""Experiments small enough to train in a fraction of a second."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab import tasks
from rnnlab.events import Event
from rnnlab.networks import LSTM, LeakyRNN
from rnnlab.runs import Experiment, Snapshot, Training

NETWORKS = {
    "leaky": LeakyRNN(n_units=8, dt=20, noise=0.1, input_noise=0.05, output_noise=0.05),
    "rate": LeakyRNN(n_units=8, dt=20, noise=0.1, form="rate", nonlinearity="tanh", noise_at="drive", excitatory=0.75),
    "lstm": LSTM(n_units=5, dt=20),
}


def small(network: str = "leaky", seed: int = 0, **training: Any) -> Experiment:
    """Delayed discrimination, whose batches differ in length, with a few trials a batch."""
    fields = {"updates": 12, "batch_size": 6, "validation_trials": 10, "evaluate_every": 4, "save_every": 5}
    fields |= {"learning_rate": 0.01}
    return Experiment(
        task=tasks.get("delayed_discrimination"),
        network=NETWORKS[network],
        training=Training(**(fields | training)),
        seed=seed,
    )


def tiny(**training: Any) -> Experiment:
    """Smaller still: for what is done a hundred times."""
    fields = {"updates": 12, "batch_size": 2, "validation_trials": 4, "evaluate_every": 4, "save_every": 5}
    return Experiment(
        task=tasks.get("perceptual_discrimination", trial=400, fixation=(50, 50), stimulus=(100, 200)),
        network=LeakyRNN(n_units=3, dt=50, noise=0.1),
        training=Training(**(fields | training)),
    )


def names(events: list[Event]) -> list[str]:
    """The kinds of events, in order."""
    return [type(event).__name__ for event in events]


def same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two states of a training are equal bit for bit, history included."""
    pairs = [(one.state[group][name], other.state[group][name]) for group in one.state for name in one.state[group]]
    histories = one.history.to_arrays(), other.history.to_arrays()
    pairs += [(histories[0][name], histories[1][name]) for name in histories[0]]
    return (
        one.state.keys() == other.state.keys()
        and (one.progress.update, one.progress.n_trials) == (other.progress.update, other.progress.n_trials)
        and all(a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True) for a, b in pairs)
    )
