"""How a training went: loss and accuracy against updates. Stays fluid however long the training is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    FixedTicker,
    HoverTool,
    HSpan,
    Legend,
    LegendItem,
    Line,
    Model,
    NumeralTickFormatter,
    Range1d,
    Scatter,
)
from numpy.typing import NDArray

from rnnlab.figures.paint import LEGEND_ABOVE, LiveFigure, blank, dress, follow, legend_item, paint
from rnnlab.figures.scales import decimate, label, steady_decades, steady_end
from rnnlab.figures.theme import LIGHT, Theme

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from rnnlab.runs import History

POINTS = 1000
"""Most points of one line: a peak and a trough for every 500th of its width."""


class LearningFigure(LiveFigure):
    """Loss (log axis) above accuracy, against optimiser updates.

    The thin line is the loss of each training batch; the strong line that of the fixed validation trials.

    Args:
        history: what was recorded so far.
        batch_size: trials per update, to tell the number of trials seen on hover.
        chance: fraction correct of guessing; drawn as a dashed line.
        stop_accuracy: the fraction correct at which training stops; drawn as a dotted line.
        theme: colours.
        height: pixels of both panels together.
    """

    def __init__(
        self,
        history: History,
        batch_size: int | None = None,
        chance: float | None = None,
        stop_accuracy: float | None = None,
        theme: Theme = LIGHT,
        height: int = 360,
    ) -> None:
        super().__init__(theme, ("training", "validation", "accuracy", "chance", "training stops"))
        updates = Range1d(start=0, end=1)
        self._loss = self._build_loss(theme, updates, round(height * 0.52))
        self._accuracy = self._build_accuracy(theme, updates, height - round(height * 0.52))
        self._chance = self._reference([6, 4], "chance")
        self._stop = self._reference([2, 3], "training stops")
        items = [self._chance, self._stop]
        self._accuracy.add_layout(Legend(items=items, orientation="horizontal", location="bottom_right", spacing=14))
        self.root = column(self._loss, self._accuracy, sizing_mode="stretch_width", spacing=0)
        self.update(history, batch_size, chance, stop_accuracy)
        for plot in (self._loss, self._accuracy):
            dress(plot, theme)
        self.growing = tuple(self._drawn_from("training", "validation", "accuracy"))

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
        batch = Line(x="x", y="y", line_width=1, line_alpha=0.75)
        fixed = Line(x="x", y="y", line_width=2)
        dots = Scatter(x="x", y="y", size=4, line_color=None)
        plot.add_glyph(self.sources["training"], paint(batch, theme, line_color="reference"))
        plot.add_glyph(self.sources["validation"], paint(fixed, theme, line_color="output"))
        points = plot.add_glyph(self.sources["validation"], paint(dots, theme, fill_color="output"))
        plot.add_tools(_hover([points], ("validation loss", "@y{0.0000}")))
        self._legend(plot, {"training batch": 0, "validation trials": 1})
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
        plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
        plot.yaxis.ticker = FixedTicker(ticks=[0, 25, 50, 75, 100])
        line, dots = Line(x="x", y="y", line_width=2), Scatter(x="x", y="y", size=4, line_color=None)
        plot.add_glyph(self.sources["accuracy"], paint(line, theme, line_color="output"))
        points = plot.add_glyph(self.sources["accuracy"], paint(dots, theme, fill_color="output"))
        plot.add_tools(_hover([points], ("correct", "@y{0.0} %")))
        return plot

    def _legend(self, plot: figure, items: dict[str, int]) -> None:
        rows = [legend_item(plot, text, plot.renderers[i].glyph) for text, i in items.items()]
        plot.add_layout(Legend(items=rows, **LEGEND_ABOVE), "above")

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
    ) -> None:
        """Show a longer history, or another. What is left out stays as it was."""
        self._batch_size = batch_size if batch_size is not None else getattr(self, "_batch_size", None)
        self._fill(learning_data(history, self._batch_size))
        self._place(self._chance, chance)
        self._place(self._stop, stop_accuracy)
        last = max((int(steps[-1]) for steps in (history.updates, history.evaluated_at) if len(steps)), default=1)
        end = steady_end(max(last, 10))
        follow(self._loss.x_range, 0, end, firm=True)
        low, high = steady_decades(np.concatenate([_thin(history)[1], np.asarray(history.validation_losses)]))
        follow(self._loss.y_range, low, high, firm=True)
        ticks = _log_ticks(low, high)
        self._loss.yaxis[0].ticker.ticks = list(ticks)
        self._loss.yaxis[0].major_label_overrides = ticks

    def _place(self, item: LegendItem, fraction: float | None) -> None:
        if fraction is not None:
            item.visible = True
            item.renderers[0].data_source.data = {"y": [100 * fraction]}


def _hover(renderers: list[Any], value: tuple[str, str]) -> HoverTool:
    tooltips = [("updates", "@x{0,0}"), ("trials", "@trials"), value]
    return HoverTool(renderers=renderers, tooltips=tooltips, mode="mouse", visible=False)


def _log_ticks(low: float, high: float) -> dict[float, str]:
    """Powers of ten, with 2 and 5 between them where there is room."""
    decades = range(int(np.floor(np.log10(low) + 1e-9)), int(np.ceil(np.log10(high) - 1e-9)) + 1)
    steps = (1, 2, 5) if high / low < 210 else (1,)
    values = [float(f"{f}e{k}") for k in decades for f in steps]
    return {v: label(v) for v in values if low * 0.999 <= v <= high * 1.001}


def _thin(history: History) -> tuple[NDArray, NDArray]:
    return decimate(np.asarray(history.updates, dtype=float), np.asarray(history.losses, dtype=float), POINTS)


def learning_data(history: History, batch_size: int | None = None) -> dict[str, dict[str, Any]]:
    """Columns of the sources of `LearningFigure`: at most `POINTS` points a line."""
    x, loss = _thin(history)
    at = np.asarray(history.evaluated_at, dtype=float)
    pairs = {
        "validation": decimate(at, np.asarray(history.validation_losses, dtype=float), POINTS),
        "accuracy": decimate(at, 100 * np.asarray(history.accuracies, dtype=float), POINTS),
    }
    points = {name: {"x": px, "y": py, "trials": _trials(px, batch_size)} for name, (px, py) in pairs.items()}
    return {"training": {"x": x, "y": np.where(loss > 0, loss, np.nan)}} | points


def _trials(updates: NDArray, batch_size: int | None) -> list[str]:
    return ["" if batch_size is None else f"{int(u) * batch_size:,}" for u in updates]


def learning(
    history: History,
    batch_size: int | None = None,
    chance: float | None = None,
    stop_accuracy: float | None = None,
    theme: Theme = LIGHT,
    height: int = 360,
) -> Model:
    """Loss and accuracy as a Bokeh layout; the arguments are those of `LearningFigure`."""
    return LearningFigure(history, batch_size, chance, stop_accuracy, theme, height).root
