"""The loop over time: any cell by its `step`, and the leaky network faster.

Both write into preallocated arrays laid out (time, trial, unit), where a time step is contiguous.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rnnlab.networks import Cell, LeakyRNN, Linear, Nonlinearity, Parameters, Relu, Tanh
from rnnlab.simulation.noise import Noise, drawn, drawn_steps, steps_at_once

Hold: TypeAlias = Callable[[np.ndarray], np.ndarray] | None


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some time steps to run: of what, from which state, and where to write what happens.

    Attributes:
        p: effective parameters, in the precision to work in.
        state: (trial, n_states) before the first step.
        inputs: (time, trial, channel).
        hold: what interventions make of each new state, or None.
        states, outputs: (time, trial, ...) arrays to fill.
    """

    config: Cell
    p: Parameters
    state: np.ndarray
    inputs: np.ndarray
    noise: Noise
    hold: Hold
    states: np.ndarray
    outputs: np.ndarray


def advance(stretch: Stretch) -> None:
    """The reference: one `step` a time step."""
    config, p, state, noise = stretch.config, stretch.p, stretch.state, stretch.noise
    for t, u in enumerate(stretch.inputs):
        state = config.step(p, state, u, drawn(noise.recurrent), drawn(noise.input))
        state = state if stretch.hold is None else stretch.hold(state)
        stretch.states[t] = state
        stretch.outputs[t] = config.readout(p, state, drawn(noise.output))


def recurrent_scale(config: Cell) -> float | np.ndarray:
    """What the loop for such a cell wants its recurrent normals multiplied by."""
    if not isinstance(config, LeakyRNN):
        return 1.0
    return config.drive_noise_scale if _inside(config) else config.state_noise_scale


def _inside(config: LeakyRNN) -> bool:
    """Whether noise goes through f. On the drive of the current form it is the same thing as on the state."""
    return config.form == "rate" and config.noise_at == "drive"


def advance_leaky(config: LeakyRNN, stretch: Stretch) -> None:
    """The same for a leaky network, in place and in blocks of steps. Its recurrent noise comes scaled.

    Rates, inputs and a one stand side by side in ``sent``, so that one product with the weights side by side is the
    whole drive, bias included.
    """
    p, state, inputs, noise, states = stretch.p, stretch.state, stretch.inputs, stretch.noise, stretch.states
    n, (n_steps, n_trials, n_inputs), dtype = config.n_units, inputs.shape, states.dtype
    weights = np.hstack([p["W_rec"], p["W_in"], p["b_rec"][:, None]]).T.copy()
    if config.form == "current":
        weights *= np.asarray(config.alpha, dtype)
    block = steps_at_once(n_trials, n + n_inputs + 1)
    sent = np.ones((block + 1, n_trials, n + n_inputs + 1), dtype)
    write_rates = _writer(config.nonlinearity if config.form == "current" else Linear())
    step = _stepper(config, weights, noise, stretch.hold, np.empty((n_trials, n), dtype))
    write_rates(state, sent[0, :, :n])
    for start in range(0, n_steps, block):
        stop = min(start + block, n_steps)
        length = stop - start
        sent[:length, :, n:-1] = config.seen_input(inputs[start:stop], drawn_steps(noise.input, length))
        for i in range(length):
            new = states[start + i]
            step(sent[i], state, new)
            write_rates(new, sent[i + 1, :, :n])
            state = new
        rates = sent[1 : length + 1, :, :n]
        stretch.outputs[start:stop] = config.outputs(p, rates, drawn_steps(noise.output, length))
        sent[0, :, :n] = rates[-1]


def _stepper(
    config: LeakyRNN, weights: np.ndarray, noise: Noise, hold: Hold, scratch: np.ndarray
) -> Callable[[np.ndarray, np.ndarray, np.ndarray], None]:
    """A function of (sent, state, new) that writes the state after ``state`` into ``new``."""
    dtype, inside, rate = scratch.dtype, _inside(config), config.form == "rate"
    alpha, keep = np.asarray(config.alpha, dtype), np.asarray(1.0 - config.alpha, dtype)
    pull, f, source = alpha * dtype.type(config.damping), config.nonlinearity, noise.recurrent

    def step(sent: np.ndarray, state: np.ndarray, new: np.ndarray) -> None:
        np.matmul(sent, weights, out=new)
        if source is not None and inside:
            new += source.draw()
        if rate:
            np.multiply(f(new), alpha, out=new)
        np.multiply(state, keep, out=scratch)
        new += scratch
        if config.damping:
            new -= pull * state**3
        if source is not None and not inside:
            new += source.draw()
        if hold is not None:
            new[...] = hold(new)

    return step


Writer: TypeAlias = Callable[[np.ndarray, np.ndarray], object]

_IN_PLACE: dict[Nonlinearity, Writer] = {
    Linear(): lambda x, out: np.copyto(out, x),
    Relu(): lambda x, out: np.maximum(x, 0.0, out=out),
    Tanh(): lambda x, out: np.tanh(x, out=out),
}


def _writer(f: Nonlinearity) -> Writer:
    """A function of (x, out) that writes f(x) into ``out``, without an array in between where NumPy can."""
    return _IN_PLACE.get(f) or (lambda x, out: np.copyto(out, f(x)))
