"""Settings that many questions share, declared once."""

from __future__ import annotations

from dataclasses import field
from typing import Any

import numpy as np

from rnnlab.analysis.psychometric import SIGNED
from rnnlab.spec import quantity
from rnnlab.tasks import Batch
from rnnlab.tasks.references import names

MOST_TRIALS = 16384
"""Trials of a question at most; more would fill a laptop's memory."""


def trials(default: int = 512) -> Any:
    """A field: how many trials."""
    return quantity(default, low=2, high=MOST_TRIALS, soft=(64, 2048), step=64, help="How many trials are run.")


def factor(help: str = "What orders or groups the trials.", empty: str = "automatic") -> Any:
    """A field: a factor of the task; "" leaves it to the task, or is what ``empty`` says."""
    return names("factor", "", help=help, empty=empty)


def epoch(help: str = "Which part of the trial.", empty: str = "the whole trial") -> Any:
    """A field: an epoch of the task; ``empty`` says what "" stands for."""
    return names("epoch", "", help=help, empty=empty)


def matrix() -> Any:
    """A field: a recurrent matrix of the network; "" is the first."""
    help = "Which recurrent matrix, for cells that have several (an LSTM's gates)."
    return field(default="", metadata={"refers": "matrix", "empty": "the first", "help": help})


def slow(default: float = 0.0) -> Any:
    """A field: how slow a state is that counts as slow."""
    help = "States that move less per step, in state units, count as slow."
    return quantity(default, low=0, soft=(0, 0.1), step=0.005, help=help)


def starts(default: int = 256, help: str = "Starts of the search.") -> Any:
    """A field: from how many states fixed points are sought."""
    return quantity(default, low=1, high=16384, soft=(64, 1024), step=64, help=help)


def chosen_factor(batch: Batch, name: str) -> str:
    """The factor named, or for "" the task's signed evidence or the first factor that varies.

    Raises:
        ValueError: there is no such factor, or none that varies.
    """
    varying = [each for each, values in batch.factors.items() if _varies(values)]
    if name and name not in batch.factors:
        raise ValueError(f"factor: no factor {name!r}; the trials have {', '.join(batch.factors) or 'none'}")
    if name and name not in varying:
        raise ValueError(f"factor: {name} is the same in all trials; give one of {', '.join(varying) or 'none'}")
    first = next((each for each in (*SIGNED, *varying) if each in varying), "")
    if not first:
        raise ValueError("factor: nothing varies from trial to trial, so there are no conditions to compare")
    return name or first


def _varies(values: Any) -> bool:
    return bool(values.ndim == 1 and (values != values[0]).any())


def two_factors(batch: Batch, first: str, second: str) -> tuple[str, str]:
    """Two factors that vary apart from each other.

    Raises:
        ValueError: a factor is not there or does not vary, or there is no second one.
    """
    varying = [each for each, values in batch.factors.items() if _varies(values)]
    one = chosen_factor(batch, first or next(iter(varying), ""))
    if second:
        return one, chosen_factor(batch, second)
    other = next((each for each in varying if _apart(batch.factors[one], batch.factors[each])), "")
    if not other:
        raise ValueError(f"second: no factor varies apart from {one}, so there is no mix to look for")
    return one, other


def _apart(one: Any, other: Any) -> bool:
    """Whether neither of two factors decides the other."""
    a, b = (np.unique(values, return_inverse=True)[1] for values in (one, other))
    pairs = len(np.unique(a * (int(b.max()) + 1) + b))
    return bool(pairs > a.max() + 1 and pairs > b.max() + 1)


def words(epoch: str) -> str:
    """An epoch as a reader would say it.

    >>> words("delay_2"), words("")
    ('delay 2', 'the whole trial')
    """
    return epoch.replace("_", " ") or "the whole trial"
