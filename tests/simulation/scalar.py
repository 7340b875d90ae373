"""A leaky network and an LSTM written number by number, with everything that can be done to them.

Nothing of the library computes here, but for the normals it draws. Every trial, step and unit is a Python loop, and an
intervention is an `if` at the place in the equation where it belongs.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rnnlab.networks import Network
from rnnlab.simulation.noise import noise_of


def on(i: Any, k: int, t: int, dt: float) -> bool:
    """Whether an intervention is in force in trial k and step t: half open in ms, rounded to steps."""
    stop = math.inf if i.stop is None else i.stop / dt
    return (i.trials is None or k in i.trials) and round((i.start or 0) / dt) <= t < (
        stop if stop == math.inf else round(stop)
    )


def each(value: Any, j: int) -> float:
    return value[j] if isinstance(value, tuple) else value


def named(plan: Any, kind: str, k: int, t: int, dt: float) -> list[Any]:
    return [i for i in plan if type(i).__name__ == kind and on(i, k, t, dt)]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


class Scalar:
    """Runs a network; `states` and `outputs` (trial, time, ...) and the `rates` that units send."""

    def __init__(self, network: Network, inputs: np.ndarray, plan: Any = (), seed: int | None = None) -> None:
        self.network, self.plan, self.inputs = network, plan, inputs
        self.config, self.p = network.config, {k: v.tolist() for k, v in network.parameters.items()}
        n_trials, n_steps, n_inputs = inputs.shape
        noise = noise_of(self.config, seed, n_trials, n_inputs, np.dtype(float)).recurrent
        self.xi = None if noise is None else np.stack([noise.draw().copy() for _ in range(n_steps)], axis=1)
        self.states = np.zeros((n_trials, n_steps, network.n_states))
        self.rates = np.zeros((n_trials, n_steps, network.n_units))
        self.outputs = np.zeros((n_trials, n_steps, network.n_outputs))
        for k in range(n_trials):
            x = list(self.p["x0"])
            for t in range(n_steps):
                x = self.step(k, t, x)
                self.states[k, t] = x
                self.rates[k, t] = [self.rate(k, t, x, j) for j in range(network.n_units)]
                self.outputs[k, t] = self.read_out(k, t, x)

    def now(self, kind: str, k: int, t: int) -> list[Any]:
        return named(self.plan, kind, k, t, self.config.dt)

    def gone(self, k: int, t: int, j: int) -> bool:
        return any(j in i.units for i in self.now("Lesion", k, t))

    def rate(self, k: int, t: int, x: list[float], j: int) -> float:
        """What unit j sends at the end of, or into, step t."""
        if self.gone(k, t, j):
            return 0.0
        for clamp in reversed(self.now("Clamp", k, t)):
            if clamp.of == "rate" and j in clamp.units:
                return each(clamp.value, clamp.units.index(j))
        if type(self.config).__name__ == "LSTM" or self.config.form == "rate":
            return x[j]
        return max(x[j], 0.0) if type(self.config.nonlinearity).__name__ == "Relu" else math.tanh(x[j])

    def weight(self, name: str, k: int, t: int, i: int, j: int) -> float:
        w = self.p[name][i][j]
        for edit in self.plan:
            kind = type(edit).__name__
            if kind not in ("CutWeights", "ScaleWeights", "ReplaceWeights", "WeightsInTime") or edit.of != name:
                continue
            receiver = i % self.config.n_units if name != "W_out" else i
            rows = edit.receivers if edit.receivers is not None else range(10**6)
            columns = edit.senders if edit.senders is not None else range(10**6)
            if not on(edit, k, t, self.config.dt) or receiver not in rows or j not in columns:
                continue
            row, column = rows.index(receiver), columns.index(j)
            if kind == "CutWeights":
                w = 0.0
            elif kind == "ScaleWeights":
                w *= edit.factor if isinstance(edit.factor, float) else edit.factor.array[row, column]
            elif kind == "ReplaceWeights":
                w = edit.values if isinstance(edit.values, float) else edit.values.array[row, column]
            else:
                since = t - round((edit.start or 0) / self.config.dt)
                index = min(int(since * self.config.dt / (edit.every or self.config.dt)), len(edit.factors) - 1)
                w *= edit.factors[index].array[row, column]
        return w

    def input(self, k: int, t: int, c: int) -> float:
        u = self.inputs[k, t, c]
        for edit in self.plan:
            if type(edit).__name__ not in ("InputPulse", "InputOverride") or not on(edit, k, t, self.config.dt):
                continue
            channels = edit.channels if edit.channels is not None else tuple(range(self.inputs.shape[2]))
            if c not in channels:
                continue
            if type(edit).__name__ == "InputPulse":
                u += each(edit.amount, channels.index(c))
            elif isinstance(edit.value, float):
                u = edit.value
            else:
                since = t - round((edit.start or 0) / self.config.dt)
                row = min(int(since * self.config.dt / (edit.every or self.config.dt)), len(edit.value.array) - 1)
                u = edit.value.array[row, channels.index(c)]
        return u

    def drive(self, k: int, t: int, x: list[float], i: int) -> float:
        total = self.p["b_rec"][i]
        for j in range(self.config.n_units):
            total += self.weight("W_rec", k, t, i, j) * self.rate(k, t, x, j)
        for c in range(self.inputs.shape[2]):
            total += self.weight("W_in", k, t, i, c) * self.input(k, t, c)
        for current in self.now("Current", k, t):
            if i in current.units:
                total += each(current.amount, current.units.index(i))
        return total

    def step(self, k: int, t: int, x: list[float]) -> list[float]:
        new = self.lstm(k, t, x) if type(self.config).__name__ == "LSTM" else self.leaky(k, t, x)
        n, last = self.config.n_units, len(new) - self.config.n_units
        for kick in self.plan:
            if (
                type(kick).__name__ == "Kick"
                and t == round((kick.start or 0) / self.config.dt)
                and on(kick, k, t, self.config.dt)
            ):
                for j, unit in enumerate(kick.units):
                    new[last + unit] += each(kick.amount, j)
        for clamp in self.now("Clamp", k, t):
            if clamp.of == "state":
                for j, unit in enumerate(clamp.units):
                    new[last + unit] = each(clamp.value, j)
        return [0.0 if self.gone(k, t, j % n) else value for j, value in enumerate(new)]

    def leaky(self, k: int, t: int, x: list[float]) -> list[float]:
        new, config = [], self.config
        for i in range(config.n_units):
            alpha, drive = config.dt / config.tau, self.drive(k, t, x, i)
            goal = drive if config.form == "current" else math.tanh(drive)
            noise = 0.0 if self.xi is None else math.sqrt(2 * alpha) * config.noise * self.xi[k, t, i]
            new.append((1 - alpha) * x[i] + alpha * goal + noise)
        return new

    def lstm(self, k: int, t: int, x: list[float]) -> list[float]:
        n, hidden, memory = self.config.n_units, [], []
        for j in range(n):
            forget, enter, leave = (sigmoid(self.drive(k, t, x, g * n + j)) for g in range(3))
            c = forget * x[n + j] + enter * math.tanh(self.drive(k, t, x, 3 * n + j))
            memory.append(c)
            hidden.append(leave * math.tanh(c))
        return hidden + memory

    def read_out(self, k: int, t: int, x: list[float]) -> list[float]:
        return [
            self.p["b_out"][o]
            + sum(self.weight("W_out", k, t, o, j) * self.rate(k, t, x, j) for j in range(self.config.n_units))
            for o in range(self.network.n_outputs)
        ]
