"""What of a panel is chosen by a click or a box, and what of it is marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis import Condition, Marked
from rnnlab.figures.panels import Curves, Heat, Series, points
from rnnlab.figures.picks import Box, Pick, nearest, nearest_line
from rnnlab.figures.weights import runs

PALE = 0.22
"""Opacity of a series that is not of the condition that is marked."""


def same(one: Condition, other: Condition | None) -> bool:
    """Whether two conditions of a factor have a value in common."""
    if other is None or one.factor != other.factor:
        return False
    if isinstance(one.low, str) or isinstance(other.low, str):
        return str(one.low) == str(other.low)
    (a, b), (c, d) = ((each.low, each.low if each.high is None else each.high) for each in (one, other))
    overlap = min(float(b), float(d)) - max(float(a), float(c))
    narrower = min(float(b) - float(a), float(d) - float(c))
    return overlap >= 0 if narrower == 0 else overlap > 0.5 * narrower


def brightness(series: Sequence[Series], marked: Marked) -> NDArray[np.float64]:
    """(series,) opacity of each series: those of other conditions are pale where there is one of the marked."""
    alike = np.array([any(same(one, marked.condition) for one in each.of) for each in series], bool)
    apart = np.array([not each.of for each in series], bool)
    return np.where(alike | apart, 1.0, PALE) if alike.any() else np.ones(len(alike))


def marked_points(panel: Curves, marked: Marked) -> dict[str, list[float]]:
    """Where rings are drawn."""
    places: dict[str, list[float]] = {"x": [], "y": []}
    for each in panel.series:
        x, y = points(each)
        chosen = [i for i in range(len(x)) if _is_marked(each, i, marked)]
        places["x"] += x[chosen].tolist()
        places["y"] += y[chosen].tolist()
    return places


def _is_marked(series: Series, i: int, marked: Marked) -> bool:
    if len(series.units) and marked.units:
        return set(units_of(series, i)) <= set(marked.units)
    return bool(series.conditions) and same(series.conditions[i], marked.condition)


def units_of(series: Series, i: int) -> tuple[int, ...]:
    units = series.units[i]
    return tuple(units) if isinstance(units, tuple) else (int(units),)


def curves_pick(plot: Any, panel: Curves, box: Box) -> Pick | None:
    """What a click on a point or a line, or a box over points, chooses."""
    told = [each for each in panel.series if len(each.units) or each.conditions]
    if box.is_click:
        return _clicked_point(plot, told, box) or _clicked_line(plot, panel, box)
    units = {unit for each in told if len(each.units) for i in _inside(each, box) for unit in units_of(each, i)}
    return Pick(tuple(sorted(units))) if units else None


def _inside(series: Series, box: Box) -> NDArray[np.intp]:
    x, y = points(series)
    return np.flatnonzero((x >= box.left) & (x <= box.right) & (y >= box.bottom) & (y <= box.top))


def _clicked_point(plot: Any, told: list[Series], box: Box) -> Pick | None:
    places = [(each, i) for each in told for i in range(len(points(each)[0]))]
    hit = nearest(plot, box, *([points(each)[k][i] for each, i in places] for k in (0, 1)))
    if hit is None:
        return None
    series, i = places[hit]
    return Pick(units_of(series, i)) if len(series.units) else Pick(condition=series.conditions[i])


def _clicked_line(plot: Any, panel: Curves, box: Box) -> Pick | None:
    lines = [each for each in (*panel.series, *panel.reference) if each.of and each.line]
    hit = nearest_line(plot, box, *([points(each)[k] for each in lines] for k in (0, 1)))
    return None if hit is None else Pick(condition=lines[hit].of[0])


def heat_pick(panel: Heat, box: Box) -> Pick | None:
    """What a click in an image, or a box over it, chooses: the units of rows and columns; else a condition."""
    rows, columns = _touched(panel, box)
    units = [
        *(panel.rows[i] for i in rows if len(panel.rows)),
        *(panel.columns[i] for i in columns if len(panel.columns)),
    ]
    condition = panel.conditions[columns[0]] if panel.conditions and box.is_click and columns else None
    if not units and condition is None:
        return None
    return Pick(tuple(sorted({int(unit) for unit in units})), condition)


def _touched(panel: Heat, box: Box) -> tuple[range, range]:
    n, m = panel.image.shape
    (left, right), (bottom, top) = panel.x_range, panel.y_range
    wide, high = (right - left) / m, (bottom - top) / n  # row 0 is at the top
    across = Box((box.left - left) / wide, (box.right - left) / wide, 0.0, 0.0).columns(m)
    ends = sorted(((box.bottom - top) / high, (box.top - top) / high))
    return Box(0.0, 0.0, ends[0], ends[1]).rows(n), across


def marked_frames(panel: Heat, marked: Marked) -> dict[str, NDArray[np.float64]]:
    """Frames around rows and columns of marked units, or of the condition; neighbours share one."""
    n, m = panel.image.shape
    (left, right), (bottom, top) = panel.x_range, panel.y_range
    rows = runs(np.isin(np.asarray(panel.rows), marked.units)) if len(panel.rows) == n else (np.zeros(0),) * 2
    chosen = np.zeros(m, bool)
    if len(panel.columns) == m:
        chosen = np.isin(np.asarray(panel.columns), marked.units)
    elif len(panel.conditions) == m:
        chosen = np.array([same(each, marked.condition) for each in panel.conditions])
    columns = runs(chosen)
    high, wide = (bottom - top) / n, (right - left) / m
    full = [np.full(len(each[0]), 1.0) for each in (rows, columns)]
    sides = {
        "left": (left * full[0], left + wide * columns[0]),
        "right": (right * full[0], left + wide * columns[1]),
        "bottom": (top + high * rows[1], bottom * full[1]),
        "top": (top + high * rows[0], top * full[1]),
    }
    return {name: np.concatenate(each) for name, each in sides.items()}
