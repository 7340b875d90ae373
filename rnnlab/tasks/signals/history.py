"""Targets that depend on what an input has shown so far. They look at the input without its noise."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import quantity
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import gather, to_steps
from rnnlab.tasks.signals.base import Place, Signal
from rnnlab.tasks.signals.pulses import PulseTrain
from rnnlab.tasks.signals.ring import Bump

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task


_DECIMALS = 6
"""Of a sum (level times seconds) that is compared; the inputs are numbers of 32 bits."""


@dataclass(frozen=True)
class LastPulse(Signal):
    """The last value other than 0 that the input ``channel`` has shown, from that step on; 0 before the first.

    What a flip-flop has to remember.
    """

    channel: str = names("input", help="The input channel.")

    def values(self, place: Place) -> NDArray[np.floating]:
        seen = place.scene.clean[self.channel]
        latest = np.maximum.accumulate(np.where(seen != 0, place.scene.steps, -1), axis=1)
        values = gather(seen, np.maximum(latest, 0))
        return np.where(latest >= 0, values, 0.0)

    def holds_for(self, task: Task) -> float:
        channel = next(c for c in task.inputs if c.name == self.channel)
        return min((s.refractory for s in channel.signals if isinstance(s, PulseTrain)), default=float("inf"))


@dataclass(frozen=True)
class Delayed(Signal):
    """What the input ``channel`` showed ``by`` ms ago: the n-back, an echo. 0 before there was anything."""

    channel: str = names("input", help="The input channel.")
    by: float = quantity(unit="ms", low=0, soft=(0, 2000), step=10, start=100.0, help="How long ago.")

    def values(self, place: Place) -> NDArray[np.floating]:
        seen = place.scene.clean[self.channel]
        steps = min(int(to_steps(self.by, place.scene.dt)), seen.shape[1])
        late = np.zeros_like(seen)
        late[:, steps:] = seen[:, : seen.shape[1] - steps]
        return late

    def holds_for(self, task: Task) -> float:
        channel = next(c for c in task.inputs if c.name == self.channel)
        return min((signal.holds_for(task) for signal in channel.signals if not signal.noise), default=float("inf"))


@dataclass(frozen=True)
class RunningSum(Signal):
    """gain · ∫ of the input ``channel`` over time (seconds) from the start of the trial: what an integrator reports.

    With ``minus``, that input is subtracted first. With ``rectified``, a negative sum is 0: an output for each sign.
    """

    channel: str = names("input", help="The input channel.")
    gain: float | str = names(
        "factor", 1.0, unit="1/s", help="What the integral is multiplied by: a number or a factor."
    )
    minus: str = names("input", "", empty="nothing", help="An input channel that is subtracted; none: nothing is.")
    rectified: bool = field(default=False, metadata={"help": "Whether a sum below 0 counts as 0."})

    def values(self, place: Place) -> NDArray[np.floating]:
        total = place.level(self.gain) * integral(place, self.channel, self.minus)
        return np.maximum(total, 0.0) if self.rectified else total

    def holds_for(self, task: object) -> float:
        return 0.0


@dataclass(frozen=True)
class ComparedSums(Signal):
    """``level`` where ∫ (channel - minus) over time (seconds) from the start of the trial compares so with ``bound``,
    else ``otherwise``: which side has had more, or whether enough has come.

    Sums are compared to a millionth, so that equal numbers of pulses are equal. What only the epochs after a stimulus
    name is judged by all of it; named earlier, the answer may change with every pulse.
    """

    channel: str = names("input", help="The input channel.")
    operator: Literal[">", ">=", "<", "<="] = field(
        default=">", metadata={"help": "How the integral is compared with the bound."}
    )
    minus: str = names("input", "", empty="nothing", help="An input channel that is subtracted; none: nothing is.")
    bound: float | str = names(
        "factor", 0.0, unit="s", help="What the integral is compared with: a number or a factor."
    )
    level: float | str = names("factor", 1.0, help="What is shown where it is so: a number or a factor.")
    otherwise: float | str = names("factor", 0.0, help="What is shown elsewhere: a number or a factor.")

    def values(self, place: Place) -> NDArray[np.floating]:
        beyond = np.round(integral(place, self.channel, self.minus) - place.level(self.bound), _DECIMALS)
        so = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}[self.operator](beyond, 0.0)
        return np.where(so, place.level(self.level), place.level(self.otherwise))

    def holds_for(self, task: object) -> float:
        return 0.0


@dataclass(frozen=True)
class TurnedBump(Bump):
    """A `Bump` at an angle that turns with the inputs: angle + gain · ∫ (channel - minus) over time (seconds).

    What a compass in the head reports, which sums up the speed of turning.
    """

    channel: str = names("input", "", needed=True, help="The input channel that is the speed.")
    minus: str = names(
        "input", "", empty="nothing", help="An input channel that turns the other way; none: there is none."
    )
    gain: float | str = names(
        "factor", 1.0, unit="rad/s", help="Radians turned in a second at a speed of 1: a number or a factor."
    )

    steady = False

    def check(self) -> None:
        if not self.channel:
            raise self.refuse("channel", "names no input", remedy="name the input that is the speed")

    def alike(self) -> Hashable:
        return None  # a whole trace each, which the processor's cache would not hold

    def several(self, signals: Sequence[Signal], place: Place) -> NDArray[np.floating]:
        return self.values(place)[None]

    def angles(self, place: Place) -> NDArray[np.floating]:
        return super().angles(place) + place.level(self.gain) * integral(place, self.channel, self.minus)

    def holds_for(self, task: object) -> float:
        return 0.0


def integral(place: Place, channel: str, minus: str) -> NDArray[np.floating]:
    """∫ (channel - minus) from the start of the trial to the end of each step, in seconds, (trial, time)."""
    known = place.scene.integrals
    if (channel, minus) not in known:
        shown = place.scene.clean[channel]
        if minus:
            shown = shown - place.scene.clean[minus]
        known[channel, minus] = place.scene.dt / 1000 * np.cumsum(shown, axis=1, dtype=np.float64)
    return known[channel, minus]
