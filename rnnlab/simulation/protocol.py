"""`Protocol`: all that is done in a simulation, as a description that can be kept and cited."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rnnlab.networks import Given, as_network
from rnnlab.networks.given import accept_arrays
from rnnlab.simulation.interventions import AnyIntervention
from rnnlab.simulation.pairs import Pairs, pairs
from rnnlab.simulation.simulate import simulate
from rnnlab.simulation.trajectory import Trajectory
from rnnlab.spec import Spec, quantity
from rnnlab.tasks import Batch, TaskSource

_SEED = {"low": 0, "high": 2**63 - 1}


@dataclass(frozen=True)
class Protocol(Spec):
    """Which trials are run, and what is done to the network meanwhile.

    With a network's digest, a protocol's says everything about a simulation: whoever has both gets the same numbers.

    Example:
        >>> from rnnlab import tasks
        >>> from rnnlab.networks import LeakyRNN, Network
        >>> from rnnlab.simulation import Lesion
        >>> protocol = Protocol((Lesion((0, 1), start=500),), n_trials=8, dt=20)
        >>> Protocol.from_json(protocol.to_json()).digest == protocol.digest
        True
        >>> network = Network.initialised(LeakyRNN(dt=20), 3, 3)
        >>> protocol.pairs(network, tasks.get("flip_flop"))
        Pairs: 8 trials, 8 of them changed by Lesion
    """

    interventions: tuple[AnyIntervention, ...] = field(default=(), metadata={"help": "what is done to the network"})
    n_trials: int = quantity(128, low=1, soft=(16, 512), step=16, help="how many trials are drawn")
    trial_seed: int = quantity(0, help="of the trials", **_SEED)  # type: ignore[arg-type]
    trial_noise: bool = True
    """Whether inputs have the task's noise."""
    seed: int | None = quantity(0, empty="no noise", help="of the network's own noise; nothing: none", **_SEED)  # type: ignore[arg-type]
    dt: float | None = quantity(
        None, unit="ms", above=0, empty="the network's", help="time step; nothing: the network's"
    )
    carry: bool = False
    """Whether each trial starts where the one before it ended."""
    initial_state: Given | None = field(
        default=None,
        metadata={
            "empty": "the network's",
            "help": "where trials start: a row for all, or one each; nothing: the network's own",
        },
    )

    def __post_init__(self) -> None:
        accept_arrays(self)
        super().__post_init__()

    def batch(self, source: Any, task: TaskSource | None = None) -> Batch:
        """The trials: of the task given, or of the source's own.

        Raises:
            ValueError: no task is given and the source has none.
        """
        task = task if task is not None else getattr(source, "task", None)
        if task is None:
            raise ValueError("task: none given, and the source has none; give the task to draw trials of")
        dt = as_network(source).dt if self.dt is None else self.dt
        return task.sample(self.n_trials, dt=dt, seed=self.trial_seed, noise=self.trial_noise)

    def run(self, source: Any, task: TaskSource | None = None) -> Trajectory:
        """Simulate the trials with all that is done."""
        return self._simulated(source, self.batch(source, task), self.interventions)

    def pairs(self, source: Any, task: TaskSource | None = None) -> Pairs:
        """Simulate them with and without it, on the same noise."""
        batch = self.batch(source, task)
        plans = ((), self.interventions)
        return pairs(*(self._simulated(source, batch, plan) for plan in plans))

    def _simulated(self, source: Any, batch: Batch, plan: tuple[AnyIntervention, ...]) -> Trajectory:
        return simulate(source, batch, plan, self.seed, initial_state=self._start(), carry=self.carry)

    def _start(self) -> np.ndarray | None:
        """(n_states,) or (trial, n_states)."""
        if self.initial_state is None:
            return None
        array = self.initial_state.array
        return array[0] if len(array) == 1 else array
