"""Schedules: a factor for each update, by which the learning rate (or the noise) of a training is multiplied.

Each is a pure function of the update and of what was measured before it, so a training that goes on at update 700 has
the factor that the uninterrupted one had there. None depends on how long the training is to be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rnnlab.spec import Spec, quantity


def _span(help: str) -> int:
    return quantity(1000, low=1, soft=(100, 5000), step=100, unit="updates", help=help)


@dataclass(frozen=True)
class Schedule(Spec):
    """Base of the kinds."""

    warmup: int = field(
        default=0,
        kw_only=True,
        metadata={"low": 0, "soft": (0, 500), "unit": "updates", "help": "updates over which the factor rises from 0"},
    )

    def factor(self, update: int, losses: Sequence[float] = ()) -> float:
        """The factor of the update that follows ``update`` done ones.

        Args:
            update: updates done, from 0.
            losses: the validation losses measured so far.
        """
        rise = min(1.0, (update + 1) / self.warmup) if self.warmup else 1.0
        return rise * self.course(update, losses)

    def course(self, update: int, losses: Sequence[float]) -> float:
        """`factor` without the warm-up."""
        raise NotImplementedError


@dataclass(frozen=True)
class Steady(Schedule):
    """Always 1."""

    def course(self, update: int, losses: Sequence[float]) -> float:
        return 1.0


@dataclass(frozen=True)
class Ramp(Schedule):
    """From ``start`` to ``end`` in a straight line over ``updates``, and ``end`` from then on."""

    start: float = quantity(1.0, low=0, soft=(0, 1), step=0.05, help="factor of the first update")
    end: float = quantity(0.0, low=0, soft=(0, 1), step=0.05, help="factor after the last")
    updates: int = _span("length of the line")

    def course(self, update: int, losses: Sequence[float]) -> float:
        done = min(update / self.updates, 1.0)
        return self.start + (self.end - self.start) * done


@dataclass(frozen=True)
class Exponential(Schedule):
    """Half as much after every ``half_life`` updates, smoothly, but never less than ``lowest``."""

    half_life: float = quantity(1000.0, above=0, soft=(100, 5000), step=100, unit="updates", help="updates to one half")
    lowest: float = quantity(0.0, low=0, high=1, soft=(0, 1), step=0.01, help="where it stays")

    def course(self, update: int, losses: Sequence[float]) -> float:
        return max(0.5 ** (update / self.half_life), self.lowest)


@dataclass(frozen=True)
class Steps(Schedule):
    """Multiplied by ``by`` after every ``every`` updates."""

    every: int = _span("updates between two steps")
    by: float = quantity(0.5, above=0, high=1, soft=(0.1, 1), step=0.05, help="what each step multiplies by")

    def course(self, update: int, losses: Sequence[float]) -> float:
        return self.by ** (update // self.every)


@dataclass(frozen=True)
class Cosine(Schedule):
    """From 1 to ``lowest`` along half a cosine over ``updates``, and ``lowest`` from then on."""

    updates: int = _span("length of the half cosine")
    lowest: float = quantity(0.0, low=0, high=1, soft=(0, 1), step=0.01, help="where it stays")

    def course(self, update: int, losses: Sequence[float]) -> float:
        done = min(update / self.updates, 1.0)
        return self.lowest + (1.0 - self.lowest) * 0.5 * (1.0 + math.cos(math.pi * done))


@dataclass(frozen=True)
class OnPlateau(Schedule):
    """Multiplied by ``by`` once more than ``patience`` evaluations in a row have not lowered the validation loss.

    It counts as lowered where it is ``least`` (a share) below the lowest before.
    """

    patience: int = quantity(5, low=0, soft=(0, 20), step=1, unit="evaluations", help="evaluations without progress")
    by: float = quantity(0.5, above=0, high=1, soft=(0.1, 1), step=0.05, help="what each step multiplies by")
    least: float = quantity(1e-4, low=0, high=1, soft=(0, 0.1), help="share of the lowest loss that counts as progress")
    lowest: float = quantity(0.0, low=0, high=1, soft=(0, 1), step=0.01, help="where it stays")

    def course(self, update: int, losses: Sequence[float]) -> float:
        factor, best, waited = 1.0, math.inf, 0
        for loss in losses:
            better = loss < best * (1.0 - self.least)
            best, waited = (loss, 0) if better else (best, waited + 1)
            if waited > self.patience:
                factor, waited = max(factor * self.by, self.lowest), 0
        return factor


AnySchedule: TypeAlias = Steady | Ramp | Exponential | Steps | Cosine | OnPlateau
"""Every schedule that a file may name."""
