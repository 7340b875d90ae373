"""Single units as panels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis import (
    ConditionRates,
    MixedSelectivity,
    Sequentiality,
    SilentUnits,
    TaskVariance,
    Tuning,
    UnitOrder,
)
from rnnlab.analysis.mixed_selectivity import KINDS
from rnnlab.figures.levels import around, minus, palette_of
from rnnlab.figures.panels import Curves, Heat, Panels, Series


def numbers(units: NDArray) -> tuple[str, ...]:
    """What each unit is called."""
    return tuple(f"unit {unit}" for unit in units)


def _number(name: str, place: int) -> float:
    """The value that a level's text says, or its place where that is a word."""
    try:
        return float(name)
    except ValueError:
        return float(place)


def unit_order(result: UnitOrder) -> Panels:
    """The number of each unit, in order."""
    values = np.asarray(result.values, float)[result.order]
    names = numbers(result.order)
    dots = Series(np.arange(len(values)), values, line=False, dots=True, names=names, units=result.order)
    return (Curves("units in order", result.label, (dots,)),)


def condition_rates(result: ConditionRates) -> Panels:
    """One unit's rate by condition with its standard error, and the difference of the outer conditions in all units."""
    unit, time = result.unit, np.asarray(result.time, float)
    of = around(result.factor, [_number(name, i) for i, name in enumerate(result.names)], result.names)
    series = tuple(
        Series(time, mean, minus(name), mean - error, mean + error, band=True, of=(condition,))
        for name, mean, error, condition in zip(
            result.names, result.mean[:, :, unit], result.error[:, :, unit], of, strict=True
        )
    )
    difference = np.asarray(result.difference, float)
    order = np.argsort(np.abs(np.nan_to_num(difference)).argmax(axis=0), kind="stable")
    when = f"time from {result.aligned} (ms)"
    ends = (float(time[0]), float(time[-1])) if len(time) > 1 else (float(time[0]) - 0.5, float(time[0]) + 0.5)
    curves = Curves(
        when,
        f"rate of unit {unit}",
        series,
        moments=(0.0,),
        palette=palette_of(result.names),
        legend=result.factor.replace("_", " "),
        x_range=ends,
    )
    value = f"rate at {minus(result.names[-1])} less that at {minus(result.names[0])}"
    by = "units by time of peak"
    heat = Heat(when, by, difference[:, order].T, ends, (len(order), 0.0), value, signed=True, rows=order)
    return curves, heat


def tuning(result: Tuning) -> Panels:
    """Mean rates of all units at each level about their mean, and each unit's d' with its interval."""
    order = result.order
    centred = np.asarray(result.mean - result.mean.mean(axis=0), float)[:, order]
    names = {i + 0.5: minus(name) for i, name in enumerate(result.names)}
    factor = result.factor.replace("_", " ")
    heat = Heat(
        factor,
        "units by slope",
        centred.T,
        (0.0, float(len(result.names))),
        (len(order), 0.0),
        "rate about mean",
        signed=True,
        x_names=names,
        rows=order,
        conditions=around(result.factor, result.levels, result.names),
    )
    d, low, high = (np.where(np.isfinite(v), v, np.nan)[order] for v in (result.d_prime, result.low, result.high))
    dots = Series(np.arange(len(order)), d, "", low, high, line=False, dots=True, names=numbers(order), units=order)
    ends = f"d' between {minus(result.names[-1])} and {minus(result.names[0])}"
    return heat, Curves("units by slope", ends, (dots,), levels=(0.0,))


def mixed_selectivity(result: MixedSelectivity) -> Panels:
    """What one factor explains of each unit against what the other does, coloured by kind; and the combination."""
    a, b = (name.replace("_", " ") for name in result.factors)
    shown = (KINDS[0], a, b, *KINDS[3:])
    share = 100 * np.asarray(result.share, float)
    both = tuple(_of_kind(result, share[0], share[1], i, "") for i in range(len(shown)))
    order = np.argsort(-share[2], kind="stable")
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order))
    alone = tuple(_of_kind(result, rank, share[2], i, name) for i, name in enumerate(shown))
    return (
        Curves(f"variance explained by {a} (%)", f"by {b} (%)", both, palette="categorical"),
        Curves("units in order", "by their combination alone (%)", alone, palette="categorical", legend="selective to"),
    )


def _of_kind(result: MixedSelectivity, x: NDArray, y: NDArray, kind: int, name: str) -> Series:
    units = np.flatnonzero(result.kind == kind)
    return Series(x[units], y[units], name, line=False, dots=True, names=numbers(units), units=units)


def task_variance(result: TaskVariance) -> Panels:
    """Profiles of all units, cluster by cluster, and the silhouette of each number of clusters."""
    order = result.order
    names = {i + 0.5: name.replace("_", " ") for i, name in enumerate(result.contexts)}
    ends, n = (0.0, float(len(result.contexts))), len(order)
    profiles = np.asarray(result.profile, float)[order]
    where, value = "part of the trial, or condition", "variance, normalised"
    of = result.conditions
    heat = Heat(where, "units by cluster", profiles, ends, (n, 0.0), value, x_names=names, rows=order, conditions=of)
    tried = Series(list(result.tried), list(result.tried.values()), dots=True)
    return heat, Curves("number of clusters", "silhouette", (tried,), moments=(float(result.n_clusters),))


def sequentiality(result: Sequentiality) -> Panels:
    """Mean rates of the active units, each over its own range, by the time of their peak."""
    rates = np.asarray(result.rates, float)[:, result.order].T
    ends = (float(result.time[0]), float(result.time[-1]))
    ends_y, value = (len(result.order), 0.0), "rate, 0 to 1"
    return (Heat("time (ms)", "units by peak", rates, ends, ends_y, value, rows=result.order),)


def silent_units(result: SilentUnits) -> Panels:
    """The range of each unit's rate against its largest; dashed: the tolerance."""
    units = np.arange(len(result.spread))
    dots = Series(result.largest, result.spread, line=False, dots=True, names=numbers(units), units=units)
    here = result.tolerance
    return (Curves("largest absolute rate", "range of the rate", (dots,), levels=(here,), moments=(here,)),)
