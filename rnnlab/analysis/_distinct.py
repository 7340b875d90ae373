"""Which of many states are really different from each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def distinct(states: Array, cost: Array, radius: float) -> NDArray[np.intp]:
    """Indices of a subset in which no two states are closer than ``radius``, the cheapest kept first.

    Greedy: the state of lowest cost is kept, everything within the radius of it is dropped, and so on.

    Args:
        states: (trial, state).
        cost: (trial,) what decides between near neighbours, e.g. the residual.
    """
    waiting = np.argsort(cost, kind="stable")
    kept = []
    while waiting.size:
        kept.append(waiting[0])
        offsets = states[waiting] - states[waiting[0]]
        waiting = waiting[np.einsum("ij,ij->i", offsets, offsets) > radius * radius]
    return np.array(kept, np.intp)


def thinned(states: Array, cost: Array, radius: float, n_most: int) -> NDArray[np.intp]:
    """As `distinct`, with the radius widened until at most ``n_most`` are left."""
    kept = distinct(states, cost, radius)
    while len(kept) > n_most:
        radius *= 1.5
        kept = kept[distinct(states[kept], cost[kept], radius)]
    return kept


def away_from(states: Array, others: Array, radius: float) -> NDArray[np.bool_]:
    """(trial,) which states have none of the others within the radius."""
    if not len(others) or not len(states):
        return np.ones(len(states), bool)
    return np.array([(((others - state) ** 2).sum(axis=1) > radius * radius).all() for state in states])
