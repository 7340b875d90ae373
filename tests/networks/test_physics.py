"""Known numbers of leaky networks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import brentq

from rnnlab.networks import LeakyRNN, from_arrays, unroll


def linear_network_error(dt: float, form: str) -> float:
    """Largest deviation from the matrix exponential over 200 ms, tau dx/dt = -x + W x + b."""
    rng = np.random.default_rng(0)
    W, x0, b = 0.5 * rng.standard_normal((4, 4)), rng.standard_normal(4), rng.standard_normal(4)
    network = from_arrays(form=form, nonlinearity="linear", dt=dt, tau=100, W_rec=W, b_rec=b, x0=x0)
    states = unroll(network.config, network.parameters, np.zeros((1, round(200 / dt), 0))).states[0]
    A = (W - np.eye(4)) / 100
    rest = -np.linalg.solve(A, b / 100)
    exact = [rest + expm(A * dt * (k + 1)) @ (x0 - rest) for k in range(len(states))]
    return float(np.abs(states - exact).max())


@pytest.mark.parametrize("form", ["current", "rate"])
def test_a_linear_network_follows_the_matrix_exponential_to_first_order(form: str) -> None:
    steps = np.array([4.0, 2.0, 1.0, 0.5])
    errors = [linear_network_error(dt, form) for dt in steps]
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert 0.95 < slope < 1.05
    assert errors[-1] < 0.01


@pytest.mark.parametrize("dt", [2.0, 20.0, 50.0])
@pytest.mark.parametrize("form", ["current", "rate"])
@pytest.mark.parametrize("place", ["state", "drive"])
def test_stationary_variance_of_a_leaky_unit(dt: float, form: str, place: str) -> None:
    """s^2 / (1 - (1 - a)^2) with s = sqrt(2 a) sigma, that is 2 sigma^2 / (2 - a)."""
    sigma, n_trials, n_steps = 0.3, 4000, int(600 / dt)
    config = LeakyRNN(
        n_units=1,
        form=form,
        nonlinearity="linear",
        dt=dt,
        tau=100,
        noise=sigma,
        noise_at=place,
        start="zero",  # type: ignore[arg-type]
    )
    p = {name: np.zeros(shape) for name, shape in config.parameter_shapes(0, 0).items()}
    xi = np.random.default_rng(1).standard_normal((n_trials, n_steps, 1))
    last = unroll(config, p, np.zeros((n_trials, n_steps, 0)), xi).states[:, -1]
    a = dt / 100
    s = config.state_noise_scale
    assert isinstance(s, float)
    expected = s**2 / (1 - (1 - a) ** 2)
    assert expected == pytest.approx(2 * sigma**2 / (2 - a), rel=1e-12)
    assert last.var() == pytest.approx(expected, rel=4 * np.sqrt(2 / n_trials))


def attractors(w: float, form: str) -> np.ndarray:
    """Where one unit with self-weight w ends, from many starts."""
    network = from_arrays(form=form, nonlinearity="tanh", dt=50, tau=100, W_rec=[[w]])
    state = np.linspace(-3, 3, 41)[:, None]
    for _ in range(4000):
        state = network.step(state, np.zeros((41, 0)))
    rates = np.tanh(state) if form == "current" else state
    return np.unique(np.round(rates, 6) + 0.0)


@pytest.mark.parametrize("form", ["current", "rate"])
def test_the_bifurcation_of_tanh_at_one(form: str) -> None:
    """r = tanh(w r) has one solution below w = 1 and three above, the outer two stable."""
    np.testing.assert_array_equal(attractors(0.97, form), [0.0])
    outer = brentq(lambda r: np.tanh(1.1 * r) - r, 0.1, 1)
    np.testing.assert_allclose(attractors(1.1, form), [-outer, 0.0, outer], atol=2e-6)
    network = from_arrays(form=form, nonlinearity="tanh", dt=50, tau=100, W_rec=[[1.1]])
    slope = network.jacobian(np.zeros((1, 1)), np.zeros((1, 0)))[0, 0, 0]
    assert slope == pytest.approx(1 + 0.5 * 0.1)  # at the origin, unstable: 1 + alpha (w - 1)


def test_eigenvalues_of_gaussian_weights_fill_a_disc() -> None:
    """Girko's law: uniform in the disc, so a share q of them lies within sqrt(q) times the radius."""
    config = LeakyRNN(n_units=400, spectral_radius=1.3)
    W = config.initialise(1, 1, np.random.default_rng(0))["W_rec"]
    moduli = np.abs(np.linalg.eigvals(W))
    assert moduli.max() == pytest.approx(1.3)
    for share in (0.25, 0.5, 0.75):
        assert np.quantile(moduli, share) == pytest.approx(np.sqrt(share) * 1.3, rel=0.07)
    assert W.std() == pytest.approx(1.3 / np.sqrt(400), rel=0.1)


def test_eigenvalues_of_the_map_are_those_of_the_flow_shifted() -> None:
    """J_map = 1 + a J_flow, J_flow = -1 + W diag(f'): stable flow means eigenvalues within the unit circle."""
    rng = np.random.default_rng(0)
    W, x = rng.standard_normal((6, 6)) / np.sqrt(6), rng.standard_normal((1, 6))
    network = from_arrays(nonlinearity="tanh", dt=10, tau=100, W_rec=W)
    flow = -np.eye(6) + W * (1 - np.tanh(x) ** 2)
    np.testing.assert_allclose(network.jacobian(x, np.zeros((1, 0)))[0], np.eye(6) + 0.1 * flow, atol=1e-15)


def test_cubic_damping_bounds_a_network_that_would_explode() -> None:
    """dx/dt = (w - 1) x - gamma x^3 comes to rest at sqrt((w - 1) / gamma)."""
    network = from_arrays(nonlinearity="linear", dt=10, tau=100, damping=0.25, W_rec=[[2.0]], x0=[0.1])
    states = unroll(network.config, network.parameters, np.zeros((1, 600, 0))).states
    assert states[0, -1, 0] == pytest.approx(2.0, abs=1e-9)
