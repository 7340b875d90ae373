"""Degrees: how many connections, and how strong, each unit has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis._weights import recurrent


@dataclass(frozen=True, repr=False, eq=False)
class Degrees(Result):
    """Connections and strengths of every unit; a unit's connection to itself does not count.

    Attributes:
        name: of the matrix.
        incoming, outgoing: (unit,) how many connections it has.
        excitation, inhibition: (unit,) sums of the positive and of the negative weights it receives.
        sent: (unit,) sum of the weights it sends.
        threshold: absolute weight above which a connection counts.
        density: share of the possible connections that count.
        reciprocity: share of connections that are answered, over what the density alone gives: 1 where a connection
            says nothing about the one back.
        expected_spread: standard deviation of degrees if connections were placed independently.
        signs: (unit,) +1 where a unit only excites, -1 where it only inhibits, 0 where it does both.
    """

    name: str
    incoming: NDArray[np.intp]
    outgoing: NDArray[np.intp]
    excitation: FloatArray
    inhibition: FloatArray
    sent: FloatArray
    threshold: float
    density: float
    reciprocity: float
    expected_spread: float
    signs: NDArray[np.int8]

    def facts(self) -> dict[str, str]:
        spreads = f"{self.incoming.std():.1f} in, {self.outgoing.std():.1f} out"
        return {
            "matrix": f"{self.name} {shape_of(self.incoming, 'unit')}",
            "density": f"{100 * self.density:.1f} % of connections above {self.threshold:.2g}",
            "degree": f"mean {self.incoming.mean():.1f}; spread {spreads}, {self.expected_spread:.1f} if independent",
            "reciprocity": f"{self.reciprocity:.2f} times chance",
            "balance": f"{self.excitation.mean():.3g} excitation, {self.inhibition.mean():.3g} inhibition received",
        }


def degrees(source: Any, threshold: float | None = None, matrix: str | None = None) -> Degrees:
    """Count connections, and add up weights.

    Song et al. 2005 (PLoS Biology 3) found connections answered four times as often as chance in cortex; independent
    connections have degrees that spread as a binomial law says.

    Args:
        source: a Network, a Run, or a square array (to, from).
        threshold: absolute weight above which a connection counts; by default 0 for a matrix that has zeros, and the
            standard deviation of the weights for one that has none, where every unit would have all connections.
        matrix: which matrix, for networks that have several (an LSTM's gates).

    Raises:
        ValueError: no square matrix of at least two units, or a threshold below zero.

    >>> found = degrees([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]])
    >>> found.incoming.tolist(), found.outgoing.tolist(), found.density
    ([1, 1, 1], [2, 1, 0], 0.5)
    """
    name, W, _ = recurrent(source, matrix)
    n = len(W)
    if n < 2:
        raise ValueError("source: one unit has no connections to others; give at least two")
    if threshold is not None and not threshold >= 0:
        raise ValueError(f"threshold={threshold}; give 0 or more")
    other = ~np.eye(n, dtype=bool)
    weights = np.where(other, W, 0.0)
    sparse = not W[other].all()
    above = (0.0 if sparse else float(W[other].std())) if threshold is None else float(threshold)
    there = np.abs(weights) > above
    density = float(there.sum() / other.sum())
    answered = float((there & there.T).sum()) / max(int(there.sum()), 1)
    return Degrees(
        name=name,
        incoming=frozen(there.sum(axis=1), np.intp),
        outgoing=frozen(there.sum(axis=0), np.intp),
        excitation=frozen(np.maximum(weights, 0).sum(axis=1)),
        inhibition=frozen(np.minimum(weights, 0).sum(axis=1)),
        sent=frozen(weights.sum(axis=0)),
        threshold=above,
        density=density,
        reciprocity=answered / density if density else 0.0,
        expected_spread=float(np.sqrt((n - 1) * density * (1 - density))),
        signs=frozen(np.subtract((W > 0).any(axis=0), (W < 0).any(axis=0), dtype=np.int8)),
    )
