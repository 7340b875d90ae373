"""Factors that can take any value: which of them to compare."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from rnnlab.tasks import Choice, Constant, Factor, Task
from rnnlab.tasks.conditions import in_order
from rnnlab.tasks.derived import Derived
from rnnlab.tasks.draws import Draw, Floats
from rnnlab.tasks.factors import Category, Compare
from rnnlab.tasks.references import references

QUANTILES = (0.05, 0.35, 0.65, 0.95)
"""Of a factor that is drawn from a continuum."""

N_GRID = 1000
"""Quantiles among which branches are looked for; a branch more rare than this is not seen."""

MOST_BRANCHES = 16
"""More branches of one factor are not told apart."""


@dataclasses.dataclass(frozen=True)
class Quantiles:
    """Stands for a generator of which one number is asked for each trial."""

    told: Floats | float

    def random(self, n_trials: int) -> Floats:
        return np.broadcast_to(np.asarray(self.told, dtype=float), (n_trials,)).copy()

    def standard_normal(self, n_trials: int) -> Any:
        return ndtri(self.random(n_trials))


def continuous(factor: Factor) -> bool:
    """Whether a factor is drawn from a continuum."""
    return isinstance(factor.rule, Draw) and not isinstance(factor.rule, Choice | Constant)


def value_at(factor: Factor, u: Floats) -> Floats:
    """The values of a drawn factor that come from these numbers in [0, 1), (trial,)."""
    return cast(Draw, factor.rule).sample(cast(np.random.Generator, Quantiles(u)), len(u))


def values_at(factors: Iterable[Factor], told: Mapping[str, Floats], n: int) -> dict[str, Floats]:
    """All factors (sources before what is derived from them) of trials whose drawn ones are told these numbers in
    [0, 1), the median where told nothing."""
    values: dict[str, Floats] = {}
    with np.errstate(all="ignore"):
        for factor in factors:
            if isinstance(factor.rule, Derived):
                values[factor.name] = factor.rule.derive(values)
            else:
                values[factor.name] = value_at(factor, told.get(factor.name, np.full(n, 0.5)))
    return values


def branches(task: Task, factor: Factor) -> NDArray[np.float64]:
    """Where, among the quantiles of a factor, a comparison or a category of it changes, with 0 and 1 around them.

    The other factors are at their medians.
    """
    u = (np.arange(N_GRID) + 0.5) / N_GRID
    values = values_at(in_order(task.factors), {factor.name: u}, N_GRID)
    told = [values[f.name] for f in task.factors if isinstance(f.rule, Compare | Category)]
    changes = np.any([np.diff(each) != 0 for each in told], axis=0) if told else np.zeros(N_GRID - 1, dtype=bool)
    edges = (u[:-1] + u[1:])[changes] / 2
    return np.array([0.0, *(edges if len(edges) < MOST_BRANCHES else ()), 1.0])


def some_of(task: Task, factor: Factor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles of a continuum, at least one in each of its branches, and how likely what each stands for is."""
    edges = branches(task, factor)
    missing = [
        (low + high) / 2 for low, high in itertools.pairwise(edges) if not any(low <= u < high for u in QUANTILES)
    ]
    found = np.sort([*QUANTILES, *missing])
    branch = np.searchsorted(edges, found, side="right") - 1
    return found, np.diff(edges)[branch] / np.bincount(branch)[branch]


def only_shown(task: Task) -> bool:
    """Whether what follows from a continuum is no more than how it looks on an input: no factor, no epoch and no output
    depends on it. Then some of its values say what all of them would."""
    free = {factor.name for factor in task.factors if continuous(factor)}
    derived = [factor for factor in task.factors if isinstance(factor.rule, Derived)]
    named = {name for part in (*derived, *task.epochs, *task.outputs) for _, name in references(part, "factor")}
    return not free & named
