"""Fixed points: the states at which a network under constant input stands still, and what surrounds them.

A trained network's computation is often legible as a set of fixed points: memories are attractors, decisions run
from saddle to attractor, a continuous variable lies along a line of slow points (Sussillo & Barak 2013, Opening the
black box, Neural Computation 25). `fixed_points` looks for all of them, attracting or not, and says what it can
about whether any is missing.

>>> import numpy as np
>>> from rnnlab.networks import from_arrays
>>> network = from_arrays(form="current", nonlinearity="tanh", dt=10, tau=100,
...                       W_in=[[1.0]], W_rec=[[2.0]], W_out=[[1.0]])
>>> points = fixed_points(network, inputs=[0.0])
>>> points.n_points, sorted(points.stability), points.index_sum
(3, ['stable', 'stable', 'unstable'], 1)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._bounds import index_rule, largest
from rnnlab.analysis._certificate import balanced, certificate
from rnnlab.analysis._curve import curve
from rnnlab.analysis._descent import slowest_near
from rnnlab.analysis._distinct import away_from, distinct
from rnnlab.analysis._each import METHODS
from rnnlab.analysis._kinks import is_smooth
from rnnlab.analysis._regions import pieces_of, points_by_pattern
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis._search import Round, Search, jacobians_in_parts
from rnnlab.analysis._spectra import spectra
from rnnlab.analysis._starts import checked, default_starts, given_starts, let_go, spread
from rnnlab.analysis._update import Update, half_square
from rnnlab.analysis.modes import Modes, modes_of
from rnnlab.analysis.slow_manifolds import SlowManifold, slow_manifolds
from rnnlab.networks import Network, as_network
from rnnlab.threads import one_thread

DEFAULT_STARTS = 1024
BUDGET = 16
"""Starts in all, as a multiple of the first ones, while the index sum says that a point is missing."""
MOST_SLOW = 32
"""States that slow points are looked for from; a line or surface of them is followed from one."""
SLOW_APART = 0.01
"""How far slow points are from each other and from fixed points, at least, as a share of the starts' spread."""


