"""Networks whose fixed points are known without a search."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.optimize import brentq

from rnnlab.networks import LSTM, Network, from_arrays


def one_unit(w: float, form: str = "current", bias: float = 0.0, dt: float = 10.0) -> Network:
    """x = tanh(w x + bias) in the rate form; x = w tanh(x) + bias in the current form."""
    return from_arrays(
        form=form, nonlinearity="tanh", dt=dt, tau=100, W_in=[[1.0]], W_rec=[[w]], W_out=[[1.0]], b_rec=[bias]
    )


def bistable_latent(gains: np.ndarray, weights: np.ndarray) -> float:
    """The positive root of k = sum(weights tanh(gains k)): exactly one where the slope at zero exceeds 1."""
    return brentq(lambda k: weights @ np.tanh(gains * k) - k, 1e-6, np.abs(weights).sum() + 1, xtol=1e-15)


def three_latents(n_coding: int = 60, n_mixing: int = 40, seed: int = 0) -> tuple[Network, np.ndarray]:
    """A tanh network of n_coding + n_mixing units with exactly 27 fixed points, and those.

    Each coding unit belongs to one of three latent variables, k = sum(w tanh(m k)), each of which has the three
    roots -k*, 0, k*. The mixing units hear all latents and each other (a contraction), so each of the 27
    combinations fixes them uniquely and no direction of the state space is special.
    """
    rng = np.random.default_rng(seed)
    n = n_coding + n_mixing
    latent = np.arange(n_coding) % 3
    gains = rng.uniform(0.5, 1.5, n_coding) * rng.choice([-1.0, 1.0], n_coding)
    weights = 2.2 * gains / np.array([(gains[latent == g] ** 2).sum() for g in range(3)])[latent]
    read = np.zeros((3, n))
    read[latent, np.arange(n_coding)] = weights
    write = np.zeros((n, 3))
    write[np.arange(n_coding), latent] = gains
    write[n_coding:] = rng.normal(size=(n_mixing, 3))
    W_rec = write @ read
    among = rng.normal(size=(n_mixing, n_mixing))
    W_rec[n_coding:, n_coding:] += 0.5 * among / np.linalg.norm(among, 2)
    network = from_arrays(
        form="current", nonlinearity="tanh", dt=20, tau=100, W_in=np.zeros((n, 1)), W_rec=W_rec, W_out=read
    )
    root = [bistable_latent(gains[latent == g], weights[latent == g]) for g in range(3)]
    states = np.array([write @ (np.array(signs) * root) for signs in itertools.product((-1, 0, 1), repeat=3)])
    for _ in range(200):  # the mixing units settle; the coding units are at their roots already
        states[:, n_coding:] = (np.tanh(states) @ W_rec.T)[:, n_coding:]
    return network, states


def relu_points(W: np.ndarray, b: np.ndarray, form: str) -> np.ndarray:
    """All fixed points of a ReLU network: the solutions of every activation pattern that are consistent with it."""
    n, points = len(W), []
    for pattern in itertools.product((0.0, 1.0), repeat=n):
        on = np.array(pattern)
        matrix = W * on if form == "current" else on[:, None] * W
        x = np.linalg.solve(np.eye(n) - matrix, b if form == "current" else on * b)
        drive = x if form == "current" else W @ x + b
        if ((drive > 0) == (on > 0)).all():
            points.append(x)
    return np.array(points).reshape(-1, n)


def small_lstm(seed: int, gain: float) -> Network:
    """An LSTM of one unit with random weights."""
    config = LSTM(n_units=1, start="zero")
    raw = config.initialise(1, 1, np.random.default_rng(seed))
    raw["W_rec"] = gain * np.random.default_rng(seed).normal(size=(4, 1))
    return Network(config, config.effective(raw))


def lstm_points(network: Network, n_grid: int = 20_001) -> np.ndarray:
    """(point, 2) all fixed points of a one-unit LSTM without input, by scanning h between -1 and 1."""
    forget, enter, leave, candidate = range(4)
    w, b = network.parameters["W_rec"][:, 0], network.parameters["b_rec"]

    def memory(h: float) -> float:
        gate = 1 / (1 + np.exp(-(w * h + b)))
        return gate[enter] * np.tanh(w[candidate] * h + b[candidate]) / (1 - gate[forget])

    def excess(h: float) -> float:
        return np.tanh(memory(h)) / (1 + np.exp(-(w[leave] * h + b[leave]))) - h

    grid = np.linspace(-1, 1, n_grid) + 1e-7
    values = np.array([excess(h) for h in grid])
    crossings = np.flatnonzero(np.sign(values[1:]) != np.sign(values[:-1]))
    hidden = [brentq(excess, grid[i], grid[i + 1], xtol=1e-15) for i in crossings]
    return np.array([[h, memory(h)] for h in hidden])


def same_points(found: np.ndarray, expected: np.ndarray, tolerance: float = 1e-6) -> bool:
    """Whether two sets of states are equal, whatever their order."""
    if len(found) != len(expected):
        return False
    distances = np.linalg.norm(found[:, None] - expected[None], axis=2)
    near = distances < tolerance * (1 + np.abs(expected).max(initial=0))
    return bool((near.sum(axis=0) == 1).all() and (near.sum(axis=1) == 1).all())
