"""Random numbers of a trial: how long an epoch lasts, how strong a stimulus is.

Each draw maps uniform variates through its inverse distribution function. With the variates held, moving a parameter
moves every trial a little instead of dealing all trials anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import Spec, quantity

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Draw(Spec):
    """A distribution of one number. Add a kind: subclass, give `inverse` and `bounds`, name it in the unions."""

    def inverse(self, u: Floats) -> Floats:
        """The quantiles at ``u`` (each in [0, 1))."""
        raise NotImplementedError

    @property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest number that can come out."""
        raise NotImplementedError

    @property
    def support(self) -> tuple[float, ...] | None:
        """All numbers that can come out, if they are finitely many."""
        return None

    def sample(self, rng: np.random.Generator, n_trials: int) -> Floats:
        """One number for each trial, shape (trial,)."""
        return self.inverse(rng.random(n_trials))


@dataclass(frozen=True)
class Constant(Draw):
    """The same number in every trial."""

    value: float = quantity(help="The number.")

    def inverse(self, u: Floats) -> Floats:
        return np.full(u.shape, self.value)

    @property
    def bounds(self) -> tuple[float, float]:
        return self.value, self.value

    @property
    def support(self) -> tuple[float, ...]:
        return (self.value,)


class _Between(Draw):
    """What the draws between ``low`` and ``high`` share."""

    low: float
    high: float

    def check(self) -> None:
        if self.low > self.high:
            raise self.refuse("low", f"{self.low:g} is more than high = {self.high:g}", remedy="give low <= high")

    @property
    def bounds(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Uniform(_Between):
    """Any number from ``low`` to ``high``, all equally likely.

    >>> Uniform(0, 10).inverse(np.array([0.0, 0.25]))
    array([0. , 2.5])
    """

    low: float = quantity(help="The smallest number.")
    high: float = quantity(help="The largest number.")

    def inverse(self, u: Floats) -> Floats:
        return self.low + (self.high - self.low) * u


@dataclass(frozen=True)
class TruncatedExponential(_Between):
    """Waiting time at a constant hazard: density ∝ exp(-x / mean) on [low, high].

    ``mean`` is that of the exponential before it is cut, as methods sections state it. A factor need not be cut:
    `Exponential`.
    """

    mean: float = quantity(above=0, help="Mean of the exponential before it is cut.")
    low: float = quantity(help="The smallest number.")
    high: float = quantity(help="The largest number.")

    def inverse(self, u: Floats) -> Floats:
        kept = -math.expm1(-(self.high - self.low) / self.mean)
        return self.low - self.mean * np.log1p(-u * kept)


@dataclass(frozen=True)
class Exponential(Draw):
    """``low`` and an exponential of ``mean`` on top of it, not cut (so not for durations).

    >>> Exponential(2.0, low=1.0).inverse(np.array([0.0, 0.5])).round(3)
    array([1.   , 2.386])
    """

    mean: float = quantity(above=0, help="Mean of what comes on top of the smallest number.")
    low: float = quantity(0.0, help="The smallest number.")

    def inverse(self, u: Floats) -> Floats:
        return self.low - self.mean * np.log1p(-u)

    @property
    def bounds(self) -> tuple[float, float]:
        return self.low, math.inf


@dataclass(frozen=True)
class TruncatedNormal(_Between):
    """A Gaussian of ``mean`` and ``sd`` (both before it is cut) on [low, high]."""

    mean: float = quantity(help="Mean of the Gaussian before it is cut.")
    sd: float = quantity(low=1e-6, help="Standard deviation of the Gaussian before it is cut.")
    low: float = quantity(help="The smallest number.")
    high: float = quantity(help="The largest number.")

    def inverse(self, u: Floats) -> Floats:
        grid, cumulative = self._table
        return np.interp(u, cumulative, grid)

    @cached_property
    def _table(self) -> tuple[Floats, Floats]:
        # The error function has no inverse in NumPy: 4097 points of it, joined by lines.
        low, high = (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd
        peak = min(max(0.0, low), high)
        reach = 80 / (abs(peak) + math.hypot(peak, 9))  # beyond it the density is below exp(-40) of its peak
        z = np.linspace(max(low, peak - reach), min(high, peak + reach), 4097)
        density = np.exp(-0.5 * (z - peak) * (z + peak))
        cumulative = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
        return np.clip(self.mean + self.sd * z, self.low, self.high), cumulative / cumulative[-1]


@dataclass(frozen=True)
class Normal(Draw):
    """A Gaussian of ``mean`` and ``sd``, not cut (so not for durations)."""

    mean: float = quantity(help="Mean.")
    sd: float = quantity(low=0, help="Standard deviation.")

    def sample(self, rng: np.random.Generator, n_trials: int) -> Floats:
        return self.mean + self.sd * rng.standard_normal(n_trials)

    @property
    def bounds(self) -> tuple[float, float]:
        return -math.inf, math.inf


@dataclass(frozen=True)
class Choice(Draw):
    """One of ``values``, equally likely or with odds ``weights``.

    >>> Choice((8, 16), weights=(3, 1)).inverse(np.array([0.0, 0.7, 0.8]))
    array([ 8.,  8., 16.])
    """

    values: tuple[float, ...] = field(metadata={"help": "What to choose from.", "start": (0.0, 1.0)})
    weights: tuple[float, ...] = field(
        default=(),
        metadata={"low": 0, "unit": "", "empty": "all equal", "help": "Odds of each value; none given: all equal."},
    )

    def check(self) -> None:
        if not self.values:
            raise self.refuse("values", "nothing to choose from", remedy="give at least one value")
        if self.weights and len(self.weights) != len(self.values):
            raise self.refuse(
                "weights", f"{len(self.weights)} weights for {len(self.values)} values", remedy="give one for each"
            )
        if self.weights and not 0 < sum(self.weights) < math.inf:
            raise self.refuse("weights", "have no usable sum", remedy="make at least one positive")

    def inverse(self, u: Floats) -> Floats:
        weights = np.array(self.weights or (1.0,) * len(self.values))
        upper = np.cumsum(weights / weights.sum())
        # The last bound would be 1 but for rounding; u never reaches it.
        return np.array(self.values)[np.searchsorted(upper[:-1], u, side="right")]

    @property
    def bounds(self) -> tuple[float, float]:
        return min(self.support), max(self.support)

    @property
    def support(self) -> tuple[float, ...]:
        weights = self.weights or (1.0,) * len(self.values)
        return tuple(sorted({v for v, w in zip(self.values, weights, strict=True) if w > 0}))
