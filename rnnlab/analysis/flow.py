"""The flow on a plane through state space: where activity goes from each of its points, and how fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis._update import Update
from rnnlab.networks import as_network


@dataclass(frozen=True, repr=False, eq=False)
class Plane:
    """A plane through state space.

    Attributes:
        origin: (n_states,) a state on it.
        axes: (2, n_states) orthonormal.
        names: of the axes.
    """

    origin: FloatArray
    axes: FloatArray
    names: tuple[str, str] = ("first axis", "second axis")

    def project(self, states: ArrayLike) -> FloatArray:
        """Coordinates of the states' feet: (..., n_states) -> (..., 2)."""
        return (np.asarray(states, float) - self.origin) @ self.axes.T

    def at(self, coordinates: ArrayLike) -> FloatArray:
        """The states at coordinates: (..., 2) -> (..., n_states)."""
        return np.asarray(coordinates, float) @ self.axes + self.origin


@dataclass(frozen=True, repr=False, eq=False)
class Flow(Result):
    """Velocities on a grid of states on a plane, under one constant input.

    Attributes:
        plane: the plane.
        x, y: (column,) and (row,) coordinates of the grid.
        velocity: (row, column, 2) the part along the plane, state units per second.
        speed: (row, column) of the whole velocity, state units per second.
        inputs: (n_inputs,) the constant input.
        courses: (course, time, 2) some of the activity that the grid was laid over, as it passes the plane.
        factors: name -> value in each of those courses.
    """

    plane: Plane
    x: FloatArray
    y: FloatArray
    velocity: FloatArray
    speed: FloatArray
    inputs: FloatArray
    courses: FloatArray
    factors: Mapping[str, NDArray[Any]]

    @property
    def within(self) -> FloatArray:
        """(row, column) share of the squared speed that stays in the plane: where it is small the arrows mislead."""
        along, whole = (self.velocity**2).sum(axis=2), self.speed**2
        return np.divide(along, whole, out=np.ones_like(along), where=whole > 0)

    def facts(self) -> dict[str, str]:
        return {
            "grid": shape_of(self.speed, "row", "column"),
            "speed": f"{self.speed.min():.3g} to {self.speed.max():.3g} state units per second",
            "within the plane": f"{100 * float(np.median(self.within)):.0f} % of the squared speed (median)",
            "input held": ", ".join(f"{u:.3g}" for u in self.inputs),
        }


def plane_through(states: ArrayLike) -> Plane:
    """The plane of the first two principal components of some states (..., n_states).

    Raises:
        ValueError: the states do not spread along two directions.
    """
    samples = np.asarray(states, float).reshape(-1, np.shape(states)[-1])
    centre = samples.mean(axis=0)
    values, vectors = np.linalg.eigh((samples - centre).T @ (samples - centre))
    if not values[-2:].min() > 1e-12 * max(values[-1], 1e-300) or len(values) < 2:
        raise ValueError("states: they lie on a line; give states that spread along two directions")
    axes = vectors[:, :-3:-1].T
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return Plane(frozen(centre), frozen(axes * np.sign(largest)), ("PC 1", "PC 2"))


def plane_along(origin: ArrayLike, first: ArrayLike, second: ArrayLike, names: tuple[str, str] | None = None) -> Plane:
    """The plane through a state along two directions; the second gives way where they are not orthogonal.

    Raises:
        ValueError: directions of the wrong shape, zero or parallel.
    """
    at, pair = np.asarray(origin, float), np.stack([np.asarray(first, float), np.asarray(second, float)])
    if at.shape != pair.shape[1:]:
        raise ValueError(f"origin: shape {at.shape} does not fit directions of {pair.shape[1:]}")
    q, r = np.linalg.qr(pair.T)
    if np.abs(np.diagonal(r)).min() <= 1e-9 * np.abs(pair).max(initial=0):
        raise ValueError("first, second: they are parallel or zero; give two different directions")
    axes = (q * np.sign(np.diagonal(r))).T
    return Plane(frozen(at), frozen(axes), names or ("first direction", "second direction"))


