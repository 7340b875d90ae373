"""A network under one constant input, as a map from state to state: ``F(x) = step(x, inputs)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from rnnlab.networks import GRU, Network

Array = NDArray[Any]


class Update:
    """The one-step map without noise, and its derivatives, in one precision. States are (trial, state)."""

    def __init__(self, network: Network, inputs: ArrayLike, dtype: DTypeLike = np.float64) -> None:
        self.dtype = np.dtype(dtype)
        self.n_states = int(network.config.n_states)
        self._inputs = np.asarray(inputs, self.dtype)
        self._cell = network.config
        self._parameters = {name: np.asarray(value, self.dtype) for name, value in network.parameters.items()}

    def __call__(self, states: Array) -> Array:
        """F(x)."""
        return self._cell.step(self._parameters, states, self._inputs_for(states))

    def residual(self, states: Array) -> Array:
        """F(x) - x: zero at a fixed point; its norm is the speed, in state units per step."""
        return self(states) - states

    def linearise(self, states: Array) -> tuple[Array, Callable[[Array], Array]]:
        """F(x) - x, and the function v -> v^T J(x), without forming J."""
        after, pull = self._cell.linearise(self._parameters, states, self._inputs_for(states))
        return after - states, pull

    def jacobian(self, states: Array) -> Array:
        """J(x) = dF/dx, (trial, to, from)."""
        return self._cell.jacobian(self._parameters, states, self._inputs_for(states))

    def is_home(self, states: Array, within: float) -> NDArray[np.bool_]:
        """(trial,) whether nothing draws a state elsewhere, by more than ``within`` in any entry.

        Gates that are all but closed keep a GRU's state from moving wherever it is; it stays for good only where its
        candidates are what it holds.
        """
        if not isinstance(self._cell, GRU):
            return np.ones(len(states), bool)
        candidates = self._cell.candidates(self._parameters, states, self._inputs_for(states))
        home: NDArray[np.bool_] = np.abs(candidates - states).max(axis=1, initial=0.0) <= within
        return home

    def _inputs_for(self, states: Array) -> Array:
        return np.broadcast_to(self._inputs, (len(states), len(self._inputs)))


def half_square(residual: Array) -> Array:
    """``q = |F(x) - x|^2 / 2`` of each trial: (trial, state) -> (trial,)."""
    return 0.5 * np.einsum("ij,ij->i", residual, residual)
