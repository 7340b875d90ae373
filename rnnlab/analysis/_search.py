"""The search itself: descend from many starts, finish with Newton, seed again between what was found.

Points that no trajectory visits lie between those that some do, so the midpoints of found pairs are better starts
than more of the first kind. The search ends when a round brings nothing new and the index sum agrees (or cannot
tell), or when its budget of starts is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._certificate import Rule, balanced, indices
from rnnlab.analysis._descent import descend
from rnnlab.analysis._distinct import away_from, distinct, nearest
from rnnlab.analysis._each import ends_of_each
from rnnlab.analysis._kinks import undecided
from rnnlab.analysis._newton import polish
from rnnlab.analysis._regions import Pieces, points_by_hopping
from rnnlab.analysis._singular import HOME, Blurs
from rnnlab.analysis._update import Update, half_square

Array = NDArray[Any]

RATE = 0.3
"""First step of the descent, as a share of the starts' spread per state."""
MERGE = 0.003
"""Radius within which descended starts count as one, as a share of the starts' spread."""
NEWTON_COST = 1.2e8
"""How many ends are finished: as many as this over n_states^3, within bounds. Those nearest to others are dropped."""
SAME = 1e-5
"""Radius within which two polished points are the same, as a share of the starts' spread."""
REACH = 0.1
"""How far a continuum must extend to be called one, as a share of the starts' spread, and in state units at least."""
BESIDE = 1e-4
"""Distance at which the curvature at a point is read, as a share of 1 plus its size."""
FEW = 48
"""Ends that are finished before the others are looked at."""
LINEAR = 0.1
"""Bend of F(x) - x on the way to a known point, relative, below which an end counts as leading there."""
FIRST_STEPS, NEWTON_STEPS = 3, 40
FURTHER = ("mixtures", "mixtures", "mixtures", "trajectories", "surroundings")
"""What is looked at in turn, ever more finely, while the index sum shows that something is missing."""
FINEST = 4
"""Times as many steps and ends as the first of these rounds takes, at most."""


@dataclass(frozen=True)
class Round:
    """One round of the search: where its starts came from, how many there were, how many new points they led to."""

    starts: str
    n_starts: int
    n_new: int


