"""Example trials as strips: every channel has a lane, trials stand side by side, time runs in milliseconds.

One canvas holds everything, so that a slider of the task redraws one plot. Colour says the role (input, target,
output), the lane says the channel. The target is drawn thick where it counts for the loss and dotted where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.core.property.descriptors import UnsetValueError
from bokeh.models import (
    FixedTicker,
    Image,
    Legend,
    LegendItem,
    Line,
    LinearAxis,
    LinearColorMapper,
    Model,
    Quad,
    Range1d,
    Text,
)
from numpy.typing import NDArray

from rnnlab.analysis import Marked
from rnnlab.figures.conditions import conditions, heading
from rnnlab.figures.epochs import band_data, draw_bands, fitted, stretches
from rnnlab.figures.paint import LEGEND_ABOVE, LiveFigure, blank, dress, follow, legend_item, paint
from rnnlab.figures.picks import Box, Pick
from rnnlab.figures.scales import decimate, label, nice_ticks
from rnnlab.figures.theme import FONT, LIGHT, Theme

if TYPE_CHECKING:
    from rnnlab.tasks import Batch

MOST_LANES = 10
"""Groups of more channels are drawn as an image."""

BOLD = 1.12
"""How much wider than an epoch's name the letters of a heading are."""

IMAGE_LANES = 3.0
"""Height of that image, in lanes."""

POINTS = 1200
"""Most points of one trace."""

GAP, BETWEEN = 0.3, 0.55
"""Space between lanes and between the inputs and the outputs, in lanes."""

CLEAR = 14
"""Fewest pixels between lanes: the values at their edges and the thick line of a target stay apart."""

NAMED_LEFT = 96
"""Pixels left of the frame: the channels' names and their values."""

WIDTH = 520
"""Pixels of frame that are assumed for fitting names, until the browser has said how wide it is."""


@dataclass(frozen=True)
class Group:
    """The inputs, or the outputs with their targets: where their lanes are and which values these span.

    ``bottom`` of each channel is the y coordinate of ``low``; a lane is one high. An image is one tall lane.
    """

    names: tuple[str, ...]
    bottoms: tuple[float, ...]
    low: float
    high: float
    image: bool

    def place(self, channel: int, values: NDArray) -> NDArray:
        """y coordinates of a channel's values."""
        return self.bottoms[channel] + (values - self.low) / (self.high - self.low)

    def ticks(self, lane: float) -> dict[float, str]:
        """Labelled values, by y coordinate, as many as a lane of that many pixels has room for."""
        if self.image:
            return {}
        values = nice_ticks(self.low, self.high, 3 if lane > 1.6 * _TEXT_LINE else 2)
        if lane < 1.4 * _TEXT_LINE:
            values = [values[0], values[-1]] if len(values) > 1 else values
        return {bottom + (v - self.low) / (self.high - self.low): label(v) for bottom in self.bottoms for v in values}

    def channels(self, lane: float) -> dict[float, str]:
        """Names of the channels, by y coordinate, on two lines where a lane of that many pixels has room for them."""
        if self.image:
            middle = self.bottoms[0] + IMAGE_LANES / 2
            return {middle: f"{len(self.names)} channels"}
        names = folded(self.names) if lane > 1.6 * _TEXT_LINE else shortened(self.names)
        return {bottom + 0.5: name for bottom, name in zip(self.bottoms, names, strict=True)}

    def zeros(self) -> list[float]:
        """y coordinates of the value zero."""
        return [] if self.image else [bottom - self.low / (self.high - self.low) for bottom in self.bottoms]


@dataclass(frozen=True)
class Strips:
    """Where everything stands on the canvas: outputs below, inputs above them, two lines of text on top."""

    inputs: Group
    outputs: Group
    top: float
    head: float
    lane: float

    @property
    def height(self) -> int:
        """Pixels that give the lanes a readable height."""
        return round(self.top * self.lane + 2.7 * _TEXT_LINE + 52)


_TEXT_LINE = 18


@dataclass(frozen=True)
class Room:
    """How much height lanes have: pixels for all of them, and for the lowest and the highest of one."""

    lanes: float
    least: float
    most: float

    def lane(self, n_lanes: float) -> float:
        """Pixels of one of so many lanes."""
        return float(np.clip(self.lanes / max(n_lanes, 1), self.least, self.most))


