"""Edits of signals: what a channel does, seen as a grid of channels and epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnnlab.tasks.channels import Channel
from rnnlab.tasks.edit import parts
from rnnlab.tasks.edit.parts import Side
from rnnlab.tasks.signals import AnySignal
from rnnlab.tasks.task import Task


@dataclass(frozen=True)
class Acting:
    """A signal that acts in a cell of the grid.

    Attributes:
        index: its place among the signals of the channel, for `replace_signal` and `remove_signal`.
        signal: what it is.
    """

    index: int
    signal: AnySignal

    @property
    def whole(self) -> bool:
        """Whether it is there in the whole trial, because it names no epochs."""
        return not self.signal.epochs

    @property
    def shared(self) -> bool:
        """Whether it acts in other epochs too."""
        return len(self.signal.epochs) != 1


def cell(task: Task, side: Side, channel: str, epoch: str) -> tuple[Acting, ...]:
    """The signals of a channel that act in an epoch, those of the whole trial among them."""
    parts.find(task, "epochs", epoch)
    signals = _channel(task, side, channel).signals
    return tuple(Acting(i, s) for i, s in enumerate(signals) if not s.epochs or epoch in s.epochs)


def set_cell(task: Task, side: Side, channel: str, epoch: str, signals: Sequence[AnySignal]) -> Task:
    """Exactly these signals in a cell, beside those of the whole trial, which stay.

    A signal that was there already and is given unchanged goes on acting in its other epochs too; a new or changed one
    acts in this epoch alone, and what it replaces stays as it was in the others.
    """
    parts.find(task, "epochs", epoch)
    old = _channel(task, side, channel)
    given = list(signals)
    kept: list[AnySignal] = []
    for signal in old.signals:
        if not signal.epochs or epoch not in signal.epochs or signal in given:
            kept.append(signal)
            if signal in given:
                given.remove(signal)
        elif left := tuple(each for each in signal.epochs if each != epoch):
            kept.append(signal.replace(epochs=left))
    own = (signal.replace(epochs=(epoch,)) for signal in given)
    return _with_signals(task, side, old, (*kept, *own))


def add_signal(task: Task, side: Side, channel: str, signal: AnySignal, index: int | None = None) -> Task:
    """One more signal on a channel, in the epochs that it names."""
    old = _channel(task, side, channel)
    path = f"{_path(task, side, channel)}.signals"
    return _with_signals(task, side, old, parts.inserted(old.signals, index, signal, path))


def replace_signal(task: Task, side: Side, channel: str, index: int, signal: AnySignal) -> Task:
    """Another signal in the place of one."""
    old = _channel(task, side, channel)
    return _with_signals(task, side, old, parts.exchanged(old.signals, _index(task, side, old, index), signal))


def remove_signal(task: Task, side: Side, channel: str, index: int) -> Task:
    """One signal less, in all its epochs.

    Raises:
        SpecError: it was the only target in an epoch that is scored.
    """
    old = _channel(task, side, channel)
    return _with_signals(task, side, old, parts.without(old.signals, _index(task, side, old, index)))


def move_signal(task: Task, side: Side, channel: str, index: int, to: int) -> Task:
    """A signal put elsewhere in its channel's list; the channel shows the same, as signals add."""
    old = _channel(task, side, channel)
    path = f"{_path(task, side, channel)}.signals"
    return _with_signals(task, side, old, parts.moved(old.signals, _index(task, side, old, index), to, path))


def _path(task: Task, side: Side, channel: str) -> str:
    return f"Task.{side}[{parts.find(task, parts.check_side(side), channel)}]"


def _channel(task: Task, side: Side, name: str) -> Channel:
    found: Channel = getattr(task, side)[parts.find(task, parts.check_side(side), name)]
    return found


def _index(task: Task, side: Side, channel: Channel, index: int) -> int:
    return parts.check_index(index, len(channel.signals) - 1, f"{_path(task, side, channel.name)}.signals")


def _with_signals(task: Task, side: Side, old: Channel, signals: tuple[AnySignal, ...]) -> Task:
    place = parts.find(task, side, old.name)
    return task.replace(**{side: parts.exchanged(getattr(task, side), place, old.replace(signals=signals))})
