"""What the other stages of a curriculum do when the channels of one are edited."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.tasks.edit import channels
from rnnlab.tasks.edit.parts import Side
from rnnlab.tasks.task import Task

T = TypeVar("T")

SIDES: tuple[Side, ...] = ("inputs", "outputs")


def followed(other: T, before: object, after: object) -> T:
    """A single task with its channels added, removed, renamed and moved as those of another one were.

    Anything else, and a task that had other channels before, stays as it is.

    >>> from rnnlab.tasks import edit, get
    >>> easy, hard = (get("random_dots", coherences=(c,)) for c in (16, 4))
    >>> followed(hard, easy, edit.rename_channel(easy, "inputs", easy.input_names[0], "left")).input_names[0]
    'left'
    """
    task: object = other
    if isinstance(task, Task) and isinstance(before, Task) and isinstance(after, Task):
        for side in SIDES:
            task = _with_channels(task, side, _names(before, side), _names(after, side))
    return task  # type: ignore[return-value]  # of the class it was


def _with_channels(task: Task, side: Side, before: list[str], after: list[str]) -> Task:
    if before == after or _names(task, side) != before:
        return task
    gone, new = [name for name in before if name not in after], [name for name in after if name not in before]
    if len(before) == len(after):  # the same many: those that are not there any more are called something else
        for old, name in zip(gone, new, strict=True):
            task = channels.rename_channel(task, side, old, name)
        gone, new = [], []
    for name in new:
        task = channels.add_channel(task, side, name)
    for name in gone:
        task = channels.remove_channel(task, side, name)
    for i, name in enumerate(after):
        if _names(task, side)[i] != name:
            task = channels.move_channel(task, side, name, i)
    return task


def _names(task: Task, side: Side) -> list[str]:
    return [channel.name for channel in getattr(task, side)]
