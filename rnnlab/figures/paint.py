"""Blank figures in the house style, and the one mechanism that colours them and recolours them in place.

`paint` gives a property of a Bokeh model a *role* of the theme and remembers it in the model's tags, as
``"paint fill_color=target"``. `restyle` reads the tags and sets the colours of another theme; a web page can do the
same from the tags without Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from bokeh.model import Model
from bokeh.models import (
    Axis,
    BoxZoomTool,
    ColorBar,
    ColumnDataSource,
    GlyphRenderer,
    Grid,
    Legend,
    LegendItem,
    PanTool,
    Plot,
    Range1d,
    ResetTool,
    SaveTool,
    Title,
    WheelZoomTool,
)
from bokeh.plotting import figure

from rnnlab.analysis import UNMARKED, Marked
from rnnlab.figures.entries import Entries
from rnnlab.figures.picks import EntryReader, Listener, Reader, box_tool, listen
from rnnlab.figures.shown import Shown
from rnnlab.figures.theme import FONT, LIGHT, Palette, Theme

LEFT, RIGHT = 76, 16
"""Pixels left and right of every frame, so that stacked figures line up."""

ACT = "act "
"""Mark of a callback, before the name of what it does: a page that may not compile text calls its own function."""

LEGEND_ABOVE: dict[str, Any] = {"orientation": "horizontal", "location": "right", "spacing": 14}
"""How a legend is laid out above the frame."""

_MARK, _DRESSED = "paint ", "dressed"

AnyModel = TypeVar("AnyModel", bound=Model)

_STYLE: dict[type[Model], dict[str, str]] = {
    Plot: {"background_fill_color": "surface", "border_fill_color": "surface"},
    Axis: {
        "axis_label_text_color": "muted",
        "major_label_text_color": "muted",
        "axis_line_color": "axis",
        "major_tick_line_color": "axis",
    },
    Grid: {"grid_line_color": "grid"},
    Legend: {"label_text_color": "muted", "title_text_color": "muted", "background_fill_color": "surface"},
    ColorBar: {
        "major_label_text_color": "muted",
        "title_text_color": "muted",
        "background_fill_color": "surface",
        "major_tick_line_color": "axis",
        "bar_line_color": "axis",
    },
    Title: {"text_color": "text"},
}

_FONTS: dict[type[Model], dict[str, Any]] = {
    Axis: {
        "axis_label_text_font_size": "11px",
        "axis_label_text_font_style": "normal",
        "major_label_text_font_size": "10.5px",
        "axis_label_standoff": 6,
        "minor_tick_line_color": None,
        "major_tick_in": 0,
        "major_tick_out": 4,
    },
    Legend: {
        "label_text_font_size": "11px",
        "border_line_color": None,
        "background_fill_alpha": 0.0,
        "padding": 2,
        "spacing": 2,
        "margin": 2,
        "glyph_height": 14,
        "glyph_width": 18,
        "label_standoff": 6,
        "label_height": 14,
        "title_text_font_size": "11px",
        "title_text_font_style": "normal",
    },
    ColorBar: {
        "major_label_text_font_size": "10.5px",
        "title_text_font_size": "11px",
        "title_text_font_style": "normal",
        "title_standoff": 8,
        "width": 10,
        "padding": 4,
        "major_tick_in": 0,
        "major_tick_out": 3,
        "label_standoff": 4,
    },
    Title: {"text_font_size": "12px", "text_font_style": "bold", "align": "left"},
}


_FAMILIES: dict[type[Model], tuple[str, ...]] = {
    Axis: ("axis_label_text_font", "major_label_text_font"),
    Legend: ("label_text_font", "title_text_font"),
    ColorBar: ("major_label_text_font", "title_text_font"),
    Title: ("text_font",),
}


def paint(model: AnyModel, theme: Theme, **roles: str) -> AnyModel:
    """Give properties of ``model`` the theme's colour (or palette) of a role, for now and for `restyle`.

    ``graded:4`` is the palette for four conditions of that kind; see `Theme.conditions`. A colour that is set to None
    afterwards stays so.
    """
    kept = [tag for tag in model.tags if not (_is_mark(tag) and tag[len(_MARK) :].split("=")[0] in roles)]
    marks = [f"{_MARK}{name}={role}" for name, role in roles.items()]
    if model.tags != [*kept, *marks]:
        model.tags = [*kept, *marks]
    model.update(**{name: colour(theme, role) for name, role in roles.items()})
    return model


def restyle(root: Model, theme: Theme) -> None:
    """Recolour a figure or a layout of figures in place."""
    for model in root.references():
        for tag in filter(_is_mark, model.tags):
            name, _, role = tag[len(_MARK) :].partition("=")
            if getattr(model, name) is not None:
                setattr(model, name, colour(theme, role))


def colour(theme: Theme, role: str) -> str | Palette:
    """What a role stands for in a theme."""
    kind, _, count = role.partition(":")
    return theme.conditions(kind, int(count)) if count else getattr(theme, role)


def roles_of(root: Model) -> set[str]:
    """Every role that a figure's parts have been given."""
    marks = [tag for model in root.references() for tag in model.tags if _is_mark(tag)]
    return {mark.partition("=")[2] for mark in marks}


