"""Stages of a curriculum: when one is over, and what of a history speaks of the one that is on.

Everything follows from the history and from the updates at which stages began, which a run keeps; so a training that
goes on changes stage where the uninterrupted one did.
"""

from __future__ import annotations

import numpy as np

from rnnlab.runs.history import Floats, History
from rnnlab.tasks import Curriculum, Stage

Begun = tuple[int, ...]
"""The update at which each stage so far began."""


def of_stage(history: History, begun: Begun) -> History:
    """The same, with the evaluations of the newest stage alone. That at its beginning was of the stage before."""
    return history if len(begun) == 1 else history.evaluations(history.evaluated_at > begun[-1])


def judged(task: object, history: History, begun: Begun) -> History:
    """The same, with the evaluations that rules of stopping look at: in a curriculum those of its last stage."""
    if isinstance(task, Curriculum) and len(begun) < len(task.stages):
        return history.evaluations(np.zeros(len(history.evaluated_at), dtype=bool))
    return of_stage(history, begun)


def stage_end(stage: Stage, history: History, begun: Begun, update: int, every: int) -> str | None:
    """Why the newest stage is over after ``update`` updates: ``"threshold"``, ``"updates"``; None: it goes on.

    Only evaluations at multiples of ``every`` updates count: a run that was meant to be shorter has one more, at its
    earlier end.
    """
    if update % every == 0 and _reached(stage, of_stage(history, begun), every):
        return "threshold"
    return "updates" if stage.updates is not None and update - begun[-1] >= stage.updates else None


def _reached(stage: Stage, history: History, every: int) -> bool:
    values = _values(stage, history.evaluations(history.evaluated_at % every == 0))[-stage.last :]
    if len(values) < stage.last:
        return False
    mean = float(values.mean())
    return mean <= stage.threshold if stage.metric == "loss" else mean >= stage.threshold


def _values(stage: Stage, history: History) -> Floats:
    match stage.metric:
        case "accuracy":
            return history.accuracies
        case "worst_condition":
            return history.worst_accuracies
        case "worst_task":
            return history.worst_task_accuracies
        case "loss":
            return history.validation_losses
