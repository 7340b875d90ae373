"""Edits of channels: added, removed, moved, duplicated, renamed."""

from __future__ import annotations

from typing import Any

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.edit import parts, users
from rnnlab.tasks.edit.parts import KINDS, Side
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task


def add_channel(task: Task, side: Side, name: str = "", index: int | None = None) -> Task:
    """One more channel, so that it is at ``index`` (None: at the end). It shows nothing; an output should be 0.

    Where the scoring cannot look at one output more (the sign of a single one, for instance), it goes on looking at
    those that there were.
    """
    channels = getattr(task, parts.check_side(side))
    wanted = name or parts.fresh(KINDS[side], [channel.name for channel in channels])
    signals = (Hold(0.0, epochs=parts.scored_epochs(task)),) if side == "outputs" else ()
    fields: dict[str, Any] = {side: parts.inserted(channels, index, Channel(wanted, signals), f"Task.{side}")}
    try:
        return task.replace(**fields)
    except SpecError as error:
        if not error.path.startswith("Task.scoring") or task.scoring.outputs:
            raise
    return task.replace(**fields, scoring=task.scoring.replace(outputs=task.output_names))


def remove_channel(task: Task, side: Side, name: str) -> Task:
    """One channel less. The scoring no longer names it.

    Raises:
        SpecError: a target looks back at it, the scoring looks at it alone, or it is the only output.
    """
    place = parts.find(task, parts.check_side(side), name)
    if side == "outputs" and len(task.outputs) == 1:
        raise SpecError("Task.outputs[0]", f"{name!r} is the only output", value=name, remedy="add another one first")
    users.refuse_used(task, side, name, users.users(task, side, name))
    fields: dict[str, Any] = {side: parts.without(getattr(task, side), place)}
    return task.replace(**fields, scoring=users.narrowed(task.scoring, KINDS[side], name))


def move_channel(task: Task, side: Side, name: str, index: int) -> Task:
    """A channel taken out and put in again, so that it is at ``index``."""
    place = parts.find(task, parts.check_side(side), name)
    return task.replace(**{side: parts.moved(getattr(task, side), place, index, f"Task.{side}")})


def duplicate_channel(task: Task, side: Side, name: str) -> Task:
    """A copy of a channel right behind it, scored alike."""
    place = parts.find(task, parts.check_side(side), name)
    channels = getattr(task, side)
    copy = channels[place].replace(name=parts.fresh(name, [channel.name for channel in channels]))
    fields: dict[str, Any] = {side: parts.inserted(channels, place + 1, copy, f"Task.{side}")}
    return task.replace(**fields, scoring=users.widened(task.scoring, KINDS[side], name, copy.name))


def replace_channel(task: Task, side: Side, name: str, channel: Channel) -> Task:
    """Another channel in the place of one; a new name is followed by targets that look back at it and the scoring."""
    return task.replace(**users.with_part(task, parts.check_side(side), name, channel))


def rename_channel(task: Task, side: Side, name: str, new: str) -> Task:
    """Another name for a channel, wherever it is referred to."""
    channel = getattr(task, side)[parts.find(task, parts.check_side(side), name)]
    return replace_channel(task, side, name, channel.replace(name=new))
