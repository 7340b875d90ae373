"""Activity of trials lined up at the start of an epoch, for questions that need the same steps of all trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.questions.subject import Trials


@dataclass(frozen=True, eq=False)
class LinedUp:
    """Steps that all trials have.

    Attributes:
        rates: (trial, time, unit).
        factors: name -> value in each of these trials.
        kept: (trial,) indices of the trials that have the epoch.
        steps: (trial, time) which step of its trial each is.
    """

    rates: NDArray[Any]
    factors: dict[str, NDArray[Any]]
    kept: NDArray[np.intp]
    steps: NDArray[np.intp]

    def of(self, values: NDArray[Any]) -> NDArray[Any]:
        """Something else of all trials (trial, time, ...) at these steps of these trials."""
        return np.take_along_axis(values[self.kept], self.steps[:, :, None], axis=1)


def lined_up(trials: Trials, epoch: str = "") -> LinedUp:
    """The trials from the start of an epoch (or of the trial) for as long as the shortest of them lasts.

    Raises:
        ValueError: there is no such epoch, or no trial has a step in it.
    """
    batch = trials.batch
    if epoch and epoch not in batch.epochs:
        raise ValueError(f"epoch: no epoch {epoch!r}; give one of {', '.join(batch.epochs)}")
    spans = batch.epochs[epoch] if epoch else np.stack([np.zeros_like(batch.lengths), batch.lengths], axis=1)
    lengths = spans[:, 1] - spans[:, 0]
    kept = np.flatnonzero(lengths > 0)
    if not len(kept):
        raise ValueError(f"epoch: no trial has a step in {epoch}; choose another")
    steps = spans[kept, :1] + np.arange(int(lengths[kept].min()))
    rates = np.take_along_axis(trials.activity.rates[kept], steps[:, :, None], axis=1)
    return LinedUp(rates, {name: values[kept] for name, values in batch.factors.items()}, kept, steps)
