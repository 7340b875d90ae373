"""Which of many states are really different from each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

AT_ONCE = 2048
"""So many states are compared by one matrix of distances; more of them, row by row."""


def distinct(states: Array, cost: Array, radius: float, n_most: int | None = None) -> NDArray[np.intp]:
    """Indices of a subset in which no two states are closer than ``radius``, the cheapest kept first.

    Greedy: the state of lowest cost is kept, everything within the radius of it is dropped, and so on.

    Args:
        states: (trial, state).
        cost: (trial,) what decides between near neighbours, e.g. the residual.
        radius: in state units.
        n_most: widen the radius until at most so many are left.
    """
    order = np.argsort(cost, kind="stable")
    if len(order) > AT_ONCE:
        order = _row_by_row(states, order, radius)[: n_most or None]
    squares = _squared_distances(states[order])
    if n_most is not None and len(order) > n_most:
        radius = max(radius, _least_radius(squares, n_most))
    kept = _greedy(squares, radius)
    while n_most is not None and len(kept) > n_most:
        radius = 1.5 * max(radius, 1e-12)
        kept = kept[_greedy(squares[np.ix_(kept, kept)], radius)]
    return order[kept]


def _least_radius(squares: Array, n_most: int) -> float:
    """A radius that is not too large: whoever is dropped must have a neighbour within it."""
    nearest = np.where(np.eye(len(squares), dtype=bool), np.inf, squares).min(axis=1)
    return float(np.sqrt(np.quantile(nearest, 1 - n_most / len(squares))))


def _greedy(squares: Array, radius: float) -> NDArray[np.intp]:
    far = squares > radius * radius
    free = np.ones(len(far), bool)
    kept = []
    for i in range(len(far)):
        if free[i]:
            kept.append(i)
            free &= far[i]
    return np.array(kept, np.intp)


def _squared_distances(states: Array) -> Array:
    # Centred and in float64: the difference of large squares would swamp small distances.
    centred = states.astype(np.float64) - states.mean(axis=0, dtype=np.float64) if len(states) else states
    squares = np.einsum("ij,ij->i", centred, centred)
    return np.maximum(squares[:, None] + squares[None] - 2 * (centred @ centred.T), 0)


def _row_by_row(states: Array, waiting: NDArray[np.intp], radius: float) -> NDArray[np.intp]:
    kept = []
    while waiting.size:
        kept.append(waiting[0])
        offsets = states[waiting] - states[waiting[0]]
        waiting = waiting[np.einsum("ij,ij->i", offsets, offsets) > radius * radius]
    return np.array(kept, np.intp)


def away_from(states: Array, others: Array, radius: float) -> NDArray[np.bool_]:
    """(trial,) which states have none of the others within the radius."""
    if not len(others) or not len(states):
        return np.ones(len(states), bool)
    return np.array([(((others - state) ** 2).sum(axis=1) > radius * radius).all() for state in states])


def nearest(states: Array, chosen: NDArray[np.intp]) -> NDArray[np.intp]:
    """(trial,) for each state, the place in ``chosen`` of the nearest of those."""
    if not len(chosen):
        return np.zeros(len(states), np.intp)
    some = states[chosen]
    lengths = np.einsum("ij,ij->i", some, some)
    found = (lengths - 2 * (states @ some.T)).argmin(axis=1)
    found[chosen] = np.arange(len(chosen))
    return found
