"""A plot of three coordinates that a reader turns, with plain Bokeh: no WebGL, no Python behind it.

Every source holds its three coordinates (``x3``, ``y3``, ``z3``) beside the two that are drawn. ``space.js`` computes
the latter anew where the plot is dragged; `turned` (in
`rnnlab.analysis.state_space`) is the same map in Python, for the first look.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import Button, ColumnDataSource, CustomJS, MultiLine, Range1d, ResetTool, SaveTool, Text
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis.state_space import turned
from rnnlab.figures.paint import ACT, blank, paint
from rnnlab.figures.theme import FONT, Theme

Floats = NDArray[np.float64]
Columns = dict[str, dict[str, Any]]

AZIMUTH, TILT = -55.0, 22.0
"""Degrees from which a space is looked at at first."""

FAINTEST = 0.2
"""How strong what is farthest away is drawn."""

PIECES = 8
"""Parts that each line is cut into, so that it fades as it goes away."""

ROOM = 0.96
"""Half the height of the frame, in radii of a sphere that holds everything: corners of the box may leave."""

NAMES = 1.22
"""How far out the axes are named, as a share of their distance from the middle."""

BESIDE, ABOVE = 18, 44
"""Pixels of the plot beside its frame, and above and below it: legend and borders."""

BUTTON = f"""
:host {{ flex: none; }}
.bk-btn {{ background: transparent; color: inherit; font: 12px {FONT}; padding: 2px 9px; border: 1px solid currentColor;
  border-radius: 4px; opacity: 0.85; box-shadow: none; }}
