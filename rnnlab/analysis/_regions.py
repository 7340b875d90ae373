"""Piecewise linear networks: every activation pattern is a linear system with at most one solution.

A pattern says which units are above threshold. Its solution is a fixed point if, and only if, it has that pattern.
Few units: all patterns are solved. Many: one goes from a pattern to that of its solution, which is Newton's method on
such a network, and ends at a fixed point after finitely many steps, or in a circle. There one unit at a time changes
sides.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._result import FloatArray
from rnnlab.networks import (
    AdaptingRNN,
    FeedForwardRNN,
    LeakyRelu,
    LeakyRNN,
    LeakyVariant,
    LowRankRNN,
    Network,
    Relu,
)

Patterns = NDArray[np.bool_]

MOST_UNITS = 12
SINGULAR = -25.0
"""Natural logarithm of |det(I - M)|, its rows made of length 1, below which a pattern's system counts as singular."""
ROUNDING = 1e-9
"""Of a unit's distance from threshold, as a share of 1 plus the size of the state: the most that may be left open."""
SOLVE_COST = 2e9
"""Systems that are solved on the way: as many as this over n_units^3, within bounds."""
AT_ONCE = 8_000_000
"""Numbers in the matrices that are held at a time."""
MOST_HOPS = 200


@dataclass(frozen=True)
class Pieces:
    """The fixed points of a piecewise linear network: those of x = W f(x) + c (current form) or x = f(W x + c).

    Attributes:
        slopes: of f below and above its threshold, which is 0.
        adapted: how large a unit's trace is, per rate; None where units carry none.
    """

    W: FloatArray
    constant: FloatArray
    current: bool
    slopes: tuple[float, float]
    adapted: float | None = None

    def patterns(self, states: FloatArray) -> Patterns:
        """(trial, unit) which units are above threshold."""
        return self.above(states) > 0

    def above(self, states: FloatArray) -> FloatArray:
        """(trial, unit) how far above threshold."""
        x = states[:, : len(self.W)]
        return x if self.current else x @ self.W.T + self.constant

    def systems(self, on: Patterns) -> FloatArray:
        """(pattern, unit, unit) the matrix of each pattern's system."""
        slopes = np.where(on, self.slopes[1], self.slopes[0])
        matrices: FloatArray = np.eye(len(self.W)) - (
            self.W * slopes[:, None] if self.current else slopes[:, :, None] * self.W
        )
        return matrices

    def solve(self, on: Patterns) -> FloatArray | None:
        """(pattern, unit) the solution of each pattern's system; None where one of them is singular."""
        slopes, matrices = np.where(on, self.slopes[1], self.slopes[0]), self.systems(on)
        with np.errstate(divide="ignore", invalid="ignore"):  # a row of zeros
            share = np.linalg.slogdet(matrices)[1] - np.log(np.linalg.norm(matrices, axis=2)).sum(axis=1)
        if not (share > SINGULAR).all():
            return None
        targets = np.broadcast_to(self.constant, slopes.shape) if self.current else slopes * self.constant
        solutions: NDArray[Any] = np.linalg.solve(matrices, targets[:, :, None])[:, :, 0]
        return solutions

    def whole(self, x: FloatArray) -> FloatArray:
        """The states of the network with these units' values at rest: with their traces, where they carry some."""
        if self.adapted is None:
            return x
        rates = np.where(x > 0, self.slopes[1], self.slopes[0]) * x
        return np.concatenate([x, self.adapted * rates], axis=1)


def pieces_of(network: Network, inputs: FloatArray) -> Pieces | None:
    """The linear pieces of a network under a constant input; None where it does not consist of such."""
    cell, p = network.config, network.parameters
    if not isinstance(cell, LeakyRNN | LowRankRNN | FeedForwardRNN | AdaptingRNN):
        return None
    f = cell.nonlinearity
    if not isinstance(f, Relu | LeakyRelu) or (isinstance(cell, LeakyRNN) and cell.damping):
        return None
    slopes = float(f.derivative(np.array(-1.0))), float(f.derivative(np.array(1.0)))
    W = np.asarray(cell.recurrent_matrices(p)["W_rec"], float)
    if isinstance(cell, LeakyRNN):
        return Pieces(W, cell.drive(p, np.zeros((1, len(W))), inputs[None])[0], cell.form == "current", slopes)
    if isinstance(cell, AdaptingRNN):
        W = W - cell.strength * np.diag(p["w_adapt"])
    return Pieces(W, _drive(cell, network, inputs), True, slopes, getattr(cell, "strength", None))


