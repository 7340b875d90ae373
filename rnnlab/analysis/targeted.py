"""Targeted dimensionality reduction: the directions in which a population carries each variable of a task.

Each unit's rate is regressed on the variables at each time; the coefficients of one variable over units are a
direction in state space. They are denoised by the principal components of the condition averages, taken at the time
at which they are longest, and made orthogonal in the order given (Mante, Sussillo, Shenoy & Newsome 2013, Nature 503).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnnlab.analysis._grouped import Levels, all_levels, crossed, group_means, three_axes
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of


@dataclass(frozen=True, repr=False, eq=False)
class TargetedDimensions(Result):
    """One direction for each variable, and the activity of each condition along them.

    Attributes:
        factors: names of the variables.
        axes: (factor, unit) orthonormal, each variable's own part after those before it.
        raw_axes: (factor, unit) unit vectors before they were made orthogonal.
        strength: (factor, time) length of each variable's coefficients: how much rates change as it goes from the
            middle of its range to its end.
        peak: (factor,) ms at which it is greatest.
        time: (time,) ms at the end of each step.
        averages: (condition, time, factor) mean activity along the axes, about the mean of all conditions and times.
        conditions: (condition, factor) the variables' values in each condition.
        variance_ratio: (factor,) share of the condition averages' variance along each axis.
        names: (factor,) texts of each variable's values, in rising order.
    """

    factors: tuple[str, ...]
    axes: FloatArray
    raw_axes: FloatArray
    strength: FloatArray
    peak: FloatArray
    time: FloatArray
    averages: FloatArray
    conditions: FloatArray
    variance_ratio: FloatArray
    names: tuple[tuple[str, ...], ...]

    @property
    def angles(self) -> FloatArray:
        """(factor, factor) degrees between the directions before they were made orthogonal: 90 where two variables
        are carried apart from each other."""
        return np.degrees(np.arccos(np.clip(np.abs(self.raw_axes @ self.raw_axes.T), 0, 1)))

    def facts(self) -> dict[str, str]:
        shown = zip(self.factors, self.peak, self.variance_ratio, strict=True)
        return {
            "axes": shape_of(self.axes, "factor", "unit"),
            "averages": shape_of(self.averages, "condition", "time", "factor"),
            "strongest": "; ".join(
                f"{n.replace('_', ' ')} at {p:.0f} ms ({100 * v:.1f} % of variance)" for n, p, v in shown
            ),
        }


def targeted_dimensions(
    rates: ArrayLike,
    factors: Mapping[str, ArrayLike],
    dt: float = 1.0,
    *,
    n_components: int | None = 12,
    standardise: bool = False,
) -> TargetedDimensions:
    """The direction of each of a task's variables in state space.

    Args:
        rates: (trial, time, unit), trials lined up.
        factors: name -> value in each trial (trial,): e.g. the signed coherence, the context, the choice. Each is
            scaled to run from -1 to 1; those with more than eight values are grouped for the averages only.
        dt: ms per step.
        n_components: principal components of the condition averages that the directions are confined to; None for all.
        standardise: divide each unit's rate by its standard deviation first, so that quiet units count as much.

    Raises:
        ValueError: factors that do not vary or say the same, more of them than units, or arrays that do not fit each
            other.

    >>> choice = np.array([-1.0, 1.0, -1.0, 1.0])
    >>> rates = choice[:, None, None] * np.array([[0.0, 0.0], [3.0, 4.0]])
    >>> found = targeted_dimensions(rates, {"choice": choice}, dt=10)
    >>> found.axes.round(3).tolist(), found.peak.tolist()
    ([[0.6, 0.8]], [20.0])
    """
    array = three_axes(rates)
    groups = all_levels(array, factors)
    _check_units(array.shape[2], groups)
    if standardise:
        spread = array.std(axis=(0, 1), dtype=float)
        array = array / np.where(spread > 0, spread, 1).astype(array.dtype)
    coefficients = _regress(array, _design(groups, factors))
    means, values = _averages(array, groups)
    centre = means.mean(axis=(0, 1))
    centred = means - centre
    denoised = _confine(coefficients, centred.reshape(-1, centred.shape[-1]), n_components)
    strength = np.linalg.norm(denoised, axis=2)
    peaks = strength.argmax(axis=1)
    raw = _unit(denoised[np.arange(len(groups)), peaks], groups)
    axes = _orthogonal(raw, groups)
    averages = centred @ axes.T
    total = float((centred**2).sum())
    return TargetedDimensions(
        factors=tuple(factors),
        axes=frozen(axes),
        raw_axes=frozen(raw),
        strength=frozen(strength),
        peak=frozen((peaks + 1) * float(dt)),
        time=frozen((np.arange(array.shape[1]) + 1) * float(dt)),
        averages=frozen(averages),
        conditions=frozen(values),
        variance_ratio=frozen((averages**2).sum(axis=(0, 1)) / total if total > 0 else np.zeros(len(groups))),
        names=tuple(group.names for group in groups),
    )


def _check_units(n_units: int, groups: list[Levels]) -> None:
    """Raise ValueError where there is no direction left for each factor."""
    if n_units < len(groups):
        names, units = ", ".join(group.name for group in groups), f"{n_units} unit{'' if n_units == 1 else 's'}"
        raise ValueError(
            f"factors: {names} need {len(groups)} directions, one each, and rates of {units} have no more than "
            f"{n_units}; choose {n_units} of them, or ask about a network of at least {len(groups)} units"
        )


def _design(groups: list[Levels], factors: Mapping[str, ArrayLike]) -> FloatArray:
    """(trial, 1 + factor): a constant, then each variable from -1 to 1."""
    columns = [np.ones(len(groups[0].of))]
    for group in groups:
        given = np.asarray(factors[group.name])
        x = given.astype(float) if given.dtype.kind in "biuf" else group.values[group.of]
        columns.append(2 * (x - x.min()) / (x.max() - x.min()) - 1)
    design = np.stack(columns, axis=1)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(
            f"factors: {', '.join(factors)} follow from each other in these trials, their effects cannot be told "
            "apart; leave one out"
        )
    return design


def _regress(rates: FloatArray, design: FloatArray) -> FloatArray:
    """(factor, time, unit) coefficients of ordinary least squares, without the constant's."""
    solve = np.linalg.pinv(design)[1:].astype(rates.dtype)
    return (solve @ rates.reshape(len(rates), -1)).reshape(-1, *rates.shape[1:]).astype(float)


