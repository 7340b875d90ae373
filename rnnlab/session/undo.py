"""Undo and redo of what was changed: of the task, the network, the training, the seed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from rnnlab.session.intent import Intent
from rnnlab.session.wishes import Adopt

MAX_STEPS = 200
"""More steps than this are not remembered."""

DRAG_S = 1.0
"""Changes at one control that follow each other within so many seconds are one step: the drag of a slider."""

ANYWHERE = "task"
"""The field of changes that come from no particular control; each is a step of its own."""


@dataclass(frozen=True)
class Step:
    """A change of what is wanted.

    Attributes:
        label: what was done, e.g. ``"remove epoch delay"``.
        field: the control it came from.
        before: what was wanted then.
        after: what was wanted from then on.
        at: when the last part of it was done, seconds.
        held: whether its control was still held then.
    """

    label: str
    field: str
    before: Intent
    after: Intent
    at: float
    held: bool = False


class Undo:
    """The steps that led here, and those that were taken back.

    Args:
        clock: gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._going_on = False

    @property
    def undoable(self) -> str:
        """What `undo` would take back, or ""."""
        return self._done[-1].label if self._done else ""

    @property
    def redoable(self) -> str:
        """What `redo` would do again, or ""."""
        return self._undone[-1].label if self._undone else ""

    def note(self, before: Intent, after: Intent, label: str, field: str = ANYWHERE, held: bool | None = None) -> None:
        """Something was done. What had been taken back is forgotten, unless nothing changed.

        ``held`` says whether its control is still held: what it does until it is let go is one step, however long that
        takes. Without a word of it, changes are one step that follow each other quickly.
        """
        if not same(before, after):
            self._note(before, after, label, field, held)
        if held is False:
            self._going_on = False

    def _note(self, before: Intent, after: Intent, label: str, field: str, held: bool | None) -> None:
        now = self._clock()
        if self._goes_on(label, field, now):
            self._done[-1] = replace(self._done[-1], after=after, at=now, held=bool(held))
        else:
            self._done = [*self._done[1 - MAX_STEPS :], Step(label, field, before, after, now, bool(held))]
        self._undone.clear()
        self._going_on = True
        if same(self._done[-1].before, after):  # dragged back to where it was
            self._done.pop()
            self._going_on = False

    def _goes_on(self, label: str, field: str, now: float) -> bool:
        if not self._going_on or field == ANYWHERE:
            return False
        last = self._done[-1]
        return (last.label, last.field) == (label, field) and (last.held or now - last.at <= DRAG_S)

    def rest(self) -> None:
        """Whatever is done next is a step of its own."""
        self._going_on = False

    def undo(self, now: Intent, adopt: Adopt) -> bool:
        """Take the last step back; whether there was one. Where ``adopt`` raises, nothing has changed."""
        return self._go(self._done, self._undone, now, adopt)

    def take_back(self, now: Intent, adopt: Adopt) -> bool:
        """`undo`, as if the step had never been: there is nothing to do again."""
        taken = self.undo(now, adopt)
        if taken:
            self._undone.pop()
        return taken

    def redo(self, now: Intent, adopt: Adopt) -> bool:
        """Do again what was taken back last; whether there was something."""
        return self._go(self._undone, self._done, now, adopt)

    def _go(self, come_from: list[Step], go_to: list[Step], now: Intent, adopt: Adopt) -> bool:
        if not come_from:
            return False
        step = come_from[-1]
        adopt(now.put_back(step.before if come_from is self._done else step.after))
        go_to.append(come_from.pop())
        self._going_on = False
        return True


def same(one: Intent, other: Intent) -> bool:
    """Whether two intents want the same, made the same way. What was steered on the way is no wish of its own."""
    first, second = one.experiment, other.experiment
    wanted = ("task", "network", "training", "seed")
    return one.task_name == other.task_name and all(getattr(first, part) == getattr(second, part) for part in wanted)
