"""Penalties on weights alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from rnnlab.runs.penalties.base import Penalty, shapes_seen
from rnnlab.spec import SpecError, quantity

if TYPE_CHECKING:
    from rnnlab.networks import AnyNetwork

Matrix: TypeAlias = Literal["W_in", "W_rec", "W_out"]

AnyMatrix: TypeAlias = Literal[
    "W_in", "W_rec", "W_out", "W_to", "W_from", "W_fast", "W_gate", "W_att", "W_layer", "w_adapt"
]
"""Those of all cells."""


@dataclass(frozen=True)
class L1(Penalty):
    """Mean |W|: few weights that are not zero."""

    of: AnyMatrix = "W_rec"

    @property
    def arrays(self) -> tuple[str, ...]:
        return (self.of,)


@dataclass(frozen=True)
class L2(Penalty):
    """Mean W^2: small weights."""

    of: AnyMatrix = "W_rec"

    @property
    def arrays(self) -> tuple[str, ...]:
        return (self.of,)


@dataclass(frozen=True)
class WeightCap(Penalty):
    """Mean of max(|W| / c - 1, 0)^power: no weight far above c.

    c = cap x log(101) / log(1 + n), for n units: the cap is meant for 100 of them. Where there are excitatory and
    inhibitory units, the cap of weights from inhibitory ones is as many times larger as there are fewer of them.
    """

    of: Matrix = "W_rec"
    cap: float = quantity(0.07, above=0, soft=(0.01, 1), step=0.01, help="largest weight that costs nothing")
    power: float = quantity(5.0, low=1, high=20, soft=(1, 8), step=1, help="how steeply larger ones cost more")

    @property
    def arrays(self) -> tuple[str, ...]:
        return (self.of,)


@dataclass(frozen=True)
class InDegree(Penalty):
    """Mean over units of max(d - degree, 0)^2 / degree^2, with d = (sum |w|)^2 / sum w^2 of a unit's recurrent inputs.

    d is how many inputs of equal strength would be as many as the unit has: its effective in-degree.
    """

    degree: float = quantity(20.0, above=0, soft=(1, 100), step=1, help="effective in-degree that costs nothing")

    @property
    def arrays(self) -> tuple[str, ...]:
        return ("W_rec",)


@dataclass(frozen=True)
class Orthogonality(Penalty):
    """Size of what input directions have in common: cosines between the columns of W_in, those of different ones.

    With ``outputs`` the rows of W_out are directions too.
    """

    outputs: bool = False
    """Whether read-out directions should be orthogonal to input directions and to each other as well."""
    size: Literal["rms", "norm"] = "rms"
    """Root mean square of the cosines, or the root of the sum of their squares (each pair counts twice)."""

    def check_network(self, path: str, network: AnyNetwork) -> None:
        """Read-out directions must be of the length of input directions."""
        shapes = network.parameter_shapes(1, 1)
        if self.outputs and shapes["W_in"][0] != shapes["W_out"][1]:
            problem = f"inputs of {type(network).__name__} go to {shapes['W_in'][0]} places, outputs come from fewer"
            raise SpecError(path, problem, remedy="give outputs=False")


@dataclass(frozen=True)
class WiringCost(Penalty):
    """Mean |W_rec| x distance, with units on a square grid, row by row, and distance 1 + steps as the crow flies."""

    def check_network(self, path: str, network: AnyNetwork) -> None:
        """Each unit must have one weight from each."""
        super().check_network(path, network)
        to, of = shapes_seen(network)["W_rec"]
        if to != of:
            problem = f"the recurrent weights of {type(network).__name__} are not one for each pair of units"
            raise SpecError(path, problem, remedy="leave WiringCost out, or give L1")

    @property
    def arrays(self) -> tuple[str, ...]:
        return ("W_rec",)
