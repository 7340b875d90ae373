"""Levels of a factor in a result, and the conditions that they stand for."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis import Condition


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
