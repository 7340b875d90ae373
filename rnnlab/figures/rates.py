"""The picture of all units' rates, row by row, with its colour bar and the rows that are marked."""

from __future__ import annotations

from typing import Any

from bokeh.models import (
    BasicTicker,
    ColorBar,
    ColumnDataSource,
    CustomJSHover,
    GlyphRenderer,
    HBar,
    HoverTool,
    Image,
    LinearColorMapper,
    Plot,
    Title,
)

from rnnlab.figures.counts import counting
from rnnlab.figures.paint import ACT, paint
from rnnlab.figures.theme import Theme


def draw_rates(plot: Any, source: ColumnDataSource, mapper: LinearColorMapper, theme: Theme) -> GlyphRenderer:
    """Draw an image of units by time in a figure whose columns are in milliseconds, one row high each."""
    plot.grid.visible = False
    plot.xaxis.update(major_label_text_font_size="0px", axis_line_color=None)
    paint(mapper, theme, palette="sequential")
    picture = plot.add_glyph(source, Image(image="image", x="x", y=0, dw="dw", dh="dh", color_mapper=mapper))
    draw_bar(plot, mapper, theme)
    return picture


def draw_bar(plot: Plot, mapper: LinearColorMapper, theme: Theme, text: str = "rate") -> Title:
    """A colour bar beside a figure, and what it measures beside that: Bokeh would write it over the bar's own foot."""
    plot.add_layout(ColorBar(color_mapper=mapper, ticker=BasicTicker(desired_num_ticks=4)), "right")
    name = Title(text=text, align="center", text_font_size="11px", text_font_style="normal")
    plot.add_layout(paint(name, theme, text_color="muted"), "right")
    return name


NAME_OF_ROW = """
const names = source.data[field][0]
const place = Math.floor(span == null ? value : value / span * names.length)
return names[Math.max(0, Math.min(names.length - 1, place))]
"""


def naming(source: ColumnDataSource, field: str = "names", span: float | None = None) -> CustomJSHover:
    """What writes a coordinate under the pointer as the name of its row, or column, in a list of the source's.

    Args:
        source: of the image.
        field: the column with the list.
        span: how long all rows together are, if not one each.
    """
    args = {"source": source, "field": field, "span": span}
    return CustomJSHover(args=args, code=NAME_OF_ROW, tags=[f"{ACT}nameOfRow"])


def told_by_row(picture: GlyphRenderer, *tooltips: tuple[str, str]) -> HoverTool:
    """What is told of an image under the pointer.

    ``$y{custom}`` is the row's name, of the source's ``names``, and ``$x{custom}`` a count.
    """
    how = {"$y": naming(picture.data_source), "$x": counting()}
    return HoverTool(renderers=[picture], tooltips=list(tooltips), formatters=how, visible=False)


def draw_rows(plot: Any, source: ColumnDataSource, theme: Theme) -> None:
    """Outline rows: ``y`` is the middle of each, ``left`` and ``right`` its ends."""
    rows = HBar(y="y", height=1, left="left", right="right", fill_alpha=0, line_width=1.5)
    plot.add_glyph(source, paint(rows, theme, line_color="chosen"))
