"""What the variants of the leaky network share: its current form, to which each adds one thing.

    x[t] = (1 − α) x[t−1] + α d[t] + √(2α) σ ξ[t],      r = f(x),      z = W_out r + b_out

with α = dt / τ; the variants differ in the drive d and in what else they carry from step to step. That stands beside x
in the state, the values of the units first.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from rnnlab.networks.arrays import Array, concatenate, zeros
from rnnlab.networks.cell import NEAR, Cell, Parameters, Pullback
from rnnlab.networks.cell_text import learning_text, start_text
from rnnlab.networks.constraints import Law
from rnnlab.networks.initialisers import Gaussian, Place, glorot_normal
from rnnlab.networks.nonlinearity import AnyNonlinearity, Relu
from rnnlab.networks.scaling import scale_to_radius
from rnnlab.networks.weights import Weights
from rnnlab.networks.wired import (
    InputSign,
    OutputSign,
    Sign,
    Wired,
    autapses_field,
    dale_field,
    excitatory_field,
    input_sign_field,
    output_sign_field,
    signs_field,
    weights_field,
)
from rnnlab.networks.wired_text import connections_text, frozen_text, signs_text
from rnnlab.networks.wiring import begun
from rnnlab.spec import quantity


@dataclass(frozen=True)
class LeakyVariant(Cell):
    """Base of the leaky network's variants. One defines `_advance`, and what it adds to fields and arrays."""

    nonlinearity: AnyNonlinearity = field(default=Relu(), metadata={"help": "what a unit makes of its state"})
    tau: float = quantity(100.0, unit="ms", above=0, soft=(20, 500), step=10, help="time constant of all units")
    noise: float = quantity(0.05, low=0, soft=(0, 0.5), step=0.01, help="strength σ of the recurrent noise")

    def check(self) -> None:
        """dt must not exceed the time constant."""
        super().check()
        if self.dt > self.tau:
            problem = f"{self.dt:g} ms is longer than the time constant tau of {self.tau:g} ms"
            raise self.refuse("dt", problem, remedy=f"give a dt of at most {self.tau:g} ms, better a fifth of it")

    @property
    def alpha(self) -> float:
        """dt / τ."""
        return self.dt / self.tau

    @property
    def n_noise(self) -> int:
        return self.n_units

    @cached_property
    def noises(self) -> frozenset[str]:
        return frozenset({"recurrent"} if self.noise > 0 else ())

    @property
    def equation(self) -> str:
        noise = " + √(2α) σ ξ[t]" if self.noises else ""
        sigma = f", σ = {self.noise:g}" if self.noises else ""
        numbers = f"α = {self.alpha:g}, τ = {self.tau:g} ms{sigma}"
        state = f"x[t] = (1 − α) x[t−1] + α d[t]{noise}"
        lines = [*self._lines(), state, "r[t] = f(x[t])", "z[t] = W_out r[t] + b_out", start_text(self)]
        lines += [f"f(x) = {self.nonlinearity.formula}", *self._asked_lines(), learning_text(self), numbers]
        return "\n".join(line for line in lines if line)

    def _asked_lines(self) -> list[str]:
        """What is asked of weights, one kind of thing a line; "" where nothing is."""
        return []

    @abstractmethod
    def _lines(self) -> list[str]:
        """The equations of the drive d and of what else is carried, one a line."""

    # -------------------------------------------------------------------------------------------------- parameters

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        n = self.n_units
        return {
            "W_in": (n, n_inputs),
            "W_out": (n_outputs, n),
            "b_rec": (n,),
            "b_out": (n_outputs,),
            "x0": self.start_shape(n),
        }

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Glorot inputs and outputs, zero biases, x0 near 0.1."""
        n = self.n_units
        return {
            "W_in": glorot_normal(rng, n, n_inputs),
            "W_out": glorot_normal(rng, n_outputs, n),
            "b_rec": np.zeros(n),
            "b_out": np.zeros(n_outputs),
            "x0": self.drawn_start(rng, n, NEAR),
        }

    # ----------------------------------------------------------------------------------------------------- dynamics

    def initial_state(self, p: Parameters, n_trials: int) -> Array:
        """x0 for all trials, and what else is carried at rest. A whole state of each trial stays as it is."""
        x = super().initial_state(p, n_trials)
        return x if x.shape[-1] == self.n_states else concatenate([x, *self._rest(x)])

    def _rest(self, x: Array) -> list[Array]:
        """What is carried besides, before the first input: zeros."""
        return [zeros(x, self.n_states - self.n_units)] if self.n_states > self.n_units else []

    def rates(self, p: Parameters, state: Array) -> Array:
        return self.nonlinearity(state[..., : self.n_units])

    def step(
        self, p: Parameters, state: Array, u: Array, xi: Array | None = None, xi_input: Array | None = None
    ) -> Array:
        return self._advance(p, state, u, 0.0 if xi is None else (2.0 * self.alpha) ** 0.5 * self.noise * xi)[0]

    def linearise(self, p: Parameters, state: Array, u: Array) -> tuple[Array, Pullback]:
        return self._advance(p, state, u, 0.0)

    @abstractmethod
    def _advance(self, p: Parameters, state: Array, u: Array, kick: Array | float) -> tuple[Array, Pullback]:
        """The state after input ``u`` and noise ``kick`` (trial, n_units) on x, and the function v -> v^T J."""

    def _move(self, x: Array, drive: Array, kick: Array | float) -> Array:
        """One Euler step of the units."""
        return (1.0 - self.alpha) * x + self.alpha * drive + kick


@dataclass(frozen=True)
class FullVariant(Wired, LeakyVariant):
    """Base of those whose recurrence is a whole matrix, ``W_rec`` (to, from), of which signs, connections and entries
    that do not learn can be asked as of the leaky network's."""

    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Signs (Dale's law)": ("signs", "dale", "input_sign", "output_sign"),
        "Connections": ("autapses",),
        "Weights": ("weights_in", "weights_rec", "weights_out"),
        **Cell.groups,
    }

    spectral_radius: float | None = quantity(
        1.1, low=0, soft=(0, 2), step=0.1, empty="as drawn", help="of W_rec before training; nothing: as it is drawn"
    )
    excitatory: float | None = excitatory_field()
    autapses: bool = autapses_field()
    dale: Law = dale_field()
    signs: tuple[Sign, ...] | None = signs_field()
    input_sign: InputSign = input_sign_field()
    output_sign: OutputSign = output_sign_field()
    weights_in: Weights = weights_field("start, connections, frozen entries of what the units hear from outside")
    weights_rec: Weights = weights_field("the same of W_rec")
    weights_out: Weights = weights_field("the same of W_out")

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        return super().parameter_shapes(n_inputs, n_outputs) | {"W_rec": (self.n_units, self.n_units)}

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Besides, Gaussian recurrence of the asked spectral radius; or all weights as the fields ask."""
        raw = super().initialise(n_inputs, n_outputs, rng)
        if self._asks:
            return raw | begun(self, n_inputs, n_outputs, rng)
        W = gaussian(rng, self.n_units, self.n_units)
        return raw | {"W_rec": W if self.spectral_radius is None else scale_to_radius(W, W, self.spectral_radius)}

    @cached_property
    def _asks(self) -> bool:
        """Whether anything is asked of weights."""
        matrices = self.weights_in, self.weights_rec, self.weights_out
        return self.signed or not self.autapses or any(each != Weights() for each in matrices)

    def _asked_lines(self) -> list[str]:
        return [signs_text(self), connections_text(self), frozen_text(self)]


def gaussian(rng: np.random.Generator, n_to: int, n_from: int, std: float = 1.0) -> np.ndarray:
    """Normal weights of standard deviation ``std`` / √(senders)."""
    place = Place(np.ones((n_to, n_from), dtype=bool), np.zeros(n_from))
    return Gaussian(std=std).draw(rng, place)
