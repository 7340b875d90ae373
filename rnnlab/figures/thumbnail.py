"""A task in a stamp: one clean trial as a small SVG, for galleries.

Epochs are bands, inputs stand above outputs, the target is thick where it is scored and dotted where it is not: the
colours and marks of the trial figure. Colours are CSS variables where no theme is given, so that one drawing serves
light and dark pages.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnlab.figures.epochs import stretches
from rnnlab.figures.scales import decimate
from rnnlab.figures.theme import LIGHT, Theme

if TYPE_CHECKING:
    from rnnlab.tasks import Batch, Task

WIDTH, HEIGHT = 200, 84
"""Size of the drawing in its own units; it scales to the width it is given."""

DEALT = 16
"""Trials from which the liveliest is drawn."""

MOST_LANES = 7
"""Groups of more channels are drawn as an image, three lanes high."""

POINTS = 64
"""Most points of a trace."""

MARGIN, GAP, BETWEEN = 4.0, 0.5, 0.8
"""Above and below, in units; between channels, and between inputs and outputs, in lanes."""

SCORED = 'stroke-width="2.6"'
UNSCORED = 'stroke-width="1.3" stroke-dasharray="1.5 2"'


def thumbnail(task: Task | Batch, theme: Theme | None = None, dt: float = 10, seed: int = 0) -> str:
    """One trial of a task without its noise, as the text of an SVG.

    Args:
        task: a task, of which the liveliest of a few trials is drawn, or a batch, of which the first is.
        theme: colours; left out, the CSS variables ``--rl-input``, ``--rl-target`` ... decide.
        dt: time step in ms, for a task.
        seed: of the trials, for a task.

    >>> from rnnlab.tasks import get
    >>> thumbnail(get("flip_flop")).count('stroke-width="2.6"')  # one target for each of its three bits
    3
    """
    batch = liveliest(task.sample(DEALT, dt, seed, noise=False)) if hasattr(task, "sample") else task[:1]
    n = int(batch.lengths[0])
    inputs, targets = (values[0, :n].astype(float) for values in (batch.inputs, batch.targets))
    counts = np.broadcast_to(batch.mask[0, :n] > 0, targets.shape)
    tops = _tops(inputs.shape[1], targets.shape[1])
    colour = _colours(theme)
    marks = [
        *_bands(batch, n * batch.dt, colour),
        *_inputs(inputs, tops[0], colour["input"]),
        *_targets(targets, counts, tops[1], colour["target"]),
    ]
    label = escape(f"A trial of {batch.task.name}".replace("_", " "))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" aria-label="{label}" fill="none" '
        f'stroke-linejoin="round">{"".join(marks)}</svg>'
    )


def liveliest(batch: Batch) -> Batch:
    """The trial in which most happens, as a batch of one: no catch trial, and strong evidence before weak."""
    lives = [
        float(np.var(values[trial, :n])) if values.shape[2] else 0.0
        for values in (batch.inputs, batch.targets)
        for trial, n in enumerate(batch.lengths)
    ]
    both = np.array(lives).reshape(2, -1)
    return batch[int(np.argmax((both / np.maximum(both.max(axis=1, keepdims=True), 1e-9)).sum(axis=0)))]


def _colours(theme: Theme | None) -> dict[str, str]:
    """Role -> colour."""
    roles = ("epoch", "scored", "axis", "input", "target")
    if theme is not None:
        return {role: getattr(theme, role) for role in roles}
    return {role: f"var(--rl-{role}, {getattr(LIGHT, role)})" for role in roles}


def _number(value: float) -> str:
    """One digit after the point, none where it is a zero."""
    return f"{value:.1f}".removesuffix(".0")


# ------------------------------------------------------------------------------------------------------ where it is


def _lanes(n: int) -> float:
    """How many lanes a group of ``n`` channels takes, gaps included."""
    return 3.0 if n > MOST_LANES else max(n + GAP * (n - 1), 0.0)


def _tops(n_inputs: int, n_outputs: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """(top, lane height) of the inputs and of the outputs."""
    above, below = _lanes(n_inputs), _lanes(n_outputs)
    between = BETWEEN if n_inputs and n_outputs else 0.0
    lane = (HEIGHT - 2 * MARGIN) / max(above + between + below, 1.0)
    return (MARGIN, lane), (MARGIN + (above + between) * lane, lane)


def _bounds(values: NDArray) -> tuple[float, float]:
    """A range that holds the values and zero."""
    low, high = min(0.0, float(values.min(initial=0.0))), max(0.0, float(values.max(initial=0.0)))
    return (low, high) if high > low else (0.0, 1.0)


def _bands(batch: Batch, length: float, colour: dict[str, str]) -> list[str]:
    """The shades of the epochs, and a hairline where one follows another."""
    scale = WIDTH / length
    shown = stretches(batch, 0)
    edges = "".join(f"M{_number(s.start * scale)} 0V{HEIGHT}" for s in shown if s.start > 0)
    line = f'<path d="{edges}" stroke="{colour["axis"]}" stroke-width="0.5" stroke-opacity="0.6"/>'
    bands = [
        f'<rect x="{_number(s.start * scale)}" width="{_number((s.stop - s.start) * scale)}" height="{HEIGHT}" '
        f'fill="{colour["scored" if s.scored else "epoch"]}"/>'
        for s in shown
        if s.scored or s.place % 2 == 0
    ]
    return [*bands, line] if edges else bands


# ------------------------------------------------------------------------------------------------------ what it does


def _inputs(values: NDArray, place: tuple[float, float], colour: str) -> list[str]:
    if values.shape[1] > MOST_LANES:
        return _image(values, place, colour)
    paths = _paths(values, np.ones(values.shape, dtype=bool), place)
    return [f'<path d="{paths}" stroke="{colour}" stroke-width="1.2"/>'] if paths else []


def _targets(values: NDArray, counts: NDArray, place: tuple[float, float], colour: str) -> list[str]:
    if values.shape[1] > MOST_LANES:
        return _image(values, place, colour)
    marks = []
    for shown, style in ((~counts, UNSCORED), (counts, SCORED)):
        paths = (_paths(values, shown, place, only=channel) for channel in range(values.shape[1]))
        marks += [f'<path d="{path}" stroke="{colour}" {style}/>' for path in paths if path]
    return marks


def _paths(values: NDArray, shown: NDArray, place: tuple[float, float], only: int | None = None) -> str:
    """The channels' traces, each in its lane, where they are ``shown``."""
    top, lane = place
    low, high = _bounds(values)
    n, channels = values.shape
    drawn = []
    for channel in range(channels) if only is None else (only,):
        base = top + channel * (1 + GAP) * lane + lane
        y = base - (values[:, channel] - low) / (high - low) * lane
        drawn += [_trace(y[start:stop], start, WIDTH / n) for start, stop in _runs(shown[:, channel])]
    return "".join(drawn)


