"""One trial of every condition, to look at: catch trials are one condition, whatever else was drawn for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks.batch import Batch
from rnnlab.tasks.conditions import crossed, in_order
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.history import Previous
from rnnlab.tasks.past import by_itself
from rnnlab.tasks.references import references
from rnnlab.tasks.scene import draw_factors
from rnnlab.tasks.streams import Seed, Streams
from rnnlab.tasks.task import Task

MOST = 4096
"""Combinations of factors that are looked through at most."""

POOL = 512
"""Trials among which conditions are sought that no choice brings about: a comparison of two numbers, say."""

FEW = 8
"""Values that a derived factor has at most where they count as conditions."""


@dataclass(frozen=True)
class Exemplars:
    """The conditions of a task that look different.

    Attributes:
        task: the task.
        dealt: name of a drawn factor -> its value in each condition, (condition,).
        seed: of everything else in the trials.
    """

    task: Task
    dealt: dict[str, Floats]
    seed: Seed

    def __len__(self) -> int:
        return len(next(iter(self.dealt.values()), ()))

    def sample(self, first: int, n_trials: int, dt: float, noise: bool = True) -> Batch:
        """A trial of each of ``n_trials`` conditions from the ``first`` on (fewer at the end), in their order."""
        dealt = {name: values[first : first + n_trials] for name, values in self.dealt.items()}
        n_there = len(next(iter(dealt.values())))
        return self.task.drawn_from(Streams(self.seed), n_there, dt, noise=noise, dealt=dealt)


def exemplars(task: Task, seed: Seed = 0) -> Exemplars | None:
    """One trial of each condition: of the values that are chosen (`Choice`) and of derived ones of which there are few.

    A factor counts only where a signal or an epoch of the trial depends on it. None where there are not two conditions,
    or more than `MOST`.

    >>> from rnnlab.tasks import get
    >>> len(exemplars(get("perceptual_discrimination")))  # four coherences, two directions
    8
    """
    alone = by_itself(in_order(task.factors))
    found = crossed(alone)
    chosen = {} if found is None else {name: column for name, column in found[0].items() if np.ptp(column) > 0}
    n_all = len(next(iter(chosen.values()), (0.0,)))
    if found is None or n_all > MOST:
        return None
    dealt = {name: np.tile(column, -(-POOL // n_all)) for name, column in chosen.items()}
    factors = draw_factors(in_order(alone), -(-POOL // n_all) * n_all, Streams(seed), dealt)
    few = {name for name, values in factors.items() if len(np.unique(values)) <= FEW}
    rows = _distinct(task, factors, few | set(chosen))
    drawn = {name: factors[name][rows] for name in task.condition_factors}
    return Exemplars(task, drawn, seed) if len(rows) > 1 else None


def _distinct(task: Task, factors: dict[str, Floats], told: Collection[str]) -> NDArray[np.intp]:
    """The first row of each kind of trial, by the factors ``told`` apart; those with the same epochs together."""
    columns = {epoch.name: factors[epoch.when] != 0 for epoch in task.epochs if epoch.when}
    n_all = len(next(iter(factors.values()), ()))
    there = np.array([*columns.values()], dtype=bool).reshape(len(columns), n_all).T
    patterns, which = np.unique(there, axis=0, return_inverse=True)
    rows: list[NDArray[np.intp]] = [np.zeros(0, dtype=np.intp)]
    for i, pattern in enumerate(patterns):
        absent = {name for name, present in zip(columns, pattern, strict=True) if not present}
        of_pattern = np.flatnonzero(which.reshape(-1) == i)
        counting = [factors[name][of_pattern] for name in told if name in _needed(task, absent)]
        key = np.array([np.zeros(len(of_pattern)), *counting]).T
        rows.append(np.sort(of_pattern[np.unique(key, axis=0, return_index=True)[1]]))
    return np.concatenate(sorted(rows, key=lambda each: int(each[0]) if len(each) else -1))


def _needed(task: Task, absent: set[str]) -> set[str]:
    """Factors on which a trial without these epochs depends, also by way of others."""
    epochs = [epoch for epoch in task.epochs if epoch.name not in absent]
    signals = [signal for channel in (*task.inputs, *task.outputs) for signal in channel.signals]
    acting = [signal for signal in signals if not signal.epochs or set(signal.epochs) - absent]
    needed = {name for spec in (*epochs, *acting) for _, name in references(spec, "factor")}
    for factor in reversed(in_order(task.factors)):
        if factor.name in needed and not isinstance(factor.rule, Previous):
            needed |= {name for _, name in references(factor, "factor")}
    return needed
