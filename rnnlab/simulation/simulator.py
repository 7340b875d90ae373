"""`Simulator`: a network that goes on one step whenever it is asked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from rnnlab.networks import as_network
from rnnlab.simulation.interventions import Intervention
from rnnlab.simulation.plan import reported_rates
from rnnlab.simulation.simulate import checked, checked_dtype, checked_seed, engine_of, initial_states
from rnnlab.simulation.trajectory import Trajectory
from rnnlab.threads import one_thread


class Simulator:
    """A network that runs while you watch: give it inputs, lesion a unit, let it go, and see what it does next.

    Whatever is done to it is written down: `trajectory` is what `simulate` makes of the same inputs, interventions and
    seed, number by number.

    Attributes:
        network: that runs, at its time step.
        n_steps: steps made.
        state, output: after the last step, (trial, n_states) and (trial, n_outputs).
        input: what was given last, (trial, n_inputs).
        interventions: what has been done, with its windows.

    Args:
        source: a `Network`, or anything that has one (a run).
        n_trials: how many copies run side by side, each with noise of its own.
        interventions, seed, dt, initial_state: as in `simulate`.
        dtype: float64, or float32.

    Example:
        >>> from rnnlab.networks import from_arrays
        >>> from rnnlab.simulation import Clamp
        >>> live = Simulator(from_arrays(W_rec=[[0.0]], W_in=[[1.0]], W_out=[[1.0]], dt=10, tau=20))
        >>> [float(live.step([1.0])[0, 0]) for _ in range(3)]
        [0.5, 0.75, 0.875]
        >>> clamp = live.apply(Clamp(units=(0,), value=2.0))
        >>> live.step(), clamp.start
        (array([[2.]]), 30.0)
        >>> live.release(clamp)
        >>> live.step()
        array([[0.96875]])
    """

    def __init__(
        self,
        source: Any,
        n_trials: int = 1,
        interventions: Sequence[Intervention] = (),
        seed: int | None = None,
        dt: float | None = None,
        initial_state: Any = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        network = as_network(source)
        config = network.config if dt is None else network.config.at(float(dt))
        if n_trials < 1:
            raise ValueError(f"n_trials: got {n_trials}; give at least 1")
        self.network = network if config is network.config else replace(network, config=config)
        self._initial = initial_states(initial_state, network, n_trials, checked_dtype(dtype))
        plan = checked(interventions, self.network, n_trials)
        self._engine = engine_of(self.network, self._initial, plan, checked_seed(seed))
        self.input = np.zeros((n_trials, network.n_inputs), self._initial.dtype)
        self.output = np.asarray(config.readout(self._engine.p, self._initial))
        self._inputs: list[np.ndarray] = []
        self._states: list[np.ndarray] = []
        self._outputs: list[np.ndarray] = []

    @property
    def n_trials(self) -> int:
        return self._engine.n_trials

    @property
    def n_steps(self) -> int:
        return self._engine.t

    @property
    def time(self) -> float:
        """ms gone."""
        return self.n_steps * self.network.dt

    @property
    def state(self) -> np.ndarray:
        return self._engine.state

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        return tuple(self._engine.plan)

    @property
    def rates(self) -> np.ndarray:
        """What the units send after the last step, (trial, n_units)."""
        first = max(self.n_steps - 1, 0)
        plan = self.interventions if self.n_steps else ()
        return reported_rates(self.network.config, self._engine.p, self.state[None], plan, first)[0]

    def step(self, u: Any = None) -> np.ndarray:
        """One time step; the outputs after it, (trial, n_outputs).

        Args:
            u: input from now on, (n_inputs,) for all trials or (trial, n_inputs); left out, it stays as it is.

        Raises:
            ValueError: the input has another shape, or is not finite.
        """
        if u is not None:
            self.input = self._checked_input(u)
        states = np.empty((1, *self.state.shape), self.state.dtype)
        outputs = np.empty((1, *self.output.shape), self.state.dtype)
        with np.errstate(over="ignore", invalid="ignore"), one_thread(self.network.n_units):
            self._engine.advance(self.input[None], states, outputs)
        self.output = outputs[0]
        self._inputs.append(self.input)
        self._states.append(states[0])
        self._outputs.append(outputs[0])
        return self.output

    def _checked_input(self, u: Any) -> np.ndarray:
        given, wanted = np.asarray(u, self.input.dtype), self.input.shape
        if given.shape not in (wanted, wanted[1:]):
            raise ValueError(f"u: has shape {given.shape}, wanted {wanted[1:]} or {wanted}")
        if not np.isfinite(given).all():
            raise ValueError("u: not all finite")
        return np.broadcast_to(given, wanted).copy()

    def apply(self, intervention: Intervention) -> Intervention:
        """Do something from the next step on, or from its own start if that is yet to come.

        Returns:
            The intervention with its start, as `release` wants it and `interventions` holds it.

        Raises:
            SpecError: it cannot be done to this network, or would have ended already.
        """
        placed = intervention.replace(start=max(intervention.start or 0.0, self.time))
        self._engine.plan = (*self.interventions, *checked([placed], self.network, self.n_trials))
        return placed

    def release(self, intervention: Intervention) -> None:
        """End an intervention that is in force, or call one off that is yet to come.

        Raises:
            ValueError: it is not among `interventions`, or over.
        """
        plan, now = list(self.interventions), self.n_steps
        first, last = intervention.window(now + 1, self.network.dt)
        if intervention not in plan or last <= now:
            raise ValueError(
                f"intervention: this {type(intervention).__name__} is not in force; apply returns one that is"
            )
        place = plan.index(intervention)
        plan[place : place + 1] = [intervention.replace(stop=self.time)] if first < now else []
        self._engine.plan = tuple(plan)

    def trajectory(self) -> Trajectory:
        """All steps so far.

        Raises:
            ValueError: there was none.
        """
        if not self._states:
            raise ValueError("trajectory: no step was made; call step first")
        states, outputs, inputs = (np.stack(steps, axis=1) for steps in (self._states, self._outputs, self._inputs))
        return Trajectory(
            states=states,
            outputs=outputs,
            initial=self._initial,
            dt=self.network.dt,
            network=self.network,
            inputs=inputs,
            interventions=self.interventions,
            seed=self._engine.seed,
        )
