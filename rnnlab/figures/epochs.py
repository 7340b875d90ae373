"""The stretches of trials as figures show them: shades that alternate, names that fit, and where the target counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import ColumnDataSource, GlyphRenderer, HoverTool, Quad, Text, VStrip
from bokeh.plotting import figure

from rnnlab.figures.paint import paint
from rnnlab.figures.theme import FONT, Theme

if TYPE_CHECKING:
    from rnnlab.tasks import Batch

CHARACTER = 5.6
"""Mean width in pixels of a letter of an epoch's name."""


@dataclass(frozen=True)
class Stretch:
    """One epoch of one trial: its name, start and stop in ms, whether it is scored, and its place in the order."""

    name: str
    start: float
    stop: float
    scored: bool
    place: int


def stretches(batch: Batch, trial: int) -> list[Stretch]:
    """The epochs of one trial that last at least one step, in order of their start."""
    judged = (batch.mask[trial] > 0).any(axis=1)
    edges = [(name, *np.asarray(steps[trial]).tolist()) for name, steps in batch.epochs.items()]
    present = sorted((e for e in edges if e[2] > e[1]), key=lambda e: e[1])
    return [
        Stretch(name, start * batch.dt, stop * batch.dt, bool(judged[start:stop].any()), i)
        for i, (name, start, stop) in enumerate(present)
    ]


def fitted(name: str, pixels: float) -> str:
    """A name cut to what fits in so many pixels; nothing where three letters do not.

    >>> fitted("stimulus", 60), fitted("stimulus", 30), fitted("stimulus", 10), fitted("stimulus 2", 45)
    ('stimulus', 'stim…', '', 'stimu… 2')
    """
    room = int(pixels / CHARACTER)
    if len(name) <= room:
        return name
    _, space, number = name.rpartition(" ")
    if space and number.isdigit() and room >= len(number) + 5:
        return fitted(name[: -len(number) - 1], (room - len(number) - 1 + 0.5) * CHARACTER) + " " + number
    return name[: room - 1] + "…" if room >= 4 else ""


def band_data(columns: list[tuple[float, list[Stretch]]], pixels_per_ms: float, y: float) -> dict[str, list[Any]]:
    """Columns of the source that `draw_bands` draws.

    Args:
        columns: (offset in ms on the x axis, stretches) of each trial that stands beside the others.
        pixels_per_ms: how wide a ms is drawn, to cut names that do not fit.
        y: where the names stand.
    """
    rows = [(offset, stretch) for offset, each in columns for stretch in each]
    return {
        "x0": [offset + s.start for offset, s in rows],
        "x1": [offset + s.stop for offset, s in rows],
        "middle": [offset + (s.start + s.stop) / 2 for offset, s in rows],
        "y": [y] * len(rows),
        "label": [fitted(s.name.replace("_", " "), (s.stop - s.start) * pixels_per_ms - 4) for _, s in rows],
        "name": [s.name.replace("_", " ") for _, s in rows],
        "times": [f"{s.start:g} to {s.stop:g} ms" + (", scored" if s.scored else "") for _, s in rows],
        "plain": [float(not s.scored and s.place % 2 == 0) for _, s in rows],
        "scored": [float(s.scored) for _, s in rows],
    }


def draw_bands(plot: figure, source: ColumnDataSource, theme: Theme, *, above: bool = False) -> None:
    """Shade and name the epochs; hovering over one tells its name and times.

    Args:
        plot: to draw in.
        source: of `band_data`.
        theme: colours.
        above: tell it in a strip alone, which goes from ``foot`` to ``head`` of the source.
    """
    for column, role in (("plain", "epoch"), ("scored", "scored")):
        strip = VStrip(x0="x0", x1="x1", fill_alpha=column, line_color=None, hatch_pattern=None)
        paint(strip, theme, fill_color=role)
        renderer = GlyphRenderer(data_source=source, glyph=strip, level="underlay")
        plot.renderers.append(renderer)
    if above:
        ends = {"left": "x0", "right": "x1", "bottom": "foot", "top": "head"}
        renderer = plot.add_glyph(source, Quad(**ends, fill_alpha=0, line_alpha=0))
    plot.add_tools(HoverTool(renderers=[renderer], tooltips=[("epoch", "@name"), ("", "@times")], visible=False))
    names = Text(x="middle", y="y", text="label", text_align="center", text_baseline="middle", text_font_size="10.5px")
    names.text_font = {"value": FONT}
    paint(names, theme, text_color="muted")
    plot.renderers.append(GlyphRenderer(data_source=source, glyph=names))


def shared_edges(batch: Batch) -> bool:
    """Whether every trial of the batch has the same epochs at the same times."""
    return all(bool(np.all(steps == steps[:1])) for steps in batch.epochs.values())
