"""`Experiment`: task + network + training + seed, the unit of sharing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlab.networks import AnyNetwork, Network
from rnnlab.runs.steering import Change, checked
from rnnlab.runs.streams import stream
from rnnlab.runs.training import Training
from rnnlab.spec import Live, Spec, SpecError, quantity
from rnnlab.tasks import AnyTask, CodeTask, Task, single_tasks, task_names
from rnnlab.tasks.timing import check_time_step


@dataclass(frozen=True)
class Experiment(Spec):
    """A task, a network, a training, a seed, and what changes on the way: everything that decides what a run becomes.

    The task may be a `rnnlab.tasks.MultitaskSet` or a `rnnlab.tasks.Curriculum`.

    With a `rnnlab.tasks.CodeTask`, a `rnnlab.networks.CodeCell` or a `rnnlab.runs.CodeLoss` it trains as well, but is
    not `citable`: it has no JSON, digest or script.

    Example:
        >>> import rnnlab as rl
        >>> task = rl.tasks.get("perceptual_discrimination")
        >>> experiment = Experiment(task=task, network=rl.networks.LeakyRNN(n_units=20))
        >>> experiment == Experiment.from_json(experiment.to_json())
        True
    """

    task: AnyTask | CodeTask
    network: AnyNetwork
    training: Training = field(default=Training())
    seed: int = quantity(0, low=0, high=2**63 - 1, help="decides every random number of the run")
    steering: tuple[Change, ...] = field(default=(), metadata={"help": "what changes while it is trained"})

    def check(self) -> None:
        """The network must have inputs and outputs to train on, and its time step must resolve the task's epochs."""
        if not self.task.n_outputs:
            raise self.refuse("task.outputs", "a network cannot be trained without outputs", remedy="add a Channel")
        self.training.loss.check_network(self.network, self.task.n_outputs)
        try:
            self.network.check_channels(self.task.n_inputs, self.task.n_outputs)
        except SpecError as error:
            raise error.moved(type(self.network).__name__, "Experiment.network") from None
        for i, penalty in enumerate(self.training.penalties):
            penalty.check_network(f"Experiment.training.penalties[{i}]", self.network)
        self._check_starts()
        if self.training.validation == "balanced" and isinstance(self.task, CodeTask):
            problem = f"the conditions of {self.task.name!r} are not known: it is Python code"
            raise self.refuse("training.validation", problem, remedy="give 'random'")
        if isinstance(self.task, CodeTask):
            self._check_time_step(self.task)
            self._check_steering()
            return
        self._check_time_steps(self.task)
        self._check_steering()

    def _check_starts(self) -> None:
        """Where each place in the batch has a start of its own, there must be as many as places."""
        n, size = self.network.n_starts, self.training.batch_size
        if self.network.start == "places" and n != size:
            problem = f"{n} starts for batches of {size} trials"
            raise self.refuse("network.n_starts", problem, remedy=f"give n_starts={size}, or batch_size={n}")

    def _check_steering(self) -> None:
        """Changes are put in order, their values made what their fields want."""
        if self.steering:
            object.__setattr__(self, "steering", checked(self))

    def _check_time_steps(self, whole: AnyTask) -> None:
        for path, task in single_tasks(whole):
            try:
                check_time_step(task, self.network.dt)
            except SpecError as error:
                raise error.moved("task", f"Experiment.{path}") from None

    def _check_time_step(self, task: CodeTask) -> None:
        try:
            task.check_time_step(self.network.dt)
        except ValueError as error:
            raise SpecError("Experiment.network.dt", str(error).removeprefix("dt: ")) from None

    @property
    def citable(self) -> bool:
        """Whether the whole experiment can be written down: none of task, network and loss is Python code."""
        return self.code is None

    @property
    def code(self) -> tuple[str, Live] | None:
        """The first part of it that is Python code, after its place; None where there is none."""
        parts = {"task": self.task, "network": self.network, "training.loss": self.training.loss}
        found = ((f"Experiment.{place}", part) for place, part in parts.items() if isinstance(part, Live))
        return next(found, None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What should be known about the recurrent weights that training starts with; see `Network.notes`."""
        rng = stream(self.seed, "initialise")
        return Network.initialised(self.network, self.task.n_inputs, self.task.n_outputs, rng).notes

    @property
    def task_names(self) -> tuple[str, ...]:
        """Names of the tasks that are scored one by one, where there is a set of them or a curriculum."""
        return task_names(self.task)

    @property
    def described_task(self) -> Task:
        """The task as data, for those that compose it.

        Raises:
            NotCitableError: the task is Python code.
            SpecError: it is a set of tasks or a curriculum.
        """
        if isinstance(self.task, CodeTask):
            raise self.task.not_citable("Experiment.task")
        if not isinstance(self.task, Task):
            kind = type(self.task).__name__
            raise self.refuse("task", f"is a {kind}, and one task is wanted", remedy="open one of its tasks by itself")
        return self.task

    def script(self, out: str | None = None, settings: Mapping[str, Any] | None = None) -> str:
        """A short Python file that reproduces this experiment's run exactly; see `rnnlab.runs.script.script`."""
        from rnnlab.runs.script import script

        return script(self, out, settings)
