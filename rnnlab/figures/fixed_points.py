"""Fixed points among trajectories, in the plane of the first principal components."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import (
    HoverTool,
    Legend,
    LegendItem,
    LinearColorMapper,
    Model,
    MultiLine,
    Range1d,
    Scatter,
    Segment,
    Text,
)
from numpy.typing import NDArray

from rnnlab.analysis import UNMARKED, Marked, PrincipalComponents, principal_components
from rnnlab.figures.conditions import Conditions, conditions
from rnnlab.figures.entries import Entries, group_data
from rnnlab.figures.paint import LEGEND_ABOVE, LiveFigure, blank, dress, paint
from rnnlab.figures.picks import Box, Pick, nearest
from rnnlab.figures.scales import decimate_steps
from rnnlab.figures.shown import Shown
from rnnlab.figures.theme import FONT, LIGHT, Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from rnnlab.analysis import FixedPoints
    from rnnlab.simulation import Trajectory

KINDS = ("stable", "saddle", "unstable", "marginal", "slow")
"""What a point can be. Slow points are states that drift but hardly."""

MARKERS: dict[str, dict[str, Any]] = {
    "stable": {"marker": "circle", "size": 11, "line_width": 1.2},
    "saddle": {"marker": "circle", "size": 15, "line_width": 1.4},
    "unstable": {"marker": "square", "size": 14, "line_width": 1.4},
    "marginal": {"marker": "triangle", "size": 12, "line_width": 1.4},
    "slow": {"marker": "x", "size": 7, "line_width": 1.4},
}
FILLS = {"stable": "text", "slow": "text"}

MOST_TRAJECTORIES = 48
"""Trials drawn, an equal share of each condition."""

STEPS = 300
"""Most steps of a trajectory that are drawn."""


class FixedPointsFigure(LiveFigure):
    """Fixed points in the plane of two principal components, with the trajectories they organise.

    Filled circles attract from all sides; open circles are saddles, with the number of directions in which they
    repel. Trajectories start at a small dot and are coloured by condition. Click a name in the legend to hide it.
    `mark` leaves what is not of the condition pale, thickens a trial, and draws the axes of units: which way the state
    moves in this plane when a unit becomes more active, as long as its part in the two components. A click picks a
    point, or the place.

    Args:
        points: what the search found.
        trajectory: simulated trials of the same network, or None.
        components: the frame; if not given, that of the trajectory's states, or of the points' where there is none.
        factor: what the trajectories are coloured by; see `rnnlab.figures.conditions.conditions`.
        axes: which two components, counted from 0.
        theme: colours.
        height: pixels.
        marked: units, condition and trial to mark.
        courses: activity that was released by hand, or None.
        chosen: number of a point to put a ring around, or None.
    """

    def __init__(
        self,
        points: FixedPoints | None,
        trajectory: Trajectory | None = None,
        components: PrincipalComponents | None = None,
        factor: str | None = None,
        axes: tuple[int, int] = (0, 1),
        theme: Theme = LIGHT,
        height: int = 460,
        marked: Marked = UNMARKED,
        courses: Trajectory | None = None,
        chosen: int | None = None,
    ) -> None:
        names = (
            "directions",
            "trajectories",
            "starts",
            "groups",
            "manifolds",
            "units",
            "courses",
            "releases",
            "chosen",
        )
        super().__init__(theme, (*KINDS, *names))
        self.marked = marked
        self._colours = paint(LinearColorMapper(low=-0.5, high=0.5), theme, palette="plain:1")
        self.root = self._plot = self._build(theme, height)
        self.readers = [(self._plot, self._point_at)]
        self.legends = [(self._groups, self._entry)]
        self.update(points, trajectory, components, factor, axes, courses, chosen)
        dress(self._plot, theme)

    def _build(self, theme: Theme, height: int) -> figure:
        plot = blank(
            theme, height=height, x_range=Range1d(start=-1, end=1), y_range=Range1d(start=-1, end=1), right=112
        )
        by_condition = {"field": "place", "transform": self._colours}
        lines = MultiLine(xs="xs", ys="ys", line_color=by_condition, line_width="width", line_alpha="alpha")
        plot.add_glyph(self.sources["trajectories"], lines)
        along = MultiLine(xs="xs", ys="ys", line_width=3, line_alpha=0.35)
        slow = plot.add_glyph(self.sources["manifolds"], paint(along, theme, line_color="text"))
        plot.add_tools(HoverTool(renderers=[slow], tooltips=[("@kind", "@length state units long")], visible=False))
        dots = Scatter(x="x", y="y", size=5, fill_color=by_condition, line_color=None)
        starts = plot.add_glyph(self.sources["starts"], dots)
        self._items = {kind: _item(kind, self._draw(plot, theme, kind)) for kind in KINDS}
        numbers = Text(x="x", y="y", text="text", text_align="center", text_baseline="middle", text_font_size="10px")
        numbers.text_font = {"value": FONT}
        plot.add_glyph(self.sources["directions"], paint(numbers, theme, text_color="text"))
        _draw_units(plot, self.sources["units"], theme)
        self._items["release"] = LegendItem(label="released", renderers=[self._draw_courses(plot, theme)])
        self._items["manifold"] = LegendItem(label="slow line or ring", renderers=[slow])
        self._items["start"] = LegendItem(label="start of a trial", renderers=[starts])
        plot.add_layout(Legend(items=list(self._items.values()), click_policy="hide", **LEGEND_ABOVE), "above")
        entry = MultiLine(xs="xs", ys="ys", line_color=by_condition, line_width=1.6)
        self._groups = Entries(plot.add_glyph(self.sources["groups"], entry), location="top_left")
        plot.add_layout(self._groups.legend, "right")
        return plot

    def _draw(self, plot: figure, theme: Theme, kind: str) -> Any:
        glyph = Scatter(x="x", y="y", **MARKERS[kind])
        paint(glyph, theme, line_color="text", fill_color=FILLS.get(kind, "surface"))
        drawn = plot.add_glyph(self.sources[kind], glyph)
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips(kind), visible=False))
        return drawn

    def _draw_courses(self, plot: figure, theme: Theme) -> Any:
        courses = MultiLine(xs="xs", ys="ys", line_width=2.2)
        drawn = plot.add_glyph(self.sources["courses"], paint(courses, theme, line_color="accent"))
        starts = Scatter(x="x", y="y", size=9, marker="diamond", line_width=1.2)
        plot.add_glyph(self.sources["releases"], paint(starts, theme, fill_color="surface", line_color="accent"))
        ring = Scatter(x="x", y="y", size=24, fill_alpha=0, line_width=2)
        plot.add_glyph(self.sources["chosen"], paint(ring, theme, line_color="chosen"))
        return drawn

    def update(
        self,
        points: FixedPoints | None,
        trajectory: Trajectory | None = None,
        components: PrincipalComponents | None = None,
        factor: str | None = None,
        axes: tuple[int, int] = (0, 1),
        courses: Trajectory | None = None,
        chosen: int | None = None,
    ) -> None:
        """Show other points or other trajectories. Nothing is rebuilt."""
        frame = components or _frame(points, trajectory)
        data = _empty() if points is None or frame is None else point_data(points, frame, axes)
        groups = None if trajectory is None else conditions(trajectory.batch, factor)
        self._shown, self._points = (trajectory, groups, frame, axes), points
        self.shown = Shown(
            units=frame is not None, factors=() if trajectory is None else None, trials=groups is not None
        )
        self.open(courses, chosen)
        data |= trajectory_data(trajectory, groups, frame, axes, self.marked)
        data["manifolds"] = manifold_data(points, frame, axes)
        self._fill(data | {"groups": group_data(groups)})
        for kind in KINDS:
            self._items[kind].visible = len(data[kind]["x"]) > 0
        self._items["manifold"].visible = len(data["manifolds"]["xs"]) > 0
        self._items["start"].visible = self._groups.legend.visible = groups is not None
        if groups is not None:
            paint(self._colours, self.theme, palette=groups.palette)
            self._groups.show(groups.labels, groups.title)
            self._colours.update(low=-0.5, high=len(groups.labels) - 0.5)
        self._set_axes(data, frame, axes)
        self._fill({"units": self._axes_of(self.marked.units)})

    def mark(self, marked: Marked) -> None:
        """Mark units, a condition, a trial, in place."""
        self.marked = marked
        trajectory, groups, frame, axes = self._shown
        self._fill(trajectory_data(trajectory, groups, frame, axes, marked))
        self._fill({"units": self._axes_of(marked.units)})

    def _axes_of(self, units: tuple[int, ...]) -> dict[str, Any]:
        """The axes of units, where each has one number of the state."""
        trajectory, _, frame, axes = self._shown
        alone = trajectory is None or trajectory.states.shape[2] == trajectory.n_units
        return unit_data(frame, axes, units if alone else (), self._reach)

    def open(self, courses: Trajectory | None, chosen: int | None) -> None:
        """Show activity that was released by hand, and put a ring around a point, in place."""
        _, _, frame, axes = self._shown
        self._fill(course_data(courses, frame, axes))
        self._items["release"].visible = courses is not None
        points, ring = self._points, {"x": np.zeros(0), "y": np.zeros(0)}
        if points is not None and frame is not None and chosen is not None and chosen < len(points.states):
            x, y = _project(frame, points.states[[chosen]], axes)
            ring = {"x": x, "y": y}
        self._fill({"chosen": ring})

    def _point_at(self, box: Box) -> Pick | None:
        if not box.is_click:
            return None
        x, y, number = (np.concatenate([self.sources[k].data[name] for k in KINDS[:-1]]) for name in _COLUMNS[:3])
        hit = nearest(self._plot, box, x, y)
        return Pick(place=(box.left, box.bottom)) if hit is None else Pick(point=int(number[hit]))

    def _entry(self, row: int) -> Pick | None:
        groups = self._shown[1]
        return Pick(condition=groups.each[row]) if groups is not None and row < len(groups.each) else None

    @property
    def _reach(self) -> float:
        """How long the axis of a unit may be."""
        ends = [
            abs(end) for axis in (self._plot.x_range, self._plot.y_range) for end in (axis.reset_start, axis.reset_end)
        ]
        return 0.6 * min(ends)

    def _set_axes(self, data: dict[str, Any], frame: PrincipalComponents | None, axes: tuple[int, int]) -> None:
        plot = self._plot
        for axis, span, k, key in (
            (plot.xaxis[0], plot.x_range, axes[0], "x"),
            (plot.yaxis[0], plot.y_range, axes[1], "y"),
        ):
            axis.axis_label = _axis_label(frame, k)
            low, high = _span(
                [data[name][key] for name in KINDS] + [*data["trajectories"][f"{key}s"], *data["manifolds"][f"{key}s"]]
            )
            span.update(start=low, end=high, reset_start=low, reset_end=high)


def tooltips(kind: str) -> list[tuple[str, str]]:
    """What a point of this kind tells under the pointer; see `told`."""
    return [(kind, "point @number"), ("slowest modes", "@modes"), ("speed", "@speed per step"), ("output", "@output")]


def _item(kind: str, drawn: Any) -> LegendItem:
    return LegendItem(label={"slow": "slow point"}.get(kind, kind), renderers=[drawn])


def _axis_label(frame: PrincipalComponents | None, k: int) -> str:
    if frame is not None and not len(frame.variance_ratio):
        return f"slow direction {k + 1} of the point"
    if frame is None or k >= len(frame.variance_ratio):
        return f"PC {k + 1}"
    return f"PC {k + 1} ({100 * frame.variance_ratio[k]:.0f} % of variance)"


def _frame(points: FixedPoints | None, trajectory: Trajectory | None) -> PrincipalComponents | None:
    """A frame from what there is; None where nothing spans one."""
    if trajectory is not None:
        states = np.asarray(trajectory.states)
        inside = np.arange(states.shape[1]) < np.asarray(trajectory.batch.lengths)[:, None]
        return principal_components(states, min(3, states.shape[2]), where=inside)
    if points is None:
        return None
    states = np.concatenate([points.states, *(each.states for each in points.manifolds)])
    if len(states) > 1:
        return principal_components(states, min(3, *states.shape))
    return _around(points) if len(points.states) else None


def _around(points: FixedPoints) -> PrincipalComponents:
    """A frame in which a single point stands: its slowest modes, made orthogonal. It has no variance to explain."""
    right = [vector for vector, value in zip(*_slowest(points), strict=True) if value.imag >= 0]
    parts = [part for vector in right for part in (vector.real, vector.imag) if np.abs(part).max() > 1e-9]
    axes = np.linalg.qr(np.stack(parts[:3], axis=1))[0].T
    return PrincipalComponents(points.states[0], axes, np.zeros(len(axes)), np.zeros(0), 0.0)


def _slowest(points: FixedPoints) -> tuple[NDArray, NDArray]:
    modes = points.modes(0, min(6, points.states.shape[1]))
    return modes.right, modes.map_eigenvalues


def _project(frame: PrincipalComponents, states: NDArray, axes: tuple[int, int]) -> tuple[NDArray, NDArray]:
    """x and y of states; zero along a component that the frame lacks."""
    at = frame.project(states)
    x, y = (at[..., k] if k < at.shape[-1] else np.zeros(at.shape[:-1]) for k in axes)
    return x, y


_COLUMNS = ("x", "y", "number", "modes", "speed", "output")


def _empty() -> dict[str, dict[str, Any]]:
    none: dict[str, dict[str, Any]] = {kind: {name: [] for name in _COLUMNS} for kind in KINDS}
    return none | {"directions": {"x": [], "y": [], "text": []}}


def point_data(points: FixedPoints, frame: PrincipalComponents, axes: tuple[int, int]) -> dict[str, dict[str, Any]]:
    """Columns of the sources of every kind of point, with what a hover tells."""
    found = _project(frame, points.states, axes)
    slow = _project(frame, points.slow_states, axes) if len(points.slow_states) else (np.empty(0),) * 2
    data: dict[str, dict[str, Any]] = {}
    for kind, (of, columns) in told(points).items():
        x, y = slow if kind == "slow" else found
        data[kind] = {"x": x[of], "y": y[of]} | columns
    repel = np.isin(points.stability, REPELLING)
    counts = [str(count) for count in np.asarray(points.n_unstable)[repel]]
    return data | {"directions": {"x": found[0][repel], "y": found[1][repel], "text": counts}}


REPELLING = ("saddle", "unstable")
"""Kinds that repel in some directions."""


def told(points: FixedPoints) -> dict[str, tuple[NDArray[np.intp], dict[str, Any]]]:
    """By kind, which points (or slow points) are of it, and what a hover tells of each."""
    stability = np.asarray(points.stability)
    columns = {
        "number": np.arange(len(stability)),
        "modes": np.array([_modes(values).replace("-", "−") for values in points.eigenvalues], dtype=object),
        "speed": np.array([f"{s:.1e}" for s in points.speed], dtype=object),
        "output": np.array([_numbers(z).replace("-", "−") for z in points.outputs], dtype=object),
    }
    found: dict[str, tuple[NDArray[np.intp], dict[str, Any]]] = {}
    for kind in KINDS[:-1]:
        of = np.flatnonzero(stability == kind)
        found[kind] = of, {name: list(column[of]) for name, column in columns.items()}
    speeds = [f"{np.sqrt(2 * q):.1e}" for q in points.slow_q]
    none = [""] * len(speeds)
    slow = {"number": list(range(len(speeds))), "modes": none, "speed": speeds, "output": none}
    return found | {"slow": (np.arange(len(speeds)), slow)}


def manifold_data(
    points: FixedPoints | None, frame: PrincipalComponents | None, axes: tuple[int, int]
) -> dict[str, list[Any]]:
    """Lines and rings as they run; a sheet has no order to be drawn in."""
    data: dict[str, list[Any]] = {"xs": [], "ys": [], "kind": [], "length": []}
    if points is None or frame is None:
        return data
    for each in points.manifolds:
        if each.dimension > 1:
            continue
        x, y = _project(frame, each.states[[*range(len(each.states)), *([0] if each.closed else [])]], axes)
        for key, value in zip(data, (x, y, each.kind, f"{each.length:.3g}"), strict=True):
            data[key].append(value)
    return data


def _modes(values: NDArray, most: int = 3) -> str:
    """The eigenvalues nearest to growing, in 1/s."""
    nearest = values[np.argsort(-values.real)][:most]
    return ", ".join(f"{v.real:.3g}" + (f"{v.imag:+.3g}i" if abs(v.imag) > 1e-9 else "") for v in nearest) + " /s"


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def trajectory_data(
    trajectory: Trajectory | None,
    groups: Conditions | None,
    frame: PrincipalComponents | None,
    axes: tuple[int, int],
    marked: Marked = UNMARKED,
) -> dict[str, dict[str, Any]]:
    """Lines of an equal share of trials of each condition, and of the trial that is marked, from the initial state to
    the end of the trial."""
    lines: dict[str, list[Any]] = {name: [] for name in ("xs", "ys", "place", "label", "alpha", "width")}
    if trajectory is None or groups is None or frame is None:
        return {"trajectories": lines, "starts": {"x": [], "y": [], "place": []}}
    batch = trajectory.batch
    share = max(1, MOST_TRAJECTORIES // len(groups.labels))
    bright = np.ones(batch.n_trials, bool) if marked.condition is None else marked.condition.trials(batch)
    for place, name in enumerate(groups.labels):
        of = np.flatnonzero(groups.of == place)
        for trial in [*of[:share], *(of[share:][of[share:] == marked.trial])]:
            steps = decimate_steps(int(batch.lengths[trial]), STEPS)
            states = np.concatenate([trajectory.initial[trial][None], trajectory.states[trial][steps]])
            x, y = (line.astype(np.float32) for line in _project(frame, states, axes))
            look = _look(bool(bright[trial]), trial == marked.trial, marked)
            for key, value in zip(lines, (x, y, place, name, *look), strict=True):
                lines[key].append(value)
    starts = {"x": [x[0] for x in lines["xs"]], "y": [y[0] for y in lines["ys"]], "place": lines["place"]}
    return {"trajectories": lines, "starts": starts}


def course_data(
    courses: Trajectory | None, frame: PrincipalComponents | None, axes: tuple[int, int]
) -> dict[str, dict[str, Any]]:
    """Lines of activity that was released, and where it was."""
    lines: dict[str, list[Any]] = {"xs": [], "ys": []}
    if courses is not None and frame is not None:
        steps = decimate_steps(courses.states.shape[1], STEPS)
        for start, states in zip(courses.initial, courses.states, strict=True):
            x, y = _project(frame, np.concatenate([start[None], states[steps]]), axes)
            lines["xs"].append(x.astype(np.float32))
            lines["ys"].append(y.astype(np.float32))
    starts = {"x": [x[0] for x in lines["xs"]], "y": [y[0] for y in lines["ys"]]}
    return {"courses": lines, "releases": starts}


def _look(bright: bool, chosen: bool, marked: Marked) -> tuple[float, float]:
    """Opacity and width of a trial's line."""
    if chosen:
        return 1.0, 3.0
    if marked.condition is None:
        return 0.55, 1.1
    return (0.9, 1.7) if bright else (0.12, 1.0)


