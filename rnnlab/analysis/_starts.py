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
    task = getattr(source, "task", None) if n else None
    if task is None:
        return let_go(network, update, n, rng)
    batch = task.sample(n_trials=N_TRIALS, dt=network.dt, seed=rng)
    visited = sampled(visited_states(source, batch), n - n // 2, rng)
    return np.concatenate([visited, let_go(network, update, n - len(visited), rng)])


def visited_states(source: Any, batch: Batch) -> Array:
    """(trial, time, state) of noise-free trials."""
    return np.asarray(simulate(source, batch).states, float)


def let_go(network: Network, update: Update, n: int, rng: np.random.Generator) -> Array:
    """States on the way from random ones under the constant input, after up to a hundred steps.

    Distances at the start and numbers of steps are spread evenly on logarithmic scales, so that both the
    neighbourhood of the initial state and the far field are sampled. Where the network runs away, the state it began
    from is taken instead.
    """
    if not n:
        return np.zeros((0, update.n_states))
    distance = FURTHEST ** rng.uniform(-2, 1, size=(n, 1))
    begin = network.initial_state(n) + distance * rng.normal(size=(n, update.n_states))
    steps = (100 ** rng.uniform(0, 1, size=n)).astype(int) - 1
    limit = 2 * np.abs(begin).max(initial=1.0)
    x = begin.copy()
    for k in range(steps.max(initial=0)):
        going = np.flatnonzero(steps > k)
        x[going] = update(x[going])
        away = going[~(np.abs(x[going]).max(axis=1) < limit)]
        x[away], steps[away] = begin[away], 0
    return x


LEAST_SPREAD = 0.01
"""Of the starts, as a share of 1 plus the largest of their entries."""


def sampled(states: ArrayLike, n: int, rng: np.random.Generator) -> Array:
    """(n or fewer, n_states) drawn without replacement from (..., n_states)."""
    flat = np.asarray(states, float)
    flat = flat.reshape(-1, flat.shape[-1])
    flat = flat[np.isfinite(flat).all(axis=1)]
    return flat if len(flat) <= n else flat[rng.choice(len(flat), n, replace=False)]


def spread(starts: Array) -> float:
    """Median distance of the starts from their mean: the length that the search measures in.

    Starts that (nearly) coincide say nothing of it: points that are told apart by a share of it would be found twice.
    """
    if len(starts) < 2:
        return 1.0
    distance = float(np.median(np.linalg.norm(starts - starts.mean(axis=0), axis=1)))
    return max(distance, LEAST_SPREAD * (1 + float(np.abs(starts).max())))


def checked(name: str, states: ArrayLike, n_states: int) -> Array:
    array = np.asarray(states, float)
    if array.ndim != 2 or array.shape[1] != n_states:
        raise ValueError(f"{name}: shape {array.shape}; give (any number, n_states = {n_states})")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: some states are not finite; leave those out")
    return array


def given_starts(starts: Any, n: int, n_states: int, rng: np.random.Generator) -> Array:
    array = np.asarray(getattr(starts, "states", starts), float)
    return checked("starts", sampled(array, n, rng) if array.ndim == 3 else array, n_states)
