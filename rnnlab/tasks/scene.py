"""Trials under construction: what signals can look at while they are turned into arrays.

Step i covers the time from i·dt to (i+1)·dt. The edges of epochs are rounded to the nearest step, all from the start
of the trial, so that rounding errors do not add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks.draws import Constant, Draw, Floats, Uniform
from rnnlab.tasks.epochs import Epoch, Remainder, Until
from rnnlab.tasks.factors import Factor, Rule
from rnnlab.tasks.history import Markov
from rnnlab.tasks.past import looks_back
from rnnlab.tasks.streams import Streams

Traces = NDArray[np.float32]
Window = NDArray[np.bool_]


@dataclass
class Scene:
    """Everything about a batch but its channels.

    Attributes:
        dt: length of a time step, ms.
        factors: name -> value in each trial, (trial,).
        names: of the epochs, in order.
        edges: first step of each epoch, and the step after the last of the trial, (trial, epoch + 1).
        clean: name of an input channel -> its trace without noise, (trial, time).
        integrals: what has been integrated already, by the names of the channels.
    """

    dt: float
    streams: Streams
    factors: dict[str, Floats]
    names: tuple[str, ...]
    edges: NDArray[np.int64]
    clean: dict[str, Traces] = field(default_factory=dict)
    integrals: dict[tuple[str, str], Floats] = field(default_factory=dict)
    _smoothings: dict[float | str, tuple[NDArray[np.int64], NDArray[np.float32]]] = field(default_factory=dict)
    _known_runs: dict[tuple[str, ...], list[tuple[int, int]]] = field(default_factory=dict)
    _stretches: dict[tuple[str, ...], tuple[slice, Traces | None]] = field(default_factory=dict)

    @property
    def n_trials(self) -> int:
        return len(self.edges)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps of each trial, (trial,)."""
        return self.edges[:, -1]

    @property
    def n_steps(self) -> int:
        """Steps of the longest trial."""
        return self._latest[-1]

    @cached_property
    def epochs(self) -> dict[str, NDArray[np.int64]]:
        """Name -> first step and the step after the last, (trial, 2)."""
        return {name: self.edges[:, i : i + 2] for i, name in enumerate(self.names)}

    @cached_property
    def steps(self) -> NDArray[np.int32]:
        """Step numbers, (1, time)."""
        return np.arange(self.n_steps, dtype=np.int32)[None, :]

    def stretch(self, epochs: tuple[str, ...]) -> tuple[slice, Traces | None]:
        """The steps in which any trial is in these epochs (none named: all), and 1 where it is, (trial, these steps).

        None in place of the numbers where they are all 1.
        """
        if epochs not in self._stretches:
            self._stretches[epochs] = self._stretch(self.runs(epochs))
        return self._stretches[epochs]

    def runs(self, epochs: tuple[str, ...]) -> list[tuple[int, int]]:
        """Which edges begin and end each run of these epochs (none named: all) that follow one another."""
        if epochs not in self._known_runs:
            numbers = [i for i, name in enumerate(self.names) if not epochs or name in epochs]
            starts = [i for i in numbers if i - 1 not in numbers]
            stops = [i + 1 for i in numbers if i + 1 not in numbers]
            self._known_runs[epochs] = list(zip(starts, stops, strict=True))
        return self._known_runs[epochs]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Steps of each epoch, and of the padding after the last, (trial, epoch + 1)."""
        return np.diff(self.edges, axis=1, append=self.n_steps)

    def stretched(self, levels: Traces, counts: NDArray[np.int64] | None = None) -> Traces:
        """Each of ``levels``, (trial, ..., channel), for as many steps as ``counts``, (trial, ...), says: (trial, time,
        channel). Not given: as many as each epoch, and the padding, lasts."""
        counts = self.counts if counts is None else counts
        n_channels = levels.shape[-1]
        return np.repeat(levels.reshape(counts.size, n_channels), counts.ravel(), axis=0).reshape(
            self.n_trials, self.n_steps, n_channels
        )

    def smoothing(self, width: float | str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """For means over the last ``width`` ms (a number or a factor): where in the running sums, which begin with a 0
        and lie trial after trial, each step's mean begins, (trial, time), and 1 over its number of steps."""
        if width not in self._smoothings:
            ms = self.factors[width][:, None] if isinstance(width, str) else np.asarray(width)
            steps = np.maximum(to_steps(ms, self.dt), 1)
            row = np.arange(self.n_trials, dtype=np.int64)[:, None] * (self.n_steps + 1)
            before = row + np.maximum(self.steps + 1 - steps, 0)
            self._smoothings[width] = before, (1 / steps).astype(np.float32)
        return self._smoothings[width]

    @cached_property
    def _earliest(self) -> list[int]:
        return self.edges.min(axis=0).tolist()

    @cached_property
    def _latest(self) -> list[int]:
        return self.edges.max(axis=0).tolist()

    def _stretch(self, runs: list[tuple[int, int]]) -> tuple[slice, Traces | None]:
        parts = [slice(self._earliest[i], self._latest[j]) for i, j in runs]
        if len(runs) == 1 and all(self._earliest[edge] == self._latest[edge] for edge in runs[0]):
            return slice(parts[0].start, max(parts[0].start, parts[0].stop)), None
        first = min(part.start for part in parts)
        window = np.zeros((self.n_trials, max(max(part.stop - first, 0) for part in parts)), dtype=bool)
        for (i, j), steps in zip(runs, parts, strict=True):
            window[:, steps.start - first : steps.stop - first] |= self._inside(i, j, steps)
        return slice(first, first + window.shape[1]), None if window.all() else window.astype(np.float32)

    def _inside(self, i: int, j: int, steps: slice) -> Window | bool:
        """Whether these steps, which are those of any trial, lie between two edges, broadcastable to (trial, time)."""
        late, early = self._earliest[i] < self._latest[i], self._earliest[j] < self._latest[j]
        numbers, edges = self.steps[:, steps], self.edges.astype(np.int32)  # half the width, twice the speed
        begun = numbers >= edges[:, i, None] if late else True
        return begun & (numbers < edges[:, j, None]) if early else begun


