"""How right the network is when a stretch of the trial is made shorter or longer: does it use all of the evidence?

Perfect integration of noisy evidence improves with the square root of the time; a bound, a leak or a late decision show
as accuracy that stops growing (Kiani, Hanks & Shadlen 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._intervals import interval_of_mean
from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.spec import SpecError
from rnnlab.tasks import Constant, Task


@dataclass(frozen=True, repr=False, eq=False)
class AccuracyByDuration(Result):
    """Accuracy at each of some durations of an epoch.

    Attributes:
        epoch: whose duration it is.
        durations: (duration,) ms.
        accuracy: (duration,) in [0, 1]; ``low`` and ``high`` are its 95 % interval.
        counts: (duration,) trials that count.
        chance: accuracy of a network that knows nothing.
    """

    epoch: str
    durations: FloatArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    counts: NDArray[np.intp]
    chance: float

    def facts(self) -> dict[str, str]:
        ends = [
            f"{100 * self.accuracy[i]:.1f} % ({100 * self.low[i]:.1f} to {100 * self.high[i]:.1f} %) "
            f"at {self.durations[i]:g} ms"
            for i in (0, -1)
        ]
        return {
            "accuracy": ", ".join(ends),
            "chance": f"{100 * self.chance:.1f} %",
            "epoch": f"{self.epoch}, {len(self.durations)} durations",
            "trials": f"{int(self.counts.sum())} that count",
        }


def accuracy_by_duration(
    durations: ArrayLike, correct: Sequence[ArrayLike], epoch: str = "epoch", chance: float = 0.5
) -> AccuracyByDuration:
    """Accuracy at each duration.

    Args:
        durations: (duration,) ms.
        correct: for each duration, how right each of its trials was, in [0, 1].
        epoch, chance: for the screen.

    Raises:
        ValueError: not one group of trials for each duration, or an empty one.
    """
    values = np.asarray(durations, float)
    groups = [np.asarray(each, float) for each in correct]
    if len(values) != len(groups) or not all(len(each) for each in groups):
        raise ValueError(f"correct: {len(groups)} groups of trials for {len(values)} durations; give some for each")
    ends = np.array([interval_of_mean(each) for each in groups])
    return AccuracyByDuration(
        epoch,
        frozen(values),
        frozen([each.mean() for each in groups]),
        frozen(ends[:, 0]),
        frozen(ends[:, 1]),
        frozen([len(each) for each in groups], np.intp),
        chance,
    )


def lasting(task: Task, epoch: str, duration: float) -> Task:
    """The task with one epoch of a fixed duration (ms).

    Raises:
        ValueError: there is no such epoch, or it cannot last so long in this task.

    >>> from rnnlab import tasks
    >>> lasting(tasks.get("perceptual_discrimination"), "stimulus", 300).epochs[1].duration
    Constant(value=300.0)
    """
    if epoch not in task.epoch_names:
        raise ValueError(f"epoch: no epoch {epoch!r}; give one of {', '.join(task.epoch_names)}")
    epochs = [e.replace(duration=Constant(duration)) if e.name == epoch else e for e in task.epochs]
    try:
        return task.replace(epochs=tuple(epochs))
    except SpecError as error:
        raise ValueError(f"longest: {epoch} cannot last {duration:g} ms in this task: {error.problem}") from None
