"""How loops are compiled where numba is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit

_FREEDOMS = {"nsz", "arcp", "contract", "reassoc"}
"""What the compiler may do to sums and products; that some number is none must stay visible."""


def compiled(function: Callable[..., Any]) -> Any:
    """A loop, compiled when it is first called; the outcome is kept on disk, where there is a place for it.

    What is kept is good until the file of the loop changes. So whatever else is compiled into it (see `inlined`) has to
    stand in the same file.
    """
    how: dict[str, Any] = {"fastmath": _FREEDOMS, "error_model": "numpy"}
    try:
        return njit(cache=True, **how)(function)
    except RuntimeError:
        return njit(**how)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Something that is written into the loops that use it."""
    return njit(inline="always")(function)