def between(steps: NDArray[np.integer], start: NDArray[np.integer], stop: NDArray[np.integer]) -> Window:
    """True where ``start <= steps < stop``, (trial, time), from (1, time), (trial,) and (trial,)."""
    steps, start, stop = (array.astype(np.int32) for array in (steps, start, stop))  # half the width, twice the speed
    return (steps >= start[:, None]) & (steps < stop[:, None])


def gather(values: NDArray, steps: NDArray[np.integer]) -> NDArray:
    """``values[trial, steps[trial, ...]]`` for steps that are all in range: `numpy.take_along_axis`, twice as fast."""
    row = np.arange(len(values), dtype=np.int64)[:, None] * values.shape[1]
    return np.ascontiguousarray(values).reshape(-1).take(row + steps, mode="clip")


def to_steps(time: Floats | float, dt: float) -> NDArray[np.int64]:
    """Time in ms to the nearest step; halves go up."""
    return np.floor(np.asarray(time) / dt + 0.5).astype(np.int64)


def whole_steps(time: float, dt: float) -> int:
    """How many steps fit into a time in ms. A grace rounded so never eats up an epoch that is a step longer."""
    return math.floor(time / dt + 1e-9)


def set_scene(
    factors: Iterable[Factor],
    epochs: Iterable[Epoch],
    n_trials: int,
    dt: float,
    streams: Streams,
    dealt: Mapping[str, Floats] | None = None,
) -> Scene:
    """Draw factors (in an order in which sources come first; those ``dealt`` are taken as they are) and durations."""
    values = draw_factors(factors, n_trials, streams, dealt or {})
    edges = to_steps(_edges(tuple(epochs), values, n_trials, streams), dt)
    return Scene(dt, streams, values, tuple(epoch.name for epoch in epochs), edges)


def draw_factors(
    factors: Iterable[Factor], n_trials: int, streams: Streams, dealt: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Name -> (trial,), of factors in an order in which sources come first; those ``dealt`` are taken as they are.

    Where trials depend on earlier ones, as many as matter are drawn before the first, from random streams of their own.
    """
    factors = tuple(factors)
    n_before = looks_back(factors)
    values: dict[str, Floats] = {}
    for factor in factors:
        if factor.name in dealt and not n_before:
            values[factor.name] = dealt[factor.name]
        elif factor.name in dealt:
            earlier = _drawn(factor, n_trials, n_before, streams, values)[:n_before]
            values[factor.name] = np.concatenate([earlier, dealt[factor.name]])
        else:
            values[factor.name] = _drawn(factor, n_trials, n_before, streams, values)
    return {name: column[n_before:] for name, column in values.items()} if n_before else values


def _drawn(factor: Factor, n_trials: int, n_before: int, streams: Streams, values: Mapping[str, Floats]) -> Floats:
    """A factor in so many trials and those before, (before + trial,), in order."""
    rule: Rule = factor.rule
    if isinstance(rule, Markov):
        repeat = values[rule.repeat] if isinstance(rule.repeat, str) else rule.repeat
        before = streams[f"before:{factor.name}"].random(n_before) if n_before else np.empty(0)
        return rule.walk(streams[f"factor:{factor.name}"].random(n_trials), before, repeat)
    if not isinstance(rule, Draw):
        return rule.derive(values)
    shown = _sample(rule, f"factor:{factor.name}", n_trials, streams)
    if not n_before:
        return shown
    # The latest comes first in its stream: looking further back changes nothing.
    return np.concatenate([_sample(rule, f"before:{factor.name}", n_before, streams)[::-1], shown])


def _sample(draw: Draw, label: str, n_trials: int, streams: Streams) -> Floats:
    """One number for each trial; a stream of random numbers is begun only where it is needed."""
    if isinstance(draw, Constant):
        return np.full(n_trials, draw.value, dtype=np.float64)
    return draw.sample(streams[label], n_trials)


def _edges(epochs: tuple[Epoch, ...], factors: Mapping[str, Floats], n_trials: int, streams: Streams) -> Floats:
    """Where epochs begin and the trial ends, in ms, (trial, epoch + 1)."""
    there = [factors[epoch.when] != 0 if epoch.when else True for epoch in epochs]
    durations = np.zeros((n_trials, len(epochs)))
    for i, epoch in enumerate(epochs):
        label, n_draws = f"epoch:{epoch.name}", 1 if epoch.shared else n_trials
        if isinstance(epoch.duration, Constant):
            durations[:, i] = epoch.duration.value * np.asarray(there[i])
        elif isinstance(epoch.duration, Draw):
            durations[:, i] = _sample(epoch.duration, label, n_draws, streams) * there[i]
        elif isinstance(epoch.duration, Until):
            ends = _sample(Uniform(epoch.duration.low, epoch.duration.high), label, n_draws, streams)
            durations[:, i] = np.maximum(ends - durations[:, :i].sum(axis=1), 0.0) * there[i]
    for i, epoch in enumerate(epochs):
        if isinstance(epoch.duration, Remainder):
            durations[:, i] = np.maximum(epoch.duration.total - durations.sum(axis=1), 0.0) * there[i]
    return np.concatenate([np.zeros((n_trials, 1)), np.cumsum(durations, axis=1)], axis=1)
