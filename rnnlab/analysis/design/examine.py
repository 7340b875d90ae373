"""All checks of a task together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnnlab.analysis._result import Result
from rnnlab.analysis.design._case import Case, keeping, time_constants
from rnnlab.analysis.design._check import Check, per_cent
from rnnlab.analysis.design.answerable import check_answerable
from rnnlab.analysis.design.constant import best_constant, check_constant
from rnnlab.analysis.design.durations import Durations, durations
from rnnlab.analysis.design.giveaway import answers, check_early
from rnnlab.analysis.design.mask import check_mask
from rnnlab.analysis.design.memory import check_memory, memory_span
from rnnlab.analysis.design.pace import check_pace
from rnnlab.analysis.design.shares import Share, check_conditions, shares
from rnnlab.analysis.design.unused import check_unused
from rnnlab.networks import LeakyRNN
from rnnlab.tasks import Curriculum, MultitaskSet, Task
from rnnlab.tasks.conditions import in_order
from rnnlab.tasks.past import by_itself, has_past
from rnnlab.tasks.references import references


@dataclass(frozen=True, repr=False, eq=False)
class Design(Result):
    """What can be said of a task before anything is trained on it.

    Attributes:
        task: name of the task.
        checks: one answer each.
        durations: how long every epoch lasts; the last is the whole trial.
        shares: how often the values of each drawn factor come.
        memory: the longest time over which something must be kept in mind, ms.
        chance: the task's own chance level.
        constant: score of the best answer that never changes.
    """

    task: str
    checks: tuple[Check, ...]
    durations: tuple[Durations, ...]
    shares: tuple[Share, ...]
    memory: float
    chance: float
    constant: float

    def __getitem__(self, name: str) -> Check:
        """The check of that name."""
        return next(check for check in self.checks if check.name == name)

    @property
    def problems(self) -> tuple[Check, ...]:
        """The checks that found a problem."""
        return tuple(check for check in self.checks if check.verdict == "problem")

    def facts(self) -> dict[str, str]:
        return {
            "task": self.task,
            **{check.name: f"{check.verdict}: {check.sentence}" for check in self.checks if check.verdict != "good"},
            "memory": f"{self.memory:g} ms",
            "constant answer": f"{per_cent(self.constant)}, chance {per_cent(self.chance)}",
        }


def design(task: Task, dt: float = 10.0, network: Any = None, n_trials: int = 128, seed: int = 0) -> Design:
    """Check a task before a network is trained on it.

    The checks compare trials without noise: those that look the same up to a step, and pairs that differ in one thing
    only. What they find is therefore certain for the trials compared, which cover every random thing of the task, but
    not every combination of many. Each trial is taken by itself: of earlier trials a network knows what it is shown.

    Args:
        task: a task of epochs and channels.
        dt: time step, ms.
        network: a network or its config, for its time constants and what its units keep by themselves; None: 100 ms,
            and nothing.
        n_trials: trials drawn at random, for what is counted.
        seed: of the trials.

    Raises:
        SpecError: something in the task is shorter than ``dt``.
        ValueError: the task is made by code, or is several: check the tasks of a `MultitaskSet` (``whole.tasks[i]``)
            and of the stages of a `Curriculum` (``course.stages[i].task``) one by one.

    Example:
        >>> from rnnlab.tasks import get
        >>> found = design(get("delayed_discrimination"))
        >>> found["answerable"].verdict, found.memory
        ('good', 1250.0)
        >>> found["early"].sentence.partition(" the answer is known ")[2]
        'in epoch stimulus_1, before epoch stimulus_2 shows the rest.'
    """
    if not isinstance(task, Task):
        raise ValueError(f"task: {type(task).__name__} is not made of epochs and channels; {_instead(task)}")
    used = {name for _, name in references(task, "factor")}
    task = _apart(_by_itself(task))
    taus = (100.0, 100.0) if network is None else time_constants(network)
    begins = keeping(LeakyRNN() if network is None else network) or (0.0, "")
    case = Case(task, float(dt), taus, n_trials, seed, *begins)
    best, span = best_constant(case), memory_span(case)
    found = answers(case)
    checks = (
        check_answerable(case, found),
        check_mask(case),
        check_conditions(case),
        check_constant(case, best),
        check_early(case, found),
        check_memory(case, span),
        check_pace(case, found),
        check_unused(case, used),
    )
    return Design(task.name, checks, durations(task, dt, seed), shares(case), span.time, best.chance, best.accuracy)


def _instead(source: object) -> str:
    """What to check in place of something that is no task of epochs and channels."""
    if isinstance(source, MultitaskSet):
        return "check its tasks one by one: whole.tasks[i]"
    if isinstance(source, Curriculum):
        return "check the tasks of its stages one by one: course.stages[i].task"
    return "give a Task"


def _by_itself(task: Task) -> Task:
    """The task with what its trials have from earlier ones drawn anew: any value may have come before, and a network
    knows of it what is shown."""
    if not has_past(task.factors):
        return task
    return task.replace(factors=by_itself(in_order(task.factors)))


def _apart(task: Task) -> Task:
    """The task with a draw of every duration for each trial: of batches that share one, any two trials may differ."""
    if not any(epoch.shared for epoch in task.epochs):
        return task
    return task.replace(epochs=tuple(epoch.replace(shared=False) for epoch in task.epochs))
