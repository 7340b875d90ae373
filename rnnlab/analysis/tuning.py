"""Tuning of single units: mean rate at each level of a factor, the slope of a regression, and d' between its ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._grouped import levels
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of


@dataclass(frozen=True, repr=False, eq=False)
class Tuning(Result):
    """How each unit's rate depends on one factor.

    Attributes:
        factor: its name.
        levels: (level,) its values.
        names: (level,) text of each.
        mean: (level, unit) mean rate over the window.
        d_prime: (unit,) between the last and the first level, in pooled standard deviations; infinite where a unit
            differs without any variance.
        low, high: (unit,) 95 % interval of d' (Hedges & Olkin 1985).
        slope: (unit,) of the regression of the rate on the factor, both in standard deviations: a correlation.
        p: (unit,) probability of a slope so far from zero without any dependence.
        window: where rates were averaged, in words.
        n_trials: how many.
    """

    factor: str
    levels: FloatArray
    names: tuple[str, ...]
    mean: FloatArray
    d_prime: FloatArray
    low: FloatArray
    high: FloatArray
    slope: FloatArray
    p: FloatArray
    window: str
    n_trials: int

    @property
    def selective(self) -> NDArray[np.bool_]:
        """(unit,) whether the slope differs from zero at 5 %, corrected for the number of units (Bonferroni)."""
        return self.p * len(self.p) < 0.05

    @property
    def order(self) -> NDArray[np.intp]:
        """(unit,) from the most negative to the most positive slope."""
        return np.argsort(self.slope, kind="stable")

    def facts(self) -> dict[str, str]:
        best = int(np.abs(self.slope).argmax())
        d, low, high = (each[best] for each in (self.d_prime, self.low, self.high))
        return {
            "tuning": f"{shape_of(self.mean, 'level', 'unit')}, {self.factor.replace('_', ' ')} over {self.window}",
            "selective": f"{int(self.selective.sum())} of {len(self.p)} units (p < 0.05, Bonferroni)",
            "strongest": f"unit {best}: d' {d:+.2f} ({low:+.2f} to {high:+.2f}), r {self.slope[best]:+.2f}",
            "trials": str(self.n_trials),
        }


def tuning(rates: ArrayLike, values: ArrayLike, factor: str = "factor", window: str = "the window") -> Tuning:
    """How mean rates depend on a factor.

    Args:
        rates: (trial, unit) each unit's rate, averaged over the window that is asked about.
        values: (trial,) the factor.
        factor, window: words for the screen.

    Raises:
        ValueError: shapes that differ, a factor that does not vary, or fewer than three trials.
    """
    r = np.asarray(rates, float)
    groups = levels(factor, values)
    if r.ndim != 2 or len(r) != len(groups.of) or len(r) < 3:
        raise ValueError(f"rates: shape {r.shape} for {len(groups.of)} trials; give (trial, unit) with at least 3")
    mean = np.stack([r[groups.of == i].mean(axis=0) for i in range(len(groups))])
    first, last = r[groups.of == 0], r[groups.of == len(groups) - 1]
    d, half = d_prime(first, last)
    x = np.asarray(values, float) if np.asarray(values).dtype.kind in "biuf" else groups.of.astype(float)
    slope, p = correlation(x, r)
    return Tuning(
        factor,
        frozen(groups.values),
        groups.names,
        frozen(mean),
        frozen(d),
        frozen(d - half),
        frozen(d + half),
        frozen(slope),
        frozen(p),
        window,
        len(r),
    )


def d_prime(first: FloatArray, last: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(unit,) difference of means in pooled standard deviations, and the half width of its 95 % interval."""
    n, m = len(first), len(last)
    spread = np.sqrt((first.var(axis=0) + last.var(axis=0)) / 2)
    difference = last.mean(axis=0) - first.mean(axis=0)
    certain = np.where(np.abs(difference) < 1e-12, 0.0, np.copysign(np.inf, difference))
    d = np.divide(difference, spread, out=certain, where=spread > 1e-12)
    finite = np.where(np.isfinite(d), d, 0.0)
    return d, 1.96 * np.sqrt((n + m) / (n * m) + finite**2 / (2 * (n + m)))


def correlation(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(unit,) Pearson correlation of y (trial, unit) with x (trial,), and its two-sided p; 0 and 1 for silent units."""
    from scipy.stats import t as student  # costs more to import than everything else here

    dx, dy = x - x.mean(), y - y.mean(axis=0)
    spread = np.sqrt((dx**2).sum() * (dy**2).sum(axis=0))
    r = np.divide(dx @ dy, spread, out=np.zeros(y.shape[1]), where=spread > 1e-12)
    r = np.clip(r, -1.0, 1.0)
    free = len(x) - 2
    with np.errstate(divide="ignore"):
        statistic = np.abs(r) * np.sqrt(free / np.maximum(1 - r**2, 1e-300))
    return r, np.where(spread > 1e-12, 2 * student.sf(statistic, free), 1.0)
