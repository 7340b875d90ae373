"""Trials as courses through the three directions in which the states move most, with the fixed points among them.

What a plane hides (a ring seen from its edge, two attractors one behind the other) a third direction shows; see
Mante, Sussillo, Shenoy & Newsome 2013, Nature 503, for what such a space tells about a computation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.analysis.fixed_points import FixedPoints
from rnnlab.analysis.principal_components import PrincipalComponents, principal_components
from rnnlab.simulation import Trajectory
from rnnlab.tasks import Batch

N_COURSES, N_STEPS = 36, 150
"""Trials that are drawn, and most steps of each."""

MOST_STATES = 5000
"""States that the axes are laid through."""


@dataclass(frozen=True, repr=False, eq=False)
class StateSpace(Result):
    """Courses of trials and fixed points, in three coordinates.

    Attributes:
        axes: the frame: principal components.
        courses: per trial drawn, (step, 3) from the initial state to the end of the trial.
        trials: (course,) which trial of the batch each is.
        batch: the trials that the network was run on.
        factor: what orders and colours them; "" where nothing varies.
        points: fixed points under a constant input; None where none were asked for.
        n_units: of the network.
    """

    axes: PrincipalComponents
    courses: tuple[FloatArray, ...]
    trials: NDArray[np.intp]
    batch: Batch
    factor: str
    points: FixedPoints | None = None
    n_units: int = 0

    @property
    def units_have_axes(self) -> bool:
        """Whether each unit is one number of the state, so that it has a direction in state space."""
        return self.n_units == self.axes.axes.shape[1]

    @cached_property
    def at_points(self) -> FloatArray:
        """(point, 3) the fixed points in this frame."""
        return place(self.axes, np.zeros((0, self.axes.axes.shape[1])) if self.points is None else self.points.states)

    @cached_property
    def at_slow(self) -> FloatArray:
        """(slow point, 3) the slow points that are not fixed, in this frame."""
        none = self.points is None or not len(self.points.slow_states)
        return place(self.axes, np.zeros((0, self.axes.axes.shape[1])) if none else self.points.slow_states)  # type: ignore[union-attr]

    @cached_property
    def box(self) -> FloatArray:
        """(2, 3) the lowest and the highest coordinates of all that there is."""
        every = np.concatenate([*self.courses, self.at_points, self.at_slow])
        return np.stack([every.min(axis=0), every.max(axis=0)])

    def facts(self) -> dict[str, str]:
        shares = " + ".join(f"{100 * share:.1f} %" for share in self.axes.variance_ratio[:3])
        colour = self.factor.replace("_", " ") or "nothing"
        found = "" if self.points is None else ", ".join(f"{n} {kind}" for kind, n in self.points.counts().items())
        return {
            "axes": f"principal components 1 to {len(self.axes.variance_ratio)}: {shares} of the variance",
            "trials": f"{len(self.courses)} of {self.batch.n_trials}, coloured by {colour}",
            "fixed points": "not asked for" if self.points is None else found or "none found",
            "slow points": str(len(self.at_slow)) if len(self.at_slow) else "",
            "certificate": "" if self.points is None else self.points.certificate,
        }


def state_space(
    trajectory: Trajectory,
    points: FixedPoints | None = None,
    axes: PrincipalComponents | None = None,
    factor: str = "",
    n_courses: int = N_COURSES,
    n_steps: int = N_STEPS,
) -> StateSpace:
    """Lay three axes through the states of some trials, and put the trials and fixed points there.

    Args:
        trajectory: a network on a batch of trials.
        points: fixed points of the same network.
        axes: a frame to use, such as that of another state of the training; that of these trials if not given.
        factor: what the trials are ordered by: evenly chosen ones are drawn. "" draws them as they come.
        n_courses: trials drawn, at most.
        n_steps: steps drawn of each, at most, evenly chosen.

    Raises:
        ValueError: the trajectory is of plain inputs, or has no such factor, or the states do not move.

    >>> import rnnlab as rl
    >>> network = rl.networks.Network.initialised(rl.networks.LeakyRNN(n_units=6), 3, 3, 0)
    >>> trials = rl.tasks.get("flip_flop").sample(8, dt=10, seed=0)
    >>> space = state_space(rl.simulate(network, trials), n_courses=4)
    >>> len(space.courses), space.courses[0].shape[1], space.box.shape
    (4, 3, (2, 3))
    """
    batch = trajectory.batch
    if batch is None:
        raise ValueError("trajectory: of plain inputs, without trials; simulate a batch of a task")
    frame = frame_of(trajectory) if axes is None else axes
    chosen = _chosen(batch, factor, n_courses)
    courses = []
    for trial in chosen:
        length = int(batch.lengths[trial])
        steps = np.unique(np.linspace(0, length - 1, min(length, n_steps)).round().astype(int))
        states = np.concatenate([trajectory.initial[trial][None], trajectory.states[trial][steps]])
        courses.append(frozen(place(frame, states)))
    return StateSpace(frame, tuple(courses), frozen(chosen, np.intp), batch, factor, points, trajectory.n_units)


def frame_of(trajectory: Trajectory) -> PrincipalComponents:
    """The first three principal components (fewer where there are fewer units) of the states inside the trials."""
    batch = trajectory.batch
    assert batch is not None, "of a batch"
    states = trajectory.states[np.arange(batch.n_steps) < np.asarray(batch.lengths)[:, None]]
    thin = states[:: -(-len(states) // MOST_STATES)]
    return principal_components(thin, min(3, *thin.shape))


def place(axes: PrincipalComponents, states: NDArray) -> FloatArray:
    """(..., 3) coordinates of states; zero along a component that the frame lacks."""
    at = axes.project(states)[..., :3]
    return np.concatenate([at, np.zeros((*at.shape[:-1], 3 - at.shape[-1]))], axis=-1)


def turned(points: ArrayLike, azimuth: float, tilt: float) -> FloatArray:
    """Points as somebody sees them who has gone round them by ``azimuth`` and up by ``tilt``, degrees.

    Returns:
        (..., 3): to the right, up, and away from the reader. Distances stay what they are.

    >>> turned([1.0, 2.0, 3.0], azimuth=0, tilt=0).tolist()
    [1.0, 3.0, 2.0]
    """
    x, y, z = np.moveaxis(np.asarray(points, float), -1, 0)
    (ca, ct), (sa, st) = (f(np.radians([azimuth, tilt])) for f in (np.cos, np.sin))
    depth = y * ca - x * sa
    return np.stack([x * ca + y * sa, z * ct + depth * st, depth * ct - z * st], axis=-1)


def lifted_from_view(
    space: StateSpace, at: tuple[float, float], seen_from: tuple[float, float], visited: NDArray
) -> FloatArray:
    """A state that lies at a place of a picture of a space.

    A picture says two numbers of a state. The others are taken from the visited state that is nearest to the place in
    the picture: that state is moved in the plane of the picture until it lies there.

    Args:
        space: what is looked at.
        at: to the right and up, about the middle of ``space.box``.
        seen_from: azimuth and tilt, degrees; see `turned`.
        visited: (sample, n_states) states.

    Returns:
        (n_states,)
    """
    k = min(3, len(space.axes.axes))
    shown = turned(place(space.axes, visited) - space.box.mean(axis=0), *seen_from)[:, :2]
    nearest = int(((shown - at) ** 2).sum(axis=1).argmin())
    step = np.linalg.pinv(turned(np.eye(3), *seen_from)[:k, :2].T) @ (np.asarray(at) - shown[nearest])
    return np.asarray(visited[nearest] + step @ space.axes.axes[:k], float)


def _chosen(batch: Batch, factor: str, n: int) -> NDArray[np.intp]:
    """Trials, evenly chosen in the order of a factor, as they come where there is none."""
    if factor and factor not in batch.factors:
        raise ValueError(f"factor: no factor {factor!r}; the trials have {', '.join(batch.factors) or 'none'}")
    order = np.argsort(batch.factors[factor], kind="stable") if factor else np.arange(batch.n_trials)
    return np.sort(order[np.linspace(0, len(order) - 1, min(n, len(order))).round().astype(int)])
