"""The loop over time: any cell by its `step`, and the leaky network faster.

Both write into preallocated arrays laid out (time, trial, unit), where a time step is contiguous.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from rnnlab.networks import Cell, LeakyRNN, Parameters
from rnnlab.simulation.noise import Noise, drawn

Hold: TypeAlias = Callable[[np.ndarray], np.ndarray] | None


def advance(
    config: Cell,
    p: Parameters,
    state: np.ndarray,
    inputs: np.ndarray,
    noise: Noise,
    hold: Hold,
    states: np.ndarray,
    rates: np.ndarray,
) -> None:
    """Run from ``state`` over ``inputs`` (time, trial, channel) and fill ``states`` and ``rates`` (time, trial, ...).

    The reference: one `step` a time step.
    """
    for t in range(len(inputs)):
        state = config.step(p, state, inputs[t], drawn(noise.recurrent), drawn(noise.input))
        state = state if hold is None else hold(state)
        states[t] = state
        rates[t] = config.rates(p, state)


def advance_leaky(
    config: LeakyRNN,
    p: Parameters,
    state: np.ndarray,
    inputs: np.ndarray,
    noise: Noise,
    hold: Hold,
    states: np.ndarray,
    rates: np.ndarray,
) -> None:
    """The same for a leaky network, without making an array per step.

    In the current form noise on the drive and noise on the state are the same thing, and it goes onto the state.
    Rates, inputs and a one stand side by side in ``sent``, so that one product with the weights side by side is the
    whole drive, bias included.
    """
    n, dtype = config.n_units, states.dtype
    alpha, keep = np.asarray(config.alpha, dtype), np.asarray(1.0 - config.alpha, dtype)
    current = config.form == "current"
    weights = np.ascontiguousarray(np.hstack([p["W_rec"], p["W_in"], p["b_rec"][:, None]]).T)
    weights = weights * alpha if current else weights
    sent = np.ones((len(state), n + inputs.shape[2] + 1), dtype)
    sent[:, :n] = config.rates(p, state)
    scratch = np.empty((len(state), n), dtype)
    source, inside = noise.recurrent, not current and config.noise_at == "drive"
    scale = config.drive_noise_scale if inside else config.state_noise_scale

    for t in range(len(inputs)):
        new = states[t]
        sent[:, n:-1] = config.seen_input(inputs[t], drawn(noise.input))
        np.matmul(sent, weights, out=new)
        if source is not None and inside:
            new += source.draw(scale)
        if not current:
            np.multiply(config.nonlinearity(new), alpha, out=new)
        new += np.multiply(state, keep, out=scratch)
        if config.damping:
            new -= (alpha * dtype.type(config.damping)) * state**3
        if source is not None and not inside:
            new += source.draw(scale)
        if hold is not None:
            new[...] = hold(new)
        state = new
        rates[t] = config.rates(p, new)
        sent[:, :n] = rates[t]
