"""State space in three dimensions: courses of trials by condition, and the fixed points among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import HoverTool, Legend, LegendItem, LinearColorMapper, Model, MultiLine, Scatter, Text
from numpy.typing import NDArray

from rnnlab.figures.conditions import Conditions, conditions
from rnnlab.figures.fixed_points import FILLS, KINDS, MARKERS, REPELLING, told, tooltips
from rnnlab.figures.paint import LEGEND_ABOVE, LiveFigure, dress, legend_item, paint
from rnnlab.figures.space import Columns, Floats, Space, lines, pieces, scattered
from rnnlab.figures.theme import FONT, LIGHT, Theme

if TYPE_CHECKING:
    from rnnlab.analysis import FixedPoints, StateSpace

DRAWN = ("frame", "names", "courses", "starts", *KINDS, "directions")
"""Sources that turn."""

WIDE = 1.45
"""How much wider than high the frame is."""


class StateSpaceFigure(LiveFigure):
    """Courses of trials in three principal components; drag to turn it, or press the buttons.

    What is nearer to the reader is drawn stronger. Filled circles attract from all sides, open circles are saddles with
    the number of directions in which they repel, crosses are slow points. Double lines of the frame are its axes.

    Args:
        space: what is shown.
        theme: colours.
        height: pixels of the whole.
    """

    def __init__(self, space: StateSpace, theme: Theme = LIGHT, height: int = 460) -> None:
        super().__init__(theme, (*DRAWN, "camera", "groups"))
        self._scene = Scene(self.sources, theme, height)
        self.root: Model = self._scene.space.root
        self.update(space)
        dress(self._scene.space.plot, theme)

    def update(self, space: StateSpace) -> None:
        """Show another one. Nothing is rebuilt; the reader goes on looking from where he was."""
        self._fill(self._scene.show(space, self.theme))


class Scene:
    """The plot of a state space, as a part of a figure.

    Args:
        sources: at least those of `DRAWN`, ``"camera"`` and ``"groups"``.
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
        self.space = Space(theme, round(wide * tall), tall, {name: sources[name] for name in (*turning, "camera")})
        self._colours = paint(LinearColorMapper(low=-0.5, high=0.5), theme, palette="plain:1")
        self._draw_courses()
        self._items = {kind: self._draw_kind(kind, theme) for kind in KINDS}
        plot, start = self.space.plot, Scatter(x="x", y="y", size=5, line_color=None)
        self._items["start"] = legend_item(plot, "start of a trial", paint(start, theme, fill_color="muted"))
        plot.add_layout(Legend(items=list(self._items.values()), **LEGEND_ABOVE), "above")

    def _draw_courses(self) -> None:
        plot, colour = self.space.plot, {"field": "place", "transform": self._colours}
        course = MultiLine(xs="xs", ys="ys", line_color=colour, line_alpha="alpha", line_width=1.4, line_join="round")
        plot.add_glyph(self.sources["courses"], course)
        start = Scatter(x="x", y="y", size=5, fill_color=colour, fill_alpha="alpha", line_color=None)
        plot.add_glyph(self.sources["starts"], start)
        entry = plot.add_glyph(self.sources["groups"], MultiLine(xs="xs", ys="ys", line_color=colour, line_width=2))
        self._groups = Legend(items=[LegendItem(label={"field": "label"}, renderers=[entry])], location="top_left")
        plot.add_layout(self._groups)

    def _draw_kind(self, kind: str, theme: Theme) -> LegendItem:
        roles = {"line_color": "text", "fill_color": FILLS.get(kind, "surface")}
        glyph = Scatter(x="x", y="y", line_alpha="alpha", **MARKERS[kind])
        plot = self.space.plot
        drawn = plot.add_glyph(self.sources[kind], paint(glyph, theme, **roles))
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips(kind), visible=False))
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
        groups = conditions(space.batch, space.factor)
        self._legends(groups, theme)
        self.offer(kinds_of(space))
        middle = held.mean(axis=0)
        around = self.space.look_at(held - middle, axis_names(space))
        return around | scene_data(space, groups, middle, radius_of(held)) | {"groups": group_data(groups)}

    def _legends(self, groups: Conditions, theme: Theme) -> None:
        paint(self._colours, theme, palette=groups.palette)
        self._colours.update(low=-0.5, high=len(groups.labels) - 0.5)
        self._groups.title = groups.title or None
        self._groups.visible = bool(groups.factor)

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
    parts = [(piece, place) for course, place in zip(courses, places, strict=True) for piece in pieces(course)]
    starts = np.array([course[0] for course in courses]).reshape(-1, 3)
    return {
        "courses": lines([piece for piece, _ in parts], radius, place=[place for _, place in parts]),
        "starts": scattered(starts, radius, place=places),
    } | _points(space.points, space.at_points - middle, space.at_slow - middle, radius)


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


def group_data(groups: Conditions) -> dict[str, list[Any]]:
    """The legend's own entries: it need not be drawn anew when the space turns."""
    nowhere: list[NDArray] = [np.full(2, np.nan)] * len(groups.labels)
    return {"xs": nowhere, "ys": nowhere, "place": list(range(len(groups.labels))), "label": list(groups.labels)}


def state_space(space: StateSpace, theme: Theme = LIGHT, height: int = 460) -> Model:
    """State space as a Bokeh figure that turns; the arguments are those of `StateSpaceFigure`."""
    return StateSpaceFigure(space, theme, height).root
