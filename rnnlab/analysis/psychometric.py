"""The psychometric curve: how often the network chooses what, against how strong the evidence is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._intervals import wilson
from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.tasks import Batch, Score

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
            "factor": f"{self.factor.replace('_', ' ')}, {len(self.levels)} levels ({span})",
            "fraction": f"of choice {self.choice}, {100 * self.confidence:g} % intervals",
            "trials": str(int(self.counts.sum())),
        }


def psychometric(
    score: Score,
    batch: Batch,
    factor: str | None = None,
    sign: str | None = None,
    choice: int = 1,
    confidence: float = 0.95,
) -> Psychometric:
    """The psychometric curve of one choice against one factor, over the trials that count (catch trials do not).

    Args:
        score: of the batch, from `Task.score`; its task must have choices.
        batch: the trials scored.
        factor: the horizontal axis; by default the task's signed evidence.
        sign: a factor that gives ``factor`` its sign (e.g. a direction): values above their mean count as plus.
        choice: index of the output counted.
        confidence: of the intervals.

    Raises:
        ValueError: the task has no choices, or no such factor, or no trial counts.
    """
    if score.choices is None:
        raise ValueError("score: this task's scoring has no single choice per trial; there is no psychometric curve")
    if len(score.choices) != batch.n_trials:
        raise ValueError(f"score: of {len(score.choices)} trials, but the batch has {batch.n_trials}")
    counted = np.ones(batch.n_trials, dtype=bool) if score.counted is None else score.counted
    if not counted.any():
        raise ValueError("score: no trial counts (are all of them catch trials?); score a larger batch")
    name = _default_factor(batch) if factor is None else factor
    values = _factor(batch, name)[counted]
    if sign is not None:
        direction = _factor(batch, sign)[counted]
        values = values * np.where(direction > direction.mean(), 1.0, -1.0)
    levels, group = _levels(values)
    counts = np.bincount(group, minlength=len(levels))
    hits = np.bincount(group, weights=score.choices[counted] == choice, minlength=len(levels))
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
