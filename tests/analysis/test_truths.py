"""What is known exactly: fixed points and their stability, spectra, the best that an observer can do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr

import rnnlab as rl
from rnnlab.analysis import fixed_points
from rnnlab.networks import LowRankRNN, Network, from_arrays
from rnnlab.simulation import simulate
from tests.analysis.oracles import three_latents


def rank_one(overlap: float, n: int = 50) -> tuple[Network, np.ndarray]:
    """x = m k with k = n . tanh(m k) / N, and n in the direction of m, so that m . n / N is the overlap."""
    m = np.random.default_rng(3).normal(size=n)
    along = overlap * m / np.mean(m**2)
    config = LowRankRNN(n_units=n, rank=1, nonlinearity="tanh", start="zero")
    zero = {name: np.zeros(shape) for name, shape in config.parameter_shapes(0, 1).items()}
    return Network(config, {**zero, "W_to": m[:, None], "W_from": along[:, None]}), m


@pytest.mark.parametrize("overlap", [0.5, 0.95])
def test_a_rank_one_network_is_silent_below_an_overlap_of_one(overlap: float) -> None:
    """Mastrogiuseppe & Ostojic 2018."""
    points = fixed_points(rank_one(overlap)[0], n_starts=64)
    assert points.stability == ("stable",)
    assert points.states == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("overlap", [1.05, 2.0, 4.0])
def test_a_rank_one_network_has_two_more_points_above(overlap: float) -> None:
    network, m = rank_one(overlap)
    points = fixed_points(network, n_starts=64)
    assert points.counts() == {"stable": 2, "saddle": 1}
    weights = overlap * m / np.mean(m**2)
    k = brentq(lambda k: np.mean(weights * np.tanh(m * k)) - k, 1e-3, 100)
    np.testing.assert_allclose(np.sort(points.states @ m / (m @ m)), [-k, 0, k], atol=1e-8)
    assert points.leading[2].eigenvalues[0].real == pytest.approx((overlap - 1) / 0.1)  # at the origin; tau = 0.1 s


@pytest.mark.parametrize("g", [0.8, 1.3])
def test_rest_loses_its_stability_where_the_gain_is_one(g: float) -> None:
    """Sompolinsky, Crisanti & Sommers 1988: the disc of eigenvalues of radius g reaches 1."""
    n = 300
    W = g * np.random.default_rng(0).normal(size=(n, n)) / n**0.5
    network = from_arrays(nonlinearity="tanh", dt=1, tau=100, W_rec=W)
    points = fixed_points(network, starts=np.zeros((1, n)), budget=1, n_steps=1, max_points=1)
    rest = int(np.abs(points.states).max(axis=1).argmin())
    assert points.states[rest] == pytest.approx(0, abs=1e-12)
    assert points.eigenvalues[rest].real.max() == pytest.approx((g - 1) / 0.1, abs=2 / n**0.5 / 0.1)
    assert (points.stability[rest] == "stable") == (g < 1)


def test_every_point_of_a_ring_has_one_mode_that_neither_grows_nor_decays() -> None:
    """Ben-Yishai, Bar-Or & Sompolinsky 1995."""
    angles = 2 * np.pi * np.arange(40) / 40
    W = 4 / 40 * np.cos(angles[:, None] - angles)
    network = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=W)
    points = fixed_points(network, n_starts=64, max_points=12)
    on_ring = np.linalg.norm(points.states, axis=1) > 1
    assert on_ring.sum() >= 8
    rates = np.sort(points.eigenvalues.real[on_ring], axis=1)
    assert np.abs(rates[:, -1]).max() < 1e-5
    assert rates[:, -2].max() < -1


@pytest.mark.parametrize("seed", range(5))
def test_the_indices_of_all_points_sum_to_one(seed: int) -> None:
    """Lefschetz: for random networks of few units, with every point found twice over."""
    rng = np.random.default_rng(seed)
    W, b = 2.5 * rng.normal(size=(5, 5)) / 5**0.5, 0.2 * rng.normal(size=5)
    network = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=W, b_rec=b)
    points = fixed_points(network, n_starts=256)
    grid = np.stack(np.meshgrid(*[(-0.9, 0.0, 0.9)] * 5), -1).reshape(-1, 5)
    again = fixed_points(network, starts=grid, seed=1)
    assert points.n_points == again.n_points
    assert points.index_sum == again.index_sum == 1
    signs = [np.sign(np.linalg.det(np.eye(5) - points.jacobian(k))) for k in range(len(points))]
    assert points.index.tolist() == signs


@pytest.mark.parametrize("dt", [0.1, 1.0])
def test_flow_and_map_agree_where_the_step_is_short(dt: float) -> None:
    """Re(lambda) < 0 for the flow is abs(1 + a lambda) < 1 for the map, for small a."""
    network, expected = three_latents(n_coding=12, n_mixing=4)
    points = fixed_points(Network(network.config.at(dt), network.parameters), starts=expected)
    assert points.n_points == 27
    assert points.n_unstable.tolist() == points.n_unstable_flow.tolist()


@pytest.mark.parametrize("n", [100, 400])
def test_eigenvalues_stray_from_the_disc_by_less_than_the_root_of_their_number(n: int) -> None:
    """Girko; Ginibre: the edge is g (1 +- O(N^-1/2))."""
    g = 1.4
    radii = [
        np.abs(np.linalg.eigvals(g * np.random.default_rng(seed).normal(size=(n, n)) / n**0.5)).max()
        for seed in range(3)
    ]
    assert np.abs(np.array(radii) / g - 1).max() < 1.5 / n**0.5


def ideal(mu: np.ndarray | float, n_steps: np.ndarray | float, sigma: float) -> np.ndarray:
    """Share correct of who sums all of the evidence: Phi(mu sqrt(n) / sigma) for n steps of noise sigma each."""
    return ndtr(mu * np.sqrt(n_steps) / sigma)


@pytest.mark.parametrize(("weight", "best"), [(1.0, True), (0.5, False)])
def test_an_integrator_is_the_ideal_observer_and_a_leaky_one_is_not(weight: float, best: bool) -> None:
    rng, n_trials, n_steps, mu, sigma = np.random.default_rng(0), 4000, 60, 0.1, 1.0
    side = rng.choice([-1.0, 1.0], n_trials)
    inputs = side[:, None, None] * mu + sigma * rng.normal(size=(n_trials, n_steps, 1))
    network = from_arrays(nonlinearity="linear", dt=10, tau=100, W_in=[[1.0]], W_rec=[[weight]], W_out=[[1.0]])
    right = (np.sign(simulate(network, inputs).outputs[:, -1, 0]) == side).mean()
    error = 3 * np.sqrt(0.25 / n_trials)
    assert right < ideal(mu, n_steps, sigma) + error
    assert (right > ideal(mu, n_steps, sigma) - error) == best


def test_a_trained_network_stays_below_the_ideal_observer(example_run: Path) -> None:
    """Two inputs, 1 + coherence and 1, with noise of the same strength: their difference is all there is to see."""
    run, task = rl.load(example_run), rl.tasks.get("perceptual_discrimination", noise=0.3)
    batch = task.sample(3000, dt=10, seed=2)
    sigma = batch.inputs[batch.window("fixation")].std()  # per step and input
    n_steps = np.diff(batch.epochs["stimulus"], axis=1)[:, 0]
    allowed = ideal(batch.factors["coherence"], n_steps, np.sqrt(2) * sigma)
    right = task.score(rl.simulate(run, batch, seed=0).outputs, batch).correct
    for coherence in np.unique(batch.factors["coherence"]):
        these = batch.factors["coherence"] == coherence
        assert right[these].mean() < allowed[these].mean() + 3 * np.sqrt(0.25 / these.sum())
    assert 0.6 < right.mean() < allowed.mean() < 0.95  # neither guesses nor knows
