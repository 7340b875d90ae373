"""How a training went: loss and accuracy against updates. Stays fluid however long the training is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    CustomJS,
    FixedTicker,
    Glyph,
    HoverTool,
    HSpan,
    Legend,
    LegendItem,
    Line,
    Model,
    MultiLine,
    NumeralTickFormatter,
    Range1d,
    Scatter,
    Text,
    VSpan,
)
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis.numbers import grouped
from rnnlab.figures.counts import counting, names_up_to
from rnnlab.figures.learning_panels import RatePanel, Strip
from rnnlab.figures.paint import ACT, LEGEND_ABOVE, LiveFigure, blank, dress, follow, legend_item, paint
from rnnlab.figures.scales import decimate, label, steady_decades, steady_end
from rnnlab.figures.theme import FONT, LIGHT, Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from rnnlab.runs import History

Marks: TypeAlias = Sequence[tuple[int, str]]
"""Updates, and what happened there."""

Rates: TypeAlias = tuple[NDArray, NDArray]
"""Updates, and a value for each."""

SET_BACK = "for (const line of lines[items.indexOf(cb_obj.item)] ?? []) { line.muted = !line.muted }"

_SET_BACK: dict[type, dict[str, float]] = {
    Line: {"line_alpha": 0.18},
    MultiLine: {"line_alpha": 0.18},
    Scatter: {"fill_alpha": 0.18},
}
"""How a line looks that a person has set back."""

MOST_DECADES = 8
"""Powers of ten that are named on an axis: a training that diverges goes through dozens."""

FAR_BELOW = 100.0
"""A penalty that is so many times smaller than any loss may leave the axis."""

NARROW, LETTER = 280, 5.6
"""Pixels of a narrow figure and of a letter, to know which words would stand on others."""

LINES = 9
"""Lines for words, from the foot of the accuracies up."""

POINTS = 1000
"""Most points of one line: a peak and a trough for every 500th of its width."""


class LearningFigure(LiveFigure):
    """Loss (log axis) above accuracy, against optimiser updates.

    The thin line is the loss of each training batch; the strong line that of the fixed validation trials; the weighted
    sum of the penalties is beside them where there is one, and where there are several each of them under its name.
    Below, the share correct in the condition in which the fewest are is dashed, and each task of a set has a line of
    its own; a strip of colours has the share correct in each condition (or task), and a last panel the learning rate
    where it changes. A press on the legend sets a line back.

    Attributes:
        entries: of the legend, by name.

    Args:
        history: what was recorded so far.
        batch_size: trials per update, to tell the number of trials seen on hover.
        chance: fraction correct of guessing; drawn as a dashed line.
        stop_accuracy: the fraction correct at which training stops; drawn as a dotted line.
        theme: colours.
        height: pixels of both panels together.
        marks: updates at which something happened, each with a word or two: a change made on the way, a stage.
        others: trainings to compare with, drawn in grey.
        tasks: names of the columns of the history's ``task_accuracies``.
        conditions: those of its ``condition_accuracies``, which the strip shows where there are any.
        penalties: those of its ``penalty_values``.
        rates: updates, and the learning rate of each.
    """

    def __init__(
        self,
        history: History,
        batch_size: int | None = None,
        chance: float | None = None,
        stop_accuracy: float | None = None,
        theme: Theme = LIGHT,
        height: int = 360,
        marks: Marks = (),
        others: Sequence[History] = (),
        tasks: Sequence[str] = (),
        conditions: Sequence[str] = (),
        penalties: Sequence[str] = (),
        rates: Rates | None = None,
    ) -> None:
        growing = ("training", "validation", "penalties", "each penalty", "accuracy", "worst", "tasks", "rate")
        others_ = ("penalty names", "chance", "training stops", "marks", "other losses", "other accuracies")
        super().__init__(theme, (*growing, "strip", *others_))
        self.entries: dict[str, LegendItem] = {}
        updates = Range1d(start=0, end=1)
        self._loss = self._build_loss(theme, updates, round(height * 0.52))
        self._accuracy = self._build_accuracy(theme, updates, height - round(height * 0.52))
        self._chance = self._reference([6, 4], "chance")
        self._stop = self._reference([2, 3], "training stops")
        references = [self._chance, self._stop]
        curves = {"all validation trials": ["accuracy"], "worst condition": ["worst"], "each task": ["tasks"]}
        self._legend(self._accuracy, curves, references)
        self._legend(
            self._loss,
            {"training batch": ["training"], "validation trials": ["validation"], "penalties": ["penalties"]},
        )
        self._strip = Strip(theme, self.sources["strip"], updates)
        self._rate = RatePanel(theme, self.sources["rate"], updates)
        self._plots = plots = (self._loss, self._accuracy, self._strip.plot, self._rate.plot)
        self.root = column(*plots, sizing_mode="stretch_width", spacing=0)
        self.update(history, batch_size, chance, stop_accuracy, marks, others, tasks, conditions, penalties, rates)
        for plot in plots:
            dress(plot, theme)
        self.growing = tuple(self._drawn_from(*growing, "strip"))

    def _build_loss(self, theme: Theme, updates: Range1d, height: int) -> figure:
        plot = blank(
            theme,
            height=height,
            y_label="loss",
            x_range=updates,
            y_axis_type="log",
            y_range=Range1d(start=0.1, end=1),
            dimensions="width",
        )
        plot.xaxis.major_label_text_font_size = "0px"
        plot.xaxis.axis_line_color = None
        plot.min_border_bottom = 14
        plot.yaxis.ticker = FixedTicker()
        self._draw_others(plot, "other losses")
        self._draw_marks(plot)
        batch = Line(x="x", y="y", line_width=1, line_alpha=0.75)
        fixed = Line(x="x", y="y", line_width=2)
        dots = Scatter(x="x", y="y", size=4, line_color=None)
        plot.add_glyph(self.sources["training"], paint(batch, theme, line_color="reference"))
        plot.add_glyph(self.sources["validation"], paint(fixed, theme, line_color="output"))
        points = plot.add_glyph(self.sources["validation"], paint(dots, theme, fill_color="output"))
        summed = Line(x="x", y="y", line_width=1.4, line_dash=[5, 3])
        plot.add_glyph(self.sources["penalties"], paint(summed, theme, line_color="target"))
        each = MultiLine(xs="xs", ys="ys", line_width=1, line_alpha=0.8)
        drawn = plot.add_glyph(self.sources["each penalty"], paint(each, theme, line_color="target"))
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=[("penalty", "@name")], visible=False))
        said = Text(x="x", y="y", text="name", text_align="right", text_baseline="bottom", text_font_size="10.5px")
        said.update(text_font={"value": FONT}, background_fill_alpha=0.8, y_offset=-2)
        roles = {"text_color": "muted", "background_fill_color": "surface"}
        plot.add_glyph(self.sources["penalty names"], paint(said, theme, **roles))
        plot.add_tools(_hover([points], ("validation loss", "@y{0.0000}")))
        return plot

    def _build_accuracy(self, theme: Theme, updates: Range1d, height: int) -> figure:
        plot = blank(
            theme,
            height=height,
            x_label="updates",
            y_label="correct (%)",
            x_range=updates,
            y_range=Range1d(start=0, end=102),
            dimensions="width",
        )
        self._named = plot.xaxis[0]
        self._named.formatter = NumeralTickFormatter(format="0")
        plot.yaxis.ticker = FixedTicker(ticks=[0, 25, 50, 75, 100])
        self._draw_others(plot, "other accuracies")
        self._draw_marks(plot, words=True)
        each = paint(MultiLine(xs="xs", ys="ys", line_width=1.2), theme, line_color="input")
        tasks = plot.add_glyph(self.sources["tasks"], each)
        plot.add_tools(HoverTool(renderers=[tasks], tooltips=[("task", "@name")], visible=False))
        worst = Line(x="x", y="y", line_width=1.4, line_dash=[5, 3])
        plot.add_glyph(self.sources["worst"], paint(worst, theme, line_color="output"))
        line, dots = Line(x="x", y="y", line_width=2), Scatter(x="x", y="y", size=4, line_color=None)
        plot.add_glyph(self.sources["accuracy"], paint(line, theme, line_color="output"))
        points = plot.add_glyph(self.sources["accuracy"], paint(dots, theme, fill_color="output"))
        plot.add_tools(_hover([points], ("correct", "@y{0.0} %")))
        return plot

    def _draw_others(self, plot: figure, name: str) -> None:
        lines = MultiLine(xs="xs", ys="ys", line_width=1.2, line_alpha=0.6)
        plot.add_glyph(self.sources[name], paint(lines, self.theme, line_color="axis"), level="underlay")

    def _draw_marks(self, plot: figure, words: bool = False) -> None:
        lines = VSpan(x="x", line_width=1, line_dash=[2, 2])
        drawn = plot.add_glyph(self.sources["marks"], paint(lines, self.theme, line_color="accent"))
        if words:
            said = Text(x="x", y="y", text="words", x_offset="offset", text_align="side", text_baseline="bottom")
            said.update(text_font={"value": FONT}, text_font_size="10.5px", background_fill_alpha=0.8)
            plot.add_glyph(
                self.sources["marks"], paint(said, self.theme, text_color="muted", background_fill_color="surface")
            )
            plot.add_tools(
                HoverTool(
                    renderers=[drawn],
                    tooltips=[("update", "@x{custom}"), ("", "@words")],
                    formatters={"@x": counting()},
                    visible=False,
                )
            )

    def _legend(self, plot: figure, items: dict[str, list[str]], references: Sequence[LegendItem] = ()) -> None:
        """A legend whose entries set the lines of their sources back, and never hide them.

        The legend knows these lines, its entries do not: Bokeh makes the samples of a legend anew, and leaves them
        blank until the lower canvas is painted, with every change of anything that an entry leads to.
        """
        rows, lines = [], []
        for words, names in items.items():
            of = [line for line in plot.renderers if line.data_source in [self.sources[name] for name in names]]
            for line in of:
                line.muted_glyph = line.glyph.clone(**_SET_BACK[type(line.glyph)])
            self.entries[words] = legend_item(plot, words, self._sample(of[0].glyph))
            rows.append(self.entries[words])
            lines.append(of)
        legend = Legend(items=[*rows, *references], click_policy="mute", inactive_fill_alpha=0, **LEGEND_ABOVE)
        back = CustomJS(args={"items": rows, "lines": lines}, code=SET_BACK, tags=[f"{ACT}setBack"])
        legend.js_on_event("legend_item_click", back)
        plot.add_layout(legend, "above")

    def _sample(self, glyph: Glyph) -> Glyph:
        """What stands for a glyph in a legend: a line for lines."""
        many = isinstance(glyph, MultiLine)
        return paint(Line(x="x", y="y", line_width=1.2), self.theme, line_color="input") if many else glyph

    def _reference(self, dash: list[int], name: str) -> LegendItem:
        self.sources[name].data = {"y": []}
        self.sources[name].data = {"y": []}
        line = HSpan(y="y", line_dash=dash, line_width=1.3)
        drawn = self._accuracy.add_glyph(self.sources[name], paint(line, self.theme, line_color="reference"))
        return LegendItem(label=name, renderers=[drawn], visible=False)

    def update(
        self,
        history: History,
        batch_size: int | None = None,
        chance: float | None = None,
        stop_accuracy: float | None = None,
        marks: Marks | None = None,
        others: Sequence[History] | None = None,
        tasks: Sequence[str] | None = None,
        conditions: Sequence[str] | None = None,
        penalties: Sequence[str] | None = None,
        rates: Rates | None = None,
    ) -> None:
        """Show a longer history, or another. What is left out stays as it was."""
        self._batch_size = batch_size if batch_size is not None else getattr(self, "_batch_size", None)
        self._tasks = tuple(tasks) if tasks is not None else getattr(self, "_tasks", ())
        self._conditions = tuple(conditions) if conditions is not None else getattr(self, "_conditions", ())
        self._penalties = tuple(penalties) if penalties is not None else getattr(self, "_penalties", ())
        self._fill(learning_data(history, self._batch_size, self._tasks))
        self._fill(_each_penalty(history, self._penalties))
        self._show_strip(history)
        if rates is not None:
            self._rate.fill(*rates)
        self.entries["each task"].visible = len(self.sources["tasks"].data["xs"]) > 0
        self.entries["penalties"].visible = len(self.sources["penalties"].data["x"]) > 0
        self.entries["worst condition"].visible = len(self.sources["worst"].data["x"]) > 0
        if marks is not None:
            self._happened = tuple(marks)
        if others is not None:
            self._fill(_others(others))
        self._place(self._chance, chance)
        self._place(self._stop, stop_accuracy)
        last = max((int(steps[-1]) for steps in (history.updates, history.evaluated_at) if len(steps)), default=1)
        end = steady_end(max(last, 10))
        follow(self._loss.x_range, 0, end, firm=True)
        self._named.major_label_overrides = names_up_to(end)
        self._fill({"marks": _marks(self._happened, end)})
        beside: list[Any] = [self.sources["penalties"].data["y"], *self.sources["each penalty"].data["ys"]]
        losses = np.concatenate([_thin(history)[1], np.asarray(history.validation_losses)])
        low, high = steady_decades(np.concatenate([losses, *(_beside(losses, y) for y in beside)]))
        follow(self._loss.y_range, low, high, firm=True)
        ticks = _log_ticks(low, high)
        self._loss.yaxis[0].ticker.ticks = list(ticks)
        self._loss.yaxis[0].major_label_overrides = ticks

    def _show_strip(self, history: History) -> None:
        """Of the conditions, or where there are none, of the tasks."""
        at, each = np.asarray(history.evaluated_at), history.condition_accuracies
        if self._conditions and each.shape[1]:
            n = min(each.shape[1], len(self._conditions))  # those that were steered to may not have been measured yet
            measured = np.flatnonzero(np.isfinite(each[:, :n]).any(axis=0))
            self._strip.fill(at, each[:, measured], [self._conditions[i] for i in measured])
        else:
            self._strip.fill(at, history.task_accuracies, self._tasks, "task")
        for plot in self._plots:
            if plot.min_border_left != self._strip.left:
                plot.min_border_left = self._strip.left

    def _place(self, item: LegendItem, fraction: float | None) -> None:
        if fraction is not None:
            item.visible = True
            item.renderers[0].data_source.data = {"y": [100 * fraction]}


def _hover(renderers: list[Any], value: tuple[str, str]) -> HoverTool:
    tooltips, how = [("updates", "@x{custom}"), ("trials", "@trials"), value], {"@x": counting()}
    return HoverTool(renderers=renderers, tooltips=tooltips, formatters=how, mode="mouse", visible=False)


def _log_ticks(low: float, high: float) -> dict[float, str]:
    """Powers of ten, with 2 and 5 between them where there is room, or not all of them where there is little."""
    decades = range(int(np.floor(np.log10(low) + 1e-9)), int(np.ceil(np.log10(high) - 1e-9)) + 1)
    steps = (1, 2, 5) if high / low < 210 else (1,)
    every = -(-len(decades) // MOST_DECADES)
    values = [float(f"{f}e{k}") for k in decades if k % every == 0 for f in steps]
    return {v: label(v) for v in values if low * 0.999 <= v <= high * 1.001}


def _thin(history: History) -> tuple[NDArray, NDArray]:
    return decimate(np.asarray(history.updates, dtype=float), np.asarray(history.losses, dtype=float), POINTS)


def learning_data(
    history: History, batch_size: int | None = None, tasks: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Columns of the sources of `LearningFigure`: at most `POINTS` points a line."""
    x, loss = _thin(history)
    at = np.asarray(history.evaluated_at, dtype=float)
    pairs = {
        "validation": decimate(at, np.asarray(history.validation_losses, dtype=float), POINTS),
        "accuracy": decimate(at, 100 * np.asarray(history.accuracies, dtype=float), POINTS),
    }
    points = {name: {"x": px, "y": py, "trials": _trials(px, batch_size)} for name, (px, py) in pairs.items()}
    lines = {
        "training": (x, np.where(loss > 0, loss, np.nan)),
        "penalties": _measured(np.asarray(history.updates, dtype=float), history.penalties),
        "worst": _shares(at, history.worst_accuracies),
    }
    return {name: {"x": px, "y": py} for name, (px, py) in lines.items()} | points | {"tasks": _tasks(history, tasks)}


