"""Some trials of a batch named by the values of their factors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks import Batch

MOST_VALUES = 4
"""More values of a factor are not listed."""


def named(batch: Batch, which: NDArray[np.bool_], drawn: tuple[str, ...]) -> str:
    """``"catch = 1"`` where these trials are all that have such values of one factor, drawn rather than derived; else
    an example, ``"for example side = 0, size = 2"``; "" where no factor tells them from others.

    Args:
        batch: trials.
        which: of which at least one is meant, (trial,).
        drawn: names of the factors that make a condition.
    """
    names = [name for name in drawn if np.ptp(batch.factors[name]) > 0]
    if which.all():
        return ""
    for name in (*names, *(name for name in batch.factors if name not in names)):
        values = np.unique(batch.factors[name][which])
        if len(values) <= MOST_VALUES and np.array_equal(np.isin(batch.factors[name], values), which):
            return f"{name} = {_either([f'{value:.4g}' for value in values])}"
    if not names:
        return ""
    one = int(which.argmax())
    return "for example " + ", ".join(f"{name} = {batch.factors[name][one]:.4g}" for name in names)


def _either(words: list[str]) -> str:
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def in_brackets(words: str) -> str:
    return f" ({words})" if words else ""
