"""Settings that many questions share, declared once."""

from __future__ import annotations

from typing import Any

from rnnlab.analysis.psychometric import SIGNED
from rnnlab.spec import quantity
from rnnlab.tasks import Batch
from rnnlab.tasks.references import names

MOST_TRIALS = 16384
"""Trials of a question at most; more would fill a laptop's memory."""


def trials(default: int = 512) -> Any:
    """A field: how many trials."""
    return quantity(default, low=2, high=MOST_TRIALS, soft=(64, 2048), step=64, help="How many trials are run.")


def factor(help: str = "What orders or groups the trials.") -> Any:
    """A field: a factor of the task; "" leaves it to the task."""
    return names("factor", "", help=help, empty="automatic")


def epoch(help: str = "Which part of the trial.") -> Any:
    """A field: an epoch of the task; "" is the whole trial."""
    return names("epoch", "", help=help, empty="the whole trial")


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
