"""What a person has opened in state space: a fixed point, and states from which activity is released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import param
from numpy.typing import NDArray

from rnnlab.analysis import FixedPoints, StateSpace, beside, lifted
from rnnlab.analysis.released import visited_states
from rnnlab.analysis.state_space import lifted_from_view
from rnnlab.session.results import Results
from rnnlab.simulation import Trajectory
from rnnlab.spec import Spec

State = tuple[float, ...]

MOST = 24
"""More states than this are not released from at once; the oldest give way."""


@dataclass(frozen=True)
class Explored(Spec):
    """What was opened in state space.

    Attributes:
        starts: states from which activity is released, one for each of ``places``.
        places: what was clicked: coordinates in a plane, and its two components.
        point: the state of the fixed point that was opened, or None; its number changes when the network learns.
        sides: states on both sides of it, from which activity is released too.
        in_space: states from which activity is released in the space of three dimensions.
        asked_point: as ``point``, of the points of an answer in the dissection.
        asked_sides: as ``sides``, of that one.
    """

    starts: tuple[State, ...] = ()
    places: tuple[tuple[float, float, int, int], ...] = ()
    point: State | None = None
    sides: tuple[State, ...] = ()
    in_space: tuple[State, ...] = ()
    asked_point: State | None = None
    asked_sides: tuple[State, ...] = ()

    @property
    def states(self) -> tuple[State, ...]:
        """All from which activity is released."""
        return (*self.starts, *self.sides)

    @property
    def every_state(self) -> tuple[State, ...]:
        """All that is of one network: where activity is released from, and points that are open."""
        points = [each for each in (self.point, self.asked_point) if each is not None]
        return (*self.states, *self.in_space, *self.asked_sides, *points)


class Exploring(param.Parameterized):
    """State space of a `rnnlab.session.Session`, as far as a person has explored it."""

    explored = param.ClassSelector(class_=Explored, default=Explored(), doc="What was opened in state space.")

    results: Results
    points: Any
    example: Any
    experiment: Any
    _example_seed: int

    def open_point(self, number: int | None) -> None:
        """Open a fixed point, by its number among `points`, with activity released on both sides; None closes it."""
        points = self.points
        changes: dict[str, Any] = {"point": None, "sides": ()}
        if number is not None and points is not None and 0 <= number < len(points):
            changes = {"point": _states(points.states[[number]])[0], "sides": _states(beside(points, number))}
        self.param.update(explored=self.explored.replace(**changes))

    def release_at(self, x: float, y: float, axes: tuple[int, int] = (0, 1)) -> None:
        """Release activity from a place in the plane of two principal components; see `rnnlab.analysis.lifted`."""
        trajectory, components = self.results.trajectory, self.results.components
        if trajectory is None or components is None or max(axes) >= len(components.axes):
            return
        start = _states(lifted([(x, y)], trajectory, components, axes))
        places = (*self.explored.places, (x, y, *axes))[-MOST:]
        starts = (*self.explored.starts, *start)[-MOST:]
        self.param.update(explored=self.explored.replace(starts=starts, places=places))

    def release_in(self, space: StateSpace, at: tuple[float, float], seen_from: tuple[float, float]) -> None:
        """Release activity from a place in a picture of a space; see `rnnlab.analysis.state_space.lifted_from_view`."""
        trajectory = self.results.trajectory
        if trajectory is None or trajectory.states.shape[2] != space.axes.axes.shape[1]:
            return
        start = _states([lifted_from_view(space, at, seen_from, visited_states(trajectory))])
        self.param.update(explored=self.explored.replace(in_space=(*self.explored.in_space, *start)[-MOST:]))

    def released_in(self, space: StateSpace) -> Trajectory | None:
        """The activity that was released there, under the input of the fixed points that the space shows."""
        seen, points = self.explored, space.points
        sides = seen.asked_sides if points is not None else ()
        return self.results.released((*seen.in_space, *sides), None if points is None else points.inputs)

    def open_asked(self, points: FixedPoints, number: int | None) -> None:
        """Open one of an answer's fixed points, with activity released on both sides; None closes it."""
        changes: dict[str, Any] = {"asked_point": None, "asked_sides": ()}
        if number is not None and 0 <= number < len(points):
            state, sides = points.states[[number]], beside(points, number)
            changes = {"asked_point": _states(state)[0], "asked_sides": _states(sides)}
        self.param.update(explored=self.explored.replace(**changes))

    def opened_asked(self, points: FixedPoints | None) -> int | None:
        """The number among an answer's points of the one that is open: the nearest to where it was."""
        return _nearest(points, self.explored.asked_point)

    def released_beside(self, points: FixedPoints) -> Trajectory | None:
        """The activity that was released on both sides of the one that is open, under their input."""
        return self.results.released(self.explored.asked_sides, points.inputs)

    def clear_explored(self) -> None:
        """Close the point and take all released activity away."""
        self.param.update(explored=Explored())

    def opened_point(self) -> int | None:
        """The number among `points` of the one that is open: the nearest to where it was."""
        return _nearest(self.points, self.explored.point)

    def explored_script(self, source: str = "runs/mine") -> str:
        """A short Python file that opens the same of a run."""
        held = self.results.constant_input
        inputs = "None" if held is None else f"[{', '.join(f'{u:.6g}' for u in held)}]"
        lines = ["import numpy as np", "import rnnlab as rl", "", f"run = rl.load({source!r})", f"inputs = {inputs}"]
        lines.append("points = rl.analysis.fixed_points(run, inputs=inputs)")
        n, seed = self.example.n_trials, (self.experiment.seed, self._example_seed)
        lines.append(f"trajectory = rl.simulate(run, run.task.sample({n}, dt=run.network.dt, seed={seed}))")
        starts = []
        number = self.opened_point()
        if number is not None:
            lines.append(
                f"print(points.modes({number}))                 # its eigenvalues: .eigenvalues, .right, .left"
            )
            starts.append(f"rl.analysis.beside(points, {number})")
        for axes in dict.fromkeys(place[2:] for place in self.explored.places):
            here = ", ".join(f"({x:.4g}, {y:.4g})" for x, y, *of in self.explored.places if tuple(of) == axes)
            starts.append(f"rl.analysis.lifted([{here}], trajectory{'' if axes == (0, 1) else f', axes={axes}'})")
        if starts:
            lines.append(f"starts = {starts[0] if len(starts) == 1 else 'np.concatenate([' + ', '.join(starts) + '])'}")
            lines.append("courses = rl.analysis.released(run, starts, inputs)")
        extra = ", courses=courses" if starts else ""
        lines.append(f"figure = rl.figures.fixed_points(points, trajectory{extra})")
        return "\n".join(lines if len(starts) > 1 else lines[1:]) + "\n"

    def _explore_again(self, n_states: int) -> None:
        """Forget what is of a network with another number of states."""
        if any(len(each) != n_states for each in self.explored.every_state):
            self.param.update(explored=Explored())


def _states(array: NDArray[np.float64] | Sequence[Any]) -> tuple[State, ...]:
    return tuple(tuple(float(value) for value in state) for state in np.asarray(array))


def _nearest(points: FixedPoints | None, state: State | None) -> int | None:
    """The number of the point nearest to a state; None where there is none of such a network."""
    if points is None or state is None or not len(points) or points.states.shape[1] != len(state):
        return None
    return int(np.linalg.norm(points.states - np.asarray(state), axis=1).argmin())