def _measured(x: NDArray, y: NDArray) -> tuple[NDArray, NDArray]:
    """Points of a line that may not have been measured, or be nothing but zero: then it is left out."""
    if not np.nan_to_num(y).any():
        return np.empty(0), np.empty(0)
    px, py = decimate(x, np.asarray(y, dtype=float), POINTS)
    return px, np.where(py > 0, py, np.nan)


def _beside(losses: NDArray, penalty: ArrayLike) -> NDArray:
    """Those of a penalty's values for which the axis of the losses makes room."""
    least, values = losses[losses > 0].min(initial=np.inf), np.asarray(penalty, dtype=float)
    return values[values > (least / FAR_BELOW if np.isfinite(least) else 0.0)]


def _shares(at: NDArray, values: NDArray) -> tuple[NDArray, NDArray]:
    """Per cent, of evaluations that were made; none where nobody measured."""
    return decimate(at, 100 * values, POINTS) if np.isfinite(values).any() else (np.empty(0), np.empty(0))


def _tasks(history: History, names: Sequence[str]) -> dict[str, Any]:
    table, at = history.task_accuracies, np.asarray(history.evaluated_at, dtype=float)
    names = names if len(names) > 1 else ()  # of one task the accuracy is that of all trials
    lines = [decimate(at, 100 * table[:, i], POINTS) for i in range(min(table.shape[1], len(names)))]
    return {
        "xs": [x for x, _ in lines],
        "ys": [y for _, y in lines],
        "name": [n.replace("_", " ") for n in names][: len(lines)],
    }


