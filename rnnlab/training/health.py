"""How a network fares, as numbers: activity of its units, radius of its weights, its worst condition."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rnnlab.networks import AnyNetwork, Nonlinearity, Parameters
from rnnlab.networks.scaling import spectral_radius as radius
from rnnlab.tasks import Batch, Score

MAX_LEVELS = 12
"""A factor that takes more values than this is no part of what a condition is."""

NEAR = 0.01
"""Share of the largest rate below which a unit is silent, and of a nonlinearity's range that counts as its bound."""


class Activity:
    """Gathers, batch by batch, how units were active.

    Args:
        bounds: lowest and highest value of the nonlinearity, NaN where it has none.
    """

    def __init__(self, bounds: tuple[float, float]) -> None:
        low, high = bounds
        margin = NEAR * (high - low) if high == high and low == low else NEAR * abs(high)
        # A unit at a lower bound of 0 is silent, not saturated.
        self._high = high - margin
        self._low = low + margin if low else float("nan")
        self._largest: Tensor | None = None
        self._at_bound: Tensor | None = None
        self._n = 0

    def add(self, rates: Tensor) -> None:
        """Take in rates (time, trial, unit)."""
        # Over one axis after the other: several times as fast as over both.
        largest = torch.maximum(rates.amax(0).amax(0), -rates.amin(0).amin(0))
        self._largest = largest if self._largest is None else torch.maximum(self._largest, largest)
        self._n += rates.shape[0] * rates.shape[1]
        at_bound = torch.zeros_like(largest)
        if self._high == self._high:
            at_bound += (rates >= self._high).sum(dim=(0, 1))
        if self._low == self._low:
            at_bound += (rates <= self._low).sum(dim=(0, 1))
        self._at_bound = at_bound if self._at_bound is None else self._at_bound + at_bound

    @property
    def silent(self) -> float:
        """Share of units whose rate never exceeds 1 % of the largest rate of any."""
        if self._largest is None:
            return float("nan")
        return float((self._largest <= NEAR * self._largest.max()).double().mean())

    @property
    def saturated(self) -> float:
        """Share of units that spend more than half of the time at a bound that is not 0."""
        return float("nan") if self._at_bound is None else float((self._at_bound > 0.5 * self._n).double().mean())


def activity_bounds(network: AnyNetwork) -> tuple[float, float]:
    """The lowest and highest value that the nonlinearity comes close to; NaN for each side where it has none."""
    f = getattr(network, "nonlinearity", None)
    if not isinstance(f, Nonlinearity):
        return float("nan"), float("nan")
    far = 1e6
    low, high = (float(f(np.array([x]))[0]) for x in (-far, far))
    return low if abs(low) < 1e-3 * far else float("nan"), high if abs(high) < 1e-3 * far else float("nan")


def spectral_radius(network: AnyNetwork, p: Parameters) -> float:
    """Of the recurrent matrix, or the largest of several; NaN where there is none."""
    return max((radius(np.asarray(W)) for W in network.recurrent_matrices(p).values()), default=float("nan"))


def worst_condition(score: Score, batch: Batch) -> float:
    """The share correct in the condition in which the fewest trials are, among those that count.

    A condition is a combination of values of the factors that take at most `MAX_LEVELS` of them in the batch.
    """
    counted = np.ones(batch.n_trials, dtype=bool) if score.counted is None else score.counted
    columns = [np.unique(values, return_inverse=True)[1].ravel() for values in batch.factors.values()]
    columns = [column for column in columns if 0 < column.max(initial=0) < MAX_LEVELS]
    if not counted.any():
        return float("nan")
    table = np.stack([np.zeros(batch.n_trials, dtype=np.intp), *columns], axis=1)[counted]
    _, which = np.unique(table, axis=0, return_inverse=True)
    correct = score.correct[counted]
    return float(min(correct[which.ravel() == i].mean() for i in range(int(which.max()) + 1)))
