"""The modes of a fixed point: what decays, grows or turns beside it, what writes into each and what reads it out.

Near a point x* the flow is linear, ``d(x - x*)/dt = A (x - x*)``. A right eigenvector of A is the direction in which a
mode moves the state; the left one of the same mode selects it: its product with a displacement is how much of the mode
there is in it (the selection vector of Mante et al. 2013, Nature 503, is the left eigenvector of a line's slow mode).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of

ComplexArray = NDArray[np.complex128]

SINGULAR = 1e-12
"""Reciprocal condition number of the right eigenvectors below which they do not span the space."""


@dataclass(frozen=True, repr=False, eq=False)
class Modes(Result):
    """Modes of the one-step map at one point, the slowest to decay (or fastest to grow) first.

    Attributes:
        dt: ms per step.
        map_eigenvalues: (mode,) complex, of the Jacobian of one time step.
        right: (mode, state) complex, of length 1, their largest entry real and positive.
        left: (mode, state) complex, with ``left[i] @ right[j]`` 1 where i = j, else 0. Where the right ones do not
            span the space (a defective matrix), of length 1 instead.
    """

    dt: float
    map_eigenvalues: ComplexArray
    right: ComplexArray
    left: ComplexArray

    def __len__(self) -> int:
        return len(self.map_eigenvalues)

    @property
    def eigenvalues(self) -> ComplexArray:
        """(mode,) of the flow, in 1/s."""
        return (self.map_eigenvalues - 1) * (1000 / self.dt)

    @property
    def frequencies(self) -> FloatArray:
        """(mode,) turns per second, in Hz: the angle by which one step turns, over its time."""
        return np.angle(self.map_eigenvalues) * (1000 / self.dt) / (2 * np.pi)

    @property
    def time_constants(self) -> FloatArray:
        """(mode,) in ms: how long a mode takes to decay, or (negative) to grow, by e."""
        with np.errstate(divide="ignore"):
            return -self.dt / np.log(np.abs(self.map_eigenvalues))

    def facts(self) -> dict[str, str]:
        first = ", ".join(f"{value:.3g}" for value in self.time_constants[:5])
        return {"modes": shape_of(self.right, "mode", "state"), "time constants": f"{first} ms"}


def modes_of(jacobian: FloatArray, dt: float, n: int | None = None) -> Modes:
    """The first ``n`` modes (all by default) of a Jacobian (to, from) of one time step of ``dt`` ms.

    >>> modes = modes_of(np.array([[0.9, 0.3], [0.0, 0.5]]), dt=10)
    >>> modes.right[0].real.tolist(), modes.left[0].real.tolist()
    ([1.0, 0.0], [1.0, 0.75])
    """
    values, columns = np.linalg.eig(np.asarray(jacobian, float))
    order = np.argsort(-np.abs(values), kind="stable")
    right = _phased(columns.T[order].astype(complex))
    left = _left(np.asarray(jacobian, float), values[order], right)
    return Modes(float(dt), frozen(values[order][:n], complex), frozen(right[:n]), frozen(left[:n]))


def _phased(vectors: NDArray[Any]) -> ComplexArray:
    """Of length 1, the largest entry real and positive; so the same matrix has the same vectors everywhere."""
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, None], axis=1)
    phased: ComplexArray = vectors * (np.abs(largest) / largest)
    return phased / np.linalg.norm(phased, axis=1, keepdims=True)


def _left(matrix: FloatArray, values: NDArray[Any], right: ComplexArray) -> ComplexArray:
    if 1 / np.linalg.cond(right) > SINGULAR:
        return np.linalg.inv(right).T.astype(complex)
    other, rows = np.linalg.eig(matrix.T)
    chosen = [int(np.abs(other - value).argmin()) for value in values]
    return _phased(rows.T[chosen].astype(complex))
