"""How long the epochs of a task last and how often its conditions come, before anything is trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import FixedTicker, HoverTool, Model, Quad, Range1d, Text
from bokeh.plotting import figure

from rnnlab.figures.conditions import text, words
from rnnlab.figures.paint import LiveFigure, blank, dress, paint
from rnnlab.figures.theme import FONT, LIGHT, Theme

if TYPE_CHECKING:
    from rnnlab.analysis import Design, Durations, Share

ROW, MARGIN = 26, 54
"""Pixels of one row, and of the axis below all of them."""

BAR = 0.76
"""Height of a row's tallest bar, in rows."""

NARROW = 0.008
"""Width of the bar of a fixed duration, as a part of the axis."""

ROOM = 7.0
"""Per cent of the axis that a value needs to be written into its bar, for each two letters."""

LEFT_OF_ROWS = 130
"""Pixels for the names of the rows."""


class DesignFigure(LiveFigure):
    """Two panels: histograms of how long each epoch lasts (and the whole trial), one row each; and for each drawn
    factor a bar of all trials, cut into the shares of its values.

    Args:
        result: what the checks of a task found.
        theme: colours.
    """

    def __init__(self, result: Design, theme: Theme = LIGHT) -> None:
        super().__init__(theme, ("scored", "other", "shares", "values"))
        self._durations = self._build_durations(theme)
        self._shares = self._build_shares(theme)
        self.root = column(self._durations, self._shares, sizing_mode="stretch_width", spacing=4)
        self.update(result)
        for plot in (self._durations, self._shares):
            dress(plot, theme)

    def _build_durations(self, theme: Theme) -> figure:
        plot = _rows(theme, x_label="duration (ms)", y_label="epoch")
        drawn = []
        for name, role in (("other", "reference"), ("scored", "target")):
            bars = Quad(left="left", right="right", bottom="bottom", top="top", line_color=None)
            drawn.append(plot.add_glyph(self.sources[name], paint(bars, theme, fill_color=role)))
        tooltips = [("epoch", "@epoch"), ("duration", "@low{0} to @high{0} ms"), ("trials", "@share{0.0} %")]
        plot.add_tools(HoverTool(renderers=drawn, tooltips=tooltips, visible=False))
        return plot

    def _build_shares(self, theme: Theme) -> figure:
        plot = _rows(theme, x_label="share of the trials (%)", y_label="drawn factor")
        plot.x_range.update(start=0, end=100, reset_start=0, reset_end=100)
        bars = Quad(left="left", right="right", bottom="bottom", top="top", line_width=1.5, fill_alpha=0.4)
        drawn = plot.add_glyph(self.sources["shares"], paint(bars, theme, fill_color="reference", line_color="surface"))
        names = Text(x="x", y="y", text="text", text_align="center", text_baseline="middle", text_font_size="10.5px")
        names.text_font = {"value": FONT}
        plot.add_glyph(self.sources["values"], paint(names, theme, text_color="text"))
        tooltips = [("factor", "@factor"), ("value", "@value"), ("trials", "@share{0.0} %")]
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, visible=False))
        return plot

    def update(self, result: Design) -> None:
        """Show another task. Nothing is rebuilt."""
        longest = max((float(d.edges[-1]) for d in result.durations), default=0.0) or 1.0
        self._fill(
            {
                **{name: durations_data(result.durations, name == "scored", longest) for name in ("scored", "other")},
                "shares": shares_data(result.shares),
                "values": values_data(result.shares),
            }
        )
        end = 1.03 * longest
        self._durations.x_range.update(start=0, end=end, reset_start=0, reset_end=end)
        _name_rows(self._durations, [_row_name(d) for d in result.durations])
        _name_rows(self._shares, [words(share.factor) for share in result.shares])
        self._shares.visible = bool(result.shares)


def _rows(theme: Theme, x_label: str, y_label: str) -> figure:
    x_range, y_range = Range1d(start=0, end=1), Range1d(start=-0.5, end=0.5)
    plot = blank(
        theme,
        x_label=x_label,
        y_label=y_label,
        dimensions="width",
        left=LEFT_OF_ROWS,
        x_range=x_range,
        y_range=y_range,
    )
    plot.yaxis.update(ticker=FixedTicker(), major_tick_line_color=None, axis_line_color=None)
    plot.ygrid.visible = False
    return plot


def _name_rows(plot: figure, names: list[str]) -> None:
    """From top to bottom; the figure is as high as they need."""
    rows = list(range(len(names)))
    plot.yaxis[0].ticker.ticks = rows
    plot.yaxis[0].major_label_overrides = dict(zip(rows, names, strict=True))
    start, end = len(names) - 0.4, -0.6
    plot.y_range.update(start=start, end=end, reset_start=start, reset_end=end)
    plot.height = MARGIN + ROW * max(len(names), 1)


def _row_name(durations: Durations) -> str:
    name = words(durations.epoch) if durations.epoch else "whole trial"
    return f"{name} (scored)" if durations.scored and durations.epoch else name


def durations_data(durations: Sequence[Durations], scored: bool, longest: float) -> dict[str, Any]:
    """Columns of the bars of all epochs that are scored, or of the others and the whole trial. Rows count downwards."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("left", "right", "bottom", "top", "epoch", "low", "high", "share")
    }
    for row, each in enumerate(durations):
        if (each.scored and bool(each.epoch)) != scored:
            continue
        low, high = each.edges[:-1], each.edges[1:]
        widen = NARROW * longest / 2 if each.fixed else 0.0
        tall = BAR * each.share / max(float(each.share.max()), 1e-9)
        columns["left"] += list(low - widen)
        columns["right"] += list(high + widen)
        columns["bottom"] += [row + BAR / 2] * len(low)
        columns["top"] += list(row + BAR / 2 - tall)
        columns["epoch"] += [words(each.epoch) or "whole trial"] * len(low)
        columns["low"] += list(low)
        columns["high"] += list(high)
        columns["share"] += list(100 * each.share * each.present)
    return columns


def shares_data(shares: Sequence[Share]) -> dict[str, Any]:
    """Columns of the bars of all factors, each cut into its values, in per cent of the trials."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("left", "right", "bottom", "top", "factor", "value", "share")
    }
    for row, each in enumerate(shares):
        ends = 100 * np.cumsum(each.share)
        columns["left"] += [0.0, *ends[:-1]]
        columns["right"] += list(ends)
        columns["bottom"] += [row + BAR / 2] * len(ends)
        columns["top"] += [row - BAR / 2] * len(ends)
        columns["factor"] += [words(each.factor)] * len(ends)
        columns["value"] += [text(level) if each.listed else f"about {text(level)}" for level in each.levels]
        columns["share"] += list(100 * each.share)
    return columns


def values_data(shares: Sequence[Share]) -> dict[str, Any]:
    """Columns of the values written into the bars that have room for them."""
    columns: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
    for row, each in enumerate(shares):
        middles = 100 * (np.cumsum(each.share) - each.share / 2)
        for middle, level, share in zip(middles, each.levels, each.share, strict=True):
            name = text(level)
            if each.listed and 100 * share >= ROOM * len(name) / 2:
                columns["x"].append(float(middle))
                columns["y"].append(row)
                columns["text"].append(name)
    return columns


def design(result: Design, theme: Theme = LIGHT) -> Model:
    """Durations and shares as a Bokeh figure; the arguments are those of `DesignFigure`."""
    return DesignFigure(result, theme).root