def _averages(rates: FloatArray, groups: list[Levels]) -> tuple[FloatArray, FloatArray]:
    """(condition, time, unit) of the combinations that occur, and (condition, factor) their values."""
    of, shape = crossed(groups)
    present, place = np.unique(of, return_inverse=True)
    at = np.unravel_index(present, shape)
    values = np.stack([group.values[index] for group, index in zip(groups, at, strict=True)], axis=1)
    return group_means(rates, place, len(present)), values


def _confine(coefficients: FloatArray, samples: FloatArray, n_components: int | None) -> FloatArray:
    """Coefficients projected on the first principal components of the samples."""
    if n_components is None or n_components >= samples.shape[1]:
        return coefficients
    if n_components < 1:
        raise ValueError(f"n_components={n_components}; give at least 1")
    axes = np.linalg.eigh(samples.T @ samples)[1][:, -n_components:]
    return (coefficients @ axes) @ axes.T


def _unit(vectors: FloatArray, groups: list[Levels]) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    for group, length in zip(groups, lengths[:, 0], strict=True):
        if not length > 0:
            raise ValueError(f"{group.name}: no unit's rate depends on it at any time; choose another factor")
    return vectors / lengths


def _orthogonal(raw: FloatArray, groups: list[Levels]) -> FloatArray:
    """Rows made orthonormal in order, each pointing to the side it pointed to before."""
    q, r = np.linalg.qr(raw.T)
    lost = np.abs(np.diagonal(r)) < 1e-10
    if lost.any():
        name = groups[int(lost.argmax())].name
        raise ValueError(f"{name}: it is carried along the directions of the factors before it; leave one of them out")
    return (q * np.sign(np.diagonal(r))).T
