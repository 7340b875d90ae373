"""Signals of which something never shows, because what they last does not fit their time."""

from __future__ import annotations

import math

from rnnlab.tasks import Channel, Delayed, PulseTrain, Sequence, Task
from rnnlab.tasks.signals import Signal
from rnnlab.tasks.timing import spans

ROUNDING = 1e-9
"""Part of an interval by which a sum of times may be off."""


def lost(task: Task) -> list[str]:
    """A sentence for each signal of which something shows in no trial, however long its epochs come out."""
    channels = [("input", c) for c in task.inputs] + [("output", c) for c in task.outputs]
    found = (_lost(task, kind, channel, signal) for kind, channel in channels for signal in channel.signals)
    return [sentence for sentence in found if sentence]


def _lost(task: Task, kind: str, channel: Channel, signal: Signal) -> str:
    whose = f"The {type(signal).__name__} of the {kind} {channel.name}"
    if isinstance(signal, Sequence):
        return _levels(task, whose, signal)
    if isinstance(signal, Delayed):
        return _past(task, whose, signal)
    return _pulses(task, whose, signal) if isinstance(signal, PulseTrain) else ""


def _levels(task: Task, whose: str, signal: Sequence) -> str:
    longest = max((_extent(task, (name,)) for name in signal.epochs), default=_extent(task, ()))
    fit = max(math.ceil((longest - signal.first) / signal.every - ROUNDING), 0)
    total = len(signal.levels)
    if fit >= total:
        return ""
    where = " or ".join(signal.epochs) or "the trial"
    which = f"the last {total - fit} of its {total} levels" if fit else "any of its levels"
    return f"{whose} never shows {which} in {where} of at most {longest:g} ms."


def _past(task: Task, whose: str, signal: Delayed) -> str:
    first, last = _edges(task, signal.epochs)
    end = max(span.latest_end for span in spans(task.epochs)[first : last + 1])
    if signal.by < end:
        return ""
    where = task.epochs[last].name if signal.epochs else "the trial"
    return f"{whose} looks back {signal.by:g} ms and is always 0, because {where} ends by {end:g} ms."


def _pulses(task: Task, whose: str, signal: PulseTrain) -> str:
    longest = _extent(task, signal.epochs)
    if signal.refractory < longest:
        return ""
    where = " to ".join(dict.fromkeys(task.epochs[i].name for i in _edges(task, signal.epochs)))
    if not signal.epochs:
        where = "the trial"
    return f"{whose} has no pulse in {where} of at most {longest:g} ms: the first comes after {signal.refractory:g} ms."


def _edges(task: Task, epochs: tuple[str, ...]) -> tuple[int, int]:
    """Numbers of the first and the last of these epochs (none named: of all)."""
    which = [i for i, epoch in enumerate(task.epochs) if epoch.name in epochs or not epochs]
    return which[0], which[-1]


def _extent(task: Task, epochs: tuple[str, ...]) -> float:
    """The longest time (ms) from the start of the first of these epochs (none named: of all) to the end of the last."""
    first, last = _edges(task, epochs)
    bounds = spans(task.epochs)
    start = min((span.earliest_end for span in bounds[first - 1 : first]), default=0.0)
    return min(sum(span.longest for span in bounds[first : last + 1]), bounds[last].latest_end - start)
