"""What stands on the board of a task: plain data that the browser draws."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks import Batch, Epoch, Factor, Task, edit, timing
from rnnlab.tasks.conditions import in_order
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.edit import Side
from rnnlab.tasks.scene import draw_factors
from rnnlab.tasks.signals import AnySignal, Noise
from rnnlab.tasks.streams import Streams
from rnnlab.views import wording

SIDES: tuple[Side, ...] = ("inputs", "outputs")

N_TRACES = 3
"""Trials drawn over one another in a cell, where more than `N_LEVELS` are different."""

N_LEVELS = 5
"""So many different ones are all drawn."""

POINTS = 40
"""Most points of one of `N_TRACES`."""

MOST_POINTS = 6000
"""On the whole board, so that an edge that is dragged stays quick."""

QUANTILES = np.linspace(0, 1, 9)
"""Of a duration, where the soft end of an epoch fades."""


def board(task: Task, clean: Batch) -> dict[str, Any]:
    """The board: epochs, channels with their cells, factors and scoring.

    Args:
        task: what is composed.
        clean: trials of it without noise, for the traces in the cells.
    """
    return {"epochs": _epochs(task), "rows": _rows(task, clean), "things": _things(task)}


def _epochs(task: Task) -> list[dict[str, Any]]:
    times, spans = edit.typical(task), timing.spans(task.epochs, task.factors)
    instead = alternatives(task)
    return [
        {
            "name": epoch.name,
            "label": wording.plain(epoch.name),
            "kind": type(epoch.duration).__name__,
            "ms": round(times[epoch.name], 3),
            "fade": _fade(epoch, span.shortest, span.longest),
            "varies": span.longest > span.shortest,
            "words": wording.duration(epoch.duration),
            "note": _note(epoch),
            "instead": task.epoch_names.index(instead[epoch.name][0]) if instead[epoch.name] else -1,
            "others": f"instead of {wording.listed(instead[epoch.name], 'and')}" if instead[epoch.name] else "",
            "scored": epoch.scored,
            "grace": epoch.grace,
        }
        for epoch, span in zip(task.epochs, spans, strict=True)
    ]


def _fade(epoch: Epoch, shortest: float, longest: float) -> list[float]:
    """Times by which more and more trials are through with an epoch, in ms from its start."""
    if isinstance(epoch.duration, Draw):
        ends = epoch.duration.inverse(np.minimum(QUANTILES, 1 - 1e-9))
    else:
        ends = max(shortest, 0.0) + (longest - max(shortest, 0.0)) * QUANTILES
    return [round(float(end), 1) for end in ends]


N_LOOKED = 2048
"""Trials in which it is looked for epochs that never come together."""


@functools.lru_cache(maxsize=8)
def _together(factors: tuple[Factor, ...], whens: tuple[str, ...]) -> NDArray[np.bool_]:
    """Whether two epochs with these conditions come together in some trial, (epoch, epoch)."""
    drawn = draw_factors(in_order(factors), N_LOOKED, Streams(0), {})
    there = np.array([drawn[when] != 0 if when else np.ones(N_LOOKED, dtype=bool) for when in whens]).astype(int)
    return (there @ there.T > 0) | (there.sum(axis=1) == 0)[:, None] | (there.sum(axis=1) == 0)[None]


def alternatives(task: Task) -> dict[str, tuple[str, ...]]:
    """Epoch -> earlier epochs in whose place it comes: no trial has both.

    >>> from rnnlab.tasks import get
    >>> alternatives(get("context_decision"))["catch"]
    ('fixation', 'stimulus', 'decision')
    """
    names = task.epoch_names
    together = _together(task.factors, tuple(epoch.when for epoch in task.epochs))
    return {name: tuple(names[j] for j in range(i) if not together[i, j]) for i, name in enumerate(names)}


def _note(epoch: Epoch) -> str:
    notes = [f"if {wording.plain(epoch.when)}"] if epoch.when else []
    if epoch.scored:
        notes.append(f"scored after {epoch.grace:g} ms" if epoch.grace else "scored")
    return ", ".join(notes)


# ---------------------------------------------------------------------------------------------------- channels


def _rows(task: Task, clean: Batch) -> list[dict[str, Any]]:
    found = []
    n_cells = max((task.n_inputs + task.n_outputs) * len(task.epochs), 1)
    points = int(np.clip(MOST_POINTS // (n_cells * N_TRACES), 2, POINTS))
    for side in SIDES:
        values = clean.inputs if side == "inputs" else clean.targets
        low, high = _range(values)
        for i, channel in enumerate(getattr(task, side)):
            scaled = np.rint(100 * (values[:, :, i] - low) / (high - low)).astype(int)
            cells = [_cell(task, side, channel.name, e.name, clean.epochs[e.name], scaled, points) for e in task.epochs]
            zero = round(-100 * low / (high - low))
            always = ", ".join(wording.signal(signal) for signal in channel.signals if _always(signal))
            names = {"side": side, "name": channel.name, "label": wording.plain(channel.name), "always": always}
            found.append({**names, "zero": zero, "cells": cells})
    return found


def _always(signal: AnySignal) -> bool:
    """Whether a signal is worth a word beside its channel: there in the whole trial, and no noise of strength 0."""
    return not signal.epochs and not (isinstance(signal, Noise) and signal.sigma == 0)


def _range(values: NDArray[np.float32]) -> tuple[float, float]:
    """Of all channels of a side, so that heights can be compared; zero is always in it."""
    low, high = min(float(values.min(initial=0)), 0.0), max(float(values.max(initial=0)), 0.0)
    return (low, high) if high > low else (0.0, 1.0)


def _cell(
    task: Task, side: Side, channel: str, epoch: str, edges: NDArray[np.int64], scaled: NDArray[np.int_], points: int
) -> dict[str, Any]:
    words = [wording.signal(each.signal) for each in edit.cell(task, side, channel, epoch) if not each.whole]
    drawn = _telling(edges, scaled)
    points = max(points * N_TRACES // max(len(drawn), N_TRACES), 2)
    traces = [_thinned(scaled[trial, edges[trial, 0] : edges[trial, 1]], points) for trial in drawn]
    return {"words": ", ".join(words), "traces": traces}


def _telling(edges: NDArray[np.int64], scaled: NDArray[np.int_]) -> NDArray[np.intp]:
    """Trials that have the epoch and differ in it: one of each level where there are few, else from low to high."""
    there = np.flatnonzero(edges[:, 1] > edges[:, 0])
    first, end = edges[there].T
    probes = (scaled[there, at].astype(np.int64) for at in (first, (first + end - 1) // 2, end - 1))
    order = functools.reduce(lambda sum_, probe: sum_ * 1000 + probe, probes)
    one_of_each = there[np.unique(order, return_index=True)[1]]
    if len(one_of_each) > N_LEVELS:
        return one_of_each[np.linspace(0, len(one_of_each) - 1, N_TRACES).round().astype(int)]
    others = np.setdiff1d(there, one_of_each)[: max(N_TRACES - len(one_of_each), 0)]
    return np.concatenate([one_of_each, others])


def _thinned(values: NDArray[np.int_], points: int) -> list[int]:
    if (values == values[0]).all():
        return [int(values[0])] * 2
    keep = np.linspace(0, len(values) - 1, min(points, len(values))).round().astype(int)
    return [int(value) for value in values[keep]]


# ------------------------------------------------------------------------------------------------------ beside


def _things(task: Task) -> dict[str, list[dict[str, Any]]]:
    factors = [
        {"label": wording.plain(f.name), "words": wording.rule(f.rule), "what": {"what": "factor", "name": f.name}}
        for f in task.factors
    ]
    scoring = {"label": "Scoring", "words": wording.how_scored(task.scoring), "what": {"what": "scoring"}}
    whole = {"label": "Task", "words": f"{task.name}, {_DESIGNS[task.design]}", "what": {"what": "task"}}
    return {"Factors": factors, "Whole trial": [scoring, whole]}


_DESIGNS = {"random": "conditions at random", "balanced": "conditions equally often"}