def _draw_units(plot: figure, source: Any, theme: Theme) -> None:
    axis = Segment(x0=0, y0=0, x1="x", y1="y", line_width=1.6)
    plot.add_glyph(source, paint(axis, theme, line_color="chosen"))
    ends = Scatter(x="x", y="y", size=5, line_color=None)
    drawn = plot.add_glyph(source, paint(ends, theme, fill_color="chosen"))
    names = Text(x="x", y="y", text="text", x_offset=5, text_baseline="middle", text_font_size="10.5px")
    names.text_font = {"value": FONT}
    plot.add_glyph(source, paint(names, theme, text_color="text"))
    tooltips = [("unit", "@text"), ("in these two components", "(@first{0.000}, @second{0.000})")]
    plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, visible=False))


def unit_data(
    frame: PrincipalComponents | None, axes: tuple[int, int], units: tuple[int, ...], reach: float
) -> dict[str, Any]:
    """Where the axes of units end: their weights in the two components, the longest of all units drawn to ``reach``."""
    if frame is None or not units:
        return {name: [] for name in ("x", "y", "first", "second", "text")}
    parts = [frame.axes[k] if k < len(frame.axes) else np.zeros(frame.axes.shape[1]) for k in axes]
    chosen = [unit for unit in units if unit < len(parts[0])]
    longest = float(np.hypot(*parts).max()) or 1.0
    first, second = (part[chosen] for part in parts)
    ends = {"x": first * reach / longest, "y": second * reach / longest}
    return ends | {"first": first, "second": second, "text": [str(unit) for unit in chosen]}


def _span(parts: list[Any]) -> tuple[float, float]:
    values = np.concatenate([np.asarray(part, dtype=float) for part in parts] or [np.zeros(1)])
    if not values.size:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = 0.07 * (high - low) or 1.0
    return low - room, high + room


def fixed_points(
    points: FixedPoints | None,
    trajectory: Trajectory | None = None,
    components: PrincipalComponents | None = None,
    factor: str | None = None,
    axes: tuple[int, int] = (0, 1),
    theme: Theme = LIGHT,
    height: int = 460,
    marked: Marked = UNMARKED,
    courses: Trajectory | None = None,
    chosen: int | None = None,
) -> Model:
    """Fixed points as a Bokeh figure; the arguments are those of `FixedPointsFigure`."""
    return FixedPointsFigure(points, trajectory, components, factor, axes, theme, height, marked, courses, chosen).root
