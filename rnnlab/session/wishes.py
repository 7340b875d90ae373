"""Wishes that could not be granted: remembered, so that a later change that makes them possible grants them."""

from __future__ import annotations

from collections.abc import Callable

from rnnlab.session.intent import Intent
from rnnlab.spec import SpecError

Change = Callable[[Intent], Intent]
Adopt = Callable[[Intent], None]


WHOLES = ("network", "training")
"""What is changed as a whole, besides the task."""


class Wishes:
    """What a person asked for and could not get, by field, with the reason."""

    def __init__(self) -> None:
        self._rejected: dict[str, Change] = {}
        self.errors: dict[str, str] = {}

    def make(
        self, field: str, change: Change, intent: Callable[[], Intent], adopt: Adopt, *, once: bool = False
    ) -> bool:
        """Try a change, and where it is granted the ones that waited.

        Args:
            field: the control it came from.
            change: the wish; it raises where it cannot be granted.
            intent: what is in force now.
            adopt: puts an intent in force, wholly or (raising) not at all.
            once: the change is meant for the task (the network, the training) as it is now: it does not wait, and once
                it is granted nothing waits any more that was meant for that as it was.
        """
        granted = self._try(field, change, intent, adopt)
        if once:
            self._rejected.pop(field, None)
        if granted:
            self.settle(*([field if field in WHOLES else "task"] if once else []))
            for other, waiting in list(self._rejected.items()):
                self._try(other, waiting, intent, adopt)
        return granted

    def _try(self, field: str, change: Change, intent: Callable[[], Intent], adopt: Adopt) -> bool:
        try:
            adopt(change(intent()))
        except (ValueError, TypeError, MemoryError) as error:
            self._rejected[field], self.errors[field] = change, _sentence(error, field)
            return False
        self.forget(field)
        return True

    def forget(self, granted: str) -> None:
        """Drop what waits at a field that was granted; a new task or kind of network has none of the old fields."""
        part = granted.removesuffix("kind") if granted.endswith(".kind") else f"{granted}."
        for field in [f for f in self.errors if f == granted or f.startswith(part)]:
            del self.errors[field]
            self._rejected.pop(field, None)

    def settle(self, *granted: str) -> None:
        """Something was granted: drop what waits at these fields, and all complaints that nothing waits for."""
        for field in granted:
            self.forget(field)
        self.errors = {field: why for field, why in self.errors.items() if field in self._rejected}

    def complain(self, field: str, error: Exception) -> None:
        """Say why something that does not wait could not be done, until the next thing is granted."""
        self._rejected.pop(field, None)
        self.errors[field] = _sentence(error, field)


def _sentence(error: Exception, field: str) -> str:
    """The reason; without its place where that is the control beside which it is shown."""
    if isinstance(error, SpecError) and error.path.rpartition(".")[2] == field.rpartition(".")[2]:
        return f"{error.problem}; {error.remedy}" if error.remedy else error.problem
    return str(error) or type(error).__name__
