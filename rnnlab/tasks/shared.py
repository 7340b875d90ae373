"""Durations that all trials of a batch share."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.tasks.multitask import MultitaskSet
from rnnlab.tasks.task import Task

AnyTask = TypeVar("AnyTask", Task, MultitaskSet)


def share_durations(task: AnyTask) -> AnyTask:
    """The same task with one draw of every random duration for each batch instead of each trial.

    So did the generators of Yang et al. 2019, of the multitask-networks project and of sisyphus2: batches without
    padding, at the price of fewer distinct durations. In a set, the trials of one task share theirs.

    >>> from rnnlab import tasks
    >>> batch = share_durations(tasks.get("delay_go")).sample(50)
    >>> bool((batch.lengths == batch.n_steps).all())
    True
    """
    if isinstance(task, MultitaskSet):
        return task.replace(tasks=tuple(share_durations(each) for each in task.tasks))
    return task.replace(epochs=tuple(epoch.replace(shared=True) for epoch in task.epochs))
