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

from rnnlab.tasks.draws import Draw, Floats
from rnnlab.tasks.epochs import Epoch, Remainder, Until
from rnnlab.tasks.factors import Factor
from rnnlab.tasks.streams import Streams

Traces = NDArray[np.float32]
Window = NDArray[np.bool_]


@dataclass
class Scene:
    """Everything about a batch but its channels.

    Attributes:
        dt: length of a time step, ms.
        factors: name -> value in each trial, (trial,).
        epochs: name -> first step and the step after the last, (trial, 2).
        lengths: steps of each trial, (trial,).
        n_steps: steps of the longest trial.
        clean: name of an input channel -> its trace without noise, (trial, time).
        integrals: what has been integrated already, by the names of the channels.
    """

    dt: float
    streams: Streams
    factors: dict[str, Floats]
    epochs: dict[str, NDArray[np.int64]]
    lengths: NDArray[np.int64]
    n_steps: int
    clean: dict[str, Traces] = field(default_factory=dict)
    integrals: dict[tuple[str, str], Floats] = field(default_factory=dict)
    _windows: dict[tuple[str, ...], Window] = field(default_factory=dict)
    _covers: dict[tuple[str, ...], Traces] = field(default_factory=dict)

    @property
    def n_trials(self) -> int:
        return len(self.lengths)

    @cached_property
    def steps(self) -> NDArray[np.int32]:
        """Step numbers, (1, time)."""
        return np.arange(self.n_steps, dtype=np.int32)[None, :]

    def window(self, epochs: tuple[str, ...]) -> Window:
        """True in the steps of these epochs (none named: of the whole trial), (trial, time)."""
        if epochs not in self._windows:
            self._windows[epochs] = self._window(epochs)
        return self._windows[epochs]

    def cover(self, epochs: tuple[str, ...]) -> Traces:
        """`window` as numbers, 1 and 0."""
        if epochs not in self._covers:
            self._covers[epochs] = self.window(epochs).astype(np.float32)
        return self._covers[epochs]

    def judged(self, epoch: Epoch) -> Traces:
        """1 in the steps of ``epoch`` after its grace, else 0, (trial, time)."""
        if epoch.grace == 0:
            return self.cover((epoch.name,))
        edges = self.epochs[epoch.name] + np.array([whole_steps(epoch.grace, self.dt), 0])
        return between(self.steps, edges).astype(np.float32)

    @cached_property
    def unpadded(self) -> bool:
        """Whether all trials are equally long."""
        return bool((self.lengths == self.n_steps).all())

    def _window(self, epochs: tuple[str, ...]) -> Window:
        if not epochs:
            return self.steps < self.lengths[:, None]
        union = between(self.steps, self.epochs[epochs[0]])
        for name in epochs[1:]:
            union |= between(self.steps, self.epochs[name])
        return union


def between(steps: NDArray[np.integer], edges: NDArray[np.int64]) -> Window:
    """True where ``edges[:, 0] <= steps < edges[:, 1]``, (trial, time)."""
    steps, edges = steps.astype(np.int32), edges.astype(np.int32)  # half the width, twice the speed
    return (steps >= edges[:, :1]) & (steps < edges[:, 1:])


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
    return Scene(
        dt=dt,
        streams=streams,
        factors=values,
        epochs={epoch.name: edges[:, i : i + 2] for i, epoch in enumerate(epochs)},
        lengths=edges[:, -1],
        n_steps=int(edges[:, -1].max(initial=0)),
    )


def draw_factors(
    factors: Iterable[Factor], n_trials: int, streams: Streams, dealt: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Name -> (trial,)."""
    values: dict[str, Floats] = {}
    for factor in factors:
        rule = factor.rule
        if factor.name in dealt:
            values[factor.name] = dealt[factor.name]
        elif isinstance(rule, Draw):
            values[factor.name] = rule.sample(streams[f"factor:{factor.name}"], n_trials)
        else:
            values[factor.name] = rule.derive(values)
    return values


def _edges(epochs: tuple[Epoch, ...], factors: Mapping[str, Floats], n_trials: int, streams: Streams) -> Floats:
    """Where epochs begin and the trial ends, in ms, (trial, epoch + 1)."""
    there = [factors[epoch.when] != 0 if epoch.when else np.ones(n_trials, dtype=bool) for epoch in epochs]
    durations = np.zeros((n_trials, len(epochs)))
    for i, epoch in enumerate(epochs):
        rng = streams[f"epoch:{epoch.name}"]
        if isinstance(epoch.duration, Draw):
            durations[:, i] = epoch.duration.sample(rng, n_trials) * there[i]
        elif isinstance(epoch.duration, Until):
            ends = epoch.duration.low + (epoch.duration.high - epoch.duration.low) * rng.random(n_trials)
            durations[:, i] = np.maximum(ends - durations[:, :i].sum(axis=1), 0.0) * there[i]
    for i, epoch in enumerate(epochs):
        if isinstance(epoch.duration, Remainder):
            durations[:, i] = np.maximum(epoch.duration.total - durations.sum(axis=1), 0.0) * there[i]
    return np.concatenate([np.zeros((n_trials, 1)), np.cumsum(durations, axis=1)], axis=1)
