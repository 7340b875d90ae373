"""The low-rank part of connectivity: the few directions that training wrote into a network.

What training adds to the recurrent weights is often of low rank: it reads activity along a few directions n and writes
along as many m. How these lie to the input and output vectors says what the loop is for (Mastrogiuseppe & Ostojic 2018,
Neuron 99; Schuessler et al. 2020, NeurIPS 33).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis._weights import recurrent
from rnnlab.networks import Network


@dataclass(frozen=True, repr=False, eq=False)
class LowRank(Result):
    """A recurrent matrix, or its change, as a sum of outer products ``s m n^T``, the largest first.

    Attributes:
        name: which matrix, and whether its change.
        singular_values: (unit,) all of them.
        edge: the largest singular value that a random matrix with entries as large would have.
        to: (component, unit) unit vectors m: where it writes.
        read: (component, unit) unit vectors n: what it reads.
        loop: (component, component) overlaps ``n_i . m_j``: what of component j's writing is read by component i.
        read_in: (component, input) cosines between n and the input vectors: what of the input the loop hears.
        write_in: (component, input) cosines between m and the input vectors.
        write_out: (component, output) cosines between m and the output vectors: what of the loop is read out.
    """

    name: str
    singular_values: FloatArray
    edge: float
    to: FloatArray
    read: FloatArray
    loop: FloatArray
    read_in: FloatArray
    write_in: FloatArray
    write_out: FloatArray

    @property
    def share(self) -> FloatArray:
        """(unit,) share of the squared weights in each component."""
        squares = self.singular_values**2
        return squares / squares.sum() if squares.any() else squares

    @property
    def rank(self) -> int:
        """How many components stand out of a random matrix of the same strength."""
        return int((self.singular_values > self.edge).sum())

    @property
    def effective_rank(self) -> float:
        """Participation ratio of the squared singular values."""
        return float(1 / (self.share**2).sum()) if self.share.any() else 0.0

    def facts(self) -> dict[str, str]:
        shares = ", ".join(f"{100 * share:.0f} %" for share in self.share[:5])
        return {
            "matrix": f"{self.name} ({len(self.singular_values)} x {len(self.singular_values)})",
            "components": shape_of(self.to, "component", "unit"),
            "share of the squared weights": shares,
            "beyond a random matrix": f"{self.rank}, effective rank {self.effective_rank:.2f}",
            "loops": ", ".join(f"{value:+.2f}" for value in np.diagonal(self.loop)),
        }


def low_rank(source: Any, before: Any = None, n_components: int = 5, matrix: str | None = None) -> LowRank:
    """Take the recurrent weights, or what training changed in them, apart.

    Args:
        source: a Network, a Run, or a square array (to, from).
        before: the network before training (or an array): its weights are taken away first.
        n_components: how many components to describe.
        matrix: which matrix, for networks that have several (an LSTM's gates).

    Raises:
        ValueError: the matrices are not square or not of one size.

    >>> found = low_rank(np.outer([3.0, 0.0, 0.0], [0.0, 4.0, 0.0]), n_components=1)
    >>> found.singular_values[0].round(6).item(), np.abs(found.read[0]).tolist(), found.effective_rank
    (12.0, [0.0, 1.0, 0.0], 1.0)
    """
    name, W, network = recurrent(source, matrix)
    if before is not None:
        _, earlier, _ = recurrent(before, matrix)
        if earlier.shape != W.shape:
            raise ValueError(f"before: {len(earlier)} units where the network has {len(W)}; give it as it was before")
        name, W = f"change of {name}", W - earlier
    if n_components < 1:
        raise ValueError(f"n_components={n_components}; give at least 1")
    left, values, right = np.linalg.svd(W)
    kept = min(n_components, len(W))
    sign = np.sign(left[np.abs(left[:, :kept]).argmax(axis=0), np.arange(kept)])
    to, read = (left[:, :kept] * sign).T, right[:kept] * sign[:, None]
    W_in, W_out = _vectors(network, len(W))
    return LowRank(
        name=name,
        singular_values=frozen(values),
        edge=_edge(W),
        to=frozen(to),
        read=frozen(read),
        loop=frozen(read @ to.T),
        read_in=frozen(read @ W_in),
        write_in=frozen(to @ W_in),
        write_out=frozen(to @ W_out.T),
    )


def _edge(W: FloatArray) -> float:
    """Largest singular value of independent entries of the same mean square: ``2 s sqrt(N)``, and a little for its
    spread over N (Marchenko & Pastur 1967)."""
    n = len(W)
    return float(2 * np.sqrt((W**2).mean() * n) * (1 + n ** (-2 / 3)))


def _vectors(network: Network | None, n: int) -> tuple[FloatArray, FloatArray]:
    """Input columns and output rows of length 1; none where inputs do not reach the units one by one."""
    if network is None:
        return np.zeros((n, 0)), np.zeros((0, n))
    W_in, W_out = network.parameters["W_in"], network.parameters["W_out"]
    W_in = W_in if network.config.inputs_reach_units and len(W_in) == n else np.zeros((n, 0))
    return _unit(W_in, 0), _unit(W_out, 1)


def _unit(vectors: ArrayLike, axis: int) -> FloatArray:
    array = np.asarray(vectors, float)
    lengths = np.linalg.norm(array, axis=axis, keepdims=True)
    return array / np.where(lengths > 0, lengths, 1)
