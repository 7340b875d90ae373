"""Tasks one after the other: what a network learns in stages, from easy to hard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from numpy.typing import NDArray

from rnnlab.spec import Spec, SpecError, quantity
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.checks import check_name
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.multitask import MultitaskSet
from rnnlab.tasks.scoring import Score
from rnnlab.tasks.streams import Seed
from rnnlab.tasks.task import Task


@dataclass(frozen=True)
class Stage(Spec):
    """A stretch of a curriculum: a task, until the network does it well enough.

    The stage is over at the first evaluation at which the mean of ``metric`` over the last evaluations of the stage
    is at least the threshold (for the loss: at most), or after ``updates``.
    """

    task: Task | MultitaskSet = field(metadata={"help": "What is learned in the stage."})
    threshold: float = quantity(0.9, low=0, soft=(0.5, 1), step=0.01, help="What ends the stage.")
    updates: int | None = quantity(
        None, low=1, start=1000, empty="no limit", help="The most updates that the stage may take; none: no limit."
    )
    metric: Literal["accuracy", "worst_condition", "worst_task", "loss"] = field(
        default="accuracy",
        metadata={
            "help": "What the threshold is about: all validation trials, those of the condition or of the task of a "
            "set that goes worst, or the validation loss."
        },
    )
    last: int = quantity(1, low=1, soft=(1, 20), step=1, help="Evaluations that the mean is over.")

    def check(self) -> None:
        if self.metric != "loss" and self.threshold > 1:
            raise self.refuse("threshold", f"{self.threshold:g} is more than all trials", remedy="give at most 1")
        if self.metric == "worst_task" and isinstance(self.task, Task):
            raise self.refuse("metric", "the stage has one task", remedy="give 'accuracy', or a MultitaskSet")


@dataclass(frozen=True)
class Curriculum(Spec):
    """Tasks from easy to hard, for one network: all stages have the same inputs and outputs, in the same order.

    Training goes from stage to stage and ends with the last one. Trials drawn from the curriculum itself are those of
    its last stage: what it is all for.

    Example:
        >>> import rnnlab as rl
        >>> easy, hard = (rl.tasks.get("perceptual_discrimination", coherences=c) for c in [(0.5,), (0.1, 0.5)])
        >>> course = Curriculum("to weaker motion", (Stage(easy, threshold=0.95), Stage(hard, threshold=0.85)))
        >>> float(course.sample(100).factors["coherence"].min())
        0.1
    """

    name: str
    stages: tuple[Stage, ...] = field(metadata={"help": "In the order in which they are learned."})
    description: str = ""

    def check(self) -> None:
        check_name("Curriculum.name", self.name)
        if not self.stages:
            raise self.refuse("stages", "there is none", remedy="give at least one")
        first = self.stages[0].task
        for i, stage in enumerate(self.stages):
            for what in ("input_names", "output_names"):
                if getattr(stage.task, what) != getattr(first, what):
                    raise SpecError(
                        f"Curriculum.stages[{i}].task",
                        f"its {what.split('_')[0]}s are not those of the first stage",
                        remedy=f"give {', '.join(getattr(first, what)) or 'none'}",
                    )

    @property
    def goal(self) -> Task | MultitaskSet:
        """What the last stage is about."""
        return self.stages[-1].task

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.goal.input_names

    @property
    def output_names(self) -> tuple[str, ...]:
        return self.goal.output_names

    @property
    def epoch_names(self) -> tuple[str, ...]:
        return self.goal.epoch_names

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """Those of the goal."""
        return self.goal.epochs

    @property
    def n_inputs(self) -> int:
        return self.goal.n_inputs

    @property
    def n_outputs(self) -> int:
        return self.goal.n_outputs

    def sample(
        self, n_trials: int, dt: float = 10, seed: Seed = 0, *, noise: bool = True, balanced: bool | None = None
    ) -> Batch:
        """Trials of the last stage, as `Task.sample`."""
        return self.goal.sample(n_trials, dt, seed, noise=noise, balanced=balanced)

    def score(self, outputs: NDArray[Any], batch: Batch) -> Score:
        """Which trials ``outputs``, (trial, time, output), got right."""
        return batch.task.score(outputs, batch)


AnyTask: TypeAlias = Task | MultitaskSet | Curriculum
"""Everything that can be learned and is data."""


def single_tasks(task: AnyTask, path: str = "task") -> Iterator[tuple[str, Task]]:
    """Every single task in one, each with its path."""
    match task:
        case Task():
            yield path, task
        case MultitaskSet():
            for i, one in enumerate(task.tasks):
                yield f"{path}.tasks[{i}]", one
        case Curriculum():
            for i, stage in enumerate(task.stages):
                yield from single_tasks(stage.task, f"{path}.stages[{i}].task")


def task_names(task: object) -> tuple[str, ...]:
    """Names of the tasks that are scored one by one: of a set or a curriculum, each once."""
    if not isinstance(task, MultitaskSet | Curriculum):
        return ()
    return tuple(dict.fromkeys(one.name for _, one in single_tasks(task)))
