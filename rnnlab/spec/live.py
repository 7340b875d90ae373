"""`Live`: what a description may hold in memory although it cannot be written down."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from rnnlab.spec.errors import SpecError


class NotCitableError(SpecError):
    """Something has no JSON, no digest and no script, because a part of it is Python code."""


class Live:
    """Base of values that are Python code. A field of a spec that is annotated with it may hold one.

    Such a spec works in this process; `to_json`, `to_data` and `digest` raise `NotCitableError`.
    """

    name: str

    remedy: ClassVar[str] = "compose it as an rnnlab Task to share it, or share the code beside the result"
    """What to do instead of writing it down."""

    def not_citable(self, path: str = "") -> NotCitableError:
        """The error that says why there is no JSON or digest, and what to do instead."""
        return NotCitableError(
            path or type(self).__name__,
            f"{self.name!r} is Python code, which no file can hold: it has no JSON, digest or script",
            remedy=self.remedy,
        )


def check_arguments(function: Callable[..., Any], arguments: tuple[str, ...], path: str) -> None:
    """Refuse a function of a user's that cannot be called with arguments of those names, given in order.

    Raises:
        SpecError: at ``path``.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # Python knows none of some functions that are written in C
        return
    try:
        signature.bind(*arguments)
    except TypeError:
        raise SpecError(path, f"takes {signature}", remedy=f"let it take ({', '.join(arguments)})") from None
