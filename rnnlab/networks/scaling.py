"""Balance and spectral radius of recurrent weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnlab.threads import one_thread


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


def factor_for_radius(radius_at: Callable[[float], float], radius: float) -> float | None:
    """A factor at which ``radius_at`` is ``radius``, for constraints that do not commute with scaling; None if there
    is none. ``radius_at`` must be continuous and grow without bounds, if at all."""
    from scipy.optimize import brentq  # slow to import, and fixed weights are rare

    high = 1.0
    while radius_at(high) < radius:
        high *= 2.0
        if high > 1e6:
            return None
    if radius_at(0.0) >= radius:
        return None
    return float(brentq(lambda factor: radius_at(factor) - radius, 0.0, high, xtol=1e-14, rtol=1e-13))
