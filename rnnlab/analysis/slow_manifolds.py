"""Lines, rings and sheets of states that stand still or hardly move: a network's continuous memories.

On a line of fixed points one mode of the flow neither grows nor decays; where weights are less than perfect the line
survives as a set of slow states, with or without a few fixed points on it (Seung 1996, PNAS 93; Mante et al. 2013).
Such a set is followed from one of its states: a step along the slow directions, then Newton in the fast ones alone,

    [J - I   V] [dx]     [F(x) - x]
    [ W^T    0] [ c]  = -[    0   ],

with V the slow right and W the slow left eigenvectors: what is fast comes to rest, what is slow (V c) is left as it
is. The same matrix, solved for the identity on the right, tracks V and W from state to state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis._update import Update

Array = NDArray[Any]

STRIDE, STRIDE_OF_SHEET = 0.05, 0.2
"""Distance between samples, as a share of the starts' spread."""
SHORTEST = 1 / 16
"""Of the stride: a step that cannot be made so short ends a line."""
LONGEST = 4
"""Of a step along a line that hardly turns, in strides."""
STRAIGHT = 0.995
"""Cosine of the turn of one step below which the next is no longer."""
FURTHEST = 25.0
"""How far a line is followed in each direction, as a multiple of the starts' spread."""
SHORT = 0.25
"""Extent, as a share of the starts' spread, below which a set counts as no more than the point in it."""
SINGULAR = 1e-6
"""Distance of an eigenvalue from 1 below which its mode may be one that neither grows nor decays."""
MOST_SAMPLES = 250
"""Samples of a sheet."""
MOST_DIRECTIONS = 3
"""Sets of more slow directions are counted and not followed."""
MOST_MANIFOLDS = 16
CORRECTIONS = 12
APART = 0.7
"""Samples of a sheet are further apart than this share of the stride."""
SLOWER = 5.0
"""How many times closer to 1 an eigenvalue is than all others where its mode is followed though it is not slow."""
ASLANT = 0.1
"""Sine of the angle up to which a state counts as lying on the continuation of a set that was not followed so far."""


@dataclass(frozen=True, repr=False, eq=False)
class SlowManifold(Result):
    """A connected set of states that hardly move.

    Attributes:
        dimension: number of directions it extends in: 1 for a line or a ring, 2 for a sheet.
        closed: whether a line comes back to where it began: a ring. False for sheets, where it is not asked.
        states: (sample, n_states), in order along it where it is a line or a ring.
        coordinate: (sample, dimension) where each sample is on it, in state units: the distance along a line or ring
            from its first sample; for a sheet, coordinates that keep distances along it as well as a plane can.
        speed: (sample,) ``|F(x) - x|``, state units per step.
        exact: whether every sample stands still, as far as can be told.
        ends: whether it was followed to its ends, where it would move too fast, rather than for as long as was allowed.
    """

    dimension: int
    closed: bool
    states: FloatArray
    coordinate: FloatArray
    speed: FloatArray
    exact: bool
    ends: bool

    @property
    def kind(self) -> str:
        """ "line", "ring", "sheet", or how many dimensions it has."""
        if self.dimension == 1:
            return "ring" if self.closed else "line"
        return "sheet" if self.dimension == 2 else f"set of {self.dimension} dimensions"

    @cached_property
    def length(self) -> float:
        """Of a line or, all round, of a ring, in state units; for a sheet its larger side."""
        way = float(np.ptp(self.coordinate, axis=0).max()) if len(self.coordinate) else 0.0
        return way + float(np.linalg.norm(self.states[0] - self.states[-1])) if self.closed else way

    @property
    def angle(self) -> FloatArray:
        """(sample,) of a ring: its coordinate as an angle from 0 to 2 pi."""
        if not self.closed:
            raise ValueError(f"angle: a {self.kind} has none; use its coordinate")
        return self.coordinate[:, 0] * (2 * np.pi / self.length)

    def coordinate_of(self, states: ArrayLike) -> FloatArray:
        """The coordinate of the sample next to each state: (..., n_states) -> (..., dimension)."""
        given = np.asarray(states, float)
        flat = given.reshape(-1, given.shape[-1])
        nearest = [int(((self.states - state) ** 2).sum(axis=1).argmin()) for state in flat]
        return np.asarray(self.coordinate[nearest]).reshape(*given.shape[:-1], self.dimension)

    def facts(self) -> dict[str, str]:
        still = "of fixed points" if self.exact else f"of slow points, up to {self.speed.max():.1e} per step"
        more = "" if self.ends else ", followed no further"
        return {
            "kind": f"a {self.kind} {still}",
            "samples": shape_of(self.states, "sample", "state"),
            "length": f"{self.length:.3g} state units{more}" if len(self.states) > 1 else "",
        }


@dataclass(frozen=True)
class Place:
    """A state on the set, with its slow directions V and what selects them, W: (state, direction), W^T V = 1."""

    x: Array
    V: Array
    W: Array


