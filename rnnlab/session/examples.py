"""Example trials: few enough to be drawn anew on every notch of a slider, whoever wrote the task."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.runs import Experiment
from rnnlab.spec import SpecError
from rnnlab.tasks import Batch, CodeTask, Task
from rnnlab.tasks.places import places, seen
from rnnlab.tasks.timing import spans

N_EXAMPLES = 24
"""Example trials shown and run through the network."""

MAX_VALUES = 100_000_000
"""Numbers that are worked out for them at most: about a second, and some hundred megabytes."""


@dataclass(frozen=True)
class Trials:
    """Some trials to look at.

    Attributes:
        n: how many.
        first: from which on.
        of_conditions: whether there is one of each condition, instead of trials as they come.
        among: numbers of the trials among which they are, where not all are to be seen.
    """

    n: int
    first: int = 0
    of_conditions: bool = False
    among: tuple[int, ...] = ()

    @property
    def numbers(self) -> slice | list[int]:
        """Which they are of all trials."""
        stretch = slice(self.first, self.first + self.n)
        return list(self.among[stretch]) if self.among else stretch


def sample(task: Task, seed: tuple[int, int], n_trials: int, dt: float, noise: bool = True) -> Batch:
    """Trials with held random numbers: a slider moves them, it does not shuffle them."""
    return task.sample(n_trials, dt=dt, seed=seed, noise=noise)


def check_size(experiment: Experiment) -> None:
    """Refuse what would stall the page: a task from a stranger may describe trials of any size.

    Raises:
        SpecError: the example trials are too large.
        NotCitableError: the task is Python code.
    """
    if isinstance(experiment.task, CodeTask):
        raise experiment.task.not_citable("Experiment.task")
    for place in places(experiment.task):
        _check_size(seen(experiment.task, place), experiment.network.dt)


def _check_size(task: Task, dt: float) -> None:
    n_steps = spans(task.epochs, task.factors)[-1].latest_end / dt
    n_traces = sum(2 + len(channel.signals) for channel in (*task.inputs, *task.outputs))
    if N_EXAMPLES * n_steps * n_traces > MAX_VALUES:
        raise SpecError(
            "Task.epochs",
            f"trials of up to {n_steps:.0f} steps with {n_traces} channels and signals are too large to show",
            remedy="shorten the trial, take a larger time step or fewer channels",
        )
