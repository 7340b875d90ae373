"""Short-term plasticity: synapses that tire and that are primed by use (Mongillo, Barak & Tsodyks 2008)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from rnnlab.networks.arrays import Array, between, concatenate, indicator, matching, zeros
from rnnlab.networks.cell import Parameters, Pullback
from rnnlab.networks.variant import FullVariant
from rnnlab.spec import quantity


@dataclass(frozen=True)
class PlasticRNN(FullVariant):
    """A leaky network in which what a unit sends to others depends on how much it has sent lately.

    Each unit has resources s, used up by firing, and a readiness q to release them, raised by firing; its recurrent
    synapses pass q s r instead of r. The state is x, s and q side by side. The first units' synapses facilitate (slow
    q, fast s), the others' depress (the other way round). Such synapses can hold a memory in silence (Mongillo, Barak &
    Tsodyks 2008); equations, time constants and bounds are those of Masse et al. (2019). Rates count as spikes, so
    units should not have negative ones.

    Example:
        >>> PlasticRNN(n_units=4).resting_release
        array([0.15, 0.15, 0.45, 0.45])
    """

    plain_drive: ClassVar[bool] = False

    facilitating: float = quantity(0.5, low=0, high=1, soft=(0, 1), step=0.1, help="share whose synapses facilitate")
    tau_fast: float = quantity(200.0, unit="ms", above=0, soft=(50, 500), step=50, help="faster time constant")
    tau_slow: float = quantity(1500.0, unit="ms", above=0, soft=(500, 5000), step=100, help="slower time constant")
    release_facilitating: float = quantity(
        0.15, above=0, high=1, soft=(0.05, 1), step=0.05, help="readiness at rest where synapses facilitate"
    )
    release_depressing: float = quantity(
        0.45, above=0, high=1, soft=(0.05, 1), step=0.05, help="readiness at rest where synapses depress"
    )
    spikes: float = quantity(
        1.0, unit="Hz", above=0, soft=(1, 50), step=1, help="spikes per second that a rate of 1 stands for"
    )

    def check(self) -> None:
        """dt must not exceed these time constants either."""
        super().check()
        for name in ("tau_fast", "tau_slow"):
            if self.dt > getattr(self, name):
                problem = f"{getattr(self, name):g} ms is shorter than a time step of {self.dt:g} ms"
                raise self.refuse(name, problem, remedy=f"give at least {self.dt:g} ms")

    @property
    def n_states(self) -> int:
        return 3 * self.n_units

    @cached_property
    def facilitates(self) -> np.ndarray:
        """(n_units,) True where a unit's synapses facilitate."""
        return np.arange(self.n_units) < round(self.facilitating * self.n_units)

    @cached_property
    def resting_release(self) -> np.ndarray:
        """Readiness at rest, U, (n_units,)."""
        return np.where(self.facilitates, self.release_facilitating, self.release_depressing)

    @cached_property
    def recovery(self) -> tuple[np.ndarray, np.ndarray]:
        """dt over the time constant, of s and of q, (n_units,) each."""
        fast, slow = self.dt / self.tau_fast, self.dt / self.tau_slow
        return np.where(self.facilitates, fast, slow), np.where(self.facilitates, slow, fast)

    @property
    def events(self) -> float:
        """Spikes in a time step at a rate of 1."""
        return self.dt / 1000.0 * self.spikes

    def _lines(self) -> list[str]:
        n = int(self.facilitates.sum())
        slow, fast = f"{self.tau_slow:g} ms", f"{self.tau_fast:g} ms"
        return [
            "s[t] = s[t−1] + (dt/τ_s) (1 − s[t−1]) − δ q[t−1] s[t−1] r[t−1], between 0 and 1",
            "q[t] = q[t−1] + (dt/τ_q) (U − q[t−1]) + δ U (1 − q[t−1]) r[t−1], between 0 and 1",
            "d[t] = W_rec (q[t] s[t] r[t−1]) + W_in u[t] + b_rec",
            f"{n} units facilitate: τ_s = {fast}, τ_q = {slow}, U = {self.release_facilitating:g}",
            f"{self.n_units - n} units depress: τ_s = {slow}, τ_q = {fast}, U = {self.release_depressing:g}",
            f"s[0] = 1, q[0] = U, δ = {self.events:g}",
        ]

    def _rest(self, x: Array) -> list[Array]:
        """Full resources, readiness at rest."""
        nothing = zeros(x, self.n_units)
        return [nothing + 1.0, nothing + matching(self.resting_release, x)]

    def _advance(self, p: Parameters, state: Array, u: Array, kick: Array | float) -> tuple[Array, Pullback]:
        n, f, events = self.n_units, self.nonlinearity, self.events
        back_s, back_q, U = (matching(a, state) for a in (*self.recovery, self.resting_release))
        x, s, q = state[:, :n], state[:, n : 2 * n], state[:, 2 * n :]
        r = f(x)
        free_s = s + back_s * (1.0 - s) - events * q * s * r
        free_q = q + back_q * (U - q) + events * U * (1.0 - q) * r
        new_s, new_q = between(free_s, 0.0, 1.0), between(free_q, 0.0, 1.0)
        drive = (new_q * new_s * r) @ p["W_rec"].T + u @ p["W_in"].T + p["b_rec"]

        def pullback(v: Array) -> Array:
            on_sent = (self.alpha * v[:, :n]) @ p["W_rec"]
            on_s = (v[:, n : 2 * n] + new_q * r * on_sent) * indicator(new_s == free_s, s)
            on_q = (v[:, 2 * n :] + new_s * r * on_sent) * indicator(new_q == free_q, q)
            on_rate = new_q * new_s * on_sent - events * q * s * on_s + events * U * (1.0 - q) * on_q
            on_x = (1.0 - self.alpha) * v[:, :n] + f.derivative(x) * on_rate
            from_s = (1.0 - back_s - events * q * r) * on_s
            from_q = (1.0 - back_q - events * U * r) * on_q - events * s * r * on_s
            return concatenate([on_x, from_s, from_q])

        return concatenate([self._move(x, drive, kick), new_s, new_q]), pullback
