"""Runs to write and read, made without training."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab import tasks
from rnnlab.networks import LeakyRNN
from rnnlab.runs import Experiment, History, Progress, Snapshot, Training


def experiment(**changes: Any) -> Experiment:
    fields: dict[str, Any] = {
        "task": tasks.get("perceptual_discrimination"),
        "network": LeakyRNN(n_units=6),
        "training": Training(updates=5),
    }
    return Experiment(**(fields | changes))


def snapshot(update: int = 3, seed: int = 0) -> Snapshot:
    """A state whose every number depends on update and seed."""
    described = experiment()
    rng = np.random.default_rng([update, seed])
    shapes = described.network.parameter_shapes(2, 2)
    groups = ("parameters", "adam_mean", "adam_square")
    state = {g: {n: rng.standard_normal(s).astype(np.float32) for n, s in shapes.items()} for g in groups}
    history = History(
        updates=np.arange(1, update + 1),
        losses=rng.random(update),
        gradient_norms=rng.random(update),
        evaluated_at=np.array([0]),
        accuracies=rng.random(1),
        validation_losses=rng.random(1),
    )
    return Snapshot(described, Progress(update, update * 128, 1.5), state, history)
