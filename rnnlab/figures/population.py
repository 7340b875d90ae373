"""The population as panels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis import (
    Decoding,
    DemixedComponents,
    PrincipalComponents,
    Rotations,
    TargetedDimensions,
)
from rnnlab.figures.levels import around, combined, minus, palette_of, spelled
from rnnlab.figures.panels import Bars, Curves, Heat, Panels, Series

MOST = 20
"""Components drawn."""

MOST_COURSES = 16
"""Conditions drawn as lines of a panel, at most."""


def principal_components(result: PrincipalComponents) -> Panels:
    """Variance of each component, and of all up to it, in these trials and in trials left out."""
    shares = 100 * np.asarray(result.variance_ratio, float)[:MOST]
    number = np.arange(1, len(shares) + 1)
    series = [
        Series(number, shares, "each", dots=True),
        Series(number, np.cumsum(shares), "all up to it", dots=True),
    ]
    if result.held_out is not None:
        series.append(
            Series(number, 100 * np.cumsum(result.held_out[:MOST]), "of trials left out", line=False, dots=True)
        )
    return (
        Curves(
            "principal component", "variance explained (%)", tuple(series), palette="categorical", y_range=(0.0, 103.0)
        ),
    )


def targeted_dimensions(result: TargetedDimensions) -> Panels:
    """How strongly each variable is carried in time; and the conditions along the first two directions."""
    strength = tuple(
        Series(result.time, row, name.replace("_", " "))
        for name, row in zip(result.factors, result.strength, strict=True)
    )
    second = 1 if len(result.factors) > 1 else 0
    along = result.factors[0].replace("_", " "), result.factors[second].replace("_", " ")
    labels = spelled(result.conditions, result.names)
    of = combined(result.factors, result.conditions, result.names)
    courses = tuple(
        Series(result.time if not second else course[:, 0], course[:, second], labels[i], of=of[i])
        for i, course in _some(result.averages)
    )
    return (
        Curves("time (ms)", "length of the coefficients (rate)", strength, palette="categorical"),
        Curves(
            f"along {along[0]} (rate)" if second else "time (ms)",
            f"along {along[1]} (rate)",
            courses,
            palette=palette_of(result.names[0]),
            legend=", ".join(name.replace("_", " ") for name in result.factors),
        ),
    )


def demixed_components(result: DemixedComponents) -> Panels:
    """Variance of each part; and the course of the leading component that is not of time alone, by condition."""
    n = len(result.parts)
    bars = Bars(np.arange(n) - 0.35, np.arange(n) + 0.35, 100 * np.asarray(result.part_variance))
    names = {float(k): name.replace("_", " ") for k, name in enumerate(result.parts)}
    told = np.flatnonzero(result.part > 0)
    shown = int(told[0]) if len(told) else 0
    courses: tuple[Series, ...] = ()
    label = "no component"
    if len(result.part):
        label = f"component of {names[float(result.part[shown])]} ({100 * result.variance_ratio[shown]:.1f} %)"
        of = combined(result.factors, result.values, result.names)
        texts = spelled(result.values, result.names)
        courses = tuple(Series(result.time, row, texts[i], of=of[i]) for i, row in _some(result.courses[shown]))
    return (
        Curves("part", "variance (%)", bars=(bars,), x_names=names, x_range=(-0.6, n - 0.4)),
        Curves(
            "time (ms)",
            f"{label} (rate)",
            courses,
            palette=palette_of(result.names[0]),
            legend=", ".join(each.replace("_", " ") for each in result.factors),
        ),
    )


def rotations(result: Rotations) -> Panels:
    """Conditions in the fastest plane, each a line; and the fit beside those of shuffled activity."""
    of = around(result.factor, result.levels, result.names) if result.factor else ()
    courses = tuple(
        Series(plane[:, 0], plane[:, 1], minus(result.names[i]) if result.names else "", of=of[i : i + 1])
        for i, plane in _some(result.projections[:, :, 0])
    )
    reach = 1.05 * float(np.abs(result.projections[:, :, 0]).max() or 1.0)
    span = (-reach, reach)
    factor, hertz = (
        result.factor.replace("_", " "),
        f"{result.frequencies[0]:.2g} Hz, {100 * result.variance_ratio[0]:.0f} % of variance",
    )
    counts, edges = np.histogram(result.r2_shuffled, bins=24, range=_span(result))
    return (
        Curves(
            f"jPC 1 ({hertz})",
            "jPC 2 (rate)",
            courses,
            palette=palette_of(result.names),
            legend=factor,
            x_range=span,
            y_range=span,
        ),
        Curves(
            "velocity explained by rotation (R²); dashed: the data",
            "shuffles",
            bars=(Bars(edges[:-1], edges[1:], counts),),
            moments=(result.r2_rotation,),
            x_range=_span(result),
        ),
    )


def _some(each: NDArray[np.float64]) -> list[tuple[int, NDArray[np.float64]]]:
    """At most so many of the conditions, evenly chosen, with their numbers."""
    places = np.unique(np.linspace(0, len(each) - 1, min(len(each), MOST_COURSES)).round().astype(int))
    return [(int(i), each[i]) for i in places]


def _span(result: Rotations) -> tuple[float, float]:
    values = np.array([result.r2_rotation, *result.r2_shuffled])
    room = 0.1 * float(np.ptp(values)) or 0.05
    return float(values.min()) - room, float(values.max()) + room


def decoding(result: Decoding) -> Panels:
    """Accuracy by the times of training and testing; and where they are the same."""
    time = np.asarray(result.time, float)
    half = (time[1] - time[0]) / 2 if len(time) > 1 else 1.0
    ends = (float(time[0] - half), float(time[-1] + half))
    same = Series(time, 100 * result.diagonal, "trained at the same time")
    middle = int(result.diagonal.argmax())
    best = Series(time, 100 * result.accuracy[middle], f"trained at {time[middle]:.0f} ms")
    of = around(result.factor, result.levels, result.classes)
    classes = tuple(
        Series(time, 100 * row, minus(name), of=(condition,))
        for row, name, condition in zip(result.by_class, result.classes, of, strict=True)
    )
    return (
        Heat(
            "tested at (ms)",
            "trained at (ms)",
            np.asarray(100 * result.accuracy[::-1]),
            ends,
            ends,
            f"accuracy (%), chance {100 * result.chance:.0f}",
        ),
        Curves(
            "tested at (ms)",
            f"accuracy for {result.factor.replace('_', ' ')} (%)",
            (same, best, *classes),
            levels=(100 * result.chance, 100 * result.significant),
            palette="categorical",
            y_range=(0.0, 103.0),
        ),
    )
