"""How long epochs typically last, and making one longer or shorter by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rnnlab.spec import SpecError, shown
from rnnlab.tasks import timing
from rnnlab.tasks.draws import Choice, Constant, Draw, TruncatedExponential, TruncatedNormal, Uniform
from rnnlab.tasks.edit import parts
from rnnlab.tasks.epochs import Epoch, Remainder, Until
from rnnlab.tasks.task import Task

_MIDDLES = (np.arange(2000) + 0.5) / 2000
"""Probabilities whose quantiles have the mean of a draw, as nearly as a screen can show."""


def typical(task: Task) -> dict[str, float]:
    """Epoch -> its mean duration in ms, in the trials that have it: what a time line draws.

    An epoch that ends at a given time, or is the remainder, lasts what epochs of their mean durations leave.
    """
    found: dict[str, float] = {}
    for epoch in task.epochs:
        if isinstance(epoch.duration, Draw):
            found[epoch.name] = _mean(epoch.duration)
        elif isinstance(epoch.duration, Until):
            end = (epoch.duration.low + epoch.duration.high) / 2
            found[epoch.name] = max(end - _together(task, epoch, found), 0.0)
    for epoch in task.epochs:
        if isinstance(epoch.duration, Remainder):
            found[epoch.name] = max(epoch.duration.total - _together(task, epoch, found), 0.0)
    return {epoch.name: found[epoch.name] for epoch in task.epochs}


def _together(task: Task, epoch: Epoch, durations: dict[str, float]) -> float:
    """What epochs known so far last together in a trial that has ``epoch`` (one under another condition has not)."""
    kinds = timing.combinations(tuple(each.when for each in task.epochs), task.factors) or ()
    own = task.epochs.index(epoch)
    trials = [there for there in kinds if there[own]]
    return sum(
        durations[each.name]
        for i, each in enumerate(task.epochs)
        if each.name in durations and (each.when in ("", epoch.when) or (trials and all(there[i] for there in trials)))
    )


def _mean(draw: Draw) -> float:
    match draw:
        case Constant(value):
            return value
        case Uniform(low, high):
            return (low + high) / 2
        case Choice(values, weights):
            return float(np.average(values, weights=weights or None))
    return float(draw.inverse(_MIDDLES).mean())


def stretch(task: Task, name: str, ms: float, *, dt: float = 10.0) -> Task:
    """An epoch whose typical duration is ``ms``.

    The kind of draw keeps, and its spread too as long as the shortest duration stays possible: at least a time step
    ``dt`` of judged time where the epoch is scored, else 0. Below that the spread shrinks.

    Raises:
        SpecError: ``ms`` is too short for the epoch, or what comes later does not fit any more.
    """
    place = parts.find(task, "epochs", name)
    epoch, path = task.epochs[place], f"Task.epochs[{place}].duration"
    shortest = dt + epoch.grace
    if not isinstance(ms, int | float) or not math.isfinite(ms) or ms < shortest:
        remedy = f"give at least {shortest:g} ms"
        raise SpecError(path, f"{shown(ms)} ms is too short for {name!r}", value=ms, remedy=remedy)
    now = typical(task)[name]
    duration = _stretched(task, place, float(ms), now, shortest if epoch.scored else 0.0)
    return task.replace(epochs=parts.exchanged(task.epochs, place, epoch.replace(duration=duration)))


def _stretched(task: Task, place: int, ms: float, now: float, least: float) -> Any:
    duration = task.epochs[place].duration
    if isinstance(duration, Remainder):
        return Remainder(_clean(duration.total + ms - now))
    if isinstance(duration, Until):
        before = timing.spans(task.epochs, task.factors)[place - 1].latest_end if place else 0.0
        middle = (duration.low + duration.high) / 2
        scale = _scale(duration.low, middle, middle + ms - now, before + least)
        low, high = (_about(x, middle, middle + ms - now, scale) for x in (duration.low, duration.high))
        return Until(low, high)
    return _drawn(duration, ms, now, _scale(duration.bounds[0], now, ms, least))


def _scale(low: float, middle: float, target: float, least: float) -> float:
    """By how much a spread has to shrink so that ``low``, moved along with the middle, is not below ``least``."""
    spread = middle - low
    if spread <= 0 or target - spread >= min(least, low):
        return 1.0
    return max((target - least) / spread, 0.0)


def _about(x: float, middle: float, target: float, scale: float) -> float:
    """``x`` moved along with the middle, its distance scaled."""
    return _clean(target + scale * (x - middle))


def _clean(ms: float) -> float:
    """Without the dust of rounding: no file needs the billionth part of a millisecond."""
    return round(ms, 9)


def _drawn(draw: Draw, ms: float, now: float, scale: float) -> Draw:
    """A draw of the same kind with mean ``ms``: every quantile x becomes ms + scale · (x - now)."""
    if isinstance(draw, Constant):
        return Constant(_clean(ms))
    if isinstance(draw, Choice):
        return draw.replace(values=tuple(_about(x, now, ms, scale) for x in draw.values))
    if not isinstance(draw, Uniform | TruncatedExponential | TruncatedNormal):
        raise TypeError(f"{type(draw).__name__} is no duration")
    low, high = (_about(x, now, ms, scale) for x in (draw.low, draw.high))
    moved = draw.replace(low=low, high=max(low, high))
    if isinstance(draw, TruncatedExponential):
        return moved.replace(mean=max(draw.mean * scale, 1e-6))
    if isinstance(draw, TruncatedNormal):
        return moved.replace(mean=_about(draw.mean, now, ms, scale), sd=max(draw.sd * scale, 1e-6))
    return moved
