"""What ends a training before its updates are done: budgets of trials and seconds, and rules about its evaluations.

Rules look at the evaluations made so far and at nothing else, so a run that was stopped and goes on ends where the
uninterrupted one does. Only a budget of seconds depends on the machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from rnnlab.runs.history import Floats, History
from rnnlab.spec import Spec, quantity


def _last(default: int, help: str) -> int:
    return quantity(default, low=1, soft=(1, 20), step=1, unit="evaluations", help=help)


@dataclass(frozen=True)
class Stop(Spec):
    """Base of the kinds. ``reason`` is what `rnnlab.events.Finished` calls it."""

    reason: ClassVar[str] = ""

    def reached(self, history: History) -> bool:
        """Whether a training ends at the last evaluation of ``history``."""
        return False


@dataclass(frozen=True)
class AccuracyReached(Stop):
    """The mean accuracy over the last evaluations is at least ``level``."""

    reason: ClassVar[str] = "accuracy"

    level: float = quantity(0.95, low=0, high=1, soft=(0.5, 1), step=0.01, help="share of correct validation trials")
    last: int = _last(1, help="evaluations that the mean is over")
    of: Literal["all", "worst"] = "all"
    """Whether all validation trials count, or those of the condition in which the fewest are correct."""

    def reached(self, history: History) -> bool:
        found = history.accuracies if self.of == "all" else history.worst_accuracies
        return len(found) >= self.last and float(found[-self.last :].mean()) >= self.level


@dataclass(frozen=True)
class LossReached(Stop):
    """The mean validation loss over the last evaluations is at most ``level``."""

    reason: ClassVar[str] = "loss"

    level: float = quantity(0.01, low=0, soft=(0, 0.5), step=0.01, help="validation loss")
    last: int = _last(1, help="evaluations that the mean is over")

    def reached(self, history: History) -> bool:
        found = history.validation_losses
        return len(found) >= self.last and float(found[-self.last :].mean()) <= self.level


@dataclass(frozen=True)
class Patience(Stop):
    """So many evaluations in a row were none better than the best before, by more than ``least``."""

    reason: ClassVar[str] = "patience"

    evaluations: int = _last(20, help="evaluations without progress")
    of: Literal["loss", "accuracy"] = "loss"
    least: float = quantity(0.0, low=0, soft=(0, 0.1), help="what counts as progress")

    def reached(self, history: History) -> bool:
        costs: Floats = history.validation_losses if self.of == "loss" else -history.accuracies
        best, waited = math.inf, 0
        for cost in costs:
            best, waited = (float(cost), 0) if cost < best - self.least else (best, waited + 1)
        return waited >= self.evaluations


@dataclass(frozen=True)
class Plateau(Stop):
    """The validation loss of the last evaluations varies by less than ``change``, as a share of their mean."""

    reason: ClassVar[str] = "plateau"

    evaluations: int = quantity(10, low=2, soft=(2, 50), step=1, unit="evaluations", help="evaluations looked at")
    change: float = quantity(0.01, low=0, soft=(0, 0.1), step=0.01, help="(highest - lowest) / mean")

    def reached(self, history: History) -> bool:
        losses = history.validation_losses[-self.evaluations :]
        return len(losses) == self.evaluations and float(np.ptp(losses)) < self.change * float(losses.mean())


@dataclass(frozen=True)
class TrialBudget(Stop):
    """So many trials were seen: after the first update that makes them so many or more."""

    reason: ClassVar[str] = "trials"

    trials: int = quantity(100_000, low=0, soft=(1000, 1_000_000), step=1000, unit="trials", help="trials to train on")


@dataclass(frozen=True)
class TimeBudget(Stop):
    """So many seconds were spent training, pauses excluded. Where that is depends on the machine."""

    reason: ClassVar[str] = "seconds"

    seconds: float = quantity(120.0, low=0, soft=(10, 3600), step=10, unit="s", help="time to train for")


AnyStop: TypeAlias = AccuracyReached | LossReached | Patience | Plateau | TrialBudget | TimeBudget
"""Every way to stop that a file may name."""
