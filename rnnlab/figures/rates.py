"""The picture of all units' rates, row by row, with its colour bar and the rows that are marked."""

from __future__ import annotations

from typing import Any

from bokeh.models import (
    BasicTicker,
    ColorBar,
    ColumnDataSource,
    GlyphRenderer,
    HBar,
    Image,
    LinearColorMapper,
    Plot,
    Title,
)

from rnnlab.figures.paint import paint
from rnnlab.figures.theme import Theme


def draw_rates(plot: Any, source: ColumnDataSource, mapper: LinearColorMapper, theme: Theme) -> GlyphRenderer:
    """Draw an image of units by time in a figure whose columns are in milliseconds, one row high each."""
    plot.grid.visible = False
    plot.xaxis.update(major_label_text_font_size="0px", axis_line_color=None)
    paint(mapper, theme, palette="sequential")
    picture = plot.add_glyph(source, Image(image="image", x="x", y=0, dw="dw", dh="dh", color_mapper=mapper))
    _draw_bar(plot, mapper, theme)
    return picture


def _draw_bar(plot: Plot, mapper: LinearColorMapper, theme: Theme) -> None:
    plot.add_layout(ColorBar(color_mapper=mapper, ticker=BasicTicker(desired_num_ticks=4)), "right")
    name = Title(text="rate", align="center", text_font_size="11px", text_font_style="normal")
    plot.add_layout(paint(name, theme, text_color="muted"), "right")


def draw_rows(plot: Any, source: ColumnDataSource, theme: Theme) -> None:
    """Outline rows: ``y`` is the middle of each, ``left`` and ``right`` its ends."""
    rows = HBar(y="y", height=1, left="left", right="right", fill_alpha=0, line_width=1.5)
    plot.add_glyph(source, paint(rows, theme, line_color="chosen"))