def _runs(shown: NDArray) -> list[tuple[int, int]]:
    """(start, stop) of the stretches that are True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], shown.astype(np.int8), [0]]))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _trace(y: NDArray, start: int, step: float) -> str:
    """A path through steps that begin at ``start``: a staircase, or a line where the signal moves all the time."""
    changes = [0, *(np.flatnonzero(np.diff(y)) + 1).tolist(), len(y)]
    if len(changes) > POINTS / 2:
        x, inner = decimate(np.arange(len(y)) + 0.5, y, POINTS)
        x, y = np.array([0, *x, len(y)]), np.array([y[0], *inner, y[-1]])
        points = [f"{_number((start + a) * step)} {_number(b)}" for a, b in zip(x, y, strict=True)]
        return "M" + "L".join(points)
    corners = [f"V{_number(y[a])}H{_number((start + b) * step)}" for a, b in pairwise(changes)]
    return f"M{_number(start * step)} {_number(y[0])}" + "".join(corners)


def _image(values: NDArray, place: tuple[float, float], colour: str) -> list[str]:
    """Many channels as rows of an image: the more of a colour, the higher the value."""
    top, lane = place
    low, high = _bounds(values)
    n, channels = values.shape
    row = 3 * lane / channels
    marks = []
    for channel in range(channels):
        y = (values[:, channel] - low) / (high - low)
        changes = [0, *(np.flatnonzero(np.diff(y)) + 1).tolist(), n]
        marks += [
            f'<rect x="{_number(a * WIDTH / n)}" y="{_number(top + channel * row)}" fill-opacity="{y[a]:.2g}" '
            f'width="{_number((b - a) * WIDTH / n)}" height="{_number(row)}" fill="{colour}"/>'
            for a, b in pairwise(changes)
            if y[a] >= 0.02
        ]
    return marks
