"""What the units do: a heat map of units by time, and one unit's rate averaged by condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    FixedTicker,
    HBar,
    LinearColorMapper,
    Model,
    MultiLine,
    Range1d,
    Span,
    TapTool,
    VSpan,
)
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis import UNMARKED, Marked
from rnnlab.figures.conditions import Conditions, conditions, words
from rnnlab.figures.entries import Entries, group_data
from rnnlab.figures.epochs import band_data, draw_bands, shared_edges, stretches
from rnnlab.figures.paint import LiveFigure, blank, dress, follow, paint
from rnnlab.figures.picks import Box, Pick, nearest_line
from rnnlab.figures.rates import draw_rates, draw_rows, told_by_row
from rnnlab.figures.scales import nice_ticks
from rnnlab.figures.theme import LIGHT, Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from rnnlab.simulation import Trajectory
    from rnnlab.tasks import Batch

RIGHT = 128
"""Pixels beside both frames: the colour bar above, the legend below."""

HEAT = 0.56
"""Share of the height that the heat map has."""

STRIP = 0.09
"""Height of the strip with the epochs' names, as a share of the heat map."""

STANDOFF = 46
"""Pixels between a frame and the name of its vertical axis, whatever numbers stand between: a page is not laid out anew
for the rates of another unit."""

PIXELS_PER_FRAME = 760
"""Width of the frame that is assumed when names are fitted into epochs."""