def _is_mark(tag: Any) -> bool:
    return isinstance(tag, str) and tag.startswith(_MARK)


def blank(
    theme: Theme = LIGHT,
    *,
    height: int = 260,
    x_label: str = "",
    y_label: str = "",
    dimensions: str = "both",
    left: int = LEFT,
    right: int = RIGHT,
    **options: Any,
) -> figure:
    """An empty figure: quiet axes, faint grid, the few tools that make sense, shown when the pointer is over it.

    Args:
        theme: its colours.
        height: in pixels; the width is that of what holds the figure.
        x_label, y_label: with the unit in brackets.
        dimensions: what dragging and scrolling change: ``"both"``, ``"width"`` or ``"height"``.
        left, right: pixels beside the frame; equal for figures that are stacked.
        options: passed to Bokeh.
    """
    zoom = BoxZoomTool(dimensions=dimensions if dimensions != "both" else "both")
    tools = [zoom, PanTool(dimensions=dimensions), WheelZoomTool(dimensions=dimensions), ResetTool(), SaveTool()]
    settings: dict[str, Any] = {
        "height": height,
        "width": None,
        "sizing_mode": "stretch_width",
        "tools": tools,
        "active_drag": zoom,
        "active_scroll": None,
        "toolbar_location": "right",
        "x_axis_label": x_label,
        "y_axis_label": y_label,
        "min_border_left": left,
        "min_border_right": right,
        "min_border_top": 6,
        "min_border_bottom": 6,
        "output_backend": "canvas",
        "outline_line_color": None,
    }
    plot = figure(**(settings | options))
    plot.toolbar.autohide = True
    plot.toolbar.logo = None
    plot.toolbar_inner = True
    for model in plot.references():
        _dress(model, theme, {})
    return plot


def dress(plot: Plot, theme: Theme) -> None:
    """Give the parts of a figure that have been added since it was blank (legends, axes, colour bars) the house style.

    What they were made with stays.
    """
    kinds: Any = tuple(_STYLE)
    for model in plot.references():
        if isinstance(model, kinds) and _DRESSED not in model.tags:
            _dress(model, theme, model.properties_with_values(include_defaults=False))


def _dress(model: Any, theme: Theme, given: Mapping[str, Any]) -> None:
    """Style one part, except for what it was ``given``."""
    own = {tag[len(_MARK) :].split("=")[0] for tag in filter(_is_mark, model.tags)}
    own |= {name for name, value in given.items() if value is None}
    for kind, roles in _STYLE.items():
        if isinstance(model, kind):
            model.update(**{name: value for name, value in _FONTS.get(kind, {}).items() if name not in given})
            model.update(**dict.fromkeys(_FAMILIES.get(kind, ()), FONT))
            paint(model, theme, **{name: role for name, role in roles.items() if name not in own})
            model.tags = [*model.tags, _DRESSED]


def follow(axis: Range1d, start: float, end: float, *, firm: bool = False) -> None:
    """Have an axis show ``start`` to ``end`` unless a person has zoomed; a reset always leads there.

    Args:
        axis: the range.
        start, end: what there is to see.
        firm: keep a person's zoom even where what there is to see has changed.
    """
    home = (axis.reset_start, axis.reset_end)
    zoomed = home != (None, None) and (axis.start, axis.end) != home
    if zoomed and (firm or home == (start, end)):
        axis.update(reset_start=start, reset_end=end)
    else:
        axis.update(start=start, end=end, reset_start=start, reset_end=end)


