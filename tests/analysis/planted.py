"""Population activity whose structure is known because it was put there."""

from __future__ import annotations

import numpy as np


def directions(n_units: int, n: int, seed: int = 0) -> np.ndarray:
    """(n, unit) orthonormal directions."""
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n_units, n)))[0].T


def rotation(n: int, seed: int = 0) -> np.ndarray:
    """A random orthogonal matrix."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))
    return q * np.sign(np.diagonal(r))


def same_plane(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether the rows of two matrices span the same space."""
    q1, q2 = np.linalg.qr(first.T)[0], np.linalg.qr(second.T)[0]
    return bool(np.allclose(np.linalg.svd(q1.T @ q2)[1], 1, atol=1e-6))
