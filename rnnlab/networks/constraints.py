"""From raw parameters to effective weights: signs and missing connections.

An optimiser moves raw arrays freely; what the network computes with, and what is shown and saved, are the effective
ones made here. Everything is pure, takes NumPy arrays or torch tensors, and costs one pass over the matrix.
"""

from __future__ import annotations

import numpy as np

from rnnlab.networks.arrays import Array, matching


def unit_signs(n_units: int, excitatory: float | None) -> np.ndarray:
    """+1 for excitatory, -1 for inhibitory units, 0 where the sign is free; shape (n_units,).

    With ``excitatory`` a fraction, the first ``round(excitatory * n_units)`` units are excitatory.
    """
    if excitatory is None:
        return np.zeros(n_units, dtype=np.int8)
    return np.where(np.arange(n_units) < round(excitatory * n_units), 1, -1).astype(np.int8)


def signed_columns(W: Array, signs: np.ndarray) -> Array:
    """|W| with the sign of the unit each column comes from (Dale's law: one sign for all a unit's synapses)."""
    return abs(W) * matching(signs.astype(float), W)


def excitatory_columns(W: Array, signs: np.ndarray) -> Array:
    """|W| from excitatory units, 0 from inhibitory ones: long-range projections are excitatory."""
    return abs(W) * matching((signs > 0).astype(float), W)


def without_autapses(W: Array) -> Array:
    """W with a zero diagonal: no unit drives itself."""
    return W * matching(1.0 - np.eye(W.shape[0]), W)