class ActivityFigure(LiveFigure):
    """Heat map of the rates of all units in one trial, above the traces of one unit by condition.

    A click on a row, or a box over some, picks units, a click on a trace its condition; `mark` outlines the units'
    rows, shows the mean of their rates, and leaves the other conditions pale.

    Args:
        trajectory: simulated trials.
        trial: which trial the heat map shows; None for the mean over trials, which needs epochs at the same times.
        order: (unit,) units from top to bottom, or a result that has ``.order``; the network's own if not given.
        factor: what the traces are grouped by; see `rnnlab.figures.conditions.conditions`.
        align: the epoch at whose start trials are lined up before they are averaged; if not given, the first whose
            start differs from trial to trial, and the start of the trial where none does.
        unit: the unit whose traces are shown while none is marked.
        theme: colours.
        height: pixels of both panels together.
        marked: units and condition to mark.
    """

    def __init__(
        self,
        trajectory: Trajectory,
        trial: int | None = 0,
        order: Any = None,
        factor: str | None = None,
        align: str | None = None,
        unit: int | None = None,
        theme: Theme = LIGHT,
        height: int = 520,
        marked: Marked = UNMARKED,
    ) -> None:
        super().__init__(theme, ("heat", "chosen", "traces", "groups", "bands", "trace bands"))
        self.marked = marked
        self._mapper = LinearColorMapper()
        self._lines = LinearColorMapper(low=-0.5, high=0.5)
        self.unit = 0 if unit is None else unit
        time = Range1d(start=0, end=1)
        self._heat = self._build_heat(theme, time, round(height * HEAT))
        self._traces = self._build_traces(theme, time, height - round(height * HEAT))
        self.readers = [(self._heat, self._units_at), (self._traces, self._condition_at)]
        self.legends = [(self._legend, self._entry)]
        self.boxes = [(self._heat, "height")]
        self.root = column(self._heat, self._traces, sizing_mode="stretch_width", spacing=0)
        self.growing = tuple(self._drawn_from("chosen", "traces"))
        self.update(trajectory, trial, order, factor, align)
        for plot in (self._heat, self._traces):
            dress(plot, theme)
            plot.yaxis[0].update(axis_label_standoff_mode="axis", axis_label_standoff=STANDOFF)

    def _build_heat(self, theme: Theme, time: Range1d, height: int) -> figure:
        plot = blank(theme, height=height, y_label="unit", x_range=time, y_range=Range1d(start=0, end=1), right=RIGHT)
        plot.name, plot.yaxis.ticker = "all units", FixedTicker()
        draw_bands(plot, self.sources["bands"], theme, above=True)
        picture = draw_rates(plot, self.sources["heat"], self._mapper, theme)
        draw_rows(plot, self.sources["chosen"], theme)
        plot.add_tools(told_by_row(picture, ("unit", "$y{custom}"), ("rate", "@image{0.000}"), ("time", "$x{0} ms")))
        edges = VSpan(x="x0", line_alpha=0.55, line_width=1)
        plot.add_glyph(self.sources["bands"], paint(edges, theme, line_color="surface"))
        return plot

    def _build_traces(self, theme: Theme, time: Range1d, height: int) -> figure:
        plot = blank(
            theme,
            height=height,
            x_label="time (ms)",
            y_label="rate",
            x_range=time,
            y_range=Range1d(start=0, end=1),
            right=RIGHT,
        )
        plot.xgrid.visible = False
        draw_bands(plot, self.sources["trace bands"], theme)
        plot.min_border_top = 10
        lines = MultiLine(
            xs="xs",
            ys="ys",
            line_color={"field": "place", "transform": self._lines},
            line_alpha="alpha",
            line_width="width",
            line_join="round",
        )
        plot.add_glyph(self.sources["traces"], lines)
        entry = MultiLine(xs="xs", ys="ys", line_color=lines.line_color, line_width=1.8)
        self._legend = Entries(plot.add_glyph(self.sources["groups"], entry), location="top_left", spacing=0)
        plot.add_layout(self._legend.legend, "right")
        plot.name, plot.yaxis[0].name = "one unit", "rate axis"
        self._onset = Span(location=0, dimension="height", line_dash="dashed", line_width=1.2, visible=False)
        plot.add_layout(paint(self._onset, theme, line_color="reference"))
        return plot

    def update(
        self,
        trajectory: Trajectory,
        trial: int | None = 0,
        order: Any = None,
        factor: str | None = None,
        align: str | None = None,
    ) -> None:
        """Show other trials, another network's, or the same in another order. Nothing is rebuilt."""
        self._shown = trajectory
        self._heat.yaxis[0].axis_label = _unit_label(order)
        self.shift, onset, remark = alignment(trajectory.batch, align, 0 if trial is None else trial)
        self._traces.xaxis[0].axis_label = f"time (ms){remark}"
        self._onset.update(location=onset, visible=bool(remark))
        self.groups = conditions(trajectory.batch, factor)
        self.order = _order(order, trajectory.rates.shape[2])
        self.unit = min(self.unit, len(self.order) - 1)
        image, end = heat(trajectory, trial, self.order)
        self._set_ranges(image, end)
        n, names = len(self.order), [str(unit) for unit in self.order[::-1]]
        bands = _bands(trajectory, trial, end, n * (1 + STRIP / 2))
        blank_bands: dict[str, list[Any]] = {name: [] for name in bands}
        steady = shared_edges(trajectory.batch)
        self._fill(
            {
                "heat": {"image": [image], "x": [0.0], "dw": [end], "dh": [n], "names": [names]},
                "bands": bands | {"foot": [n] * len(bands["y"]), "head": [n * (1 + STRIP)] * len(bands["y"])},
                "groups": group_data(self.groups),
                "trace bands": bands | {"label": [""] * len(bands["label"])} if steady else blank_bands,
            }
        )
        paint(self._lines, self.theme, palette=self.groups.palette)
        self._legend.show(self.groups.labels, self.groups.title)
        across = columns(self.groups.labels)
        self._legend.legend.update(ncols=across, spacing=6 * (across - 1))
        self._lines.update(low=-0.5, high=len(self.groups.labels) - 0.5)
        self.mark(self.marked)

    def _set_ranges(self, image: NDArray, end: float) -> None:
        n = len(self.order)
        follow(self._heat.x_range, 0, end)
        top = n * (1 + STRIP)
        follow(self._heat.y_range, 0, top)
        rows = [int(row) for row in nice_ticks(0, n, N_TICKS) if row < n]
        self._heat.yaxis[0].ticker.ticks = [n - row - 0.5 for row in rows]
        self._heat.yaxis[0].major_label_overrides = {n - row - 0.5: str(self.order[row]) for row in rows}
        low, high = colour_range(image)
        self._mapper.update(low=low, high=high)

    def _units_at(self, box: Box) -> Pick | None:
        units = tuple(int(unit) for unit in self.order[::-1][list(box.rows(len(self.order)))])
        return Pick(units) if units else None

    def _condition_at(self, box: Box) -> Pick | None:
        data = self.sources["traces"].data
        line = nearest_line(self._traces, box, data["xs"], data["ys"]) if box.is_click and self.groups.each else None
        return None if line is None else Pick(condition=self.groups.each[data["place"][line]])

    def _entry(self, row: int) -> Pick | None:
        return Pick(condition=self.groups.each[row]) if row < len(self.groups.each) else None

    def tap_rows(self) -> list[int]:
        """Let a tap select a row, for pages without Python: ``sources["rows"].selected.indices`` then holds it.

        Returns:
            The unit of each row, from the bottom.
        """
        n = len(self.order)
        ends = {"left": np.zeros(n), "right": np.full(n, self._heat.x_range.reset_end)}
        self.sources["rows"] = ColumnDataSource({"y": np.arange(n) + 0.5, **ends}, name="rows")
        bars, quiet = (HBar(y="y", height=1, left="left", right="right", fill_alpha=0, line_alpha=0) for _ in range(2))
        rows = self._heat.add_glyph(self.sources["rows"], bars, selection_glyph=quiet, nonselection_glyph=quiet)
        self._heat.add_tools(TapTool(renderers=[rows], mode="replace", visible=False))
        return [int(unit) for unit in self.order[::-1]]

    def select(self, unit: int) -> None:
        """Show another unit's traces where none is marked.

        Raises:
            ValueError: no unit of that number.
        """
        n = len(self.order)
        if not 0 <= unit < n:
            raise ValueError(f"unit: there is no unit {unit} in a network of {n}; count from 0")
        self.unit = unit
        self.mark(self.marked)

    def mark(self, marked: Marked) -> None:
        """Outline rows and show the mean rate of these units; leave what is not of the condition pale."""
        self.marked = marked
        units = [unit for unit in marked.units if unit < len(self.order)] or [self.unit]
        rows = np.flatnonzero(np.isin(self.order[::-1], units))
        end = self._heat.x_range.reset_end
        data = traces(self._shown, units, self.groups, self.shift)
        bright = self.groups.places(self._shown.batch, marked.condition)[data["place"]]
        data |= {"alpha": np.where(bright, 1.0, PALE), "width": np.where(bright & ~bright.all(), 2.8, 1.8)}
        low, high = _span(data["ys"])
        follow(self._traces.y_range, low, high)
        self._traces.yaxis[0].axis_label = (
            f"rate of unit {units[0]}" if len(units) == 1 else f"mean rate of {len(units)} units"
        )
        ends = {"left": np.zeros(len(rows)), "right": np.full(len(rows), end)}
        self._fill({"traces": data, "chosen": {"y": rows + 0.5, **ends}})


