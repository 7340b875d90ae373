"""Conditions of a task: what the accuracy is told of one by one while a network learns."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rnnlab.runs.experiment import Experiment
from rnnlab.runs.steering import in_force
from rnnlab.spec.paths import keys
from rnnlab.tasks import Batch, Curriculum, Score, Task
from rnnlab.tasks.conditions import options

MOST = 100
"""More combinations of factors than this are not told apart, but the values of each factor are."""

Cell = tuple[tuple[str, float], ...]
"""Names of factors, each with its value."""


def condition_names(task: object) -> tuple[str, ...]:
    """Names of the conditions of a task whose accuracies a history has, in its order; see `measured_conditions`.

    They are the combinations of the factors that are chosen; of more than `MOST` combinations, the values of each
    factor by itself. Of a curriculum they are those of all its stages; a set is scored by its tasks, and has none.

    >>> from rnnlab.tasks import get
    >>> condition_names(get("perceptual_discrimination", coherences=(0.1, 0.5)))[:3]
    ('coherence 0.1, direction 0', 'coherence 0.1, direction 1', 'coherence 0.5, direction 0')
    """
    return tuple(cells_of(task))


def measured_conditions(experiment: Experiment, update: int) -> tuple[str, ...]:
    """Names of the columns of ``condition_accuracies`` after so many updates of a training.

    The conditions of its task, and behind them those of what its task was steered to by then, change by change: what a
    column is stays what it is.
    """
    names = dict.fromkeys(condition_names(experiment.task))
    for i, change in enumerate(experiment.steering):
        if change.update < update and keys(change.path)[0] == "task":
            so_far = experiment.replace(steering=experiment.steering[: i + 1])
            names |= dict.fromkeys(condition_names(in_force(so_far, change.update + change.over).task))
    return tuple(names)


@lru_cache(maxsize=32)
def cells_of(task: object) -> Mapping[str, Cell]:
    """Name -> factors and values, of every condition."""
    match task:
        case Task():
            return _of_task(task)
        case Curriculum():
            return {name: cell for stage in task.stages for name, cell in cells_of(stage.task).items()}
    return {}


def _of_task(task: Task) -> dict[str, Cell]:
    chosen = {name: [value for value, _ in found] for name, found in options(task.factors).items() if len(found) > 1}
    if math.prod(map(len, chosen.values())) <= MOST:
        cells = [tuple(zip(chosen, values, strict=True)) for values in itertools.product(*chosen.values())]
    else:
        cells = [((name, value),) for name, values in chosen.items() for value in values]
    return {_name(cell): cell for cell in cells} if 1 < len(cells) <= MOST else {}


def _name(cell: Cell) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in cell)


def condition_accuracies(score: Score, batch: Batch, cells: Mapping[str, Cell]) -> dict[str, float]:
    """Name -> share correct among the trials of a condition that count, for each condition that has some."""
    counted = np.ones(batch.n_trials, dtype=bool) if score.counted is None else np.asarray(score.counted, dtype=bool)
    levels: dict[tuple[str, float], NDArray[np.bool_]] = {}
    found = {}
    for label, cell in cells.items():
        rows = counted
        for pair in cell:
            if pair not in levels:
                name, value = pair
                levels[pair] = batch.factors[name] == value if name in batch.factors else np.zeros_like(counted)
            rows = rows & levels[pair]
        if rows.any():
            found[label] = float(score.correct[rows].mean())
    return found
