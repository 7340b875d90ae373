"""Units that do nothing: silent in all trials, or held at one value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen


@dataclass(frozen=True, repr=False, eq=False)
class SilentUnits(Result):
    """Which units take no part.

    Attributes:
        spread: (unit,) range of the unit's rate over all trials and steps.
        largest: (unit,) largest absolute rate.
        silent: (unit,) never sends anything above the tolerance.
        constant: (unit,) sends something, but always the same within the tolerance.
        tolerance: in units of the rate.
    """

    spread: FloatArray
    largest: FloatArray
    silent: NDArray[np.bool_]
    constant: NDArray[np.bool_]
    tolerance: float

    @property
    def working(self) -> NDArray[np.intp]:
        """The units that do vary."""
        return np.flatnonzero(~(self.silent | self.constant))

    def facts(self) -> dict[str, str]:
        n = len(self.spread)
        return {
            "silent": f"{int(self.silent.sum())} of {n} units (rate never above {self.tolerance:.2g})",
            "constant": f"{int(self.constant.sum())} of {n} units (always the same within {self.tolerance:.2g})",
            "working": f"{len(self.working)} units, ranges {np.min(self.spread):.2g} to {np.max(self.spread):.2g}",
        }


def silent_units(rates: ArrayLike, where: NDArray[np.bool_] | None = None, share: float = 0.01) -> SilentUnits:
    """Which units never change.

    Args:
        rates: (trial, time, unit).
        where: (trial, time) steps that count; all if not given.
        share: the tolerance, as a share of the largest absolute rate of any unit.

    Raises:
        ValueError: no step counts.

    >>> silent_units([[[0.0, 1.0, 0.5], [0.0, 1.0, 0.9]]]).working.tolist()
    [2]
    """
    array = np.asarray(rates, float)
    flat = array.reshape(-1, array.shape[-1]) if where is None else array[np.asarray(where, bool)]
    if not len(flat):
        raise ValueError("where: no step counts; choose another stretch of the trial")
    spread, largest = np.ptp(flat, axis=0), np.abs(flat).max(axis=0)
    tolerance = share * max(float(largest.max()), 1e-300)
    silent = largest <= tolerance
    return SilentUnits(
        frozen(spread), frozen(largest), frozen(silent), frozen(~silent & (spread <= tolerance)), float(tolerance)
    )
