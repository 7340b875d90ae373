"""Edits of a set of tasks: tasks added, removed, moved, duplicated; how often each comes."""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.spec import SpecError
from rnnlab.tasks.edit import parts
from rnnlab.tasks.multitask import MultitaskSet
from rnnlab.tasks.task import Task


def as_set(task: Task) -> MultitaskSet:
    """A set of this task alone, to add others to."""
    return MultitaskSet(f"{task.name} and others"[: parts.LONGEST_NAME], (task,))


def odds_of(whole: MultitaskSet) -> tuple[float, ...]:
    """How often each task comes, also where all come equally often."""
    return whole.odds or (1.0,) * len(whole.tasks)


def add_task(whole: MultitaskSet, task: Task, index: int | None = None) -> MultitaskSet:
    """One more task, so that it is at ``index`` (None: at the end); it comes as often as the last one.

    One whose name is taken is called by the next free name."""
    named = task.replace(name=parts.fresh(task.name, [one.name for one in whole.tasks]))
    odds = odds_of(whole)
    return _with(
        whole,
        parts.inserted(whole.tasks, index, named, "MultitaskSet.tasks"),
        parts.inserted(odds, index, odds[-1] or 1.0, "MultitaskSet.odds"),
    )


def remove_task(whole: MultitaskSet, index: int) -> MultitaskSet:
    """One task less.

    Raises:
        SpecError: it is the only one.
    """
    if len(whole.tasks) == 1:
        name = whole.tasks[0].name
        raise SpecError("MultitaskSet.tasks[0]", f"{name!r} is the only task", remedy="add another one first")
    return _with(whole, parts.without(whole.tasks, index), parts.without(odds_of(whole), index))


def duplicate_task(whole: MultitaskSet, index: int) -> MultitaskSet:
    """A copy of a task right behind it, under a name of its own, as often."""
    made = add_task(whole, whole.tasks[index], index + 1)
    return set_odds(made, index + 1, odds_of(whole)[index])


def move_task(whole: MultitaskSet, index: int, to: int) -> MultitaskSet:
    """A task taken out and put in again, so that it is at ``to``."""
    tasks = parts.moved(whole.tasks, index, to, "MultitaskSet.tasks")
    return _with(whole, tasks, parts.moved(odds_of(whole), index, to, "MultitaskSet.odds"))


def set_odds(whole: MultitaskSet, index: int, odds: float) -> MultitaskSet:
    """Another number for how often a task comes, beside those of the others."""
    return _with(whole, whole.tasks, [odds if i == index else one for i, one in enumerate(odds_of(whole))])


def _with(whole: MultitaskSet, tasks: Sequence[Task], odds: Sequence[float]) -> MultitaskSet:
    """Equal odds are not said."""
    return whole.replace(tasks=tuple(tasks), odds=() if set(odds) == {1.0} else tuple(odds))
