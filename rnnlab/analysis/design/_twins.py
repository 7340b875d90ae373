"""Pairs of trials that look the same later on, though one thing in them differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._continua import continuous, values_at
from rnnlab.tasks import Factor, Task
from rnnlab.tasks.conditions import in_order
from rnnlab.tasks.derived import Derived
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.references import references

N_GRID = 49
"""Quantiles among which a continuum is searched for what looks the same."""

N_HALVINGS = 32
"""How often the place found there is halved."""

SMOOTH = 0.2
"""A step of more than this part of the range is a jump, and nothing lies within it."""

Row = dict[str, float]


def ways(task: Task) -> list[tuple[str, str, str]]:
    """A factor to change, a continuum that makes up for it, and the derived factor on the inputs that then stays."""
    shown = {name for channel in task.inputs for _, name in references(channel, "factor")}
    roots = _roots(task)
    free = [factor.name for factor in task.factors if continuous(factor)]
    drawn = [factor.name for factor in task.factors if _varies(factor)]
    return [
        (changed, adjusted, kept)
        for kept, of in roots.items()
        if kept in shown and len(of) > 1
        for adjusted in free
        if adjusted in of
        for changed in drawn
        if changed in of and changed != adjusted
    ]


def _varies(factor: Factor) -> bool:
    return isinstance(factor.rule, Draw) and factor.rule.bounds[0] < factor.rule.bounds[1]


def _roots(task: Task) -> dict[str, set[str]]:
    """The drawn factors that each derived one follows from."""
    roots: dict[str, set[str]] = {}
    for factor in in_order(task.factors):
        if isinstance(factor.rule, Derived):
            roots[factor.name] = set().union(*(roots.get(n, {n}) for _, n in references(factor, "factor")))
    return roots


def _needed(task: Task, name: str) -> tuple[Factor, ...]:
    """A factor and what it follows from, sources first."""
    needed, found = {name}, []
    for factor in reversed(in_order(task.factors)):
        if factor.name in needed:
            needed |= {source for _, source in references(factor, "factor")}
            found.append(factor)
    return tuple(reversed(found))


def made_up_for(
    task: Task,
    rows: Mapping[str, NDArray[np.float64]],
    changed: Mapping[str, NDArray[np.float64]],
    way: tuple[str, ...],
) -> NDArray[np.float64]:
    """For each trial the quantile of the continuum with which, after the change, what is kept looks as before; NaN
    where there is none, (trial,).

    Args:
        task: with the factors.
        rows: what each drawn factor is told, (trial,).
        changed: the same with one factor changed.
        way: of `ways`.
    """
    _, adjusted, kept = way
    n = len(rows[adjusted])
    factors = _needed(task, kept)
    wanted = values_at(factors, rows, n)[kept]

    def off(u: NDArray[np.float64], which: NDArray[np.intp]) -> NDArray[np.float64]:
        told = {name: column[which] for name, column in changed.items()} | {adjusted: u}
        return values_at(factors, told, len(u))[kept] - wanted[which]

    grid = np.linspace(0.0005, 0.9995, N_GRID)
    found = off(np.tile(grid, n), np.repeat(np.arange(n), N_GRID)).reshape(n, N_GRID)
    jump = np.abs(np.diff(found, axis=1)) > SMOOTH * (np.ptp(found, axis=1)[:, None] + 1e-12)
    crosses = (found[:, :-1] * found[:, 1:] <= 0) & ~jump
    cell, there = crosses.argmax(axis=1), crosses.any(axis=1)
    every = np.arange(n)
    low, high, sign = grid[cell], grid[cell + 1], np.sign(found[every, cell])
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        same = np.sign(off(middle, every)) == sign
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.where(there, low, np.nan)


def twins(
    task: Task,
    options: Mapping[str, tuple[float, ...]],
    base: Mapping[str, NDArray[np.float64]],
    n: int,
    rng: np.random.Generator,
) -> Iterator[tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]]:
    """Some trials of ``base`` and beside each one that differs in one factor: alone, or with a continuum that makes up
    for it, so that what both show later can be the same.

    Args:
        task: with the factors.
        options: what each drawn factor can be told.
        base: what each is told, (trial,).
        n: trials for each way.
        rng: which of them.
    """
    plain: list[tuple[str, ...]] = [(name,) for name in options]
    for way in (*plain, *(way for way in ways(task) if way[0] in options and way[1] in options)):
        which = rng.permutation(len(next(iter(base.values()))))[: n if len(way) == 1 else 2 * n]
        rows = {name: column[which] for name, column in base.items()}
        values = np.array(options[way[0]])
        where = np.abs(rows[way[0]][:, None] - values).argmin(axis=1)
        other = (where + rng.integers(1, len(values), len(where))) % len(values)
        changed = rows | {way[0]: values[other]}
        if len(way) > 1:
            changed[way[1]] = made_up_for(task, rows, changed, way)
        kept = np.flatnonzero(np.all([np.isfinite(column) for column in changed.values()], axis=0))[:n]
        if len(kept):
            yield {k: v[kept] for k, v in rows.items()}, {k: v[kept] for k, v in changed.items()}
