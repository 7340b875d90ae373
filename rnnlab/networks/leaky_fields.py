"""What a leaky network's description says, and the numbers that follow from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from rnnlab.networks.connections import Areas
from rnnlab.networks.constraints import Law
from rnnlab.networks.initialisers import AnyVectorInitialiser
from rnnlab.networks.noise_shape import AnyCorrelation, mixing
from rnnlab.networks.nonlinearity import AnyNonlinearity, AnyOutputNonlinearity, Linear, Relu
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
from rnnlab.spec import quantity


@dataclass(frozen=True)
class LeakyFields(Wired):
    """The fields of `rnnlab.networks.LeakyRNN`."""

    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Signs (Dale's law)": ("signs", "dale", "input_sign", "output_sign"),
        "Connections and areas": ("autapses", "areas"),
        "Weights": ("weights_in", "weights_rec", "weights_out"),
        "Biases": ("bias_rec", "bias_out", "bias_range", "train_biases"),
        "State at start": ("start", "n_starts", "start_at"),
        "Noise": (
            "noise_at",
            "noise_correlation",
            "input_noise",
            "input_tau",
            "input_noise_correlation",
            "output_noise",
        ),
        "Inputs and outputs": ("input_baseline", "input_rectified", "input_index", "output_nonlinearity"),
        "More": ("damping", "train"),
    }

    form: Literal["current", "rate"] = field(
        default="current",
        metadata={"help": "whether the state is a current and f makes rates of it, or the state is the rate itself"},
    )
    nonlinearity: AnyNonlinearity = field(
        default=Relu(), metadata={"help": "what a unit makes of its state (current form) or drive (rate form)"}
    )
    tau: float | tuple[float, ...] = quantity(
        100.0,
        unit="ms",
        above=0,
        soft=(20, 500),
        step=10,
        each="unit",
        help="time constant, one for all units or one each",
    )
    noise: float | tuple[float, ...] = quantity(
        0.05,
        low=0,
        soft=(0, 0.5),
        step=0.01,
        each="unit",
        help="strength σ of the recurrent noise, one for all units or one each",
    )
    noise_at: Literal["state", "drive"] = field(
        default="state",
        metadata={
            "help": (
                "Whether recurrent noise is added to the state, or to the drive and hence, in the rate form, inside f."
            )
        },
    )
    input_noise: float | tuple[float, ...] = quantity(
        0.0,
        low=0,
        soft=(0, 0.5),
        step=0.01,
        each="input",
        help="strength of the noise on the input channels, seen through W_in",
    )
    input_baseline: float = quantity(0.0, soft=(0, 0.5), step=0.05, help="added to every input channel")
    input_rectified: bool = field(
        default=False,
        metadata={
            "help": "Whether inputs (baseline and noise included) are cut at zero, as firing rates of afferents are."
        },
    )
    input_index: Literal["same", "previous"] = field(
        default="same",
        metadata={
            "help": (
                "Whether state t is made from input t, or from input t - 1 (and the first state is the initial one)."
            )
        },
    )
    output_noise: float = quantity(0.0, low=0, soft=(0, 0.5), step=0.01, help="strength of the noise on read-out rates")
    output_nonlinearity: AnyOutputNonlinearity = field(
        default=Linear(), metadata={"help": "what an output makes of its sum, or Softmax: what all make of theirs"}
    )
    damping: float = quantity(0.0, low=0, soft=(0, 1), step=0.05, help="strength γ of a cubic pull −γ x³ to zero")
    excitatory: float | None = excitatory_field()
    autapses: bool = autapses_field()
    spectral_radius: float | None = quantity(
        1.1,
        low=0,
        soft=(0, 2),
        step=0.1,
        empty="as drawn",
        help="of the effective recurrent matrix before training, where it starts at random; nothing: as it is drawn",
    )
    noise_correlation: AnyCorrelation | None = field(
        default=None,
        metadata={
            "empty": "each its own",
            "help": "how recurrent noise is shared between units; nothing: each has its own",
        },
    )
    input_noise_correlation: AnyCorrelation | None = field(
        default=None,
        metadata={
            "empty": "each its own",
            "help": "how input noise is shared between channels; nothing: each has its own",
        },
    )
    input_tau: float | None = quantity(
        None,
        unit="ms",
        above=0,
        soft=(20, 500),
        step=10,
        start=100.0,
        empty="the units'",
        help="time constant of the input noise; nothing: the units'",
    )
    dale: Law = dale_field()
    signs: tuple[Sign, ...] | None = signs_field()
    input_sign: InputSign = input_sign_field()
    output_sign: OutputSign = output_sign_field()
    weights_in: Weights = weights_field("start, connections, frozen entries of W_in")
    weights_rec: Weights = weights_field("the same of W_rec")
    weights_out: Weights = weights_field("the same of W_out")
    areas: Areas | None = field(
        default=None, metadata={"empty": "none", "help": "groups of units, dense within, sparse between"}
    )
    bias_rec: AnyVectorInitialiser | None = field(
        default=None, metadata={"empty": "at zero", "help": "where b_rec starts; nothing: 0"}
    )
    bias_out: AnyVectorInitialiser | None = field(
        default=None, metadata={"empty": "at zero", "help": "where b_out starts; nothing: 0"}
    )
    bias_range: tuple[float, float] | None = field(
        default=None, metadata={"empty": "unbounded", "help": "smallest and largest b_rec; nothing: unbounded"}
    )

    def check(self) -> None:
        """dt must not exceed a time constant, per-unit lists have one entry a unit, and constraints fit together."""
        if self.areas is not None and self.areas.n_units != self.n_units:
            problem = f"{self.areas.n_units} units in areas, but {self.n_units} in the network"
            raise self.refuse("areas.sizes", problem, remedy="make the two equal")
        super().check()
        for name in ("tau", "noise"):
            value = getattr(self, name)
            if isinstance(value, tuple) and len(value) != self.n_units:
                problem = f"a list of {len(value)} for {self.n_units} units"
                raise self.refuse(name, problem, remedy="give one number for all or one per unit")
        fastest = min(self.tau) if isinstance(self.tau, tuple) else self.tau
        if self.dt > fastest:
            problem = f"{self.dt:g} ms is longer than the time constant tau of {fastest:g} ms"
            raise self.refuse("dt", problem, remedy=f"give a dt of at most {fastest:g} ms, better a fifth of it")
        if self.noise_correlation is not None:
            mixing(self.noise_correlation, self.n_units, "LeakyRNN.noise_correlation")
        if self.bias_range is not None and self.bias_range[0] > self.bias_range[1]:
            raise self.refuse("bias_range", f"{self.bias_range} is empty", remedy="give the smaller number first")

    # ---------------------------------------------------------------------------------------------- derived numbers

    @cached_property
    def alpha(self) -> float | np.ndarray:
        """dt / τ: a float, or (n_units,) where τ is given per unit."""
        return self.dt / (np.array(self.tau) if isinstance(self.tau, tuple) else self.tau)

    @cached_property
    def sigma(self) -> float | np.ndarray:
        """``noise`` as a float or as (n_units,)."""
        return np.array(self.noise) if isinstance(self.noise, tuple) else self.noise

    @cached_property
    def state_noise_scale(self) -> float | np.ndarray:
        """√(2α) σ, the standard deviation that one step's noise adds to the state.

        A matrix, (n_units, n_units), that independent normals are multiplied by where noise is correlated.
        """
        return self._mixed((2.0 * self.alpha) ** 0.5 * self.sigma)

    @cached_property
    def drive_noise_scale(self) -> float | np.ndarray:
        """√(2/α) σ, the standard deviation of one step's noise on the drive; a matrix as above."""
        return self._mixed((2.0 / self.alpha) ** 0.5 * self.sigma)

    def _mixed(self, scale: float | np.ndarray) -> float | np.ndarray:
        if self.noise_correlation is None:
            return scale
        L = mixing(self.noise_correlation, self.n_units, "LeakyRNN.noise_correlation")
        return np.broadcast_to(scale, self.n_units)[:, None] * L

    @property
    def seen_input_tau(self) -> float:
        """Time constant τ_in of the input noise, ms: the one given, or else the mean of the units'."""
        return float(np.mean(self.tau)) if self.input_tau is None else self.input_tau

    @cached_property
    def input_noise_scale(self) -> float | np.ndarray:
        """√(2τ_in/dt) σ_in; (n_inputs,) where channels differ."""
        strength = np.array(self.input_noise) if isinstance(self.input_noise, tuple) else self.input_noise
        return math.sqrt(2.0 * self.seen_input_tau / self.dt) * strength

    def input_noise_factor(self, n_inputs: int) -> float | np.ndarray:
        """`input_noise_scale`, or where noise is correlated the matrix (n_inputs, n_inputs)."""
        scale = self.input_noise_scale
        if self.input_noise_correlation is None:
            return scale
        L = mixing(self.input_noise_correlation, n_inputs, "LeakyRNN.input_noise_correlation")
        return np.broadcast_to(scale, n_inputs)[:, None] * L

    @cached_property
    def output_noise_scale(self) -> float | np.ndarray:
        """√(2/α) σ_out."""
        return (2.0 / self.alpha) ** 0.5 * self.output_noise

    @property
    def n_noise(self) -> int:
        return self.n_units

    @cached_property
    def noises(self) -> frozenset[str]:
        strengths = {"recurrent": self.noise, "input": self.input_noise, "output": self.output_noise}
        return frozenset(name for name, strength in strengths.items() if np.max(strength, initial=0.0) > 0)

    @property
    def lag(self) -> int:
        return 0 if self.input_index == "same" else 1
