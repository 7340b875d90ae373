"""Trains of pulses."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import quantity
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import to_steps
from rnnlab.tasks.signals.base import Place, Signal

SLACK, SPARE = 1.3, 6
"""Pulses whose numbers are drawn at once: so many times as many as are likely, and some."""


@dataclass(frozen=True)
class PulseTrain(Signal):
    """Square pulses at random times, from the start of its first epoch to the end of its last.

    From one onset to the next (and from the start to the first) pass ``refractory`` ms and an exponential waiting
    time of mean ``gap`` ms; a pulse lasts ``length`` ms. Signs are random, or all positive. A Poisson process of a rate
    of r pulses in a second has a refractory time close to 0 and a gap of 1000 / r ms.

    Edges are moved to the nearest time step. With ``same_area`` a pulse lasts as many whole steps as are nearest to its
    length, one at least, and is as high as makes up for it: the integral is the same at every time step, and pulses may
    be shorter than a step.
    """

    amplitude: float | str = names("factor", 1.0, help="Height of a pulse: a number or a factor.")
    length: float = quantity(100.0, unit="ms", above=0, soft=(0, 1000), step=10, help="How long a pulse lasts.")
    refractory: float = quantity(
        100.0, unit="ms", above=0, soft=(0, 1000), step=10, help="Least time from one onset to the next."
    )
    gap: float | str = names(
        "factor",
        167.0,
        unit="ms",
        above=0,
        soft=(0, 2000),
        step=10,
        help="Mean of the waiting time on top of it: ms or a factor.",
    )
    signs: Literal["random", "positive"] = field(
        default="random", metadata={"help": "Whether a pulse goes up or down at random, or always up."}
    )
    same_area: bool = field(
        default=False,
        metadata={"help": "Whether pulses have the same area at every time step, and may be shorter than it."},
    )

    needs_a_step = ("length",)

    def check(self) -> None:
        if self.refractory < self.length:
            raise self.refuse(
                "refractory",
                f"{self.refractory:g} ms is shorter than a pulse of {self.length:g} ms, so that pulses would overlap",
                remedy=f"give at least {self.length:g} ms",
            )

    def values(self, place: Place) -> NDArray[np.floating]:
        scene = place.scene
        first, last = self._span(place)
        onsets, signs = self._draw(place, longest=float((last - first).max(initial=0.0)) * scene.dt)
        onsets = onsets + first * scene.dt
        starts, stops = to_steps(onsets, scene.dt), to_steps(onsets + self.length, scene.dt)
        if self.same_area:
            lasting = max(int(to_steps(self.length, scene.dt)), 1)
            stops, signs = starts + lasting, signs * (self.length / (lasting * scene.dt))
        # Else one rounding for both edges: a pulse never runs into the next one.
        starts, stops = np.minimum(starts, scene.n_steps), np.minimum(stops, scene.n_steps)
        return place.level(self.amplitude) * _boxes(starts, stops, signs, scene.n_steps)

    def _span(self, place: Place) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First step and the one after the last, (trial, 1) each."""
        scene = place.scene
        if not self.epochs:
            return np.zeros_like(scene.lengths)[:, None], scene.lengths[:, None]
        edges = [scene.epochs[name] for name in self.epochs]
        return np.min([e[:, :1] for e in edges], axis=0), np.max([e[:, 1:] for e in edges], axis=0)

    def _draw(self, place: Place, longest: float) -> tuple[Floats, Floats]:
        """Onsets in ms from the start and signs, (trial, pulse) each, for as many as could fit."""
        scene = place.scene
        gap = scene.factors[self.gap] if isinstance(self.gap, str) else self.gap
        left = math.floor(longest / self.refractory) + 1
        likely = math.ceil(SLACK * longest / (self.refractory + float(np.min(gap)))) + SPARE
        found: list[Floats] = []
        parts: list[Floats] = []
        last = np.zeros(scene.n_trials)
        # Two rows for each pulse, pulse by pulse: a longer trial only appends, and so does a next part of the numbers.
        # What stands for a generator and makes up a course of pulses has to see all of it, and is asked once.
        while left and last.min() <= longest:
            n = min(left, likely) if isinstance(place.rng, np.random.Generator) else left
            parts.append(place.rng.random((n, 2, scene.n_trials)))
            waits = self.refractory - gap * np.log1p(-parts[-1][:, 0])
            waits[0] += last
            found.append(np.cumsum(waits, axis=0))
            last, left = found[-1][-1], left - n
        onsets = np.concatenate(found)
        n_there = int((onsets.min(axis=1) < longest).sum())  # the others are too late in every trial
        u = np.concatenate([part[:, 1] for part in parts])[:n_there]
        signs = np.where(u < 0.5, -1.0, 1.0) if self.signs == "random" else np.ones_like(u)
        return onsets[:n_there].T, signs.T


