"""The learning rate that each update of a training had: its own, its schedule's factor, and what it was steered to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.runs.experiment import Experiment
from rnnlab.runs.history import History
from rnnlab.runs.schedules import OnPlateau
from rnnlab.runs.steering import in_force

MOST = 240
"""Points at which it is told; a picture has no more."""


def learning_rates(experiment: Experiment, history: History) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Updates, and the learning rate of each: of all, or of so many that lie evenly and where something was changed.

    Args:
        experiment: what was trained, with its steering.
        history: how far it came; a schedule that waits for a plateau needs its validation losses.
    """
    if not history.n_updates:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    last = int(history.updates[-1])
    changed = [at for change in experiment.steering for at in (change.update, change.update + 1) if 0 < at <= last]
    evenly = np.unique(np.linspace(1, last, min(last, MOST)).round().astype(np.int64))
    updates = np.union1d(evenly, np.array(changed, dtype=np.int64))
    return updates, np.array([_rate(experiment, history, int(update) - 1) for update in updates])


def _rate(experiment: Experiment, history: History, done: int) -> float:
    training = in_force(experiment, done).training
    return training.learning_rate * training.schedule.factor(
        done, _losses(training.schedule, experiment, history, done)
    )


def _losses(schedule: object, experiment: Experiment, history: History, done: int) -> list[float]:
    """Of the regular evaluations by then, where the schedule looks at them."""
    if not isinstance(schedule, OnPlateau):
        return []
    at = history.evaluated_at
    seen = (at <= done) & (at % experiment.training.evaluate_every == 0)
    return history.validation_losses[seen].tolist()