PALE = 0.22
"""Opacity of what is not of the condition that is marked."""


N_TICKS = 6
"""Rows that are named, about."""

IN_A_COLUMN, SHORT = 6, 5
"""Entries that have room below each other in the legend; letters of those that have room beside each other."""


def columns(labels: Sequence[str]) -> int:
    """How many columns a legend has, so that it is no higher than its panel.

    >>> columns(["left", "right"]), columns(["-0.1", "0.1"] * 4)
    (1, 2)
    """
    return 2 if len(labels) > IN_A_COLUMN and max(map(len, labels)) <= SHORT else 1


def _unit_label(order: Any) -> str:
    if order is None:
        return "unit"
    by = getattr(order, "label", "").removesuffix(" (ms)")
    return f"unit, by {by}" if by else "unit, in the order given"


def _order(order: Any, n_units: int) -> NDArray[np.intp]:
    given = np.arange(n_units) if order is None else np.asarray(getattr(order, "order", order))
    if sorted(given.tolist()) != list(range(n_units)):
        raise ValueError(f"order: give each of the {n_units} units once, got shape {given.shape}")
    return given.astype(np.intp)


def heat(trajectory: Trajectory, trial: int | None, order: NDArray[np.intp]) -> tuple[NDArray[np.float32], float]:
    """The picture (row, step), last row on top as the first of ``order``, and its end in ms.

    Raises:
        ValueError: a mean was asked for although the epochs differ from trial to trial.
    """
    batch = trajectory.batch
    if trial is None and not shared_edges(batch):
        raise ValueError(
            "trial: epochs differ from trial to trial, a mean would smear them; give the number of a trial"
        )
    n = int(batch.lengths[0] if trial is None else batch.lengths[trial])
    rates = trajectory.rates[:, :n].mean(axis=0) if trial is None else trajectory.rates[trial, :n]
    return np.ascontiguousarray(rates[:, order[::-1]].T, dtype=np.float32), n * batch.dt


