"""Which fixed point of one network is which of a slightly different one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._newton import polish
from rnnlab.analysis._update import Update

Array = NDArray[Any]

FAR = 1.0
"""Share of their largest distance from the mean that points of equal stability may move for which nothing else was
found, as beside a bifurcation, where they race."""
STEPS = 20
LANDED = 1e-3
"""Share of the points' spread within which Newton from an old point has reached a new one."""
NEAR = 0.25
"""Share of the points' spread that a point may move from one step to the next without being led there by Newton."""


def followed(update: Update, states: Array, floor: float = 1e-24) -> Array:
    """Where Newton leads from each state under another update; the state itself where that runs away."""
    if not len(states):
        return states
    with np.errstate(over="ignore", invalid="ignore"):
        there = polish(update, states, STEPS, floor).states
    return np.where(np.isfinite(there).all(axis=1, keepdims=True), there, states)


def matched(old: Array, led_to: Array, new: Array, alike: Array) -> Array:
    """(pair, 2) which old point has become which new one: places in ``old`` and ``new``, each at most once.

    The assignment with the smallest sum of distances, among pairs that Newton connects or that are near each other;
    then among those left that are alike and not far. If one old and one new are left then that are alike, they are
    the same: the sum of all indices stays, so that no point comes or goes alone.

    Args:
        old: (point, state) the points before.
        led_to: (point, state) where Newton leads from them after.
        new: (point, state) the points after.
        alike: (old, new) booleans: which have as many unstable directions.
    """
    if not len(old) or not len(new):
        return np.zeros((0, 2), int)
    both = np.concatenate([old, new])
    distances = np.linalg.norm(both - both.mean(axis=0), axis=1)
    spread = float(np.median(distances))
    moved, missed = _distances(old, new), _distances(led_to, new)
    pairs = _assigned(moved + missed, (missed <= LANDED * spread + 1e-9) | (moved <= NEAR * spread))
    left = alike & (moved <= FAR * distances.max())
    left[pairs[:, 0]] = left[:, pairs[:, 1]] = False
    pairs = np.concatenate([pairs, _assigned(moved, left)])
    last = tuple(np.setdiff1d(np.arange(len(some)), pairs[:, k]) for k, some in enumerate((old, new)))
    same = len(last[0]) == len(last[1]) == 1 and alike[last].all()
    return np.concatenate([pairs, np.stack(last, axis=1)]) if same else pairs


def _assigned(cost: Array, allowed: Array) -> Array:
    """(pair, 2) the cheapest assignment among pairs that are allowed."""
    from scipy.optimize import linear_sum_assignment  # costs more to import than everything else here

    rows, columns = linear_sum_assignment(np.where(allowed, cost, 1e3 * (1 + cost.max())))
    kept = allowed[rows, columns]
    return np.stack([rows[kept], columns[kept]], axis=1)


def _distances(some: Array, others: Array) -> Array:
    return np.array([np.linalg.norm(others - one, axis=1) for one in some]).reshape(len(some), len(others))
