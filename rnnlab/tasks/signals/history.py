"""Targets that depend on what an input has shown so far. They look at the input without its noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import quantity
from rnnlab.tasks.references import names
from rnnlab.tasks.signals.base import Place, Signal
from rnnlab.tasks.signals.pulses import PulseTrain

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task


@dataclass(frozen=True)
class LastPulse(Signal):
    """The last value other than 0 that the input ``channel`` has shown, from that step on; 0 before the first.

    What a flip-flop has to remember.
    """

    channel: str = names("input", help="The input channel.")

    def values(self, place: Place) -> NDArray[np.floating]:
        seen = place.scene.clean[self.channel]
        latest = np.maximum.accumulate(np.where(seen != 0, place.scene.steps, -1), axis=1)
        values = np.take_along_axis(seen, np.maximum(latest, 0), axis=1)
        return np.where(latest >= 0, values, 0.0)

    def holds_for(self, task: Task) -> float:
        channel = next(c for c in task.inputs if c.name == self.channel)
        return min((s.refractory for s in channel.signals if isinstance(s, PulseTrain)), default=float("inf"))


@dataclass(frozen=True)
class RunningSum(Signal):
    """gain · ∫ of the input ``channel`` over time (seconds) from the start of the trial: what an integrator reports."""

    channel: str = names("input", help="The input channel.")
    gain: float = quantity(1.0, unit="1/s", help="What the integral is multiplied by.")

    def values(self, place: Place) -> NDArray[np.floating]:
        seconds = place.scene.dt / 1000
        return self.gain * seconds * np.cumsum(place.scene.clean[self.channel], axis=1, dtype=np.float64)

    def holds_for(self, task: object) -> float:
        return 0.0
