"""The saved states of a training as a film: fixed points, spectrum and trajectories, state by state.

All states are run on the same trials without noise and are shown in one frame, that of the last state's principal
components, so that what moves on the screen has moved in state space. Fixed points are searched in every state by
itself and then matched from one state to the next. What a network learns first, and how its attractors appear, is seen
that way; see Driscoll, Shenoy & Sussillo 2024, Nature Neuroscience 27.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._matching import followed, matched
from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.analysis._update import Update
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.spectrum import Spectrum, spectrum
from rnnlab.analysis.state_space import StateSpace, frame_of, state_space
from rnnlab.networks import Network
from rnnlab.runs import Run
from rnnlab.runs.beginning import untrained
from rnnlab.simulation import Trajectory, simulate
from rnnlab.tasks import Batch

N_COURSES, N_STEPS = 24, 80
"""Trials that are drawn of each state, and most steps of each."""

N_STARTS = 128
"""Starts of the search for fixed points in each state."""


@dataclass(frozen=True, repr=False, eq=False)
class Film(Result):
    """Every saved state of a training, in one frame.

    Attributes:
        updates: (state,) how many updates each had seen, rising.
        spaces: per state, trajectories and fixed points in the common frame.
        spectra: per state, the eigenvalues of its (first) recurrent matrix.
        branch_of: per state, (point,) which point of the film each fixed point is: the same number in two states is
            the same point.
    """

    updates: NDArray[np.intp]
    spaces: tuple[StateSpace, ...]
    spectra: tuple[Spectrum, ...]
    branch_of: tuple[NDArray[np.intp], ...]

    def __len__(self) -> int:
        return len(self.updates)

    @property
    def n_points(self) -> NDArray[np.intp]:
        """(state,) how many fixed points there are."""
        return np.array([len(each) for each in self.branch_of])

    @cached_property
    def box(self) -> FloatArray:
        """(2, 3) the lowest and the highest coordinates in any state."""
        every = np.stack([space.box for space in self.spaces])
        return np.stack([every[:, 0].min(axis=0), every[:, 1].max(axis=0)])

    def path(self, branch: int, state: int) -> FloatArray:
        """(state, 3) where a fixed point was in the states up to this one since it appeared."""
        at = []
        for of, space in zip(self.branch_of[: state + 1], self.spaces, strict=False):
            at += [space.at_points[row] for row in np.flatnonzero(of == branch)]
        return np.array(at).reshape(-1, 3)

    def facts(self) -> dict[str, str]:
        last, n = self.spaces[-1], self.n_points
        shares = " + ".join(f"{100 * share:.1f} %" for share in last.axes.variance_ratio[:3])
        radii = [each.radius for each in self.spectra]
        born = len({int(b) for of in self.branch_of for b in of}) - int(n[0])
        return {
            "states": f"{len(self)}, after {_updates(self.updates)} updates",
            "axes": f"principal components of the last state: {shares} of its variance",
            "fixed points": f"{n[0]} at first, {n[-1]} at last; {born} appeared on the way",
            "spectral radius": f"{radii[0]:.3g} at first, {radii[-1]:.3g} at last",
        }


def film(
    networks: Mapping[int, Network],
    batch: Batch,
    inputs: ArrayLike,
    *,
    factor: str = "",
    n_starts: int = N_STARTS,
    n_courses: int = N_COURSES,
    seed: int = 0,
    tell: Callable[[float], None] = lambda share: None,
    memo: MutableMapping[Hashable, Any] | None = None,
) -> Film:
    """Make the film of some states of one training.

    Args:
        networks: updates done -> the network then: `rnnlab.analysis.saved_states` of a run.
        batch: the trials that each is run on, without its own noise.
        inputs: (n_inputs,) the constant input under which fixed points are sought.
        factor: of the batch, by which trials are chosen and coloured.
        n_starts: of the search in each state; those fixed points of the state before it that are still there are
            found as well.
        n_courses: trials drawn of each state.
        seed: of the searches.
        tell: called with the share that is done; it may raise, to give up.
        memo: keeps what was computed of each of these states, for a film that has some states more. Give the same one
            only with the same trials and settings.

    Raises:
        ValueError: no states, or states of different sizes.

    >>> import rnnlab as rl
    >>> states = {k: rl.networks.Network.initialised(rl.networks.LeakyRNN(n_units=5), 3, 3, k) for k in (0, 1)}
    >>> trials = rl.tasks.get("flip_flop").sample(6, dt=10, seed=0, noise=False)
    >>> film(states, trials, [0, 0, 0], n_starts=8).updates.tolist()
    [0, 1]
    """
    if not networks:
        raise ValueError("networks: no state is given; keep some while training (`states`), or give the last one")
    if len({network.n_states for network in networks.values()}) > 1:
        raise ValueError("networks: not all of one size; give states of one training")
    held, known = np.asarray(inputs, float), {} if memo is None else memo
    stills: dict[Hashable, _Still] = {}
    before: _Still | None = None
    for k, update in enumerate(sorted(networks)):
        tell(k / len(networks))
        key = update, networks[update], before  # the one before as it was found: it says where to look, and what is new
        before = known.get(key) or _still(networks[update], batch, held, before, n_starts, seed)
        stills[key] = known[key] = before
    for thinned_out in [key for key in known if key not in stills]:
        del known[thinned_out]
    tell(1.0)
    return _shown(sorted(networks), list(stills.values()), factor, n_courses)


def _shown(updates: list[int], stills: list[_Still], factor: str, n_courses: int) -> Film:
    axes = frame_of(stills[-1].trajectory)
    spaces = [state_space(s.trajectory, s.points, axes, factor, n_courses, N_STEPS) for s in stills]
    return Film(
        updates=frozen(updates, np.intp),
        spaces=tuple(spaces),
        spectra=tuple(s.spectrum for s in stills),
        branch_of=_branches([s.from_before for s in stills]),
    )


def saved_states(run: Run) -> dict[int, Network]:
    """Updates done -> the network then: the states that a run kept, its last one, and its beginning, where known.

    Args:
        run: read from a folder with `rnnlab.load`; of another one only its beginning and end are known.
    """
    kept = [update for update in run.states if update != run.update] if run.path is not None else []
    states = {update: run.at(update).network for update in kept} | {run.update: run.network}
    if 0 not in states and run.parent is None:
        states[0] = untrained(run.experiment)
    return dict(sorted(states.items()))


@dataclass(frozen=True, eq=False)
class _Still:
    """What is computed of one state.

    Attributes:
        from_before: (point,) which point of the state before each is; -1 for a new one.
    """

    trajectory: Trajectory
    points: FixedPoints
    spectrum: Spectrum
    from_before: NDArray[np.intp]


def _still(network: Network, batch: Batch, held: FloatArray, before: _Still | None, n_starts: int, seed: int) -> _Still:
    trajectory = simulate(network, batch).lasting()
    guesses = None if before is None else before.points.states
    points = fixed_points(trajectory.network, held, starts=trajectory, guesses=guesses, n_starts=n_starts, seed=seed)
    first = next(iter(network.config.recurrent_matrices(network.parameters)))
    return _Still(trajectory, points, spectrum(network, first), _from(before, points))


def _from(before: _Still | None, points: FixedPoints) -> NDArray[np.intp]:
    """(point,) which point of the state before each is."""
    found = np.full(len(points), -1)
    if before is not None:
        old = before.points
        led_to = followed(Update(points.network, points.inputs), old.states)
        pairs = matched(old.states, led_to, points.states, old.n_unstable[:, None] == points.n_unstable)
        found[pairs[:, 1]] = pairs[:, 0]
    return found


def _branches(from_before: list[NDArray[np.intp]]) -> tuple[NDArray[np.intp], ...]:
    """Per state, (point,) a number that stays with each point as long as it is there."""
    branches: list[NDArray[np.intp]] = []
    count = 0
    for before in from_before:
        here = np.array([branches[-1][k] if k >= 0 else -1 for k in before], np.intp)
        born = np.flatnonzero(here < 0)
        here[born] = np.arange(count, count + len(born))
        count += len(born)
        branches.append(frozen(here, np.intp))
    return tuple(branches)


def _updates(updates: NDArray[np.intp]) -> str:
    """``"0, 50, 100, ..., 1000"``."""
    texts = [f"{update:d}" for update in updates]
    return ", ".join(texts if len(texts) < 7 else [*texts[:3], "...", texts[-1]])
