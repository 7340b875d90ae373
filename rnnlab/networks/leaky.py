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

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from rnnlab.networks import leaky_presets, wiring
from rnnlab.networks.arrays import Array, matching, plus_diagonal, relu, scaled
from rnnlab.networks.cell import Parameters, Pullback
from rnnlab.networks.leaky_fields import LeakyFields
from rnnlab.networks.leaky_text import leaky_equation


@dataclass(frozen=True)
class LeakyRNN(LeakyFields):
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

    # ------------------------------------------------------------------------------------------------ conventions

    @classmethod
    def psychrnn(cls, **changes: Any) -> Self:
        """PsychRNN's convention (Ehrlich et al. 2021): current form, noise after the leak, a trained start, and with
        ``excitatory`` given Dale's law by absolute values, read out from excitatory units only.

        The read-out is the published one; version 1.0.0 of the program reads inhibitory units out negatively: give
        ``output_sign="signed"`` for that. Its number of excitatory units is cut to a whole one, 37 of 50 for 0.75.
        """
        made = cls(**(leaky_presets.psychrnn() | changes))
        if made.excitatory is None:
            return made
        return made.replace(excitatory=leaky_presets.cut_share(made.excitatory, made.n_units))

    @classmethod
    def pycog(cls, *, excitatory: float | None = None, **changes: Any) -> Self:
        """pycog's convention (Song, Yang & Wang 2016): current form, noise in the drive, raised and rectified inputs,
        biases that do not learn, and with ``excitatory`` given Dale's law by rectification and gamma weights.

        Inhibitory units read out negatively; give ``output_sign="excitatory"`` to leave them out, as its examples do.
        """
        return cls(**(leaky_presets.pycog(excitatory) | changes))

    @classmethod
    def pipeline(cls, n_units: int = 100, **changes: Any) -> Self:
        """trainRNNbrain's convention (formerly RNN_training_pipeline): rate form (``form="current"`` is its h-form),
        the input of the step before, noise on inputs, states and outputs, Dale's law by projection.

        Its "reflective" way of keeping signs is ``dale="abs"``.
        """
        return cls(**(leaky_presets.pipeline(n_units) | changes))

    @classmethod
    def multitask(cls, **changes: Any) -> Self:
        """multitask-networks' convention (in the manner of Driscoll, Shenoy & Sussillo 2024): rate form, softplus,
        noise inside the nonlinearity, a start at zero, recurrence that starts as 0.9 times the identity."""
        return cls(**(leaky_presets.multitask() | changes))

    # -------------------------------------------------------------------------------------------------- what it is

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
            "x0": self.start_shape(n),
        }

    def check_channels(self, n_inputs: int, n_outputs: int) -> None:
        """Arrays and lists given per input or output must have as many."""
        super().check_channels(n_inputs, n_outputs)
        if isinstance(self.input_noise, tuple) and len(self.input_noise) != n_inputs:
            problem = f"a list of {len(self.input_noise)} for {n_inputs} inputs"
            raise self.refuse("input_noise", problem, remedy="give one number for all or one per input")
        self.input_noise_factor(n_inputs)

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """By default Glorot inputs and outputs, Gaussian recurrence of the asked radius, zero biases, x0 near 0.1."""
        self.check_channels(n_inputs, n_outputs)
        return wiring.initial(self, n_inputs, n_outputs, rng)

    # ----------------------------------------------------------------------------------------------------- dynamics

    def rates(self, p: Parameters, state: Array) -> Array:
        return self.nonlinearity(state) if self.form == "current" else state

    def seen_input(self, u: Array, xi_input: Array | None = None) -> Array:
        """The input as the network sees it: with baseline and noise, cut at zero where asked."""
        if self.input_baseline:
            u = u + self.input_baseline
        if xi_input is not None and "input" in self.noises:
            u = u + scaled(xi_input, self.input_noise_factor(u.shape[-1]))
        return relu(u) if self.input_rectified else u

    def drive(self, p: Parameters, state: Array, u: Array, xi_input: Array | None = None) -> Array:
        """W_rec r + W_in u + b_rec, what the units receive; (trial, n_units)."""
        return self.rates(p, state) @ p["W_rec"].T + self.seen_input(u, xi_input) @ p["W_in"].T + p["b_rec"]

    def step(
        self, p: Parameters, state: Array, u: Array, xi: Array | None = None, xi_input: Array | None = None
    ) -> Array:
        drive = self.drive(p, state, u, xi_input)
        if xi is not None and self.noise_at == "drive":
            drive = drive + scaled(xi, self.drive_noise_scale)
        new = self._move(state, drive if self.form == "current" else self.nonlinearity(drive))
        if xi is not None and self.noise_at == "state":
            new = new + scaled(xi, self.state_noise_scale)
        return new

    def _move(self, state: Array, goal: Array) -> Array:
        """One Euler step from ``state`` towards ``goal``, damping included."""
        alpha = matching(self.alpha, state)
        new = (1.0 - alpha) * state + alpha * goal
        return new - (alpha * self.damping) * state**3 if self.damping else new

    def outputs(self, p: Parameters, rates: Array, xi: Array | None = None) -> Array:
        if xi is not None and self.output_noise:
            rates = rates + scaled(xi, self.output_noise_scale)
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
