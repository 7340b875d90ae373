"""`simulate`: a network run over trials, with NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from rnnlab.networks import Network, as_network
from rnnlab.simulation.engine import Engine
from rnnlab.simulation.interventions import Intervention
from rnnlab.simulation.loops import recurrent_scale
from rnnlab.simulation.noise import noise_of
from rnnlab.simulation.trajectory import Trajectory
from rnnlab.spec import SpecError, shown
from rnnlab.threads import one_thread


def simulate(
    source: Any,
    batch: Any,
    interventions: Sequence[Intervention] = (),
    seed: int | None = None,
    dt: float | None = None,
    initial_state: Any = None,
    dtype: DTypeLike | None = None,
    carry: bool = False,
) -> Trajectory:
    """Run a network over trials.

    Args:
        source: a `Network`, or anything that has one (a run).
        batch: trials, or plain inputs (trial, time, channel).
        interventions: what is done to the network, such as `Lesion`; see `rnnlab.simulation.interventions` for the
            order in which they act.
        seed: of the network's own noise. None runs it without any. What noise a trial gets in a step depends on
            nothing else, so runs with and without interventions can be compared pair by pair.
        dt: time step in ms of plain inputs, the network's if not given. Strengths of noise and time constants keep
            their meaning at another time step. A batch has its own, and is not re-sampled to another (its noise would
            change its strength): sample the task anew with that ``dt``.
        initial_state: where to start, (n_states,) or (trial, n_states); the network's own if not given.
        dtype: of the computation, float32 or float64. If not given, that of the inputs: a batch is float32, the
            precision networks are trained in, and takes half the time; a plain float64 array stays float64.
        carry: whether each trial starts in the state in which the one before it ended, padding not counted.

    Raises:
        ValueError: inputs, initial state, dt, seed or an intervention do not fit the network.

    Example:
        >>> import numpy as np
        >>> from rnnlab.networks import from_arrays
        >>> decay = from_arrays(nonlinearity="linear", dt=1, tau=100, W_rec=[[0.0]], W_out=[[1.0]], x0=[1.0])
        >>> round(float(simulate(decay, np.zeros((1, 100, 0))).outputs[0, -1, 0]), 2)  # 0.99 to the power 100
        0.37
    """
    network = as_network(source)
    inputs = _inputs(batch, network, dtype)
    config = network.config.at(_time_step(batch, network, dt))
    there = network if config is network.config else replace(network, config=config)
    plan = checked(interventions, there, len(inputs))
    initial = initial_states(initial_state, network, len(inputs), inputs.dtype)
    engine = engine_of(there, initial, plan, checked_seed(seed), inputs.shape[1])
    by_time = np.ascontiguousarray(inputs.swapaxes(0, 1))
    states = np.empty((*by_time.shape[:2], config.n_states), inputs.dtype)
    outputs = np.empty((*by_time.shape[:2], network.n_outputs), inputs.dtype)
    with np.errstate(over="ignore", invalid="ignore"), one_thread(network.n_units):
        if carry:
            initial = _run_carried(engine, by_time, states, outputs, _lengths(batch, inputs))
        else:
            _run(engine, by_time, states, outputs)
    return Trajectory(
        states=states.swapaxes(0, 1),
        outputs=outputs.swapaxes(0, 1),
        initial=initial,
        dt=config.dt,
        network=there,
        inputs=inputs,
        batch=batch if hasattr(batch, "inputs") else None,
        interventions=plan,
        seed=engine.seed,
    )


def engine_of(
    network: Network, initial: np.ndarray, plan: tuple[Intervention, ...], seed: int | None, n_steps: int | None = None
) -> Engine:
    """An engine for a whole batch that starts in ``initial`` (trial, n_states), whose precision it works in.

    ``n_steps`` is how many it will make, if that is known.
    """
    config, n_trials, dtype = network.config, len(initial), initial.dtype
    noise = noise_of(config, seed, n_trials, network.n_inputs, dtype, recurrent_scale(config), n_steps)
    p = {name: array.astype(dtype) for name, array in network.parameters.items()}
    return Engine(config, p, initial, noise, seed, plan, np.arange(n_trials), n_trials)


def _run(engine: Engine, inputs: np.ndarray, states: np.ndarray, outputs: np.ndarray) -> None:
    engine.advance(inputs, states, outputs)


def _run_carried(
    engine: Engine, inputs: np.ndarray, states: np.ndarray, outputs: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """One trial after the other; returns where each started, (trial, n_states)."""
    n_steps, n_trials = inputs.shape[:2]
    noise = engine.noise.recorded(max(n_steps - engine.config.lag, 0), n_steps)
    initial = engine.state.copy()
    for k in range(n_trials):
        one = np.array([k])
        alone = replace(engine, state=initial[one], noise=noise.of(one), rows=one)
        made, read = np.empty_like(states[:, one]), np.empty_like(outputs[:, one])
        _run(alone, inputs[:, one], made, read)
        states[:, one], outputs[:, one] = made, read
        if k + 1 < n_trials:
            initial[k + 1] = made[lengths[k] - 1, 0]
    return initial


def _lengths(batch: Any, inputs: np.ndarray) -> np.ndarray:
    """Steps of each trial without padding, (trial,)."""
    return np.asarray(getattr(batch, "lengths", np.full(len(inputs), inputs.shape[1])))


# ------------------------------------------------------------------------------------------------ checking arguments


def _inputs(batch: Any, network: Network, asked: DTypeLike | None) -> np.ndarray:
    given = getattr(batch, "inputs", batch)
    if asked is None:
        asked = np.float32 if getattr(given, "dtype", None) == np.float32 else np.float64
    dtype = checked_dtype(asked)
    try:
        inputs = np.asarray(given, dtype=dtype)
    except (TypeError, ValueError):
        raise ValueError(f"batch: {shown(given)} is neither a Batch nor an array of inputs") from None
    wanted = f"(trial, time, {network.n_inputs})"
    if inputs.ndim != 3 or inputs.shape[2] != network.n_inputs:
        raise ValueError(f"batch: inputs have shape {inputs.shape}, this network wants {wanted}")
    if not inputs.shape[0] or not inputs.shape[1]:
        raise ValueError(f"batch: inputs have shape {inputs.shape}; give at least one trial and one step")
    if not np.isfinite(inputs).all():
        raise ValueError("batch: inputs are not all finite")
    return inputs


def checked_dtype(asked: DTypeLike) -> np.dtype:
    """Single or double precision."""
    dtype = np.dtype(asked)
    if dtype not in (np.float64, np.float32):
        raise ValueError(f"dtype: got {dtype}; give float64 or float32")
    return dtype


def _time_step(batch: Any, network: Network, dt: float | None) -> float:
    of_batch = getattr(batch, "dt", None)
    if dt is None:
        return network.dt if of_batch is None else float(of_batch)
    if of_batch is not None and dt != of_batch:
        raise ValueError(f"dt: {dt:g} ms, but the batch has steps of {of_batch:g} ms; sample it with dt={dt:g}")
    return float(dt)


def checked(interventions: Sequence[Intervention], network: Network, n_trials: int) -> tuple[Intervention, ...]:
    """The interventions, if they can be done to such trials of that network.

    Raises:
        SpecError: at ``interventions[i]``, if one cannot.
    """
    if isinstance(interventions, Intervention):
        raise ValueError(
            f"interventions: {shown(interventions)} is one; give a list, [{type(interventions).__name__}(...)]"
        )
    for i, intervention in enumerate(interventions):
        if not isinstance(intervention, Intervention):
            raise ValueError(f"interventions[{i}]: {shown(intervention)} is not an intervention such as Lesion(units)")
        try:
            intervention.check_network(network)
            intervention.check_batch(n_trials, network.dt)
        except SpecError as error:
            raise error.moved(type(intervention).__name__, f"interventions[{i}]") from None
    return tuple(interventions)


def initial_states(given: Any, network: Network, n_trials: int, dtype: np.dtype) -> np.ndarray:
    """Where trials start, (trial, n_states), a copy."""
    if given is None:
        return network.initial_state(n_trials).astype(dtype)
    state, n = np.asarray(given, dtype=dtype), network.n_states
    if state.shape not in ((n,), (n_trials, n)):
        raise ValueError(f"initial_state: has shape {state.shape}, wanted ({n},) or ({n_trials}, {n})")
    if not np.isfinite(state).all():
        raise ValueError(f"initial_state: {int((~np.isfinite(state)).sum())} of {state.size} numbers are not finite")
    return np.broadcast_to(state, (n_trials, n)).copy()


def checked_seed(seed: int | None) -> int | None:
    """The seed as a Python number."""
    if seed is None:
        return None
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed: got {shown(seed)}; give None (no noise) or a whole number from 0")
    return int(seed)
