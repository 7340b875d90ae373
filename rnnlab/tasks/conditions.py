"""Conditions: the distinct kinds of trials of a task, and dealing them out equally often."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import numpy as np

from rnnlab.spec import SpecError
from rnnlab.tasks.draws import Choice, Constant, Floats
from rnnlab.tasks.factors import Derived, Factor
from rnnlab.tasks.references import references

MAX_CONDITIONS = 100_000
"""More than this are not enumerated."""


def in_order(factors: Iterable[Factor]) -> tuple[Factor, ...]:
    """Factors with sources before what is derived from them. Raises `SpecError` where they go in a circle."""
    waiting = dict(enumerate(factors))
    done: dict[str, Factor] = {}
    while waiting:
        ready = [i for i, f in waiting.items() if all(name in done for _, name in references(f, "factor"))]
        if not ready:
            i, factor = next(iter(waiting.items()))
            circle = ", ".join(f.name for f in waiting.values())
            raise SpecError(
                f"Task.factors[{i}].rule",
                f"{factor.name!r} depends on itself (in a circle among {circle})",
                remedy="derive it from drawn factors",
            )
        done |= {waiting[i].name: waiting.pop(i) for i in ready}
    return tuple(done.values())


def crossed(factors: Iterable[Factor]) -> tuple[dict[str, Floats], Floats] | None:
    """Every combination of the factors that are chosen: name -> (condition,), and how likely each is, (condition,).

    None where there are more than `MAX_CONDITIONS`. Factors drawn from a continuum are left out.
    """
    chosen = {f.name: f.rule for f in factors if isinstance(f.rule, Choice | Constant)}
    options = [[(v, p) for v, p in zip(*_odds(rule), strict=True) if p > 0] for rule in chosen.values()]
    n_conditions = math.prod(map(len, options))
    if n_conditions > MAX_CONDITIONS:
        return None
    grid = np.array(list(itertools.product(*options)), dtype=float).reshape(n_conditions, len(chosen), 2)
    values = {name: grid[:, i, 0].copy() for i, name in enumerate(chosen)}
    return values, grid[:, :, 1].prod(axis=1)


def _odds(rule: Choice | Constant) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if isinstance(rule, Constant):
        return (rule.value,), (1.0,)
    weights = rule.weights or (1.0,) * len(rule.values)
    return rule.values, tuple(weight / sum(weights) for weight in weights)


def conditions(factors: tuple[Factor, ...], wanted: Iterable[str] = ()) -> dict[str, Floats] | None:
    """Name -> (condition,) of the factors that are chosen and of those derived from nothing else.

    Args:
        factors: of a task.
        wanted: factors that have to be among them; only what these depend on is then enumerated.

    Returns:
        None where there are too many, or where a wanted one can take any value.
    """
    wanted = set(wanted)
    ordered = in_order(factors)
    if wanted:
        needed = set(wanted)
        for factor in reversed(ordered):
            if factor.name in needed:
                needed |= {name for _, name in references(factor, "factor")}
        ordered = tuple(factor for factor in ordered if factor.name in needed)
    found = crossed(ordered)
    if found is None:
        return None
    values = found[0]
    for factor in ordered:
        rule = factor.rule
        if isinstance(rule, Derived) and all(name in values for _, name in references(factor, "factor")):
            with np.errstate(all="ignore"):
                values[factor.name] = rule.derive(values)
    return values if wanted <= set(values) else None


def deal(factors: tuple[Factor, ...], n_trials: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Conditions for ``n_trials`` in random order, each as often as it is likely, to within one trial.

    Raises:
        SpecError: there are too many conditions.
    """
    found = crossed(factors)
    if found is None:
        raise SpecError(
            "task.design",
            f"more than {MAX_CONDITIONS} conditions cannot be balanced",
            remedy='give fewer values to choose from, or design="random"',
        )
    values, odds = found
    # Equally spaced points on [0, 1): each condition's stretch holds its share of them, rounded up or down.
    points = (np.arange(n_trials) + rng.random()) / n_trials
    which = np.searchsorted(np.cumsum(odds)[:-1], points, side="right")
    which = which[rng.permutation(n_trials)]
    return {name: column[which] for name, column in values.items()}
