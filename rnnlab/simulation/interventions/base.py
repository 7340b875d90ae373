"""`Intervention`: what all kinds have in common: a window of time, some trials, and the places where they may act.

A kind overrides what it acts on: the inputs (`edit_inputs`), the parameters of a step (`parameters`), what is added to
the state a step made (`push`), that state itself (`holder`), the rates that are reported (`rates`). All are pure: what
is given is not changed, but for the state that a holder is asked to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Self, TypeAlias

import numpy as np

from rnnlab.networks import Cell, Network, Parameters
from rnnlab.normals import fill_table_normals
from rnnlab.runs.streams import stream
from rnnlab.spec import Spec, quantity

Holder: TypeAlias = Callable[[np.ndarray], None]
"""Changes a state (trial, n_states) in place."""

INPUTS, WEIGHTS, PUSHES, CLAMPS, LESIONS = range(5)
"""Ranks: the order in which kinds act, whatever order they are given in."""


@dataclass(frozen=True, eq=False)
class Span:
    """Time steps of some trials of a batch.

    Attributes:
        start, stop: first step, and the first after the last.
        rows: which trials of the batch, in the order of the arrays at hand.
        n_trials: how many the whole batch has.
        seed: of the simulation's noise, or None.
    """

    start: int
    stop: int
    rows: np.ndarray
    n_trials: int
    seed: int | None

    def normals(self, purpose: str, seed: int, width: int) -> np.ndarray:
        """Standard normals (time, trial, width), a pure function of purpose, both seeds, step and trial."""
        step = np.empty((self.n_trials, width))
        purpose = f"{purpose}-{self.seed}"
        steps = range(self.start, self.stop)
        return np.stack([fill_table_normals(stream(seed, purpose, t), step)[self.rows] for t in steps])


@dataclass(frozen=True, kw_only=True)
class Intervention(Spec):
    """Base of the kinds: in force from ``start`` until just before ``stop``, rounded to steps, on the chosen trials."""

    rank: ClassVar[int]

    start: float | None = quantity(
        None, unit="ms", low=0, empty="the trial's start", help="when it begins; nothing: at the trial's start"
    )
    stop: float | None = quantity(
        None, unit="ms", above=0, empty="the trial's end", help="when it ends; nothing: at the trial's end"
    )
    trials: tuple[int, ...] | None = quantity(
        None, low=0, empty="all trials", help="on which trials, counted from 0; nothing: on all"
    )

    def check(self) -> None:
        if self.stop is not None and self.stop <= (self.start or 0.0):
            problem = f"{self.stop:g} ms is not after the start at {self.start or 0:g} ms"
            raise self.refuse("stop", problem, remedy="give a later stop")

    def check_network(self, network: Network) -> None:
        """Raise `SpecError` where this cannot be done to such a network."""

    def check_batch(self, n_trials: int, dt: float) -> None:
        """Raise `SpecError` where a trial is not there, or the window holds no time step."""
        for i, trial in enumerate(self.trials or ()):
            if trial >= n_trials:
                problem = f"{trial} is not a trial of a batch of {n_trials}"
                raise self.refuse(f"trials[{i}]", problem, remedy=f"give 0 to {n_trials - 1}")
        if self.stop is not None and round(self.stop / dt) <= round((self.start or 0.0) / dt):
            problem = f"from {self.start or 0:g} to {self.stop:g} ms there is no step of {dt:g} ms"
            raise self.refuse("stop", problem, remedy="give a longer window, or simulate at a smaller dt")

    # ----------------------------------------------------------------------------------------------- when and where

    def window(self, n_steps: int, dt: float) -> tuple[int, int]:
        """First step it is in force, and first step it no longer is."""
        start = 0 if self.start is None else round(self.start / dt)
        stop = n_steps if self.stop is None else round(self.stop / dt)
        return min(start, n_steps), min(stop, n_steps)

    def pieces(self, dt: float) -> Iterable[Intervention]:
        """What it comes to, one after the other, where it changes while it is in force."""
        return (self,)

    def chosen(self, rows: np.ndarray) -> np.ndarray:
        """Which of some trials it is done to, booleans."""
        return np.ones(len(rows), dtype=bool) if self.trials is None else np.isin(rows, self.trials)

    def among(self, rows: np.ndarray) -> Self:
        """The same for a batch made of those trials only."""
        if self.trials is None:
            return self
        return self.replace(trials=tuple(np.flatnonzero(self.chosen(rows)).tolist()))

    # ------------------------------------------------------------------------------------------------- what it does

    def edit_inputs(self, config: Cell, inputs: np.ndarray, first: int, span: Span) -> np.ndarray:
        """Inputs (time, trial, channel) as they shall be in ``span``; ``first`` is the first step of the window."""
        return inputs

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        """The parameters in force inside the window."""
        return p

    def push(self, config: Cell, span: Span) -> np.ndarray | None:
        """What is added to the states that steps make; broadcasts to (time, trial, n_states)."""
        return None

    def holder(self, config: Cell) -> Holder | None:
        """What is done to each state that a step made, in place."""
        return None

    def rates(self, config: Cell, rates: np.ndarray) -> np.ndarray:
        """The rates (..., n_units) reported inside the window."""
        return rates
