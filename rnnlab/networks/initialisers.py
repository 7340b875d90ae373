"""Where weights start."""

from __future__ import annotations

import numpy as np

from rnnlab.threads import one_thread


def glorot_normal(rng: np.random.Generator, n_to: int, n_from: int) -> np.ndarray:
    """Gaussian weights (to, from) of variance 2 / (to + from) (Glorot & Bengio 2010)."""
    return rng.standard_normal((n_to, n_from)) * np.sqrt(2.0 / max(n_to + n_from, 1))


def balanced(W: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Inhibitory columns scaled by (number excitatory / number inhibitory): each unit's mean input is zero.

    Left as it is where one of the two kinds is missing or signs are free.
    """
    n_excitatory, n_inhibitory = int((signs > 0).sum()), int((signs < 0).sum())
    if not n_excitatory or not n_inhibitory:
        return W
    return W * np.where(signs < 0, n_excitatory / n_inhibitory, 1.0)


def spectral_radius(W: np.ndarray) -> float:
    """The largest modulus of an eigenvalue, the same on however many cores."""
    with one_thread():
        return float(np.abs(np.linalg.eigvals(W)).max())


def scale_to_radius(raw: np.ndarray, effective: np.ndarray, radius: float) -> np.ndarray:
    """``raw`` scaled so that the effective matrix has spectral radius ``radius``.

    The constraints must commute with scaling, as signs and masks do. A matrix whose radius is zero (one unit without
    autapse, say) has none to scale and is returned as it is.
    """
    now = spectral_radius(effective)
    return raw * (radius / now) if now > 0 else raw
