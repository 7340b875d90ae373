"""What a person should know about a network's recurrent weights, as sentences: values, never Python warnings."""

from __future__ import annotations

import numpy as np

UNBALANCED = 0.1
"""Share of all weight by which excitation and inhibition may differ before it is said."""

SILENT = 1e-9
"""Weights smaller than this part of the largest count as missing."""


def recurrent_notes(W: np.ndarray, signs: np.ndarray) -> tuple[str, ...]:
    """Of effective recurrent weights (to, from) and the signs of the units."""
    return tuple(note for note in (_balance(W, signs), _connected(W)) if note)


def _balance(W: np.ndarray, signs: np.ndarray) -> str:
    """Unbalanced excitation and inhibition drive all units together, along one direction (Rajan & Abbott 2006)."""
    if not signs.any():
        return ""
    excitation, inhibition = W[W > 0].sum(), -W[W < 0].sum()
    total = excitation + inhibition
    if total == 0 or abs(excitation - inhibition) <= UNBALANCED * total:
        return ""
    stronger, weaker = ("excitation", "inhibition") if excitation > inhibition else ("inhibition", "excitation")
    share = max(excitation, inhibition) / total
    return (
        f"{stronger} and {weaker} are not balanced: {share:.0%} of all recurrent weight is {stronger}, "
        "which pushes all units the same way"
    )


def _connected(W: np.ndarray) -> str:
    """Whether every unit reaches every other along recurrent connections."""
    there = abs(W) > SILENT * abs(W).max(initial=0.0)
    if len(W) < 2 or (_reached(there).all() and _reached(there.T).all()):
        return ""
    from scipy.sparse import csr_array  # slow to import, and few networks fall apart
    from scipy.sparse.csgraph import connected_components

    n_parts, _ = connected_components(csr_array(there), directed=True, connection="strong")
    return (
        f"the recurrent graph is not strongly connected: its {len(W)} units fall into {n_parts} parts "
        "without a way there and back"
    )


def _reached(connections: np.ndarray) -> np.ndarray:
    """Which units the first one reaches along ``connections`` (to, from), itself included."""
    reached = np.arange(len(connections)) == 0
    while not np.array_equal(reached, further := reached | connections[:, reached].any(axis=1)):
        reached = further
    return reached
