"""Edits of epochs: added, removed, moved, duplicated, changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.checks import defines
from rnnlab.tasks.draws import Constant, Draw
from rnnlab.tasks.edit import parts, users
from rnnlab.tasks.edit.durations import typical
from rnnlab.tasks.epochs import Epoch, Remainder, Until
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task

NEW_MS = 300.0
"""How long a new epoch lasts."""


def add_epoch(task: Task, index: int | None = None, epoch: Epoch | None = None) -> Task:
    """One more epoch, so that it is at ``index`` (None: at the end): the one given, or one of 300 ms, not scored.

    In an epoch that is scored, outputs without a target there get the target 0. Later epochs that end at a given time,
    and the whole of a trial of a given length, end later by as much as the new epoch can last.
    """
    new = epoch or Epoch(parts.fresh("epoch", task.epoch_names), Constant(NEW_MS))
    epochs = parts.inserted(task.epochs, index, new, "Task.epochs")
    return task.replace(epochs=_made_room(epochs, epochs.index(new)), outputs=_with_targets(task.outputs, new))


def _made_room(epochs: tuple[Epoch, ...], place: int, sign: int = 1) -> tuple[Epoch, ...]:
    """Epochs of which those that end at a given time do so later, by what the one at ``place`` can last."""
    duration = epochs[place].duration
    by = sign * duration.bounds[1] if isinstance(duration, Draw) else 0.0
    return tuple(_later(epoch, by, after=i > place) for i, epoch in enumerate(epochs))


def _later(epoch: Epoch, by: float, *, after: bool) -> Epoch:
    duration = epoch.duration
    if isinstance(duration, Until) and after:
        return epoch.replace(duration=Until(duration.low + by, duration.high + by))
    if isinstance(duration, Remainder) and duration.total + by > 0:
        return epoch.replace(duration=Remainder(duration.total + by))
    return epoch


def remove_epoch(task: Task, name: str) -> Task:
    """One epoch less. What channels did in it goes with it, and the scoring no longer names it.

    What ends at a given time ends sooner by as much as the epoch could last: the opposite of `add_epoch`.

    Raises:
        SpecError: the scoring looks at this epoch alone, or nothing would be scored any more.
    """
    place = parts.find(task, "epochs", name)
    if len(task.epochs) == 1:
        raise SpecError("Task.epochs[0]", f"{name!r} is the only epoch", value=name, remedy="add another one first")
    return task.replace(
        epochs=parts.without(_made_room(task.epochs, place, -1), place),
        inputs=tuple(_outside(channel, name) for channel in task.inputs),
        outputs=tuple(_outside(channel, name) for channel in task.outputs),
        scoring=users.narrowed(task.scoring, "epoch", name),
    )


def _outside(channel: Channel, epoch: str) -> Channel:
    """A channel that does nothing of its own in an epoch; signals of the whole trial stay."""
    kept = []
    for signal in channel.signals:
        left = tuple(each for each in signal.epochs if each != epoch)
        if left or not signal.epochs:
            kept.append(signal.replace(epochs=left))
    return channel.replace(signals=tuple(kept))


def move_epoch(task: Task, name: str, index: int) -> Task:
    """An epoch taken out and put in again, so that it is at ``index``."""
    place = parts.find(task, "epochs", name)
    return task.replace(epochs=parts.moved(task.epochs, place, index, "Task.epochs"))


def duplicate_epoch(task: Task, name: str) -> Task:
    """A copy of an epoch right behind it: whatever acts in the one acts in the other, and both are scored alike.

    The copy of an epoch that ends at a given time, or is the remainder, lasts what that typically does. Room is made as
    in `add_epoch`.
    """
    place = parts.find(task, "epochs", name)
    original = task.epochs[place]
    copy = original.replace(name=parts.fresh(name, task.epoch_names), duration=_copied(task, original))
    epochs = parts.inserted(task.epochs, place + 1, copy, "Task.epochs")
    return task.replace(
        epochs=_made_room(epochs, place + 1),
        inputs=tuple(_joined(channel, name, copy.name) for channel in task.inputs),
        outputs=tuple(_joined(channel, name, copy.name) for channel in task.outputs),
        scoring=users.widened(task.scoring, "epoch", name, copy.name),
    )


def _copied(task: Task, epoch: Epoch) -> Any:
    return epoch.duration if isinstance(epoch.duration, Draw) else Constant(max(typical(task)[epoch.name], 1.0))


def _joined(channel: Channel, name: str, copy: str) -> Channel:
    signals = (signal.replace(epochs=users.beside(signal.epochs, name, copy)) for signal in channel.signals)
    return channel.replace(signals=tuple(signals))


def replace_epoch(task: Task, name: str, epoch: Epoch) -> Task:
    """Another epoch in the place of one; a new name is followed by signals and scoring.

    Where it is scored, outputs without a target there get the target 0.
    """
    fields = users.with_part(task, "epochs", name, epoch)
    return task.replace(**{**fields, "outputs": _with_targets(fields["outputs"], epoch)})


def rename_epoch(task: Task, name: str, new: str) -> Task:
    """Another name for an epoch, wherever it is referred to."""
    return replace_epoch(task, name, task.epochs[parts.find(task, "epochs", name)].replace(name=new))


def _with_targets(outputs: Iterable[Channel], epoch: Epoch) -> tuple[Channel, ...]:
    """Outputs of which each has a target in ``epoch`` where that is scored."""
    return tuple(_with_target(output, epoch) if epoch.scored else output for output in outputs)


def _with_target(output: Channel, epoch: Epoch) -> Channel:
    if any(defines(signal, epoch) for signal in output.signals):
        return output
    for i, signal in enumerate(output.signals):
        if isinstance(signal, Hold) and signal == Hold(0.0, epochs=signal.epochs):
            longer = signal.replace(epochs=(*signal.epochs, epoch.name))
            return output.replace(signals=parts.exchanged(output.signals, i, longer))
    return output.replace(signals=(*output.signals, Hold(0.0, epochs=(epoch.name,))))