def slow_manifolds(update: Update, states: Array, speed: float, scale: float, still: float) -> tuple[SlowManifold, ...]:
    """The sets of slow states through some of the given ones.

    Args:
        update: the map in float64.
        states: (trial, state) where to begin: fixed points, minima of the speed.
        speed: ``|F(x) - x|`` that counts as slow, per step.
        scale: the length that distances are measured by: the spread of the starts of a search.
        still: the speed below which a state stands still.
    """
    reach = FURTHEST * scale
    tracer, found = _Tracer(update, speed, still, scale, reach), list[SlowManifold]()
    for state in states:
        if len(found) < MOST_MANIFOLDS and not any(tracer.covers(each, state) for each in found):
            manifold = tracer.from_state(state)
            found += [] if manifold is None else [manifold]
    return tuple(sorted(found, key=lambda each: -each.length))


class _Tracer:
    """Follows one set at a time."""

    def __init__(self, update: Update, speed: float, still: float, scale: float, reach: float) -> None:
        self.update, self.speed, self.still, self.scale, self.reach = update, speed, still, scale, reach
        self.stride = STRIDE * scale
        self.eye = np.eye(update.n_states)

    def covers(self, manifold: SlowManifold, state: Array) -> bool:
        """Whether a state lies on a set, or where it would go on that was not followed to its ends."""
        offsets = state - manifold.states
        nearest = int((offsets**2).sum(axis=1).argmin())
        offset = offsets[nearest]
        stride = (STRIDE if manifold.dimension == 1 else STRIDE_OF_SHEET) * self.scale
        if np.linalg.norm(offset) < (LONGEST if manifold.dimension == 1 else 1.5) * stride:
            return True
        place = None if manifold.ends else self._place(manifold.states[nearest])
        if place is None or place.V.shape[1] != manifold.dimension:
            return False
        aside = offset - place.V @ (place.V.T @ offset)
        return bool(np.linalg.norm(aside) < ASLANT * np.linalg.norm(offset))

    def from_state(self, state: Array) -> SlowManifold | None:
        """The set through a state; None where it is short."""
        self.stride = STRIDE * self.scale
        begin = self._place(state)
        if begin is None:
            return None
        d = begin.V.shape[1]
        if d > MOST_DIRECTIONS:
            return self._made(state[None], np.zeros((1, d)), False, False)
        return self._sheet(begin) if d > 1 else self._curve(begin)

    def _curve(self, begin: Place) -> SlowManifold | None:
        forth, there = self._line(begin, 1.0)
        if there == "round":
            states = np.array([begin.x, *forth])
            return self._made(states, _along(states), True, True)
        back, here = self._line(begin, -1.0)
        states = np.array([*back[::-1], begin.x, *forth])
        if len(states) < 2 or _along(states)[-1, 0] < SHORT * self.scale:
            return None
        return self._made(states, _along(states), False, there == here == "end")

    def _made(self, states: Array, coordinate: Array, closed: bool, ends: bool) -> SlowManifold:
        speed = np.linalg.norm(self.update.residual(states), axis=1)
        exact = bool((speed <= self.still).all())
        d = coordinate.shape[1]
        return SlowManifold(d, closed, frozen(states), frozen(coordinate), frozen(speed), exact, ends)

    def _place(self, x: Array) -> Place | None:
        """The slow directions at a state: those along which a short way would not bring the speed above the bound, or
        one that is much slower than all others: along a rippled line or ring the speed falls again.
        """
        values, right = np.linalg.eig(self.update.jacobian(x[None])[0])
        distance = np.abs(values - 1)
        slow = distance <= max(self.speed / (2 * SHORT * self.scale), SINGULAR)
        if not slow.any() and self.speed > self.still and len(x) > 1:
            first, second = np.partition(distance, 1)[:2]
            slow = (distance == first) & (SLOWER * first < second)
        if not slow.any() or (slow.all() and len(x) > MOST_DIRECTIONS):
            return None
        V, d = _basis(right[:, slow]), int(slow.sum())
        left = np.linalg.pinv(right)[slow].conj().T
        return Place(x, V, _paired(_basis(left, d), V))

    def _line(self, begin: Place, sign: float) -> tuple[list[Array], str]:
        """States in order, and how it ended: "round", at an "end", or "far" enough."""
        place, states, length, way = Place(begin.x, sign * begin.V, sign * begin.W), list[Array](), self.stride, 0.0
        while way < self.reach:
            following = self._next(place, length)
            if following is None:
                return states, "end"
            if len(states) > 3 and self._is_back(following, begin, sign, length):
                return states, "round"
            states.append(following.x)
            way += float(np.linalg.norm(following.x - place.x))
            turn = float(following.V[:, 0] @ place.V[:, 0])
            length = min(1.5 * length, LONGEST * self.stride) if turn > STRAIGHT else self.stride
            place = following
        return states, "far"

    def _is_back(self, place: Place, begin: Place, sign: float, length: float) -> bool:
        same_way = sign * float(place.V[:, 0] @ begin.V[:, 0]) > 0.5
        return same_way and bool(np.linalg.norm(place.x - begin.x) < APART * length)

    def _next(self, place: Place, length: float) -> Place | None:
        """The state so far further along a line, or less far where that fails; None where it would be too fast."""
        while length >= SHORTEST * self.stride:
            found = self._corrected(place, place.x + length * place.V[:, 0])
            if found is not None and 0.3 * length < np.linalg.norm(found.x - place.x) < 2 * length:
                return found
            length /= 2
        return None

    def _corrected(self, near: Place, x: Array) -> Place | None:
        """The slow state next to x, with the slow directions there."""
        n, d = near.V.shape
        for _ in range(CORRECTIONS):
            residual = self.update.residual(x[None])[0]
            if not np.isfinite(residual).all():
                return None
            matrix = self._bordered(x, near)
            step = np.linalg.solve(matrix, np.concatenate([-residual, np.zeros(d)]))[:n]
            x = x + step
            if np.linalg.norm(step) <= 1e-10 * self.stride:
                break
        else:
            return None
        if np.linalg.norm(self.update.residual(x[None])[0]) > self.speed:
            return None
        return Place(x, *self._directions(self._bordered(x, near), near))

    def _bordered(self, x: Array, near: Place) -> Array:
        d = near.V.shape[1]
        return np.block([[self.update.jacobian(x[None])[0] - self.eye, near.V], [near.W.T, np.zeros((d, d))]])

    def _directions(self, matrix: Array, near: Place) -> tuple[Array, Array]:
        n, d = near.V.shape
        unit = np.concatenate([np.zeros((n, d)), np.eye(d)])
        V = np.linalg.qr(np.linalg.solve(matrix, unit)[:n])[0]
        left, _, right = np.linalg.svd(V.T @ near.V)
        V = V @ (left @ right)  # turned as little as can be
        return V, _paired(np.linalg.solve(matrix.T, unit)[:n], V)

    def _sheet(self, begin: Place) -> SlowManifold | None:
        """Grown from a state outwards, stride by stride, in all its slow directions."""
        self.stride = STRIDE_OF_SHEET * self.scale
        places, tried = [begin], 0
        while tried < len(places) and len(places) < MOST_SAMPLES:
            for direction in _directions_about(begin.V.shape[1]):
                place = self._next_free(places, tried, direction)
                places += [] if place is None else [place]
            tried += 1
        ends = tried == len(places)
        states = np.array([place.x for place in places])
        if np.linalg.norm(states - begin.x, axis=1).max() < SHORT * self.scale:
            return None
        return self._made(states, _flattened(states, 1.6 * self.stride, begin.V.shape[1]), False, ends)

    def _next_free(self, places: list[Place], k: int, direction: Array) -> Place | None:
        step = places[k].V @ direction
        if not self._is_free(places, places[k].x + self.stride * step):
            return None
        found = self._corrected(places[k], places[k].x + self.stride * step)
        return found if found is not None and self._is_free(places, found.x) else None

    def _is_free(self, places: list[Place], x: Array) -> bool:
        offsets = np.array([place.x for place in places]) - x
        return bool(np.einsum("ij,ij->i", offsets, offsets).min() > (APART * self.stride) ** 2)


