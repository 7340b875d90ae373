"""Where a search begins: states that the network visits, and states it passes when let go from anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._update import Update
from rnnlab.networks import Network
from rnnlab.simulation import simulate
from rnnlab.tasks import Batch

Array = NDArray[Any]

N_TRIALS = 64
FURTHEST = 5.0
"""Let-go states start up to this many state units from the initial state (per state, root mean square)."""


def default_starts(source: Any, network: Network, update: Update, n: int, rng: np.random.Generator) -> Array:
    """(n, n_states): half visited on trials of the source's task, where it has one; the rest let go."""
    task = getattr(source, "task", None)
    if task is None:
        return let_go(network, update, n, rng)
    batch = task.sample(n_trials=N_TRIALS, dt=network.dt, seed=rng)
    visited = sampled(visited_states(source, batch), n - n // 2, rng)
    return np.concatenate([visited, let_go(network, update, n - len(visited), rng)])


def visited_states(source: Any, batch: Batch) -> Array:
    """(trial, time, state) of noise-free trials."""
    return np.asarray(simulate(source, batch).states, float)


def let_go(network: Network, update: Update, n: int, rng: np.random.Generator) -> Array:
    """States on the way from random ones under the constant input, at random times up to a hundred steps.

    The starting distances are spread evenly on a logarithmic scale, so that both the neighbourhood of the initial
    state and the far field are sampled. A network that runs away contributes the states before it does.
    """
    distance = FURTHEST ** rng.uniform(-2, 1, size=(n, 1))
    x = network.initial_state(n) + distance * rng.normal(size=(n, update.n_states))
    limit = 10 * FURTHEST * (1 + np.abs(x).max())
    leave_at = (100 ** rng.uniform(0, 1, size=n)).astype(int) - 1
    for k in range(leave_at.max(initial=0)):
        going = np.flatnonzero(leave_at > k)
        after = update(x[going])
        inside = np.isfinite(after).all(axis=1) & (np.abs(after).max(axis=1) < limit)
        x[going[inside]] = after[inside]
        leave_at[going[~inside]] = 0
    return x


def sampled(states: ArrayLike, n: int, rng: np.random.Generator) -> Array:
    """(n or fewer, n_states) drawn without replacement from (..., n_states)."""
    flat = np.asarray(states, float)
    flat = flat.reshape(-1, flat.shape[-1])
    flat = flat[np.isfinite(flat).all(axis=1)]
    return flat if len(flat) <= n else flat[rng.choice(len(flat), n, replace=False)]


def spread(starts: Array) -> float:
    """Median distance of the starts from their mean: the length that the search measures in."""
    if len(starts) < 2:
        return 1.0
    distance = float(np.median(np.linalg.norm(starts - starts.mean(axis=0), axis=1)))
    return max(distance, 1e-6 * (1 + float(np.abs(starts).max())))