@dataclass(frozen=True, repr=False, eq=False)
class FixedPoints(Result):
    """The fixed points found, the most stable first.

    Attributes:
        network: the network they belong to.
        inputs: (n_inputs,) the constant input.
        states: (point, n_states).
        q: (point,) ``|F(x) - x|^2 / 2`` that is left, F being one time step.
        map_eigenvalues: (point, n_states) complex, of the Jacobian J of one time step; a point is stable where all
            are smaller than 1 in absolute value. Sorted from the slowest (or fastest growing) mode down.
        index: (point,) sign of det(I - J); 0 where I - J is singular to rounding, and on a kink.
        kinked: (point,) whether some units stand at a threshold where the derivative jumps, and what J says on one
            side it does not say on another: stability and index are left open.
        outputs: (point, n_outputs) what the network says there.
        certificate: "balanced ...", "at least one missing ..." or "does not apply, because ...".
        slow_states: (slow point, n_states) minima of q that are not zeros of it; only if asked for.
        slow_q: (slow point,) q there.
        manifolds: lines, rings and sheets that the points, or slow points, belong to, the longest first: where there
            are more points than could be listed, or where slow states are asked for.
        rounds: what each round of the search started from and brought.
        n_led: (point,) how many of the first starts led to it.
        note: what else a reader should know; empty if nothing.
    """

    network: Network
    inputs: FloatArray
    states: FloatArray
    q: FloatArray
    map_eigenvalues: NDArray[np.complex128]
    index: NDArray[np.int8]
    outputs: FloatArray
    certificate: str
    slow_states: FloatArray
    slow_q: FloatArray
    rounds: tuple[Round, ...] = ()
    note: str = ""
    balanced: bool | None = field(default=None)
    n_led: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    manifolds: tuple[SlowManifold, ...] = ()
    kinked: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def __len__(self) -> int:
        return len(self.states)

    @property
    def n_points(self) -> int:
        return len(self.states)

    @property
    def speed(self) -> FloatArray:
        """(point,) ``|F(x) - x|``, state units per time step."""
        return np.sqrt(2 * self.q)

    @property
    def eigenvalues(self) -> NDArray[np.complex128]:
        """(point, n_states) of the flow, in 1/s: those of ``(J - I) / dt``. Negative real part: the mode decays."""
        return (self.map_eigenvalues - 1) * (1000 / self.network.dt)

    @property
    def time_constants(self) -> FloatArray:
        """(point, n_states) in ms: how long each mode of the map takes to decay, or (negative) to grow, by e."""
        with np.errstate(divide="ignore"):
            return -self.network.dt / np.log(np.abs(self.map_eigenvalues))

    @property
    def n_unstable(self) -> NDArray[np.intp]:
        """(point,) modes that grow from step to step: eigenvalues of J larger than 1 in absolute value."""
        return (np.abs(self.map_eigenvalues) > 1).sum(axis=1)

    @property
    def n_unstable_flow(self) -> NDArray[np.intp]:
        """(point,) modes of the flow with positive real part."""
        return (self.map_eigenvalues.real > 1).sum(axis=1)

    @property
    def n_unstable_by_step(self) -> NDArray[np.intp]:
        """(point,) modes for which the time step is too long: they decay in the flow and grow from step to step."""
        return _n_by_step(self.map_eigenvalues)

    @property
    def stability(self) -> tuple[str, ...]:
        """Per point "stable", "saddle" (some modes grow), "unstable" (all do) or "marginal" (I - J is singular, or
        the point lies on a kink: its modes do not tell).

        Of the map, which is what is simulated; `n_unstable_by_step` tells where the flow would be more stable.
        """
        n = self.states.shape[1]
        return tuple(
            "marginal" if not index else "stable" if not count else "unstable" if count == n else "saddle"
            for count, index in zip(self.n_unstable, self.index, strict=True)
        )

    @property
    def index_sum(self) -> int:
        """Sum of the indices of the points found."""
        return int(self.index.sum())

    def jacobian(self, point: int) -> FloatArray:
        """J of one time step at a point, (to, from)."""
        return Update(self.network, self.inputs).jacobian(self.states[[point]])[0]

    def modes(self, point: int, n: int | None = None) -> Modes:
        """The first ``n`` modes (all by default) at a point: eigenvalues with their left and right eigenvectors."""
        return modes_of(self.jacobian(point), self.network.dt, n)

    @cached_property
    def leading(self) -> tuple[Modes, ...]:
        """Per point, its first mode: the slowest to decay or the fastest to grow, with both its eigenvectors."""
        return tuple(self.modes(point, 1) for point in range(len(self)))

    @property
    def curve(self) -> tuple[FloatArray, FloatArray]:
        """Numbers of starts and of points found with so many; see `rnnlab.analysis._curve`."""
        return curve(self.rounds, self.n_led)

    def counts(self) -> dict[str, int]:
        """How many points there are of each stability, e.g. ``{"stable": 8, "saddle": 19}``."""
        labels = self.stability
        return {name: labels.count(name) for name in dict.fromkeys(labels)}

    def facts(self) -> dict[str, str]:
        return {
            "points": ", ".join(f"{count} {name}" for name, count in self.counts().items()) or "none",
            "slow points": str(len(self.slow_q)) if len(self.slow_q) else "",
            "manifolds": ", ".join(f"a {each.kind}" for each in self.manifolds),
            "states": shape_of(self.states, "point", "state"),
            "largest speed": f"{self.speed.max():.1e} per step" if self.n_points else "",
            "certificate": self.certificate,
            "note": self.note,
        }


