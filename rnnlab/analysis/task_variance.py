"""Clusters of units by when they carry what differs from trial to trial (Yang et al. 2019, task variance).

The variance of a unit's rate over conditions, in each task or each epoch, normalised to its largest, is a profile of
where the unit works; units with like profiles form clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.analysis.marked import Condition

ACTIVE = 1e-3
"""Units whose variance is nowhere above this share of the largest are left out, as by Yang et al."""

N_TRIES = 20
MOST_CLUSTERS = 12


@dataclass(frozen=True, repr=False, eq=False)
class TaskVariance(Result):
    """Variance profiles of units, and clusters of them.

    Attributes:
        contexts: names of the tasks, levels or epochs.
        variance: (unit, context) mean over time of the variance of the rate over trials.
        profile: (unit, context) the same, with each active unit's largest at 1; 0 for the others.
        cluster: (unit,) number of its cluster, -1 where it is not active. Clusters are ordered by where they peak.
        silhouette: mean over active units of how much nearer their own cluster is than the next, from -1 to 1.
        tried: number of clusters -> silhouette, of all numbers that were tried.
        conditions: (context,) the trials that each is of; none where they are epochs or tasks.
    """

    contexts: tuple[str, ...]
    variance: FloatArray
    profile: FloatArray
    cluster: NDArray[np.intp]
    silhouette: float
    tried: dict[int, float]
    conditions: tuple[Condition, ...]

    @property
    def n_clusters(self) -> int:
        return int(self.cluster.max(initial=-1)) + 1

    @property
    def order(self) -> NDArray[np.intp]:
        """(unit,) cluster by cluster, those that are not active last."""
        last = np.where(self.cluster < 0, self.n_clusters, self.cluster)
        return np.lexsort((-self.profile.max(axis=1), self.profile.argmax(axis=1), last))

    def members(self, cluster: int) -> NDArray[np.intp]:
        """The units of a cluster."""
        return np.flatnonzero(self.cluster == cluster)

    def facts(self) -> dict[str, str]:
        sizes = ", ".join(str(len(self.members(i))) for i in range(self.n_clusters))
        idle = int((self.cluster < 0).sum())
        return {
            "clusters": f"{self.n_clusters} of {sizes} units" + (f"; {idle} not active" if idle else ""),
            "silhouette": f"{self.silhouette:.2f} (best of {min(self.tried)} to {max(self.tried)} clusters)"
            if self.tried
            else f"{self.silhouette:.2f}",
            "contexts": f"{len(self.contexts)}: {', '.join(self.contexts)}",
        }


def task_variance(
    variance: ArrayLike,
    contexts: tuple[str, ...] = (),
    n_clusters: int | None = None,
    seed: int = 0,
    conditions: tuple[Condition, ...] = (),
) -> TaskVariance:
    """Cluster units by their profiles.

    Args:
        variance: (unit, context) of each unit's rate over trials, in each context.
        contexts: their names.
        n_clusters: how many; None for the number with the best silhouette.
        seed: of the starts of k-means.
        conditions: (context,) the trials that each context is of, to be known by.

    Raises:
        ValueError: fewer than two contexts, or fewer than three active units.
    """
    v = np.asarray(variance, float)
    if v.ndim != 2 or v.shape[1] < 2:
        raise ValueError(f"contexts: shape {v.shape}; profiles need at least two tasks, levels or epochs")
    peak = v.max(axis=1)
    active = peak > ACTIVE * max(float(peak.max()), 1e-300)
    if active.sum() < 3:
        raise ValueError(f"variance: {int(active.sum())} units vary from trial to trial; clusters need at least 3")
    profile = np.where(active[:, None], v / np.where(peak > 0, peak, 1)[:, None], 0.0)
    points, rng = profile[active], np.random.default_rng(seed)
    most = min(MOST_CLUSTERS, len(points) - 1)
    numbers = range(2, most + 1) if n_clusters is None else [min(n_clusters, len(points))]
    found = {k: k_means(points, k, rng) for k in numbers}
    tried = {k: silhouette(points, of) for k, of in found.items()}
    best = max(tried, key=lambda k: tried[k])
    cluster = np.full(len(v), -1)
    cluster[active] = _by_peak(points, found[best])
    names = contexts or tuple(str(i) for i in range(v.shape[1]))
    return TaskVariance(names, frozen(v), frozen(profile), frozen(cluster, np.intp), tried[best], tried, conditions)


def k_means(points: FloatArray, k: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """(point,) clusters from 0; the best of several starts."""
    from scipy.cluster.vq import kmeans2  # costs more to import than everything else here

    best, least = np.zeros(len(points), np.intp), np.inf
    for _ in range(N_TRIES):
        centres, of = kmeans2(points, _spread_out(points, k, rng), minit="matrix", missing="warn", iter=50)
        cost = float(((points - centres[of]) ** 2).sum())
        if cost < least - 1e-12:
            best, least = np.unique(of, return_inverse=True)[1], cost
    return best


def _spread_out(points: FloatArray, k: int, rng: np.random.Generator) -> FloatArray:
    """First centres: each far from those before it, by chance (k-means++; Arthur & Vassilvitskii 2007)."""
    chosen = [points[rng.integers(len(points))]]
    while len(chosen) < k:
        squares = ((points[:, None] - np.array(chosen)) ** 2).sum(axis=2).min(axis=1)
        total = squares.sum()
        share = squares / total if total > 0 else np.full(len(points), 1 / len(points))
        chosen.append(points[rng.choice(len(points), p=share)])
    return np.array(chosen)


def silhouette(points: FloatArray, of: NDArray[np.intp]) -> float:
    """Mean over points of ``(b - a) / max(a, b)``: a is the mean distance to the own cluster, b to the next (Rousseeuw
    1987). 0 for a point alone in its cluster."""
    distances = np.sqrt(np.maximum(((points[:, None] - points[None]) ** 2).sum(axis=2), 0))
    n = int(of.max()) + 1
    if n < 2:
        return 0.0
    sums = np.stack([distances[:, of == i].sum(axis=1) for i in range(n)], axis=1)
    sizes = np.bincount(of, minlength=n)
    rows = np.arange(len(points))
    a = sums[rows, of] / np.maximum(sizes[of] - 1, 1)
    means = sums / sizes
    means[rows, of] = np.inf
    b = means.min(axis=1)
    value = np.where(sizes[of] > 1, (b - a) / np.maximum(np.maximum(a, b), 1e-300), 0.0)
    return float(value.mean())


def _by_peak(points: FloatArray, of: NDArray[np.intp]) -> NDArray[np.intp]:
    """Clusters renamed in the order of where their mean profile is largest."""
    means = np.stack([points[of == i].mean(axis=0) for i in range(int(of.max()) + 1)])
    rank = np.argsort(np.lexsort((-means.max(axis=1), means.argmax(axis=1))))
    return np.asarray(rank[of])


def variance_over_trials(rates: ArrayLike, where: NDArray[np.bool_]) -> FloatArray:
    """(unit,) variance over the trials that have a step, averaged over the steps that at least two have.

    Args:
        rates: (trial, time, unit).
        where: (trial, time) the steps that count.
    """
    r, w = np.asarray(rates, float), np.asarray(where, float)
    n = w.sum(axis=0)
    mean = np.einsum("nt,ntu->tu", w, r) / np.maximum(n, 1)[:, None]
    square = np.einsum("nt,ntu->tu", w, (r - mean) ** 2) / np.maximum(n, 1)[:, None]
    enough = n > 1
    return np.asarray(square[enough].mean(axis=0)) if enough.any() else np.zeros(r.shape[2])
