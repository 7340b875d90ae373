"""Activity released by hand: from a place that was pointed at, or from beside a fixed point, under an input held."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray
from rnnlab.analysis.fixed_points import FixedPoints
from rnnlab.analysis.principal_components import PrincipalComponents, principal_components
from rnnlab.networks import as_network
from rnnlab.simulation import Trajectory, simulate

KICK = 0.05
"""How far beside a point activity is released, in state units."""


def beside(points: FixedPoints, point: int, kick: float = KICK) -> FloatArray:
    """States on both sides of a fixed point, along the mode that decays slowest or grows fastest.

    Args:
        points: what a search found.
        point: which of them.
        kick: length of the step aside, in state units. Of a mode that turns, the real part of its eigenvector is taken.

    Returns:
        (2, n_states) the point plus and minus the step.

    Raises:
        ValueError: no point of that number, or a step that leads nowhere.

    Example:
        >>> from rnnlab.analysis import fixed_points
        >>> from rnnlab.networks import from_arrays
        >>> unit = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=[[1.5]])
        >>> points = fixed_points(unit)
        >>> states = released(unit, beside(points, points.stability.index("saddle")
        ...     if "saddle" in points.stability else points.stability.index("unstable")), duration=2000).states
        >>> np.sign(states[:, -1, 0]).tolist(), bool(np.allclose(abs(states[:, -1, 0]), points.states.max(), atol=1e-3))
        ([1.0, -1.0], True)
    """
    if not 0 <= point < len(points):
        raise ValueError(f"point: there is no point {point} among {len(points)}; count from 0")
    if not kick > 0:
        raise ValueError(f"kick: got {kick:g}; give a length above 0")
    direction = points.modes(point, 1).right[0].real
    step = kick * direction / np.linalg.norm(direction)
    return np.stack([points.states[point] + step, points.states[point] - step])


def lifted(
    places: ArrayLike,
    visited: Trajectory | ArrayLike,
    components: PrincipalComponents | None = None,
    axes: tuple[int, int] = (0, 1),
) -> FloatArray:
    """States that lie at given places of a plane of two principal components.

    A plane says two numbers of a state, and a network has many. The others are taken from the visited state that is
    nearest to the place in the plane: that state is moved within the plane until it lies there.

    Args:
        places: (place, 2) coordinates, as on the axes of a figure.
        visited: a trajectory, or states (..., n_states).
        components: the frame; that of the visited states if not given.
        axes: which two components, counted from 0.

    Returns:
        (place, n_states)

    Example:
        >>> states = np.array([[0.0, 0.0, 5.0], [4.0, 1.0, -5.0], [8.0, 0.0, 5.0], [4.0, -1.0, 5.0]])
        >>> frame = PrincipalComponents(np.zeros(3), np.eye(3), np.ones(3), np.ones(3) / 3, 3.0)
        >>> lifted([(3.5, 1.2)], states, frame).tolist()
        [[3.5, 1.2, -5.0]]
    """
    states = visited_states(visited)
    frame = principal_components(states, min(3, *states.shape)) if components is None else components
    plane = frame.axes[list(axes)]
    at, wanted = (states - frame.mean) @ plane.T, np.asarray(places, float).reshape(-1, 2)
    nearest = [int(((at - place) ** 2).sum(axis=1).argmin()) for place in wanted]
    return np.asarray(states[nearest] + (wanted - at[nearest]) @ plane)


def visited_states(visited: Trajectory | ArrayLike) -> FloatArray:
    """(sample, n_states) all states of a trajectory inside its trials, or of an array."""
    if not isinstance(visited, Trajectory):
        array = np.asarray(visited, float)
        return array.reshape(-1, array.shape[-1])
    inside: NDArray[np.bool_] = np.ones(visited.states.shape[:2], bool)
    if visited.batch is not None:
        inside = np.arange(visited.states.shape[1]) < np.asarray(visited.batch.lengths)[:, None]
    return np.asarray(visited.states[inside], float)


def released(source: Any, starts: ArrayLike, inputs: ArrayLike | None = None, duration: float = 1000.0) -> Trajectory:
    """Let a network go from some states while its input is held, without noise.

    Args:
        source: a `Network`, or anything that has one (a run).
        starts: (start, n_states); see `beside` and `lifted`.
        inputs: (n_inputs,) the input that is held; zero if not given.
        duration: ms.

    Raises:
        ValueError: states, inputs or a duration that do not fit the network.
    """
    network, states = as_network(source), np.atleast_2d(np.asarray(starts, float))
    held = np.zeros(network.n_inputs) if inputs is None else np.asarray(inputs, float)
    if held.shape != (network.n_inputs,):
        raise ValueError(f"inputs: shape {held.shape}; give one number for each of {network.n_inputs} inputs")
    n_steps = round(duration / network.dt)
    if n_steps < 1:
        raise ValueError(f"duration: {duration:g} ms is less than a step of {network.dt:g} ms")
    return simulate(network, np.broadcast_to(held, (len(states), n_steps, len(held))), initial_state=states)
