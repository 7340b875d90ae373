"""Intact and perturbed trials, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnlab.simulation.trajectory import Trajectory


@dataclass(frozen=True, repr=False, eq=False)
class Pairs:
    """The same trials twice: the same network, inputs and noise, with other interventions.

    Differences are perturbed minus intact; what they hold is the intervention's doing alone.

    Attributes:
        intact, perturbed: the two runs.
    """

    intact: Trajectory
    perturbed: Trajectory

    @cached_property
    def states(self) -> np.ndarray:
        """Differences of states, (trial, time, n_states)."""
        return self.perturbed.states - self.intact.states

    @cached_property
    def rates(self) -> np.ndarray:
        """Differences of rates, (trial, time, n_units)."""
        return self.perturbed.rates - self.intact.rates

    @cached_property
    def outputs(self) -> np.ndarray:
        """Differences of outputs, (trial, time, n_outputs)."""
        return self.perturbed.outputs - self.intact.outputs

    @cached_property
    def distance(self) -> np.ndarray:
        """How far apart the states of a pair are, |x' - x|, (trial, time)."""
        return np.linalg.norm(self.states, axis=2)

    @cached_property
    def touched(self) -> np.ndarray:
        """Trials in which anything at all is different, (trial,)."""
        return (
            (self.states != 0).any(axis=(1, 2)) | (self.rates != 0).any(axis=(1, 2)) | (self.outputs != 0).any((1, 2))
        )

    @property
    def time(self) -> np.ndarray:
        """ms at the end of each step, (time,)."""
        return self.intact.time

    def __len__(self) -> int:
        return len(self.intact)

    def __repr__(self) -> str:
        kinds = ", ".join(type(i).__name__ for i in self.perturbed.interventions) or "nothing"
        return f"Pairs: {len(self)} trials, {int(self.touched.sum())} of them changed by {kinds}"


def pairs(intact: Trajectory, perturbed: Trajectory) -> Pairs:
    """Two runs over the same trials, to be compared pair by pair.

    They may start in different states: then that is a part of what was done.

    Raises:
        ValueError: the runs differ in more than what was done: in network, time step, inputs, precision or noise.

    Example:
        >>> import numpy as np
        >>> from rnnlab.networks import LeakyRNN, Network
        >>> from rnnlab.simulation import Kick, simulate
        >>> network, inputs = Network.initialised(LeakyRNN(n_units=20), 2, 1), np.zeros((6, 50, 2))
        >>> runs = (simulate(network, inputs, plan, seed=0) for plan in ((), [Kick((3,), start=200, trials=(0, 1))]))
        >>> both = pairs(*runs)
        >>> both, float(round(both.distance[0, 20], 6)), float(both.distance[0, 19])
        (Pairs: 6 trials, 2 of them changed by Kick, 1.0, 0.0)
    """
    same = {
        "network": intact.network == perturbed.network,
        "time step": intact.dt == perturbed.dt,
        "precision": intact.states.dtype == perturbed.states.dtype,
        "inputs": intact.inputs is perturbed.inputs or np.array_equal(intact.inputs, perturbed.inputs),
        "noise (the seed)": intact.seed == perturbed.seed,
    }
    other = [what for what, equal in same.items() if not equal]
    if other:
        raise ValueError(f"pairs: not the same {', '.join(other)}; simulate both on the same batch with the same seed")
    return Pairs(intact, perturbed)
