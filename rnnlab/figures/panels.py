"""What a figure shows, as data: panels of curves, points, bars and images, with labelled axes.

A result becomes a tuple of panels (a pure function, a few lines each); `rnnlab.figures.chart.ChartFigure` draws them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis import Condition
from rnnlab.figures.shown import Shown

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
    """Numbers that belong together: a line, points, or both.

    Attributes:
        x, y: (point,).
        label: in the legend and under the pointer.
        low, high: (point,) ends of intervals; None for none.
        line, dots: whether a line joins them, whether each is marked.
        band: draw the intervals as a band, not as bars.
        names: (point,) what each point is called under the pointer.
        units: (point,) the unit or the units that each point stands for, to be marked and chosen.
        conditions: (point,) likewise the condition.
        of: conditions that the whole series is of, one of each of some factors.
    """

    x: ArrayLike
    y: ArrayLike
    label: str = ""
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    line: bool = True
    dots: bool = False
    band: bool = False
    names: tuple[str, ...] = ()
    units: Sequence[int | tuple[int, ...]] | NDArray[np.intp] = ()
    conditions: tuple[Condition, ...] = ()
    of: tuple[Condition, ...] = ()


@dataclass(frozen=True, eq=False)
class Bars:
    """Upright bars, of a histogram or one for each of some things.

    Attributes:
        left, right, top: (bar,).
        label: in the legend.
    """

    left: ArrayLike
    right: ArrayLike
    top: ArrayLike
    label: str = ""


@dataclass(frozen=True, eq=False)
class Curves:
    """A panel with two axes.

    Attributes:
        x_label, y_label: with units in brackets.
        series: drawn in the colours of ``palette``, in order.
        bars: drawn in the same colours.
        reference: dashed, in grey: what would be expected otherwise, or what lies behind.
        levels, moments: y of horizontal and x of vertical dashed lines.
        palette: ``"output"`` for one thing, else ``"categorical"``, ``"graded"`` or ``"signed"`` (`Theme.conditions`).
        legend: title of the legend.
        x_range, y_range: ends of the axes; what there is to see if not given.
        x_names: place on the x axis -> what is written there instead of numbers.
        square: one unit is as long on both axes.
    """

    x_label: str
    y_label: str
    series: tuple[Series, ...] = ()
    bars: tuple[Bars, ...] = ()
    reference: tuple[Series, ...] = ()
    levels: tuple[float, ...] = ()
    moments: tuple[float, ...] = ()
    palette: str = "output"
    legend: str = ""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    x_names: dict[float, str] = field(default_factory=dict)
    square: bool = False


@dataclass(frozen=True, eq=False)
class Heat:
    """A panel with an image.

    Attributes:
        x_label, y_label: with units in brackets.
        image: (row, column); row 0 is at the top.
        x_range, y_range: what the edges of the image stand for; y from bottom to top.
        value: what the colours are, with its unit.
        signed: colours around zero (weights, d') rather than from low to high.
        x_names, y_names: place on an axis -> what is written there instead of numbers.
        rows, columns: the unit of each row and of each column, to be marked and chosen.
        conditions: (column,) likewise the condition.
    """

    x_label: str
    y_label: str
    image: Floats
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    value: str = ""
    signed: bool = False
    x_names: dict[float, str] = field(default_factory=dict)
    y_names: dict[float, str] = field(default_factory=dict)
    rows: Sequence[int] | NDArray[np.intp] = ()
    columns: Sequence[int] | NDArray[np.intp] = ()
    conditions: tuple[Condition, ...] = ()


Panel: TypeAlias = Curves | Heat
Panels: TypeAlias = tuple[Panel, ...]


def shown(panels: Panels) -> Shown:
    """What of what can be marked these panels draw."""
    units, factors = False, []
    for panel in panels:
        if isinstance(panel, Heat):
            units |= len(panel.rows) + len(panel.columns) > 0
            factors += [each.factor for each in panel.conditions]
            continue
        for each in (*panel.series, *panel.reference):
            units |= len(each.units) > 0
            factors += [condition.factor for condition in (*each.conditions, *each.of)]
    return Shown(units, tuple(dict.fromkeys(factors)))


def points(each: Series) -> tuple[Floats, Floats]:
    """x and y as arrays of numbers."""
    return np.asarray(each.x, float), np.asarray(each.y, float)


def extent(values: list[Any], room: float = 0.05) -> tuple[float, float]:
    """Ends of an axis that shows all finite values with some room beside them.

    >>> extent([[0.0, 10.0], [5.0]], room=0.1)
    (-1.0, 11.0)
    """
    flat = np.concatenate([np.ravel(np.asarray(each, float)) for each in values] or [np.zeros(0)])
    flat = flat[np.isfinite(flat)]
    if not flat.size:
        return -1.0, 1.0
    low, high = float(flat.min()), float(flat.max())
    margin = room * (high - low) or 0.5 * abs(high) or 1.0
    return low - margin, high + margin
