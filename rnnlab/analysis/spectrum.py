"""The eigenvalues of a recurrent matrix, beside what a random matrix with the same statistics would have.

Independent entries of variance s^2 spread their eigenvalues over a disc of radius s sqrt(N) (the circular law; Girko
1984). Where columns are signed (Dale's law) the variances of excitatory and inhibitory columns are averaged, and the
mean weights add one real eigenvalue outside (Rajan & Abbott 2006, PRL 97). What lies beyond both is structure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.networks import Network, as_network
from rnnlab.spec import with_article


@dataclass(frozen=True, repr=False, eq=False)
class Spectrum(Result):
    """Eigenvalues of one recurrent matrix.

    Attributes:
        name: which matrix ("W_rec", or an LSTM's gate).
        eigenvalues: (unit,) complex, the largest in absolute value first.
        disc: radius of the disc that a random matrix with these variances would fill.
        mean_eigenvalue: the real eigenvalue that the mean weights alone would have: near 0 where excitation and
            inhibition balance.
        signs: (unit,) +1 where a unit only excites, -1 where it only inhibits, 0 where it does both.
    """

    name: str
    eigenvalues: NDArray[np.complex128]
    disc: float
    mean_eigenvalue: float
    signs: NDArray[np.int8]

    @property
    def radius(self) -> float:
        """The spectral radius: the largest absolute eigenvalue."""
        return float(np.abs(self.eigenvalues).max())

    @property
    def edge(self) -> float:
        """How far eigenvalues of a random matrix of this size stray: ``1 / sqrt(N)`` of the disc's radius beyond it."""
        return float(self.disc * (1 + len(self.eigenvalues) ** -0.5))

    @property
    def outside(self) -> NDArray[np.bool_]:
        """(unit,) eigenvalues clearly beyond the disc: farther out than `edge`."""
        return np.abs(self.eigenvalues) > self.edge

    @property
    def n_excitatory(self) -> int:
        return int((self.signs > 0).sum())

    @property
    def n_inhibitory(self) -> int:
        return int((self.signs < 0).sum())

    def facts(self) -> dict[str, str]:
        signed = self.n_excitatory + self.n_inhibitory == len(self.signs)
        return {
            "matrix": f"{self.name} {shape_of(self.eigenvalues, 'eigenvalue')}",
            "spectral radius": f"{self.radius:.3g}",
            "random disc": f"{self.disc:.3g}, {int(self.outside.sum())} eigenvalues outside {self.edge:.3g}",
            "excitation and inhibition": (
                f"{self.n_excitatory} and {self.n_inhibitory} units, mean weights give {self.mean_eigenvalue:+.3g}"
                if signed
                else "signs are mixed"
            ),
        }


def spectrum(source: Any, matrix: str | None = None) -> Spectrum:
    """The spectrum of a network's recurrent weights, or of any square matrix.

    Args:
        source: a Network, a Run, or an array (to, from).
        matrix: which matrix, for networks that have several (an LSTM's gates).

    Raises:
        ValueError: the array is not a finite square matrix, or the choice of matrix is unclear.

    >>> spectrum([[0.0, -1.0], [1.0, 0.0]]).radius
    1.0
    """
    if isinstance(source, np.ndarray | list | tuple):
        return _spectrum(matrix or "matrix", source, None)
    network = as_network(source)
    name, weights = _chosen(network, matrix)
    return _spectrum(name, weights, np.asarray(network.unit_signs))


def _chosen(network: Network, matrix: str | None) -> tuple[str, ArrayLike]:
    matrices = network.config.recurrent_matrices(network.parameters)
    if not matrices:
        raise ValueError(f"source: {with_article(type(network.config).__name__)} has no square recurrent matrix W_rec")
    name = next(iter(matrices)) if matrix is None and len(matrices) == 1 else matrix
    if name not in matrices:
        raise ValueError(f"matrix: {name!r}; choose one of {', '.join(matrices)}")
    return name, matrices[name]


def _spectrum(name: str, weights: ArrayLike, signs: NDArray[Any] | None) -> Spectrum:
    W = np.asarray(weights, float)
    if W.ndim != 2 or W.shape[0] != W.shape[1] or not W.size or not np.isfinite(W).all():
        raise ValueError(f"source: shape {W.shape}; give a finite square matrix (to, from)")
    if signs is None or not signs.any():
        signs = _signs_of_columns(W)
    values = np.linalg.eigvals(W).astype(complex)
    variances, means = _statistics_of_columns(W, signs)
    return Spectrum(
        name=name,
        eigenvalues=frozen(values[np.argsort(-np.abs(values), kind="stable")]),
        disc=float(np.sqrt(variances.sum())),
        mean_eigenvalue=float(means.sum()),
        signs=frozen(signs, np.int8),
    )


def _signs_of_columns(W: FloatArray) -> NDArray[np.int8]:
    """+1, -1 for columns of one sign, 0 for mixed and for empty ones."""
    positive, negative = (W > 0).any(axis=0), (W < 0).any(axis=0)
    return np.subtract(positive, negative, dtype=np.int8)


def _statistics_of_columns(W: FloatArray, signs: NDArray[Any]) -> tuple[FloatArray, FloatArray]:
    """(unit,) variance and mean of the weights in each column's own group: excitatory, inhibitory or unsigned."""
    variances, means = np.zeros(len(W)), np.zeros(len(W))
    for sign in np.unique(signs):
        group = signs == sign
        variances[group], means[group] = W[:, group].var(), W[:, group].mean()
    return variances, means
