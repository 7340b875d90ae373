"""How long epochs can last, and what of that makes no sense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rnnlab.spec import Spec, SpecError
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.epochs import Epoch, Remainder

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task

MAX_STEPS = 100_000
"""A trial may have no more steps than this."""


def shortest(epochs: tuple[Epoch, ...], epoch: Epoch) -> float:
    """The shortest time (ms) that ``epoch`` can last."""
    if isinstance(epoch.duration, Remainder):
        others = sum(e.duration.bounds[1] for e in epochs if isinstance(e.duration, Draw))
        return epoch.duration.total - others
    return epoch.duration.bounds[0]


def longest(epoch: Epoch) -> float:
    """The longest time (ms) that ``epoch`` can last."""
    return epoch.duration.total if isinstance(epoch.duration, Remainder) else epoch.duration.bounds[1]


def check_epochs(task: Task) -> None:
    """Raise `SpecError` unless something is judged in every trial and the epochs fit into it."""
    if not any(epoch.scored for epoch in task.epochs):
        raise SpecError("Task.epochs", "no epoch is scored, so nothing can be learned", remedy="set scored=True in one")
    remainders = [i for i, epoch in enumerate(task.epochs) if isinstance(epoch.duration, Remainder)]
    for i in remainders[1:]:
        raise SpecError(
            f"Task.epochs[{i}].duration", f"epochs[{remainders[0]}] is the remainder already", remedy="keep one"
        )
    for i in remainders:
        _check_remainder(f"Task.epochs[{i}].duration", task, task.epochs[i])


def _check_remainder(path: str, task: Task, epoch: Epoch) -> None:
    least = shortest(task.epochs, epoch)
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
    for i, epoch in enumerate(task.epochs):
        most, least = longest(epoch), shortest(task.epochs, epoch) - epoch.grace
        if 0 < most < dt:
            raise _too_short(f"task.epochs[{i}].duration", f"epoch {epoch.name!r} lasts {most:g} ms", most, dt)
        if epoch.scored and least < dt:
            problem = f"epoch {epoch.name!r} can come out with {least:g} ms to judge"
            raise _too_short(f"task.epochs[{i}].duration", problem, least, dt)
    judged, where = task.scoring.least_judged(task)
    if judged < dt:
        problem = f"{where} can come out with {judged:g} ms to judge"
        raise _too_short("task.scoring.grace", problem, judged, dt, remedy="give a shorter grace")
    _check_length(task, dt)
    for place, spec in _signals(task):
        for name in getattr(spec, "needs_a_step", ()):
            if getattr(spec, name) < dt:
                time = getattr(spec, name)
                raise _too_short(f"{place}.{name}", f"{time:g} ms", time, dt)


def _signals(task: Task) -> Iterator[tuple[str, Spec]]:
    for side in ("inputs", "outputs"):
        for i, channel in enumerate(getattr(task, side)):
            yield from ((f"task.{side}[{i}].signals[{j}]", signal) for j, signal in enumerate(channel.signals))


def _check_length(task: Task, dt: float) -> None:
    """Refuse trials that would fill the memory."""
    totals = [epoch.duration.total for epoch in task.epochs if isinstance(epoch.duration, Remainder)]
    most = totals[0] if totals else sum(longest(epoch) for epoch in task.epochs)
    if most > MAX_STEPS * dt:
        i = max(range(len(task.epochs)), key=lambda i: longest(task.epochs[i]))
        raise SpecError(
            f"task.epochs[{i}].duration",
            f"trials can last {most:g} ms, more than {MAX_STEPS} steps of dt = {dt:g} ms",
            remedy="shorten it or take a larger dt",
        )


def _too_short(path: str, problem: str, time: float, dt: float, remedy: str = "") -> SpecError:
    problem = f"{problem}, shorter than a time step of dt = {dt:g} ms"
    return SpecError(path, problem, value=time, remedy=remedy or f"give at least {dt:g} ms")
