"""The loop over time: any cell by its `step`, and the leaky network faster.

Both write into preallocated arrays laid out (time, trial, unit), where a time step is contiguous.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rnnlab.networks import Cell, LeakyRNN, Linear, Nonlinearity, Parameters, Relu, Tanh
from rnnlab.simulation.interventions.base import Holder
from rnnlab.simulation.noise import Noise, drawn, drawn_steps, steps_at_once


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some time steps to run: of what, from which state, and where to write what happens.

    Attributes:
        p: effective parameters, in the precision to work in.
        state: (trial, n_states) before the first step.
        inputs: (time, trial, channel).
        push: what interventions add to each new state, (time, trial, n_states), or None.
        hold: what they then do to it, or None.
        states, outputs: (time, trial, ...) arrays to fill.
    """

    config: Cell
    p: Parameters
    state: np.ndarray
    inputs: np.ndarray
    noise: Noise
    push: np.ndarray | None
    hold: Holder | None
    states: np.ndarray
    outputs: np.ndarray

    def touch(self, t: int, new: np.ndarray) -> None:
        """Do to the new state what interventions do."""
        if self.push is not None:
            new += self.push[t]
        if self.hold is not None:
            self.hold(new)


def run(stretch: Stretch) -> None:
    """Fill the states and outputs."""
    if isinstance(stretch.config, LeakyRNN):
        advance_leaky(stretch.config, stretch)
    else:
        advance(stretch)


def stand(stretch: Stretch) -> None:
    """Fill the states and outputs of steps that make no state: those of a lagged network before its first input."""
    state = stretch.state
    for t, new in enumerate(stretch.states):
        new[...] = state
        stretch.touch(t, new)
        state = new
        stretch.outputs[t] = stretch.config.readout(stretch.p, state, drawn(stretch.noise.output))


def advance(stretch: Stretch) -> None:
    """The reference: one `step` a time step."""
    config, p, state, noise = stretch.config, stretch.p, stretch.state, stretch.noise
    for t, u in enumerate(stretch.inputs):
        stretch.states[t] = config.step(p, state, u, drawn(noise.recurrent), drawn(noise.input))
        state = stretch.states[t]
        stretch.touch(t, state)
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
    whole drive, bias included; and another one the outputs. Noise is drawn where the states will be.
    """
    state, inputs, noise, states = stretch.state, stretch.inputs, stretch.noise, stretch.states
    n, (n_steps, n_trials, n_inputs), dtype = config.n_units, inputs.shape, states.dtype
    block = min(steps_at_once(n_trials, n), n_steps)
    sent = np.ones((block + 1, n_trials, n + n_inputs + 1), dtype)
    write_rates = _writer(config.nonlinearity if config.form == "current" else Linear())
    step = _stepper(config, _weights(config, stretch.p, dtype), np.empty((2, n_trials, n), dtype), noise)
    read_out = _reader(config, stretch.p, n_inputs, noise)
    touched = stretch.push is not None or stretch.hold is not None
    rates = [step_sent[:, :n] for step_sent in sent]
    write_rates(state, rates[0])
    for start in range(0, n_steps, block):
        stop = min(start + block, n_steps)
        length = stop - start
        sent[:length, :, n:-1] = config.seen_input(inputs[start:stop], drawn_steps(noise.input, length))
        if noise.recurrent is not None:
            noise.recurrent.fill(states[start:stop])
        for i in range(length):
            new = states[start + i]
            step(sent[i], state, new)
            if touched:
                stretch.touch(start + i, new)
            write_rates(new, rates[i + 1])
            state = new
        read_out(sent[1 : length + 1], stretch.outputs[start:stop])
        rates[0][...] = rates[length]


def _weights(config: LeakyRNN, p: Parameters, dtype: np.dtype) -> np.ndarray:
    """Of rates, inputs and one, (n_units + n_inputs + 1, n_units); times α where nothing comes between."""
    weights = np.hstack([p["W_rec"], p["W_in"], p["b_rec"][:, None]]).T.copy()
    if config.form == "current":
        weights *= np.asarray(config.alpha, dtype)
    return weights


Step: TypeAlias = Callable[[np.ndarray, np.ndarray, np.ndarray], None]


def _stepper(config: LeakyRNN, weights: np.ndarray, scratch: np.ndarray, noise: Noise) -> Step:
    """A function of (sent, state, new) that writes the state after ``state`` into ``new``, which holds the noise."""
    drive, kept = scratch
    dtype, inside, rate, noisy = drive.dtype, _inside(config), config.form == "rate", noise.recurrent is not None
    alpha, keep = np.asarray(config.alpha, dtype), np.asarray(1.0 - config.alpha, dtype)
    pull, f = alpha * dtype.type(config.damping), config.nonlinearity

    def step(sent: np.ndarray, state: np.ndarray, new: np.ndarray) -> None:
        made = drive if noisy else new
        np.matmul(sent, weights, out=made)
        if noisy and inside:
            made = np.add(new, drive, out=new)
        if rate:
            np.multiply(f(made), alpha, out=made)
        if made is not new:
            new += made
        np.multiply(state, keep, out=kept)
        new += kept
        if config.damping:
            new -= pull * state**3

    return step


def _reader(config: LeakyRNN, p: Parameters, n_inputs: int, noise: Noise) -> Callable[[np.ndarray, np.ndarray], None]:
    """A function of (sent, outputs) that reads the rates in ``sent`` out."""
    if noise.output is not None:

        def read_noisy(sent: np.ndarray, outputs: np.ndarray) -> None:
            rates = sent[..., : config.n_units]
            outputs[...] = config.outputs(p, rates, drawn_steps(noise.output, len(rates)))

        return read_noisy
    none = np.zeros((len(p["b_out"]), n_inputs), p["W_out"].dtype)
    weights = np.hstack([p["W_out"], none, p["b_out"][:, None]]).T.copy()

    def read(sent: np.ndarray, outputs: np.ndarray) -> None:
        np.matmul(sent, weights, out=outputs)
        if config.output_nonlinearity != Linear():
            outputs[...] = config.output_nonlinearity(outputs)

    return read


Writer: TypeAlias = Callable[[np.ndarray, np.ndarray], object]

_IN_PLACE: dict[Nonlinearity, Writer] = {
    Linear(): lambda x, out: np.copyto(out, x),
    Relu(): lambda x, out: np.maximum(x, 0.0, out=out),
    Tanh(): lambda x, out: np.tanh(x, out=out),
}


def _writer(f: Nonlinearity) -> Writer:
    """A function of (x, out) that writes f(x) into ``out``, without an array in between where NumPy can."""
    return _IN_PLACE.get(f) or (lambda x, out: np.copyto(out, f(x)))
