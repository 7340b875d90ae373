"""What units do on average in each condition, around the start of an epoch: the first figure of every recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._grouped import levels, three_axes
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of


@dataclass(frozen=True, repr=False, eq=False)
class ConditionRates(Result):
    """Mean rates by condition, lined up.

    Attributes:
        factor: what the conditions are levels of.
        names: (condition,) text of each.
        time: (time,) ms from the moment that trials are lined up at.
        mean: (condition, time, unit); NaN where no trial reaches.
        error: (condition, time, unit) standard error of the mean; NaN where fewer than two trials reach.
        counts: (condition, time) trials.
        aligned: what trials are lined up at.
        unit: the one to look at first.
    """

    factor: str
    names: tuple[str, ...]
    time: FloatArray
    mean: FloatArray
    error: FloatArray
    counts: NDArray[np.intp]
    aligned: str
    unit: int

    @property
    def difference(self) -> FloatArray:
        """(time, unit) last condition minus the first."""
        return np.asarray(self.mean[-1] - self.mean[0])

    def facts(self) -> dict[str, str]:
        size = np.abs(np.nan_to_num(self.difference))
        t, unit = np.unravel_index(size.argmax(), size.shape)
        mine = np.unravel_index(size[:, self.unit].argmax(), size.shape[:1])[0]
        return {
            "rates": shape_of(self.mean, "condition", "time", "unit"),
            "conditions": f"{len(self.names)} levels of {self.factor.replace('_', ' ')}, lined up at {self.aligned}",
            f"unit {self.unit}": f"differs by {self.difference[mine, self.unit]:+.3g} at {self.time[mine]:.0f} ms",
            "largest difference": f"{self.difference[t, unit]:+.3g}, unit {unit} at {self.time[t]:.0f} ms",
            "trials": f"{int(self.counts.min())} to {int(self.counts.max())} behind each mean",
        }


def condition_rates(
    rates: ArrayLike,
    values: ArrayLike,
    starts: ArrayLike,
    lengths: ArrayLike,
    dt: float = 1.0,
    before: float = 200.0,
    after: float = 1000.0,
    factor: str = "factor",
    aligned: str = "the start",
    unit: int = 0,
) -> ConditionRates:
    """Rates averaged over the trials of each condition.

    Args:
        rates: (trial, time, unit).
        values: (trial,) the factor that makes the conditions; many values are cut into eight equal parts.
        starts: (trial,) step at which each trial is lined up.
        lengths: (trial,) steps of each trial; what comes after does not count.
        dt: ms per step.
        before, after: ms shown on either side, as far as there are trials.
        factor, aligned: words for the screen.
        unit: the one to look at first.

    Raises:
        ValueError: a factor that does not vary, or no such unit.
    """
    array = three_axes(rates)
    if not 0 <= unit < array.shape[2]:
        raise ValueError(f"unit: {unit} is not a unit of a network of {array.shape[2]}; give 0 to {array.shape[2] - 1}")
    groups = levels(factor, values)
    steps, picked, there = lined_up(np.asarray(starts), np.asarray(lengths), dt, before, after)
    lined = np.take_along_axis(array, picked[:, :, None], axis=1)
    shape = (len(groups), len(steps), array.shape[2])
    mean, error, counts = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape[:2], np.intp)
    for i in range(len(groups)):
        weight = (there & (groups.of == i)[:, None]).astype(array.dtype)
        n = counts[i] = weight.sum(axis=0).astype(np.intp)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean[i] = np.einsum("nt,ntu->tu", weight, lined) / n[:, None]
            square = np.einsum("nt,ntu->tu", weight, (lined - np.nan_to_num(mean[i])) ** 2)
            error[i] = np.where(n[:, None] > 1, np.sqrt(square / (n - 1)[:, None] / n[:, None]), np.nan)
    time = frozen(steps * dt)
    return ConditionRates(factor, groups.names, time, frozen(mean), frozen(error), frozen(counts), aligned, unit)


def lined_up(
    starts: NDArray[np.intp], lengths: NDArray[np.intp], dt: float, before: float, after: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Steps around each trial's start that at least one trial has.

    Returns:
        (step,) offsets; (trial, step) which step of the trial each is; (trial, step) whether the trial has it.
    """
    offsets = np.arange(-round(before / dt), round(after / dt) + 1)
    wanted = starts[:, None] + offsets
    there = (wanted >= 0) & (wanted < lengths[:, None])
    some = there.any(axis=0)
    if not some.any():
        raise ValueError(f"before: no trial has a step from {-before:g} to {after:g} ms; give a longer stretch")
    return offsets[some], np.clip(wanted, 0, lengths.max() - 1)[:, some], there[:, some]