def _basis(vectors: Array, d: int | None = None) -> Array:
    """(state, direction) an orthonormal real basis of the space of complex columns that come in conjugate pairs."""
    columns = np.concatenate([vectors.real, vectors.imag], axis=1)
    return np.linalg.svd(columns, full_matrices=False)[0][:, : d or vectors.shape[1]]


def _paired(W: Array, V: Array) -> Array:
    """The same space as W's, with W^T V = 1."""
    paired: Array = W @ np.linalg.inv(V.T @ W)
    return paired


def _directions_about(d: int) -> Iterator[Array]:
    """Directions in d dimensions: six in a plane, both ways along the axes and diagonals in space."""
    if d == 2:
        return (np.array([np.cos(a), np.sin(a)]) for a in np.arange(6) * np.pi / 3)
    units = [np.array(v, float) for v in np.ndindex(*(3,) * d)]
    return (v / np.linalg.norm(v) for v in (u - 1 for u in units) if v.any())


def _along(states: Array) -> Array:
    """(sample, 1) distance along a line from its first state."""
    steps = np.linalg.norm(np.diff(states, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])[:, None]


def _flattened(states: Array, near: float, d: int) -> Array:
    """(sample, d) coordinates that keep distances along the set, measured from neighbour to neighbour (Isomap)."""
    from scipy.sparse.csgraph import shortest_path  # slow to import, and sheets are rare

    distances = np.linalg.norm(states[:, None] - states[None], axis=2)
    ways = shortest_path(np.where(distances <= near, distances, 0.0), directed=False)
    ways = np.where(np.isfinite(ways), ways, distances)
    centred = np.eye(len(ways)) - 1 / len(ways)
    values, vectors = np.linalg.eigh(-0.5 * centred @ ways**2 @ centred)
    return vectors[:, ::-1][:, :d] * np.sqrt(np.maximum(values[::-1][:d], 0.0))
