"""Rotations in population activity (jPCA), beside activity in which their order has been broken.

The velocity of the condition averages is fitted by a linear dynamics that can only rotate, a skew-symmetric matrix;
its planes are where rotation is strongest (Churchland, Cunningham et al. 2012, Nature 487). Smooth activity rotates a
little by itself, so the fit is repeated on activity in which random conditions run backwards in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_sylvester

from rnnlab.analysis._grouped import three_axes
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of


@dataclass(frozen=True, repr=False, eq=False)
class Rotations(Result):
    """Planes of rotation, the fastest first.

    Attributes:
        planes: (plane, 2, unit) orthonormal pairs of directions; activity turns from the first to the second.
        frequencies: (plane,) Hz.
        variance_ratio: (plane,) share of the averages' variance, about the mean over conditions, in each plane.
        projections: (condition, time, plane, 2) the averages in each plane.
        r2_rotation: share of the velocity's variance that pure rotation explains, in the leading components.
        r2_linear: the share that any linear dynamics explains.
        r2_shuffled: (shuffle,) ``r2_rotation`` of activity with the order of rotation broken.
        p: share of shuffles that do at least as well (counting the data themselves as one).
        dt: ms per step.
        factor: what makes the conditions; "" where that was not said.
        levels: (condition,) its values; words are counted.
        names: (condition,) their texts.
    """

    planes: FloatArray
    frequencies: FloatArray
    variance_ratio: FloatArray
    projections: FloatArray
    r2_rotation: float
    r2_linear: float
    r2_shuffled: FloatArray
    p: float
    dt: float
    factor: str
    levels: FloatArray
    names: tuple[str, ...]

    @property
    def time(self) -> FloatArray:
        """(time,) ms at the end of each step."""
        return np.asarray((np.arange(self.projections.shape[1]) + 1) * self.dt, float)

    def facts(self) -> dict[str, str]:
        shuffled = self.r2_shuffled
        return {
            "planes": shape_of(self.planes, "plane", "axis", "unit"),
            "fastest": f"{self.frequencies[0]:.2f} Hz with {100 * self.variance_ratio[0]:.1f} % of variance",
            "velocity explained": f"{self.r2_rotation:.2f} by rotation, {self.r2_linear:.2f} by any linear dynamics",
            "shuffled": f"median {np.median(shuffled):.2f}, p = {self.p:.3g}" if len(shuffled) else "",
        }


def rotations(
    averages: ArrayLike,
    dt: float = 1.0,
    *,
    n_components: int = 6,
    shuffles: int = 200,
    subtract_mean: bool = True,
    seed: int = 0,
    factor: str = "",
    levels: ArrayLike | None = None,
    names: tuple[str, ...] = (),
) -> Rotations:
    """Fit a rotation to condition averages.

    The fit holds velocity between two steps, ``x(t+1) - x(t)``, against the state half-way between them, so the
    frequency of a steady rotation is exact at any time step. A shuffle runs the time of a random half of the
    conditions backwards: states, speeds and smoothness stay as they are, the common sense of rotation goes.

    Args:
        averages: (condition, time, unit).
        dt: ms per step.
        n_components: principal components in which the dynamics are fitted; made even and no more than there are.
        shuffles: how many; 0 for none.
        subtract_mean: take away the mean over conditions at each time first, as the authors do.
        seed: of the shuffles.
        factor: what makes the conditions, to be known by.
        levels: (condition,) its values; the conditions' numbers if not given.
        names: (condition,) their texts.

    Raises:
        ValueError: fewer than two conditions or three steps, or activity that does not vary in two dimensions.
    """
    x = np.asarray(three_axes(averages, "averages"), float)
    _check(x, n_components, shuffles)
    x = x - (x.mean(axis=0) if subtract_mean else x.mean(axis=(0, 1)))
    axes, variances = _leading(x, n_components)
    reduced = x @ axes.T
    rotation, linear, r2 = _fit(reduced)
    turns, order = _planes(rotation)
    planes = turns @ axes
    projections = np.einsum("ctu,pau->ctpa", x, planes)
    rng = np.random.default_rng(seed)
    broken = np.array([_fit(_reversed(reduced, rng))[2] for _ in range(shuffles)])
    total = variances.sum()
    return Rotations(
        planes=frozen(planes),
        frequencies=frozen(np.arctan(order / 2) * 2 / (2 * np.pi) * 1000 / float(dt)),
        variance_ratio=frozen((projections**2).sum(axis=(0, 1, 3)) / total),
        projections=frozen(projections),
        r2_rotation=r2,
        r2_linear=linear,
        r2_shuffled=frozen(broken),
        p=(1 + int((broken >= r2).sum())) / (1 + shuffles) if shuffles else float("nan"),
        dt=float(dt),
        factor=factor,
        levels=frozen(np.arange(len(x)) if levels is None else levels, float),
        names=names,
    )


def _check(x: FloatArray, n_components: int, shuffles: int) -> None:
    if len(x) < 2:
        raise ValueError("averages: one condition; rotation is told from a common course by at least two")
    if x.shape[1] < 3:
        raise ValueError(f"averages: {x.shape[1]} steps; give at least 3")
    if n_components < 2:
        raise ValueError(f"n_components={n_components}; a rotation needs at least 2")
    if shuffles < 0:
        raise ValueError(f"shuffles={shuffles}; give 0 or more")


def _leading(x: FloatArray, n_components: int) -> tuple[FloatArray, FloatArray]:
    """An even number of principal axes (component, unit), and all variances."""
    flat = x.reshape(-1, x.shape[-1])
    variances, vectors = np.linalg.eigh(flat.T @ flat)
    rank = int((variances > variances[-1] * 1e-12).sum()) if variances[-1] > 0 else 0
    kept = min(n_components, rank) // 2 * 2
    if kept < 2:
        raise ValueError("averages: conditions differ along less than two directions, nothing can rotate")
    return vectors[:, ::-1][:, :kept].T, variances


def _fit(x: FloatArray) -> tuple[FloatArray, float, float]:
    """The skew-symmetric matrix (per step); R^2 of any linear dynamics, and of the rotation.

    Of all skew M the one nearest to the velocities V at states S solves ``M C + C M = B - B^T``, C = S^T S, B = V^T S.
    """
    states = (x[:, 1:] + x[:, :-1]).reshape(-1, x.shape[-1]) / 2
    velocities = np.diff(x, axis=1).reshape(-1, x.shape[-1])
    second, cross = states.T @ states, velocities.T @ states
    rotation = solve_sylvester(second, second, cross - cross.T)
    rotation = (rotation - rotation.T) / 2
    free = np.linalg.lstsq(states, velocities, rcond=None)[0].T
    total = float((velocities**2).sum())
    r2 = [1 - float(((velocities - states @ m.T) ** 2).sum()) / total if total > 0 else 0.0 for m in (free, rotation)]
    return rotation, r2[0], r2[1]


def _planes(rotation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(plane, 2, component) orthonormal pairs, each turning from its first to its second, and their rates per step."""
    values, vectors = np.linalg.eigh(1j * rotation)  # Hermitian: eigenvalues come in pairs +w, -w
    upper = np.argsort(-values)[: len(values) // 2]
    # i M v = w v with v = a + i b gives M a = w b: activity along a moves towards b.
    pairs = np.stack([vectors[:, upper].real.T, vectors[:, upper].imag.T], axis=1)
    q, r = np.linalg.qr(pairs.reshape(-1, len(values)).T)  # orthonormal even where nothing turns
    return (q * np.where(np.diagonal(r) < 0, -1, 1)).T.reshape(pairs.shape), values[upper]


def _reversed(x: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A random half of the conditions with their time run backwards."""
    chosen = rng.permutation(len(x))[: len(x) // 2]
    backwards = x.copy()
    backwards[chosen] = x[chosen, ::-1]
    return backwards
