"""From many starts downhill on the speed: Adam on ``q(x) = |F(x) - x|^2 / 2``, all starts at once.

Every fixed point is a minimum of q with q = 0, whether it attracts, repels or does both, so this finds saddles as
readily as attractors (Sussillo & Barak 2013, Neural Computation 25). It needs only to come near: `_newton` finishes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._distinct import distinct, nearest
from rnnlab.analysis._update import Update, half_square

Array = NDArray[Any]

BETA_1, BETA_2, EPSILON = 0.9, 0.95, 1e-12
THIN_AT = {0.2: 4, 0.4: 2, 0.7: 1, 1.0: 1}
"""At these shares of the descent, starts that have come together are merged: so many times ``n_most`` may go on."""


def descend(
    update: Update, starts: Array, n_steps: int, rate: float, radius: float, n_most: int
) -> tuple[Array, NDArray[np.intp]]:
    """The states reached after ``n_steps`` of Adam, those closer than ``radius`` merged; and for each start, which of
    them it led to or was merged into.

    Args:
        update: the map, in the precision to work in (float32 is enough).
        starts: (trial, state).
        rate: first step size, in state units; it falls to a hundredth along a cosine.
        radius: states that come closer than this count as one.
        n_most: how many may be left at the end; the radius is widened until they are.
    """
    x = np.array(starts, update.dtype)
    first, second = np.zeros_like(x), np.zeros_like(x)
    leads_to = np.arange(len(x))
    thinnings = {round(share * n_steps) - 1: times for share, times in THIN_AT.items()}
    for k in range(n_steps):
        residual, pull = update.linearise(x)
        gradient = pull(residual) - residual
        _adam(x, gradient, first, second, k, _rate_at(k, n_steps, rate))
        if k in thinnings:
            kept = distinct(x, half_square(update.residual(x)), radius, thinnings[k] * n_most)
            leads_to = nearest(x, kept)[leads_to]
            x, first, second = x[kept], first[kept], second[kept]
    return x, leads_to


def _rate_at(k: int, n_steps: int, rate: float) -> float:
    return rate * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * k / n_steps)))


def _adam(x: Array, gradient: Array, first: Array, second: Array, k: int, rate: float) -> None:
    """One update in place. Each start has its own second moment per state, as if it were alone."""
    first *= BETA_1
    first += (1 - BETA_1) * gradient
    gradient *= gradient
    gradient *= 1 - BETA_2
    second *= BETA_2
    second += gradient
    np.sqrt(second, out=gradient)
    gradient *= 1 / np.sqrt(1 - BETA_2 ** (k + 1))
    gradient += EPSILON
    np.divide(first, gradient, out=gradient)
    gradient *= rate / (1 - BETA_1 ** (k + 1))
    x -= gradient


def slowest_near(update: Update, states: Array) -> Array:
    """The minimum of q next to each state, to high accuracy (L-BFGS, float64)."""
    from scipy.optimize import minimize  # costs more to import than everything else here

    def of_one(x: Array, unit: float) -> tuple[float, Array]:
        residual, pull = update.linearise(x[None])
        return float(half_square(residual)[0]) / unit, (pull(residual) - residual)[0] / unit

    units = half_square(update.residual(states)) + 1e-300
    options = {"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-10}
    found = [
        minimize(of_one, state, (unit,), method="L-BFGS-B", jac=True, options=options).x
        for state, unit in zip(states, units, strict=True)
    ]
    return np.array(found).reshape(states.shape)
