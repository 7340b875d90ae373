"""Channels turned into arrays, (trial, time, channel).

What changes only where an epoch ends is made of one level for each epoch. Anything else, and noise, is drawn one whole
trace (trial, time) after another. Signals that are alike, on channels side by side, are drawn at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, zip_longest

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.scene import Scene, Traces, whole_steps
from rnnlab.tasks.signals import Noise, Place, Signal

_FEW = 6
"""Up to this many channels are interleaved faster one by one than all at once."""

_PAGE, _LINE = 1024, 16
"""Numbers of 32 bits that lie this far apart share a place in a processor's cache; those in a line come together."""

_CACHED = 1 << 17
"""So many numbers stay in a processor's cache while they are worked on."""

_SURELY_FINITE = 1e30
"""Where all that adds up on a side is together below this, no number in it is too large for 32 bits."""

_FURTHEST = 5
"""No noise is further out than this many standard deviations."""

_ZERO = np.float32(0)


@dataclass(frozen=True)
class Stroke:
    """Signals that are drawn at once.

    Attributes:
        channels: which ones they are on, one on each.
        signals: all `Signal.alike`.
        label: of the first one's random stream.
    """

    channels: slice
    signals: tuple[Signal, ...]
    label: str

    def place(self, scene: Scene) -> Place:
        return Place(scene, self.signals[0], self.label)


@dataclass(frozen=True)
class Side:
    """The inputs of a task, or its outputs, ready to be drawn.

    Attributes:
        path: of the channels in the task, for errors.
        channels: in order.
    """

    path: str
    channels: tuple[Channel, ...]

    def draw(self, scene: Scene, *, noise: bool = True, traced: bool = False) -> Traces:
        """What they carry, (trial, time, channel).

        With ``traced``, what they carry without their noise is left in `Scene.clean`.

        Raises:
            SpecError: a number is too large.
        """
        noises = self.noises if noise else ()
        if self._steady and not traced:
            levels = self._levels(scene)
            drawn, bound = _put_together(levels, noises, scene), _largest(levels)
        else:
            traces, bound = self._traces(scene)
            if traced:
                scene.clean = {c.name: trace for c, trace in zip(self.channels, traces, strict=True)}
                traces = traces.copy() if noises else traces
            drawn = by_step(_add_noises(traces, noises, scene))
        bound += sum(_FURTHEST * signal.deviation(scene) for _, signal, _ in noises)
        if not bound < _SURELY_FINITE:
            self._check_finite(drawn)
        return drawn

    @cached_property
    def noises(self) -> tuple[tuple[int, Noise, str], ...]:
        """Number of the channel, noise, and label of its random stream."""
        return tuple(
            (i, signal, label)
            for i, channel in enumerate(self.channels)
            for signal, label in channel.labelled_signals
            if isinstance(signal, Noise)
        )

    @cached_property
    def _strokes(self) -> tuple[Stroke, ...]:
        """All signals but noise: the first of every channel, then the second, so that each channel's keep order."""
        of_each = [[pair for pair in channel.labelled_signals if not pair[0].noise] for channel in self.channels]
        return tuple(stroke for layer in zip_longest(*of_each) for stroke in _at_once(layer))

    @cached_property
    def _steady(self) -> bool:
        """Whether what they all carry without their noise changes only where an epoch ends."""
        smooth = any(channel.smooth != 0 for channel in self.channels)
        return not smooth and all(stroke.signals[0].steady for stroke in self._strokes)

    def _levels(self, scene: Scene) -> Traces:
        """What steady channels carry without their noise in each epoch and in the padding, (trial, epoch, channel)."""
        levels = np.zeros((scene.n_trials, len(scene.names) + 1, len(self.channels)), np.float32)  # 0 after the last
        for stroke in self._strokes:
            values = stroke.place(scene).levels(stroke.signals)
            for first, last in scene.runs(stroke.signals[0].epochs):
                part = levels[:, first:last, stroke.channels]
                part += values
        return levels

    def _traces(self, scene: Scene) -> tuple[Traces, float]:
        """What channels carry without their noise, (channel, trial, time), and a bound of its size."""
        traces = _blank(len(self.channels), scene)
        written: list[tuple[slice, slice]] = []
        bound = 0.0
        for stroke in self._strokes:
            values, steps, cover = stroke.place(scene).several(stroke.signals)
            part = traces[stroke.channels, :, steps]
            if any(_meet(steps, others) and _meet(stroke.channels, where) for where, others in written):
                part += values if cover is None else values * cover
            else:  # to write is faster than to add; a 0 has no sign, as if it were added to 0
                np.add(values if cover is None else values * cover, _ZERO, out=part)
            written.append((stroke.channels, steps))
            bound += _largest(values)
        for channel, trace in zip(self.channels, traces, strict=True):
            if channel.smooth != 0:
                trace[...] = channel.smoothed(trace, scene)
        return traces, bound

    def _check_finite(self, drawn: Traces) -> None:
        there = np.isfinite(drawn).all(axis=(0, 1))
        if not there.all():
            raise SpecError(
                f"{self.path}[{int(np.argmin(there))}]",
                "has values that are not finite numbers",
                remedy="look for huge levels or a period of 0",
            )