def fixed_points(
    source: Any,
    inputs: ArrayLike | None = None,
    *,
    starts: Any = None,
    guesses: ArrayLike | None = None,
    n_starts: int | None = None,
    seed: int = 0,
    tolerance: float = 1e-20,
    slow: float = 0.0,
    n_steps: int = 100,
    max_points: int = 512,
    budget: int | None = None,
    method: Literal["search", "exact", "approx"] = "search",
) -> FixedPoints:
    """All fixed points of a network under a constant input, as far as they can be found.

    Starts descend on q (Adam), are merged, and finished by Newton; midpoints of found pairs are the next starts,
    until a round brings nothing new and the index sum, where it applies, agrees. A network of at most 12 units that is
    piecewise linear (ReLU) is solved instead, region by region. Finding none is a result.

    Args:
        source: a Network, a Run, or anything with a ``network``. With a ``task`` too, its trials are simulated and
            half of the starts are states visited there.
        inputs: (n_inputs,) the constant input; zeros by default.
        starts: states to start from instead: (start, n_states), all of which are used; or (trial, time, n_states)
            or a Trajectory, of which ``n_starts`` states are drawn.
        guesses: (guess, n_states) states expected to be near points, e.g. those of an earlier search: tried first,
            by Newton alone, which is quick.
        n_starts: how many starts; 1024 by default. 128 with guesses is enough to follow a network as it changes.
        seed: of every random choice; the same seed gives the same points.
        tolerance: q below which a state is a fixed point (1e-20: a speed of 1.4e-10 per step).
        slow: report, as slow points, minima of q with a speed below this (state units per step), and the lines,
            rings and sheets on which the speed stays below it; 0 for none.
        n_steps: length of the descent.
        max_points: where to stop; so many points are usually a line or surface of them.
        budget: starts in all, of every kind, after which the search ends though the index sum says that a point is
            missing; 16 times ``n_starts`` by default.
        method: "search", or as other programs do, for comparison: "exact" finds a root from each start by itself
            (as fsolve does), "approx" the minimum of q, and takes any state with q below ``tolerance``.

    Raises:
        ValueError: inputs, starts or guesses of the wrong shape, or not finite; an unknown method.
    """
    network, rng = as_network(source), np.random.default_rng(seed)
    constant = _inputs(network, inputs)
    n = _count("n_starts", DEFAULT_STARTS if n_starts is None else n_starts)
    if method not in METHODS:
        raise ValueError(f"method: {method!r}; choose one of {', '.join(METHODS)}")
    search = _search(network, constant, rng, tolerance, max_points)
    search.n_steps, search.budget = n_steps, BUDGET * n if budget is None else _count("budget", budget)
    with one_thread(network.n_units):
        if starts is None and guesses is None and method == "search" and _solved(search):
            return _result(network, constant, search, slow)
        first = _starts(source, network, search.exact, starts, n, rng)
        near = checked("guesses", np.zeros((0, network.n_states)) if guesses is None else guesses, network.n_states)
        first = np.clip(first, -search.largest, search.largest) if starts is None else first
        search.scale = spread(np.concatenate([first, near]))
        with np.errstate(over="ignore", invalid="ignore"):  # a state that runs away is simply not a candidate
            search.run(first, near) if method == "search" else search.run_each(first, method)
        return _result(network, constant, search, slow)


def _search(network: Network, inputs: FloatArray, rng: np.random.Generator, tolerance: float, most: int) -> Search:
    exact = Update(network, inputs)
    search = Search(Update(network, inputs, np.float32), exact, index_rule(network), rng, tolerance, most)
    search.pieces, search.largest = pieces_of(network, inputs), largest(network)
    search.smooth = is_smooth(network) or (search.rule.unique and search.rule.expected is not None)
    search.let_go = lambda n: let_go(network, exact, n, rng)
    return search


def _solved(search: Search) -> bool:
    """Whether all points could be solved for; they are taken then."""
    pieces = search.pieces
    points = None if pieces is None else points_by_pattern(pieces)
    if pieces is None or points is None:
        return False
    search.accept(points, 2 ** len(pieces.W))
    return True


def _starts(source: Any, network: Network, update: Update, given: Any, n: int, rng: np.random.Generator) -> FloatArray:
    if given is None:
        return default_starts(source, network, update, n, rng)
    return given_starts(given, n, update.n_states, rng)


def _inputs(network: Network, inputs: ArrayLike | None) -> FloatArray:
    constant = np.zeros(network.n_inputs) if inputs is None else np.asarray(inputs, float)
    if constant.shape != (network.n_inputs,):
        raise ValueError(f"inputs: shape {constant.shape}; give one constant per input channel: ({network.n_inputs},)")
    if not np.isfinite(constant).all():
        raise ValueError(f"inputs: {constant.tolist()} are not all finite numbers")
    return constant


