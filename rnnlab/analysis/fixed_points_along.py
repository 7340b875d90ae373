"""Fixed points followed along a path: which move, which are born, which die, and which change their stability.

What one sees is a bifurcation diagram. At each step of the path the points of the steps beside it are the guesses of a
search of its own, so that new points are found as well as old ones followed; where points appear or disappear the path
is halved until the place is known more closely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._distinct import away_from
from rnnlab.analysis._matching import followed, matched
from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.analysis._update import Update, half_square
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.paths import Path

N_FIRST, N_STARTS = 1024, 64
"""Starts of the search at the first step, and of each after it, besides the points beside it."""
SAME = 1e-4


@dataclass(frozen=True)
class Event:
    """Something that happened to points between two steps of a path.

    Attributes:
        kind: "birth", "death", or "change" of the number of unstable directions.
        between: values of the path before and after it.
        branches: whom it happened to.
    """

    kind: str
    between: tuple[float, float]
    branches: tuple[int, ...]

    @property
    def value(self) -> float:
        """Where on the path it happened, at best guess."""
        return sum(self.between) / 2


@dataclass(frozen=True, repr=False, eq=False)
class Branch:
    """One fixed point followed as long as it exists.

    Attributes:
        steps: (step,) steps of the path at which it is there, without gaps.
        values: (step,) of the path.
        states: (step, n_states).
        outputs: (step, n_outputs).
        n_unstable: (step,) directions in which it repels.
        stability: per step, as `FixedPoints.stability`.
    """

    steps: NDArray[np.intp]
    values: FloatArray
    states: FloatArray
    outputs: FloatArray
    n_unstable: NDArray[np.intp]
    stability: tuple[str, ...]


@dataclass(frozen=True, repr=False, eq=False)
class FixedPointsAlong(Result):
    """The points at every step of a path, and who is who.

    Attributes:
        name: what changes along the path.
        values: (step,) those of the path, and those added where something happened.
        points: what was found at each step.
        branch_of: per step, (point,) which branch each point belongs to.
        events: births, deaths and changes of stability, in order.
    """

    name: str
    values: FloatArray
    points: tuple[FixedPoints, ...]
    branch_of: tuple[NDArray[np.intp], ...]
    events: tuple[Event, ...]

    @property
    def n_points(self) -> NDArray[np.intp]:
        """(step,) how many points there are."""
        return np.array([len(each) for each in self.points])

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """Every point followed, in the order of their appearance."""
        n = 1 + max((int(each.max(initial=-1)) for each in self.branch_of), default=-1)
        return tuple(self._branch(k) for k in range(n))

    def _branch(self, k: int) -> Branch:
        steps = np.array([i for i, each in enumerate(self.branch_of) if k in each], np.intp)
        rows = [int(np.flatnonzero(self.branch_of[i] == k)[0]) for i in steps]
        at = [(self.points[i], row) for i, row in zip(steps, rows, strict=True)]
        return Branch(
            steps=frozen(steps),
            values=frozen(self.values[steps]),
            states=frozen([points.states[row] for points, row in at]),
            outputs=frozen([points.outputs[row] for points, row in at]),
            n_unstable=frozen([points.n_unstable[row] for points, row in at]),
            stability=tuple(points.stability[row] for points, row in at),
        )

    def of_kind(self, kind: str) -> tuple[Event, ...]:
        """The events of a kind: "birth", "death" or "change"."""
        return tuple(event for event in self.events if event.kind == kind)

    def facts(self) -> dict[str, str]:
        counts = self.n_points
        unsure = sum(points.balanced is False for points in self.points)
        born, died = (sum(len(event.branches) for event in self.of_kind(kind)) for kind in ("birth", "death"))
        return {
            "along": f"{self.name}, {self.values[0]:g} to {self.values[-1]:g} in {len(self.values)} steps",
            "points": f"{counts[0]} at first, {counts.min()} to {counts.max()} on the way, {counts[-1]} at last",
            "events": f"{born} born, {died} gone, {len(self.of_kind('change'))} changes of stability",
            "note": f"at {unsure} of {len(counts)} steps at least one point is missing" if unsure else "",
        }


def fixed_points_along(
    path: Path,
    *,
    n_starts: int = N_STARTS,
    finer: int = 3,
    seed: int = 0,
    tell: Callable[[float], None] = lambda share: None,
    **options: Any,
) -> FixedPointsAlong:
    """The fixed points of a network as its input or its weights change.

    Args:
        path: `between_inputs`, `scaled`, `through_training`, or one of your own.
        n_starts: of the search at each step after the first, besides the points of the steps beside it.
        finer: times that a step between which points appear or disappear is halved; 0 for none. Only where the path
            is continuous.
        seed: of every random choice.
        tell: called with the share of the work that is done; it may raise, to give up.
        options: of `fixed_points`, such as ``tolerance``.

    Example: the pitchfork of x = tanh(w x) at w = 1.

    >>> from rnnlab.analysis import scaled
    >>> from rnnlab.networks import from_arrays
    >>> unit = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=[[1.0]])
    >>> along = fixed_points_along(scaled(unit, "W_rec", [0.7, 0.9, 1.1, 1.3]), n_starts=16)
    >>> along.n_points[[0, -1]].tolist(), [event.kind for event in along.events]
    ([1, 3], ['birth', 'change'])
    """
    walk = _Walk(path, {"seed": seed, **options}, n_starts)
    stages = [walk.forwards, walk.settle, *(walk.halve, walk.settle) * (finer if path.continuous else 0)]
    for k, stage in enumerate(stages):
        stage(_part(tell, k, len(stages)))
    return walk.result()


def _part(tell: Callable[[float], None], k: int, n: int) -> Callable[[float], None]:
    """Told the share of the k-th of n parts, tells that of the whole."""
    return lambda share: tell((k + share) / n)


class _Walk:
    """The steps taken so far: values, and the points at each."""

    def __init__(self, path: Path, options: dict[str, Any], n_starts: int) -> None:
        self.path, self.options, self.n_starts = path, options, n_starts
        self.values: list[float] = []
        self.points: list[FixedPoints] = []

    def forwards(self, tell: Callable[[float], None]) -> None:
        """Step by step, each with the points of the one before as guesses."""
        for k, value in enumerate(self.path.values):
            tell(k / len(self.path.values))
            guesses = self.points[-1].states if self.points else None
            self.points.append(self._search(float(value), guesses))
            self.values.append(float(value))

    def settle(self, tell: Callable[[float], None]) -> None:
        """Points that a step lacks and one beside it leads to: they were there, and not found."""
        n = len(self.values) - 1
        pairs = [(k + 1, k) for k in reversed(range(n))] + [(k, k + 1) for k in range(n)]
        for i, (known, other) in enumerate(pairs):
            tell(i / len(pairs))
            self._look(known, other)

    def _look(self, known: int, other: int) -> None:
        """Search step ``other`` again where the points of step ``known`` lead to ones that it lacks."""
        here = self.points[other]
        update = _update(here)
        there = followed(update, self.points[known].states)
        there = there[half_square(update.residual(there)) <= self.options.get("tolerance", 1e-20)]
        apart = SAME * (1 + np.abs(here.states).max(initial=0.0))
        lacking = there[away_from(there, here.states, apart)]
        if len(lacking):
            self.points[other] = self._search(self.values[other], np.concatenate([here.states, lacking]))

    def halve(self, tell: Callable[[float], None]) -> None:
        """Add the middle of every step in which points appear or disappear."""
        at = [k for k in range(len(self.values) - 1) if len(self._pairs(k)) < max(map(len, self.points[k : k + 2]))]
        for i, k in enumerate(reversed(at)):
            tell(i / len(at))
            middle = (self.values[k] + self.values[k + 1]) / 2
            guesses = np.concatenate([self.points[k].states, self.points[k + 1].states])
            self.points.insert(k + 1, self._search(middle, guesses))
            self.values.insert(k + 1, middle)

    def _search(self, value: float, guesses: FloatArray | None) -> FixedPoints:
        network, inputs = self.path.at(value)
        if guesses is not None and guesses.shape[1] != network.n_states:
            raise ValueError(f"path: {network.n_states} states at {value:g}, {guesses.shape[1]} before; keep the size")
        if guesses is None or not len(guesses):
            return fixed_points(network, inputs, **({"n_starts": N_FIRST} | self.options))
        return fixed_points(network, inputs, guesses=guesses, n_starts=self.n_starts, **self.options)

    def _pairs(self, k: int) -> NDArray[Any]:
        """Which point of step k is which of the next."""
        old, new = self.points[k], self.points[k + 1]
        alike = old.n_unstable[:, None] == new.n_unstable
        return matched(old.states, followed(_update(new), old.states), new.states, alike)

    def result(self) -> FixedPointsAlong:
        branch_of, events = [np.arange(len(self.points[0]))], list[Event]()
        n_branches = len(self.points[0])
        for k, after in enumerate(self.points[1:]):
            pairs, new = self._pairs(k), np.full(len(after), -1)
            new[pairs[:, 1]] = branch_of[k][pairs[:, 0]]
            born = np.flatnonzero(new < 0)
            new[born] = np.arange(n_branches, n_branches + len(born))
            n_branches += len(born)
            branch_of.append(new)
            events += self._events(k, branch_of, pairs)
        frozen_ids = tuple(frozen(each) for each in branch_of)
        return FixedPointsAlong(self.path.name, frozen(self.values), tuple(self.points), frozen_ids, tuple(events))

    def _events(self, k: int, branch_of: list[NDArray[Any]], pairs: NDArray[Any]) -> Iterator[Event]:
        before, after, between = self.points[k], self.points[k + 1], (self.values[k], self.values[k + 1])
        changed = before.n_unstable[pairs[:, 0]] != after.n_unstable[pairs[:, 1]]
        happened = {
            "birth": np.setdiff1d(branch_of[k + 1], branch_of[k]),
            "death": np.setdiff1d(branch_of[k], branch_of[k + 1]),
            "change": branch_of[k + 1][pairs[changed, 1]],
        }
        for kind, branches in happened.items():
            if len(branches):
                yield Event(kind, between, tuple(sorted(int(branch) for branch in branches)))


def _update(points: FixedPoints) -> Update:
    return Update(points.network, points.inputs)