@dataclass
class Search:
    """What is being looked for, and what has been found so far.

    ``smooth`` says whether no point can lie on a kink that matters, ``largest`` how large the numbers in one can be.
    """

    fast: Update
    exact: Update
    rule: Rule
    rng: np.random.Generator
    tolerance: float
    max_points: int
    n_steps: int = 100
    budget: int = 0
    pieces: Pieces | None = None
    let_go: Callable[[int], Array] | None = None
    scale: float = 1.0
    smooth: bool = True
    largest: float = np.inf
    states: Array = field(init=False)
    index: Array = field(init=False)
    kinked: Array = field(init=False)
    slow: Array = field(init=False)
    blurs: Blurs = field(init=False)
    n_paired: int = 0
    rounds: list[Round] = field(default_factory=list)
    led_to: Array = field(default_factory=lambda: np.zeros(0, np.intp))
    """For each of the first starts, the point that it led to; -1 where that is none."""

    def __post_init__(self) -> None:
        n = self.exact.n_states
        self.states, self.slow, self.index = np.zeros((0, n)), np.zeros((0, n)), np.zeros(0, np.int8)
        self.kinked = np.zeros(0, bool)
        self.blurs = Blurs(self.exact)

    @property
    def floor(self) -> float:
        """q that rounding alone may leave."""
        return (1e-14 * self.scale) ** 2 * self.exact.n_states

    @property
    def full(self) -> bool:
        """Enough points to stop: more would be a picture of a continuum, or of a fault."""
        return len(self.states) >= self.max_points

    def accept(self, points: Array, n_patterns: int) -> None:
        """Take the points that were solved for, all of them, instead of searching."""
        self.rule = Rule(None, f"all {n_patterns} activation patterns were solved", complete=True)
        self._add(points)
        self.rounds.append(Round("activation patterns", n_patterns, len(self.states)))

    def run_each(self, starts: Array, method: str) -> None:
        """Each start by itself, with no look at what the others found; see `rnnlab.analysis._each`."""
        ends = ends_of_each(self.exact, starts, method, self.tolerance)
        finite = np.asarray(np.isfinite(ends).all(axis=1))
        q = half_square(self.exact.residual(np.where(finite[:, None], ends, 0.0)))
        kept = finite & (self.are_roots(ends) if method == "exact" else q <= max(self.tolerance, self.floor))
        there = np.flatnonzero(kept)
        chosen = distinct(ends[there], q[there], (MERGE if method == "approx" else SAME) * self.scale)
        self._add(ends[there[chosen]])
        self.led_to = np.full(len(starts), -1)
        self.led_to[there] = nearest(ends[there], chosen)
        self.rounds.append(Round(f"starts, each by itself ({method})", len(starts), len(self.states)))
        if method == "approx":
            self.rule = Rule(None, f"any state with q below {self.tolerance:g} was taken, root or not", loose=True)

    def run(self, starts: Array, guesses: Array) -> None:
        """The whole search.

        Guesses go straight to Newton. Their midpoints are not tried, since the search that they come from did that.
        """
        if len(guesses):
            self._finish("guesses", len(guesses), guesses)
            self.n_paired = len(self.states)
        if len(starts):
            self.led_to = self._from_starts("starts", starts, self.n_steps)
        self._between(max(len(starts), 64), looks=1 if len(guesses) else 2)

    def _from_starts(self, origin: str, starts: Array, n_steps: int, effort: int = 1) -> Array:
        """Descend and finish; (start,) the point each led to, or -1."""
        rate = RATE * self.scale / np.sqrt(self.exact.n_states)
        n_most = int(np.clip(NEWTON_COST / self.exact.n_states**3, 64, 512)) * effort
        ends, leads_to = descend(self.fast, starts, n_steps, rate, MERGE * self.scale, n_most)
        ends = ends.astype(np.float64)
        finite = np.isfinite(ends).all(axis=1)
        hopped = [] if self.pieces is None else [points_by_hopping(self.pieces, starts)]
        self._finish(origin, len(starts), np.concatenate([*hopped, ends[finite]]))
        reached = np.full(len(ends), -1)
        reached[finite] = self._leading_to(ends[finite])
        return reached[leads_to]

    def _between(self, n_most: int, looks: int) -> None:
        """Seed from midpoints until a round brings nothing new; then look again, more finely, between all points.

        One finer look is always taken, a second where the index sum cannot tell (unless there were guesses, since the
        search that they come from took it); as long as the sum is off, more follow, from elsewhere too. Where there
        is a sum to tell, a look that brought something new is not the last: points come in pairs that leave it as it
        is.
        """
        self._pair_up(n_most)
        for look, origin in zip(count(1), cycle(FURTHER)):
            if self.full or not (len(self.states) or self._may_go_on()):
                return
            n_before = len(self.states)
            finer = min(look, FINEST)
            more = self._more(origin, n_most // 4 if look == 1 else n_most)
            self._from_starts(origin, more, self.n_steps // 2 * finer, finer)
            if len(self.states) > n_before:
                self._pair_up(n_most)
                if self._may_go_on():
                    continue
            verdict = balanced(self.rule, self.index)
            if verdict or (verdict is None and look >= looks) or (verdict is False and not self._may_go_on()):
                return

    def _may_go_on(self) -> bool:
        """Whether there is something to look for, and starts are left of the budget."""
        return self.rule.expected is not None and sum(each.n_starts for each in self.rounds) < self.budget

    def _more(self, origin: str, n: int) -> Array:
        if not len(self.states) or (origin == "trajectories" and self.let_go is not None):
            return np.zeros((0, self.exact.n_states)) if self.let_go is None else self.let_go(n)
        return self._mixtures(n) if origin == "mixtures" else self._surroundings(n)

    def _surroundings(self, n: int) -> Array:
        """Points found, moved by up to the spread of the starts."""
        about = self.states[self.rng.integers(len(self.states), size=n)]
        distance = self.scale * 10 ** self.rng.uniform(-2, 0.3, size=(n, 1))
        return about + distance * self.rng.normal(size=about.shape) / np.sqrt(self.exact.n_states)

    def _pair_up(self, n_most: int) -> None:
        while not self.full and self.n_paired < len(self.states):
            midpoints = self._midpoints(n_most)
            self.n_paired = len(self.states)
            if len(midpoints):
                self._from_starts("midpoints", midpoints, self.n_steps // 2)

    def _midpoints(self, n_most: int) -> Array:
        """Midpoints of all pairs of points that were not paired before; a random choice if too many."""
        one, other = np.triu_indices(len(self.states), 1)
        fresh = np.flatnonzero(other >= self.n_paired)
        if fresh.size > n_most:
            fresh = np.sort(self.rng.choice(fresh, n_most, replace=False))
        return (self.states[one[fresh]] + self.states[other[fresh]]) / 2

    def _mixtures(self, n: int) -> Array:
        """Random weighted means of pairs and of several of the points found, and a little off them."""
        count = len(self.states)
        weights = self.rng.dirichlet(np.full(count, 0.3), n)
        pairs = self.rng.integers(count, size=(n // 2, 2))
        share = self.rng.uniform(0.2, 0.8, size=(n // 2, 1))
        weights[: n // 2] = share * np.eye(count)[pairs[:, 0]] + (1 - share) * np.eye(count)[pairs[:, 1]]
        noise = self.rng.normal(size=(n, self.exact.n_states)) * (0.2 * self.scale / np.sqrt(self.exact.n_states))
        return weights @ self.states + noise

    def _finish(self, origin: str, n_starts: int, ends: Array) -> int:
        """Newton from the ends: from a few of them first, since most others turn out to lead to the same points."""
        n_before = len(self.states)
        for n_most in (FEW, None):
            ends = ends[self._unclaimed(ends)]
            chosen = distinct(ends, half_square(self.exact.residual(ends)), MERGE * self.scale, n_most)
            self._polish(ends[chosen])
            ends = np.delete(ends, chosen, axis=0)
        self.rounds.append(Round(origin, n_starts, len(self.states) - n_before))
        return len(self.states) - n_before

    def _unclaimed(self, ends: Array) -> Array:
        """(trial,) ends from which Newton would not obviously reach a known point."""
        return self._leading_to(ends) < 0

    def _leading_to(self, ends: Array) -> Array:
        """(trial,) the known point that Newton would obviously reach from each end; -1 where there is none.

        It would where F(x) - x is linear on the way: half as large halfway to the nearest known point.
        """
        if not len(self.states) or not len(ends):
            return np.full(len(ends), -1)
        nearest = np.array([int(((self.states - end) ** 2).sum(axis=1).argmin()) for end in ends])
        residual = self.exact.residual(ends)
        bend = self.exact.residual((ends + self.states[nearest]) / 2) - residual / 2
        linear = np.linalg.norm(bend, axis=1) <= LINEAR * np.linalg.norm(residual, axis=1)
        return np.where(linear, nearest, -1)

    def _polish(self, ends: Array) -> None:
        """Newton from each end; keep what is a fixed point and is not known yet.

        A few steps show which ends go the same way, or to a known point; only one of each goes on.
        """
        floor = self.floor
        part = polish(self.exact, ends, FIRST_STEPS, min(floor, self.tolerance))
        kept = distinct(part.states, part.q, MERGE * self.scale)
        kept = kept[away_from(part.states[kept], self.states, MERGE * self.scale)]
        done = polish(self.exact, part.states[kept], NEWTON_STEPS, min(floor, self.tolerance))
        exact = self.are_roots(done.states)
        self.slow = np.concatenate([self.slow, done.states[~exact & ~done.moving]])
        new = done.states[exact]
        new = new[distinct(new, done.q[exact], SAME * self.scale)]
        self._add(new[away_from(new, self.states, SAME * self.scale)])

    def are_roots(self, states: Array) -> Array:
        """(trial,) which states are fixed points, to the tolerance."""
        with np.errstate(over="ignore", invalid="ignore"):
            still = half_square(self.exact.residual(states)) <= max(self.tolerance, self.floor)
            return np.asarray(still & self.exact.is_home(states, HOME))

    def _add(self, new: Array) -> None:
        """Take in points that are known to be new, unless they are singular and cannot be told from known ones."""
        new = new[: self.max_points - len(self.states)]
        index = _indices_in_parts(self.exact, new)
        bent = np.zeros(len(new), bool) if self.smooth else undecided(self.exact, new) & (index != 0)
        singular = np.flatnonzero(index == 0)
        speed = 2 * np.sqrt(2 * max(self.tolerance, self.floor))
        again = singular[~self.blurs.new(new[singular], speed, REACH * max(self.scale, 1.0))]
        index[bent] = 0
        self.states = np.concatenate([self.states, np.delete(new, again, axis=0)])
        self.index = np.concatenate([self.index, np.delete(index, again)])
        self.kinked = np.concatenate([self.kinked, np.delete(bent, again)])


def jacobians_in_parts(update: Update, states: Array, most: int = 20_000_000) -> Iterator[Array]:
    """The Jacobians at ``states``, in batches of at most ``most`` numbers, so that memory stays bounded."""
    size = max(1, most // update.n_states**2)
    for start in range(0, len(states), size):
        yield update.jacobian(states[start : start + size])


def _indices_in_parts(update: Update, states: Array) -> Array:
    rounding = np.finfo(float).eps * (1 + np.linalg.norm(states, axis=1))
    residuals = np.maximum(np.linalg.norm(update.residual(states), axis=1), rounding)
    found, start = np.zeros(len(states), np.int8), 0
    for part in jacobians_in_parts(update, states):
        here = slice(start, start + len(part))

        def curvature(places: Array, part: Array = part, some: Array = states[here]) -> Array:
            return np.array([_curvature(update, some[k], part[k]) for k in places])

        found[here], start = indices(part, residuals[here], curvature), here.stop
    return found


def _curvature(update: Update, state: Array, jacobian: Array) -> float:
    """How much the Jacobian changes along the direction in which F(x) - x changes least, per state unit."""
    direction = np.linalg.svd(jacobian - np.eye(len(state)))[2][-1]
    step = BESIDE * (1 + float(np.abs(state).max())) * direction
    sides = update.jacobian(np.stack([state + step, state - step]))
    return float(np.linalg.norm(sides[0] - sides[1], 2) / (2 * np.linalg.norm(step)))
