"""Attention to inputs: the network's own past decides which input channels it hears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnlab.networks.arrays import Array, concatenate, softmax
from rnnlab.networks.cell import Parameters, Pullback
from rnnlab.networks.variant import FullVariant, gaussian
from rnnlab.spec import quantity


@dataclass(frozen=True)
class AttentionRNN(FullVariant):
    """A leaky network that divides its attention between its input channels, by softmax over them.

    What attention follows is a slow average m of the states: with att = W_att m this is the same as averaging the
    channels' scores, att[t] = (1 − γ) att[t−1] + γ W_att x[t−1]. The state is x and m side by side. Shares sum to 1
    over channels: soft attention, as Bahdanau, Cho & Bengio (2015) have it over the past.

    Example:
        >>> import numpy as np
        >>> config = AttentionRNN(n_units=10)
        >>> p = config.initialise(n_inputs=4, n_outputs=1, rng=np.random.default_rng(0))
        >>> bool(np.isclose(config.shares(p, config.initial_state(p, n_trials=1)).sum(), 1))
        True
    """

    plain_drive: ClassVar[bool] = False

    tau_attention: float = quantity(
        100.0, unit="ms", above=0, soft=(10, 1000), step=10, help="time constant of shifts of attention"
    )

    def check(self) -> None:
        """dt must not exceed this time constant either."""
        super().check()
        if self.dt > self.tau_attention:
            problem = f"{self.tau_attention:g} ms is shorter than a time step of {self.dt:g} ms"
            raise self.refuse("tau_attention", problem, remedy=f"give at least {self.dt:g} ms")

    @property
    def n_states(self) -> int:
        return 2 * self.n_units

    @property
    def gamma(self) -> float:
        """dt / τ_att."""
        return self.dt / self.tau_attention

    def _lines(self) -> list[str]:
        return [
            f"m[t] = (1 − γ) m[t−1] + γ x[t−1], γ = {self.gamma:g}, m[0] = 0",
            "s[t] = softmax(W_att m[t]) over the inputs",
            "d[t] = W_rec r[t−1] + W_in (s[t] u[t]) + b_rec",
        ]

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        return super().parameter_shapes(n_inputs, n_outputs) | {"W_att": (n_inputs, self.n_units)}

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """As the leaky network; Gaussian scores."""
        return super().initialise(n_inputs, n_outputs, rng) | {"W_att": gaussian(rng, n_inputs, self.n_units)}

    def silenced(self, p: Parameters, kept: Array) -> dict[str, Array]:
        """See `Cell.silenced`; attention does not hear the units either."""
        return super().silenced(p, kept) | {"W_att": p["W_att"] * kept}

    def shares(self, p: Parameters, state: Array) -> Array:
        """What of each channel is heard in the states (trial, n_states): (trial, input)."""
        return softmax(state[:, self.n_units :] @ p["W_att"].T)

    def _advance(self, p: Parameters, state: Array, u: Array, kick: Array | float) -> tuple[Array, Pullback]:
        n, f, gamma = self.n_units, self.nonlinearity, self.gamma
        x = state[:, :n]
        mean = (1.0 - gamma) * state[:, n:] + gamma * x
        shares = softmax(mean @ p["W_att"].T)
        drive = f(x) @ p["W_rec"].T + (shares * u) @ p["W_in"].T + p["b_rec"]

        def pullback(v: Array) -> Array:
            on_drive = self.alpha * v[:, :n]
            on_shares = (on_drive @ p["W_in"]) * u
            on_scores = shares * (on_shares - (shares * on_shares).sum(-1)[:, None])
            on_mean = on_scores @ p["W_att"] + v[:, n:]
            on_x = (1.0 - self.alpha) * v[:, :n] + f.derivative(x) * (on_drive @ p["W_rec"])
            return concatenate([on_x + gamma * on_mean, (1.0 - gamma) * on_mean])

        return concatenate([self._move(x, drive, kick), mean]), pullback
