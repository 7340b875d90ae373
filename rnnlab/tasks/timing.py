"""How long epochs can last, and what of that makes no sense."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.spec import Spec, SpecError
from rnnlab.tasks.conditions import conditions
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.epochs import Epoch, Remainder, Until
from rnnlab.tasks.factors import Factor

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task

MAX_STEPS = 100_000
"""A trial may have no more steps than this."""


@dataclass(frozen=True)
class Span:
    """Bounds of one epoch in ms: how long it can last where it is in the trial, and when it can end."""

    shortest: float
    longest: float
    earliest_end: float
    latest_end: float


@dataclass(frozen=True)
class _Bounds(Span):
    """The same in one kind of trial, which may not have the epoch."""

    absent: bool = False


def spans(epochs: tuple[Epoch, ...], factors: tuple[Factor, ...] = ()) -> list[Span]:
    """The bounds of every epoch, in order. Without the factors of the task, any may be skipped whatever the others."""
    whens = tuple(epoch.when for epoch in epochs)
    kinds = [_of_some(epochs, there) for there in combinations(whens, factors) or ()] or [_of_any(epochs)]
    return [
        Span(
            min((span.shortest for span in each if not span.absent), default=0.0),
            max((span.longest for span in each if not span.absent), default=0.0),
            min(span.earliest_end for span in each),
            max(span.latest_end for span in each),
        )
        for each in zip(*kinds, strict=True)
    ]


@functools.lru_cache(maxsize=32)
def combinations(whens: tuple[str, ...], factors: tuple[Factor, ...]) -> tuple[tuple[bool, ...], ...] | None:
    """Which epochs come together, by the factors they are there by: a row for each kind of trial, (kind, epoch).

    None where the factors do not tell.
    """
    wanted = {when for when in whens if when}
    if not wanted:
        return ((True,) * len(whens),)
    found = conditions(factors, wanted) if wanted <= {factor.name for factor in factors} else None
    if found is None:
        return None
    rows = len(next(iter(found.values())))
    table = np.stack([found[when] != 0 if when else np.ones(rows, dtype=bool) for when in whens], axis=1)
    return tuple(tuple(bool(there) for there in row) for row in np.unique(table, axis=0))


def meet(task: Task, i: int, k: int) -> bool:
    """Whether any trial may have both of the epochs with these numbers."""
    found = combinations(tuple(epoch.when for epoch in task.epochs), task.factors)
    return found is None or any(there[i] and there[k] for there in found)


def _of_some(epochs: tuple[Epoch, ...], there: tuple[bool, ...]) -> list[_Bounds]:
    """The bounds in trials that have these epochs and no others."""
    early = late = 0.0
    found = []
    for i, epoch in enumerate(epochs):
        if there[i]:
            later = tuple(e for e, is_there in zip(epochs[i + 1 :], there[i + 1 :], strict=True) if is_there)
            shortest, longest = _lasting(epoch, early, late, later)
            early, late = _ending(epoch, early, late, shortest, longest)
            found.append(_Bounds(shortest, longest, early, late))
        else:
            found.append(_Bounds(0.0, 0.0, early, late, absent=True))
    return found


def _of_any(epochs: tuple[Epoch, ...]) -> list[_Bounds]:
    """The bounds where each epoch that may be skipped is there or not, whatever the others."""
    early = late = 0.0
    found = []
    for i, epoch in enumerate(epochs):
        shortest, longest = _lasting(epoch, early, late, epochs[i + 1 :])
        after_early, after_late = _ending(epoch, early, late, shortest, longest)
        # An epoch that may be skipped leaves the earliest end where it was.
        early, late = min(early, after_early) if epoch.when else after_early, max(late, after_late)
        found.append(_Bounds(shortest, longest, early, late))
    return found


def _ending(epoch: Epoch, early: float, late: float, shortest: float, longest: float) -> tuple[float, float]:
    """The earliest and the latest end of an epoch that starts between ``early`` and ``late``."""
    if isinstance(epoch.duration, Until):
        return epoch.duration.low, max(late, epoch.duration.high)
    return early + shortest, late + longest


def _lasting(epoch: Epoch, early: float, late: float, later: tuple[Epoch, ...]) -> tuple[float, float]:
    """The shortest and the longest time (ms) that ``epoch`` can last if it starts between ``early`` and ``late``."""
    duration = epoch.duration
    if isinstance(duration, Remainder):
        bounds = [e.duration.bounds for e in later if isinstance(e.duration, Draw)]
        return duration.total - late - sum(high for _, high in bounds), duration.total - early
    if isinstance(duration, Until):
        return duration.low - late, duration.high - early
    return duration.bounds


def shortest(task: Task, epoch: Epoch) -> float:
    """The shortest time (ms) that ``epoch`` can last where it is in the trial."""
    return spans(task.epochs, task.factors)[task.epochs.index(epoch)].shortest


def check_epochs(task: Task) -> None:
    """Raise `SpecError` unless something is judged in every trial and the epochs fit into it."""
    if not any(epoch.scored for epoch in task.epochs):
        raise SpecError("Task.epochs", "no epoch is scored, so nothing can be learned", remedy="set scored=True in one")
    remainders = [i for i, epoch in enumerate(task.epochs) if isinstance(epoch.duration, Remainder)]
    for i, k in itertools.combinations(remainders, 2):
        if meet(task, i, k):
            raise SpecError(f"Task.epochs[{k}].duration", f"epochs[{i}] is the remainder already", remedy="keep one")
    for i, epoch in enumerate(task.epochs):
        if isinstance(epoch.duration, Until):
            _check_until(f"Task.epochs[{i}].duration", task, i)
    for i in remainders:
        _check_remainder(f"Task.epochs[{i}].duration", task, task.epochs[i])


def _check_until(path: str, task: Task, i: int) -> None:
    if any(isinstance(task.epochs[k].duration, Remainder) and meet(task, i, k) for k in range(i)):
        raise SpecError(path, "comes after the remainder of the trial", remedy="give it a duration")
    epoch, least = task.epochs[i], spans(task.epochs, task.factors)[i].shortest
    end = epoch.duration.low if isinstance(epoch.duration, Until) else 0.0
    if least < 0:
        problem = f"what comes before can last until {end - least:g} ms, later than {end:g} ms"
        raise SpecError(path, problem, value=end, remedy=f"let it end at {end - least:g} ms or later")
    if epoch.scored and least <= epoch.grace:
        problem = f"can come out as {least:g} ms, none of it judged after a grace of {epoch.grace:g} ms"
        raise SpecError(path, problem, value=end, remedy=f"let it end after {end - least + epoch.grace:g} ms")


def _check_remainder(path: str, task: Task, epoch: Epoch) -> None:
    least = shortest(task, epoch)
    total = epoch.duration.total if isinstance(epoch.duration, Remainder) else 0.0
    needed = total - least
    if least < 0:
        raise SpecError(
            path,
            f"the other epochs can last {needed:g} ms, more than the trial's {total:g} ms",
            value=total,
            remedy=f"make the trial at least {needed:g} ms long or the others shorter",
        )
    if epoch.scored and least <= epoch.grace:
        raise SpecError(
            path,
            f"the other epochs can leave as little as {least:g} ms of {total:g} ms, none of it judged",
            value=total,
            remedy=f"make the trial longer than {needed + epoch.grace:g} ms",
        )


def check_time_step(task: Task, dt: float) -> None:
    """Raise `SpecError` where something is too short for steps of ``dt`` ms."""
    for i, (epoch, span) in enumerate(zip(task.epochs, spans(task.epochs, task.factors), strict=True)):
        most, least = span.longest, span.shortest - epoch.grace
        if 0 < most < dt:
            raise _too_short(f"task.epochs[{i}].duration", f"epoch {epoch.name!r} lasts {most:g} ms", most, dt)
        if epoch.scored and least < dt:
            problem = f"epoch {epoch.name!r} can come out with {least:g} ms to judge"
            raise _too_short(f"task.epochs[{i}].duration", problem, least, dt)
    judged, where = task.scoring.least_judged(task)
    if judged < dt:
        problem = f"{where} can come out with {judged:g} ms to judge"
        raise _too_short(
            "task.scoring.grace",
            problem,
            judged,
            dt,
            remedy=f"give a shorter grace, or a dt of at most {judged:g} ms" if judged > 0 else "give a shorter grace",
        )
    _check_length(task, dt)
    for place, spec in _signals(task):
        for name in getattr(spec, "needs_a_step", ()):
            if getattr(spec, name) < dt and not getattr(spec, "same_area", False):
                time = getattr(spec, name)
                raise _too_short(f"{place}.{name}", f"{time:g} ms", time, dt)


def _signals(task: Task) -> Iterator[tuple[str, Spec]]:
    for side in ("inputs", "outputs"):
        for i, channel in enumerate(getattr(task, side)):
            yield from ((f"task.{side}[{i}].signals[{j}]", signal) for j, signal in enumerate(channel.signals))


def _check_length(task: Task, dt: float) -> None:
    """Refuse trials that would fill the memory."""
    found = spans(task.epochs, task.factors)
    most = found[-1].latest_end
    if most > MAX_STEPS * dt:
        i = max(range(len(found)), key=lambda i: found[i].longest)
        raise SpecError(
            f"task.epochs[{i}].duration",
            f"trials can last {most:g} ms, more than {MAX_STEPS} steps of dt = {dt:g} ms",
            remedy="shorten it or take a larger dt",
        )


def _too_short(path: str, problem: str, time: float, dt: float, remedy: str = "") -> SpecError:
    problem = f"{problem}, shorter than a time step of dt = {dt:g} ms"
    return SpecError(path, problem, value=time, remedy=remedy or f"give at least {dt:g} ms")