def _count(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise ValueError(f"{name}: {value!r}; give a whole number from 0")
    return int(value)


def _result(network: Network, inputs: FloatArray, search: Search, slow: float) -> FixedPoints:
    states, index, kinked = search.states, search.index, search.kinked
    values = _eigenvalues(search.exact, states)
    # Most stable first, then by state, so that equal searches list equal points in equal order.
    keys = np.round(states / search.scale, 4).T[::-1]
    order = np.lexsort([*keys, (np.abs(values) > 1).sum(axis=1)])
    states, values, index, kinked = states[order], values[order], index[order], kinked[order]
    slow_states = _slow(search, slow)
    manifolds = _manifolds(search, states, index, slow_states, slow)
    return FixedPoints(
        network=network,
        inputs=frozen(inputs),
        states=frozen(states),
        q=frozen(half_square(search.exact.residual(states))),
        map_eigenvalues=frozen(values),
        index=frozen(index),
        outputs=frozen(network.readout(states)),
        certificate=certificate(search.rule, index, search.blurs.n_of_continuum > 0, int(kinked.sum())),
        slow_states=frozen(slow_states),
        slow_q=frozen(half_square(search.exact.residual(slow_states))),
        rounds=tuple(search.rounds),
        manifolds=manifolds,
        n_led=frozen(np.bincount(search.led_to[search.led_to >= 0], minlength=len(index))[order]),
        note=_note(search, index, kinked, values, manifolds),
        kinked=frozen(kinked),
        balanced=balanced(search.rule, index),
    )


def _eigenvalues(update: Update, states: FloatArray) -> NDArray[np.complex128]:
    parts = [spectra(part) for part in jacobians_in_parts(update, states)]
    values = np.concatenate(parts) if parts else np.zeros((0, update.n_states), complex)
    return np.take_along_axis(values, np.argsort(-np.abs(values), axis=1, kind="stable"), axis=1)


def _n_by_step(values: NDArray[np.complex128]) -> NDArray[np.intp]:
    return ((np.abs(values) > 1) & (values.real < 1)).sum(axis=1)


def _slow(search: Search, slow: float) -> FloatArray:
    """Minima of q below the speed asked for that are not fixed points, each once."""
    if not slow:
        return search.slow[:0]
    bound = slow**2 / 2
    stalled = search.slow[half_square(search.exact.residual(search.slow)) < 4 * bound]
    kept = distinct(stalled, half_square(search.exact.residual(stalled)), SLOW_APART * search.scale, MOST_SLOW)
    minima = slowest_near(search.exact, stalled[kept])
    minima = minima[(np.abs(minima) <= search.largest).all(axis=1) & ~search.are_roots(minima)]
    q = half_square(search.exact.residual(minima))
    below = minima[q < bound]
    apart = below[distinct(below, q[q < bound], SLOW_APART * search.scale)]
    return apart[away_from(apart, search.states, SLOW_APART * search.scale)]


def _manifolds(
    search: Search, states: FloatArray, index: NDArray[np.int8], slow_states: FloatArray, slow: float
) -> tuple[SlowManifold, ...]:
    """What the points of a continuum, and where slow states are asked for all points, belong to."""
    still = 2 * float(np.sqrt(2 * max(search.tolerance, search.floor)))
    begin = np.concatenate([states[index == 0], states[index != 0], slow_states])
    if not slow and not search.blurs.n_of_continuum:
        return ()
    return slow_manifolds(search.exact, begin if slow else states[index == 0], max(slow, still), search.scale, still)


def _note(
    search: Search,
    index: NDArray[np.int8],
    kinked: NDArray[np.bool_],
    values: NDArray[np.complex128],
    manifolds: tuple[SlowManifold, ...],
) -> str:
    notes = []
    if not len(index):
        notes.append("no fixed point was found; every start ended where the network still moves")
    if search.full:
        notes.append(f"stopped at {search.max_points} points; there may be more")
    if search.blurs.n_of_continuum:
        kinds = " and ".join(f"a {kind}" for kind in dict.fromkeys(each.kind for each in manifolds if each.exact))
        notes.append(f"the marginal points are samples of {kinds or 'a continuum'}, not a list of all")
    elif not (index.astype(bool) | kinked).all():
        notes.append("marginal points are singular: a bifurcation, or a continuum too short to be shown")
    if kinked.any():
        which = "the point stands" if len(index) == 1 else f"{int(kinked.sum())} of {len(index)} points stand"
        notes.append(
            f"{which} at the threshold of some units, where the derivative jumps: eigenvalues are those of one side"
        )
    strayed = int((_n_by_step(values) > 0).sum())
    if strayed:
        notes.append(
            f"at {strayed} of {len(index)} points the time step is too long for some modes: they decay in continuous "
            "time and grow from step to step; simulate with a smaller dt"
        )
    return "; ".join(notes)
