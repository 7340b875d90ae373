"""Where a training ends of itself, which of its networks it keeps, and so what must be said to make a run again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.runs.history import History
from rnnlab.runs.stages import Begun, of_stage
from rnnlab.runs.stopping import TimeBudget, TrialBudget
from rnnlab.runs.training import Training

ENDINGS = {
    "updates": "all updates done",
    "accuracy": "wanted accuracy reached",
    "loss": "wanted loss reached",
    "patience": "no progress any more",
    "plateau": "the loss stands still",
    "trials": "all trials used",
    "seconds": "time is up",
    "curriculum": "last stage of the curriculum over",
    "diverged": "diverged",
}
"""Why a training ended (`rnnlab.events.Finished.reason`), in words."""


def last_update(training: Training) -> int:
    """The update after which updates or trials are used up."""
    budgets = [-(-stop.trials // training.batch_size) for stop in training.stop if isinstance(stop, TrialBudget)]
    return min([training.updates, *budgets])


def budget_reason(training: Training) -> str:
    """Which of the two is used up there."""
    return "trials" if last_update(training) < training.updates else "updates"


def seconds_allowed(training: Training) -> float:
    """Seconds after which it ends."""
    return min((stop.seconds for stop in training.stop if isinstance(stop, TimeBudget)), default=float("inf"))


def made(training: Training, history: History, end: int) -> NDArray[np.bool_]:
    """Which evaluations this training makes if it ends at ``end``: a run that was meant to be shorter has one more, at
    its earlier end."""
    marks = history.evaluated_at
    return np.asarray((marks % training.evaluate_every == 0) | (marks == end))


def reason_to_stop(training: Training, history: History) -> str | None:
    """Why a training ends at the last evaluation of its history; None: it goes on."""
    if not len(history.evaluated_at):
        return None
    seen = history.evaluations(made(training, history, int(history.evaluated_at[-1])))
    if training.stop_accuracy is not None and seen.accuracies[-1] >= training.stop_accuracy:
        return "accuracy"
    return next((stop.reason for stop in training.stop if stop.reached(seen)), None)


def due_end(training: Training, history: History) -> int:
    """The update after which a training ends unless it is stopped, diverges or runs out of seconds, as far as its
    history tells."""
    end = last_update(training)
    seen = history.evaluations(made(training, history, end))
    for update in seen.evaluated_at.tolist():
        if update < end and reason_to_stop(training, seen.until(update)) is not None:
            return update
    return end


def best_update(training: Training, history: History, end: int) -> int | None:
    """The evaluation with the most correct trials; among equals that with the smallest loss, then the first.

    None before the first evaluation.
    """
    seen = history.evaluations(made(training, history, end))
    order = np.lexsort((seen.evaluated_at, seen.validation_losses, -seen.accuracies))
    return int(seen.evaluated_at[order[0]]) if len(order) else None


def kept_update(training: Training, history: History, begun: Begun, update: int) -> int:
    """The update whose network is kept if a training ends after ``update``: that one or, where its training says so,
    the best of the stage that is on."""
    best = best_update(training, of_stage(history, begun), update) if training.keep == "best" else None
    return update if best is None else best
