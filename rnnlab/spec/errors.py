"""Errors that name the place, the value, what was allowed and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from reprlib import Repr
from typing import Any

_MISSING = object()


class SpecError(ValueError):
    """A description (task, network, experiment ...) says something that cannot be.

    Attributes:
        path: where, e.g. ``task.epochs[1].duration``.
        problem: what is wrong there, without the place.
        value: the offending value, if there was one.
        remedy: what to do about it, or an empty string.
    """

    def __init__(self, path: str, problem: str, *, value: Any = _MISSING, remedy: str = "") -> None:
        self.path = path
        self.problem = problem
        self.value = None if value is _MISSING else value
        self.remedy = remedy
        super().__init__(f"{path}: {problem}" + (f"; {remedy}" if remedy else ""))

    def moved(self, owner: str, path: str) -> SpecError:
        """The same error with the leading ``owner`` of its path replaced by ``path``."""
        rest = self.path.removeprefix(owner)
        if rest == self.path or not (rest == "" or rest[0] in ".["):
            rest = f".{self.path}"
        return type(self)(path + rest, self.problem, value=self.value, remedy=self.remedy)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.path, self.problem, self.value, self.remedy)


def _rebuild(cls: type[SpecError], path: str, problem: str, value: Any, remedy: str) -> SpecError:
    return cls(path, problem, value=value, remedy=remedy)


_SHORT = Repr()
_SHORT.maxlevel = 4
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = 20
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 200


def shown(value: Any, limit: int = 60) -> str:
    """``repr(value)`` cut to a length that fits in a message. Safe for values of any size and depth."""
    try:
        text = _SHORT.repr(value)
    except (ValueError, RecursionError):  # Python refuses to print whole numbers of thousands of digits
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def with_article(name: str) -> str:
    """A class's name after its article as it is read aloud.

    >>> with_article("GRU"), with_article("LSTM"), with_article("AttentionRNN"), with_article("LeakyRNN")
    ('a GRU', 'an LSTM', 'an AttentionRNN', 'a LeakyRNN')
    """
    spelt = name[:2].isupper()
    return f"{'an' if name[:1].lower() in ('aefhilmnorsx' if spelt else 'aeio') else 'a'} {name}"


def did_you_mean(name: Any, known: Iterable[str]) -> str:
    """The remedy for an unknown name: the closest known one, or the whole list."""
    names = sorted(known)
    by_lower = {n.lower(): n for n in names}
    close = get_close_matches(str(name).lower(), list(by_lower), n=1, cutoff=0.6)
    if close:
        return f"did you mean {by_lower[close[0]]!r}?"
    return "known: " + ", ".join(names)
