"""Demixed principal components: activity taken apart by what it depends on.

The condition averages are split, as in an analysis of variance, into what depends on time alone, on one factor (and
time), and on combinations of factors. For each part, a decoder that sees the whole activity and an encoder rebuild
that part as well as a few numbers can: reduced-rank regression, with a ridge whose strength is chosen on trials left
out (Kobak, Brendel, Constantinidis et al. 2016, eLife 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._grouped import MOST_LEVELS, Levels, all_levels, crossed, group_means, three_axes
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis.decoding import in_bins

STRENGTHS = np.logspace(-7, -1, 13)
"""Ridges that cross-validation chooses from, as shares of the averages' total variance."""

MOST_FACTORS = 3


@dataclass(frozen=True, repr=False, eq=False)
class DemixedComponents(Result):
    """Components of each part of the activity, those that explain most first.

    Attributes:
        parts: names of the parts: "time", then each factor, then combinations such as "motion × context".
        part_variance: (part,) share of the averages' variance; they sum to 1.
        part: (component,) index of the part each belongs to.
        decoders: (component, unit) what reads it from the whole activity.
        encoders: (component, unit) unit vectors: the direction of what it rebuilds.
        variance_ratio: (component,) share of the averages' variance that it rebuilds.
        courses: (component, condition, time) the averages as each decoder reads them.
        conditions: (condition,) names, e.g. "0.5, right".
        factors: names of the factors.
        values: (condition, factor) the factors' values in each condition; words are counted.
        names: (factor,) texts of each factor's values, in rising order.
        ridge: the strength of the ridge, as a share of the averages' total variance.
        losses: (strength,) error on trials left out for each of `STRENGTHS`, as a share of what is to be rebuilt;
            empty where the ridge was given.
        time: (time,) ms.
    """

    parts: tuple[str, ...]
    part_variance: FloatArray
    part: NDArray[np.intp]
    decoders: FloatArray
    encoders: FloatArray
    variance_ratio: FloatArray
    courses: FloatArray
    conditions: tuple[str, ...]
    factors: tuple[str, ...]
    values: FloatArray
    names: tuple[tuple[str, ...], ...]
    ridge: float
    losses: FloatArray
    time: FloatArray

    def facts(self) -> dict[str, str]:
        shares = zip(self.parts, self.part_variance, strict=True)
        return {
            "variance": ", ".join(f"{name.replace('_', ' ')} {100 * share:.1f} %" for name, share in shares),
            "components": shape_of(self.decoders, "component", "unit"),
            "rebuilt": f"{100 * self.variance_ratio.sum():.1f} % of variance",
            "ridge": f"{self.ridge:.1e} of the total variance" + (", by cross-validation" if len(self.losses) else ""),
        }


def demixed_components(
    rates: ArrayLike,
    factors: Mapping[str, ArrayLike],
    dt: float = 1.0,
    *,
    n_components: int = 3,
    ridge: float | None = None,
    bins: int = 50,
    classes: int = MOST_LEVELS,
    repeats: int = 5,
    seed: int = 0,
) -> DemixedComponents:
    """Take activity apart by time and one to three factors.

    Args:
        rates: (trial, time, unit), trials lined up.
        factors: name -> value in each trial (trial,). Every combination of values must occur, twice where the ridge is
            to be chosen.
        dt: ms per step.
        n_components: of each part, at most.
        ridge: its strength as a share of the averages' total variance; None to choose it among `STRENGTHS` by how well
            the parts, as other trials show them, are rebuilt from one trial of each condition.
        bins: into how many stretches of equal length the time is cut, at most.
        classes: into how many parts the values of a quantity are cut, at most.
        repeats: how often trials are left out to choose the ridge.
        seed: of that choice.

    Raises:
        ValueError: a combination of the factors' values lacks trials, or arguments out of range.
    """
    array = three_axes(rates)
    groups = all_levels(array, factors, classes)
    _check(groups, n_components, ridge)
    binned, time = in_bins(array, bins, float(dt))
    of, shape = crossed(groups)
    _check_counts(groups, of, shape, 2 if ridge is None else 1)
    means = group_means(binned, of, int(np.prod(shape)))
    noise = _noise(binned, means, of)
    losses = np.empty(0) if ridge is not None else _losses(binned, of, shape, n_components, repeats, seed)
    strength = float(STRENGTHS[losses.argmin()]) if ridge is None else float(ridge)
    parts = marginals(means, shape)
    named = _part_names(groups)
    pieces = _Rebuilt(means, noise).components(parts, strength, n_components)
    total = sum(float((part**2).sum()) for part in parts)
    return _result(named, parts, pieces, means, total, groups, shape, strength, losses, time)


