"""How long epochs last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._result import FloatArray, frozen
from rnnlab.tasks import Task
from rnnlab.tasks.conditions import in_order
from rnnlab.tasks.scene import set_scene
from rnnlab.tasks.streams import Streams

N_DRAWS = 2000
"""Trials whose timing is drawn for a histogram."""

N_BINS = 12
"""Of a histogram of durations that vary."""


@dataclass(frozen=True, eq=False)
class Durations:
    """How long one epoch lasts, in the trials that have it.

    Attributes:
        epoch: its name; "" for the whole trial.
        edges: (bin + 1,) ms; the two are equal where it always lasts the same.
        share: (bin,) part of the trials that have it, which sums to 1.
        mean: ms.
        present: part of all trials that have it.
        scored: whether it is scored.
    """

    epoch: str
    edges: FloatArray
    share: FloatArray
    mean: float
    present: float
    scored: bool

    @property
    def fixed(self) -> bool:
        """Whether it always lasts the same."""
        return bool(self.edges[0] == self.edges[-1])


def durations(task: Task, dt: float, seed: int = 0) -> tuple[Durations, ...]:
    """The durations of every epoch as they come out in steps of ``dt`` ms, and (last) of the whole trial."""
    scene = set_scene(in_order(task.factors), task.epochs, N_DRAWS, dt, Streams((seed, 1)))
    found = []
    for epoch in task.epochs:
        steps = np.diff(scene.epochs[epoch.name], axis=1)[:, 0]
        found.append(_durations(epoch.name, steps * dt, epoch.scored))
    return (*found, _durations("", scene.lengths * dt, any(epoch.scored for epoch in task.epochs)))


def _durations(name: str, times: NDArray[np.floating], scored: bool) -> Durations:
    there = times[times > 0]
    if not len(there):
        return Durations(name, frozen([0.0, 0.0]), frozen([1.0]), 0.0, 0.0, scored)
    low, high = float(there.min()), float(there.max())
    if low == high:
        share, edges = np.ones(1), np.array([low, high])
    else:
        counts, edges = np.histogram(there, N_BINS)
        share = counts / counts.sum()
    return Durations(name, frozen(edges), frozen(share), float(there.mean()), len(there) / len(times), scored)
