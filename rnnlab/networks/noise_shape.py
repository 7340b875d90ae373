"""How noise is shared between channels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from rnnlab.networks.given import Given
from rnnlab.spec import Spec, SpecError, quantity


@dataclass(frozen=True)
class SharedNoise(Spec):
    """All pairs of channels correlated alike: a part of the noise is common to all.

    Example:
        >>> correlations(SharedNoise(0.25), 3, "noise")
        array([[1.  , 0.25, 0.25],
               [0.25, 1.  , 0.25],
               [0.25, 0.25, 1.  ]])
    """

    share: float = quantity(0.2, low=0, high=1, soft=(0, 1), step=0.05, help="of the variance that is common to all")


ROUNDING = 1e-8
"""By how much measured correlations may miss what correlations are."""

AnyCorrelation: TypeAlias = SharedNoise | Given
"""What a description may name: one correlation for all pairs, or a matrix of correlations."""


def correlations(shape: AnyCorrelation, n: int, where: str) -> np.ndarray:
    """The matrix of correlations, (n, n).

    Raises:
        SpecError: at ``where``, if a matrix given is none of correlations.
    """
    if isinstance(shape, SharedNoise):
        return shape.share * np.ones((n, n)) + (1.0 - shape.share) * np.eye(n)
    C = shape.shaped((n, n), where)
    if not np.allclose(C, C.T, rtol=0, atol=ROUNDING) or not np.allclose(np.diag(C), 1.0, rtol=0, atol=ROUNDING):
        remedy = "give correlations: symmetric, ones on the diagonal; the noise's strength is said apart, per channel"
        raise SpecError(where, "is not a matrix of correlations", remedy=remedy)
    C = 0.5 * (C + C.T)
    if np.linalg.eigvalsh(C).min() < -ROUNDING:
        raise SpecError(where, "no noise has such correlations (an eigenvalue is negative)", remedy="give others")
    return C


@lru_cache(maxsize=64)
def mixing(shape: AnyCorrelation, n: int, where: str) -> np.ndarray:
    """L with L L^T = C, (n, n): L times independent normals has correlations C."""
    values, vectors = np.linalg.eigh(correlations(shape, n, where))
    L: np.ndarray = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    L.flags.writeable = False
    return L
