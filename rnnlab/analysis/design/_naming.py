"""Some trials of a batch named by the values of their factors."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks import Batch

MOST_VALUES = 4
"""More values of a factor are not listed."""

MOST_GROUPS = 3
"""More groups of conditions are not listed."""

MOST_LEVELS = 16
"""A factor with more values makes no conditions."""


def named(batch: Batch, which: NDArray[np.bool_], drawn: tuple[str, ...]) -> str:
    """``"catch = 1"`` where these trials are all that have such values of one factor, drawn rather than derived;
    ``"rule = 2 with first = 1; rule = 3"`` where they are all of a few conditions of one factor or two; else an
    example, ``"for example side = 0, size = 2"``; "" where no factor tells them from others.

    Args:
        batch: trials.
        which: of which at least one is meant, (trial,).
        drawn: names of the factors that make a condition.
    """
    names = [name for name in drawn if np.ptp(batch.factors[name]) > 0]
    if which.all():
        return ""
    others = [name for name in batch.factors if name not in names]
    for name in (*names, *sorted(others, key=lambda name: len(np.unique(batch.factors[name])))):
        values = np.unique(batch.factors[name][which])
        if len(values) <= MOST_VALUES and np.array_equal(np.isin(batch.factors[name], values), which):
            return f"{name} = {_listed(values)}"
    if not names:
        return ""
    groups = _groups(batch, which, names)
    if groups:
        return "; ".join(groups)
    one = int(which.argmax())
    return "for example " + ", ".join(f"{name} = {batch.factors[name][one]:.4g}" for name in names)


def conditions(batch: Batch, names: Sequence[str]) -> Iterator[tuple[dict[str, float], NDArray[np.bool_]]]:
    """The values of one of these factors after another, then of two at a time: by name, and the trials that have them,
    (trial,)."""
    levels = {name: np.unique(batch.factors[name]) for name in names}
    some = [name for name in names if 1 < len(levels[name]) <= MOST_LEVELS]
    for together in (*((name,) for name in some), *itertools.combinations(some, 2)):
        for values in itertools.product(*(levels[name] for name in together)):
            has = [batch.factors[name] == value for name, value in zip(together, values, strict=True)]
            yield dict(zip(together, map(float, values), strict=True)), np.all(has, axis=0)


def merged(found: Sequence[dict[str, float]]) -> list[str]:
    """Conditions in words, those that differ in the value of one factor only together."""
    alone: dict[str, list[float]] = {}
    pairs: dict[tuple[str, str, float], list[float]] = {}
    for values in found:
        (one, value), *more = values.items()
        if more:
            pairs.setdefault((more[0][0], one, value), []).append(more[0][1])
        else:
            alone.setdefault(one, []).append(value)
    said = [f"{name} = {_listed(values)}" for name, values in alone.items()]
    return said + [f"{name} = {_listed(v)} with {other} = {value:.4g}" for (name, other, value), v in pairs.items()]


def _groups(batch: Batch, which: NDArray[np.bool_], names: Sequence[str]) -> list[str]:
    """The conditions that these trials are all of, in words; none where they are too many, or not such."""
    covered = np.zeros_like(which)
    found = []
    for values, rows in conditions(batch, names):
        if rows.any() and which[rows].all() and not covered[rows].all():
            found.append(values)
            covered |= rows
    said = merged(found) if np.array_equal(covered, which) else []
    return said if len(said) <= MOST_GROUPS else []


def _listed(values: Iterable[float]) -> str:
    return _either([f"{value:.4g}" for value in values])


def _either(words: list[str]) -> str:
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def in_brackets(words: str) -> str:
    return f" ({words})" if words else ""
