"""What is done to a network is done to the right part of every kind of it, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.networks import (
    GRU,
    AdaptingRNN,
    Cell,
    CodeCell,
    FeedForwardRNN,
    LeakyRNN,
    LeakyVariant,
    LowRankRNN,
    Network,
)
from rnnlab.simulation import Simulator, simulate
from rnnlab.simulation.interventions import (
    Clamp,
    Current,
    CutWeights,
    Intervention,
    Kick,
    Lesion,
    ReplaceWeights,
    ScaleWeights,
    StateNoise,
    WeightsInTime,
)
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
        (FeedForwardRNN(n_units=6), CutWeights(of="W_in"), r"inputs of a FeedForwardRNN do not lead to its units"),
    ],
)
def test_what_has_no_meaning_is_refused(cell: Any, done: Intervention, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        simulate(Network.initialised(cell, 2, 1), INPUTS, [done])


class WithoutRecurrence(CodeCell):
    """A cell whose units hear inputs alone."""

    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        return 0.9 * state + u @ p["W_in"].T

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        made = super().initialise(n_inputs, n_outputs, rng)
        return {name: array for name, array in made.items() if name != "W_rec"}


def test_a_matrix_that_is_not_there_is_answered_with_those_that_are() -> None:
    network = Network.initialised(WithoutRecurrence(n_units=6), 2, 1)
    with pytest.raises(SpecError, match=r"a WithoutRecurrence has no matrix W_rec to change; give W_in or W_out"):
        simulate(network, INPUTS, [CutWeights()])
    assert not simulate(network, INPUTS, [CutWeights(of="W_in"), Clamp((0,), of="state")]).states[..., 0].any()


# ------------------------------------------------------------------------------- W_rec that is made of other arrays

LONG = np.random.default_rng(3).standard_normal((3, 12, 2))
FACTORS = tuple(np.random.default_rng(4).uniform(0, 2, (6, 6)) for _ in range(3))
ON_WEIGHTS: dict[str, list[Intervention]] = {
    "cut": [CutWeights(senders=(0, 2), receivers=(1, 3), start=20, stop=80)],
    "scale": [ScaleWeights(-0.5, receivers=(2,))],
    "replace": [ReplaceWeights(0.3, senders=(1,), trials=(0, 2))],
    "in time": [WeightsInTime(FACTORS, start=30, every=20, stop=100)],
    "one after the other": [ScaleWeights(2.0), CutWeights(senders=(4,)), Lesion((1,), start=40), ScaleWeights(0.5)],
}


def low_rank_and_its_full_match(random: float) -> tuple[Network, Network]:
    """A low-rank network, and a leaky one whose W_rec is the product, multiplied out here number by number."""
    low = Network.initialised(LowRankRNN(n_units=6, rank=2, random=random, noise=0.1), 2, 1)
    p = low.parameters
    W = np.array([[sum(a * b for a, b in zip(to, of, strict=True)) / 6 for of in p["W_from"]] for to in p["W_to"]])
    W = W + p["W_random"] if random else W
    arrays = {name: p[name] for name in ("W_in", "W_out", "b_rec", "b_out", "x0")}
    return low, Network(LeakyRNN(n_units=6, noise=0.1), {**arrays, "W_rec": W})


@pytest.mark.parametrize("random", [0.0, 0.7])
@pytest.mark.parametrize("plan", ON_WEIGHTS.values(), ids=ON_WEIGHTS)
def test_weights_of_a_low_rank_network_change_as_those_of_the_whole_matrix(
    plan: list[Intervention], random: float
) -> None:
    low, full = low_rank_and_its_full_match(random)
    touched, wanted, intact = (simulate(*of, seed=1) for of in ((low, LONG, plan), (full, LONG, plan), (low, LONG)))
    np.testing.assert_allclose(touched.states, wanted.states, rtol=0, atol=1e-12)
    np.testing.assert_allclose(touched.outputs, wanted.outputs, rtol=0, atol=1e-12)
    assert abs(touched.states - intact.states).max() > 1e-3
    if plan[0].trials:
        np.testing.assert_array_equal(touched.states[1], intact.states[1])


def test_they_change_in_a_live_network_too() -> None:
    low, _ = low_rank_and_its_full_match(0.7)
    live = Simulator(low, n_trials=3, seed=2)
    cut = CutWeights(senders=(0, 2))
    for t in range(12):
        cut = live.apply(cut) if t == 3 else cut
        if t == 8:
            live.release(cut)
        live.step(LONG[:, t])
    replayed = simulate(low, LONG, live.interventions, seed=2)
    np.testing.assert_array_equal(live.trajectory().states, replayed.states)
    np.testing.assert_array_equal(replayed.states[:, :3], simulate(low, LONG, seed=2).states[:, :3])
    assert (abs(replayed.states - simulate(low, LONG, seed=2).states)[:, 4:8] > 0).any()


def test_the_slopes_of_a_low_rank_network_follow_a_changed_matrix() -> None:
    low, full = low_rank_and_its_full_match(0.7)
    W = full.parameters["W_rec"] * FACTORS[0]
    state, u = LONG[:, :3].reshape(3, 6), LONG[:, 0]
    found = low.config.jacobian({**low.parameters, "W_rec": W}, state, u)
    np.testing.assert_allclose(found, full.config.jacobian({**full.parameters, "W_rec": W}, state, u), atol=1e-14)
