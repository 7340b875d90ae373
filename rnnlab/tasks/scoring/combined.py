"""Scorings made of others."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import SpecError
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.references import names
from rnnlab.tasks.scoring.base import Score, Scoring, mean
from rnnlab.tasks.scoring.choices import FirstCrossing, LargestLast, LargestMean, SignOfMean
from rnnlab.tasks.scoring.values import AngularError, RSquared, WithinTolerance

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task

Plain = LargestMean | LargestLast | SignOfMean | FirstCrossing | WithinTolerance | RSquared | AngularError
"""Every scoring that is not made of others."""


@dataclass(frozen=True)
class WorstCondition(Scoring):
    """The accuracy is that of the worst condition, a combination of values of ``factors``; a trial is scored as ``of``
    says. Where these are several, so is the accuracy of each part, in the condition that is the worst by it.
    """

    of: Plain | Several = field(default=LargestMean(), metadata={"help": "How each trial is scored."})
    factors: tuple[str, ...] = names("factor", (), needed=True, help="Factors whose combinations are the conditions.")

    unused = ("outputs",)

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        score = self.of.score(outputs, batch)
        return dataclasses.replace(
            self._worst(score, batch), parts={name: self._worst(part, batch) for name, part in score.parts.items()}
        )

    def _worst(self, score: Score, batch: Batch) -> Score:
        counted = np.ones(batch.n_trials, dtype=bool) if score.counted is None else score.counted
        if self.only:
            counted = counted & (batch.factors[self.only] != 0)
        table = np.stack([batch.factors[name] for name in self.factors], axis=1)[counted]
        _, which = np.unique(table, axis=0, return_inverse=True)
        correct = score.correct[counted]
        worst = [mean(correct[which.ravel() == i]) for i in range(int(which.max(initial=-1)) + 1)]
        return dataclasses.replace(score, accuracy=min(worst, default=0.0), counted=counted)

    def score(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        return self.judge(outputs, batch)

    def check(self) -> None:
        if not self.factors:
            raise self.refuse("factors", "names no factor", remedy="name those whose combinations are the conditions")
        if self.outputs:
            raise self.refuse("outputs", "has no meaning here", remedy="name outputs in of")
        if isinstance(self.of, Several) and any(isinstance(part, WorstCondition) for part in self.of.of):
            raise self.refuse("of", "has a worst condition inside", remedy="take the worst condition once")

    def check_task(self, task: Task) -> None:
        of = self.of
        if isinstance(of, Several):
            of = of.replace(of=tuple(part.replace(only=part.only or self.only) for part in of.of))
        else:
            of = of.replace(only=of.only or self.only)
        _check_inner(of, task, "Task.scoring.of")

    def least_judged(self, task: Task) -> tuple[float, str]:
        return self.of.least_judged(task)


@dataclass(frozen=True)
class Several(Scoring):
    """Several scorings at once: the first is the accuracy; all are in `Score.parts`.

    A part has the name of its kind, with a number where there are several of a kind (an answer in each of two epochs,
    say): ``"LargestMean 1"``.
    """

    of: tuple[Plain | WorstCondition, ...] = field(
        default=(LargestMean(),), metadata={"help": "The scorings; the first gives the accuracy."}
    )

    unused = ("outputs", "only")

    def score(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        scores = [scoring.score(outputs, batch) for scoring in self.of]
        named = dict(zip(self.names, scores, strict=True))
        times = next((s.reaction_times for s in scores if s.reaction_times is not None), None)
        return dataclasses.replace(scores[0], parts=named, reaction_times=times)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parts, as `Score.parts` has them."""
        kinds = [type(scoring).__name__ for scoring in self.of]
        numbers = [kinds[: i + 1].count(kind) for i, kind in enumerate(kinds)]
        return tuple(f"{k} {n}" if kinds.count(k) > 1 else k for k, n in zip(kinds, numbers, strict=True))

    def check(self) -> None:
        if not self.of:
            raise self.refuse("of", "is empty", remedy="give at least one scoring")
        for i, scoring in enumerate(self.of):
            if scoring in self.of[:i]:
                raise self.refuse(f"of[{i}]", "is there already", remedy="let it judge other epochs or outputs")
            if isinstance(scoring, WorstCondition) and isinstance(scoring.of, Several):
                raise self.refuse(f"of[{i}].of", "has several inside", remedy="give each of them its worst condition")
        if self.outputs or self.only:
            where = "outputs" if self.outputs else "only"
            raise self.refuse(where, "has no meaning here", remedy="give it in the parts")

    def check_task(self, task: Task) -> None:
        for i, scoring in enumerate(self.of):
            _check_inner(scoring, task, f"Task.scoring.of[{i}]")

    def least_judged(self, task: Task) -> tuple[float, str]:
        return min(scoring.least_judged(task) for scoring in self.of)


def _check_inner(scoring: Scoring, task: Task, path: str) -> None:
    try:
        scoring.check_task(task)
    except SpecError as error:
        raise error.moved("Task.scoring", path) from None
