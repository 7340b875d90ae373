"""A psychometric function fitted to choices, with lapses: threshold, slope, and how often the evidence is ignored.

``P(x) = a + (1 - a - b) Phi((x - mu) / sigma)``: with the lapse rates a and b the choice is made (or not made) whatever
the evidence is. Leaving lapses out biases threshold and slope (Wichmann & Hill 2001). Fitted by maximum likelihood;
intervals are where the profile likelihood stays above its threshold (Venzon & Moolgavkar 1988).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result
from rnnlab.analysis.psychometric import Psychometric

NAMES = ("threshold", "sigma", "low_lapse", "high_lapse")
MOST_LAPSES = 0.4
"""Lapse rates are sought up to here; beyond it a curve cannot be told from guessing."""


@dataclass(frozen=True, repr=False, eq=False)
class PsychometricFit(Result):
    """A fitted psychometric function.

    Attributes:
        curve: the shares that it was fitted to.
        threshold: level at which half of the trials without a lapse go each way, in units of the factor.
        sigma: spread of the function; the smaller, the finer the discrimination.
        low_lapse, high_lapse: share of trials with the choice at the weakest and without it at the strongest evidence.
        intervals: name of a parameter -> its interval at the curve's confidence, from the profile likelihood.
        deviance: twice the log likelihood that the levels' own shares have more than the function.
        steep: whether the function is steeper than the levels can tell: then sigma is only bounded from above.
    """

    curve: Psychometric
    threshold: float
    sigma: float
    low_lapse: float
    high_lapse: float
    intervals: dict[str, tuple[float, float]]
    deviance: float
    steep: bool

    @property
    def parameters(self) -> FloatArray:
        """(4,) threshold, sigma, and the two lapse rates."""
        return np.array([self.threshold, self.sigma, self.low_lapse, self.high_lapse])

    def at(self, levels: ArrayLike) -> FloatArray:
        """The function: levels of the factor -> share of trials with the choice."""
        return probability(self.parameters, np.asarray(levels, float))

    def facts(self) -> dict[str, str]:
        def shown(name: str, scale: float = 1.0, unit: str = "") -> str:
            low, high = self.intervals[name]
            return f"{scale * getattr(self, name):.3g}{unit} ({scale * low:.3g} to {scale * high:.3g}{unit})"

        return {
            "threshold": shown("threshold"),
            "sigma": shown("sigma") + (", steeper than the levels can tell" if self.steep else ""),
            "lapses": f"{shown('low_lapse', 100, ' %')} below, {shown('high_lapse', 100, ' %')} above",
            "deviance": f"{self.deviance:.3g} with {max(len(self.curve.levels) - 4, 0)} degrees of freedom",
            "trials": f"{int(self.curve.counts.sum())}, {100 * self.curve.confidence:g} % intervals",
        }


def psychometric_fit(curve: Psychometric, tell: Callable[[float], None] = lambda share: None) -> PsychometricFit:
    """Fit a psychometric function to a curve.

    Args:
        curve: from `rnnlab.analysis.psychometric`.
        tell: called with the share that is done.

    Raises:
        ValueError: fewer than three levels, or a choice that does not grow with the factor at all.
    """
    from scipy.stats import chi2  # costs more to import than everything else here

    if len(curve.levels) < 3:
        raise ValueError(f"factor: {curve.factor} has {len(curve.levels)} levels; a fit needs at least 3")
    fit = _Fit(curve)
    best, cost = fit.minimum()
    reach = cost + float(chi2.ppf(curve.confidence, 1)) / 2
    intervals = {}
    for i, name in enumerate(NAMES):
        tell(i / len(NAMES))
        intervals[name] = fit.interval(i, best, reach)
    tell(1.0)
    threshold, sigma, low, high = fit.natural(best)
    steep = bool(intervals["sigma"][0] <= 1.01 * fit.finest)
    own = log_likelihood(np.asarray(curve.fraction), fit.hits, fit.counts)
    return PsychometricFit(curve, threshold, sigma, low, high, intervals, 2 * (own + cost), steep)


def probability(parameters: ArrayLike, levels: FloatArray) -> FloatArray:
    """The function of (threshold, sigma, low lapse, high lapse) at some levels."""
    from scipy.special import ndtr

    mu, sigma, low, high = np.asarray(parameters, float)
    return np.asarray(low + (1 - low - high) * ndtr((levels - mu) / sigma))


def log_likelihood(p: FloatArray, hits: FloatArray, counts: FloatArray) -> float:
    """Of binomial counts, without the constant."""
    from scipy.special import xlogy

    p = np.clip(p, 1e-9, 1 - 1e-9)
    return float((xlogy(hits, p) + xlogy(counts - hits, 1 - p)).sum())


class _Fit:
    """The cost of parameters (threshold, log sigma, lapses), and its minima with one of them held."""

    def __init__(self, curve: Psychometric) -> None:
        self.levels = np.asarray(curve.levels, float)
        self.counts = np.asarray(curve.counts, float)
        self.hits = np.round(np.asarray(curve.fraction) * self.counts)
        span = self.levels[-1] - self.levels[0]
        self.finest = float(np.diff(self.levels).min()) / 20
        self.bounds = [
            (float(self.levels[0] - span / 2), float(self.levels[-1] + span / 2)),
            (float(np.log(self.finest)), float(np.log(5 * span))),
            (0.0, MOST_LAPSES),
            (0.0, MOST_LAPSES),
        ]

    @staticmethod
    def natural(x: ArrayLike) -> tuple[float, float, float, float]:
        mu, log_sigma, low, high = (float(each) for each in np.asarray(x))
        return mu, float(np.exp(log_sigma)), low, high

    def cost(self, x: NDArray[Any]) -> float:
        return -log_likelihood(probability(self.natural(x), self.levels), self.hits, self.counts)

    def minimum(self, held: int | None = None, value: float = 0.0, near: FloatArray | None = None) -> tuple[Any, float]:
        """Where the cost is least, one parameter held if asked; several starts where none is near."""
        from scipy.optimize import minimize

        bounds = [(value, value) if i == held else each for i, each in enumerate(self.bounds)]
        found = [
            minimize(self.cost, np.clip(start, *np.transpose(bounds)), method="L-BFGS-B", bounds=bounds)
            for start in (self._starts() if near is None else [near])
        ]
        best = min(found, key=lambda each: float(each.fun))
        return best.x, float(best.fun)

    def _starts(self) -> list[FloatArray]:
        low, high = float(self.levels[0]), float(self.levels[-1])
        return [
            np.array([mu, np.log(share * (high - low)), lapse, lapse])
            for mu in np.quantile(self.levels, (0.25, 0.5, 0.75))
            for share in (0.03, 0.2, 0.6)
            for lapse in (0.01, 0.1)
        ]

    def interval(self, i: int, best: FloatArray, reach: float) -> tuple[float, float]:
        """Where the profile of one parameter stays below ``reach``; a bound where it never leaves."""
        ends = [self._end(i, best, bound, reach) for bound in self.bounds[i]]
        low, high = np.exp(ends) if i == 1 else ends
        return float(low), float(high)

    def _end(self, i: int, best: FloatArray, bound: float, reach: float) -> float:
        from scipy.optimize import brentq

        if abs(bound - best[i]) < 1e-9:
            return bound
        near = [np.array(best)]

        def above(value: float) -> float:
            near[0], cost = self.minimum(i, value, near[0])
            return cost - reach

        if above(bound) <= 0:
            return bound
        near[0] = np.array(best)
        return float(brentq(above, best[i], bound, xtol=1e-5 * max(abs(bound - best[i]), 1e-6)))
