"""The penalty on gradients that vanish or explode on their way back through time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rnnlab.runs.penalties.base import Penalty
from rnnlab.spec import quantity


@dataclass(frozen=True)
class VanishingGradient(Penalty):
    """Omega (Pascanu et al. 2013; Song et al. 2016): gradients should keep their size from one step to the one before.

    With d[t] the gradient of the loss by the state and J[t] the Jacobian of the step that leaves it,
    rho[t] = |d J[t]|^2 / |d|^2, and Omega is the mean of (rho - 1)^2 over steps and trials whose |d|^2 is at least
    ``bound``. d and the states are taken as given: only W_rec, or what it is made of, gets a gradient.
    """

    weight: float = quantity(2.0, low=0, soft=(0, 5), step=0.1, help="what Omega is multiplied by")
    pairing: Literal["next", "same"] = "next"
    """Which d is sent through J[t]: that of step t + 1, as in the theory, or that of step t, as pycog computes it."""
    bound: float = quantity(1e-20, above=0, soft=(1e-20, 1e-10), help="squared gradients below it do not count")

    @property
    def arrays(self) -> tuple[str, ...]:
        return ("W_rec",)
