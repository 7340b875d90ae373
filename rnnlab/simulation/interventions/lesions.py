"""Units that are gone, and units that are held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from rnnlab.networks import Cell, Network, Parameters
from rnnlab.simulation.interventions.base import CLAMPS, LESIONS, Holder, Intervention
from rnnlab.simulation.interventions.chosen import AnyUnits, check_count, unit_indices
from rnnlab.spec import quantity, with_article


@dataclass(frozen=True)
class Lesion(Intervention):
    """Units that are gone: they drive nothing, read out nothing, and their own state and rate are zero.

    Between ``start`` and ``stop`` the units' outgoing weights count as zero and their states are held at zero; after
    ``stop`` they take part again, starting from there. A lesion of the whole trial equals a network without those
    units. Nothing else that is done to a network brings a lesioned unit back.

    Example:
        >>> Lesion(units=(3, 7), start=500).window(n_steps=200, dt=10)
        (50, 200)
    """

    rank: ClassVar[int] = LESIONS

    units: AnyUnits = field(metadata={"low": 0, "help": "which units, counted from 0, or a group"})

    def check_network(self, network: Network) -> None:
        self._indices(network.config)

    def _indices(self, config: Cell) -> np.ndarray:
        return unit_indices(self.units, config, "Lesion.units")

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        kept = np.ones(config.n_units, dtype=bool)
        kept[self._indices(config)] = False
        return config.silenced(p, kept)

    def holder(self, config: Cell) -> Holder:
        gone, n = self._indices(config), config.n_units
        columns = np.concatenate([gone + i for i in range(0, config.n_states, n)])
        columns = columns[columns < config.n_states]

        def hold(state: np.ndarray) -> None:
            state[:, columns] = 0.0

        return hold

    def rates(self, config: Cell, rates: np.ndarray) -> np.ndarray:
        rates = rates.copy()
        rates[..., self._indices(config)] = 0.0
        return rates


@dataclass(frozen=True)
class Clamp(Intervention):
    """Units held at a value: what they send, or their state.

    A clamped rate is what other units and the outputs receive from the unit, noise on read-out rates apart, while its
    own state goes on as it is driven. A clamped state is that of the leaky unit, x, or the memory c of an LSTM's (whose
    h follows a step later). Of clamps of one unit the last given holds.

    Example:
        >>> Clamp(units=(0, 1), value=(0.5, 2.0), stop=200).of
        'rate'
    """

    rank: ClassVar[int] = CLAMPS

    units: AnyUnits = field(metadata={"low": 0, "help": "which units, counted from 0, or a group"})
    value: float | tuple[float, ...] = quantity(0.0, soft=(-2, 2), step=0.1, help="one for all units or one each")
    of: Literal["rate", "state"] = "rate"
    """What is held: the rate a unit sends, or its state."""

    def __post_init__(self) -> None:
        if isinstance(self.value, np.ndarray):
            object.__setattr__(self, "value", self.value.tolist())
        super().__post_init__()

    def check_network(self, network: Network) -> None:
        check_count(self.value, len(self._indices(network.config)), "unit", "Clamp.value")
        if self.of == "rate" and not network.config.plain_drive:
            kind = with_article(type(network.config).__name__)
            problem = f"what a unit of {kind} sends acts not by W_rec and W_out alone"
            raise self.refuse("of", problem, remedy="give of='state'")

    def _indices(self, config: Cell) -> np.ndarray:
        return unit_indices(self.units, config, "Clamp.units")

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        """A constant rate through the units' weights is a bias."""
        if self.of == "state":
            return p
        held, changed = self._indices(config), dict(p)
        for weights, bias in (("W_rec", "b_rec"), ("W_out", "b_out")):
            value = np.broadcast_to(np.asarray(self.value, p[weights].dtype), len(held))
            changed[weights] = p[weights].copy()
            changed[weights][:, held] = 0.0
            changed[bias] = p[bias] + p[weights][:, held] @ value
        return changed

    def holder(self, config: Cell) -> Holder | None:
        if self.of == "rate":
            return None
        columns = self._indices(config) + config.first_value

        def hold(state: np.ndarray) -> None:
            state[:, columns] = self.value

        return hold

    def rates(self, config: Cell, rates: np.ndarray) -> np.ndarray:
        if self.of == "state":
            return rates
        rates = rates.copy()
        rates[..., self._indices(config)] = self.value
        return rates
