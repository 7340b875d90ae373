"""A bifurcation diagram: where the fixed points are, along a path, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import HoverTool, Legend, LegendItem, Model, MultiLine, Range1d, Scatter
from numpy.typing import NDArray

from rnnlab.analysis import principal_components
from rnnlab.figures.paint import LEGEND_ABOVE, LiveFigure, blank, dress, follow, paint
from rnnlab.figures.theme import LIGHT, Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from rnnlab.analysis import Branch, FixedPointsAlong

LINES = {"stable": "solid", "unstable": "dashed"}
"""How a branch is drawn where its point attracts from all sides, and where it does not."""

EVENTS = {"birth": "triangle", "death": "inverted_triangle", "change": "diamond"}

_LABELS = {"unstable": "saddle or unstable", "change": "change of stability"}


class FixedPointsAlongFigure(LiveFigure):
    """One coordinate of every fixed point against what changes along the path.

    A line is solid where its point attracts from all sides, dashed where it does not. Triangles mark births and deaths,
    diamonds changes of stability. Click a name in the legend to hide it.

    Args:
        result: the points followed.
        output: which output to show; or, if None, a principal component of the points' states.
        component: which component, counted from 0.
        theme: colours.
        height: pixels.
    """

    def __init__(
        self,
        result: FixedPointsAlong | None,
        output: int | None = None,
        component: int = 0,
        theme: Theme = LIGHT,
        height: int = 340,
    ) -> None:
        super().__init__(theme, (*LINES, *EVENTS))
        self.root = self._plot = self._build(theme, height)
        self.update(result, output, component)
        dress(self._plot, theme)

    def _build(self, theme: Theme, height: int) -> figure:
        plot = blank(theme, height=height, x_range=Range1d(start=0, end=1), y_range=Range1d(start=-1, end=1))
        self._items: dict[str, LegendItem] = {}
        for name, dash in LINES.items():
            line = MultiLine(xs="xs", ys="ys", line_width=1.8 if name == "stable" else 1.3, line_dash=dash)
            drawn = plot.add_glyph(self.sources[name], paint(line, theme, line_color="text"))
            self._items[name] = LegendItem(label=_LABELS.get(name, name), renderers=[drawn])
            tooltips = [("point", "@branch"), ("repels in", "@directions directions")]
            plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, visible=False, line_policy="nearest"))
        for name, marker in EVENTS.items():
            dot = Scatter(x="x", y="y", marker=marker, size=9, line_width=1.3)
            drawn = plot.add_glyph(self.sources[name], paint(dot, theme, fill_color="surface", line_color="text"))
            self._items[name] = LegendItem(label=_LABELS.get(name, name), renderers=[drawn])
            plot.add_tools(HoverTool(renderers=[drawn], tooltips=[(name, "@between")], visible=False))
        plot.add_layout(Legend(items=list(self._items.values()), click_policy="hide", **LEGEND_ABOVE), "above")
        return plot

    def update(self, result: FixedPointsAlong | None, output: int | None = None, component: int = 0) -> None:
        """Show another path or another coordinate. Nothing is rebuilt."""
        heights, label = ([], "") if result is None else coordinates(result, output, component)
        data = diagram_data(result, heights)
        self._fill(data)
        for name, item in self._items.items():
            item.visible = any(len(column) for column in data[name].values())
        self._plot.xaxis[0].axis_label = "" if result is None else result.name
        self._plot.yaxis[0].axis_label = label
        if result is not None:
            follow(self._plot.x_range, float(result.values.min()), float(result.values.max()))
        if heights:
            every = np.concatenate(heights)
            room = 0.07 * float(np.ptp(every)) or 1.0
            follow(self._plot.y_range, float(every.min()) - room, float(every.max()) + room)


def coordinates(result: FixedPointsAlong, output: int | None, component: int) -> tuple[list[NDArray[Any]], str]:
    """Per branch, (step,) what is drawn upwards; and its name."""
    branches = result.branches
    if output is not None:
        _check_output(branches, output)
        return [branch.outputs[:, output] for branch in branches], f"output {output}"
    label = f"PC {component + 1} of the fixed points"
    states = np.concatenate([branch.states for branch in branches]) if branches else np.zeros((0, 1))
    if len(states) < 2 or component >= min(states.shape):
        return [np.zeros(len(branch.steps)) for branch in branches], label
    frame = principal_components(states, component + 1)
    return [frame.project(branch.states)[:, component] for branch in branches], label


def _check_output(branches: tuple[Branch, ...], output: int) -> None:
    n = branches[0].outputs.shape[1] if branches else output + 1
    if not 0 <= output < n:
        remedy = f"give 0 to {n - 1}, or None for a component" if n else "the network has none; leave it out"
        raise ValueError(f"output: {output} is not an output of this network; {remedy}")


def diagram_data(result: FixedPointsAlong | None, heights: list[NDArray[Any]]) -> dict[str, dict[str, Any]]:
    """Columns of all sources of the figure."""
    data: dict[str, dict[str, Any]] = {
        name: {key: [] for key in ("xs", "ys", "branch", "directions")} for name in LINES
    }
    data |= {name: {key: [] for key in ("x", "y", "between")} for name in EVENTS}
    if result is None:
        return data
    for k, (branch, height) in enumerate(zip(result.branches, heights, strict=True)):
        for name, piece in _pieces(branch):
            row = (branch.values[piece], height[piece], k, str(branch.n_unstable[piece][-1]))
            for key, value in zip(data[name], row, strict=True):
                data[name][key].append(value)
    for event in result.events:
        for k in event.branches:
            x, y = _place(result.branches[k], heights[k], event.kind, event.between)
            where = f"between {event.between[0]:.4g} and {event.between[1]:.4g}"
            for key, value in zip(data[event.kind], (x, y, where), strict=True):
                data[event.kind][key].append(value)
    return data


def _pieces(branch: Branch) -> Iterator[tuple[str, slice]]:
    """Stretches of one stability; each goes on to where the next begins."""
    stable = np.array([label == "stable" for label in branch.stability])
    edges = [0, *(np.flatnonzero(stable[1:] != stable[:-1]) + 1), len(stable)]
    for start, stop in pairwise(edges):
        yield ("stable" if stable[start] else "unstable"), slice(int(start), int(stop) + 1)


def _place(branch: Branch, height: NDArray[Any], kind: str, between: tuple[float, float]) -> tuple[float, float]:
    """Where an event is marked: at the first state of what is born, at the last of what dies."""
    k = {"birth": 0, "death": -1}.get(kind, int(np.abs(branch.values - between[1]).argmin()))
    return float(branch.values[k]), float(height[k])


def fixed_points_along(
    result: FixedPointsAlong | None,
    output: int | None = None,
    component: int = 0,
    theme: Theme = LIGHT,
    height: int = 340,
) -> Model:
    """The diagram as a Bokeh figure; the arguments are those of `FixedPointsAlongFigure`."""
    return FixedPointsAlongFigure(result, output, component, theme, height).root
