"""Single units: when they are most active, and what they tell apart. Used to sort a heat map of activity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis.numbers import grouped

IntArray = NDArray[np.intp]


@dataclass(frozen=True, repr=False, eq=False)
class UnitOrder(Result):
    """Units in an order, and the number each was ordered by.

    Attributes:
        order: (unit,) indices: ``rates[..., order]`` is sorted.
        values: (unit,) the number of each unit, in the network's own order.
        label: what the number is, with its unit.
    """

    order: IntArray
    values: FloatArray
    label: str

    def facts(self) -> dict[str, str]:
        ends = (self.values.min(), self.values.max()) if self.values.size else ()
        span = " to ".join(grouped(end) if abs(end) >= 100 else f"{end:.3g}" for end in ends)
        return {"order": shape_of(self.order, "unit"), "by": self.label, "range": span}


def peak_order(rates: ArrayLike, dt: float = 1.0, where: NDArray[np.bool_] | None = None) -> UnitOrder:
    """Units by the time at which their rate, averaged over trials, is highest. Ties keep the network's order.

    Args:
        rates: (trial, time, unit).
        dt: ms per step, to give the time of the peak in ms.
        where: (trial, time) steps that count (e.g. inside each trial's length); the others are left out of the mean.

    >>> peak_order(np.array([[[0, 1], [1, 0], [0, 0]]]), dt=10).order.tolist()
    [1, 0]
    """
    mean = _mean_over_trials(_three_axes(rates), where)
    peaks = np.where(np.isfinite(mean), mean, -np.inf).argmax(axis=0) * float(dt)
    return UnitOrder(frozen(np.argsort(peaks, kind="stable")), frozen(peaks, float), "time of the peak (ms)")


def selectivity(
    rates: ArrayLike, first: ArrayLike, second: ArrayLike, window: slice | tuple[int, int] | None = None
) -> UnitOrder:
    """How well each unit tells two conditions apart: d' of its rate, averaged over a window.

    ``d' = (mean of second - mean of first) / sqrt((variance of first + variance of second) / 2)``, over trials.
    A unit that does not vary at all has d' = 0; one whose two conditions differ without any variance has the sign
    of the difference times infinity. Units are ordered from most negative to most positive.

    Args:
        rates: (trial, time, unit).
        first, second: boolean (trial,) masks or trial indices of the two conditions.
        window: steps (start, stop) to average over; all by default.

    Raises:
        ValueError: an empty condition or window.
    """
    array = _three_axes(rates)
    steps = slice(None) if window is None else window if isinstance(window, slice) else slice(*window)
    if not array[:, steps].shape[1]:
        raise ValueError(f"window={window}: no step of the {array.shape[1]} lies inside")
    means = array[:, steps].mean(axis=1)
    groups = [means[chosen] for chosen in (_indices(first), _indices(second))]
    for name, group in zip(("first", "second"), groups, strict=True):
        if not len(group):
            raise ValueError(f"{name}: no trial in this condition; choose one that occurs in the batch")
    values = _d_prime(groups[0], groups[1])
    return UnitOrder(frozen(np.argsort(values, kind="stable")), frozen(values), "selectivity d'")


def _indices(chosen: ArrayLike) -> NDArray[Any]:
    array = np.asarray(chosen)
    return array if array.size else array.astype(np.intp)  # an empty list would be one of floats


def _d_prime(first: FloatArray, second: FloatArray) -> FloatArray:
    difference = second.mean(axis=0) - first.mean(axis=0)
    spread = np.sqrt((first.var(axis=0) + second.var(axis=0)) / 2)
    certain = np.where(difference == 0, 0.0, np.copysign(np.inf, difference))
    return np.divide(difference, spread, out=certain, where=spread > 0)


def _three_axes(rates: ArrayLike) -> FloatArray:
    array = np.asarray(rates, float)
    if array.ndim != 3 or not array.shape[0] or not array.shape[1]:
        raise ValueError(f"rates: shape {array.shape}; give (trial, time, unit) with at least one trial and one step")
    return array


def _mean_over_trials(rates: FloatArray, where: NDArray[np.bool_] | None) -> FloatArray:
    """(time, unit); NaN at steps that no trial has."""
    if where is None:
        return rates.mean(axis=0)
    if np.shape(where) != rates.shape[:2]:
        raise ValueError(f"where: shape {np.shape(where)} does not match (trial, time) {rates.shape[:2]} of rates")
    counts = np.asarray(where).sum(axis=0)[:, None]
    sums = np.where(np.asarray(where)[:, :, None], rates, 0.0).sum(axis=0)
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
