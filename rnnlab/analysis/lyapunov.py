"""Lyapunov exponents: how fast small differences grow or die along the network's own activity.

A frame of directions is carried along by the Jacobians of the time steps and made orthonormal again every few steps;
the logarithms of what it is stretched by, averaged, are the exponents (Benettin et al. 1980, Meccanica 15; Engelken,
Wolf & Abbott 2023, Phys. Rev. Research 5). A random tanh network turns chaotic, its largest exponent positive, where
its gain passes 1 (Sompolinsky, Crisanti & Sommers 1988, PRL 61).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.networks import Network, as_network
from rnnlab.threads import one_thread

CHUNK = 50
"""Steps whose Jacobians are made at once."""


@dataclass(frozen=True, repr=False, eq=False)
class Lyapunov(Result):
    """The spectrum of exponents of one course of activity, largest first.

    Attributes:
        exponents: (exponent,) in 1/s; -inf for a direction that is lost altogether.
        error: standard error of the largest, from ten stretches of the course.
        running: (time, exponent) the first few exponents as estimated from the course so far, 1/s.
        time: (time,) ms of that.
        dt: ms per step.
        n_states: numbers that make up the network's state.
    """

    exponents: FloatArray
    error: float
    running: FloatArray
    time: FloatArray
    dt: float
    n_states: int

    @property
    def largest(self) -> float:
        """1/s: positive where the activity is chaotic (or grows without bound), negative where it forgets its start."""
        return float(self.exponents[0])

    @property
    def entropy(self) -> float:
        """Sum of the positive exponents, nats/s: how fast small differences become known (Pesin's bound)."""
        return float(self.exponents[self.exponents > 0].sum())

    @property
    def dimension(self) -> float:
        """Kaplan and Yorke's dimension of the attractor: how many exponents, with a fraction of the next, sum to zero.

        Not less than their number where all that were asked for still sum to more than zero.
        """
        sums = np.cumsum(self.exponents)
        n = int((sums >= 0).sum())
        if n == 0 or n == len(sums):
            return float(n)
        return float(n + sums[n - 1] / -self.exponents[n])

    def facts(self) -> dict[str, str]:
        partial = len(self.exponents) < self.n_states
        return {
            "exponents": shape_of(self.exponents, "exponent") + (f" of {self.n_states}" if partial else ""),
            "largest": f"{self.largest:+.3g}" + (f" ± {self.error:.2g}" if np.isfinite(self.error) else "") + " /s",
            "dimension": f"{self.dimension:.2f}" + (" or more" if self.dimension == len(self.exponents) else ""),
            "positive": f"{int((self.exponents > 0).sum())}, summing to {self.entropy:.3g} nats/s",
            "course": f"{self.time[-1]:.0f} ms in steps of {self.dt:g} ms",
        }


def lyapunov(
    source: Any,
    inputs: ArrayLike | None = None,
    *,
    n_steps: int = 2000,
    n_settle: int = 500,
    n_exponents: int | None = None,
    every: int = 5,
    start: ArrayLike | None = None,
) -> Lyapunov:
    """The exponents of a network, without noise, under its own input or a constant one.

    Args:
        source: a Network, a Run, or anything with a ``network``.
        inputs: (n_inputs,) held for ``n_settle + n_steps``; or (time, n_inputs) to run through, whose last fifth or
            more is measured as ``n_settle`` lets it; zero by default.
        n_steps: length of the course that is measured, where the input is constant.
        n_settle: steps before it, in which activity and frame find their way; no more than half of given inputs.
        n_exponents: how many; all by default.
        every: steps after which the frame is made orthonormal again.
        start: (n_states,) where to begin; the network's own initial state by default, moved a little off symmetry.

    Raises:
        ValueError: arguments of the wrong shape or out of range, or activity that grows beyond all numbers.

    >>> from rnnlab.networks import from_arrays
    >>> network = from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=[[0.5, 0.0], [0.0, -1.0]])
    >>> lyapunov(network, n_steps=100, n_settle=200).exponents.round(2).tolist()  # 100 log(0.95), 100 log(0.8)
    [-5.13, -22.31]
    """
    network = as_network(source)
    course, settle = _course(network, inputs, n_steps, n_settle)
    count = network.n_states if n_exponents is None else n_exponents
    if not 1 <= count <= network.n_states:
        raise ValueError(f"n_exponents={n_exponents}; give 1 to {network.n_states}")
    if every < 1:
        raise ValueError(f"every={every}; give at least 1")
    with one_thread(network.n_units), np.errstate(over="ignore", invalid="ignore"):
        growth = _growth(network, course, _start(network, start), count, every)
    steps = np.minimum(np.arange(1, len(growth) + 1) * every, len(course))
    kept = steps > settle
    lengths = np.diff(steps, prepend=0)[kept] * network.dt / 1000
    return _result(network, growth[kept], lengths)


def _result(network: Network, growth: FloatArray, lengths: FloatArray) -> Lyapunov:
    with np.errstate(invalid="ignore"):
        running = np.cumsum(growth, axis=0) / np.cumsum(lengths)[:, None]
    order = np.argsort(-running[-1], kind="stable")
    first = growth[:, order[0]]
    parts = zip(np.array_split(first, 10), np.array_split(lengths, 10), strict=True)
    blocks = [part.sum() / length.sum() for part, length in parts if len(part)]
    spread = np.std(blocks, ddof=1) / np.sqrt(len(blocks)) if len(blocks) > 1 and np.isfinite(blocks).all() else np.nan
    return Lyapunov(
        exponents=frozen(running[-1, order]),
        error=float(spread),
        running=frozen(running[:, order[:8]]),
        time=frozen(np.cumsum(lengths) * 1000),
        dt=network.dt,
        n_states=network.n_states,
    )


def _growth(network: Network, course: FloatArray, start: FloatArray, count: int, every: int) -> FloatArray:
    """(frame, exponent) logarithms of how much each direction of the frame is stretched, every so many steps."""
    state = start[None]
    frame = np.linalg.qr(np.random.default_rng(0).normal(size=(network.n_states, count)))[0]
    growth = []
    size = max(1, CHUNK // every) * every
    for first in range(0, len(course), size):
        inputs = course[first : first + size]
        states = np.empty((len(inputs), network.n_states))
        for i, u in enumerate(inputs):
            states[i] = state[0]
            state = network.step(state, u[None])
        jacobians = network.jacobian(states, inputs)
        if not (np.isfinite(state).all() and np.isfinite(jacobians).all()):
            raise ValueError("source: the activity grows beyond all numbers; its exponents cannot be followed")
        for k in range(0, len(inputs), every):
            for jacobian in jacobians[k : k + every]:
                frame = jacobian @ frame
            frame, stretched = np.linalg.qr(frame)
            with np.errstate(divide="ignore"):
                growth.append(np.log(np.abs(np.diagonal(stretched))))
    return np.array(growth)


def _course(network: Network, inputs: ArrayLike | None, n_steps: int, n_settle: int) -> tuple[FloatArray, int]:
    """(time, n_inputs) what is given to the network, and how many steps of it are not measured."""
    given = np.zeros(network.n_inputs) if inputs is None else np.asarray(inputs, float)
    if given.ndim not in (1, 2) or given.shape[-1] != network.n_inputs or (given.ndim == 2 and not len(given)):
        raise ValueError(f"inputs: shape {given.shape}; give ({network.n_inputs},) or (time, {network.n_inputs})")
    if not np.isfinite(given).all():
        raise ValueError("inputs: some are not finite")
    if n_steps < 1 or n_settle < 0:
        raise ValueError(f"n_steps={n_steps}, n_settle={n_settle}; give at least 1, and 0 or more")
    if given.ndim == 1:
        return np.broadcast_to(given, (n_settle + n_steps, network.n_inputs)), n_settle
    return given, min(n_settle, len(given) // 2)


def _start(network: Network, start: ArrayLike | None) -> FloatArray:
    if start is None:
        own = np.asarray(network.initial_state(1), float)[0]
        return own + 0.01 * np.random.default_rng(0).normal(size=len(own))
    given = np.asarray(start, float)
    if given.shape != (network.n_states,) or not np.isfinite(given).all():
        raise ValueError(f"start: shape {given.shape}; give ({network.n_states},) finite numbers")
    return given