AMPLE, COMPACT = Room(300, 30, 56), Room(116, 17, 40)
"""For a figure by itself, and for one that stays in sight beside other things."""


def shortened(names: Sequence[str], most: int = 13) -> list[str]:
    """Names cut to so many letters: at their end, or in the middle where others would look the same.

    >>> shortened(["fixation", "signed_coherence", "rule_delay_anti", "rule_delay_antimatch"])
    ['fixation', 'signed coher…', 'rule…anti', 'rul…antimatch']
    """
    plain = [name.replace("_", " ") for name in names]
    cut = [name if len(name) <= most else name[: most - 1] + "…" for name in plain]
    return [
        short if short == name or cut.count(short) == 1 else _waisted(name, most)
        for name, short in zip(plain, cut, strict=True)
    ]


def folded(names: Sequence[str], most: int = 13) -> list[str]:
    """Names on two lines where one is too short for them, and cut where two are.

    >>> folded(["fixation", "signed_coherence", "antidisestablishment"])
    ['fixation', 'signed\\ncoherence', 'antidisestab…']
    """
    plain = [name.replace("_", " ") for name in names]
    return [_two_lines(name, most) or short for name, short in zip(plain, shortened(names, most), strict=True)]


def _two_lines(name: str, most: int) -> str:
    """A name that is too long for a line, broken at a space; nothing where it is not, or is too long for two."""
    breaks = [i for i, letter in enumerate(name) if letter == " " and i <= most and len(name) - i - 1 <= most]
    if len(name) <= most or not breaks:
        return ""
    at = min(breaks, key=lambda i: abs(2 * i - len(name)))
    return f"{name[:at]}\n{name[at + 1 :]}"


def _waisted(name: str, most: int) -> str:
    """A name cut in the middle: its last word stays, or as much of it as there is room for beside three letters."""
    end = name.rpartition(" ")[2][4 - most :]
    return name[: min(4, most - 1 - len(end))] + "…" + end


def _bounds(values: NDArray) -> tuple[float, float]:
    """A range that holds the values and zero and changes seldom while a slider moves."""
    low, high = float(np.nanmin(values, initial=0.0)), float(np.nanmax(values, initial=0.0))
    notch = 0.5 if max(high, -low) > 0.5 else 0.1
    low, high = np.floor(low / notch + 0.2) * notch, np.ceil(high / notch - 0.2) * notch
    return (float(low), float(high)) if high > low else (0.0, 1.0)


def _group(names: tuple[str, ...], base: float, values: NDArray, gap: float) -> tuple[Group, float]:
    """Lanes of a group that starts at ``base``, first channel on top, ``gap`` lanes apart; and where the group ends."""
    low, high = _bounds(values)
    if len(names) > MOST_LANES:
        return Group(names, (base,), low, high, True), base + IMAGE_LANES
    bottoms = tuple(base + (1 + gap) * i for i in reversed(range(len(names))))
    return Group(names, bottoms, low, high, False), base + (1 + gap) * len(names) - gap * bool(names)


def _lane(room: Room, *sides: tuple[str, ...]) -> float:
    """Pixels of a lane, if the lanes stand as close as tall ones may."""
    tall = [IMAGE_LANES if len(names) > MOST_LANES else len(names) + GAP * max(len(names) - 1, 0) for names in sides]
    return room.lane(sum(tall) + BETWEEN + 0.24)


