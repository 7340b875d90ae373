"""Scoring: which trials a network got right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import Spec, SpecError, quantity
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import Window, whole_steps

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task


@dataclass(frozen=True, repr=False, eq=False)
class Score:
    """How a network did on a batch.

    Attributes:
        accuracy: mean of `correct`, in [0, 1].
        correct: how right each trial is, in [0, 1], (trial,); 0 or 1 where there is one answer to a trial.
        choices: the output chosen in each trial, (trial,), or None where a trial has no single answer.
        chance: the accuracy of a network that knows nothing.
    """

    accuracy: float
    correct: Floats
    choices: NDArray[np.int64] | None
    chance: float

    def __repr__(self) -> str:
        return f"Score(accuracy {self.accuracy:.3f}, chance {self.chance:.3f}, {len(self.correct)} trials)"


@dataclass(frozen=True)
class Scoring(Spec):
    """Base of the kinds. Add one: subclass, give `judge` (and `check_task`), name it in the union `AnyScoring`."""

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        """Score ``outputs``, (trial, time, output)."""
        raise NotImplementedError

    def check_task(self, task: Task) -> None:
        """Raise `SpecError` where ``task`` cannot be scored so."""

    def least_judged(self, task: Task) -> tuple[float, str]:
        """The shortest time (ms) that a part of a trial is judged, once an epoch's own grace is over, and which."""
        return math.inf, ""


@dataclass(frozen=True)
class LargestMean(Scoring):
    """The choice is the output with the largest mean over the judged steps; right if the target's is the same one.

    ``epochs`` narrows the judged steps to some of the scored epochs.
    """

    epochs: tuple[str, ...] = names("epoch", (), help="Scored epochs that count; none: all.")

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        weights = batch.mask
        if self.epochs:
            weights = weights * np.any([batch.window(name) for name in self.epochs], axis=0)[:, :, None]
        # Sums do as well as means: every output has the same judged steps.
        choices = _largest(outputs, weights)
        answered = weights.any(axis=(1, 2)) & np.isfinite(outputs).all(axis=(1, 2))
        correct = (choices == _largest(batch.targets, weights)) & answered
        return Score(_mean(correct), correct.astype(float), choices, chance=1 / batch.targets.shape[2])

    def check_task(self, task: Task) -> None:
        if len(task.outputs) < 2:
            raise SpecError(
                "Task.scoring", "LargestMean chooses among outputs, and there is only one", remedy="add one"
            )
        scored = {epoch.name for epoch in task.epochs if epoch.scored}
        for i, name in enumerate(self.epochs):
            if name not in scored:
                raise SpecError(f"Task.scoring.epochs[{i}]", f"epoch {name!r} is not scored", remedy="set scored=True")


@dataclass(frozen=True)
class WithinTolerance(Scoring):
    """The fraction of the judged steps, over all outputs, in which the output is within ``tolerance`` of the target.

    ``grace`` ms after each change of a target that output is not judged. Chance is what silence (every output zero)
    scores on the same trials.
    """

    tolerance: float = quantity(0.5, above=0, help="Largest distance from the target that is right.")
    grace: float = quantity(0.0, unit="ms", low=0, help="Time after each change of a target that is not judged.")

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        judged = (batch.mask > 0) & self._settled(batch.targets, batch.dt)
        correct = self._fractions(outputs, batch.targets, judged)
        silence = self._fractions(np.zeros((), dtype=np.float32), batch.targets, judged)
        return Score(_mean(correct), correct, None, chance=_mean(silence))

    def _settled(self, targets: NDArray[np.floating], dt: float) -> Window:
        """True from ``grace`` after the last change on; a target's value at the start is no change."""
        grace = whole_steps(self.grace, dt)
        steps = np.arange(targets.shape[1])[None, :, None]
        changed = np.zeros(targets.shape, dtype=bool)
        changed[:, 1:] = targets[:, 1:] != targets[:, :-1]
        latest = np.maximum.accumulate(np.where(changed, steps, -grace), axis=1)
        return steps - latest >= grace

    def _fractions(self, outputs: NDArray[np.floating], targets: NDArray[np.floating], judged: Window) -> Floats:
        right = (np.abs(outputs - targets) < self.tolerance) & judged
        return right.sum(axis=(1, 2)) / np.maximum(judged.sum(axis=(1, 2)), 1)

    def check_task(self, task: Task) -> None:
        least, where = self.least_judged(task)
        if least <= 0:
            raise SpecError(
                "Task.scoring.grace",
                f"{self.grace:g} ms may leave no judged time in {where}",
                value=self.grace,
                remedy=f"give less than {self.grace + least:g} ms",
            )

    def least_judged(self, task: Task) -> tuple[float, str]:
        scored = [epoch for epoch in task.epochs if epoch.scored]
        times = [(task.shortest(epoch.name) - epoch.grace - self.grace, f"epoch {epoch.name!r}") for epoch in scored]
        if self.grace > 0:
            times += [(self._steady(task, output) - self.grace, f"output {output.name!r}") for output in task.outputs]
        return min(times)

    def _steady(self, task: Task, output: Channel) -> float:
        """The shortest time (ms) between two changes of a target inside an epoch."""
        return min((signal.holds_for(task) for signal in output.signals), default=math.inf)


def _largest(values: NDArray[np.floating], weights: NDArray[np.floating]) -> NDArray[np.int64]:
    """Output with the largest weighted sum over time, (trial,); the first of equals."""
    return np.einsum("ntc,ntc->nc", values, weights).argmax(axis=1)


def _mean(correct: NDArray) -> float:
    return float(correct.mean()) if len(correct) else 0.0


AnyScoring = LargestMean | WithinTolerance
"""Every way in which a task can be scored."""