def _drive(cell: LeakyVariant, network: Network, inputs: FloatArray) -> FloatArray:
    """What the units of a silent network receive."""
    silent = network.step(np.zeros((1, network.n_states)), inputs[None])[0, : network.n_units]
    return np.asarray(silent / cell.alpha)


def points_by_pattern(pieces: Pieces) -> FloatArray | None:
    """(point, state) all fixed points; None where the network is too large, where a pattern's system is singular, so
    that it may hold a continuum of points, or where rounding leaves open whether a solution has its pattern.

    A unit at its threshold, to rounding, agrees with either pattern; the point is then listed once.
    """
    if len(pieces.W) > MOST_UNITS:
        return None
    on = np.array(list(itertools.product((False, True), repeat=len(pieces.W))))
    x = pieces.solve(on)
    if x is None:
        return None
    size, above = 1 + np.abs(x).max(axis=1, initial=0.0), pieces.above(x)
    wrong = np.where((above > 0) == on, 0.0, np.abs(above)).max(axis=1)
    near = np.flatnonzero((wrong <= 1000 * ROUNDING * size) & (np.abs(above).min(axis=1) <= 1000 * ROUNDING * size))
    slack = np.zeros(len(on))
    slack[near] = 8 * len(pieces.W) * np.finfo(float).eps * np.linalg.cond(pieces.systems(on[near])) * size[near]
    if (slack > ROUNDING * size).any():
        return None
    there = np.flatnonzero(wrong <= slack)
    return pieces.whole(x[_once(x, there, slack)])


def _once(x: FloatArray, there: NDArray[np.intp], slack: FloatArray) -> list[int]:
    """Which of some solutions to list, those on a border between patterns once."""
    kept: list[int] = []
    for i in there:
        apart = [np.abs(x[i] - x[k]).max() > 4 * (slack[i] + slack[k]) for k in kept if slack[k] and slack[i]]
        kept += [int(i)] if all(apart) else []
    return kept


def points_by_hopping(pieces: Pieces, states: FloatArray) -> FloatArray:
    """(point, state) the fixed points reached from some states by going from pattern to pattern."""
    seen: set[bytes] = set()
    points: list[Any] = [np.zeros((0, len(pieces.W)))]
    left = int(np.clip(SOLVE_COST / len(pieces.W) ** 3, 256, 16_384))
    on = _unseen(pieces.patterns(states), seen)
    for _ in range(MOST_HOPS):
        on = on[:left]
        left -= len(on)
        if not len(on):
            break
        x, solved = _solutions(pieces, on)
        then = pieces.patterns(x)
        there = (then == on[solved]).all(axis=1)
        points.append(x[there])
        on = _next(on[solved][~there], then[~there], seen)
    return pieces.whole(np.concatenate(points))


def _next(on: Patterns, then: Patterns, seen: set[bytes]) -> Patterns:
    """Patterns to go on with: those of the solutions, or where one was met before, the old with one unit changed."""
    known = np.array([row.tobytes() in seen for row in then], bool)
    changed = on.copy()
    changed[np.arange(len(on)), (on != then).argmax(axis=1)] ^= True
    return np.concatenate([_unseen(then, seen), _unseen(changed[known], seen)])


def _unseen(on: Patterns, seen: set[bytes]) -> Patterns:
    """The different patterns among these that were not met before; they have been then."""
    chosen = []
    for i, row in enumerate(on):
        name = row.tobytes()
        if name not in seen:
            seen.add(name)
            chosen.append(i)
    return on[chosen]


def _solutions(pieces: Pieces, on: Patterns) -> tuple[FloatArray, Patterns]:
    """The solutions of the patterns whose systems have one, and which those are."""
    size = max(1, AT_ONCE // len(pieces.W) ** 2)
    parts = [pieces.solve(on[i : i + size]) for i in range(0, len(on), size)]
    if all(part is not None for part in parts):
        return np.concatenate(parts), np.ones(len(on), bool)  # type: ignore[arg-type]
    each = [pieces.solve(row[None]) for row in on]
    solved = np.array([one is not None for one in each], bool)
    return np.concatenate([np.zeros((0, len(pieces.W))), *(one for one in each if one is not None)]), solved
