"""Mixtures of Gaussians by expectation and maximisation (Dempster, Laird & Rubin 1977, J. R. Stat. Soc. B 39)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnlab.analysis._result import FloatArray

FLOOR = 1e-3
"""Added to variances, as a share of the mean variance of an axis, so that no Gaussian falls on a single point."""

TRIES, ROUNDS, ENOUGH = 5, 200, 1e-6
"""Starts; most rounds of each; gain in log likelihood per point at which a fit rests."""


@dataclass(frozen=True)
class Mixture:
    """A fitted mixture.

    Attributes:
        share: (n,) weights.
        means: (n, axis).
        covariances: (n, axis, axis).
        responsibility: (point, n) probability that each point is of each Gaussian.
        log_likelihood: of all points.
    """

    share: FloatArray
    means: FloatArray
    covariances: FloatArray
    responsibility: FloatArray
    log_likelihood: float

    @property
    def bic(self) -> float:
        """Bayesian information criterion: ``k log(points) - 2 log likelihood`` for k free numbers; lower is better."""
        n, d = self.means.shape
        free = n * (d + d * (d + 1) / 2) + n - 1
        return float(free * np.log(len(self.responsibility)) - 2 * self.log_likelihood)


def fit(points: FloatArray, n: int, rng: np.random.Generator) -> Mixture:
    """The likeliest of several fits of ``n`` Gaussians to (point, axis)."""
    tries = 1 if n == 1 else TRIES
    return max((_climb(points, _seeded(points, n, rng)) for _ in range(tries)), key=lambda found: found.log_likelihood)


def _seeded(points: FloatArray, n: int, rng: np.random.Generator) -> FloatArray:
    """(point, n) first responsibilities: by direction from the origin half of the time, else by the nearest of n points
    far from each other. Populations often share their mean and differ in how coordinates go together."""
    if rng.random() < 0.5:
        features = np.einsum("pi,pj->pij", points, points).reshape(len(points), -1)
        features = features / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    else:
        features = points
    centres = features[[rng.integers(len(points))]]
    while len(centres) < n:
        away = ((features[:, None] - centres) ** 2).sum(axis=2).min(axis=1)
        weight = away / away.sum() if away.sum() > 0 else np.full(len(points), 1 / len(points))
        centres = np.concatenate([centres, features[[rng.choice(len(points), p=weight)]]])
    for _ in range(10):
        nearest = ((features[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        groups = [nearest == k for k in range(n)]
        centres = np.stack([features[g].mean(axis=0) if g.any() else centres[k] for k, g in enumerate(groups)])
    return np.where(nearest[:, None] == np.arange(n), 0.9, 0.1 / max(n - 1, 1)) if n > 1 else np.ones((len(points), 1))


def _climb(points: FloatArray, responsibility: FloatArray) -> Mixture:
    floor = FLOOR * float(points.var(axis=0).mean() or 1.0) * np.eye(points.shape[1])
    before = -np.inf
    for _ in range(ROUNDS):
        share, means, covariances = _maximise(points, responsibility, floor)
        logs = np.log(share) + _log_densities(points, means, covariances)
        top = logs.max(axis=1, keepdims=True)
        total = top[:, 0] + np.log(np.exp(logs - top).sum(axis=1))
        responsibility = np.exp(logs - total[:, None])
        likelihood = float(total.sum())
        if likelihood - before < ENOUGH * len(points):
            break
        before = likelihood
    return Mixture(share, means, covariances, responsibility, likelihood)


def _maximise(points: FloatArray, r: FloatArray, floor: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    mass = np.maximum(r.sum(axis=0), 1e-9)
    means = (r.T @ points) / mass[:, None]
    away = points[None] - means[:, None]
    covariances = np.einsum("pk,kpi,kpj->kij", r, away, away, optimize=True) / mass[:, None, None] + floor
    return mass / mass.sum(), means, covariances


def _log_densities(points: FloatArray, means: FloatArray, covariances: FloatArray) -> FloatArray:
    """(point, n) logarithms of the Gaussians' densities."""
    lower = np.linalg.cholesky(covariances)
    white = np.linalg.solve(lower, (points[None] - means[:, None]).swapaxes(1, 2))
    volume = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
    return -0.5 * (white**2).sum(axis=1).T - volume - 0.5 * points.shape[1] * np.log(2 * np.pi)
