"""The structure of a network: its matrices with signs, missing and frozen connections, and its eigenvalues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    Legend,
    LegendItem,
    Line,
    Model,
    Quad,
    Rect,
    Segment,
)
from numpy.typing import NDArray

from rnnlab.figures.paint import LiveFigure, dress, legend_item, paint
from rnnlab.figures.picks import CLICK, POINTING, box_tool
from rnnlab.figures.theme import LIGHT, Theme
from rnnlab.figures.weights import GAP, MATRICES, SIDE, WeightsFigure

if TYPE_CHECKING:
    from rnnlab.analysis import Structure

TAKE = """
if (geometry != null && !final) return
const {x0, x1, y0, y1} = geometry ?? {x0: cb_obj.x, x1: cb_obj.x, y0: cb_obj.y, y1: cb_obj.y}
pointed.data = {x0: [x0], x1: [x1], y0: [y0], y1: [y1], n: [pointed.data.n[0] + 1]}
"""
"""What a person drags over, or clicks on, as data."""


class StructureFigure(LiveFigure):
    """The matrices of `WeightsFigure` with what is asked of them, beside the eigenvalues.

    Missing connections are grey, entries that do not learn are hatched, areas are parted by lines; the dashed circle
    is the spectral radius asked for. A drag over a matrix, or a click, marks a block of it: see `block`.

    Args:
        structure: what to draw.
        theme: colours.
        height: pixels.
    """

    def __init__(self, structure: Structure, theme: Theme = LIGHT, height: int = 430) -> None:
        super().__init__(theme, ("absent", "frozen", "areas", "asked", "marked", "block"))
        self._weights = WeightsFigure(_shown(structure), **_eigenvalues(structure), theme=theme, height=height)
        self.sources |= self._weights.sources
        self.root = self._weights.root
        self.matrix, self._plane = self._weights.matrix, self._weights.plane
        self._overlay(theme)
        circle = Line(x="x", y="y", line_dash="dashed", line_width=1.6)
        asked = self._plane.add_glyph(self.sources["asked"], paint(circle, theme, line_color="accent"))
        self._asked = LegendItem(label="radius asked for", renderers=[asked])
        self._legend(self._plane).items.append(self._asked)
        self._listen()
        self.update(structure)
        for plot in (self.matrix, self._plane):
            dress(plot, theme)

    def _overlay(self, theme: Theme) -> None:
        for mapper in self._weights.mappers.values():
            paint(mapper, theme, nan_color="axis")
        hatch = Quad(left="left", right="right", bottom="bottom", top="top", fill_alpha=0.0, line_color=None)
        hatch.update(hatch_pattern="/", hatch_scale=6.0, hatch_weight=0.8, hatch_alpha=0.75)
        self.matrix.add_glyph(self.sources["frozen"], paint(hatch, theme, hatch_color="text"))
        lines = Segment(x0="x0", x1="x1", y0="y0", y1="y1", line_width=1.4)
        self.matrix.add_glyph(self.sources["areas"], paint(lines, theme, line_color="text"))
        mark = Quad(left="left", right="right", bottom="bottom", top="top", fill_alpha=0.0, line_width=2)
        self.matrix.add_glyph(self.sources["marked"], paint(mark, theme, line_color="chosen"))
        swatch = paint(Rect(x="x", y="y", width=1, height=1, line_color=None), theme, fill_color="axis")
        stripes = Rect(x="x", y="y", width=1, height=1, line_color=None, fill_alpha=0.0)
        stripes.update(hatch_pattern="/", hatch_scale=6.0, hatch_weight=0.8)
        self._absent = legend_item(self.matrix, "no connection", swatch)
        self._frozen = legend_item(self.matrix, "does not learn", paint(stripes, theme, hatch_color="text"))
        self._legend(self.matrix).items.extend([self._absent, self._frozen])

    @staticmethod
    def _legend(plot: Any) -> Legend:
        found: Legend = plot.select_one({"type": Legend})
        return found

    def _listen(self) -> None:
        """Let a drag mark a block. What was dragged over comes back as data, which reaches Python in a notebook too."""
        block: ColumnDataSource = self.sources["block"]
        block.data = {"x0": [np.nan], "x1": [np.nan], "y0": [np.nan], "y1": [np.nan], "n": [0]}
        box_tool(self.matrix)
        for event in POINTING:
            self.matrix.js_on_event(event, CustomJS(args={"pointed": block}, code=CLICK + TAKE))

    def update(self, structure: Structure) -> None:
        """Show another structure. Nothing is rebuilt."""
        self._structure = structure
        self._weights.update(_shown(structure), **_eigenvalues(structure))
        self._fill({"frozen": _rectangles(structure), "areas": _borders(structure.areas)})
        self._fill({"asked": _circle(structure.asked)})
        self._asked.visible = structure.asked is not None
        self._absent.visible = any(absent.any() for absent in structure.absent.values())
        self._frozen.visible = any(frozen.any() for frozen in structure.frozen.values())

    def block(self) -> tuple[str, slice, slice] | None:
        """What a person marked last: a matrix, its rows (to) and its columns (from); None where that is no matrix."""
        data = self.sources["block"].data
        x0, x1, y0, y1 = (float(data[name][0]) for name in ("x0", "x1", "y0", "y1"))
        if not np.isfinite((x0, x1, y0, y1)).all():
            return None
        name = _name_at((x0 + x1) / 2, (y0 + y1) / 2)
        if name not in self._structure.weights or name is None:
            return None
        x, y, width, height = FRAMES[name]
        n_rows, n_columns = self._structure.weights[name].shape
        rows = _between(1 - (max(y0, y1) - y) / height, 1 - (min(y0, y1) - y) / height, n_rows)
        return name, rows, _between((min(x0, x1) - x) / width, (max(x0, x1) - x) / width, n_columns)

    def frame(self, name: str = "", rows: slice = slice(0), columns: slice = slice(0)) -> None:
        """Draw a frame around a block; without a name around nothing."""
        if name not in self._structure.weights:
            self._fill({"marked": {"left": [], "right": [], "bottom": [], "top": []}})
            return
        self._fill({"marked": _quads(name, self._structure.weights[name].shape, [(rows, columns)])})


FRAMES = {"W_in": (-SIDE - GAP, 0.0, SIDE, 1.0), "W_rec": (0.0, 0.0, 1.0, 1.0), "W_out": (0.0, -SIDE - GAP, 1.0, SIDE)}
"""Left, bottom, width and height of each matrix."""


def _name_at(x: float, y: float) -> str | None:
    for name, (left, bottom, width, height) in FRAMES.items():
        if left <= x <= left + width and bottom <= y <= bottom + height:
            return name
    return None


def _between(start: float, end: float, n: int) -> slice:
    """The entries that a stretch from 0 to 1 touches."""
    first, last = (min(max(int(np.floor(each * n)), 0), n - 1) for each in (start, end))
    return slice(first, last + 1)


def _shown(structure: Structure) -> dict[str, NDArray]:
    """The weights, NaN where there is no connection."""
    return {name: np.where(structure.absent[name], np.nan, structure.weights[name]) for name in MATRICES}


def _eigenvalues(structure: Structure) -> dict[str, Any]:
    found = structure.spectrum
    return {"eigenvalues": found.eigenvalues, "disc": found.disc, "edge": found.edge}


def _rectangles(structure: Structure) -> dict[str, Any]:
    """What does not learn, as few rectangles."""
    parts = [
        _quads(name, mask.shape, blocks(mask))
        for name, mask in structure.frozen.items()
        if name != "W_in" or len(mask) == structure.n_units
    ]
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def blocks(mask: NDArray[np.bool_]) -> list[tuple[slice, slice]]:
    """Rectangles that cover the true entries of a mask once: equal runs of neighbouring rows are put together.

    >>> blocks(np.array([[0, 1, 1], [0, 1, 1], [1, 0, 0]], dtype=bool))
    [(slice(0, 2, None), slice(1, 3, None)), (slice(2, 3, None), slice(0, 1, None))]
    """
    begun: dict[tuple[int, int], int] = {}
    done = []
    for row in range(len(mask) + 1):
        runs = set(_runs(mask[row])) if row < len(mask) else set()
        ended = [run for run in begun if run not in runs]
        done += [(slice(begun.pop(run), row), slice(*run)) for run in ended]
        for run in runs - set(begun):
            begun[run] = row
    return sorted(done, key=lambda block: (block[0].start, block[1].start))


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def _quads(name: str, shape: tuple[int, ...], places: list[tuple[slice, slice]]) -> dict[str, Any]:
    x, y, width, height = FRAMES[name]
    rows = np.array([(rows.start, rows.stop) for rows, _ in places], dtype=float).reshape(-1, 2) / shape[0]
    columns = np.array([(columns.start, columns.stop) for _, columns in places], dtype=float).reshape(-1, 2) / shape[1]
    return {
        "left": x + width * columns[:, 0],
        "right": x + width * columns[:, 1],
        "bottom": y + height * (1 - rows[:, 1]),
        "top": y + height * (1 - rows[:, 0]),
    }


def _borders(areas: NDArray[np.int64]) -> dict[str, Any]:
    """Lines between areas, across the recurrent matrix."""
    at = np.flatnonzero(np.diff(areas)) + 1 if len(areas) else np.empty(0)
    at = at / max(len(areas), 1)
    zero, one = np.zeros(len(at)), np.ones(len(at))
    return {
        "x0": np.concatenate([at, zero]),
        "x1": np.concatenate([at, one]),
        "y0": np.concatenate([zero, 1 - at]),
        "y1": np.concatenate([one, 1 - at]),
    }


def _circle(radius: float | None) -> dict[str, Any]:
    angle = np.linspace(0, 2 * np.pi, 181) if radius else np.empty(0)
    return {"x": (radius or 0.0) * np.cos(angle), "y": (radius or 0.0) * np.sin(angle)}


def structure(structure: Structure, theme: Theme = LIGHT, height: int = 430) -> Model:
    """A network's structure as a Bokeh layout; the arguments are those of `StructureFigure`."""
    return StructureFigure(structure, theme, height).root
