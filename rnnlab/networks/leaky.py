"""The leaky (continuous-time) recurrent network, integrated by explicit Euler steps.

Its two forms are the two places where the nonlinearity f may act; in both, the drive is what the units receive,

    d[t] = W_rec r[t−1] + W_in u[t] + b_rec

    current form:  x[t] = (1 − α) x[t−1] + α d[t],      r = f(x)     x is a synaptic current
    rate form:     x[t] = (1 − α) x[t−1] + α f(d[t]),   r = x        x is a firing rate

with α = dt / τ, and outputs z = W_out r + b_out. The two are equivalent up to a change of variables for noiseless
networks (Miller & Fumarola 2012); trained ones differ. Recurrent noise of strength σ adds √(2α) σ ξ per step, so
that an uncoupled unit fluctuates with standard deviation close to σ whatever the time step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from rnnlab.networks.arrays import Array, matching, plus_diagonal, relu
from rnnlab.networks.cell import Cell, Parameters, Pullback
from rnnlab.networks.constraints import excitatory_columns, signed_columns, unit_signs, without_autapses
from rnnlab.networks.initialisers import balanced, glorot_normal, scale_to_radius
from rnnlab.networks.leaky_text import leaky_equation
from rnnlab.networks.nonlinearity import AnyNonlinearity, AnyOutputNonlinearity, Linear, Relu
from rnnlab.spec import quantity


@dataclass(frozen=True)
class LeakyRNN(Cell):
    """A leaky recurrent network of rate units.

    Example:
        >>> import numpy as np
        >>> config = LeakyRNN(n_units=20, form="rate", nonlinearity="tanh", tau=50)
        >>> config.alpha
        0.2
        >>> p = config.effective(config.initialise(n_inputs=3, n_outputs=1, rng=np.random.default_rng(0)))
        >>> state = config.initial_state(p, n_trials=8)
        >>> config.readout(p, config.step(p, state, np.zeros((8, 3)))).shape
        (8, 1)
    """

    form: Literal["current", "rate"] = "current"
    nonlinearity: AnyNonlinearity = field(
        default=Relu(), metadata={"help": "what a unit makes of its state (current form) or drive (rate form)"}
    )
    tau: float | tuple[float, ...] = quantity(
        100.0, unit="ms", above=0, soft=(20, 500), step=10, help="time constant, one for all units or one each"
    )
    noise: float | tuple[float, ...] = quantity(
        0.05, low=0, soft=(0, 0.5), step=0.01, help="strength σ of the recurrent noise, one for all units or one each"
    )
    noise_at: Literal["state", "drive"] = "state"
    """Whether recurrent noise is added to the state, or to the drive and hence, in the rate form, inside f."""
    input_noise: float = quantity(
        0.0, low=0, soft=(0, 0.5), step=0.01, help="strength of the noise on each input channel, seen through W_in"
    )
    input_baseline: float = quantity(0.0, soft=(0, 0.5), step=0.05, help="added to every input channel")
    input_rectified: bool = False
    """Whether inputs (baseline and noise included) are cut at zero, as firing rates of afferents are."""
    input_index: Literal["same", "previous"] = "same"
    """Whether state t is made from input t, or from input t - 1 (and the first state is the initial one)."""
    output_noise: float = quantity(0.0, low=0, soft=(0, 0.5), step=0.01, help="strength of the noise on read-out rates")
    output_nonlinearity: AnyOutputNonlinearity = field(
        default=Linear(), metadata={"help": "what an output makes of its sum, or Softmax: what all make of theirs"}
    )
    damping: float = quantity(0.0, low=0, soft=(0, 1), step=0.05, help="strength γ of a cubic pull −γ x³ to zero")
    excitatory: float | None = quantity(
        None, above=0, high=1, soft=(0.5, 1), step=0.05, help="fraction of excitatory units; nothing: signs are free"
    )
    autapses: bool = True
    """Whether units may drive themselves."""
    spectral_radius: float = quantity(
        1.1, low=0, soft=(0, 2), step=0.1, help="of the effective recurrent matrix, before training"
    )

    def check(self) -> None:
        """dt must not exceed a time constant; per-unit lists must have one entry a unit."""
        for name in ("tau", "noise"):
            value = getattr(self, name)
            if isinstance(value, tuple) and len(value) != self.n_units:
                remedy = "give one number for all or one per unit"
                raise self.refuse(name, f"a list of {len(value)} for {self.n_units} units", remedy=remedy)
        fastest = min(self.tau) if isinstance(self.tau, tuple) else self.tau
        if self.dt > fastest:
            problem = f"{self.dt:g} ms is longer than the time constant tau of {fastest:g} ms"
            raise self.refuse("dt", problem, remedy=f"give a dt of at most {fastest:g} ms, better a fifth of it")
        if self.excitatory is not None and not (self.unit_signs > 0).any():
            problem = f"{self.excitatory:g} of {self.n_units} units leaves none excitatory, so nothing to read out"
            raise self.refuse("excitatory", problem, remedy=f"give at least {1 / self.n_units:g}")

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
        """√(2α) σ, the standard deviation that one step's noise adds to the state."""
        return (2.0 * self.alpha) ** 0.5 * self.sigma

    @cached_property
    def drive_noise_scale(self) -> float | np.ndarray:
        """√(2/α) σ, the standard deviation of one step's noise on the drive."""
        return (2.0 / self.alpha) ** 0.5 * self.sigma

    @cached_property
    def input_noise_scale(self) -> float:
        """√(2τ/dt) σ_in, with the mean time constant where units differ."""
        return math.sqrt(2.0 * float(np.mean(self.tau)) / self.dt) * self.input_noise

    @cached_property
    def output_noise_scale(self) -> float | np.ndarray:
        """√(2/α) σ_out."""
        return (2.0 / self.alpha) ** 0.5 * self.output_noise

    @property
    def n_noise(self) -> int:
        return self.n_units

    @property
    def noises(self) -> frozenset[str]:
        strengths = {"recurrent": np.max(self.sigma), "input": self.input_noise, "output": self.output_noise}
        return frozenset(name for name, strength in strengths.items() if strength > 0)

    @property
    def lag(self) -> int:
        return 0 if self.input_index == "same" else 1

    @cached_property
    def unit_signs(self) -> np.ndarray:
        return unit_signs(self.n_units, self.excitatory)

    @property
    def equation(self) -> str:
        return leaky_equation(self)

    # -------------------------------------------------------------------------------------------------- parameters

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        n = self.n_units
        return {
            "W_in": (n, n_inputs),
            "W_rec": (n, n),
            "W_out": (n_outputs, n),
            "b_rec": (n,),
            "b_out": (n_outputs,),
            "x0": (n,),
        }

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Glorot inputs and outputs, Gaussian recurrence of the asked radius, zero biases, x0 near 0.1 if trained."""
        n = self.n_units
        raw = {
            "W_in": glorot_normal(rng, n, n_inputs),
            "W_rec": balanced(rng.standard_normal((n, n)) / math.sqrt(n), self.unit_signs),
            "W_out": glorot_normal(rng, n_outputs, n),
            "b_rec": np.zeros(n),
            "b_out": np.zeros(n_outputs),
            "x0": 0.1 + 0.01 * rng.standard_normal(n) if self.start == "trained" else np.zeros(n),
        }
        raw["W_rec"] = scale_to_radius(raw["W_rec"], self.effective(raw)["W_rec"], self.spectral_radius)
        return raw

    def effective(self, raw: Parameters) -> dict[str, Array]:
        """Dale's law by absolute values and signs, with excitatory read-out only; a zero diagonal without autapses."""
        p = dict(raw)
        if self.excitatory is not None:
            p["W_in"] = abs(p["W_in"])
            p["W_rec"] = signed_columns(p["W_rec"], self.unit_signs)
            p["W_out"] = excitatory_columns(p["W_out"], self.unit_signs)
        if not self.autapses:
            p["W_rec"] = without_autapses(p["W_rec"])
        return p

    # ----------------------------------------------------------------------------------------------------- dynamics

    def rates(self, p: Parameters, state: Array) -> Array:
        return self.nonlinearity(state) if self.form == "current" else state

    def seen_input(self, u: Array, xi_input: Array | None = None) -> Array:
        """The input as the network sees it: with baseline and noise, cut at zero where asked."""
        if self.input_baseline:
            u = u + self.input_baseline
        if xi_input is not None and self.input_noise:
            u = u + self.input_noise_scale * xi_input
        return relu(u) if self.input_rectified else u

    def drive(self, p: Parameters, state: Array, u: Array, xi_input: Array | None = None) -> Array:
        """W_rec r + W_in u + b_rec, what the units receive; (trial, n_units)."""
        return self.rates(p, state) @ p["W_rec"].T + self.seen_input(u, xi_input) @ p["W_in"].T + p["b_rec"]

    def step(
        self, p: Parameters, state: Array, u: Array, xi: Array | None = None, xi_input: Array | None = None
    ) -> Array:
        drive = self.drive(p, state, u, xi_input)
        if xi is not None and self.noise_at == "drive":
            drive = drive + matching(self.drive_noise_scale, state) * xi
        new = self._move(state, drive if self.form == "current" else self.nonlinearity(drive))
        if xi is not None and self.noise_at == "state":
            new = new + matching(self.state_noise_scale, state) * xi
        return new

    def _move(self, state: Array, goal: Array) -> Array:
        """One Euler step from ``state`` towards ``goal``, damping included."""
        alpha = matching(self.alpha, state)
        new = (1.0 - alpha) * state + alpha * goal
        return new - (alpha * self.damping) * state**3 if self.damping else new

    def outputs(self, p: Parameters, rates: Array, xi: Array | None = None) -> Array:
        if xi is not None and self.output_noise:
            rates = rates + matching(self.output_noise_scale, rates) * xi
        return self.output_nonlinearity(rates @ p["W_out"].T + p["b_out"])

    # ------------------------------------------------------------------------------------------------- linearisation

    def _keep(self, state: Array) -> Array:
        """d new / d state without the recurrence, (trial, n_units)."""
        alpha = matching(self.alpha, state)
        return (1.0 - alpha) - (3.0 * alpha * self.damping) * state**2

    def jacobian(self, p: Parameters, state: Array, u: Array) -> Array:
        alpha = matching(self.alpha, state)
        if self.form == "current":
            through = (p["W_rec"].T * alpha).T * self.nonlinearity.derivative(state)[:, None, :]
        else:
            slopes = self.nonlinearity.derivative(self.drive(p, state, u))
            through = (alpha * slopes)[:, :, None] * p["W_rec"]
        return plus_diagonal(through, self._keep(state))

    def linearise(self, p: Parameters, state: Array, u: Array) -> tuple[Array, Pullback]:
        drive, alpha, keep = self.drive(p, state, u), matching(self.alpha, state), self._keep(state)
        if self.form == "current":
            slopes = self.nonlinearity.derivative(state)
            return self._move(state, drive), lambda v: keep * v + slopes * ((alpha * v) @ p["W_rec"])
        slopes = alpha * self.nonlinearity.derivative(drive)
        return self._move(state, self.nonlinearity(drive)), lambda v: keep * v + (slopes * v) @ p["W_rec"]
