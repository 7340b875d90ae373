"""Gated recurrent units (Cho et al. 2014)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from rnnlab.networks.arrays import Array, concatenate, namespace, sigmoid
from rnnlab.networks.cell import Cell, Parameters, Pullback, counts_steps
from rnnlab.networks.cell_text import learning_text, start_text
from rnnlab.networks.initialisers import Gaussian, Zero, glorot_normal

GATES = ("reset", "update", "candidate")
"""Order of the three blocks of rows in ``W_in``, ``W_rec`` and ``b_rec``."""


class _Gates(NamedTuple):
    reset: Array
    update: Array
    candidate: Array
    recurrent: Array
    """What the reset gate closes off: the recurrent part of the candidate's drive."""


@dataclass(frozen=True)
class GRU(Cell):
    """A network of gated units that keep a share z of their value and take the rest from a candidate.

    The state is the values h, which the units send. It has no time constant and no noise: ``dt`` only says how long a
    step is meant to be.

    Example:
        >>> import numpy as np
        >>> config = GRU(n_units=10)
        >>> p = config.initialise(n_inputs=2, n_outputs=1, rng=np.random.default_rng(0))
        >>> config.step(p, config.initial_state(p, n_trials=4), np.zeros((4, 2))).shape
        (4, 10)
    """

    plain_drive: ClassVar[bool] = False

    reset: Literal["after", "before"] = field(
        default="after",
        metadata={
            "help": (
                "Whether the reset gate acts on what the candidate hears of the others, as in cuDNN, PyTorch and "
                "Keras, or on what they send, as first published."
            )
        },
    )

    @property
    def equation(self) -> str:
        after = "r[t] (W_n h[t−1] + c_n)" if self.reset == "after" else "W_n (r[t] h[t−1])"
        lines = [
            "r[t] = sigmoid(W_r h[t−1] + V_r u[t] + b_r)",
            "z[t] = sigmoid(W_z h[t−1] + V_z u[t] + b_z)",
            f"n[t] = tanh({after} + V_n u[t] + b_n)",
            "h[t] = z[t] h[t−1] + (1 − z[t]) n[t]",
            "output[t] = W_out h[t] + b_out",
            start_text(self, "h"),
            learning_text(self),
        ]
        return "\n".join(line for line in lines if line)

    def at(self, dt: float) -> GRU:
        """Refuses another time step: a GRU counts steps, not milliseconds."""
        if dt == self.dt:
            return self
        raise counts_steps(self, dt, "a GRU")

    # -------------------------------------------------------------------------------------------------- parameters

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        n = self.n_units
        shapes: dict[str, tuple[int, ...]] = {
            "W_in": (3 * n, n_inputs),
            "W_rec": (3 * n, n),
            "W_out": (n_outputs, n),
            "b_rec": (3 * n,),
            "b_out": (n_outputs,),
            "x0": self.start_shape(n),
        }
        return shapes | ({"b_reset": (n,)} if self.reset == "after" else {})

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Gaussian gates, update gates biased by 1 towards keeping, everything else zero but starts of each place."""
        n = self.n_units
        raw = {
            "W_in": np.concatenate([glorot_normal(rng, n, n_inputs) for _ in GATES]),
            "W_rec": rng.standard_normal((3 * n, n)) / math.sqrt(n),
            "W_out": glorot_normal(rng, n_outputs, n),
            "b_rec": np.repeat([float(gate == "update") for gate in GATES], n),
            "b_out": np.zeros(n_outputs),
            "x0": self.drawn_start(rng, n, Gaussian(std=0.1) if self.start == "places" else Zero()),
        }
        return raw | ({"b_reset": np.zeros(n)} if self.reset == "after" else {})

    @property
    def trainable(self) -> frozenset[str]:
        return super().trainable - (frozenset() if self.train_biases else {"b_reset"})

    def recurrent_matrices(self, p: Parameters) -> dict[str, Array]:
        return {gate: p["W_rec"][i * self.n_units : (i + 1) * self.n_units] for i, gate in enumerate(GATES)}

    # ----------------------------------------------------------------------------------------------------- dynamics

    def rates(self, p: Parameters, state: Array) -> Array:
        return state

    def step(
        self, p: Parameters, state: Array, u: Array, xi: Array | None = None, xi_input: Array | None = None
    ) -> Array:
        return self.linearise(p, state, u)[0]

    def _gates(self, p: Parameters, state: Array, u: Array) -> _Gates:
        n, W, seen = self.n_units, p["W_rec"], u @ p["W_in"].T + p["b_rec"]
        both = sigmoid(state @ W[: 2 * n].T + seen[:, : 2 * n])
        reset, update = both[:, :n], both[:, n:]
        if self.reset == "after":
            recurrent = state @ W[2 * n :].T + p["b_reset"]
            heard = reset * recurrent
        else:
            recurrent = state
            heard = (reset * state) @ W[2 * n :].T
        return _Gates(reset, update, namespace(seen).tanh(heard + seen[:, 2 * n :]), recurrent)

    def candidates(self, p: Parameters, state: Array, u: Array) -> Array:
        """n, (trial, n_units): what the values go to as far as their update gates let them. Fixed points are h = n."""
        return self._gates(p, state, u).candidate

    def linearise(self, p: Parameters, state: Array, u: Array) -> tuple[Array, Pullback]:
        n, W = self.n_units, p["W_rec"]
        reset, update, candidate, recurrent = self._gates(p, state, u)

        def pullback(v: Array) -> Array:
            on_candidate = (1.0 - candidate**2) * (1.0 - update) * v
            on_update = update * (1.0 - update) * (state - candidate) * v
            if self.reset == "after":
                on_product, on_state = on_candidate, (reset * on_candidate) @ W[2 * n :]
            else:
                on_product = on_candidate @ W[2 * n :]
                on_state = reset * on_product
            on_reset = reset * (1.0 - reset) * recurrent * on_product
            return update * v + on_state + concatenate([on_reset, on_update]) @ W[: 2 * n]

        return update * state + (1.0 - update) * candidate, pullback
