"""Scoring by choice: one output stands for the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import SpecError, quantity
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import Window, whole_steps
from rnnlab.tasks.scoring.base import Score, Scoring, check_scored, guessing, mean, means, narrowed

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task


def _chance() -> Any:
    return quantity(
        None,
        low=0,
        high=1,
        start=0.5,
        empty="1 in answers",
        help="Accuracy of guessing; none: 1 in the number of answers, of which keeping still may be one.",
    )


@dataclass(frozen=True)
class Choosing(Scoring):
    """What the scorings share in which the largest output is the choice, and right if the target's is the same one.

    Attributes:
        threshold: an output has to reach it to be a choice at all; below it the network has kept still, which is right
            where the target does so too. None: the largest output is the choice, however small.
        chance: the accuracy of guessing, where answers are not equally likely; None: one in the number of answers.
            These are the outputs and, where a trial asks for it (or there is one output only), keeping still.
        epochs: narrows the judged steps to some of the scored epochs.
    """

    epochs: tuple[str, ...] = names(
        "epoch", (), empty="all that are scored", help="Scored epochs that count; none: all."
    )
    threshold: float | None = quantity(
        None, start=0.5, empty="none", help="What an output must reach to be a choice; none: nothing."
    )
    chance: float | None = _chance()

    def values(self, traces: NDArray[np.floating], weights: NDArray[np.floating]) -> Floats:
        """What is compared, (trial, output)."""
        raise NotImplementedError

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        weights = narrowed(batch.mask, batch, self.epochs)
        choices, wanted = (self._choices(traces, weights) for traces in (outputs, batch.targets))
        judged = weights.any(axis=(1, 2))
        correct = (choices == wanted) & judged & np.isfinite(outputs).all(axis=(1, 2))
        chance = guessing(wanted[judged], outputs.shape[2]) if self.chance is None else self.chance
        return Score(mean(correct), correct.astype(float), choices, chance)

    def wants(self, batch: Batch) -> NDArray[np.bool_]:
        return self._choices(batch.targets, narrowed(batch.mask, batch, self.epochs)) >= 0

    def _choices(self, traces: NDArray[np.floating], weights: NDArray[np.floating]) -> NDArray[np.int64]:
        """The output with the largest value, (trial,); the first of equals, -1 below the threshold."""
        values = self.values(traces, weights)
        choices = values.argmax(axis=1)
        if self.threshold is None:
            return choices
        return np.where(values.max(axis=1) >= self.threshold, choices, -1)

    def check_task(self, task: Task) -> None:
        if self.n_outputs(task) < 2 and self.threshold is None:
            raise SpecError(
                "Task.scoring",
                f"{type(self).__name__} chooses among outputs, and there is only one",
                remedy="add one, or give a threshold",
            )
        check_scored(task, self.epochs, self.only)


@dataclass(frozen=True)
class LargestMean(Choosing):
    """The choice is the output with the largest mean over the judged steps; right if the target's is the same one.

    ``epochs`` narrows the judged steps to some of the scored epochs.
    """

    def values(self, traces: NDArray[np.floating], weights: NDArray[np.floating]) -> Floats:
        return means(traces, weights)


@dataclass(frozen=True)
class LargestLast(Choosing):
    """The choice is the output that is largest at the last judged step of the trial."""

    def values(self, traces: NDArray[np.floating], weights: NDArray[np.floating]) -> Floats:
        judged = np.asarray(weights.any(axis=2))
        last = judged.shape[1] - 1 - judged[:, ::-1].argmax(axis=1)
        return np.asarray(traces[np.arange(len(traces)), last])


@dataclass(frozen=True)
class SignOfMean(Scoring):
    """Two answers on a single output: choice 1 if its mean over the judged steps is above 0, else choice 0."""

    epochs: tuple[str, ...] = names(
        "epoch", (), empty="all that are scored", help="Scored epochs that count; none: all."
    )

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        weights = narrowed(batch.mask, batch, self.epochs)
        sums, wanted = (np.einsum("ntc,ntc->n", traces, weights) for traces in (outputs, batch.targets))
        choices = (sums > 0).astype(np.int64)
        correct = (choices == (wanted > 0)) & weights.any(axis=(1, 2)) & np.isfinite(sums)
        return Score(mean(correct), correct.astype(float), choices, chance=0.5)

    def check_task(self, task: Task) -> None:
        if self.n_outputs(task) != 1:
            problem = f"SignOfMean looks at one output, and there are {self.n_outputs(task)}"
            raise SpecError("Task.scoring.outputs", problem, remedy="name one")
        check_scored(task, self.epochs, self.only)


@dataclass(frozen=True)
class FirstCrossing(Scoring):
    """The choice is the first output to reach ``threshold`` in ``epochs``; when it does is the reaction time.

    Reaction times are counted from the start of the first of ``epochs`` that the trial has. No crossing, no choice:
    such a trial is wrong, unless no target reaches the threshold in its judged steps. The right choice is the output
    whose target is the largest on average over the judged steps.

    Attributes:
        anticipation: an output that is at the threshold before ``epochs``, or earlier than so many ms into them, has
            not waited for the stimulus: the trial is wrong, with no choice and no reaction time. 0 counts what comes
            before the epochs only. None: a crossing before them does not matter, and none in them is too early.
        chance: the accuracy of guessing; None: one in the number of answers, as for `LargestMean`.
    """

    threshold: float = quantity(0.8, soft=(0, 1), step=0.05, help="Level that has to be reached.")
    epochs: tuple[str, ...] = names(
        "epoch", (), empty="the whole trial", help="Where the network may answer; none: the whole trial."
    )
    anticipation: float | None = quantity(
        None,
        unit="ms",
        low=0,
        soft=(0, 500),
        step=10,
        start=100.0,
        empty="not counted",
        help="A crossing before the epochs, or earlier than this into them, is wrong; none: it is ignored.",
    )
    chance: float | None = _chance()

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        window = np.asarray(np.any([batch.window(name) for name in self.epochs or batch.epochs], axis=0))
        above = outputs >= self.threshold
        too_early = self._too_early(np.asarray(above.any(axis=2)), window, batch.dt)
        reached = above & (window & ~too_early[:, None])[:, :, None]
        when = reached.any(axis=2).argmax(axis=1)
        crossed = reached.any(axis=(1, 2))
        rows = np.arange(len(outputs))
        # Of several that cross in the same step, the largest.
        first = np.where(reached[rows, when], outputs[rows, when], -np.inf).argmax(axis=1)
        choices = np.where(crossed, first, -1)
        judged, wanted = batch.mask.any(axis=(1, 2)), self._wanted(batch)
        correct = (choices == wanted) & judged & ~too_early & np.isfinite(outputs).all(axis=(1, 2))
        times = np.where(crossed, (when - window.argmax(axis=1)) * batch.dt, np.nan)
        chance = guessing(wanted[judged], outputs.shape[2]) if self.chance is None else self.chance
        return Score(mean(correct), correct.astype(float), choices, chance, reaction_times=times)

    def _too_early(self, above: Window, window: Window, dt: float) -> Window:
        """Trials with an anticipation, (trial,), from the steps in which an output is above, (trial, time)."""
        if self.anticipation is None:
            return np.zeros(len(above), dtype=bool)
        # A step is early if it begins before the time is over.
        first = window.argmax(axis=1) - whole_steps(-self.anticipation, dt)
        early = above & (np.arange(above.shape[1]) < first[:, None])
        return np.asarray(early.any(axis=1) & window.any(axis=1))

    def wants(self, batch: Batch) -> NDArray[np.bool_]:
        return self._wanted(batch) >= 0

    def check_task(self, task: Task) -> None:
        there = sum(task.shortest(name) for name in self.epochs or task.epoch_names)
        if self.anticipation is not None and self.anticipation >= there:
            raise SpecError(
                "Task.scoring.anticipation",
                f"{self.anticipation:g} ms may leave no time for an answer",
                value=self.anticipation,
                remedy=f"give less than {there:g} ms",
            )

    def _wanted(self, batch: Batch) -> NDArray[np.int64]:
        highest = np.where(batch.mask > 0, batch.targets, -np.inf).max(axis=(1, 2))
        return np.where(highest >= self.threshold, means(batch.targets, batch.mask).argmax(axis=1), -1)
