"""Fixed points on a kink: where some units stand exactly at the threshold of a nonlinearity that bends there.

With zero input and zero biases every unit of a ReLU network does. There is no Jacobian there, only one for each side;
the one that a formula gives tells stability and index only where those of all sides agree.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._update import Update
from rnnlab.networks import GRU, LSTM, Gelu, Linear, Network, Sigmoid, Softplus, Tanh

Array = NDArray[Any]

SMOOTH = (Linear, Tanh, Sigmoid, Softplus, Gelu)
NEAR, NEARER = 1e-7, 1e-7 / 16
"""Distances at which both sides of a state are looked at, as a share of 1 plus its size."""
N_DIRECTIONS = 2
MOST = 8
"""Kinks that depend on each other, at most, whose sides are all compared."""
AT_ONCE = 4_000_000
"""Numbers in the Jacobians that are held at a time."""


def is_smooth(network: Network) -> bool:
    """Whether the update has a derivative everywhere, as far as is known."""
    cell = network.config
    return isinstance(cell, LSTM | GRU) or (
        isinstance(getattr(cell, "nonlinearity", None), SMOOTH) and not hasattr(cell, "resting_release")
    )


def undecided(update: Update, states: Array) -> NDArray[np.bool_]:
    """(trial,) which fixed points lie on a kink whose sides disagree, or are too many to be compared."""
    found = kinked(update, states)
    found[found] = [not _agree(update, state) for state in states[found]]
    return found


def kinked(update: Update, states: Array) -> NDArray[np.bool_]:
    """(trial,) whether the Jacobian jumps at a state.

    What differs between its two sides shrinks with the distance where the update is smooth, and stays where it has a
    kink. Random directions have every unit that stands at its threshold on one side first, on the other then.
    """
    rng, found = np.random.default_rng(0), np.zeros(len(states), bool)
    size = 1 + np.abs(states).max(axis=1, initial=0.0)[:, None]
    for _ in range(N_DIRECTIONS if len(states) else 0):
        direction = size * rng.standard_normal(states.shape[1])
        far, near = (_largest(_jumps(update, states, distance * direction)) for distance in (NEAR, NEARER))
        found |= near > far / 2
    return found


def _jumps(update: Update, states: Array, offsets: Array) -> Array:
    """(trial, to, from) the difference between the Jacobians on both sides; rounding counts as none."""
    above, below = update.jacobian(states + offsets), update.jacobian(states - offsets)
    return np.where(np.abs(above - below) > 1e-12 * (1 + np.abs(above)), above - below, 0.0)


def _largest(matrices: Array) -> Array:
    return np.abs(matrices).max(axis=(1, 2), initial=0.0)


def _agree(update: Update, state: Array) -> bool:
    """Whether the Jacobians of all sides have the same sign of det(I - J) and as many modes that grow.

    Each kink must be that of one number in the state, and change one row or column of the Jacobian. Then det(I - J) is
    linear in the share of each of its two sides, and has no zero between sides that have the same sign: the state is
    isolated, and the sign is its index (Clarke 1976, Pacific Journal of Mathematics 64).
    """
    at = _entries(update, state)
    if at is None:
        return False
    offset = NEARER * (1 + np.abs(state).max())
    sides = update.jacobian(state + offset * np.isin(np.arange(len(state)), at) * np.array([[-1.0], [0.0], [1.0]]))
    alone = [j for j in at if not np.delete(sides[:, :, j], j, axis=1).any()]
    if any(len({(np.sign(1 - side[j, j]), abs(side[j, j]) > 1) for side in sides}) > 1 for j in alone):
        return False
    bound = [j for j in at if j not in alone]
    return len(bound) <= MOST and _all_alike(update, state, offset, bound)


def _entries(update: Update, state: Array) -> list[int] | None:
    """The numbers in the state that stand at a threshold; None where one's crossing it is not all that happens."""
    n, offset, found = len(state), NEARER * (1 + np.abs(state).max()), list[int]()
    size = max(1, AT_ONCE // n**2)
    for start in range(0, n, size):
        steps = offset * np.eye(n)[start : start + size]
        for j, jump in enumerate(_jumps(update, np.broadcast_to(state, steps.shape), steps), start):
            changed = np.abs(jump) > NEAR
            if changed.any():
                found.append(j)
                if changed.any(axis=0).sum() > 1 and changed.any(axis=1).sum() > 1:
                    return None
    return found


def _all_alike(update: Update, state: Array, offset: float, at: list[int]) -> bool:
    """Whether the Jacobians on all sides of some thresholds have the same sign of det(I - J), and modes that grow."""
    eye, seen = np.eye(len(state)), set()
    for signs in itertools.product((-1.0, 1.0), repeat=len(at)):
        there = state.copy()
        there[at] += offset * np.array(signs)
        side = update.jacobian(there[None])[0]
        seen.add((np.linalg.slogdet(eye - side)[0], int((np.abs(np.linalg.eigvals(side)) > 1).sum())))
        if len(seen) > 1:
            return False
    return True
