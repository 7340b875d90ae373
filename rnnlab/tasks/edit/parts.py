"""What all edits share: finding parts by name, fresh names, lists with an item more or less."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Any, Literal, TypeVar

from rnnlab.spec import SpecError, did_you_mean, shown
from rnnlab.tasks.references import Named
from rnnlab.tasks.task import Task

T = TypeVar("T")

Side = Literal["inputs", "outputs"]
"""On which side of the network a channel is."""

What = Literal["epochs", "inputs", "outputs", "factors"]
"""A field of `Task` that lists named parts."""

KINDS: dict[What, Named] = {"epochs": "epoch", "inputs": "input", "outputs": "output", "factors": "factor"}
"""What a part of each list is called where something refers to it."""

LONGEST_NAME = 60


def find(task: Task, what: What, name: str) -> int:
    """Where the part of that name is.

    Raises:
        SpecError: there is none.
    """
    names = [part.name for part in getattr(task, what)]
    if name not in names:
        remedy = did_you_mean(name, names) if names else f"the task has no {what}"
        raise SpecError(f"Task.{what}", f"there is no {KINDS[what]} {shown(name)}", value=name, remedy=remedy)
    return names.index(name)


def check_side(side: Side) -> Side:
    """``side``, unless it is none."""
    if side not in ("inputs", "outputs"):
        raise SpecError("Task", f"{shown(side)} is no side", value=side, remedy="give 'inputs' or 'outputs'")
    return side


def fresh(wanted: str, taken: Container[str]) -> str:
    """``wanted``, or with the first number behind it that makes a name which is not taken.

    >>> fresh("delay", ["delay", "delay_2"]), fresh("cue_1", ["cue_1"])
    ('delay_3', 'cue_2')
    """
    if wanted not in taken:
        return wanted
    stem = re.sub(r"_\d+$", "", wanted)[: LONGEST_NAME - 8]
    number = 2
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


# ------------------------------------------------------------------------------------------------------- lists


def check_index(index: Any, most: int, path: str) -> int:
    """``index``, unless it is no whole number from 0 to ``most``."""
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= most:
        problem = f"{shown(index)} is no place"
        raise SpecError(path, problem, value=index, remedy=f"give a whole number from 0 to {most}")
    return index


def inserted(items: Sequence[T], index: int | None, item: T, path: str) -> tuple[T, ...]:
    """``items`` with one more, at ``index`` (None: at the end)."""
    place = len(items) if index is None else check_index(index, len(items), path)
    return (*items[:place], item, *items[place:])


def without(items: Sequence[T], index: int) -> tuple[T, ...]:
    """``items`` but for one."""
    return (*items[:index], *items[index + 1 :])


def exchanged(items: Sequence[T], index: int, item: T) -> tuple[T, ...]:
    """``items`` with another one at ``index``."""
    return (*items[:index], item, *items[index + 1 :])


def moved(items: Sequence[T], index: int, to: int, path: str) -> tuple[T, ...]:
    """``items`` with the one at ``index`` taken out and put where it will be at ``to``."""
    check_index(to, len(items) - 1, path)
    return inserted(without(items, index), to, items[index], path)


def scored_epochs(task: Task) -> tuple[str, ...]:
    """Names of the epochs that are scored."""
    return tuple(epoch.name for epoch in task.epochs if epoch.scored)