def _at_once(layer: Sequence[tuple[Signal, str] | None]) -> Iterator[Stroke]:
    """Of one signal of each channel, those that are alike and side by side together."""

    def alike(i: int) -> Hashable:
        pair = layer[i]
        shared = pair[0].alike() if pair else None
        return i if shared is None else shared

    for _, run in groupby(range(len(layer)), alike):
        which = list(run)
        there = [pair for pair in (layer[i] for i in which) if pair]
        if there:
            yield Stroke(slice(which[0], which[-1] + 1), tuple(signal for signal, _ in there), there[0][1])


def _largest(values: Traces) -> float:
    """The largest size of a number; NaN where one is."""
    return max(float(values.max(initial=0)), -float(values.min(initial=0)))


def _blank(n_channels: int, scene: Scene) -> Traces:
    """Zeros, (channel, trial, time)."""
    traces = _spaced(n_channels, scene)
    traces[...] = 0
    return traces


def _spaced(n_channels: int, scene: Scene) -> Traces:
    """Memory for (channel, trial, time), placed so that one step of all channels can be in a processor's cache."""
    size = scene.n_trials * scene.n_steps
    apart = size + (_LINE - size) % _PAGE
    return np.empty((n_channels, apart), np.float32)[:, :size].reshape(n_channels, scene.n_trials, scene.n_steps)


def _meet(one: slice, other: slice) -> bool:
    return bool(one.start < other.stop and other.start < one.stop)


def _put_together(levels: Traces, noises: Sequence[tuple[int, Noise, str]], scene: Scene) -> Traces:
    """Levels, (trial, epoch, channel), for as long as the epochs last, and noise, (trial, time, channel)."""
    if not noises:
        return scene.stretched(levels)
    first, last = noises[0][0], noises[-1][0] + 1
    noise = _noise(noises, first, last, scene)
    rows = np.repeat(np.arange(scene.counts.size), scene.counts.ravel()).reshape(scene.n_trials, scene.n_steps)
    each = levels.reshape(len(rows) * levels.shape[1], levels.shape[2])
    drawn = np.empty((*rows.shape, levels.shape[2]), np.float32)
    at_once = min(max(_CACHED // drawn[0].size, 1), scene.n_trials) if drawn.shape[2] > _FEW else scene.n_trials
    added = np.zeros((at_once, *drawn.shape[1:]), np.float32)
    for start in range(0, scene.n_trials, at_once):
        part = drawn[start : start + at_once]
        each.take(rows[start : start + at_once], axis=0, out=part, mode="clip")
        _interleave(noise[:, start : start + at_once], added[: len(part), :, first:last])
        part += added[: len(part)]
    return drawn


def _noise(noises: Sequence[tuple[int, Noise, str]], first: int, last: int, scene: Scene) -> Traces:
    """Noise alone, on the channels from the first to before the last, (channel, trial, time)."""
    if [i for i, _, _ in noises] != list(range(first, last)) or any(s.epochs or s.when for _, s, _ in noises):
        return _add_noises(_blank(last, scene), noises, scene)[first:]
    traces, (_, unpadded) = _spaced(last - first, scene), scene.stretch(())
    for trace, (_, signal, label) in zip(traces, noises, strict=True):
        signal.fill(trace, Place(scene, signal, label))
        if unpadded is not None:
            trace *= unpadded
    return traces


def _add_noises(traces: Traces, noises: Iterable[tuple[int, Noise, str]], scene: Scene) -> Traces:
    for i, signal, label in noises:
        Place(scene, signal, label).add_to(traces[i])
    return traces


def by_step(traces: Traces) -> Traces:
    """(channel, trial, time) to (trial, time, channel), contiguous."""
    by_step = np.empty((*traces.shape[1:], len(traces)), dtype=np.float32)
    _interleave(traces, by_step)
    return by_step


def _interleave(traces: Traces, by_step: Traces) -> None:
    if len(traces) > _FEW:
        by_step[...] = traces.transpose(1, 2, 0)
        return
    for i, trace in enumerate(traces):
        by_step[:, :, i] = trace


def weights(scene: Scene, epochs: Sequence[Epoch], shares: NDArray[np.float32]) -> Traces:
    """How much each step of each output counts, (trial, time, output), from each output's share of a step's weight."""
    counts = scene.counts
    levels = np.zeros((*counts.shape, 2, 1), np.float32)  # in the grace of each epoch and in the rest of it
    split = np.stack([np.zeros_like(counts), counts], axis=2)
    for i, epoch in enumerate(epochs):
        if epoch.scored:
            levels[:, i, 1, 0] = scene.factors[epoch.weight] if isinstance(epoch.weight, str) else epoch.weight
            if epoch.grace:
                split[:, i, 0] = np.minimum(counts[:, i], whole_steps(epoch.grace, scene.dt))
    split[:, :, 1] -= split[:, :, 0]
    return scene.stretched(levels * shares, split)
