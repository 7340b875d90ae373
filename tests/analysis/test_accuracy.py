"""Accuracy of networks whose behaviour is known."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import accuracy
from rnnlab.networks import Network, from_arrays
from rnnlab.simulation import Lesion
from rnnlab.tasks import get

TASK = get("perceptual_discrimination", noise=0.0)


def integrator(sign: float = 1.0) -> Network:
    """Unit 0 sums the difference of the two inputs without forgetting and drives the outputs apart."""
    return from_arrays(
        nonlinearity="linear", dt=10, tau=100, W_in=[[-1.0, 1.0]], W_rec=[[1.0]], W_out=[[-sign], [sign]]
    )


def test_a_perfect_integrator_is_always_right() -> None:
    found = accuracy(integrator(), TASK, n_trials=64)
    assert found.accuracy == 1.0
    assert found.high == 1.0
    assert 0.9 < found.low < 1.0
    assert found.chance == 0.5
    assert found.n_trials == 64


def test_one_wired_the_wrong_way_is_always_wrong() -> None:
    assert accuracy(integrator(-1.0), TASK, n_trials=64).accuracy == 0.0


def test_without_its_unit_it_is_at_chance() -> None:
    found = accuracy(integrator(), TASK, n_trials=256, interventions=[Lesion(units=(0,))])
    assert found.low < 0.5 < found.high


def test_shares_of_time_have_an_interval_too() -> None:
    silent = from_arrays(
        nonlinearity="linear", dt=10, tau=100, W_in=np.zeros((1, 3)), W_rec=[[0.0]], W_out=np.zeros((3, 1))
    )
    found = accuracy(silent, get("flip_flop"), n_trials=64)
    assert found.accuracy == pytest.approx(found.chance)
    assert found.low < found.accuracy < found.high


def test_the_seed_decides() -> None:
    noisy = get("perceptual_discrimination", noise=0.5)
    first, again, other = (accuracy(integrator(), noisy, n_trials=200, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.score.correct, again.score.correct)
    assert not np.array_equal(first.score.correct, other.score.correct)
    assert "accuracy" in repr(first)


def test_a_task_is_needed() -> None:
    with pytest.raises(ValueError, match="task: none given"):
        accuracy(integrator())
