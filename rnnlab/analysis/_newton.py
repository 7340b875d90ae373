"""From near a fixed point to it: damped Newton on ``F(x) - x = 0``, a batch of states at once.

The residual and the line search are in float64, the linear systems in float32: a direction needs no more, and the
point reached is as exact as float64 allows. Where the system is singular or no step along the direction makes the
state slower, a Levenberg-Marquardt step is tried; where that fails too, the state is a minimum of the speed that is
not a fixed point: a slow point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._update import Update, half_square

Array = NDArray[Any]

PATIENCE = 5
"""Steps that may fail to halve q before a state counts as stalled. Near a root, even a triple one, none does."""
SHORTEST = 2.0**-10
DAMPINGS = (1e-6, 1e-4, 1e-2, 1.0)


@dataclass(frozen=True)
class Polished:
    """Where Newton ended: (trial, state) and, per trial, q there and whether it still moved at the end."""

    states: Array
    q: Array
    moving: Array


def polish(update: Update, starts: Array, max_steps: int, floor: float) -> Polished:
    """Newton from each start until q no longer falls, or is below ``floor``.

    Args:
        update: the map in float64.
        starts: (trial, state).
        max_steps: steps each start may take.
    """
    x = np.array(starts, np.float64)
    residual = update.residual(x)
    moving, patience = ~(half_square(residual) <= floor), np.full(len(x), PATIENCE)
    for _ in range(max_steps):
        active = np.flatnonzero(moving)
        if not active.size:
            break
        before = half_square(residual[active])
        x[active], residual[active], went_down = _step(update, x[active], residual[active])
        q = half_square(residual[active])
        patience[active] -= q > 0.5 * before
        moving[active] = went_down & (q > floor) & (patience[active] > 0)
    return Polished(x, half_square(residual), moving)


def _step(update: Update, x: Array, residual: Array) -> tuple[Array, Array, Array]:
    """One damped step of every state: new states, their residuals, and which became slower."""
    matrix = update.jacobian(x)
    matrix[:, np.arange(x.shape[1]), np.arange(x.shape[1])] -= 1
    moved, slower = _search_line(update, x, residual, _solve(matrix, -residual))
    stuck = np.flatnonzero(~slower)
    if stuck.size:
        better, found = _levenberg_marquardt(update, x[stuck], residual[stuck], matrix[stuck])
        moved[0][stuck], moved[1][stuck], slower[stuck] = better[0], better[1], found
    return moved[0], moved[1], slower


def _search_line(update: Update, x: Array, residual: Array, direction: Array) -> tuple[tuple[Array, Array], Array]:
    """Halve the step until the state there is slower. States for which no length helps stay where they are."""
    x, residual = x.copy(), residual.copy()
    q = half_square(residual)
    done = np.zeros(len(x), bool)
    length = 1.0
    while length >= SHORTEST and not done.all():
        todo = np.flatnonzero(~done)
        tried = x[todo] + length * direction[todo]
        with np.errstate(over="ignore", invalid="ignore"):
            there = update.residual(tried)
            better = half_square(there) < q[todo] * (1 - 1e-4 * length)
        hit = todo[better]
        x[hit], residual[hit], done[hit] = tried[better], there[better], True
        length /= 2 if length > 0.2 else 4
    return (x, residual), done


def _levenberg_marquardt(update: Update, x: Array, residual: Array, matrix: Array) -> tuple[tuple[Array, Array], Array]:
    transposed = matrix.swapaxes(1, 2)
    normal = transposed @ matrix
    downhill = -(transposed @ residual[:, :, None])[:, :, 0]
    scale = np.einsum("ijj->i", normal) / x.shape[1] + 1e-30
    found = np.zeros(len(x), bool)
    x, residual = x.copy(), residual.copy()
    for damping in DAMPINGS:
        todo = np.flatnonzero(~found)
        if not todo.size:
            break
        damped = normal[todo] + (damping * scale[todo])[:, None, None] * np.eye(x.shape[1])
        direction = np.linalg.solve(damped, downhill[todo][:, :, None])[:, :, 0]
        (x[todo], residual[todo]), found[todo] = _search_line(update, x[todo], residual[todo], direction)
    return (x, residual), found


def _solve(matrix: Array, target: Array) -> Array:
    """A x = b for each trial, in float32; zeros (no step) where A is singular to that precision."""
    # Scaling keeps tiny residuals out of float32's denormal range.
    size = np.abs(target).max(axis=1, keepdims=True) + 1e-300
    single, right = matrix.astype(np.float32), (target / size).astype(np.float32)[:, :, None]
    try:
        solution = np.linalg.solve(single, right)[:, :, 0]
    except np.linalg.LinAlgError:
        solution = np.stack([_solve_one(a, b) for a, b in zip(single, right, strict=True)])[:, :, 0]
    solution = solution.astype(np.float64) * size
    return np.where(np.isfinite(solution).all(axis=1, keepdims=True), solution, 0.0)


def _solve_one(matrix: Array, target: Array) -> Array:
    try:
        return np.linalg.solve(matrix, target)
    except np.linalg.LinAlgError:
        return np.zeros_like(target)
