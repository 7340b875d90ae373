"""Mixed selectivity: units that respond to two variables, and whether to their sum or to their combination.

Two-way analysis of variance of each unit's rate: what one factor explains, what the other does, and what only their
combination does. Units of the last sort make a population able to read out any function of both (Rigotti et al. 2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._grouped import Levels, levels
from rnnlab.analysis._result import FloatArray, Result, frozen

KINDS = ("neither", "first only", "second only", "linear mix", "nonlinear mix")
"""What a unit can be, in the order of `MixedSelectivity.kind`."""


@dataclass(frozen=True, repr=False, eq=False)
class MixedSelectivity(Result):
    """What two factors explain of each unit.

    Attributes:
        factors: the two names.
        share: (3, unit) part of the variance over trials that the first factor, the second, and their combination
            explain beyond the rest (type II sums of squares).
        p: (3, unit) of an F test of each.
        kind: (unit,) index into `KINDS`, at 5 % corrected for the number of units (Bonferroni).
        n_trials: how many.
    """

    factors: tuple[str, str]
    share: FloatArray
    p: FloatArray
    kind: NDArray[np.intp]
    n_trials: int

    def counts(self) -> dict[str, int]:
        """How many units there are of each kind."""
        return {name: int((self.kind == i).sum()) for i, name in enumerate(KINDS)}

    def facts(self) -> dict[str, str]:
        a, b = self.factors
        named = {"first only": f"{a} only", "second only": f"{b} only"}
        most = int(self.share[2].argmax())
        return {
            "units": ", ".join(f"{n} {named.get(kind, kind)}" for kind, n in self.counts().items() if n),
            "variance": f"{a} {100 * self.share[0].mean():.1f} %, {b} {100 * self.share[1].mean():.1f} %, "
            f"combination {100 * self.share[2].mean():.1f} % (mean over units)",
            "most nonlinear": f"unit {most}, {100 * self.share[2, most]:.1f} % by the combination alone",
            "trials": f"{self.n_trials}; F tests at 5 %, Bonferroni",
        }


def mixed_selectivity(
    rates: ArrayLike, first: ArrayLike, second: ArrayLike, names: tuple[str, str] = ("first", "second")
) -> MixedSelectivity:
    """Two-way analysis of variance of every unit.

    Args:
        rates: (trial, unit) each unit's rate, averaged over the window that is asked about.
        first, second: (trial,) two factors; many values are cut into equal parts.
        names: of the factors.

    Raises:
        ValueError: a factor that does not vary, factors of which one decides the other, or too few trials.
    """
    from scipy.stats import f as fisher  # costs more to import than everything else here

    r = np.asarray(rates, float)
    groups = [levels(name, values) for name, values in zip(names, (first, second), strict=True)]
    a, b = (_dummies(group) for group in groups)
    one, both = np.ones((len(r), 1)), np.einsum("ni,nj->nij", a, b).reshape(len(r), -1)
    designs = {
        "none": one,
        "a": np.hstack([one, a]),
        "b": np.hstack([one, b]),
        "sum": np.hstack([one, a, b]),
        "full": np.hstack([one, a, b, both]),
    }
    rest = {name: _residual(design, r) for name, design in designs.items()}
    rank = {name: int(np.linalg.matrix_rank(design)) for name, design in designs.items()}
    _check(names, rank, len(r))
    free = len(r) - rank["full"]
    pairs = (("b", "sum"), ("a", "sum"), ("sum", "full"))
    total = rest["none"]
    share, p = np.zeros((3, r.shape[1])), np.ones((3, r.shape[1]))
    for i, (less, more) in enumerate(pairs):
        gain, steps = np.maximum(rest[less] - rest[more], 0), rank[more] - rank[less]
        alive = total > 1e-12 * len(r)
        share[i] = np.divide(gain, total, out=np.zeros_like(total), where=alive)
        if steps:
            noise = np.maximum(rest["full"] / free, 1e-300)
            p[i] = np.where(alive, fisher.sf(gain / steps / noise, steps, free), 1.0)
    return MixedSelectivity(names, frozen(share), frozen(p), frozen(_kinds(p)), len(r))


def _check(names: tuple[str, str], rank: dict[str, int], n_trials: int) -> None:
    if rank["sum"] in (rank["a"], rank["b"]):
        raise ValueError(f"second: {names[0]} and {names[1]} go together in every trial; choose two that vary apart")
    if n_trials <= rank["full"]:
        raise ValueError(f"n_trials: {n_trials} for {rank['full']} conditions; give more trials than conditions")


def _kinds(p: FloatArray) -> NDArray[np.intp]:
    a, b, both = p * p.shape[1] < 0.05
    return np.select([both, a & b, a, b], [4, 3, 1, 2], 0).astype(np.intp)


def _dummies(group: Levels) -> FloatArray:
    """(trial, level - 1) which level each trial has, the first left out."""
    return (group.of[:, None] == np.arange(1, len(group))).astype(float)


def _residual(design: FloatArray, rates: FloatArray) -> FloatArray:
    """(unit,) sum of squares that a linear model leaves."""
    left = rates - design @ np.linalg.lstsq(design, rates, rcond=None)[0]
    return np.asarray((left**2).sum(axis=0))