.bk-btn:hover {{ background: transparent; color: inherit; opacity: 1; text-decoration: underline; }}
.bk-btn:focus-visible {{ outline: 2px solid currentColor; outline-offset: 2px; }}
"""

WRAP = ":host { flex-wrap: wrap; gap: 6px; }"

TURNS = {
    "Turn left": "left",
    "Turn right": "right",
    "Tilt up": "up",
    "Tilt down": "down",
    "Home": "home",
}


def strength(away: ArrayLike, radius: float) -> Floats:
    """How strong something is drawn that is so far behind the middle (in front where negative)."""
    nearness = np.clip(0.5 - np.asarray(away, float) / (2 * radius), 0, 1)
    return FAINTEST + (1 - FAINTEST) * nearness


def scattered(points: Floats, radius: float, **more: Any) -> dict[str, Any]:
    """Columns of points (point, 3), and what else is known of each."""
    x3, y3, z3 = points.reshape(-1, 3).T.astype(np.float32)
    right, up, away = turned(np.stack([x3, y3, z3], axis=1), AZIMUTH, TILT).T
    return {"x": right, "y": up, "alpha": strength(away, radius), "x3": x3, "y3": y3, "z3": z3} | more


def lines(each: Sequence[NDArray[Any]], radius: float, **more: Any) -> dict[str, Any]:
    """Columns of lines, each (point, 3), and what else is known of each."""
    each = [np.asarray(line, np.float32) for line in each]
    seen = [turned(line, AZIMUTH, TILT) for line in each]
    data: dict[str, Any] = {
        "xs": [np.float32(line[:, 0]) for line in seen],
        "ys": [np.float32(line[:, 1]) for line in seen],
        "alpha": [float(strength(line[:, 2].mean(), radius)) for line in seen],
    }
    for k, name in enumerate(("x3", "y3", "z3")):
        data[name] = [line[:, k] for line in each]
    return data | more


THREE = ("x3", "y3", "z3")


def three(columns: dict[str, Any]) -> Floats:
    """(point, 3) coordinates of points."""
    return np.stack([np.asarray(columns[name], float) for name in THREE], axis=1)


def three_of_each(columns: dict[str, Any]) -> list[Floats]:
    """(point, 3) coordinates of each of some lines."""
    return [np.stack(each, axis=1) for each in zip(*(columns[name] for name in THREE), strict=True)]


def faded(columns: dict[str, Any], radius: float) -> Floats:
    """How strong points or lines are drawn at the first look."""
    if "xs" in columns:
        return strength([turned(line, AZIMUTH, TILT)[:, 2].mean() for line in three_of_each(columns)], radius)
    return strength(turned(three(columns), AZIMUTH, TILT)[:, 2], radius)


def pieces(line: Floats) -> list[Floats]:
    """A line as some shorter ones, end to end."""
    ends = np.unique(np.linspace(0, len(line) - 1, PIECES + 1).round().astype(int))
    return [line[a : b + 1] for a, b in itertools.pairwise(ends)]


class Space:
    """The plot, its frame of axes, and what turns it.

    Args:
        theme: colours.
        width, height: pixels of the frame; equal lengths in space are equal on the screen.
        sources: all that turns with it, by name; ``"frame"``, ``"names"`` and ``"camera"`` are made here.
            ``"look"`` says how strong and how wide each course is drawn, by what its lines say in a column ``course``.

    Attributes:
        plot: to draw in.
        root: the plot with the buttons that turn it.
    """

    def __init__(self, theme: Theme, width: int, height: int, sources: dict[str, ColumnDataSource]) -> None:
        self.sources, self.share = sources, width / height
        x, y = Range1d(start=-1, end=1), Range1d(start=-1, end=1)
        self.plot = blank(
            theme, x_range=x, y_range=y, frame_width=width, frame_height=height, sizing_mode="fixed",
            tools=[ResetTool(), SaveTool()], active_drag=None, left=8, right=8,
        )  # fmt: skip
        self.plot.update(width=width + BESIDE, height=height + ABOVE)
        self.plot.axis.visible = self.plot.grid.visible = False
        frame = MultiLine(xs="xs", ys="ys", line_alpha="alpha", line_width="width")
        self.plot.add_glyph(sources["frame"], paint(frame, theme, line_color="axis"))
        names = Text(x="x", y="y", text="text", text_align="center", text_baseline="middle", text_font_size="11px")
        names.text_font = {"value": FONT}
        self.plot.add_glyph(sources["names"], paint(names, theme, text_color="muted"))
        self.models: dict[str, Any] = {
            "camera": sources["camera"],
            "look": sources["look"],
            "drawn": [each for name, each in sources.items() if name not in ("camera", "look")],
        }
        self._listen()
        self.buttons = [self.button(label, action) for label, action in TURNS.items()]
        self.root = column(self.plot, row(*self.buttons, stylesheets=[WRAP]))

    def button(self, label: str, action: str, **more: Any) -> Button:
        """A button that calls something of ``space.js`` with these models and ``more``, and itself."""
        made = Button(label=label, stylesheets=[BUTTON])
        made.js_on_event("button_click", calls(action, self.models | more | {"button": made}))
        return made

    def _listen(self) -> None:
        self.plot.js_on_event("panstart", calls("hold", self.models))
        self.plot.js_on_event("pan", calls("drag", self.models))
        self.plot.js_on_event("reset", calls("home", self.models))
        again = calls("again", self.models)
        for name, source in self.sources.items():
            source.js_on_change("data", calls("project", self.models) if name in ("camera", "look") else again)

    def look_at(self, box: Floats, labels: list[str]) -> Columns:
        """Fit the axes around a box (2, 3) whose middle is 0; the columns of what is made here."""
        radius = float(np.linalg.norm(box[1])) or 1.0
        for axis, half in ((self.plot.x_range, radius * ROOM * self.share), (self.plot.y_range, radius * ROOM)):
            axis.update(start=-half, end=half, reset_start=-half, reset_end=half)
        edges, widths = _edges(box)
        names = np.array([[0.0, box[0, 1], box[0, 2]], [box[0, 0], 0.0, box[0, 2]], [box[0, 0], box[1, 1], 0.0]])
        camera = {"azimuth": [AZIMUTH] * 2, "tilt": [TILT] * 2, "radius": [radius] * 2}
        return {
            "frame": lines(edges, radius, width=widths),
            "names": scattered(names * NAMES, radius, text=labels),
            "camera": camera,
        }


AXIS = ((0, 0), (0, 0), (0, 1))
"""For each coordinate, at which ends of the two others the edge lies that is its axis."""


def _edges(box: Floats) -> tuple[list[Floats], list[float]]:
    """The edges of a box as lines, and how thick each is: the three axes stand out."""
    ends, widths = [], []
    for k in range(3):
        others = [j for j in range(3) if j != k]
        for a in (0, 1):
            for b in (0, 1):
                line = np.zeros((2, 3))
                line[:, k], line[:, others[0]], line[:, others[1]] = box[:, k], box[a, others[0]], box[b, others[1]]
                ends.append(line)
                widths.append(1.8 if (a, b) == AXIS[k] else 0.5)
    return ends, widths


@cache
def script() -> str:
    """``space.js``: what turns and plays."""
    return files("rnnlab.figures").joinpath("space.js").read_text(encoding="utf-8")


def calls(action: str, models: dict[str, Any]) -> CustomJS:
    """A callback that calls a function of ``space.js`` with these models."""
    return CustomJS(
        args={"models": models}, code=f"{script()}\nrnnlabSpace.{action}(models, cb_obj)", tags=[ACT + action]
    )
