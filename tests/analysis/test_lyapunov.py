"""Lyapunov exponents against systems whose exponents are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from rnnlab.analysis import lyapunov
from rnnlab.networks import Network, from_arrays
from tests.analysis.planted import rotation

DT, TAU = 10.0, 100.0


def linear(W: np.ndarray) -> Network:
    return from_arrays(nonlinearity="linear", dt=DT, tau=TAU, W_rec=W, W_in=np.ones((len(W), 1)))


def random_tanh(g: float, n: int = 120, seed: int = 0) -> Network:
    W = g * np.random.default_rng(seed).normal(size=(n, n)) / np.sqrt(n)
    return from_arrays(nonlinearity="tanh", dt=DT, tau=TAU, W_rec=W, W_in=np.zeros((n, 1)))


def per_second(W: np.ndarray) -> np.ndarray:
    """log|eigenvalues| of the step's matrix, in 1/s, largest first."""
    values = np.linalg.eigvals((1 - DT / TAU) * np.eye(len(W)) + DT / TAU * W)
    return np.sort(np.log(np.abs(values)))[::-1] * 1000 / DT


def test_a_symmetric_linear_network_has_the_logarithms_of_its_eigenvalues() -> None:
    turn = rotation(6)
    W = turn @ np.diag([0.9, 0.5, 0.1, -0.4, -1.0, -2.0]) @ turn.T
    found = lyapunov(linear(W), n_steps=500, n_settle=500)
    assert found.exponents == pytest.approx(per_second(W), rel=1e-6)
    assert found.error < 1e-6
    assert found.dimension == 0


def test_a_linear_network_that_is_not_symmetric_too_in_the_long_run() -> None:
    W = np.random.default_rng(0).normal(size=(8, 8)) / np.sqrt(8)
    assert lyapunov(linear(W), n_steps=4000).exponents == pytest.approx(per_second(W), abs=0.05)


def test_input_moves_a_linear_network_but_not_its_exponents() -> None:
    W = np.random.default_rng(1).normal(size=(5, 5)) / 3
    inputs = np.random.default_rng(2).normal(size=(1200, 1))
    plain, driven = lyapunov(linear(W), n_steps=900, n_settle=300), lyapunov(linear(W), inputs, n_settle=300)
    assert driven.exponents == pytest.approx(plain.exponents)
    assert [driven.time[-1], plain.time[-1]] == pytest.approx([9000, 9000])


def test_every_step_or_every_fifth_makes_no_difference() -> None:
    network = random_tanh(1.5, 20)
    often, seldom = (lyapunov(network, n_steps=200, n_settle=0, every=every) for every in (1, 5))
    assert seldom.exponents == pytest.approx(often.exponents, abs=1e-6)


@pytest.mark.parametrize(("g", "chaotic"), [(0.8, False), (3.0, True)])
def test_a_random_tanh_network_turns_chaotic_where_its_gain_passes_one(g: float, chaotic: bool) -> None:
    found = lyapunov(random_tanh(g), n_steps=1500, n_exponents=4)
    assert (found.largest > 0) == chaotic
    assert abs(found.largest) > 3 * found.error
    if not chaotic:  # the state dies away, and with it the rate at its largest eigenvalue's
        W = random_tanh(g).parameters["W_rec"]
        assert found.largest == pytest.approx(per_second(W)[0], abs=0.3)


def test_the_sum_of_all_is_the_mean_logarithm_of_the_determinant() -> None:
    """Of a tanh unit under noise-free constant drive: log|J| at its fixed point, solved for independently."""
    network = from_arrays(nonlinearity="tanh", dt=DT, tau=TAU, W_rec=[[2.0]], W_in=[[1.0]], b_rec=[0.3])
    found = lyapunov(network, n_steps=500, n_settle=2000)
    x = 1.0
    for _ in range(2000):
        x = 2 * np.tanh(x) + 0.3
    slope = 0.9 + 0.1 * 2 / np.cosh(x) ** 2
    assert found.largest == pytest.approx(100 * np.log(slope))


def test_an_input_that_drives_hard_ends_chaos() -> None:
    """Suppression of chaos by input (Molgedey, Schuchhardt & Schuster 1992): white noise strong enough does."""
    network = random_tanh(1.6)
    driven = from_arrays(nonlinearity="tanh", dt=DT, tau=TAU, W_rec=network.parameters["W_rec"], W_in=np.eye(120))
    noise = 10 * np.random.default_rng(0).normal(size=(1500, 120))
    assert lyapunov(driven, noise, n_exponents=1).largest < -3


def test_the_exponent_of_units_in_noise_is_the_mean_logarithm_of_their_gain() -> None:
    """Forty units, each its own: every step multiplies by w f'(x), and x is nearly Gaussian."""
    w, n = 0.5, 40
    network = from_arrays(nonlinearity="tanh", dt=100, tau=100, W_rec=w * np.eye(n), W_in=np.eye(n))
    found = lyapunov(network, np.random.default_rng(3).normal(size=(1500, n)), n_settle=100)
    spread = np.sqrt(1 + w**2 * 0.394)  # 0.394: the variance of tanh of the noise alone
    mean = quad(lambda z: np.log(w / np.cosh(spread * z) ** 2) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi), -8, 8)[0]
    assert found.exponents.mean() / 10 == pytest.approx(mean, rel=0.03)


def test_the_dimension_interpolates_between_exponents() -> None:
    W = np.diag([1.5, 1.0 - 1e-9, 0.0])
    network = linear(W)
    found = lyapunov(network, n_steps=100, n_settle=1000, start=np.zeros(3))
    first, _, last = per_second(W)
    assert found.dimension == pytest.approx(2 + first / -last, rel=1e-4)
    assert found.entropy == pytest.approx(first, rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inputs": [1.0, 2.0]}, r"inputs: shape \(2,\)"),
        ({"inputs": [np.nan]}, "inputs: some are not finite"),
        ({"n_exponents": 4}, "n_exponents=4; give 1 to 3"),
        ({"every": 0}, "every=0"),
        ({"n_steps": 0}, "n_steps=0"),
        ({"start": [0.0]}, r"start: shape \(1,\)"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lyapunov(linear(np.eye(3)), **arguments)


def test_activity_that_explodes_is_said_to() -> None:
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="grows beyond all numbers"):
        lyapunov(linear(np.full((1, 1), 1e6)))


def test_the_display_gives_largest_and_dimension() -> None:
    text = repr(lyapunov(linear(np.diag([0.5, 0.0])), n_steps=50, n_settle=300))
    assert "largest: -5.13" in text
    assert "500 ms in steps of 10 ms" in text
