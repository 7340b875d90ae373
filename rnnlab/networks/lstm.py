"""Long short-term memory (Hochreiter & Schmidhuber 1997, with forget gates as in Gers et al. 2000)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from rnnlab.networks.arrays import Array, concatenate, namespace, plus_diagonal, sigmoid
from rnnlab.networks.cell import Cell, Parameters, Pullback, counts_steps
from rnnlab.networks.cell_text import learning_text, start_text
from rnnlab.networks.initialisers import Gaussian, Zero, glorot_normal

GATES = ("forget", "input", "output", "candidate")
"""Order of the four blocks of rows in ``W_in``, ``W_rec`` and ``b_rec``."""


class _Gates(NamedTuple):
    forget: Array
    input: Array
    output: Array
    candidate: Array


@dataclass(frozen=True)
class LSTM(Cell):
    """A network of gated memory cells.

    The state is the hidden values h and the memories c side by side, so ``n_states == 2 * n_units``; h is what the
    units send. It has no time constant and no noise: ``dt`` only says how long a step is meant to be.

    Example:
        >>> import numpy as np
        >>> config = LSTM(n_units=10)
        >>> p = config.initialise(n_inputs=2, n_outputs=1, rng=np.random.default_rng(0))
        >>> config.step(p, config.initial_state(p, n_trials=4), np.zeros((4, 2))).shape
        (4, 20)
    """

    cell_output: Literal["tanh", "sigmoid"] = field(
        default="tanh",
        metadata={"help": "What the memory goes through on its way out: the usual tanh, or PsychRNN's sigmoid."},
    )

    @property
    def n_states(self) -> int:
        return 2 * self.n_units

    @property
    def first_value(self) -> int:
        return self.n_units

    @property
    def equation(self) -> str:
        gates = [f"{g}[t] = sigmoid(W_{g} h[t−1] + V_{g} u[t] + b_{g})" for g in "fio"]
        lines = [
            *gates,
            "g[t] = tanh(W_g h[t−1] + V_g u[t] + b_g)",
            "c[t] = f[t] c[t−1] + i[t] g[t]",
            f"h[t] = o[t] {self.cell_output}(c[t])",
            "z[t] = W_out h[t] + b_out",
            start_text(self, "(h, c)"),
            learning_text(self),
        ]
        return "\n".join(line for line in lines if line)

    def at(self, dt: float) -> LSTM:
        """Refuses another time step: an LSTM counts steps, not milliseconds."""
        if dt == self.dt:
            return self
        raise counts_steps(self, dt, "an LSTM")

    # -------------------------------------------------------------------------------------------------- parameters

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        n = self.n_units
        return {
            "W_in": (4 * n, n_inputs),
            "W_rec": (4 * n, n),
            "W_out": (n_outputs, n),
            "b_rec": (4 * n,),
            "b_out": (n_outputs,),
            "x0": self.start_shape(2 * n),
        }

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Gaussian gates, forget gates biased open by 1 (Jozefowicz et al. 2015), everything else zero; but starts of
        each place differ, normal of standard deviation 0.1 as PsychRNN's."""
        n = self.n_units
        return {
            "W_in": np.concatenate([glorot_normal(rng, n, n_inputs) for _ in GATES]),
            "W_rec": rng.standard_normal((4 * n, n)) / math.sqrt(n),
            "W_out": glorot_normal(rng, n_outputs, n),
            "b_rec": np.repeat([float(gate == "forget") for gate in GATES], n),
            "b_out": np.zeros(n_outputs),
            "x0": self.drawn_start(rng, 2 * n, Gaussian(std=0.1) if self.start == "places" else Zero()),
        }

    def recurrent_matrices(self, p: Parameters) -> dict[str, Array]:
        return {gate: p["W_rec"][i * self.n_units : (i + 1) * self.n_units] for i, gate in enumerate(GATES)}

    # ----------------------------------------------------------------------------------------------------- dynamics

    def rates(self, p: Parameters, state: Array) -> Array:
        return state[..., : self.n_units]

    def step(
        self, p: Parameters, state: Array, u: Array, xi: Array | None = None, xi_input: Array | None = None
    ) -> Array:
        gates = self._gates(p, state, u)
        memory = self._memory(gates, state)
        return concatenate([gates.output * self._squash(memory), memory])

    def _gates(self, p: Parameters, state: Array, u: Array) -> _Gates:
        n = self.n_units
        drive = state[:, :n] @ p["W_rec"].T + u @ p["W_in"].T + p["b_rec"]
        forget, enter, leave = (sigmoid(drive[:, i * n : (i + 1) * n]) for i in range(3))
        return _Gates(forget, enter, leave, namespace(drive).tanh(drive[:, 3 * n :]))

    def _memory(self, gates: _Gates, state: Array) -> Array:
        return gates.forget * state[:, self.n_units :] + gates.input * gates.candidate

    def _squash(self, memory: Array) -> Array:
        return namespace(memory).tanh(memory) if self.cell_output == "tanh" else sigmoid(memory)

    # ------------------------------------------------------------------------------------------------- linearisation

    def _slopes(self, gates: _Gates, state: Array) -> tuple[Array, Array, Array]:
        """d memory / d drive of each gate (0 for the output's), d h / d output drive, d h / d memory."""
        memory, (f, i, o, g) = self._memory(gates, state), gates
        squashed = self._squash(memory)
        steepness = 1.0 - squashed**2 if self.cell_output == "tanh" else squashed * (1.0 - squashed)
        zero = 0.0 * o
        into_memory = [state[:, self.n_units :] * f * (1.0 - f), g * i * (1.0 - i), zero, i * (1.0 - g**2)]
        return concatenate(into_memory), squashed * o * (1.0 - o), o * steepness

    def jacobian(self, p: Parameters, state: Array, u: Array) -> Array:
        n, gates = self.n_units, self._gates(p, state, u)
        into_memory, by_output, by_memory = self._slopes(gates, state)
        W = p["W_rec"].reshape(4, n, n)
        memory_h = (into_memory.reshape(-1, 4, n, 1) * W).sum(1)
        hidden_h = by_output[:, :, None] * W[2] + by_memory[:, :, None] * memory_h
        memory_c = plus_diagonal(0.0 * memory_h, gates.forget)
        hidden_c = plus_diagonal(0.0 * memory_h, by_memory * gates.forget)
        top, bottom = concatenate([hidden_h, hidden_c]), concatenate([memory_h, memory_c])
        return concatenate([top.swapaxes(1, 2), bottom.swapaxes(1, 2)]).swapaxes(1, 2)

    def linearise(self, p: Parameters, state: Array, u: Array) -> tuple[Array, Pullback]:
        n, gates = self.n_units, self._gates(p, state, u)
        memory = self._memory(gates, state)
        into_memory, by_output, by_memory = self._slopes(gates, state)

        def pullback(v: Array) -> Array:
            on_memory = v[:, n:] + v[:, :n] * by_memory
            on_drive = into_memory * concatenate([on_memory] * 4)
            on_output = v[:, :n] * by_output
            on_drive = concatenate([on_drive[:, : 2 * n], on_output, on_drive[:, 3 * n :]])
            return concatenate([on_drive @ p["W_rec"], on_memory * gates.forget])

        return concatenate([gates.output * self._squash(memory), memory]), pullback
