"""Small real material for the figures: a task, an untrained network, its activity, its fixed points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from rnnlab import analysis, tasks
from rnnlab.networks import LeakyRNN, Network, from_arrays
from rnnlab.runs import History
from rnnlab.simulation import Trajectory, simulate
from rnnlab.tasks import Batch


@dataclass(frozen=True)
class Material:
    batch: Batch
    network: Network
    trajectory: Trajectory
    points: analysis.FixedPoints


@cache
def make_material() -> Material:
    """Perceptual discrimination with random onsets, and a network with two attractors and a saddle between them."""
    batch = tasks.get("perceptual_discrimination").sample(24, dt=10, seed=0)
    memory = np.array([1.0, -1.0, 0.5]) / 1.5
    network = from_arrays(
        form="current",
        nonlinearity="tanh",
        dt=10,
        tau=100,
        W_in=np.array([[1.0, -1.0], [-1.0, 1.0], [0.2, 0.1]]),
        W_rec=2.0 * np.outer(memory, memory),
        W_out=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    )
    return Material(batch, network, simulate(network, batch), analysis.fixed_points(network, inputs=[0.0, 0.0]))


@cache
def make_along() -> analysis.FixedPointsAlong:
    """The pitchfork of one unit, x = tanh(w x)."""
    unit = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=[[1.0]], W_out=[[2.0]])
    return analysis.fixed_points_along(analysis.scaled(unit, "W_rec", [0.7, 0.9, 1.1, 1.3]), n_starts=16, finer=1)


@pytest.fixture(scope="session")
def material() -> Material:
    return make_material()


@pytest.fixture
def history() -> History:
    return make_history(400)


def make_history(n: int) -> History:
    """A loss that falls with noise, scored every 20 updates."""
    rng = np.random.default_rng(0)
    updates, marks = np.arange(1, n + 1), np.arange(0, n + 1, 20)
    losses = 0.3 * np.exp(-updates / 200) * np.exp(rng.normal(0, 0.3, n)) + 0.003
    return History(updates, losses, losses, marks, 1 - 0.5 * np.exp(-marks / 100), 0.3 * np.exp(-marks / 200) + 0.003)


def untrained(n_units: int = 12, **config: object) -> Network:
    """An untrained leaky network for two inputs and two outputs."""
    cell = LeakyRNN(n_units=n_units, **config)
    raw = cell.initialise(2, 2, np.random.default_rng(0))
    return Network(cell, cell.effective(raw))
