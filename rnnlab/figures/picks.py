"""What a person points at in a figure, with a click or a box: units, a condition, a trial, a place.

A figure says for each of its plots what stands where (a `Reader`); `listen` turns clicks and boxes in the browser into
`Pick`s. A click with Shift, Ctrl or the command key held adds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from bokeh.models import BoxSelectTool, ColumnDataSource, CustomJS, Plot
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis import Condition


@dataclass(frozen=True)
class Pick:
    """What is at the place that was pointed at.

    Attributes:
        units: their numbers.
        condition: of trials.
        trial: its number in the batch that is shown.
        point: number of a fixed point.
        place: (x, y) where there is nothing else.
        seen_from: (azimuth, tilt) in degrees, in a space that turns.
        add: whether it is to be marked beside what is marked already.
    """

    units: tuple[int, ...] = ()
    condition: Condition | None = None
    trial: int | None = None
    point: int | None = None
    place: tuple[float, float] | None = None
    seen_from: tuple[float, float] | None = None
    add: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle in the coordinates of a plot; a click is one without size.

    In a space that turns, ``seen_from`` is the (azimuth, tilt) it was seen from, in degrees.
    """

    left: float
    right: float
    bottom: float
    top: float
    seen_from: tuple[float, float] | None = None

    @property
    def is_click(self) -> bool:
        return self.left == self.right and self.bottom == self.top

    def rows(self, n: int) -> range:
        """Which of ``n`` rows of height one, counted from y = 0 upwards, it touches."""
        return touched(self.bottom, self.top, n)

    def columns(self, n: int) -> range:
        """Which of ``n`` columns of width one, counted from x = 0, it touches."""
        return touched(self.left, self.right, n)

    def scaled(self, width: float, height: float) -> Box:
        """The same in units of so much."""
        return Box(self.left / width, self.right / width, self.bottom / height, self.top / height)


def touched(low: float, high: float, n: int) -> range:
    """Which of ``n`` cells of size one are touched by what reaches from ``low`` to ``high``.

    >>> touched(1.2, 3.4, 10), touched(-3.0, 0.5, 10), touched(11.0, 12.0, 10)
    (range(1, 4), range(0, 1), range(10, 10))
    """
    first = int(np.clip(np.floor(low), 0, n))
    last = int(np.clip(np.floor(high), -1, n - 1))
    return range(first, max(first, last + 1))


Reader: TypeAlias = Callable[[Box], Pick | None]
"""What of a plot is in a box; None where there is nothing to choose."""

EntryReader: TypeAlias = Callable[[int], Pick | None]
"""What an entry of a legend stands for, by the number of its row."""

Listener: TypeAlias = Callable[[Pick], None]


def box_tool(plot: Plot, dimensions: str = "both") -> None:
    """Let a drag over the plot draw a box that chooses."""
    tool = BoxSelectTool(dimensions=dimensions, renderers=[], description="Choose with a box")
    plot.add_tools(tool)
    plot.toolbar.active_drag = tool


def listen(plot: Plot, reader: Reader, listener: Listener, camera: ColumnDataSource | None = None) -> ColumnDataSource:
    """Have ``listener`` told what a click or a box in ``plot`` chooses; ``camera`` is that of a space that turns.

    Returns:
        What was pointed at, as data: that way it reaches Python from a notebook too. The last few are kept, since a
        notebook may pass over some of several changes that come in haste.
    """
    nowhere: dict[str, list[Any]] = {name: [np.nan] for name in ("x0", "x1", "y0", "y1")}
    turn = {"azimuth": [np.nan], "tilt": [np.nan]}
    pointed = ColumnDataSource(nowhere | turn | {"add": [False], "n": [0]}, name="pointed")

    heard = 0

    def tell(_attr: str, _old: Any, new: Any) -> None:
        nonlocal heard
        rows = [row for row, n in enumerate(new["n"]) if n > heard]
        heard = max(heard, *new["n"])
        for row in rows:
            corners = [float(new[name][row]) for name in ("x0", "x1", "y0", "y1")]
            (left, right), (bottom, top) = sorted(corners[:2]), sorted(corners[2:])
            pick = reader(Box(left, right, bottom, top, _seen_from(new, row))) if np.isfinite(corners).all() else None
            if pick is not None:
                listener(replace(pick, add=bool(new["add"][row])))

    for event in POINTING:
        plot.js_on_event(event, CustomJS(args={"pointed": pointed, "camera": camera}, code=CLICK + POINT))
    pointed.on_change("data", tell)
    return pointed


