"""What the other rooms need of a task: names, trials and scores, wherever they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from numpy.typing import NDArray

from rnnlab.tasks.streams import Seed

if TYPE_CHECKING:
    from rnnlab.tasks.batch import Batch
    from rnnlab.tasks.scoring import Score


@runtime_checkable
class TaskSource(Protocol):
    """Anything that gives trials and scores answers. `rnnlab.tasks.Task` is one, and every `CodeTask`.

    Trials are a pure function of ``(n_trials, dt, seed)``: that is what repeatable trainings rest on.
    """

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def input_names(self) -> tuple[str, ...]: ...
    @property
    def output_names(self) -> tuple[str, ...]: ...
    @property
    def epoch_names(self) -> tuple[str, ...]: ...
    @property
    def n_inputs(self) -> int: ...
    @property
    def n_outputs(self) -> int: ...

    def sample(self, n_trials: int, dt: float = 10, seed: Seed = 0, *, noise: bool = True) -> Batch:
        """Trials as arrays."""
        ...

    def score(self, outputs: NDArray, batch: Batch) -> Score:
        """Which trials ``outputs``, (trial, time, output), got right."""
        ...
