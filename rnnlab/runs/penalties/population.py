"""Penalties on how units share the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rnnlab.runs.penalties.base import Penalty
from rnnlab.spec import quantity


@dataclass(frozen=True)
class Inequality(Penalty):
    """How unequally units take part: 0 where all are equally active, 1 where one does everything.

    A unit's activity a is its mean |r| (or |drive|) over steps and trials, at most ``limit`` times the median of all.
    """

    of: Literal["rates", "drives"] = "rates"
    """What of a unit: its rate, or its drive W_rec r + W_in u + b."""
    index: Literal["gini", "herfindahl"] = "gini"
    """``"gini"``: mean |a_i - a_j| / (2 mean a), times n / (n - 1). ``"herfindahl"``: (n sum a^2 / (sum a)^2 - 1) over
    (n - 1)."""
    limit: float = quantity(
        3.0, above=1, soft=(1.5, 10), step=0.5, help="activity counts up to so many times the median"
    )

    @property
    def of_drives(self) -> bool:
        return self.of == "drives"


@dataclass(frozen=True)
class SharedDrive(Penalty):
    """Variance of the mean drive of all units, over the mean variance of their drives: 1 where all move as one."""

    @property
    def of_drives(self) -> bool:
        return True


@dataclass(frozen=True)
class Dimensionality(Penalty):
    """Share of the rates' variance outside their first ``dimensions`` principal components."""

    dimensions: int = quantity(6, low=1, soft=(1, 20), step=1, help="components that cost nothing")


@dataclass(frozen=True)
class Clusters(Penalty):
    """Mean over pairs of units of one sign of a triangle of their distance: units are alike, or clearly different.

    The distance of two units is that of their rates over all steps and trials, divided by the 90 % quantile over pairs.
    The triangle rises from 0 to 1 at ``near`` (attraction), and falls to 0 at ``far`` (repulsion).
    """

    near: float = quantity(0.1, above=0, soft=(0.05, 0.5), step=0.05, help="distance below which units attract")
    far: float = quantity(0.3, above=0, soft=(0.1, 1), step=0.05, help="distance above which they do not matter")

    def check(self) -> None:
        """near < far."""
        if self.near >= self.far:
            raise self.refuse("near", f"{self.near:g} is not below far, {self.far:g}", remedy="give a smaller one")


@dataclass(frozen=True)
class TrialVariance(Penalty):
    """Variance of outputs across trials that have the same targets, over the outputs' mean square: reliable answers."""
