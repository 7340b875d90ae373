"""Points where I - J has no inverse: one point, known only roughly, or one of the many of a line or surface.

At a bifurcation F(x) - x grows along the null direction only like the square or the cube of the distance, so that
states well away from the root stand still to any tolerance: they are one point. On a line or surface of fixed points
F(x) - x does not grow at all. The two are told apart by walking along the null directions, the other coordinates
following so that as much of F(x) - x as can be stays zero (the reduction of Lyapunov and Schmidt).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._update import Update

Array = NDArray[Any]

NULL = 1e-4
"""Singular values of J - I below this share of the largest count as zero; the smallest always does."""
HALVINGS = 40
CORRECTIONS = 30
"""Steps in which the other coordinates follow."""
HOME = 1e-5
"""How far a GRU's candidates may be from a point."""
MOST_WALKS = 32
"""After so many points of a continuum, further singular ones are taken to be points of it too."""


@dataclass
class Blurs:
    """The singular points met so far, each with how far around it a state cannot be told from it."""

    update: Update
    places: list[Array] = field(default_factory=list)
    radii: list[float] = field(default_factory=list)
    n_of_continuum: int = 0

    def new(self, states: Array, speed: float, reach: float) -> Array:
        """(trial,) which of some singular states are new points rather than the same ones again.

        Args:
            states: (trial, state).
            speed: ``|F(x) - x|`` below which a state stands still.
            reach: the distance, in state units, over which a continuum must extend to count as one.
        """
        return np.array([self._is_new(state, speed, reach) for state in states], bool)

    def _is_new(self, state: Array, speed: float, reach: float) -> bool:
        if any(np.linalg.norm(state - place) < radius for place, radius in zip(self.places, self.radii, strict=True)):
            return False
        if self.n_of_continuum < MOST_WALKS:
            radius = blur(self.update, state, speed, reach)
            if radius is None:
                self.n_of_continuum += 1
            else:
                self.places.append(state)
                self.radii.append(radius)
        return True


def blur(update: Update, state: Array, speed: float, reach: float) -> float | None:
    """How far from a singular point states still stand still; None where that is as far as ``reach``: a continuum."""
    matrix = update.jacobian(state[None])[0] - np.eye(len(state))
    left, sizes, right = np.linalg.svd(matrix)
    null = sizes <= max(NULL * sizes[0], sizes[-1])
    correct = right[~null].T / sizes[~null] @ left[:, ~null].T
    directions = np.concatenate([right[null], -right[null]])
    for distance in _distances(reach):
        if _stand_still(update, state + distance * directions, correct, speed).any():
            return None if distance == reach else 4 * distance
    return 0.0


def _distances(reach: float) -> Iterator[float]:
    return (reach * 0.5**k for k in range(HALVINGS))


def _stand_still(update: Update, states: Array, correct: Array, speed: float) -> Array:
    """(trial,) which do, after the coordinates that are not null have followed."""
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(CORRECTIONS):
            states = states - update.residual(states) @ correct.T
        return (np.linalg.norm(update.residual(states), axis=1) <= speed) & update.is_home(states, HOME)
