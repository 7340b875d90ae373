"""What it is to score a batch."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import Spec, SpecError
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.conditions import conditions
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.references import names

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task


@dataclass(frozen=True, repr=False, eq=False)
class Score:
    """How a network did on a batch.

    Attributes:
        accuracy: mean of `correct` over the trials that count, in [0, 1] (unless the scoring says otherwise).
        correct: how right each trial is, in [0, 1], (trial,); 0 or 1 where there is one answer to a trial.
        choices: the output chosen in each trial, (trial,), -1 for none, or None where a trial has no single answer.
        chance: the accuracy of a network that knows nothing.
        counted: which trials count (catch trials do not), (trial,); None: all.
        reaction_times: ms until the choice, NaN without one, (trial,); None where the scoring measures none.
        parts: scores of other kinds for the same trials, by kind.
    """

    accuracy: float
    correct: Floats
    choices: NDArray[np.int64] | None
    chance: float
    counted: NDArray[np.bool_] | None = None
    reaction_times: Floats | None = None
    parts: dict[str, Score] = field(default_factory=dict)

    def __repr__(self) -> str:
        n_trials = len(self.correct) if self.counted is None else int(self.counted.sum())
        return f"Score(accuracy {self.accuracy:.3f}, chance {self.chance:.3f}, {n_trials} trials)"


@dataclass(frozen=True)
class Scoring(Spec):
    """Base of the kinds. Add one: subclass, give `judge` (and `check_task`), name it in the union `AnyScoring`.

    Attributes:
        outputs: the outputs that are looked at (without the fixation output, for one); none named: all.
        only: a factor; trials in which it is 0 (catch trials) do not count in the accuracy. None named: all count.
    """

    least_outputs: ClassVar[int] = 1
    """Of how many outputs this kind can say anything at all."""

    _: KW_ONLY
    outputs: tuple[str, ...] = names("output", (), empty="all", help="Outputs that are looked at; none: all.")
    only: str = names("factor", "", empty="all trials", help="A factor that must not be 0 for a trial to count.")

    def score(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        """Score ``outputs``, (trial, time, output)."""
        outputs, batch = self._looked_at(outputs, batch)
        score = self.judge(outputs, batch)
        if not self.only:
            return score
        counted = batch.factors[self.only] != 0
        if not counted.any():
            return dataclasses.replace(score, accuracy=0.0, counted=counted)
        counting = self.judge(outputs[counted], batch[counted])
        correct = score.correct.copy()
        correct[counted] = counting.correct
        changes = {"accuracy": counting.accuracy, "chance": counting.chance, "correct": correct, "counted": counted}
        return dataclasses.replace(score, **changes)

    def _looked_at(self, outputs: NDArray[np.floating], batch: Batch) -> tuple[NDArray[np.floating], Batch]:
        if not self.outputs:
            return outputs, batch
        columns = [batch.task.output_names.index(name) for name in self.outputs]
        targets, mask = batch.targets[:, :, columns], batch.mask[:, :, columns]
        return outputs[:, :, columns], dataclasses.replace(batch, targets=targets, mask=mask)

    def asks(self, batch: Batch) -> NDArray[np.bool_]:
        """Which trials ask for an answer, (trial,); in the others no output's target reaches the threshold, and to keep
        still is right. All, where there is no threshold."""
        return self.wants(self._looked_at(batch.targets, batch)[1])

    def wants(self, batch: Batch) -> NDArray[np.bool_]:
        """`asks`, of the outputs that are looked at."""
        return np.ones(batch.n_trials, dtype=bool)

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        """`score`, of the outputs that are looked at, with every trial of ``batch`` counted."""
        raise NotImplementedError

    def check_task(self, task: Task) -> None:
        """Raise `SpecError` where ``task`` cannot be scored so."""

    def least_judged(self, task: Task) -> tuple[float, str]:
        """The shortest time (ms) that a part of a trial is judged, once an epoch's own grace is over, and which."""
        return math.inf, ""

    def n_outputs(self, task: Task) -> int:
        """How many outputs are looked at."""
        return len(self.outputs) or len(task.outputs)


def mean(correct: NDArray) -> float:
    return float(correct.mean()) if len(correct) else 0.0


def guessing(wanted: NDArray[np.int64], n_outputs: int) -> float:
    """The accuracy of one of all answers at random, where these choices are ``wanted``, (trial,).

    To keep still (-1) is an answer where some trial asks for it; and with one output, the only other one there is.
    """
    return 1 / (n_outputs + (n_outputs == 1 or bool((wanted < 0).any())))


def means(traces: NDArray[np.floating], weights: NDArray[np.floating]) -> Floats:
    """The mean of each output over its judged steps, (trial, output), with the weights they have in the loss.

    Outputs are comparable even where some count more in the loss than others.
    """
    sums = np.einsum("ntc,ntc->nc", traces, weights, dtype=np.float64)
    return np.asarray(sums / np.maximum(weights.sum(axis=1), 1e-9))


def narrowed(mask: NDArray[np.floating], batch: Batch, epochs: tuple[str, ...]) -> NDArray[np.floating]:
    """The mask, within ``epochs`` only if any are named."""
    return mask * np.any([batch.window(name) for name in epochs], axis=0)[:, :, None] if epochs else mask


def check_scored(task: Task, epochs: tuple[str, ...], only: str = "") -> None:
    """Refuse to look at epochs in which nothing is judged, or of which a trial that counts may have none."""
    scored = {epoch.name: epoch for epoch in task.epochs if epoch.scored}
    for i, name in enumerate(epochs):
        if name not in scored:
            raise SpecError(f"Task.scoring.epochs[{i}]", f"epoch {name!r} is not scored", remedy="set scored=True")
    needed = {scored[name].when for name in epochs}
    if not epochs or "" in needed or only in needed:
        return
    found = conditions(task.factors, needed | ({only} if only else set()))
    missing = found is None or (
        ~np.any([found[when] != 0 for when in needed], axis=0) & (found[only] != 0 if only else True)
    )
    if np.any(missing):
        raise SpecError(
            "Task.scoring.epochs",
            "a trial may have none of these epochs, and could never be right",
            remedy="name another scored epoch, or let `only` name a factor that leaves such trials out",
        )
