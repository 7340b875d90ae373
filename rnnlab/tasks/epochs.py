"""Epochs: the named stretches of a trial, one after another."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.spec import Spec, quantity
from rnnlab.tasks.draws import Choice, Constant, Draw, TruncatedExponential, TruncatedNormal, Uniform


@dataclass(frozen=True)
class Remainder(Spec):
    """Whatever the other epochs leave of a trial of ``total`` ms, so that all trials are equally long."""

    total: float = quantity(unit="ms", above=0, help="Length of the whole trial.")


Duration = Constant | Uniform | Choice | TruncatedExponential | TruncatedNormal | Remainder
"""Every way in which an epoch can last (milliseconds)."""


@dataclass(frozen=True)
class Epoch(Spec):
    """One stretch of a trial.

    Attributes:
        name: what it is called in signals, on the screen and in `Batch.epochs`.
        duration: how long it lasts, in ms: a fixed time, a draw made anew for every trial, or the remainder.
        scored: whether the network is trained and judged here.
        grace: ms at its start which are not judged even so.
        weight: how much a step of it counts in the loss.
    """

    name: str
    duration: Duration
    scored: bool = False
    grace: float = quantity(0.0, unit="ms", low=0, help="Time at the start of the epoch that is not judged.")
    weight: float = quantity(1.0, above=0, help="How much a step of this epoch counts in the loss.")

    def check(self) -> None:
        if isinstance(self.duration, Draw):
            self._check_draw(self.duration)
        if self.grace and not self.scored:
            raise self.refuse(
                "grace", f"{self.grace:g} ms of an epoch that is not scored", remedy="set scored or drop it"
            )

    def _check_draw(self, draw: Draw) -> None:
        low, high = draw.bounds
        if low < 0:
            raise self.refuse("duration", f"can come out as {low:g} ms", remedy="give durations of at least 0 ms")
        if isinstance(draw, Constant) and high == 0:
            raise self.refuse("duration", "lasts 0 ms", remedy="give a duration or remove the epoch")
        if self.scored and low <= self.grace:
            raise self.refuse(
                "duration",
                f"can come out as {low:g} ms, which leaves no judged time after a grace of {self.grace:g} ms",
                remedy=f"make the shortest duration more than {self.grace:g} ms",
            )
