"""The colours of rnnlab: one restrained palette whose meanings are the same in every figure.

A `Theme` names colours by what they stand for (an input, a target, an inhibitory weight), never by hue, so that a
reader who has learned one figure can read all of them. The role colours and the categorical palette stay apart for
readers with deuteranopia and protanopia, and every mark has a contrast of about 3:1 or more to its ground; tests hold
both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from bokeh.palettes import Cividis256

FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
"""Fonts that a reader's machine already has; nothing is fetched."""

Palette: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """Colours by meaning, as ``#rrggbb``.

    Attributes:
        name: ``"light"`` or ``"dark"``.
        page, surface: behind the figures; the ground of a figure.
        text, muted: titles and names; axis labels, ticks and remarks.
        axis, grid: axis lines; the faint lines behind the data.
        input, target, output: the three signals of a trial.
        excitatory, inhibitory: signs of weights and of units.
        accent: controls.
        chosen: what the reader has picked, on any palette.
        reference: lines to compare with (chance, the unit circle, the criterion that stops a training).
        epoch, scored: shades of the stretches of a trial; ``scored`` where the target counts.
        categorical: conditions without an order.
        graded, signed: stops of the ramps for conditions with an order: of one sign; of both, with zero in the middle.
        sequential: activity, low to high; perceptually uniform.
        diverging: weights, inhibitory through the surface to excitatory; odd length, so zero is the surface.
    """

    name: str
    page: str
    surface: str
    text: str
    muted: str
    axis: str
    grid: str
    input: str
    target: str
    output: str
    excitatory: str
    inhibitory: str
    accent: str
    chosen: str
    reference: str
    epoch: str
    scored: str
    categorical: Palette
    graded: Palette
    signed: Palette
    sequential: Palette
    diverging: Palette

    def conditions(self, kind: str, n: int) -> Palette:
        """Colours of ``n`` conditions that are ``"plain"``, ``"output"``, ``"categorical"``, ``"graded"`` or
        ``"signed"``."""
        if kind in ("plain", "output"):
            return (self.reference if kind == "plain" else self.output,) * n
        if kind == "categorical":
            return tuple(self.categorical[i % len(self.categorical)] for i in range(n))
        return ramp(*getattr(self, kind), n=n)


def ramp(*stops: str, n: int = 257) -> Palette:
    """``n`` colours through the ``#rrggbb`` stops, evenly spaced.

    >>> ramp("#000000", "#ffffff", n=3)
    ('#000000', '#808080', '#ffffff')
    """
    channels = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], dtype=float)
    at = np.linspace(0, len(stops) - 1, n)
    mixed = [np.interp(at, np.arange(len(stops)), channels[:, k]) for k in range(3)]
    return tuple("#{:02x}{:02x}{:02x}".format(*(int(v + 0.5) for v in rgb)) for rgb in zip(*mixed, strict=True))


LIGHT = Theme(
    name="light",
    page="#f4f5f7",
    surface="#ffffff",
    text="#1c2128",
    muted="#57606a",
    axis="#b3bac3",
    grid="#e9ecef",
    input="#46907f",
    target="#c68709",
    output="#4a1f73",
    excitatory="#b83a26",
    inhibitory="#3a88cc",
    accent="#0b6e99",
    chosen="#ff4f8b",
    reference="#8a939e",
    epoch="#eef0f3",
    scored="#fdf5e3",
    categorical=("#1f5fa8", "#d97410", "#0f8f73", "#c2589c", "#7a4a12", "#3d97d3"),
    graded=("#5ba3cf", "#1f5fa8", "#0c1c45"),
    signed=("#1f5fa8", "#9aa1aa", "#d97410"),
    sequential=tuple(Cividis256),
    diverging=ramp("#123f66", "#3a88cc", "#ffffff", "#b83a26", "#5e150b"),
)

DARK = Theme(
    name="dark",
    page="#0e1116",
    surface="#15191f",
    text="#e6e9ed",
    muted="#9aa4b0",
    axis="#4a525d",
    grid="#232931",
    input="#2fae8a",
    target="#f0c53a",
    output="#e0d0f8",
    excitatory="#dc5a26",
    inhibitory="#459cf1",
    accent="#5cc3ee",
    chosen="#ff4f8b",
    reference="#7d8792",
    epoch="#1d232b",
    scored="#24231b",
    categorical=("#5b9cf0", "#f08f3a", "#33b894", "#ec9fd0", "#b98a4a", "#a9d8ff"),
    graded=("#3f74b5", "#7fb2ee", "#eaf4ff"),
    signed=("#5b9cf0", "#7d8792", "#f08f3a"),
    sequential=tuple(Cividis256),
    diverging=ramp("#b9dcff", "#459cf1", "#15191f", "#dc5a26", "#ffcfb0"),
)

THEMES = {"light": LIGHT, "dark": DARK}
