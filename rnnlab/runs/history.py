"""`History`: how a training went, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def _floats() -> Floats:
    return np.zeros(0)


def _counts() -> Counts:
    return np.zeros(0, dtype=np.int64)


STEPS = ("updates", "losses", "gradient_norms", "penalties")
"""Arrays with a value for each update."""

MARKS = (
    "evaluated_at",
    "accuracies",
    "validation_losses",
    "worst_accuracies",
    "spectral_radii",
    "silent",
    "saturated",
    "half_step_accuracies",
)
"""Arrays with a value for each evaluation."""

LATER = {"penalties", "worst_accuracies", "spectral_radii", "silent", "saturated", "half_step_accuracies"}
"""Arrays that may be missing: nobody measured them."""

TABLES = {"penalty_values": STEPS, "task_accuracies": MARKS, "condition_accuracies": MARKS}
"""Arrays with a row for each update or evaluation, and a column for each penalty, task or condition."""


@dataclass(frozen=True, eq=False)
class History:
    """What was measured while a network learned.

    Attributes:
        updates: the update each loss belongs to, (update,), counted from 1.
        losses: masked loss of the batch, before the update, (update,).
        gradient_norms: Euclidean norm of the whole gradient, before clipping, (update,); NaN in `lost_updates`.
        evaluated_at: number of updates done at each evaluation, (evaluation,); 0 is the untrained network.
        accuracies: share correct on the fixed validation trials, (evaluation,).
        validation_losses: loss there, (evaluation,).
        penalties: weighted sum of the training's penalties in the batch, (update,).
        worst_accuracies: share correct in the condition in which the fewest are, (evaluation,).
        spectral_radii: largest modulus of an eigenvalue of the recurrent weights, (evaluation,).
        silent, saturated: shares of units that are; see `rnnlab.events.Health`, (evaluation,).
        half_step_accuracies: share correct at half the time step, (evaluation,).
        penalty_values: what each penalty added to the loss, weighted, in the order of the training, (update, penalty).
        task_accuracies: share correct in each task of a set or a curriculum, in the order of `Experiment.task_names`,
            (evaluation, task), NaN for a task that was not among the trials; (evaluation, 0) where there is one task.
        condition_accuracies: share correct in each condition, in the order of
            `rnnlab.runs.conditions.measured_conditions`, (evaluation, condition); (evaluation, 0) where there are none.

    What was not measured is NaN.
    """

    updates: Counts = field(default_factory=_counts)
    losses: Floats = field(default_factory=_floats)
    gradient_norms: Floats = field(default_factory=_floats)
    evaluated_at: Counts = field(default_factory=_counts)
    accuracies: Floats = field(default_factory=_floats)
    validation_losses: Floats = field(default_factory=_floats)
    penalties: Floats = field(default_factory=_floats)
    worst_accuracies: Floats = field(default_factory=_floats)
    spectral_radii: Floats = field(default_factory=_floats)
    silent: Floats = field(default_factory=_floats)
    saturated: Floats = field(default_factory=_floats)
    half_step_accuracies: Floats = field(default_factory=_floats)
    penalty_values: Floats = field(default_factory=_floats)
    task_accuracies: Floats = field(default_factory=_floats)
    condition_accuracies: Floats = field(default_factory=_floats)

    def __post_init__(self) -> None:
        for group in (STEPS, MARKS):
            for name in set(group) & LATER:
                if not len(getattr(self, name)):
                    object.__setattr__(self, name, np.full(np.shape(getattr(self, group[0])), np.nan))
            lengths = {name: np.shape(getattr(self, name)) for name in group}
            if len(set(lengths.values())) != 1 or len(lengths[group[0]]) != 1:
                shapes = ", ".join(f"{name} {shape}" for name, shape in lengths.items())
                raise ValueError(f"History: arrays of one kind must have one length, got {shapes}")
        self._check_tables()

    def _check_tables(self) -> None:
        """A table may be missing, and otherwise has a row for each update or evaluation."""
        for name, group in TABLES.items():
            table, n = getattr(self, name), len(getattr(self, group[0]))
            if not table.size:
                object.__setattr__(self, name, np.zeros((n, 0)))
            elif table.ndim != 2 or len(table) != n:
                raise ValueError(f"History: {name} must have {n} rows, one for each of {group[0]}, got {table.shape}")

    @property
    def n_updates(self) -> int:
        """Number of updates recorded."""
        return len(self.updates)

    @property
    def lost_updates(self) -> Counts:
        """Those that had no gradient to go by, as it was not finite; see ``not_finite`` of `rnnlab.runs.Training`."""
        return self.updates[np.isnan(self.gradient_norms)]

    @property
    def accuracy(self) -> float | None:
        """The last accuracy measured, or None before the first evaluation."""
        return float(self.accuracies[-1]) if len(self.accuracies) else None

    @property
    def best_accuracy(self) -> float | None:
        """The highest accuracy measured, or None before the first evaluation."""
        return float(self.accuracies.max()) if len(self.accuracies) else None

    @property
    def worst_task_accuracies(self) -> Floats:
        """Share correct in the task in which the fewest are, of those measured, (evaluation,); `accuracies` where
        there is one task."""
        if not self.task_accuracies.shape[1]:
            return self.accuracies
        lowest: Floats = np.nan_to_num(self.task_accuracies, nan=np.inf).min(axis=1)
        return lowest

    def to_arrays(self) -> dict[str, NDArray]:
        """Name -> array, for a file. What nobody measured is left out."""
        tables = {name: table for name in TABLES if (table := getattr(self, name)).size}
        columns = {name: getattr(self, name) for name in self._measured}
        return {name: np.ascontiguousarray(array) for name, array in {**columns, **tables}.items()}

    @property
    def _measured(self) -> list[str]:
        names = [*STEPS, *MARKS]
        return [name for name in names if name not in LATER or not np.isnan(getattr(self, name)).all()]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray]) -> History:
        """The inverse of `to_arrays`. Raises ValueError where an array is missing, unknown or not one of numbers."""
        names = {f.name for f in fields(cls)}
        if not names - LATER - {*TABLES} <= set(arrays) <= names:
            raise ValueError(f"History: expected the arrays {sorted(names)}, got {sorted(arrays)}")
        counted = {"updates", "evaluated_at"}
        typed: dict[str, Any] = {
            name: np.asarray(a).astype(np.int64 if name in counted else np.float64) for name, a in arrays.items()
        }
        return cls(**typed)

    def until(self, update: int) -> History:
        """The part up to and including ``update``."""
        steps = self.updates <= update
        parts = {name: getattr(self, name)[steps] for name in (*STEPS, "penalty_values")}
        return replace(self, **parts).evaluations(self.evaluated_at <= update)

    def evaluations(self, chosen: NDArray[np.bool_]) -> History:
        """The same, with some of the evaluations."""
        tables = [name for name, group in TABLES.items() if group is MARKS]
        return replace(self, **{name: getattr(self, name)[chosen] for name in (*MARKS, *tables)})

    def _repr_html_(self) -> str:
        def row(name: str) -> str:
            array = getattr(self, name)
            axis = "update" if name in STEPS else "evaluation"
            span = f"{array[0]:.4g} to {array[-1]:.4g}" if len(array) else ""
            return f"<tr><th>{escape(name)}</th><td>({axis} {len(array)})</td><td>{escape(span)}</td></tr>"

        return f"<table><caption>{escape(repr(self))}</caption>{''.join(map(row, self._measured))}</table>"

    def __repr__(self) -> str:
        last = f", last loss {self.losses[-1]:.4g}" if len(self.losses) else ""
        scored = f", accuracy {self.accuracy:.1%}" if self.accuracy is not None else ""
        scored += f", {n} not finite" if (n := len(self.lost_updates)) else ""
        return f"History({self.n_updates} updates, {len(self.accuracies)} evaluations{last}{scored})"