def _distinct(ins: Sequence[str], outs: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of channels, told apart where an input and an output share one."""
    both = set(ins) & set(outs)
    return (
        tuple(f"{name} in" if name in both else name for name in ins),
        tuple(f"{name} out" if name in both else name for name in outs),
    )


def strips(batch: Batch, trials: Sequence[int], outputs: NDArray | None, room: Room = AMPLE) -> Strips:
    """Lay out the lanes for some trials of a batch."""
    shown = [batch.targets[list(trials)]] + ([] if outputs is None else [outputs[list(trials)]])
    ins, outs = _distinct(batch.task.input_names, batch.task.output_names)
    lane = _lane(room, ins, outs)
    gap = max(GAP, CLEAR / lane)
    lower, end = _group(outs, 0.12, np.concatenate([s.ravel() for s in shown]), gap)
    upper, end = _group(ins, end + gap + BETWEEN - GAP, batch.inputs[list(trials)].ravel(), gap)
    top = end + 0.12
    return Strips(upper, lower, top, 2.7 * _TEXT_LINE / lane, lane)


def staircase(y: NDArray, dt: float) -> tuple[NDArray, NDArray]:
    """A signal that is constant within steps, as corner points; a line through the steps where it changes too often.

    Args:
        y: (step,) value during each step.
        dt: ms of a step.

    >>> staircase(np.array([0.0, 0, 0, 0, 1, 1, 1, 1]), 10.0)
    (array([ 0., 40., 40., 80.]), array([0., 0., 1., 1.]))
    """
    n = len(y)
    same = (y[1:] == y[:-1]) | (np.isnan(y[1:]) & np.isnan(y[:-1]))
    starts = np.flatnonzero(np.concatenate([[n > 0], ~same]))
    if len(starts) > max(n // 4, 2):
        return decimate((np.arange(n) + 0.5) * dt, y, POINTS)
    stops = np.append(starts[1:], n)
    return np.stack([starts, stops], axis=1).ravel() * dt, np.repeat(y[starts], 2)


def _joined(pieces: list[tuple[NDArray, NDArray]]) -> dict[str, NDArray]:
    """Pieces of line as one line with gaps."""
    gap = np.array([np.nan])
    xs = [part for x, _ in pieces for part in (x, gap)]
    ys = [part for _, y in pieces for part in (y, gap)]
    x, y = (np.concatenate(parts) if parts else np.empty(0) for parts in (xs, ys))
    return {"x": x.astype(np.float32), "y": y.astype(np.float32)}


def _traces(group: Group, values: NDArray, columns: list[tuple[int, float]], batch: Batch) -> dict[str, NDArray]:
    """Lines of all channels of all shown trials; ``columns`` are (trial, offset in ms)."""
    pieces = []
    for trial, offset in columns:
        n = int(batch.lengths[trial])
        for channel in range(0 if group.image else values.shape[2]):
            x, y = staircase(values[trial, :n, channel].astype(float), batch.dt)
            pieces.append((x + offset, group.place(channel, y)))
    return _joined(pieces)


def _images(group: Group, values: NDArray, columns: list[tuple[int, float]], batch: Batch) -> dict[str, list[Any]]:
    """The same as one picture per trial, first channel on top."""
    shown = columns if group.image else []
    lengths = [int(batch.lengths[trial]) for trial, _ in shown]
    return {
        "image": [np.ascontiguousarray(values[t, :n, ::-1].T) for (t, _), n in zip(shown, lengths, strict=True)],
        "x": [offset for _, offset in shown],
        "y": [group.bottoms[0]] * len(shown) if shown else [],
        "dw": [n * batch.dt for n in lengths],
        "dh": [IMAGE_LANES] * len(shown),
    }


def _choose(batch: Batch, trials: Sequence[int] | int | None) -> list[int]:
    if trials is None:
        return list(range(min(3, batch.n_trials)))
    chosen = [trials] if isinstance(trials, int) else [int(t) for t in trials]
    for trial in chosen:
        if not -batch.n_trials <= trial < batch.n_trials:
            raise ValueError(f"trials: there is no trial {trial} in a batch of {batch.n_trials}; count from 0")
    return chosen


class TrialFigure(LiveFigure):
    """Example trials, side by side. A click on a trial picks it, one on its heading the condition that it is of; `mark`
    frames it.

    Args:
        batch: trials of a task.
        trials: which to show; the first three if not given.
        outputs: (trial, time, channel) of the same batch, drawn over the targets.
        correct: (trial,) marks each heading with right or wrong.
        theme: colours.
        width: pixels of the frame, for fitting names; what the browser says goes before it.
        room: how high the lanes are.
    """

    def __init__(
        self,
        batch: Batch,
        trials: Sequence[int] | int | None = None,
        outputs: NDArray | None = None,
        correct: NDArray | None = None,
        theme: Theme = LIGHT,
        width: int = WIDTH,
        room: Room = AMPLE,
    ) -> None:
        super().__init__(
            theme,
            ("inputs", "target", "unscored", "outputs", "input images", "target images", "bands", "heads", "marked"),
        )
        self._mappers = {name: LinearColorMapper() for name in ("input images", "target images")}
        self._ticks, self._times, self._zeros = FixedTicker(), FixedTicker(), FixedTicker()
        self._names = FixedTicker()
        self._width, self._room = width, room
        self.root = self._plot = self._build(theme)
        self.readers = [(self._plot, self._trial_at)]
        self.update(batch, trials, outputs, correct)
        dress(self._plot, theme)
        self.growing = tuple(self._drawn_from("outputs"))

    def _build(self, theme: Theme) -> Any:
        plot = blank(
            theme,
            x_label="time (ms)",
            dimensions="width",
            left=NAMED_LEFT,
            x_range=Range1d(start=0, end=1),
            y_range=Range1d(start=0, end=1),
        )
        draw_bands(plot, self.sources["bands"], theme)
        for name, mapper in self._mappers.items():
            paint(mapper, theme, palette="sequential")
            plot.add_glyph(
                self.sources[name], Image(image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=mapper)
            )
        items = [self._line(plot, theme, *row) for row in _LINES]
        self._draw_heads(plot, theme)
        frame = Quad(left="left", right="right", bottom="bottom", top="top", fill_alpha=0, line_width=1.5)
        plot.add_glyph(self.sources["marked"], paint(frame, theme, line_color="chosen"))
        self._draw_axes(plot, theme)
        legend = Legend(items=items, **LEGEND_ABOVE)
        plot.add_layout(legend, "above")
        return plot

    def _line(self, plot: Any, theme: Theme, source: str, role: str, text: str, style: dict[str, Any]) -> LegendItem:
        glyph = Line(x="x", y="y", line_cap="butt", line_join="round", **style)
        paint(glyph, theme, line_color=role)
        plot.add_glyph(self.sources[source], glyph)
        return legend_item(plot, text, glyph)

    def _draw_heads(self, plot: Any, theme: Theme) -> None:
        heads = Text(x="x", y="y", text="text", text_baseline="middle", x_offset=4)
        heads.update(text_font={"value": FONT}, text_font_size="11.5px", text_font_style="bold")
        paint(heads, theme, text_color="text")
        plot.add_glyph(self.sources["heads"], heads)

    def _draw_axes(self, plot: Any, theme: Theme) -> None:
        plot.xaxis.ticker, plot.yaxis.ticker = self._times, self._ticks
        plot.yaxis.update(axis_line_color=None, major_label_text_font_size="9.5px", major_tick_out=3)
        names = LinearAxis(ticker=self._names, axis_line_color=None, major_tick_line_color=None, major_tick_out=0)
        names.update(major_label_standoff=2, major_label_text_font_size="11px")
        paint(names, theme, major_label_text_color="text")
        plot.add_layout(names, "left")
        plot.xgrid.visible = False
        plot.ygrid.ticker = self._zeros
        self._axes: tuple[Model, ...] = (plot.xaxis[0], plot.yaxis[0], names)

    def update(
        self,
        batch: Batch,
        trials: Sequence[int] | int | None = None,
        outputs: NDArray | None = None,
        correct: NDArray | None = None,
    ) -> None:
        """Show other trials, or the same with other outputs. Nothing is rebuilt."""
        chosen = _choose(batch, trials)
        layout = strips(batch, chosen, outputs, self._room)
        longest = float(max(batch.lengths[chosen], default=1)) * batch.dt
        pitch = longest * 1.06
        columns = [(trial, i * pitch) for i, trial in enumerate(chosen)]
        self._fill(_data(batch, columns, outputs, correct, layout, self._pixels / (pitch * len(chosen))))
        self._set_axes(batch, layout, columns, pitch, longest)
        self._shown = batch, layout, columns
        self.mark(self.marked)

    def _trial_at(self, box: Box) -> Pick | None:
        batch, layout, columns = self._shown
        for trial, offset in columns if box.is_click else ():
            if offset <= box.left <= offset + float(batch.lengths[trial]) * batch.dt:
                of = conditions(batch)
                if box.bottom > layout.top + 0.5 * layout.head and of.each:
                    return Pick(condition=of.each[of.of[trial]])
                return Pick(trial=trial)
        return None

    def mark(self, marked: Marked) -> None:
        """Frame a trial, by its number in the batch that is shown."""
        self.marked = marked
        batch, layout, columns = self._shown
        ends = [(at, at + float(batch.lengths[trial]) * batch.dt) for trial, at in columns if trial == marked.trial]
        sides = {"left": [a for a, _ in ends], "right": [b for _, b in ends]}
        self._fill({"marked": sides | {"bottom": [0.0] * len(ends), "top": [layout.top] * len(ends)}})

    @property
    def _pixels(self) -> float:
        try:
            return float(self._plot.inner_width or self._width)
        except UnsetValueError:  # no browser has drawn it yet
            return float(self._width)

    def _set_axes(
        self, batch: Batch, layout: Strips, columns: list[tuple[int, float]], pitch: float, longest: float
    ) -> None:
        x_range, y_range = self._plot.x_range, self._plot.y_range
        end = pitch * len(columns) - (pitch - longest) if columns else 1.0
        follow(x_range, 0, end)
        tall = layout.top + layout.head
        follow(y_range, 0, tall)
        self._plot.height = layout.height
        ticks = nice_ticks(0, longest, max(2, 12 // max(len(columns), 1)))
        room = {trial: min(int(batch.lengths[trial]) * batch.dt, 0.93 * longest) for trial, _ in columns[:-1]}
        times = {offset + t: label(t) for trial, offset in columns for t in ticks if t <= room.get(trial, longest)}
        values = layout.outputs.ticks(layout.lane) | layout.inputs.ticks(layout.lane)
        names = layout.outputs.channels(layout.lane) | layout.inputs.channels(layout.lane)
        tickers = (self._times, self._ticks, self._names)
        for axis, ticker, labels in zip(self._axes, tickers, (times, values, names), strict=True):
            ticker.ticks = list(labels)
            axis.major_label_overrides = labels
        self._zeros.ticks = layout.outputs.zeros() + layout.inputs.zeros()
        for name, group in (("input images", layout.inputs), ("target images", layout.outputs)):
            self._mappers[name].update(low=group.low, high=group.high)


_LINES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("inputs", "input", "input", {"line_width": 1.2}),
    ("unscored", "target", "target, not scored", {"line_width": 1.6, "line_dash": [2, 3]}),
    ("target", "target", "target", {"line_width": 4.5, "line_alpha": 0.8}),
    ("outputs", "output", "output", {"line_width": 1.8}),
)


def _data(
    batch: Batch,
    columns: list[tuple[int, float]],
    outputs: NDArray | None,
    correct: NDArray | None,
    layout: Strips,
    pixels_per_ms: float,
) -> dict[str, dict[str, Any]]:
    """The columns of every source."""
    counts = batch.mask > 0
    counts = np.broadcast_to(counts, batch.targets.shape)
    lower = layout.outputs
    line = layout.head / 2.7
    bands = [(offset, stretches(batch, trial)) for trial, offset in columns]
    marks = {trial: "" if correct is None else ("  ✓" if correct[trial] >= 0.5 else "  ✗") for trial, _ in columns}
    return {
        "inputs": _traces(layout.inputs, batch.inputs, columns, batch),
        "target": _traces(lower, np.where(counts, batch.targets, np.nan), columns, batch),
        "unscored": _traces(lower, np.where(counts, np.nan, batch.targets), columns, batch),
        "outputs": _joined([]) if outputs is None else _traces(lower, outputs, columns, batch),
        "input images": _images(layout.inputs, batch.inputs, columns, batch),
        "target images": _images(lower, batch.targets if outputs is None else outputs, columns, batch),
        "bands": band_data(bands, pixels_per_ms, layout.top + 0.75 * line),
        "heads": {
            "x": [offset for _, offset in columns],
            "y": [layout.top + 1.95 * line] * len(columns),
            "text": _heads(batch, marks, pixels_per_ms),
        },
    }


def _heads(batch: Batch, marks: dict[int, str], pixels_per_ms: float) -> list[str]:
    """What was drawn for each trial, as much of it as fits above the longest trial: of all of them the same."""
    room = float(batch.lengths.max()) * batch.dt * pixels_per_ms / BOLD
    for most in (2, 1):
        texts = [heading(batch, trial, most) + mark for trial, mark in marks.items()]
        if all(fitted(text, room) == text for text in texts):
            break
    return [fitted(text, room) for text in texts]


def trial(
    batch: Batch,
    trials: Sequence[int] | int | None = None,
    outputs: NDArray | None = None,
    correct: NDArray | None = None,
    theme: Theme = LIGHT,
    width: int = WIDTH,
) -> Model:
    """Example trials as a Bokeh figure; the arguments are those of `TrialFigure`."""
    return TrialFigure(batch, trials, outputs, correct, theme, width).root