@dataclass(frozen=True)
class Blocks(Signal):
    """Levels that jump at random times, each uniform between ``low`` and ``high``.

    A block lasts ``shortest`` ms and an exponential time of mean ``mean - shortest`` on top of it; then comes a gap at
    0 of ``gap`` ms (none by default). Signals that name the same ``source`` go through the same blocks, so that one
    channel can show their positive part and another their negative part (as positive numbers).
    """

    low: float = quantity(-1.0, help="The lowest level.")
    high: float = quantity(1.0, help="The highest level.")
    shortest: float = quantity(100.0, unit="ms", above=0, soft=(0, 1000), step=10, help="The shortest block.")
    mean: float = quantity(220.0, unit="ms", above=0, soft=(0, 2000), step=10, help="Mean length of a block.")
    gap: float = quantity(0.0, unit="ms", low=0, soft=(0, 1000), step=10, help="Time at 0 after each block.")
    part: Literal["all", "positive", "negative"] = field(default="all", metadata={"help": "Which levels are shown."})
    source: str = field(
        default="",
        metadata={"empty": "its own", "help": "Signals that name the same source go through the same blocks."},
    )

    needs_a_step = ("shortest",)

    def check(self) -> None:
        if self.low > self.high:
            raise self.refuse("low", f"{self.low:g} is more than high = {self.high:g}", remedy="give low <= high")
        if self.mean < self.shortest:
            problem = f"{self.mean:g} ms is less than the shortest block of {self.shortest:g} ms"
            raise self.refuse("mean", problem, remedy=f"give at least {self.shortest:g} ms")

    def values(self, place: Place) -> NDArray[np.floating]:
        scene = place.scene
        rng = scene.streams[f"blocks:{self.source}"] if self.source else place.rng
        n_blocks = math.floor(scene.n_steps * scene.dt / (self.shortest + self.gap)) + 1
        u = rng.random((n_blocks, 2, scene.n_trials))  # block by block: a longer trial only appends
        lengths = self.shortest - (self.mean - self.shortest) * np.log1p(-u[:, 0])
        ends = np.cumsum(lengths + self.gap, axis=0) - self.gap
        levels = self.low + (self.high - self.low) * u[:, 1].T
        starts, stops = (np.minimum(to_steps(t.T, scene.dt), scene.n_steps) for t in (ends - lengths, ends))
        shown = _boxes(starts, stops, levels, scene.n_steps)
        if self.part == "all":
            return shown
        return np.maximum(shown if self.part == "positive" else -shown, 0.0)

    def holds_for(self, task: object) -> float:
        return min(self.shortest, self.gap or self.shortest)


def _boxes(starts: NDArray[np.int64], stops: NDArray[np.int64], heights: Floats, n_steps: int) -> NDArray[np.floating]:
    """Sum of boxes, (trial, time), from their edges, (trial, box), clipped to the trial."""
    n_trials = len(starts)
    row = np.arange(n_trials, dtype=np.int64)[:, None] * (n_steps + 1)
    edges = np.concatenate([row + starts, row + stops], axis=1).ravel()
    jumps = np.bincount(edges, np.concatenate([heights, -heights], axis=1).ravel(), n_trials * (n_steps + 1))
    return np.cumsum(jumps.reshape(n_trials, n_steps + 1), axis=1, dtype=np.float64)[:, :-1]
