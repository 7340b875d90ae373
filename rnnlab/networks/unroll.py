"""The plain loop over `step`: slow, differentiable by torch, and what every faster engine must equal."""

from __future__ import annotations

from typing import NamedTuple

from rnnlab.networks.arrays import Array, stack_steps
from rnnlab.networks.cell import Cell, Parameters


class Unrolled(NamedTuple):
    """States (trial, time, n_states) and outputs (trial, time, output); index t is after input t."""

    states: Array
    outputs: Array


def unroll(
    cell: Cell,
    p: Parameters,
    inputs: Array,
    xi: Array | None = None,
    xi_input: Array | None = None,
    xi_output: Array | None = None,
    state: Array | None = None,
) -> Unrolled:
    """Run a cell over ``inputs`` (trial, time, channel), NumPy or torch.

    Args:
        cell: the network's description.
        p: its effective parameters.
        inputs: what drives it.
        xi: recurrent noise, standard normals (trial, time, n_noise); index t goes into state t.
        xi_input: input noise (trial, time, n_inputs); index t belongs to input t.
        xi_output: output noise (trial, time, n_units); index t goes into output t.
        state: the state to start from (trial, n_states); left out, the cell's initial state.
    """
    state = cell.initial_state(p, len(inputs)) if state is None else state
    states, outputs = [], []
    for t in range(inputs.shape[1]):
        source = t - cell.lag
        if source >= 0:
            state = cell.step(p, state, inputs[:, source], _at(xi, t), _at(xi_input, source))
        states.append(state)
        outputs.append(cell.readout(p, state, _at(xi_output, t)))
    return Unrolled(stack_steps(states), stack_steps(outputs))


def _at(noise: Array | None, t: int) -> Array | None:
    return None if noise is None else noise[:, t]
