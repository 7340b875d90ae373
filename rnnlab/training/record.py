"""The history of a training while it grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from rnnlab.runs import History
from rnnlab.runs.history import TABLES
from rnnlab.training.validation import Measured


@dataclass
class Record:
    """Lists that become the arrays of a `rnnlab.runs.History`; the names are the same."""

    updates: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    gradient_norms: list[float] = field(default_factory=list)
    evaluated_at: list[int] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    penalties: list[float] = field(default_factory=list)
    worst_accuracies: list[float] = field(default_factory=list)
    spectral_radii: list[float] = field(default_factory=list)
    silent: list[float] = field(default_factory=list)
    saturated: list[float] = field(default_factory=list)
    half_step_accuracies: list[float] = field(default_factory=list)
    penalty_values: list[list[float]] = field(default_factory=list)
    task_accuracies: list[list[float]] = field(default_factory=list)
    condition_accuracies: list[list[float]] = field(default_factory=list)

    @classmethod
    def of(cls, history: History) -> Record:
        """The record that a saved history goes on from."""
        return cls(**{f.name: getattr(history, f.name).tolist() for f in fields(cls)})

    def history(self) -> History:
        """Everything so far."""
        lists = {f.name: getattr(self, f.name) for f in fields(self)}
        return History.from_arrays({k: _table(rows) if k in TABLES else np.array(rows) for k, rows in lists.items()})

    def updated(
        self, update: int, loss: float, gradient_norm: float, penalty: float, penalties: Sequence[float] = ()
    ) -> None:
        """Note one update."""
        self.updates.append(update)
        self.losses.append(loss)
        self.gradient_norms.append(gradient_norm)
        self.penalties.append(penalty)
        self.penalty_values.append(list(penalties))

    def evaluated(
        self, update: int, measured: Measured, tasks: Sequence[str] = (), conditions: Sequence[str] = ()
    ) -> None:
        """Note one evaluation, with a column for each of ``tasks`` and each of ``conditions``."""
        self.evaluated_at.append(update)
        self.accuracies.append(measured.accuracy)
        self.validation_losses.append(measured.loss)
        self.worst_accuracies.append(measured.worst)
        self.spectral_radii.append(measured.spectral_radius)
        self.silent.append(measured.silent)
        self.saturated.append(measured.saturated)
        self.half_step_accuracies.append(float("nan") if measured.half_step is None else measured.half_step)
        self.task_accuracies.append([measured.tasks.get(name, float("nan")) for name in tasks])
        self.condition_accuracies.append([measured.conditions.get(name, float("nan")) for name in conditions])

    def accuracy_at(self, update: int) -> float | None:
        """The accuracy measured after ``update`` updates, or None where it was not."""
        pairs = zip(reversed(self.evaluated_at), reversed(self.accuracies), strict=True)
        return next((accuracy for at, accuracy in pairs if at == update), None)

    def regular_losses(self, every: int) -> list[float]:
        """Validation losses at multiples of ``every`` updates: a run that was meant to be shorter has one more, at its
        earlier end, which must not count."""
        pairs = zip(self.evaluated_at, self.validation_losses, strict=True)
        return [loss for update, loss in pairs if update % every == 0]


def _table(rows: list[list[float]]) -> NDArray[np.float64]:
    """Rows as wide as the widest of them: penalties and conditions may come while it trains, and a run that was written
    when conditions were not told apart yet goes on."""
    width = max(map(len, rows), default=0)
    return np.array([row + [float("nan")] * (width - len(row)) for row in rows]).reshape(len(rows), width)
