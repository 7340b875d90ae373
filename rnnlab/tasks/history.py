"""Factors that depend on earlier trials: the answer before this one, a side that tends to stay.

The trials of a batch are in order: trial i comes after trial i - 1. Before the first come some that are drawn like all
others and never shown, so that no trial differs from the rest by being the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rnnlab.spec import quantity
from rnnlab.tasks.derived import Derived, Support
from rnnlab.tasks.draws import Choice, Draw, Floats
from rnnlab.tasks.references import names


@dataclass(frozen=True)
class Previous(Derived):
    """The value that factor ``of`` had ``back`` trials ago: the choice before, or the one before that.

    >>> Previous("side").derive({"side": np.array([5.0, 6.0, 7.0])})  # nothing is known of the first
    array([5., 5., 6.])
    """

    of: str = names("factor", help="The factor whose earlier value this is.")
    back: int = quantity(1, low=1, high=20, help="How many trials ago.")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        """From the values in consecutive trials; those of the first ``back`` stand for themselves."""
        values = factors[self.of]
        return np.concatenate([values[: self.back], values[: -self.back]])

    def support(self, supports: Mapping[str, Support]) -> Support:
        return supports[self.of]


@dataclass(frozen=True)
class Markov(Draw):
    """One of ``values``: that of the trial before with probability ``repeat``, else another, all others equally likely.

    So stimuli repeat or alternate more often than by chance, and blocks of trials last geometrically long. In the long
    run all values are equally frequent. A factor as ``repeat`` makes blocks in which repetition or alternation is the
    rule (Hermoso-Mendizabal et al. 2020, Nature Communications 11).

    >>> Markov((0, 1), repeat=1.0).walk(np.array([0.7, 0.2, 0.9]), np.array([]))
    array([1., 1., 1.])
    """

    values: tuple[float, ...] = field(metadata={"help": "What it can be, all different.", "start": (0.0, 1.0)})
    repeat: float | str = field(
        default=0.8,
        metadata={
            "refers": "factor",
            "low": 0,
            "high": 1,
            "soft": (0, 1),
            "step": 0.05,
            "help": "Probability that the value of the trial before comes again: a number or a factor.",
        },
    )

    def check(self) -> None:
        if len(self.values) < 2:
            raise self.refuse("values", f"{len(self.values)} to choose from", remedy="give at least two values")
        if len(set(self.values)) < len(self.values):
            raise self.refuse("values", "one comes twice", remedy="give every value once")

    def check_sources(self, supports: Mapping[str, Support]) -> None:
        """Raise `SpecError` where ``repeat`` is a factor that may be no probability."""
        if not isinstance(self.repeat, str):
            return
        known = supports[self.repeat]
        if known is None or not all(0 <= value <= 1 for value in known):
            can_be = "any value" if known is None else f"{next(v for v in known if not 0 <= v <= 1):g}"
            problem = f"{self.repeat!r} can be {can_be}, which is no probability"
            raise self.refuse("repeat", problem, remedy="name a factor with finitely many values from 0 to 1")

    def inverse(self, u: Floats) -> Floats:
        return self.alone.inverse(u)

    @property
    def bounds(self) -> tuple[float, float]:
        return self.alone.bounds

    @property
    def support(self) -> tuple[float, ...]:
        return self.alone.support

    @property
    def alone(self) -> Choice:
        """What it is in a trial of which the others are not known."""
        return Choice(self.values)

    def sample(self, rng: np.random.Generator, n_trials: int) -> Floats:
        return self.walk(rng.random(n_trials), np.empty(0))

    def walk(self, u: Floats, before: Floats, repeat: Floats | float | None = None) -> Floats:
        """Values of consecutive trials.

        Args:
            u: uniform variates, (trial,): the first says what the first trial is, each other one how it differs from
                the one before.
            before: for the trials before these, the latest first, how the one after each differs from it, (earlier,).
            repeat: the probability in each of all these trials, in their order; None: as the number says.

        Returns:
            (earlier + trial,), in order. A walk of independent steps around a ring has all places equally likely at all
            times, so that it may be begun anywhere and followed both ways.
        """
        n, n_before = len(self.values), len(before)
        stays = np.broadcast_to(np.asarray(self.repeat if repeat is None else repeat, float), (n_before + len(u),))[1:]
        moves = np.concatenate([before[::-1], u[1:]])
        with np.errstate(divide="ignore", invalid="ignore"):
            other = np.floor((moves - stays) / (1 - stays) * (n - 1))
        steps = np.where(moves < stays, 0.0, 1 + np.minimum(other, n - 2))
        places = np.concatenate([[0.0], np.cumsum(steps)])
        places += np.floor(u[0] * n) - places[n_before]
        return np.array(self.values)[np.mod(places, n).astype(np.intp)]