def _seen_from(pointed: dict[str, Any], row: int) -> tuple[float, float] | None:
    if "azimuth" not in pointed:
        return None
    azimuth, tilt = (float(pointed[name][row]) for name in ("azimuth", "tilt"))
    return (azimuth, tilt) if np.isfinite([azimuth, tilt]).all() else None


POINTING = ("tap", "doubletap", "press", "pressup", "selectiongeometry")
"""What Bokeh makes of a click or a box: it calls a click soon after another a double one, wherever that was, and one
that is held for long a press."""

CLICK = """
const {event_name, sx, sy, geometry, final, modifiers} = cb_obj
const at = ([x, y]) => Math.hypot(sx - x, sy - y) < 6
if (event_name == 'press') pointed.pressed = [sx, sy]
if (event_name == 'press' || event_name == 'pressup' && !at(pointed.pressed ?? [])) return
if (event_name == 'doubletap' && at(pointed.tapped ?? [])) return
if (event_name == 'tap') pointed.tapped = [sx, sy]
"""
"""Lets through whatever is a click to a person: at once after another one elsewhere, or slow; a double click is one."""

POINT = """
if (geometry != null && (!final || geometry.type != 'rect')) return
const {x0, x1, y0, y1} = geometry ?? {x0: cb_obj.x, x1: cb_obj.x, y0: cb_obj.y, y1: cb_obj.y}
const add = modifiers != null && Boolean(modifiers.shift || modifiers.ctrl || modifiers.meta)
const {azimuth, tilt} = camera?.data ?? {azimuth: [NaN], tilt: [NaN]}
const n = pointed.data.n.at(-1) + 1
const here = {x0, x1, y0, y1, azimuth: azimuth[0], tilt: tilt[0], add, n}
pointed.data = Object.fromEntries(
  Object.entries(here).map(([name, value]) => [name, [...Array.from(pointed.data[name]).slice(-7), value]]))
"""

NEAR = 0.035
"""Share of the axes within which a click counts as on a point or a line."""


WIDE = 2.0
"""How much wider than high a frame is, about: what is near is near on the screen."""


def nearest(plot: Any, box: Box, x: ArrayLike, y: ArrayLike, *, wide: float = WIDE) -> int | None:
    """Which of some points a click is on, in a frame so much wider than high; None where none is near."""
    across, up = (abs(axis.end - axis.start) or 1.0 for axis in (plot.x_range, plot.y_range))
    away = np.hypot(wide * (np.asarray(x, float) - box.left) / across, (np.asarray(y, float) - box.bottom) / up)
    if not np.isfinite(away).any():
        return None
    best = int(np.nanargmin(away))
    return best if away[best] <= NEAR else None


def nearest_line(plot: Any, box: Box, xs: list[Any], ys: list[Any], *, wide: float = WIDE) -> int | None:
    """Which of some lines a click is on; None where none is near."""
    dense = [(_dense(x), _dense(y)) for x, y in zip(xs, ys, strict=True)]
    if not sum(len(x) for x, _ in dense):
        return None
    hit = nearest(plot, box, *(np.concatenate(each) for each in zip(*dense, strict=True)), wide=wide)
    return None if hit is None else int(np.searchsorted(np.cumsum([len(x) for x, _ in dense]), hit, side="right"))


def _dense(values: ArrayLike, n: int = 400) -> NDArray[np.float64]:
    """A line's values at so many places along it, so that the stretch between two of its points is found too."""
    array = np.asarray(values, float)
    if len(array) < 2:
        return array
    return np.interp(np.linspace(0, len(array) - 1, n), np.arange(len(array)), array)
