"""Signals that follow a level: held, ramped, oscillating."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import quantity
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import gather
from rnnlab.tasks.signals.base import Place, Signal


@dataclass(frozen=True)
class Hold(Signal):
    """A level, gain · level + offset: a stimulus of some strength, a cue, a target.

    ``level`` is a number or a factor. A frequency f coded as 0.4 + 0.8 (f - 10) / 24, for one, is
    ``Hold("f", gain=0.8 / 24, offset=0.4 - 8 / 24)``.
    """

    level: float | str = names("factor", 1.0, help="A number or a factor.")
    gain: float = quantity(1.0, help="What the level is multiplied by.")
    offset: float = quantity(0.0, help="What is added.")

    steady = True

    def values(self, place: Place) -> NDArray[np.floating]:
        level = place.level(self.level)
        plain = self.gain == 1 and self.offset == 0
        return np.asarray(level if plain else self.gain * level + self.offset)

    def alike(self) -> Hashable:
        return self


@dataclass(frozen=True)
class Sequence(Signal):
    """One level after another: the k-th (from 0) is there for ``length`` ms from first + k · every on, in ms from the
    start of the epoch. In between and after the last it is 0.
    """

    levels: tuple[float | str, ...] = names("factor", start=(1.0,), help="Numbers or factors.")
    every: float = quantity(400.0, unit="ms", above=0, soft=(0, 2000), step=10, help="Time from one onset to the next.")
    length: float = quantity(100.0, unit="ms", above=0, soft=(0, 1000), step=10, help="How long each level lasts.")
    first: float = quantity(0.0, unit="ms", low=0, soft=(0, 1000), step=10, help="Time before the first.")

    needs_a_step = ("length",)

    def check(self) -> None:
        if not self.levels:
            raise self.refuse("levels", "nothing to show", remedy="give at least one level")
        if self.length > self.every:
            problem = f"{self.length:g} ms is more than the {self.every:g} ms from one onset to the next"
            raise self.refuse("length", problem, remedy=f"give at most {self.every:g} ms")

    def values(self, place: Place) -> NDArray[np.floating]:
        # Half a step in: what a step shows is what goes on in its middle.
        since = place.elapsed() + place.scene.dt / 2 - self.first
        which = np.floor(since / self.every).astype(np.intp)
        shown = (which >= 0) & (which < len(self.levels)) & (since - which * self.every < self.length)
        table = np.stack(
            [np.broadcast_to(place.level(level), (place.scene.n_trials, 1))[:, 0] for level in self.levels], axis=1
        )
        return np.where(shown, gather(table, np.where(shown, which, 0)), 0.0)

    def holds_for(self, task: object) -> float:
        return min(self.length, self.every - self.length) or self.length


@dataclass(frozen=True)
class Ramp(Signal):
    """A straight line from ``start`` at the beginning of each epoch to ``end`` at its end."""

    start: float | str = names("factor", 0.0, help="Level at the beginning: a number or a factor.")
    end: float | str = names("factor", 1.0, help="Level at the end: a number or a factor.")

    def values(self, place: Place) -> NDArray[np.floating]:
        part = place.elapsed() / np.maximum(place.duration(), place.scene.dt)
        return place.level(self.start) * (1 - part) + place.level(self.end) * part

    def holds_for(self, task: object) -> float:
        return 0.0


@dataclass(frozen=True)
class Sine(Signal):
    """amplitude · sin(2π t / period + phase), t in ms from the start of the epoch."""

    period: float | str = names("factor", unit="ms", start=500.0, help="Milliseconds: a number or a factor.")
    amplitude: float | str = names("factor", 1.0, help="A number or a factor.")
    phase: float | str = names("factor", 0.0, unit="rad", help="Radians: a number or a factor.")

    def check(self) -> None:
        if not isinstance(self.period, str) and self.period <= 0:
            raise self.refuse("period", f"{self.period:g} ms is no period", remedy="give more than 0 ms")

    def values(self, place: Place) -> NDArray[np.floating]:
        angle = 2 * math.pi * place.elapsed() / place.level(self.period) + place.level(self.phase)
        return place.level(self.amplitude) * np.sin(angle)

    def holds_for(self, task: object) -> float:
        return 0.0
