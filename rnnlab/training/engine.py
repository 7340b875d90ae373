"""How a network's outputs over a batch, and their gradients, are computed.

An engine turns effective parameters and trials into outputs through which ``backward`` works. The plain loop here is
the reference: it runs the network's own `step` under torch's autograd and works for every cell. The leaky network
also has a hand-written one (`rnnlab.training.bptt`), which tests hold equal to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from rnnlab.networks import AnyNetwork, CodeCell, LeakyRNN
from rnnlab.training.noise import Noise, fill_tensor


@dataclass(frozen=True)
class Passage:
    """A network's way through a batch, for those who ask for more than its outputs. torch can differentiate all three.

    Attributes:
        outputs: (output, time, trial).
        rates: (time, trial, unit).
        states: (time, trial, state).
        state_gradients: once a loss went backward: d loss / d states, along every way, of the shape of ``states``.
    """

    outputs: Tensor
    rates: Tensor
    states: Tensor
    state_gradients: Callable[[], Tensor]


class Engine(Protocol):
    """What `rnnlab.training.learner` asks of an engine."""

    def outputs(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Tensor:
        """Outputs (output, time, trial) of the network with effective parameters ``p``.

        Args:
            p: tensors by name; ``x0`` may be one state for all trials, or one each.
            inputs: (time, trial, input).
            noise: where noise comes from; None runs without.
        """
        ...

    def survey(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """As `outputs`, and the rates (time, trial, unit), good until the next run. Nothing can be differentiated."""
        ...

    def passage(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Passage:
        """As `outputs`, with what happened on the way. ``backward`` may go through it more than once."""
        ...

    def last_states(self) -> Tensor:
        """The states (trial, n_states) in which the last pass ended, as a copy without gradient."""
        ...


class AutogradEngine:
    """Loops the network's own `step`; torch records every operation and plays it backwards."""

    def __init__(self, network: AnyNetwork) -> None:
        self._network = network

    def outputs(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Tensor:
        """See `Engine.outputs`."""
        return self._run(p, inputs, noise)[0]

    @torch.no_grad()
    def survey(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """See `Engine.survey`."""
        outputs, states = self._run(p, inputs, noise)
        return outputs, torch.stack([self._network.rates(p, state) for state in states])

    def passage(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Passage:
        """See `Engine.passage`."""
        outputs, states = self._run(p, inputs, noise)
        for state in states:
            if state.requires_grad:
                state.retain_grad()
        rates = torch.stack([self._network.rates(p, state) for state in states])

        def gradients() -> Tensor:
            return torch.stack([torch.zeros_like(s) if s.grad is None else s.grad for s in states])

        return Passage(outputs, rates, torch.stack(states), gradients)

    def _run(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> tuple[Tensor, list[Tensor]]:
        network = self._network
        n_steps, n_trials, n_inputs = inputs.shape
        n_moves = n_steps - network.lag
        xi = self._drawn("recurrent", noise, (n_moves, n_trials, network.n_noise), inputs)
        xi_input = self._drawn("input", noise, (n_moves, n_trials, n_inputs), inputs)
        xi_output = self._drawn("output", noise, (n_steps, n_trials, network.n_units), inputs)
        state = network.initial_state(p, n_trials)
        states = [state] * network.lag
        with _explained(network):
            for u, recurrent, external in zip(inputs[:n_moves], xi, xi_input, strict=True):
                state = network.step(p, state, u, recurrent, external)
                states.append(state)
        self._last = states[-1]
        readouts = [network.readout(p, s, x) for s, x in zip(states, xi_output, strict=True)]
        return torch.stack(readouts).permute(2, 0, 1), states

    def last_states(self) -> Tensor:
        """See `Engine.last_states`."""
        return self._last.detach().clone()

    def _drawn(self, part: str, noise: Noise | None, shape: tuple[int, int, int], like: Tensor) -> Any:
        """Standard normals, one (trial, channel) tensor a step, or None for each step where the part is silent."""
        if noise is None or part not in self._network.noises:
            return [None] * shape[0]
        normals = like.new_empty(shape)
        fill_tensor(noise.draws(part, shape[0]), normals)
        return normals.unbind(0)


@contextmanager
def _explained(network: AnyNetwork) -> Iterator[None]:
    """What goes wrong in a user's own `step` is told with what it was given."""
    try:
        yield
    except Exception as error:
        if isinstance(network, CodeCell):
            error.add_note(
                f"{network.name!r} is Python code of yours: in training its step gets torch tensors; write it with "
                "operators, or with functions that take NumPy arrays and tensors, as rnnlab.networks.Tanh() does"
            )
        raise


def engine_for(network: AnyNetwork, kind: str) -> Engine:
    """The engine that trains a network: ``"fast"`` where there is a fast one, else the plain loop."""
    if kind == "fast" and isinstance(network, LeakyRNN):
        from rnnlab.training.bptt import LeakyEngine

        return LeakyEngine(network)
    return AutogradEngine(network)
