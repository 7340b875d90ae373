"""Penalties on how strongly units fire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from rnnlab.runs.penalties.base import Penalty
from rnnlab.spec import quantity


@dataclass(frozen=True)
class Rates(Penalty):
    """Mean |r|^power over units, steps and trials: a metabolic cost."""

    power: float = quantity(2.0, low=1, high=10, soft=(1, 4), step=1, help="1 for L1, 2 for L2")


@dataclass(frozen=True)
class FinalRates(Penalty):
    """Mean over trials of the norm of the rates at a trial's last step: (sum over units of |r|^power)^(1 / power)."""

    power: float = quantity(2.0, low=1, high=10, soft=(1, 2), step=1, help="1 for L1, 2 for L2")


@dataclass(frozen=True)
class RecurrentDrive(Penalty):
    """Sum over steps of the mean over trials and units of (W_rec r)^2: simple trajectories (Sussillo et al. 2015)."""

    aliases: ClassVar[dict[str, str]] = {"Sussillo": "the same penalty"}

    @property
    def arrays(self) -> tuple[str, ...]:
        return ("W_rec",)


@dataclass(frozen=True)
class RateCap(Penalty):
    """Mean over units of |s / cap - 1|^power, with s a unit's largest rate in the batch: no unit silent, none too busy.

    s is a smooth maximum: the mean of its rates weighted by exp(sharpness x r / cap).
    """

    cap: float = quantity(0.3, above=0, soft=(0.05, 5), step=0.05, help="what a unit's largest rate should be")
    power: float = quantity(3.0, low=1, high=20, soft=(1, 8), step=1, help="how steeply what is farther off costs more")
    sides: Literal["both", "above"] = "both"
    """Whether too low a maximum costs as well."""
    of: Literal["rates", "states"] = "rates"
    """Whether r is the rate, or the magnitude |x| of the state."""
    over_units: Literal["mean", "worst"] = "mean"
    """The mean over units, or a smooth maximum of it: log of the mean of exp."""
    sharpness: float = quantity(10.0, above=0, soft=(1, 100), step=1, help="how close to the true maximum s is")
