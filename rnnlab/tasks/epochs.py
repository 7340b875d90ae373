"""Epochs: the named stretches of a trial, one after another."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from rnnlab.spec import Spec, quantity
from rnnlab.tasks.draws import Choice, Constant, Draw, TruncatedExponential, TruncatedNormal, Uniform
from rnnlab.tasks.references import names


@dataclass(frozen=True)
class Remainder(Spec):
    """Whatever the other epochs leave of a trial of ``total`` ms, so that all trials are equally long."""

    elsewhere: ClassVar[dict[str, str]] = {
        "Normal": "a duration is bounded: give TruncatedNormal",
        "Exponential": "a duration is bounded: give TruncatedExponential",
        "Markov": "a duration does not depend on the trial before: give Choice",
    }

    not_a_name: ClassVar[str] = (
        "durations are drawn and cannot be factors: give a draw, or an epoch for each duration with `when`"
    )

    total: float = quantity(
        unit="ms", above=0, soft=(0, 5000), step=50, start=2000.0, help="Length of the whole trial."
    )


@dataclass(frozen=True)
class Until(Spec):
    """Up to a time drawn between ``low`` and ``high`` ms from the start of the trial, whatever came before.

    So is the onset of what follows jittered around a fixed time, without moving what comes later.
    """

    low: float = quantity(unit="ms", low=0, soft=(0, 5000), step=50, start=500.0, help="The earliest end.")
    high: float = quantity(unit="ms", above=0, soft=(0, 5000), step=50, start=1000.0, help="The latest end.")

    def check(self) -> None:
        if self.low > self.high:
            raise self.refuse("low", f"{self.low:g} is more than high = {self.high:g}", remedy="give low <= high")


Duration = Constant | Uniform | Choice | TruncatedExponential | TruncatedNormal | Until | Remainder
"""Every way in which an epoch can last (milliseconds)."""


@dataclass(frozen=True)
class Epoch(Spec):
    """One stretch of a trial.

    Attributes:
        name: what it is called in signals, on the screen and in `Batch.epochs`.
        duration: how long it lasts, in ms: a fixed time, a draw made anew for every trial, or the remainder.
        scored: whether the network is trained and judged here.
        grace: ms at its start which are not judged even so.
        weight: how much a step of it counts in the loss: a number, or a factor that is always above 0.
        when: a factor; the epoch is skipped in trials in which that is 0. None named: it is in all trials.
        shared: whether all trials of a batch share one draw of the duration (or, with `Until`, of the end).
    """

    name: str = dataclasses.field(
        metadata={"help": "What it is called. Random durations go by it: another name deals other ones."}
    )
    duration: Duration = dataclasses.field(
        metadata={
            "unit": "ms",
            "soft": (0, 2000),
            "step": 10,
            "start": Constant(500),
            "help": "How long it lasts.",
        }
    )
    scored: bool = dataclasses.field(
        default=False, metadata={"help": "Whether the network is trained and judged in this epoch."}
    )
    grace: float = quantity(
        0.0, unit="ms", low=0, soft=(0, 500), step=10, help="Time at the start of the epoch that is not judged."
    )
    weight: float | str = dataclasses.field(
        default=1.0,
        metadata={"above": 0, "refers": "factor", "help": "How much a step counts in the loss: a number or a factor."},
    )
    when: str = names("factor", "", empty="all trials", help="A factor that must not be 0 for the epoch to be there.")
    shared: bool = dataclasses.field(
        default=False, metadata={"help": "Whether it lasts equally long in all trials of a batch."}
    )

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
