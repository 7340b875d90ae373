"""Trials of the library's tasks as the tests against published facts look at them: without noise, epoch by epoch."""

from __future__ import annotations

from functools import cache

import numpy as np

from rnnlab import tasks
from rnnlab.tasks import Batch

N = 1200


@cache
def drawn(name: str) -> Batch:
    return tasks.get(name).sample(N, dt=10, seed=0, noise=False)


@cache
def shown(name: str) -> Batch:
    """Without catch trials."""
    batch = drawn(name)
    return batch[batch.factors["catch"] == 0] if "catch" in batch.factors else batch


def level(batch: Batch, trace: np.ndarray, epoch: str) -> np.ndarray:
    """The value of a trace, (trial, time), in the middle of an epoch of each trial."""
    middle = batch.epochs[epoch].sum(axis=1) // 2
    return trace[np.arange(batch.n_trials), middle]


def input_of(name: str, channel: str, epoch: str) -> np.ndarray:
    batch = shown(name)
    return level(batch, batch.inputs[:, :, batch.task.input_names.index(channel)], epoch)


def target_of(name: str, channel: str, epoch: str) -> np.ndarray:
    """The target at the end of an epoch."""
    batch = shown(name)
    last = batch.epochs[epoch][:, 1] - 1
    return batch.targets[np.arange(batch.n_trials), last, batch.task.output_names.index(channel)]


def factor(name: str, which: str) -> np.ndarray:
    return shown(name).factors[which]
