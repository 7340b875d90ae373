"""Pushes to the state: a kick, a current, noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from rnnlab.networks import Cell, LeakyRNN, LeakyVariant, Network, Parameters
from rnnlab.simulation.interventions.base import PUSHES, WEIGHTS, Intervention, Span
from rnnlab.simulation.interventions.chosen import AnyUnits, check_count, unit_indices
from rnnlab.spec import quantity, with_article


@dataclass(frozen=True)
class UnitPush(Intervention):
    """Base of the kinds below: some units, and how hard each is pushed."""

    units: AnyUnits = field(metadata={"low": 0, "help": "which units, counted from 0, or a group"})

    def check_network(self, network: Network) -> None:
        amount = "strength" if hasattr(self, "strength") else "amount"
        n = len(self._indices(network.config))
        check_count(getattr(self, amount), n, "unit", f"{type(self).__name__}.{amount}")

    def _indices(self, config: Cell) -> np.ndarray:
        return unit_indices(self.units, config, f"{type(self).__name__}.units")

    def _columns(self, config: Cell) -> np.ndarray:
        """Where the units' states are: x of a leaky network, the memories c of an LSTM."""
        return self._indices(config) + config.first_value


@dataclass(frozen=True)
class Kick(UnitPush):
    """A jump of the state: added once, to the states that the step at ``start`` makes.

    The state is the leaky unit's x, or the memory c of an LSTM's (whose h follows a step later).

    Example:
        >>> Kick(units=(4,), amount=-1.0, start=300).window(n_steps=100, dt=10)
        (30, 31)
    """

    rank: ClassVar[int] = PUSHES
    unused: ClassVar[tuple[str, ...]] = ("stop",)

    amount: float | tuple[float, ...] = quantity(1.0, soft=(-2, 2), step=0.1, help="one for all units or one each")

    def check(self) -> None:
        if self.stop is not None:
            raise self.refuse("stop", "a kick is over at once", remedy="leave it out, or give a Current")

    def window(self, n_steps: int, dt: float) -> tuple[int, int]:
        start = round((self.start or 0.0) / dt)
        return min(start, n_steps), min(start + 1, n_steps)

    def push(self, config: Cell, span: Span) -> np.ndarray:
        push = np.zeros((1, 1, config.n_states))
        push[..., self._columns(config)] = self.amount
        return push


@dataclass(frozen=True)
class Current(UnitPush):
    """A constant added to what units receive, as an electrode injects it; for leaky networks.

    In the equation it stands beside W_rec r + W_in u + b_rec, so its effect does not depend on the time step.

    Example:
        >>> Current(units=(0, 1), amount=0.5, start=200, stop=400).amount
        0.5
    """

    rank: ClassVar[int] = WEIGHTS

    amount: float | tuple[float, ...] = quantity(0.5, soft=(-2, 2), step=0.1, help="one for all units or one each")

    def check_network(self, network: Network) -> None:
        super().check_network(network)
        if not isinstance(network.config, LeakyRNN | LeakyVariant):
            kind = with_article(type(network.config).__name__)
            raise self.refuse("units", f"a unit of {kind} has no single drive", remedy="give a Kick or an InputPulse")

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        b_rec = p["b_rec"].copy()
        b_rec[self._indices(config)] += np.asarray(self.amount, b_rec.dtype)
        return dict(p) | {"b_rec": b_rec}


@dataclass(frozen=True)
class StateNoise(UnitPush):
    """Noise on the state beyond the network's own, which it leaves as it is.

    Its strength means what `LeakyRNN.noise` means: √(2α) σ is added in each step (σ itself in cells that have no time
    constant). Which noise depends on ``seed`` and on the simulation's own; give two of them two seeds.
    """

    rank: ClassVar[int] = PUSHES

    strength: float | tuple[float, ...] = quantity(
        0.1, low=0, soft=(0, 0.5), step=0.01, help="σ, one for all units or one each"
    )
    seed: int = quantity(0, low=0, high=2**63 - 1, help="decides the noise, with the simulation's seed")

    def push(self, config: Cell, span: Span) -> np.ndarray:
        scale, chosen = np.zeros(config.n_units), self._indices(config)
        scale[chosen] = self.strength
        if isinstance(config, LeakyRNN | LeakyVariant):
            scale = scale * np.sqrt(2.0 * config.alpha)
        xi = span.normals("extra-state-noise", self.seed, config.n_units)
        push = np.zeros((*xi.shape[:2], config.n_states))
        push[..., config.first_value :][..., : config.n_units] = xi * scale
        return push