def _each_penalty(history: History, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """A line for each of several penalties, its name above its end."""
    table, x = history.penalty_values, np.asarray(history.updates, dtype=float)
    n = min(table.shape[1], len(names)) if table.shape[1] > 1 else 0
    lines = [_measured(x, table[:, i]) for i in range(n)]
    found = [(px, py, name) for (px, py), name in zip(lines, names, strict=False) if len(px)]
    ends = [(float(px[-1]), _highest(px, py)) for px, py, _ in found]
    words = [name for *_, name in found]
    return {
        "each penalty": {"xs": [px for px, *_ in found], "ys": [py for _, py, _ in found], "name": words},
        "penalty names": {"x": [x for x, _ in ends], "y": [y for _, y in ends], "name": words},
    }


def _highest(x: NDArray, y: NDArray) -> float:
    """The highest value of the last part of a line, over which words about it can be read."""
    last = y[x >= x[-1] - SAID_OVER * (x[-1] - x[0])]
    return float(np.nanmax(last)) if np.isfinite(last).any() else np.nan


SAID_OVER = 0.2
"""Share of a line's length over which its name stands."""


def _marks(marks: Marks, end: float) -> dict[str, Any]:
    """Each mark's words on the lowest line on which they stand on no others', to its left where the figure ends."""
    lines: list[int] = []
    left: list[bool] = []
    free = [-1.0] * LINES
    for update, words in marks:
        width = (len(words) + 2) * LETTER * end / NARROW
        left.append(update + width > end and update > width)
        start = update - width if left[-1] else float(update)
        line = next((i for i, until in enumerate(free) if until <= start), len(lines) % LINES)
        free[line] = start + width
        lines.append(line)
    return {
        "x": [float(update) for update, _ in marks],
        "y": [3.0 + 10.5 * line for line in lines],
        "words": [words for _, words in marks],
        "side": ["right" if each else "left" for each in left],
        "offset": [-4.0 if each else 4.0 for each in left],
    }


def _others(histories: Sequence[History]) -> dict[str, dict[str, Any]]:
    ats = [np.asarray(each.evaluated_at, dtype=float) for each in histories]
    losses = [decimate(at, each.validation_losses, POINTS) for at, each in zip(ats, histories, strict=True)]
    shares = [decimate(at, 100 * each.accuracies, POINTS) for at, each in zip(ats, histories, strict=True)]
    found = {"other losses": losses, "other accuracies": shares}
    return {name: {"xs": [x for x, _ in lines], "ys": [y for _, y in lines]} for name, lines in found.items()}


def _trials(updates: NDArray, batch_size: int | None) -> list[str]:
    return ["" if batch_size is None else grouped(int(u) * batch_size) for u in updates]


def learning(
    history: History,
    batch_size: int | None = None,
    chance: float | None = None,
    stop_accuracy: float | None = None,
    theme: Theme = LIGHT,
    height: int = 360,
    **names: Any,
) -> Model:
    """Loss and accuracy as a Bokeh layout; the arguments are those of `LearningFigure`."""
    return LearningFigure(history, batch_size, chance, stop_accuracy, theme, height, **names).root
