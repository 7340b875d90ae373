"""Rate adaptation: units that tire of firing (Benda & Herz 2003)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnlab.networks.arrays import Array, concatenate
from rnnlab.networks.cell import Parameters, Pullback
from rnnlab.networks.variant import FullVariant
from rnnlab.spec import quantity


@dataclass(frozen=True)
class AdaptingRNN(FullVariant):
    """A leaky network whose units carry a slow trace a of their own rate, which is taken from their drive.

    The state is x and a side by side. How much of its trace a unit feels, ``w_adapt``, is learnt; it starts at 1.
    Adaptation of this kind turns sustained answers into transient ones and lets activity alternate (Benda & Herz 2003).

    Example:
        >>> config = AdaptingRNN(n_units=10, tau_adapt=400)
        >>> config.gamma, config.n_states
        (0.025, 20)
    """

    plain_drive: ClassVar[bool] = False

    tau_adapt: float = quantity(500.0, unit="ms", above=0, soft=(50, 2000), step=50, help="time constant of adaptation")
    strength: float = quantity(0.2, low=0, soft=(0, 2), step=0.1, help="trace φ that a lasting rate of 1 leaves")

    def check(self) -> None:
        """dt must not exceed this time constant either."""
        super().check()
        if self.dt > self.tau_adapt:
            problem = f"{self.tau_adapt:g} ms is shorter than a time step of {self.dt:g} ms"
            raise self.refuse("tau_adapt", problem, remedy=f"give at least {self.dt:g} ms")

    @property
    def n_states(self) -> int:
        return 2 * self.n_units

    @property
    def gamma(self) -> float:
        """dt / τ_a."""
        return self.dt / self.tau_adapt

    def _lines(self) -> list[str]:
        return [
            "d[t] = W_rec r[t−1] + W_in u[t] + b_rec − w_adapt a[t−1]",
            f"a[t] = (1 − γ) a[t−1] + γ φ r[t−1], γ = {self.gamma:g}, φ = {self.strength:g}, a[0] = 0",
        ]

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        return super().parameter_shapes(n_inputs, n_outputs) | {"w_adapt": (self.n_units,)}

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """As the leaky network; adaptation fully felt."""
        return super().initialise(n_inputs, n_outputs, rng) | {"w_adapt": np.ones(self.n_units)}

    def _advance(self, p: Parameters, state: Array, u: Array, kick: Array | float) -> tuple[Array, Pullback]:
        n, f, gamma = self.n_units, self.nonlinearity, self.gamma
        x, a = state[:, :n], state[:, n:]
        r = f(x)
        drive = r @ p["W_rec"].T + u @ p["W_in"].T + p["b_rec"] - p["w_adapt"] * a
        trace = (1.0 - gamma) * a + (gamma * self.strength) * r

        def pullback(v: Array) -> Array:
            on_drive, on_trace = self.alpha * v[:, :n], v[:, n:]
            on_rate = on_drive @ p["W_rec"] + (gamma * self.strength) * on_trace
            on_x = (1.0 - self.alpha) * v[:, :n] + f.derivative(x) * on_rate
            return concatenate([on_x, (1.0 - gamma) * on_trace - p["w_adapt"] * on_drive])

        return concatenate([self._move(x, drive, kick), trace]), pullback