class LiveFigure:
    """A figure that is built once and then changed in place, through its data sources.

    Subclasses build `root` in ``__init__`` and offer ``update``. A root belongs to one document: build a new object
    for every showing.

    Attributes:
        root: the Bokeh model to show.
        sources: data by glyph group.
        theme: the colours in force.
        growing: what is drawn anew while a network trains, or when something is marked.
        readers: plots in which something can be chosen, and what stands where in them.
        legends: those whose entries can be chosen, and what each entry stands for.
        shown: what can be seen marked in it.
        boxes: those in which a drag draws a box that chooses, and along which dimensions.
        marked: what is marked.
        pointed: for each of the readers, where a person pointed last, or which entry was pressed, once
            `on_pick` was called.
    """

    root: Model
    growing: tuple[GlyphRenderer, ...] = ()
    shown: Shown = Shown()

    def __init__(self, theme: Theme, names: tuple[str, ...]) -> None:
        self.theme = theme
        self.readers: list[tuple[Plot, Reader]] = []
        self.legends: list[tuple[Entries, EntryReader]] = []
        self.boxes: list[tuple[Plot, str]] = []
        self.pointed: list[ColumnDataSource] = []
        self.marked = UNMARKED
        self.sources = {name: ColumnDataSource(name=name) for name in names}

    def restyle(self, theme: Theme) -> None:
        """Change the colours in place."""
        self.theme = theme
        restyle(self.root, theme)

    def on_pick(self, listener: Listener) -> None:
        """Have ``listener`` told what a person chooses in it with a click or a box, before it is shown."""
        for plot, dimensions in self.boxes:
            box_tool(plot, dimensions)
        camera = self.sources.get("camera")
        self.pointed = [listen(plot, reader, listener, camera) for plot, reader in self.readers]
        self.pointed += [each.listen(reader, listener) for each, reader in self.legends]

    def mark(self, marked: Marked) -> None:
        """Mark units, a condition, a trial, in place; what a figure does not show it does not mark."""
        self.marked = marked

    def lift(self) -> None:
        """Draw what grows on the upper of a plot's two canvases.

        The lower one, with the axes, grid and text, is then not painted again: most of a redraw's cost in a browser
        without a graphics card. For pages that clip the upper canvas to the frame; Bokeh itself does not.
        """
        for renderer in self.growing:
            renderer.level = "overlay"

    def _drawn_from(self, *names: str) -> Iterator[GlyphRenderer]:
        """What is drawn from these sources."""
        chosen = [self.sources[name] for name in names]
        return (each for each in self.root.select({"type": GlyphRenderer}) if each.data_source in chosen)

    def _fill(self, data: dict[str, dict[str, Any]]) -> None:
        for name, columns in data.items():
            if not _same(self.sources[name].data, columns):
                self.sources[name].data = columns


def _same(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a browser that has the old columns need not be sent the new ones."""
    return old.keys() == new.keys() and all(_alike(old[name], new[name]) for name in new)


def _alike(old: Any, new: Any) -> bool:
    if len(old) != len(new) or len(new) == 0:
        return len(old) == len(new)
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        return old.dtype == new.dtype and np.array_equal(old, new, equal_nan=old.dtype.kind == "f")
    if isinstance(new[0], np.ndarray | list):
        return all(type(a) is type(b) and _alike(a, b) for a, b in zip(old, new, strict=True))
    return isinstance(new[0], str | int | float) and list(old) == list(new)


def legend_item(plot: Plot, label: str, glyph: Model) -> LegendItem:
    """A legend's entry for a glyph, drawn from data of its own: a legend draws itself anew, text and all, whenever the
    data of its entries change, and cannot draw an entry that has none."""
    nowhere = ColumnDataSource({"x": [np.nan, np.nan], "y": [np.nan, np.nan]})
    return LegendItem(label=label, renderers=[plot.add_glyph(nowhere, glyph)])