def plane_of_modes(points: Any, point: int = 0) -> Plane:
    """The plane of the two slowest (or fastest growing) modes of a fixed point, through it.

    Args:
        points: a `FixedPoints`.
        point: which of them.
    """
    values, vectors = np.linalg.eig(points.jacobian(point))
    slowest = np.argsort(-np.abs(values), kind="stable")
    lead = vectors[:, slowest[0]]
    if abs(values[slowest[0]].imag) > 1e-12:  # a pair that spirals spans its plane by itself
        return plane_along(
            points.states[point], lead.real, lead.imag, ("slowest mode, real", "slowest mode, imaginary")
        )
    following = vectors[:, slowest[1]]
    names = ("slowest mode", "second slowest mode")
    return plane_along(points.states[point], lead.real, following.real, names)


def flow(
    source: Any,
    plane: Plane,
    inputs: ArrayLike | None = None,
    *,
    spread: ArrayLike | None = None,
    courses: int = 16,
    factors: Mapping[str, ArrayLike] | None = None,
    reach: float = 1.0,
    n: int = 24,
) -> Flow:
    """Velocities on a grid of the plane.

    Args:
        source: a Network, a Run, or anything with a ``network``.
        plane: from `plane_through`, `plane_along` or `plane_of_modes`.
        inputs: (n_inputs,) held constant; zero by default.
        spread: (..., n_states) states that the grid covers, with a tenth around them; without them it goes as far as
            ``reach`` on all sides of the plane's origin.
        courses: of (course, time, n_states) given as ``spread``, how many are kept, evenly chosen.
        factors: name -> value in each of those courses (course,), for those that are kept to be known by.
        reach: state units.
        n: grid points along each side.

    Raises:
        ValueError: shapes that do not fit the network.

    >>> from rnnlab.networks import from_arrays
    >>> network = from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=[[0.0, 0.0], [0.0, 0.5]])
    >>> found = flow(network, plane_along([0.0, 0.0], [1.0, 0.0], [0.0, 1.0]), n=2)
    >>> found.velocity[0, 0].round(6).tolist()                  # at (-1, -1): x' = -x/tau, y' = -y/(2 tau)
    [10.0, 5.0]
    """
    network = as_network(source)
    if plane.origin.shape != (network.n_states,):
        raise ValueError(
            f"plane: of a space of {plane.origin.shape[0]} dimensions; the network's has {network.n_states}"
        )
    if n < 2:
        raise ValueError(f"n={n}; give at least 2 grid points")
    held = np.zeros(network.n_inputs) if inputs is None else np.asarray(inputs, float)
    if held.shape != (network.n_inputs,) or not np.isfinite(held).all():
        raise ValueError(f"inputs: shape {held.shape}; give ({network.n_inputs},) finite numbers")
    x, y = _grid(plane, spread, reach, n)
    states = plane.at(np.stack(np.meshgrid(x, y), axis=-1)).reshape(n * n, -1)
    moved = Update(network, held).residual(states) * (1000 / network.dt)
    return Flow(
        plane=plane,
        x=frozen(x),
        y=frozen(y),
        velocity=frozen((moved @ plane.axes.T).reshape(n, n, 2)),
        speed=frozen(np.linalg.norm(moved, axis=1).reshape(n, n)),
        inputs=frozen(held),
        courses=frozen(_courses(plane, spread, courses)),
        factors=_kept(factors or {}, spread, courses),
    )


def _courses(plane: Plane, spread: ArrayLike | None, n: int) -> FloatArray:
    if spread is None or np.ndim(spread) != 3 or n < 1:
        return np.zeros((0, 0, 2))
    states = np.asarray(spread)
    return plane.project(states[:: -(-len(states) // n)])


def _kept(factors: Mapping[str, ArrayLike], spread: ArrayLike | None, n: int) -> dict[str, NDArray[Any]]:
    """Factors of the courses that are kept: those with one value for each."""
    if spread is None or np.ndim(spread) != 3 or n < 1:
        return {}
    each = slice(None, None, -(-len(np.asarray(spread)) // n))
    return {name: frozen(np.asarray(values)[each]) for name, values in factors.items() if np.ndim(values) == 1}


def _grid(plane: Plane, spread: ArrayLike | None, reach: float, n: int) -> tuple[FloatArray, FloatArray]:
    if spread is None:
        side = np.linspace(-reach, reach, n)
        return side, side
    seen = plane.project(spread).reshape(-1, 2)
    low, high = seen.min(axis=0), seen.max(axis=0)
    room = np.where(high > low, 0.1 * (high - low), reach)
    return tuple(np.linspace(low[k] - room[k], high[k] + room[k], n) for k in (0, 1))  # type: ignore[return-value]
