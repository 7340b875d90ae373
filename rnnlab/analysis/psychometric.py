"""Behaviour: how often the network chooses what, and how often it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.networks import as_network
from rnnlab.simulation import simulate
from rnnlab.simulation.interventions import Intervention
from rnnlab.tasks import Batch, Score, Task

SIGNED = ("signed_coherence", "difference")
"""Factors that order trials from "clearly output 0" to "clearly output 1"; the first a task has is the default."""
MOST_LEVELS = 24


@dataclass(frozen=True, repr=False, eq=False)
class Psychometric(Result):
    """Fraction of trials in which one output was chosen, at each level of a factor.

    Attributes:
        factor: name of the factor (with its sign, where another factor gave it).
        choice: index of the output counted.
        levels: (level,) ascending; the mean of a bin where there were too many distinct values.
        fraction: (level,) of trials at that level with this choice.
        low, high: (level,) Wilson interval of the fraction.
        counts: (level,) trials at that level.
        confidence: of the interval, e.g. 0.95.
    """

    factor: str
    choice: int
    levels: FloatArray
    fraction: FloatArray
    low: FloatArray
    high: FloatArray
    counts: NDArray[np.intp]
    confidence: float

    def facts(self) -> dict[str, str]:
        span = f"{self.levels[0]:g} to {self.levels[-1]:g}" if len(self.levels) else "none"
        return {
            "factor": f"{self.factor}, {len(self.levels)} levels ({span})",
            "fraction": f"of choice {self.choice}, {100 * self.confidence:g} % intervals",
            "trials": str(int(self.counts.sum())),
        }


@dataclass(frozen=True, repr=False, eq=False)
class Accuracy(Result):
    """Share of trials (or, for tasks judged step by step, of time) in which a network was right.

    Attributes:
        accuracy: in [0, 1]; ``low`` and ``high`` bound its 95 % interval.
        chance: accuracy of a network that knows nothing.
        n_trials: how many trials it was measured on.
        score: the task's score of every trial.
    """

    accuracy: float
    low: float
    high: float
    chance: float
    n_trials: int
    score: Score

    def facts(self) -> dict[str, str]:
        return {
            "accuracy": f"{100 * self.accuracy:.1f} % ({100 * self.low:.1f} to {100 * self.high:.1f} %)",
            "chance": f"{100 * self.chance:.1f} %",
            "trials": str(self.n_trials),
        }


def wilson(hits: ArrayLike, counts: ArrayLike, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Bounds of a proportion (Wilson 1927, JASA 22): sensible at 0 and 1 and for few trials, unlike hits +- error.

    >>> low, high = wilson(10, 10)
    >>> round(float(low), 3), float(high)
    (0.722, 1.0)
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence={confidence}: give a number between 0 and 1, such as 0.95")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    n = np.maximum(np.asarray(counts, float), 1e-300)
    p = np.asarray(hits, float) / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return np.clip(centre - half, 0, p), np.clip(centre + half, p, 1)


def psychometric(
    score: Score,
    batch: Batch,
    factor: str | None = None,
    sign: str | None = None,
    choice: int = 1,
    confidence: float = 0.95,
) -> Psychometric:
    """The psychometric curve of one choice against one factor.

    Args:
        score: of the batch, from `Task.score`; its task must have choices.
        batch: the trials scored.
        factor: the horizontal axis; by default the task's signed evidence.
        sign: a factor that gives ``factor`` its sign (e.g. a direction): values above their mean count as plus.
        choice: index of the output counted.
        confidence: of the intervals.

    Raises:
        ValueError: the task has no choices, or no such factor.
    """
    if score.choices is None:
        raise ValueError("score: this task's scoring has no single choice per trial; there is no psychometric curve")
    if len(score.choices) != batch.n_trials:
        raise ValueError(f"score: of {len(score.choices)} trials, but the batch has {batch.n_trials}")
    name = _default_factor(batch) if factor is None else factor
    values = _factor(batch, name)
    if sign is not None:
        direction = _factor(batch, sign)
        values = values * np.where(direction > direction.mean(), 1.0, -1.0)
    levels, group = _levels(values)
    counts = np.bincount(group, minlength=len(levels))
    hits = np.bincount(group, weights=score.choices == choice, minlength=len(levels))
    low, high = wilson(hits, counts, confidence)
    return Psychometric(
        factor=name if sign is None else f"{name} signed by {sign}",
        choice=choice,
        levels=frozen(levels),
        fraction=frozen(hits / counts),
        low=frozen(low),
        high=frozen(high),
        counts=frozen(counts),
        confidence=confidence,
    )


def accuracy(
    source: Any,
    task: Task | None = None,
    n_trials: int = 512,
    seed: int = 0,
    noise: bool = True,
    interventions: Sequence[Intervention] = (),
) -> Accuracy:
    """Simulate fresh trials and score them.

    Args:
        source: a Run (then its own task is the default) or a Network.
        task: what to measure it on.
        n_trials: how many trials.
        seed: of the trials and of the network's own noise.
        noise: whether inputs and network are noisy.
        interventions: done to the network in every trial.

    Raises:
        ValueError: no task is given and the source has none.
    """
    given = task if task is not None else getattr(source, "task", None)
    if given is None:
        raise ValueError("task: none given, and the source has none; give the task to measure accuracy on")
    batch = given.sample(n_trials, dt=as_network(source).dt, seed=seed, noise=noise)
    trajectory = simulate(source, batch, interventions, seed=seed if noise else None)
    score = given.score(trajectory.outputs, batch)
    low, high = _interval(np.asarray(score.correct, float))
    return Accuracy(score.accuracy, low, high, score.chance, n_trials, score)


def _interval(correct: FloatArray) -> tuple[float, float]:
    """95 % bounds of the mean: Wilson's for trials that are right or wrong, the normal ones for shares."""
    if np.isin(correct, (0.0, 1.0)).all():
        low, high = wilson(correct.sum(), len(correct))
        return float(low), float(high)
    half = 1.96 * correct.std() / np.sqrt(len(correct))
    return max(0.0, float(correct.mean() - half)), min(1.0, float(correct.mean() + half))


def _default_factor(batch: Batch) -> str:
    for name in SIGNED:
        if name in batch.factors:
            return name
    raise ValueError(f"factor: the task has no signed evidence; choose one of {', '.join(batch.factors) or 'none'}")


def _factor(batch: Batch, name: str) -> FloatArray:
    if name not in batch.factors:
        raise ValueError(f"factor: no factor {name!r}; the batch has {', '.join(batch.factors) or 'none'}")
    return np.asarray(batch.factors[name], float)


def _levels(values: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """Distinct values and which each trial has; quantile bins, named by their means, where there are too many."""
    rounded = np.round(values, 9)
    levels, group = np.unique(rounded, return_inverse=True)
    if len(levels) <= MOST_LEVELS:
        return levels, group
    edges = np.quantile(rounded, np.linspace(0, 1, MOST_LEVELS // 2 + 1)[1:-1])
    _, group = np.unique(np.searchsorted(edges, rounded, side="right"), return_inverse=True)
    return np.bincount(group, weights=rounded) / np.bincount(group), group
