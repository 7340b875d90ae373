"""Where a training ends of itself, and so what must be said to make a run again that ended elsewhere."""

from __future__ import annotations

from rnnlab.runs.history import History
from rnnlab.runs.training import Training


def due_end(training: Training, history: History) -> int:
    """The update after which a training ends unless it is stopped or diverges, as far as its history tells.

    An evaluation counts only where this training makes one: a run that was meant to be shorter has one more, at its
    earlier end.
    """
    if training.stop_accuracy is not None:
        marks = history.evaluated_at
        made = (marks % training.evaluate_every == 0) | (marks == training.updates)
        enough = marks[made & (history.accuracies >= training.stop_accuracy)]
        if len(enough):
            return min(int(enough[0]), training.updates)
    return training.updates
