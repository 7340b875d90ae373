"""Fast weights: connections that remember, within a trial, which units were active together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from rnnlab.networks.arrays import Array, between, concatenate, sigmoid, times
from rnnlab.networks.cell import Parameters, Pullback, counts_steps
from rnnlab.networks.constraints import Rules
from rnnlab.networks.scaling import balanced
from rnnlab.networks.variant import FullVariant, gaussian
from rnnlab.networks.weights import Weights
from rnnlab.networks.wiring import recurrent_rules, signed
from rnnlab.spec import quantity


@dataclass(frozen=True)
class FastWeightsRNN(FullVariant):
    """A leaky network whose recurrent weights have a fast part, which follows the activity of the trial.

    A trace A of the units' joint activity (after and before each step) adds to the weights, scaled by ``W_fast`` (to,
    from), which is learnt: Hebbian plasticity within a trial (Ba et al. 2016; Miconi, Clune & Stanley 2018). How fast A
    follows is learnt too: one factor for all times, in units of dt / τ_A (``rate_fast``, from 1), or a gate that the
    rates open and close (``W_gate``, ``b_gate``; Miconi et al. 2019).

    The state is x and A, row after row, side by side: n + n² numbers a trial, so training takes memory as the square
    of the units.

    Example:
        >>> FastWeightsRNN(n_units=10).n_states
        110
    """

    plain_drive: ClassVar[bool] = False

    n_units: int = quantity(20, low=1, high=500, soft=(10, 64), step=1, help="number of recurrent units")
    gate: Literal["fixed", "self"] = "fixed"
    """Whether the trace follows at one learnt pace, or opens and closes itself to change."""
    tau_trace: float = quantity(500.0, unit="ms", above=0, soft=(50, 5000), step=50, help="its time constant at first")

    def check(self) -> None:
        """dt must be shorter than this time constant too."""
        super().check()
        if self.dt >= self.tau_trace:
            problem = f"{self.tau_trace:g} ms is not longer than a time step of {self.dt:g} ms"
            raise self.refuse("tau_trace", problem, remedy=f"give more than {self.dt:g} ms")

    @property
    def n_states(self) -> int:
        return self.n_units + self.n_units**2

    def at(self, dt: float) -> FastWeightsRNN:
        """With a self-made gate it refuses another time step: a gate counts steps, not milliseconds."""
        if self.gate == "self" and dt != self.dt:
            raise counts_steps(self, dt, "a gate")
        return self if dt == self.dt else self.replace(dt=dt)

    def _lines(self) -> list[str]:
        pace = "γ = rate_fast dt/τ_A" if self.gate == "fixed" else "γ[t] = sigmoid(W_gate r[t−1] + b_gate)"
        at = "" if self.gate == "fixed" else "[t]"
        return [
            "d[t] = (W_rec + W_fast ∘ A[t−1]) r[t−1] + W_in u[t] + b_rec",
            f"A[t] = (1 − γ{at}) A[t−1] + γ{at} r[t] r[t−1]ᵀ, A[0] = 0",
            f"{pace}, τ_A = {self.tau_trace:g} ms" if self.gate == "fixed" else pace,
        ]

    # -------------------------------------------------------------------------------------------------- parameters

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        n = self.n_units
        pace: dict[str, tuple[int, ...]] = {"rate_fast": (1,)}
        own = pace if self.gate == "fixed" else {"W_gate": (1, n), "b_gate": (1,)}
        return super().parameter_shapes(n_inputs, n_outputs) | {"W_fast": (n, n)} | own

    def own_rules(self) -> dict[str, Rules]:
        """What a unit sends keeps its sign through fast weights too."""
        return {"W_fast": recurrent_rules(self.replace(weights_rec=Weights()))}

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """As the leaky network; small Gaussian ``W_fast``, and a trace that follows at its time constant."""
        n, raw = self.n_units, super().initialise(n_inputs, n_outputs, rng)
        fast = balanced(gaussian(rng, n, n, 0.1), self.unit_signs)  # or activity that is all excited feeds itself
        raw["W_fast"] = signed(fast, self.own_rules()["W_fast"])
        if self.gate == "fixed":
            return raw | {"rate_fast": np.ones(1)}
        pace = self.dt / self.tau_trace
        return raw | {"W_gate": gaussian(rng, 1, n, 0.1), "b_gate": np.full(1, math.log(pace / (1.0 - pace)))}

    @property
    def trainable(self) -> frozenset[str]:
        return super().trainable - (frozenset() if self.train_biases else {"b_gate"})

    @cached_property
    def projects(self) -> bool:
        return self.gate == "fixed" or super().projects

    def project(self, raw: Parameters) -> dict[str, Array]:
        """Besides, a pace below zero is put back to zero."""
        return super().project(raw) | self._kept_pace(raw)

    def effective(self, raw: Parameters) -> dict[str, Array]:
        """Besides, the pace, zero at least."""
        return super().effective(raw) | self._kept_pace(raw)

    def _kept_pace(self, raw: Parameters) -> dict[str, Array]:
        return {"rate_fast": between(raw["rate_fast"], 0.0, math.inf)} if self.gate == "fixed" else {}

    def silenced(self, p: Parameters, kept: Array) -> dict[str, Array]:
        """See `Cell.silenced`; nor do fast weights or the gate hear the units."""
        quiet = super().silenced(p, kept) | {"W_fast": p["W_fast"] * kept}
        return quiet | ({"W_gate": p["W_gate"] * kept} if self.gate == "self" else {})

    # ----------------------------------------------------------------------------------------------------- dynamics

    def _pace(self, p: Parameters, r: Array) -> Array:
        """γ, (1,) or (trial, 1); never above 1."""
        if self.gate == "self":
            return sigmoid(r @ p["W_gate"].T + p["b_gate"])
        return between(p["rate_fast"] * (self.dt / self.tau_trace), 0.0, 1.0)

    def _advance(self, p: Parameters, state: Array, u: Array, kick: Array | float) -> tuple[Array, Pullback]:
        n, f = self.n_units, self.nonlinearity
        x, A = state[:, :n], state[:, n:].reshape(-1, n, n)
        r, fast = f(x), p["W_fast"] * A
        drive = r @ p["W_rec"].T + times(fast, r) + u @ p["W_in"].T + p["b_rec"]
        new = self._move(x, drive, kick)
        sent, pace = f(new), self._pace(p, r)
        joint = sent[:, :, None] * r[:, None, :]
        trace = (1.0 - pace[..., None]) * A + pace[..., None] * joint

        def pullback(v: Array) -> Array:
            on_trace = v[:, n:].reshape(-1, n, n)
            on_joint = pace[..., None] * on_trace
            on_new = v[:, :n] + f.derivative(new) * times(on_joint, r)
            on_drive = self.alpha * on_new
            on_rate = times(on_joint.swapaxes(1, 2), sent) + on_drive @ p["W_rec"]
            on_rate = on_rate + times(fast.swapaxes(1, 2), on_drive)
            if self.gate == "self":
                on_pace = (on_trace * (joint - A)).sum((1, 2))[:, None]
                on_rate = on_rate + (on_pace * pace * (1.0 - pace)) @ p["W_gate"]
            on_A = on_trace - on_joint + on_drive[:, :, None] * r[:, None, :] * p["W_fast"]
            on_x = (1.0 - self.alpha) * on_new + f.derivative(x) * on_rate
            return concatenate([on_x, on_A.reshape(-1, n * n)])

        return concatenate([new, trace.reshape(-1, n * n)]), pullback
