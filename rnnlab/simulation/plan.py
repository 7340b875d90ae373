"""Interventions laid out over the trial: what is in force when, and on which trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise

import numpy as np

from rnnlab.networks import Cell, Parameters
from rnnlab.simulation.interventions.base import CLAMPS, INPUTS, Holder, Intervention, Span


@dataclass(frozen=True)
class Force:
    """Interventions in force together, in the order in which they act."""

    active: tuple[Intervention, ...]

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        """All edits in order; what holds a unit comes after, the strongest first: it leaves the weaker nothing."""
        edits = [i for i in self.active if i.rank < CLAMPS]
        holds = [i for i in self.active if i.rank >= CLAMPS]
        for intervention in [*edits, *reversed(holds)]:
            p = intervention.parameters(config, p)
        return p

    def push(self, config: Cell, span: Span) -> np.ndarray | None:
        """The sum of all pushes, broadcast to (time, trial, n_states)."""
        pushes = [push for i in self.active if (push := i.push(config, span)) is not None]
        if not pushes:
            return None
        shape = (span.stop - span.start, len(span.rows), config.n_states)
        return np.broadcast_to(sum(pushes[1:], pushes[0]), shape)

    def holder(self, config: Cell) -> Holder | None:
        """All holders, one after the other."""
        holders = [holder for i in self.active if (holder := i.holder(config)) is not None]
        if not holders:
            return None

        def hold(state: np.ndarray) -> None:
            for holder in holders:
                holder(state)

        return hold

    def rates(self, config: Cell, rates: np.ndarray) -> np.ndarray:
        """All effects on what is reported, in order."""
        for intervention in self.active:
            rates = intervention.rates(config, rates)
        return rates


@dataclass(frozen=True)
class Segment:
    """Steps ``start`` to ``stop`` in which the same interventions are in force."""

    start: int
    stop: int
    active: tuple[Intervention, ...]

    def forces(self, rows: np.ndarray) -> list[tuple[np.ndarray, Force]]:
        """What is in force on which of some trials, as indices into ``rows``; the fewest interventions first."""
        if all(i.trials is None for i in self.active):
            return [(np.arange(len(rows)), Force(self.active))]
        chosen = np.stack([i.chosen(rows) for i in self.active], axis=1)
        patterns, of_row = np.unique(chosen, axis=0, return_inverse=True)
        forces = [
            (np.flatnonzero(of_row.reshape(-1) == k), Force(tuple(compress(self.active, pattern))))
            for k, pattern in enumerate(patterns)
        ]
        return sorted(forces, key=lambda force: len(force[1].active))


def in_order(interventions: Sequence[Intervention]) -> list[Intervention]:
    """By rank, and among those of one rank as given."""
    return sorted(interventions, key=lambda intervention: intervention.rank)


def segments(interventions: Sequence[Intervention], stop: int, dt: float, start: int = 0) -> list[Segment]:
    """The steps from ``start`` to ``stop`` cut where an intervention begins or ends. Those on inputs are left out."""
    acting = [i for i in in_order(interventions) if i.rank != INPUTS]
    windows = [(piece, *piece.window(stop, dt)) for i in acting for piece in i.pieces(dt)]
    cuts = {edge for _, begins, ends in windows for edge in (begins, ends) if start < edge < stop}
    edges = sorted({start, stop} | cuts)
    return [
        Segment(a, b, tuple(i for i, begins, ends in windows if begins <= a and b <= ends)) for a, b in pairwise(edges)
    ]


def reported_rates(
    config: Cell, p: Parameters, states: np.ndarray, interventions: Sequence[Intervention], start: int = 0
) -> np.ndarray:
    """What units send, (time, trial, n_units), in states (time, trial, n_states) after step ``start`` and those
    that follow."""
    rates, everyone = config.rates(p, states), np.arange(states.shape[1])
    for segment in segments(interventions, start + len(states), config.dt, start):
        for rows, force in segment.forces(everyone) if segment.active else ():
            rates = rates.copy() if np.shares_memory(rates, states) else rates
            here = np.ix_(np.arange(segment.start, segment.stop) - start, rows)
            rates[here] = force.rates(config, rates[here])
    return rates


def edited_inputs(interventions: Sequence[Intervention], config: Cell, inputs: np.ndarray, span: Span) -> np.ndarray:
    """Inputs (time, trial, channel) of a span with all that is done to them; the same array where nothing is."""
    edited = inputs
    for intervention, first, steps, rows in _edits(interventions, config.dt, span):
        edited = edited.copy() if edited is inputs else edited
        here = Span(steps.start, steps.stop, span.rows[rows], span.n_trials, span.seed)
        place = np.ix_(np.arange(steps.start, steps.stop) - span.start, rows)
        edited[place] = intervention.edit_inputs(config, edited[place], first, here)
    return edited


def _edits(
    interventions: Sequence[Intervention], dt: float, span: Span
) -> Iterator[tuple[Intervention, int, slice, np.ndarray]]:
    """Those on inputs that are in force in the span: with the first step of their window, steps and trials."""
    for intervention in interventions:
        first, last = intervention.window(span.stop, dt)
        steps, rows = slice(max(first, span.start), last), np.flatnonzero(intervention.chosen(span.rows))
        if intervention.rank == INPUTS and steps.start < steps.stop and len(rows):
            yield intervention, first, steps, rows
