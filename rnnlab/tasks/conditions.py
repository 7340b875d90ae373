"""Conditions: the distinct kinds of trials of a task."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import numpy as np

from rnnlab.spec import SpecError
from rnnlab.tasks.derived import Derived, Support
from rnnlab.tasks.draws import Choice, Constant, Floats
from rnnlab.tasks.factors import Factor
from rnnlab.tasks.history import Previous
from rnnlab.tasks.past import by_itself, has_past
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
            back = any(isinstance(f.rule, Previous) for f in waiting.values())
            raise SpecError(
                f"Task.factors[{i}].rule",
                f"{factor.name!r} depends on itself (in a circle among {circle})",
                remedy="what follows from itself is a Markov factor" if back else "derive it from drawn factors",
            )
        done |= {waiting[i].name: waiting.pop(i) for i in ready}
    return tuple(done.values())


def crossed(factors: Iterable[Factor]) -> tuple[dict[str, Floats], Floats] | None:
    """Every combination of the factors that are chosen: name -> (condition,), and how likely each is, (condition,).

    None where there are more than `MAX_CONDITIONS`. Factors drawn from a continuum are left out.
    """
    found = options(factors)
    n_conditions = math.prod(map(len, found.values()))
    if n_conditions > MAX_CONDITIONS:
        return None
    grid = np.array(list(itertools.product(*found.values())), dtype=float).reshape(n_conditions, len(found), 2)
    values = {name: grid[:, i, 0].copy() for i, name in enumerate(found)}
    return values, grid[:, :, 1].prod(axis=1)


def options(factors: Iterable[Factor]) -> dict[str, list[tuple[float, float]]]:
    """What each chosen factor can be, and how likely that is; `crossed` runs through the last factor fastest."""
    chosen = {f.name: f.rule for f in factors if isinstance(f.rule, Choice | Constant)}
    return {name: [(v, p) for v, p in zip(*_odds(rule), strict=True) if p > 0] for name, rule in chosen.items()}


def _odds(rule: Choice | Constant) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if isinstance(rule, Constant):
        return (rule.value,), (1.0,)
    weights = rule.weights or (1.0,) * len(rule.values)
    return rule.values, tuple(weight / sum(weights) for weight in weights)


def conditions(factors: tuple[Factor, ...], wanted: Iterable[str] = ()) -> dict[str, Floats] | None:
    """Name -> (condition,) of the factors that are chosen and of those derived from nothing else.

    What a trial has from earlier trials (`Previous`, `Markov`) can be whatever those can be, whatever this trial is.

    Args:
        factors: of a task.
        wanted: factors that have to be among them; only what these depend on is then enumerated. What follows from a
            number drawn from a continuum and has finitely many values (a comparison) can then be any of them, whatever
            else there is: nothing that can come about is missing, but some of it may be impossible.

    Returns:
        None where there are too many, or where a wanted one can take any value.
    """
    wanted = set(wanted)
    ordered = in_order(factors)
    if wanted:
        ordered = _without_continua(needed(ordered, wanted))
    alone = by_itself(ordered)
    found = crossed(alone)
    if found is None:
        return None
    values = found[0]
    for factor in alone:
        rule = factor.rule
        if isinstance(rule, Derived) and all(name in values for _, name in references(factor, "factor")):
            with np.errstate(all="ignore"):
                values[factor.name] = rule.derive(values)
    if has_past(ordered):
        values = _distinct({factor.name: values[factor.name] for factor in ordered if factor.name in values})
    return values if wanted <= set(values) else None


def needed(ordered: tuple[Factor, ...], wanted: Iterable[str]) -> tuple[Factor, ...]:
    """Of factors in an order in which sources come first, those wanted and all that they depend on."""
    names = set(wanted)
    for factor in reversed(ordered):
        if factor.name in names:
            names |= {name for _, name in references(factor, "factor")}
    return tuple(factor for factor in ordered if factor.name in names)


def _without_continua(ordered: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """The factors with a free choice in place of each that has finitely many values but a source with any."""
    supports: dict[str, Support] = {}
    found = []
    for factor in ordered:
        rule = factor.rule
        known = rule.support(supports) if isinstance(rule, Derived) else rule.support
        supports[factor.name] = known
        loose = known is not None and any(supports[name] is None for _, name in references(factor, "factor"))
        free = loose and isinstance(rule, Derived) and not isinstance(rule, Previous)
        found.append(Factor(factor.name, Choice(known)) if free and known else factor)
    return tuple(found)


def _distinct(values: dict[str, Floats]) -> dict[str, Floats]:
    """Every combination once: what earlier trials were like can be forgotten where it makes no difference."""
    table = np.stack(list(values.values()), axis=1)
    rows = np.sort(np.unique(table, axis=0, return_index=True)[1])
    return {name: column[rows] for name, column in values.items()}
