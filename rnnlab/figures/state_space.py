"""State space in three dimensions: courses of trials by condition, and the fixed points among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import HoverTool, Legend, LegendItem, LinearColorMapper, Model, MultiLine, Scatter, Text

from rnnlab.analysis import Marked
from rnnlab.analysis.state_space import N_STEPS, place, turned
from rnnlab.figures.chart_marks import PALE
from rnnlab.figures.conditions import Conditions, conditions
from rnnlab.figures.entries import Entries, group_data
from rnnlab.figures.fixed_points import FILLS, KINDS, MARKERS, REPELLING, told, tooltips
from rnnlab.figures.paint import LEGEND_ABOVE, LiveFigure, dress, legend_item, paint
from rnnlab.figures.picks import Box, Pick, nearest, nearest_line
from rnnlab.figures.scales import decimate_steps
from rnnlab.figures.shown import Shown
from rnnlab.figures.space import (
    AZIMUTH,
    TILT,
    Columns,
    Floats,
    Space,
    faded,
    lines,
    pieces,
    scattered,
    three,
    three_of_each,
)
from rnnlab.figures.theme import FONT, LIGHT, Theme

if TYPE_CHECKING:
    from rnnlab.analysis import FixedPoints, StateSpace
    from rnnlab.simulation import Trajectory

DRAWN = ("frame", "names", "courses", "starts", "units", "unit_names", "released", "releases", *KINDS, "directions")
"""Sources that turn."""

REACH = 0.6
"""How long the axis of a unit may be, in radii of a sphere that holds everything."""

WIDTH, BOLD = 1.4, 2.4
"""Pixels of a course, and of one that is of the condition that is marked."""

WIDE = 1.45
"""How much wider than high the frame is."""


class StateSpaceFigure(LiveFigure):
    """Courses of trials in three principal components; drag to turn it, or press the buttons.

    What is nearer to the reader is drawn stronger. Filled circles attract from all sides, open circles are saddles with
    the number of directions in which they repel, crosses are slow points. Double lines of the frame are its axes.

    A click near a course picks its condition, one near a fixed point picks that, and any other the place. `mark` leaves
    other conditions' courses pale and draws the axes of units: which way the state moves when a unit becomes more
    active.

    Args:
        space: what is shown.
        theme: colours.
        height: pixels of the whole.
    """

    def __init__(self, space: StateSpace, theme: Theme = LIGHT, height: int = 460) -> None:
        super().__init__(theme, (*DRAWN, "camera", "look", "groups"))
        self._scene = Scene(self.sources, theme, height)
        self.root: Model = self._scene.space.root
        self.readers = [(self._scene.space.plot, self._at)]
        self.legends = [(self._scene.groups, self._scene.entry)]
        self.update(space)
        dress(self._scene.space.plot, theme)

    def update(self, space: StateSpace) -> None:
        """Show another one. Nothing is rebuilt; the reader goes on looking from where he was."""
        self.space, self.shown = space, Shown(units=space.units_have_axes, factors=None)
        self._fill(self._scene.show(space, self.theme))
        self.mark(self.marked)

    def mark(self, marked: Marked) -> None:
        """Mark units and a condition, in place."""
        self.marked = marked
        self._fill(self._scene.mark(marked))

    def open(self, courses: Trajectory | None) -> None:
        """Show activity that was released by hand, in place."""
        self._fill(self._scene.open(courses))

    def _at(self, box: Box) -> Pick | None:
        return self._scene.pick(box, {name: source.data for name, source in self.sources.items()})


class Scene:
    """The plot of a state space, as a part of a figure.

    Args:
        sources: at least those of `DRAWN`, ``"camera"``, ``"look"`` and ``"groups"``.
        theme: colours.
        height: pixels of the whole.
        turning: all that turns.
        wide: how much wider than high the frame is.
    """

    def __init__(
        self, sources: dict[str, Any], theme: Theme, height: int, turning: tuple[str, ...] = DRAWN, wide: float = WIDE
    ) -> None:
        tall = height - 56
        self.sources = sources
        self._released: Trajectory | None = None
        self.space = Space(
            theme, round(wide * tall), tall, {name: sources[name] for name in (*turning, "camera", "look")}
        )
        self._colours = paint(LinearColorMapper(low=-0.5, high=0.5), theme, palette="plain:1")
        self._draw_courses()
        self._draw_marks(theme)
        self._items = {kind: self._draw_kind(kind, theme) for kind in KINDS}
        plot, start = self.space.plot, Scatter(x="x", y="y", size=5, line_color=None)
        self._items["start"] = legend_item(plot, "start of a trial", paint(start, theme, fill_color="muted"))
        plot.add_layout(Legend(items=list(self._items.values()), **LEGEND_ABOVE), "above")

    def _draw_courses(self) -> None:
        plot, colour = self.space.plot, {"field": "place", "transform": self._colours}
        course = MultiLine(
            xs="xs", ys="ys", line_color=colour, line_alpha="alpha", line_width="width", line_join="round"
        )
        plot.add_glyph(self.sources["courses"], course)
        start = Scatter(x="x", y="y", size=5, fill_color=colour, fill_alpha="alpha", line_color=None)
        plot.add_glyph(self.sources["starts"], start)
        entry = plot.add_glyph(self.sources["groups"], MultiLine(xs="xs", ys="ys", line_color=colour, line_width=2))
        self.groups = Entries(entry, location="top_left")
        plot.add_layout(self.groups.legend)

    def _draw_marks(self, theme: Theme) -> None:
        """Axes of units, and activity that was released."""
        plot = self.space.plot
        for name, role in (("units", "chosen"), ("released", "accent")):
            line = MultiLine(xs="xs", ys="ys", line_alpha="alpha", line_width=2.2)
            plot.add_glyph(self.sources[name], paint(line, theme, line_color=role))
        names = Text(x="x", y="y", text="text", x_offset=5, text_baseline="middle", text_font_size="10.5px")
        names.text_font = {"value": FONT}
        plot.add_glyph(self.sources["unit_names"], paint(names, theme, text_color="text"))
        start = Scatter(x="x", y="y", size=9, marker="diamond", line_width=1.2)
        plot.add_glyph(self.sources["releases"], paint(start, theme, fill_color="surface", line_color="accent"))

    def _draw_kind(self, kind: str, theme: Theme) -> LegendItem:
        roles = {"line_color": "text", "fill_color": FILLS.get(kind, "surface")}
        glyph = Scatter(x="x", y="y", line_alpha="alpha", **MARKERS[kind])
        plot = self.space.plot
        drawn = plot.add_glyph(self.sources[kind], paint(glyph, theme, **roles))
        which, modes, speed, _ = tooltips(kind)  # the rest is told of a point that is opened, and would cover the space
        tips = [which, speed if kind == "slow" else modes]
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tips, visible=False))
        if kind == "saddle":
            self._draw_directions(theme)
        label = {"slow": "slow point"}.get(kind, kind)
        return legend_item(plot, label, paint(Scatter(x="x", y="y", **MARKERS[kind]), theme, **roles))

    def _draw_directions(self, theme: Theme) -> None:
        count = Text(x="x", y="y", text="text", text_align="center", text_baseline="middle", text_font_size="10px")
        count.text_font = {"value": FONT}
        self.space.plot.add_glyph(self.sources["directions"], paint(count, theme, text_color="text"))

    def show(self, space: StateSpace, theme: Theme, box: Floats | None = None) -> Columns:
        """Set what is not data; the columns of the sources.

        Args:
            space: what is shown.
            theme: in force.
            box: (2, 3) what the axes shall hold; what there is to see if not given.
        """
        held = space.box if box is None else box
        self._shown, self._middle, self._radius = space, held.mean(axis=0), radius_of(held)
        groups = self._of = conditions(space.batch, space.factor)
        self._legends(groups, theme)
        self.offer(kinds_of(space))
        around = self.space.look_at(held - self._middle, axis_names(space))
        found = around | scene_data(space, groups, self._middle, self._radius) | {"groups": group_data(groups)}
        return found | self.open(self._released)

    def mark(self, marked: Marked) -> Columns:
        """The columns of the sources that show it."""
        look = look_of(self._shown, marked)
        courses, starts = self.sources["courses"].data, self.sources["starts"].data
        # not sent: a page that is open computes these from `look`, and one that is opened later begins with them
        for data in (courses, starts):
            dict.__setitem__(data, "alpha", faded(data, self._radius) * look["bright"][data["course"]])
        dict.__setitem__(courses, "width", look["wide"][courses["course"]])
        return {"look": look} | unit_axes(self._shown, marked.units, self._radius)

    def open(self, courses: Trajectory | None) -> Columns:
        """The columns of activity that was released by hand."""
        self._released, shown = courses, []
        if courses is not None and courses.states.shape[2] == self._shown.axes.axes.shape[1]:
            steps = decimate_steps(courses.states.shape[1], N_STEPS)
            shown = [
                place(self._shown.axes, np.concatenate([start[None], states[steps]])) - self._middle
                for start, states in zip(courses.initial, courses.states, strict=True)
            ]
        starts = np.array([course[0] for course in shown]).reshape(-1, 3)
        return {"released": lines(shown, self._radius), "releases": scattered(starts, self._radius)}

    def pick(self, box: Box, data: Columns) -> Pick | None:
        """What a click chooses of what is drawn from these columns."""
        if not box.is_click:
            return None
        seen, plot, wide = box.seen_from or (AZIMUTH, TILT), self.space.plot, self.space.share
        points = np.concatenate([three(data[kind]) for kind in KINDS[:-1]])
        hit = nearest(plot, box, *turned(points, *seen)[:, :2].T, wide=wide)
        if hit is not None:
            return Pick(point=int(np.concatenate([np.asarray(data[kind]["number"], int) for kind in KINDS[:-1]])[hit]))
        flat = [turned(line, *seen) for line in three_of_each(data["courses"])]
        hit = nearest_line(plot, box, [line[:, 0] for line in flat], [line[:, 1] for line in flat], wide=wide)
        if hit is not None:
            return self.entry(int(data["courses"]["place"][hit]))
        return Pick(place=(box.left, box.bottom), seen_from=seen)

    def entry(self, row: int) -> Pick | None:
        """What an entry of the legend chooses, or a course of that condition."""
        return Pick(condition=self._of.each[row]) if row < len(self._of.each) else None

    def _legends(self, groups: Conditions, theme: Theme) -> None:
        paint(self._colours, theme, palette=groups.palette)
        self._colours.update(low=-0.5, high=len(groups.labels) - 0.5)
        self.groups.show(groups.labels, groups.title)
        self.groups.legend.visible = bool(groups.factor)

    def offer(self, kinds: set[str]) -> None:
        """Have the legend name these kinds of points."""
        for kind, item in self._items.items():
            item.visible = kind in kinds or kind == "start"


def kinds_of(space: StateSpace) -> set[str]:
    """The kinds of points that there are."""
    found = set() if space.points is None else set(space.points.stability)
    return found | ({"slow"} if len(space.at_slow) else set())


def radius_of(box: Floats) -> float:
    """Half the diagonal of a box."""
    return float(np.linalg.norm(box[1] - box[0])) / 2 or 1.0


def axis_names(space: StateSpace) -> list[str]:
    """``"PC 1 (72 %)"`` and so on; a component that there is not is named alone."""
    shares = [*space.axes.variance_ratio[:3], *[None] * 3][:3]
    return [f"PC {k + 1}" + ("" if share is None else f" ({100 * share:.0f} %)") for k, share in enumerate(shares)]


def scene_data(space: StateSpace, groups: Conditions, middle: Floats, radius: float) -> Columns:
    """Columns of the courses and points, around the middle."""
    courses = [course - middle for course in space.courses]
    places = [int(groups.of[trial]) for trial in space.trials]
    parts = [(piece, k) for k, course in enumerate(courses) for piece in pieces(course)]
    of = np.array([k for _, k in parts], np.intp)
    starts = np.array([course[0] for course in courses]).reshape(-1, 3)
    return {
        "courses": lines([piece for piece, _ in parts], radius, place=[places[k] for k in of], course=of)
        | {"width": np.full(len(of), WIDTH)},
        "starts": scattered(starts, radius, place=places, course=np.arange(len(courses))),
    } | _points(space.points, space.at_points - middle, space.at_slow - middle, radius)


def look_of(space: StateSpace, marked: Marked) -> dict[str, Any]:
    """How strong and how wide each course is drawn."""
    chosen = np.zeros(len(space.trials), bool)
    if marked.condition is not None:
        chosen = marked.condition.trials(space.batch)[space.trials]
    bright = np.where(chosen, 1.0, PALE) if chosen.any() else np.ones(len(chosen))
    return {"bright": bright, "wide": np.where(chosen, BOLD, WIDTH)}


def unit_axes(space: StateSpace, units: tuple[int, ...], radius: float) -> Columns:
    """Which way the state moves when a unit becomes more active, the longest axis of all units drawn to `REACH`."""
    weights = np.zeros((3, space.axes.axes.shape[1]))
    weights[: len(space.axes.axes[:3])] = space.axes.axes[:3]
    chosen = [unit for unit in units if unit < weights.shape[1]] if space.units_have_axes else []
    ends = weights.T * REACH * radius / (float(np.linalg.norm(weights, axis=0).max()) or 1.0)
    return {
        "units": lines([np.stack([np.zeros(3), ends[unit]]) for unit in chosen], radius),
        "unit_names": scattered(ends[chosen], radius, text=[str(unit) for unit in chosen]),
    }


def _points(points: FixedPoints | None, at: Floats, slow: Floats, radius: float) -> Columns:
    """Columns of every kind of point."""
    if points is None:
        none: dict[str, list[Any]] = {name: [] for name in ("number", "modes", "speed", "output")}
        empty = {kind: scattered(np.zeros((0, 3)), radius, **none) for kind in KINDS}
        return empty | {"directions": scattered(np.zeros((0, 3)), radius, text=[])}
    data: Columns = {}
    for kind, (of, columns) in told(points).items():
        data[kind] = scattered((slow if kind == "slow" else at)[of], radius, **columns)
    repel = np.flatnonzero(np.isin(points.stability, REPELLING))
    counts = [str(points.n_unstable[i]) for i in repel]
    return data | {"directions": scattered(at[repel], radius, text=counts)}


def state_space(space: StateSpace, theme: Theme = LIGHT, height: int = 460) -> Model:
    """State space as a Bokeh figure that turns; the arguments are those of `StateSpaceFigure`."""
    return StateSpaceFigure(space, theme, height).root
