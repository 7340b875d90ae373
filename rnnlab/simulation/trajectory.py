"""`Trajectory`: what a simulation gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import Any, Self

import numpy as np

from rnnlab.networks import Network
from rnnlab.simulation.interventions import Intervention
from rnnlab.simulation.plan import reported_rates

LARGEST = 1e15
"""Beyond it squares of activity, and sums of them, overflow in the single precision that trials are run in."""


@dataclass(frozen=True, repr=False, eq=False)
class Trajectory:
    """A network's activity over a batch of trials. Arrays are (trial, time, ...); index t is *after* input t.

    Attributes:
        states: (trial, time, n_states).
        outputs: (trial, time, n_outputs).
        initial: the states before the first input, (trial, n_states).
        dt: time step, ms.
        network: the network that ran, at this time step.
        batch: the batch of trials it ran on; None where plain inputs were given.
        inputs: what was given to the network, (trial, time, n_inputs).
        interventions: what was done to it.
        seed: of the network's own noise; None for none.
    """

    states: np.ndarray
    outputs: np.ndarray
    initial: np.ndarray
    dt: float
    network: Network
    inputs: np.ndarray
    batch: Any = None
    interventions: tuple[Intervention, ...] = field(default=())
    seed: int | None = None

    @cached_property
    def rates(self) -> np.ndarray:
        """What the units send, (trial, time, n_units); that of lesioned and clamped units while they are."""
        network, by_time = self.network, self.states.swapaxes(0, 1)
        with np.errstate(over="ignore", invalid="ignore"):
            rates = reported_rates(network.config, network.parameters, by_time, self.interventions)
        return rates.swapaxes(0, 1)

    @property
    def n_trials(self) -> int:
        return self.states.shape[0]

    @property
    def n_steps(self) -> int:
        return self.states.shape[1]

    @property
    def n_units(self) -> int:
        return self.network.n_units

    @property
    def time(self) -> np.ndarray:
        """ms at the end of each step, (time,): when the state of that index is reached."""
        return (np.arange(self.n_steps) + 1) * self.dt

    @cached_property
    def finite(self) -> bool:
        """Whether the activity stayed finite; an unstable network may grow beyond all numbers."""
        return bool(np.isfinite(self.states).all())

    def lasting(self, name: str = "network") -> Self:
        """The trajectory, for those who reckon with states and rates.

        It is the trajectory itself, unless activity leaves its bounds in the padding after a trial alone: that trial
        then stays, to the end of its padding, where it ended.

        Raises:
            ValueError: in some step of a trial they are not finite, or so large that nothing can be told of them.
        """
        beyond = np.zeros(self.states.shape[:2], bool)
        for activity in (self.states, self.rates):
            beyond |= ~(np.abs(activity) < LARGEST).all(axis=2)
        if not beyond.any():
            return self
        away = beyond & self._inside
        if away.any():
            n, first = int(away.any(axis=1).sum()), self.time[away.any(axis=0).argmax()]
            raise ValueError(
                f"{name}: its activity overflows (not finite, or beyond {LARGEST:.0e}, from {first:g} ms on, in {n} of "
                f"{self.n_trials} trials), so this has no answer; ask about a network whose activity stays within "
                "bounds: an earlier state of the training, smaller recurrent weights, or a nonlinearity that saturates"
            )
        return self._halted(np.asarray(beyond.any(axis=1)))

    @property
    def _inside(self) -> np.ndarray:
        """(trial, time) steps that belong to a trial, not to the padding after it."""
        lengths = np.asarray(getattr(self.batch, "lengths", np.full(self.n_trials, self.n_steps)))
        return np.asarray(np.arange(self.n_steps) < lengths[:, None])

    def _halted(self, trials: np.ndarray) -> Self:
        """As it is, but some trials stay in their padding where they ended."""
        ends = np.where(trials, self._inside.sum(axis=1), self.n_steps)
        steps = np.minimum(np.arange(self.n_steps), ends[:, None] - 1)
        there = np.arange(self.n_trials)[:, None], steps
        halted = replace(self, states=self.states[there], outputs=self.outputs[there])
        halted.__dict__["rates"] = self.rates[there]  # interventions go by the time at which they were reached
        return halted

    def __len__(self) -> int:
        return self.n_trials

    def __getitem__(self, selection: Any) -> Trajectory:
        """Some of the trials: an index, a slice, a list of indices or a mask. Always a trajectory."""
        chosen = np.atleast_1d(np.arange(self.n_trials)[selection])
        arrays = {name: getattr(self, name)[chosen] for name in ("states", "outputs", "initial", "inputs")}
        plan = tuple(intervention.among(chosen) for intervention in self.interventions)
        batch = None if self.batch is None else self.batch[chosen]
        return replace(self, **arrays, batch=batch, interventions=plan)

    def __repr__(self) -> str:
        return "\n".join(f"{key}: {value}" if key else value for key, value in self._facts().items())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(key)}</th><td>{escape(value)}</td></tr>"
            for key, value in self._facts().items()
        )
        return f"<table>{rows}</table>"

    def _facts(self) -> dict[str, str]:
        duration = f"{self.n_steps} steps of {self.dt:g} ms"
        shapes = {"states": self.states.shape, "rates": (*self.states.shape[:2], self.n_units)}
        shapes["outputs"] = self.outputs.shape
        facts = {
            "Trajectory": f"{self.n_trials} trial{'' if self.n_trials == 1 else 's'}, {duration}",
            "  arrays": ", ".join(f"{name} {shape}" for name, shape in shapes.items()),
            "  network": repr(self.network).splitlines()[0] + _cited(self.network),
            "  noise": "none" if self.seed is None else f"seed {self.seed}",
        }
        if self.interventions:
            facts["  interventions"] = ", ".join(type(i).__name__ for i in self.interventions)
        return facts if self.finite else facts | {"  warning": "activity is not finite"}


def _cited(network: Network) -> str:
    return f", digest {network.digest[:12]}" if network.citable else ", not citable"