def colour_range(values: NDArray) -> tuple[float, float]:
    """From zero, or the lowest rate where some are negative, to the highest; robust against a few extremes."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(v) for v in np.quantile(finite, (0.002, 0.998)))
    low = 0.0 if low >= 0 else low
    return low, high if high > low else low + 1.0


def alignment(batch: Batch, align: str | None, trial: int) -> tuple[NDArray[np.intp], float, str]:
    """Steps by which each trial is moved to line up with ``trial``; where they meet in ms; how the time axis says so.

    Raises:
        ValueError: no epoch of that name.
    """
    if align is not None and align not in batch.epochs:
        raise ValueError(f"align: no epoch {align!r}; give one of: {', '.join(batch.epochs)}")
    starts = {name: np.asarray(steps)[:, 0] for name, steps in batch.epochs.items()}
    name = align or next((name for name, at in starts.items() if len(np.unique(at)) > 1), None)
    if name is None:
        return np.zeros(batch.n_trials, dtype=np.intp), 0.0, ""
    meeting = int(starts[name][trial])
    remark = f", trials lined up at the start of {words(name)}"
    return (meeting - starts[name]).astype(np.intp), meeting * batch.dt, remark


def traces(trajectory: Trajectory, units: Sequence[int], groups: Conditions, shift: NDArray[np.intp]) -> dict[str, Any]:
    """The mean rate of some units averaged over the trials of each condition, at the steps that most of them have."""
    batch = trajectory.batch
    moved, inside = _moved(np.asarray(trajectory.rates[:, :, list(units)], dtype=float).mean(axis=2), batch, shift)
    rows: dict[str, list[Any]] = {"xs": [], "ys": [], "label": [], "place": []}
    for place, name in enumerate(groups.labels):
        chosen = groups.of == place
        counts = inside[chosen].sum(axis=0)
        shown = counts > 0.8 * chosen.sum()
        sums = np.where(inside[chosen], moved[chosen], 0.0).sum(axis=0)
        times = (np.flatnonzero(shown) + 1) * batch.dt
        for key, value in zip(rows, (times, sums[shown] / counts[shown], name, place), strict=True):
            rows[key].append(value)
    return rows


def _moved(rates: NDArray, batch: Batch, shift: NDArray[np.intp]) -> tuple[NDArray, NDArray[np.bool_]]:
    """(trial, time) rates moved by ``shift`` steps, and which of them lie inside their trial."""
    steps = np.arange(rates.shape[1]) - shift[:, None]
    inside = (steps >= 0) & (steps < np.asarray(batch.lengths)[:, None])
    return np.take_along_axis(rates, np.clip(steps, 0, rates.shape[1] - 1), axis=1), inside


def _span(lines: list[NDArray]) -> tuple[float, float]:
    values = np.concatenate([*lines, np.zeros(1)])
    low, high = float(values.min()), float(values.max())
    room = 0.06 * (high - low) or 0.5
    return (low - room if low < 0 else 0.0), high + room


def _bands(trajectory: Trajectory, trial: int | None, end: float, y: float) -> dict[str, list[Any]]:
    shown = stretches(trajectory.batch, 0 if trial is None else trial)
    return band_data([(0.0, shown)], PIXELS_PER_FRAME / max(end, 1.0), y)


def activity(
    trajectory: Trajectory,
    trial: int | None = 0,
    order: ArrayLike | None = None,
    factor: str | None = None,
    align: str | None = None,
    unit: int | None = None,
    theme: Theme = LIGHT,
    height: int = 520,
    marked: Marked = UNMARKED,
) -> Model:
    """Heat map and traces as a Bokeh layout; the arguments are those of `ActivityFigure`."""
    return ActivityFigure(trajectory, trial, order, factor, align, unit, theme, height, marked).root
