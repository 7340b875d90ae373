"""Levels of a factor in a result, and the conditions that they stand for."""

from __future__ import annotations

import itertools
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis import Condition

Combination: TypeAlias = tuple[Condition, ...]
"""Conditions of different factors."""


def around(factor: str, levels: ArrayLike, names: tuple[str, ...] = ()) -> tuple[Condition, ...]:
    """What each level of a factor stands for: the values nearer to it than to any other level.

    A level may be the mean of a part of the trials; where it is a value of its own, `Condition.within` finds that.

    Args:
        factor: its name.
        levels: (level,) in rising order.
        names: (level,) their texts, where the values are words and the levels count them.

    >>> around("coherence", [-0.5, 0.0, 0.25])[1]
    Condition(factor='coherence', low=-0.25, high=0.125)
    """
    numbers = np.asarray(levels, float)
    if names and not all(_is_number(name) for name in names):
        return tuple(Condition(factor, name) for name in names)
    if len(numbers) < 2:
        return tuple(Condition(factor, float(value)) for value in numbers)
    middles = (numbers[1:] + numbers[:-1]) / 2
    reach = (numbers[1] - numbers[0]) / 2, (numbers[-1] - numbers[-2]) / 2
    edges = np.concatenate([[numbers[0] - reach[0]], middles, [numbers[-1] + reach[1]]])
    return tuple(Condition(factor, float(a), float(b)) for a, b in itertools.pairwise(edges))


def combined(factors: tuple[str, ...], values: ArrayLike, names: tuple[tuple[str, ...], ...]) -> list[Combination]:
    """The conditions, one of each factor, that each combination of several factors' values stands for.

    Args:
        factors: their names.
        values: (combination, factor).
        names: (factor,) texts of each factor's values, in rising order.

    >>> combined(("c", "side"), [[-1.0, 0.0], [1.0, 0.0]], (("-1", "1"), ("left",)))[0]
    (Condition(factor='c', low=-2.0, high=0.0), Condition(factor='side', low='left', high=None))
    """
    found = []
    for factor, column, texts in zip(factors, np.asarray(values, float).T, names, strict=True):
        levels, place = np.unique(column, return_inverse=True)
        of = around(factor, levels, texts)
        found.append([of[k] for k in place])
    return list(zip(*found, strict=True))


def spelled(values: ArrayLike, names: tuple[tuple[str, ...], ...]) -> list[str]:
    """The text of each such combination.

    >>> spelled([[-1.0, 0.0], [1.0, 0.0]], (("-1", "1"), ("left",)))
    ['−1, left', '1, left']
    """
    texts = []
    for column, of in zip(np.asarray(values, float).T, names, strict=True):
        texts.append([minus(of[k]) for k in np.unique(column, return_inverse=True)[1]])
    return [", ".join(each) for each in zip(*texts, strict=True)]


def minus(name: str) -> str:
    """A level's text with a true minus sign.

    >>> minus("-0.5")
    '−0.5'
    """
    return name.replace("-", "−", 1) if name.startswith("-") else name


def palette_of(names: tuple[str, ...]) -> str:
    """Which colours tell levels of these names apart."""
    if len(names) < 3:
        return "categorical"
    return "signed" if names[0].startswith("-") and not names[-1].startswith("-") else "graded"


def level_of(
    condition: Condition | None, factor: str, levels: ArrayLike, names: tuple[str, ...] = ()
) -> NDArray[np.bool_]:
    """(level,) which levels of a factor a condition has; the nearest where it has none of them.

    >>> level_of(Condition("coherence", 0.1), "coherence", [-0.5, 0.0, 0.25])
    array([False,  True, False])
    """
    numbers = np.asarray(levels, float)
    none = np.zeros(len(numbers), bool)
    if condition is None or condition.factor != factor or not len(numbers):
        return none
    if isinstance(condition.low, str):
        return np.asarray([name == condition.low for name in names] or none)
    inside = condition.among(numbers)
    if not inside.any():
        middle = condition.low if condition.high is None else (condition.low + condition.high) / 2
        inside = np.arange(len(numbers)) == np.abs(numbers - middle).argmin()
    return inside


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True
