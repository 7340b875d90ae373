"""`Experiment`: task + network + training + seed, the unit of sharing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rnnlab.networks import AnyNetwork
from rnnlab.spec import Spec, SpecError, quantity
from rnnlab.tasks import CodeTask, Task
from rnnlab.tasks.timing import check_time_step


@dataclass(frozen=True)
class Training(Spec):
    """How a network is trained: Adam on the masked squared error, one batch of fresh trials per update.

    The loss of a batch is the squared error of the outputs summed over trials, steps and outputs where the mask is
    set, weighted by it, divided by the sum of the mask. Training ends after ``updates``, or at the first evaluation
    that reaches ``stop_accuracy``, or when loss or gradient stop being finite.
    """

    updates: int = quantity(1000, low=0, soft=(50, 5000), step=50, help="number of updates after which training ends")
    batch_size: int = quantity(128, low=1, high=65_536, soft=(8, 512), step=8, help="trials per update")
    learning_rate: float = quantity(1e-3, above=0, soft=(1e-4, 1e-2), help="Adam's step size")
    gradient_clip: float = quantity(
        1.0, low=0, soft=(0, 10), help="largest Euclidean norm of the whole gradient; 0 does not clip"
    )
    stop_accuracy: float | None = quantity(
        None, low=0, high=1, soft=(0.5, 1), step=0.01, help="share of correct validation trials that ends the training"
    )
    evaluate_every: int = quantity(20, low=1, soft=(5, 200), step=5, help="updates between evaluations")
    validation_trials: int = quantity(
        256, low=1, high=1_000_000, soft=(64, 1024), step=64, help="trials in the fixed validation set"
    )
    save_every: int = quantity(100, low=1, soft=(20, 1000), step=20, help="updates between saves of the run")
    noise: Literal["table", "normal"] = "table"
    """Where a network's noise comes from: ``"table"`` draws 65 536 equally probable Gaussian quantiles (|z| <= 4.3),
    three times faster than ``"normal"``, NumPy's ziggurat."""
    engine: Literal["fast", "autograd"] = "fast"
    """``"fast"`` uses a hand-written backward pass where the network has one, ``"autograd"`` never does."""
    dtype: Literal["float32", "float64"] = "float32"
    device: Literal["cpu"] = "cpu"
    threads: int = quantity(
        1,
        low=1,
        high=256,
        soft=(1, 8),
        help="processor threads; one is fastest up to 256 units or so. Another number gives other last bits",
    )


@dataclass(frozen=True)
class Experiment(Spec):
    """A task, a network, a training and a seed: everything that decides what a run becomes.

    With a `rnnlab.tasks.CodeTask` it trains as well, but is not `citable`: it has no JSON, digest or script.

    Example:
        >>> import rnnlab as rl
        >>> task = rl.tasks.get("perceptual_discrimination")
        >>> experiment = Experiment(task=task, network=rl.networks.LeakyRNN(n_units=20))
        >>> experiment == Experiment.from_json(experiment.to_json())
        True
    """

    task: Task | CodeTask
    network: AnyNetwork
    training: Training = Training()
    seed: int = quantity(0, low=0, high=2**63 - 1, help="decides every random number of the run")

    def check(self) -> None:
        """The network must have inputs and outputs to train on, and its time step must resolve the task's epochs."""
        if not self.task.n_outputs:
            raise self.refuse("task.outputs", "a network cannot be trained without outputs", remedy="add a Channel")
        if isinstance(self.task, CodeTask):
            self._check_time_step(self.task)
            return
        try:
            check_time_step(self.task, self.network.dt)
        except SpecError as error:
            raise error.moved("task", "Experiment.task") from None

    def _check_time_step(self, task: CodeTask) -> None:
        try:
            task.check_time_step(self.network.dt)
        except ValueError as error:
            raise SpecError("Experiment.network.dt", str(error).removeprefix("dt: ")) from None

    @property
    def citable(self) -> bool:
        """Whether the whole experiment can be written down: its task is data, not Python code."""
        return isinstance(self.task, Task)

    @property
    def described_task(self) -> Task:
        """The task as data.

        Raises:
            NotCitableError: the task is Python code.
        """
        if isinstance(self.task, CodeTask):
            raise self.task.not_citable("Experiment.task")
        return self.task

    def script(self, out: str | None = None, settings: Mapping[str, Any] | None = None) -> str:
        """A short Python file that reproduces this experiment's run exactly; see `rnnlab.runs.script.script`."""
        from rnnlab.runs.script import script

        return script(self, out, settings)
