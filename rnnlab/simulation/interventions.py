"""Doing something to a network while it runs.

An intervention is a frozen description with a window of time. Inside its window it may act in three places, each a
pure function: on the parameters a step uses (`parameters`), on the state a step made (`hold`), on the rates that are
reported (`rates`). A lesion uses all three; a clamp or a pulse is a `hold`, a weight edit a `parameters`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from rnnlab.networks import Cell, Parameters
from rnnlab.spec import Spec, quantity


@dataclass(frozen=True, kw_only=True)
class Intervention(Spec):
    """Base of the kinds below: in force in the steps of ``start`` to ``stop``, rounded to steps."""

    start: float | None = quantity(None, unit="ms", low=0, help="when it begins; nothing: at the trial's start")
    stop: float | None = quantity(None, unit="ms", above=0, help="when it ends; nothing: at the trial's end")

    def check(self) -> None:
        if self.stop is not None and self.stop <= (self.start or 0.0):
            problem = f"{self.stop:g} ms is not after the start at {self.start or 0:g} ms"
            raise self.refuse("stop", problem, remedy="give a later stop")

    def check_network(self, config: Cell) -> None:
        """Raise `SpecError` where this cannot be done to such a network."""

    def window(self, n_steps: int, dt: float) -> tuple[int, int]:
        """First step it is in force, and first step it no longer is."""
        start = 0 if self.start is None else round(self.start / dt)
        stop = n_steps if self.stop is None else round(self.stop / dt)
        return min(start, n_steps), min(stop, n_steps)

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        """The parameters in force inside the window."""
        return p

    def hold(self, config: Cell, state: np.ndarray) -> np.ndarray:
        """The state (trial, n_states) that a step made, as it shall be inside the window."""
        return state

    def rates(self, config: Cell, rates: np.ndarray) -> np.ndarray:
        """The rates (..., n_units) reported inside the window."""
        return rates


@dataclass(frozen=True)
class Lesion(Intervention):
    """Units that are gone: they drive nothing, read out nothing, and their own state and rate are zero.

    Between ``start`` and ``stop`` the units' outgoing weights count as zero and their states are held at zero; after
    ``stop`` they take part again, starting from there. A lesion of the whole trial equals a network without those
    units.

    Example:
        >>> Lesion(units=(3, 7), start=500).window(n_steps=200, dt=10)
        (50, 200)
    """

    units: tuple[int, ...] = quantity(low=0, help="which units, counted from 0")

    def check_network(self, config: Cell) -> None:
        for i, unit in enumerate(self.units):
            if unit >= config.n_units:
                problem = f"{unit} is not a unit of a network of {config.n_units}"
                raise self.refuse(f"units[{i}]", problem, remedy=f"give 0 to {config.n_units - 1}")

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        kept = _kept(self.units, config.n_units)
        return dict(p) | {"W_rec": p["W_rec"] * kept, "W_out": p["W_out"] * kept}

    def hold(self, config: Cell, state: np.ndarray) -> np.ndarray:
        return np.where(np.tile(_kept(self.units, config.n_units), config.n_states // config.n_units), state, 0.0)

    def rates(self, config: Cell, rates: np.ndarray) -> np.ndarray:
        return np.where(_kept(self.units, config.n_units), rates, 0.0)


def _kept(units: Sequence[int], n_units: int) -> np.ndarray:
    kept = np.ones(n_units, dtype=bool)
    kept[list(units)] = False
    return kept


AnyIntervention: TypeAlias = Lesion
"""What a description may name."""


@dataclass(frozen=True)
class Segment:
    """Steps ``start`` to ``stop`` in which the same interventions are in force."""

    start: int
    stop: int
    active: tuple[Intervention, ...]

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        """All active edits, in the order given."""
        for intervention in self.active:
            p = intervention.parameters(config, p)
        return p

    def hold(self, config: Cell, state: np.ndarray) -> np.ndarray:
        """All active holds, in the order given."""
        for intervention in self.active:
            state = intervention.hold(config, state)
        return state

    def rates(self, config: Cell, rates: np.ndarray) -> np.ndarray:
        """All active effects on what is reported, in the order given."""
        for intervention in self.active:
            rates = intervention.rates(config, rates)
        return rates


def segments(interventions: Sequence[Intervention], n_steps: int, dt: float) -> list[Segment]:
    """The trial cut where an intervention begins or ends."""
    windows = [(intervention, *intervention.window(n_steps, dt)) for intervention in interventions]
    edges = sorted({0, n_steps, *(edge for _, start, stop in windows for edge in (start, stop))})
    return [
        Segment(a, b, tuple(i for i, start, stop in windows if start <= a and b <= stop)) for a, b in pairwise(edges)
    ]
