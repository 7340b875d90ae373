"""How well trials with different answers can be told apart under the noise on the inputs."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from rnnlab.analysis.design._histories import grain
from rnnlab.tasks import Batch, Channel, Noise, Task

CERTAIN = 20.0
"""Standard deviations apart that stand for a difference without noise."""


def told_apart(batch: Batch, answer: NDArray[np.intp], dt: float) -> NDArray[np.float64] | None:
    """The least distance d' of each trial from those with another answer, in deviations of the noise, (trial,).

    An observer who knows the inputs without noise, and has seen all that is shown until the last scored step, tells two
    trials apart with probability Φ(d'/2), d'² being the sum over steps and inputs of the squared difference over the
    variance of the noise (Green & Swets 1966).

    Args:
        batch: trials of one timing, without noise.
        answer: (trial,) which answer is asked for.
        dt: time step, ms.

    Returns:
        None where there is no noise, where all trials ask for the same, or where inputs share their noise.
    """
    task = batch.task
    assert isinstance(task, Task)
    variance = np.array([_variance(batch, channel, dt) for channel in task.inputs]).T
    if not variance.any() or len(np.unique(answer)) < 2 or _shared(task):
        return None
    asked = np.flatnonzero((batch.mask > 0).any(axis=(0, 2)))
    if not len(asked):
        return None
    last = int(asked[-1]) + 1
    inputs, noisy = batch.inputs[:, :last].astype(float), variance[:last] > 0
    scaled = np.where(noisy, inputs / np.sqrt(np.where(noisy, variance[:last], 1.0)), CERTAIN * inputs / grain(inputs))
    course = scaled.reshape(len(batch), -1)
    course = course - course.mean(axis=0)
    size = (course**2).sum(axis=1)
    apart = np.maximum(size[:, None] + size[None, :] - 2 * course @ course.T, 0.0)
    apart[answer[:, None] == answer[None, :]] = np.inf
    return np.sqrt(apart.min(axis=1))


def at_best(distance: NDArray[np.float64], odds: NDArray[np.float64]) -> float:
    """Share of trials that are told from the nearest one with another answer, of two equally likely ones."""
    return float((ndtr(distance / 2) * odds).sum() / (odds.sum() or 1.0))


def _variance(batch: Batch, channel: Channel, dt: float) -> NDArray[np.float64]:
    """Of the noise on an input in each step, (time,); where trials differ, the least."""
    total = np.zeros(batch.inputs.shape[:2])
    for signal in channel.signals:
        if isinstance(signal, Noise):
            there = np.ones(total.shape, dtype=bool)
            if signal.epochs:
                there = np.any([batch.window(name) for name in signal.epochs], axis=0)
            if signal.when:
                there = there & (batch.factors[signal.when] != 0)[:, None]
            sigma = batch.factors[signal.sigma][:, None] if isinstance(signal.sigma, str) else signal.sigma
            total += np.where(there, (sigma * signal.spread(dt)) ** 2, 0.0)
    return np.asarray(total.min(axis=0))


def _shared(task: Task) -> bool:
    """Whether the noise of one input tells of that of another."""
    sources = Counter(
        source
        for channel in task.inputs
        for source in {signal.source for signal in channel.signals if isinstance(signal, Noise) and signal.source}
    )
    return any(n > 1 for n in sources.values())
