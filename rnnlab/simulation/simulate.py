"""`simulate`: a network run over trials, with NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from rnnlab.networks import Cell, LeakyRNN, Network, Parameters, as_network
from rnnlab.simulation.interventions import Intervention, segments
from rnnlab.simulation.loops import Stretch, advance, advance_leaky, recurrent_scale
from rnnlab.simulation.noise import Noise, drawn, noise_of
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
) -> Trajectory:
    """Run a network over trials.

    Args:
        source: a `Network`, or anything that has one (a run).
        batch: trials, or plain inputs (trial, time, channel).
        interventions: what is done to the network, such as `Lesion`; applied in the order given.
        seed: of the network's own noise. None runs it without any.
        dt: time step in ms, the batch's (or, for plain inputs, the network's) if not given. Strengths of noise and
            time constants keep their meaning at another time step.
        initial_state: where to start, (n_states,) or (trial, n_states); the network's own if not given.
        dtype: of the computation, float32 or float64. If not given, that of the inputs: a batch is float32, the
            precision networks are trained in, and takes half the time; a plain float64 array stays float64.

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
    plan = tuple(_checked(interventions, config))
    initial = _initial(initial_state, network, len(inputs), inputs.dtype)
    noise = noise_of(config, _seed(seed), len(inputs), inputs.shape[2], inputs.dtype, recurrent_scale(config))
    by_time = np.ascontiguousarray(inputs.swapaxes(0, 1))
    states = np.empty((*by_time.shape[:2], config.n_states), inputs.dtype)
    outputs = np.empty((*by_time.shape[:2], network.n_outputs), inputs.dtype)
    p = {name: array.astype(inputs.dtype) for name, array in network.parameters.items()}
    with np.errstate(over="ignore", invalid="ignore"), one_thread(network.n_units):
        _run(config, p, initial, by_time, noise, plan, states, outputs)
    return Trajectory(
        states=states.swapaxes(0, 1),
        outputs=outputs.swapaxes(0, 1),
        initial=initial,
        dt=config.dt,
        network=network if config is network.config else replace(network, config=config),
        inputs=inputs,
        batch=batch if hasattr(batch, "inputs") else None,
        interventions=plan,
        seed=seed,
    )


def _run(
    config: Cell,
    p: Parameters,
    state: np.ndarray,
    inputs: np.ndarray,
    noise: Noise,
    plan: Sequence[Intervention],
    states: np.ndarray,
    outputs: np.ndarray,
) -> None:
    """Fill states and outputs, (time, trial, ...), segment after segment.

    A lagged network's first states are the initial one, and its last inputs go unused.
    """
    for segment in segments(plan, len(inputs), config.dt):
        now = segment.parameters(config, p)
        start, stop = max(segment.start, config.lag), segment.stop
        for t in range(segment.start, min(start, stop)):
            state = states[t] = segment.hold(config, state)
            outputs[t] = config.readout(now, state, drawn(noise.output))
        if start < stop:
            seen = inputs[start - config.lag : stop - config.lag]
            hold = partial(segment.hold, config) if segment.active else None
            _advance(Stretch(config, now, state, seen, noise, hold, states[start:stop], outputs[start:stop]))
            state = states[stop - 1]


def _advance(stretch: Stretch) -> None:
    if isinstance(stretch.config, LeakyRNN):
        advance_leaky(stretch.config, stretch)
    else:
        advance(stretch)


# ------------------------------------------------------------------------------------------------ checking arguments


def _inputs(batch: Any, network: Network, asked: DTypeLike | None) -> np.ndarray:
    given = getattr(batch, "inputs", batch)
    if asked is None:
        asked = np.float32 if getattr(given, "dtype", None) == np.float32 else np.float64
    dtype = np.dtype(asked)
    if dtype not in (np.float64, np.float32):
        raise ValueError(f"dtype: got {dtype}; give float64 or float32")
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


def _time_step(batch: Any, network: Network, dt: float | None) -> float:
    of_batch = getattr(batch, "dt", None)
    if dt is None:
        return network.dt if of_batch is None else float(of_batch)
    if of_batch is not None and dt != of_batch:
        raise ValueError(f"dt: {dt:g} ms, but the batch has steps of {of_batch:g} ms; sample it with dt={dt:g}")
    return float(dt)


def _checked(interventions: Sequence[Intervention], config: Cell) -> Sequence[Intervention]:
    for i, intervention in enumerate(interventions):
        if not isinstance(intervention, Intervention):
            raise ValueError(f"interventions[{i}]: {shown(intervention)} is not an intervention such as Lesion(units)")
        try:
            intervention.check_network(config)
        except SpecError as error:
            raise error.moved(type(intervention).__name__, f"interventions[{i}]") from None
    return interventions


def _initial(given: Any, network: Network, n_trials: int, dtype: np.dtype) -> np.ndarray:
    if given is None:
        return network.initial_state(n_trials).astype(dtype)
    state, n = np.asarray(given, dtype=dtype), network.n_states
    if state.shape not in ((n,), (n_trials, n)):
        raise ValueError(f"initial_state: has shape {state.shape}, wanted ({n},) or ({n_trials}, {n})")
    return np.broadcast_to(state, (n_trials, n)).copy()


def _seed(seed: int | None) -> int | None:
    if seed is None:
        return None
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed: got {shown(seed)}; give None (no noise) or a whole number from 0")
    return int(seed)
