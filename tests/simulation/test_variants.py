"""What is done to a network is done to the right part of every kind of it, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.networks import GRU, AdaptingRNN, Cell, FeedForwardRNN, LeakyVariant, LowRankRNN, Network
from rnnlab.simulation import simulate
from rnnlab.simulation.interventions import Clamp, Current, CutWeights, Intervention, Kick, StateNoise
from rnnlab.spec import SpecError
from tests.networks.family import VARIANTS

INPUTS = np.random.default_rng(2).standard_normal((3, 4, 2))
EVERY_VARIANT = pytest.mark.parametrize("cell", VARIANTS.values(), ids=VARIANTS)


def after_one_step(cell: Cell, *done: Intervention) -> np.ndarray:
    """Change of the states (trial, n_states) that the first step makes."""
    network = Network.initialised(cell, 2, 1)
    intact, touched = (simulate(network, INPUTS, plan, seed=1).states[:, 0] for plan in ((), done))
    change: np.ndarray = touched - intact
    return change


@EVERY_VARIANT
def test_a_kick_and_a_held_state_are_those_of_the_units(cell: Cell) -> None:
    kicked = np.zeros(cell.n_states)
    kicked[[0, 3]] = (1.5, -1.0)
    np.testing.assert_allclose(after_one_step(cell, Kick((0, 3), (1.5, -1.0))), [kicked] * 3, atol=1e-14)
    network = Network.initialised(cell, 2, 1)
    held = simulate(network, INPUTS, [Clamp((2,), 0.7, of="state")]).states
    assert (held[:, :, 2] == 0.7).all()


@EVERY_VARIANT
def test_a_current_and_noise_reach_the_units_alone(cell: Cell) -> None:
    if isinstance(cell, LeakyVariant):
        change = after_one_step(cell, Current((1,), 0.8))
        np.testing.assert_allclose(change[:, 1], 0.8 * cell.dt / cell.tau, atol=1e-14)
        assert not np.delete(change[:, :6], 1, axis=1).any()
    else:
        with pytest.raises(SpecError, match="has no single drive"):
            after_one_step(cell, Current((1,), 0.8))
    change = after_one_step(cell, StateNoise((4,), 0.5))
    assert change[:, 4].all()
    assert not np.delete(change, 4, axis=1).any()


def test_noise_on_a_variant_is_as_strong_as_on_the_leaky_network() -> None:
    cell = AdaptingRNN(n_units=200, noise=0.0)
    network = Network.initialised(cell, 2, 1)
    added, silence = StateNoise(tuple(range(200)), 0.5), np.zeros((50, 1, 2))
    noisy, quiet = (simulate(network, silence, plan).states for plan in ([added], ()))
    assert (noisy - quiet)[..., :200].std() == pytest.approx(0.5 * np.sqrt(2 * 0.1), rel=0.03)


@pytest.mark.parametrize(
    ("cell", "done", "message"),
    [
        (GRU(n_units=6), Clamp((0,)), r"what a unit of a GRU sends acts not by W_rec"),
        (LowRankRNN(n_units=6), CutWeights(), r"a LowRankRNN has no array W_rec"),
        (FeedForwardRNN(n_units=6), CutWeights(of="W_in"), r"inputs of a FeedForwardRNN do not lead to its units"),
    ],
)
def test_what_has_no_meaning_is_refused(cell: Any, done: Intervention, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        simulate(Network.initialised(cell, 2, 1), INPUTS, [done])
