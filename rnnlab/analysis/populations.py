"""Populations of units: groups by what their connections have in common.

Each unit is a point whose coordinates are its entries in the vectors that make up the connectivity: what it hears of
each input, what it reads and writes in each component of the recurrence, what each output takes of it. A mixture of
Gaussians fitted to these points says how many populations there are; tasks that need gating need more than one
(Dubreuil, Valente, Beiran, Mastrogiuseppe & Ostojic 2022, Nature Neuroscience 25).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._mixture import Mixture, fit
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis.low_rank import low_rank
from rnnlab.networks import Network, as_network


@dataclass(frozen=True, repr=False, eq=False)
class Populations(Result):
    """Units in the space of the connectivity's vectors, and the populations they fall into, the largest first.

    Attributes:
        axes: names of the coordinates: "in 0", "m 1", "n 1", "out 0".
        vectors: (unit, axis), each scaled to a mean square of 1.
        labels: (unit,) population of each unit.
        share: (population,) weight of each population in the mixture.
        means: (population, axis).
        covariances: (population, axis, axis).
        bic: (n,) Bayesian information criterion of mixtures of 1, 2 ... populations; the lowest is chosen.
        certainty: mean probability of the population that each unit is given to.
        note: what else a reader should know; empty if nothing.
    """

    axes: tuple[str, ...]
    vectors: FloatArray
    labels: NDArray[np.intp]
    share: FloatArray
    means: FloatArray
    covariances: FloatArray
    bic: FloatArray
    certainty: float
    note: str = ""

    @property
    def n_populations(self) -> int:
        return len(self.share)

    def overlaps(self, first: str, second: str) -> FloatArray:
        """(population,) mean over its units of the product of two coordinates, e.g. ``overlaps("n 1", "m 1")``: each
        population's part in what feeds back."""
        a, b = (self.vectors[:, self.axes.index(name)] for name in (first, second))
        sizes = np.bincount(self.labels, minlength=self.n_populations)
        sums = np.bincount(self.labels, a * b, minlength=self.n_populations)
        return np.divide(sums, sizes, out=np.zeros_like(sums), where=sizes > 0)

    def facts(self) -> dict[str, str]:
        sizes = np.bincount(self.labels, minlength=self.n_populations)
        return {
            "populations": f"{self.n_populations}, of {', '.join(map(str, sizes))} units",
            "vectors": f"{shape_of(self.vectors, 'unit', 'axis')}: {', '.join(self.axes)}",
            "certainty": f"{100 * self.certainty:.1f} %",
            "note": self.note,
            "BIC": ", ".join(f"{n}: {value:.0f}" for n, value in enumerate(self.bic, 1)),
        }


def populations(
    source: Any, before: Any = None, *, n_components: int = 2, most: int = 4, n: int | None = None, seed: int = 0
) -> Populations:
    """Find the populations of a network.

    Args:
        source: a Network or a Run; of a low-rank network its own vectors are taken, of another the leading components
            of its recurrent matrix (of the change of it, where ``before`` is given).
        before: the network before training.
        n_components: how many components of a matrix of full rank are taken.
        most: mixtures of up to so many populations are tried.
        n: take this many instead of choosing by the information criterion.
        seed: of the starts of the fits.

    Raises:
        ValueError: arguments out of range.
    """
    network = as_network(source)
    axes, vectors = connectivity_vectors(network, before, n_components)
    sizes = list(range(1, most + 1)) if n is None else [n]
    if not sizes or min(sizes) < 1:
        raise ValueError(f"n={n}, most={most}; give at least 1")
    told = max(1, len(vectors) // (3 * len(axes)))
    sizes = [size for size in sizes if n is not None or size <= told]
    rng = np.random.default_rng(seed)
    tried: list[Mixture] = [fit(vectors, size, rng) for size in sizes]
    few = f"{len(vectors)} units in {len(axes)} dimensions are too few to tell more than {told} apart"
    best = tried[int(np.argmin([mixture.bic for mixture in tried]))]
    order = np.argsort(-best.share, kind="stable")
    given = best.responsibility[:, order]
    return Populations(
        axes=axes,
        vectors=frozen(vectors),
        labels=frozen(given.argmax(axis=1), np.intp),
        share=frozen(best.share[order]),
        means=frozen(best.means[order]),
        covariances=frozen(best.covariances[order]),
        bic=frozen([mixture.bic for mixture in tried]),
        certainty=float(given.max(axis=1).mean()),
        note=few if n is None and told < most else "",
    )


def connectivity_vectors(
    network: Network, before: Any = None, n_components: int = 2
) -> tuple[tuple[str, ...], FloatArray]:
    """Names of the axes, and (unit, axis) the units' coordinates, each axis with a mean square of 1."""
    p, n = network.parameters, network.n_units
    if "W_to" in p and "W_from" in p:
        to, read = p["W_to"], p["W_from"]
    else:
        found = low_rank(network, before, n_components)
        to, read = found.to.T, found.read.T
    reach = network.config.inputs_reach_units and len(p["W_in"]) == n
    groups = {"in": p["W_in"] if reach else np.zeros((n, 0)), "m": to, "n": read, "out": p["W_out"].T}
    named = [(f"{name} {k}", column) for name, columns in groups.items() for k, column in enumerate(columns.T)]
    kept = [(name, column) for name, column in named if column.any()]
    stacked = np.stack([column / np.sqrt((column**2).mean()) for _, column in kept], axis=1)
    return tuple(name for name, _ in kept), stacked
