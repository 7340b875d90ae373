"""How a network's outputs over a batch, and their gradients, are computed.

An engine turns effective parameters and trials into outputs through which ``backward`` works. The plain loop here is
the reference: it runs the network's own `step` under torch's autograd and works for every cell. The leaky network
also has a hand-written one (`rnnlab.training.bptt`), which tests hold equal to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from rnnlab.networks import AnyNetwork, LeakyRNN
from rnnlab.training.noise import Noise


class Engine(Protocol):
    """What `rnnlab.training.learner` asks of an engine."""

    def outputs(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Tensor:
        """Outputs (output, time, trial) of the network with effective parameters ``p``.

        Args:
            p: tensors by name.
            inputs: (time, trial, input).
            noise: where noise comes from; None runs without.
        """
        ...


class AutogradEngine:
    """Loops the network's own `step`; torch records every operation and plays it backwards."""

    def __init__(self, network: AnyNetwork) -> None:
        self._network = network

    def outputs(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Tensor:
        """See `Engine.outputs`."""
        network = self._network
        n_steps, n_trials, n_inputs = inputs.shape
        n_moves = n_steps - network.lag
        xi = self._drawn("recurrent", noise, (n_moves, n_trials, network.n_noise), inputs.dtype)
        xi_input = self._drawn("input", noise, (n_moves, n_trials, n_inputs), inputs.dtype)
        xi_output = self._drawn("output", noise, (n_steps, n_trials, network.n_units), inputs.dtype)
        state = network.initial_state(p, n_trials)
        states = [state] * network.lag
        for u, recurrent, external in zip(inputs[:n_moves], xi, xi_input, strict=True):
            state = network.step(p, state, u, recurrent, external)
            states.append(state)
        readouts = [network.readout(p, s, x) for s, x in zip(states, xi_output, strict=True)]
        return torch.stack(readouts).permute(2, 0, 1)

    def _drawn(self, part: str, noise: Noise | None, shape: tuple[int, int, int], dtype: torch.dtype) -> Any:
        """Standard normals, one (trial, channel) tensor a step, or None for each step where the part is silent."""
        if noise is None or part not in self._network.noises:
            return [None] * shape[0]
        normals = torch.empty(shape, dtype=dtype)
        noise.fill(part, normals.numpy())
        return normals.unbind(0)


def engine_for(network: AnyNetwork, kind: str) -> Engine:
    """The engine that trains a network: ``"fast"`` where there is a fast one, else the plain loop."""
    if kind == "fast" and isinstance(network, LeakyRNN):
        from rnnlab.training.bptt import LeakyEngine

        return LeakyEngine(network)
    return AutogradEngine(network)
