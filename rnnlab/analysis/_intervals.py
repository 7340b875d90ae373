"""Confidence intervals of proportions and means."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from rnnlab.analysis._result import FloatArray


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


def interval_of_mean(correct: FloatArray) -> tuple[float, float]:
    """95 % bounds of the mean: Wilson's for trials that are right or wrong, the normal ones for shares."""
    if np.isin(correct, (0.0, 1.0)).all():
        low, high = wilson(correct.sum(), len(correct))
        return float(low), float(high)
    half = 1.96 * correct.std() / np.sqrt(len(correct))
    return max(0.0, float(correct.mean() - half)), min(1.0, float(correct.mean() + half))