def marginals(means: FloatArray, shape: tuple[int, ...]) -> list[FloatArray]:
    """The averages (condition, time, unit), about their overall mean, split by what they depend on; they sum to them.

    Time alone comes first, then single factors, then combinations; each with its interaction with time.
    """
    grid = (means - means.mean(axis=(0, 1))).reshape(*shape, *means.shape[1:])
    found: dict[tuple[int, ...], FloatArray] = {}
    for size in range(len(shape) + 1):
        for kept in combinations(range(len(shape)), size):
            others = tuple(k for k in range(len(shape)) if k not in kept)
            part = np.broadcast_to(grid.mean(axis=others, keepdims=True), grid.shape)
            found[kept] = part - sum(found[below] for below in found if set(below) < set(kept))
    return [part.reshape(means.shape) for part in found.values()]


def _part_names(groups: list[Levels]) -> tuple[str, ...]:
    names = [group.name for group in groups]
    chosen = [kept for size in range(1, len(names) + 1) for kept in combinations(names, size)]
    return ("time", *(" × ".join(kept) for kept in chosen))


class _Rebuilt:
    """Reduced-rank ridge regression of parts of the averages X on X with its noise: ``A = P X^T G^-1``, where
    ``G = X X^T + noise + ridge |X|^2``, and a basis of the largest directions of ``A G A^T``."""

    def __init__(self, means: FloatArray, noise: FloatArray) -> None:
        self.x = (means - means.mean(axis=(0, 1))).reshape(-1, means.shape[-1])  # samples x unit
        second = self.x.T @ self.x
        self.size = float(np.trace(second))
        self._values, self._vectors = np.linalg.eigh(second + noise)

    def components(self, parts: list[FloatArray], ridge: float, n: int) -> list[tuple[FloatArray, FloatArray]]:
        """Of each part: encoders (component, unit) and decoders (component, unit)."""
        inverse = 1 / np.maximum(self._values + ridge * self.size, np.finfo(float).eps * (self.size or 1.0))
        return [self._of_part(part.reshape(self.x.shape), inverse, n) for part in parts]

    def _of_part(self, part: FloatArray, inverse: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
        cross = (part.T @ self.x) @ self._vectors
        values, vectors = np.linalg.eigh((cross * inverse) @ cross.T)
        kept = [k for k in range(len(values) - 1, -1, -1) if values[k] > 1e-10 * max(self.size, 1e-300)][:n]
        encoders = vectors[:, kept].T
        return encoders, ((encoders @ cross) * inverse) @ self._vectors.T


def _noise(rates: FloatArray, means: FloatArray, of: NDArray[np.intp]) -> FloatArray:
    """(unit, unit) scatter of single trials about the averages, summed over conditions and times, one trial of each."""
    weight = (1 / np.bincount(of)[of]) ** 0.5
    residual = (np.asarray(rates, float) - means[of]) * weight[:, None, None]
    flat = residual.reshape(-1, rates.shape[-1])
    return flat.T @ flat


def _losses(
    rates: FloatArray, of: NDArray[np.intp], shape: tuple[int, ...], n: int, repeats: int, seed: int
) -> FloatArray:
    """(strength,) how badly the parts, as most trials show them, are rebuilt from one other trial of each condition."""
    rng = np.random.default_rng(seed)
    n_conditions = int(np.prod(shape))
    losses = np.zeros(len(STRENGTHS))
    for _ in range(repeats):
        shuffled = rng.permutation(len(of))
        left_out = shuffled[np.unique(of[shuffled], return_index=True)[1]]  # the first of each condition
        rest = np.setdiff1d(np.arange(len(of)), left_out)
        means = group_means(rates[rest], of[rest], n_conditions)
        tested = np.asarray(rates[left_out], float)
        seen = (tested - means.mean(axis=(0, 1))).reshape(-1, tested.shape[-1])
        parts, model = marginals(means, shape), _Rebuilt(means, _noise(rates[rest], means, of[rest]))
        for k, strength in enumerate(STRENGTHS):
            pieces = zip(parts, model.components(parts, strength, n), strict=True)
            losses[k] += sum(_error(part, seen, piece) for part, piece in pieces) / model.size
    return losses / repeats


def _error(part: FloatArray, seen: FloatArray, piece: tuple[FloatArray, FloatArray]) -> float:
    encoders, decoders = piece
    return float(((part.reshape(seen.shape) - (seen @ decoders.T) @ encoders) ** 2).sum())


def _result(
    named: tuple[str, ...],
    parts: list[FloatArray],
    pieces: list[tuple[FloatArray, FloatArray]],
    means: FloatArray,
    total: float,
    groups: list[Levels],
    shape: tuple[int, ...],
    ridge: float,
    losses: FloatArray,
    time: FloatArray,
) -> DemixedComponents:
    part = np.concatenate([np.full(len(encoders), k, dtype=np.intp) for k, (encoders, _) in enumerate(pieces)])
    encoders, decoders = (np.concatenate(arrays) for arrays in zip(*pieces, strict=True))
    centred = means - means.mean(axis=(0, 1))
    courses = np.einsum("ctu,ku->kct", centred, decoders)
    rebuilt = [
        ((centred - course[..., None] * axis) ** 2).sum() for course, axis in zip(courses, encoders, strict=True)
    ]
    share = 1 - np.array(rebuilt) / total if total > 0 else np.zeros(len(part))
    order = np.argsort(-share, kind="stable")
    at = np.unravel_index(np.arange(len(means)), shape)
    names = [", ".join(g.names[i] for g, i in zip(groups, row, strict=True)) for row in zip(*at, strict=True)]
    return DemixedComponents(
        parts=named,
        part_variance=frozen([float((p**2).sum()) / total if total > 0 else 0.0 for p in parts]),
        part=frozen(part[order]),
        decoders=frozen(decoders[order]),
        encoders=frozen(encoders[order]),
        variance_ratio=frozen(share[order]),
        courses=frozen(courses[order]),
        conditions=tuple(names),
        factors=tuple(group.name for group in groups),
        values=frozen(np.stack([group.values[index] for group, index in zip(groups, at, strict=True)], axis=1)),
        names=tuple(group.names for group in groups),
        ridge=ridge,
        losses=frozen(losses),
        time=frozen(time),
    )


def _check(groups: list[Levels], n_components: int, ridge: float | None) -> None:
    if len(groups) > MOST_FACTORS:
        raise ValueError(f"factors: {len(groups)} given; take at most {MOST_FACTORS}")
    if n_components < 1:
        raise ValueError(f"n_components={n_components}; give at least 1")
    if ridge is not None and not ridge >= 0:
        raise ValueError(f"ridge={ridge}; give 0 or more, or None to choose it")


def _check_counts(groups: list[Levels], of: NDArray[np.intp], shape: tuple[int, ...], least: int) -> None:
    counts = np.bincount(of, minlength=int(np.prod(shape)))
    if counts.min() < least:
        at = np.unravel_index(int(counts.argmin()), shape)
        place = ", ".join(f"{g.name} {g.names[i]}" for g, i in zip(groups, at, strict=True))
        have = "one trial has" if counts.min() else "no trial has"
        raise ValueError(f"factors: {have} {place}; draw more trials, or leave out a factor that follows from another")
