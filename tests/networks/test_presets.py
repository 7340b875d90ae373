"""The conventions of four systems, each against its published update rule written out with loops, noise given."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log1p, sqrt

import numpy as np
import pytest
from numpy.random import default_rng

from rnnlab.networks import LeakyRNN, unroll
from rnnlab.networks.scaling import spectral_radius
from rnnlab.spec import SpecError

N, N_IN, N_OUT, T = 5, 2, 3, 7


class Trial:
    """One trial's weights, inputs and noises, and sums over them."""

    def __init__(self, config: LeakyRNN) -> None:
        rng = default_rng(8)
        raw = config.initialise(N_IN, N_OUT, rng)
        self.raw = {name: array + 0.3 * rng.standard_normal(array.shape) for name, array in raw.items()}
        self.raw = config.project(self.raw)
        self.u, self.xi = rng.standard_normal((T, N_IN)), rng.standard_normal((T, N))
        self.xi_in, self.xi_out = rng.standard_normal((T, N_IN)), rng.standard_normal((T, N))


def relu(x: float) -> float:
    return max(x, 0.0)


def dot(row: np.ndarray, values: list[float]) -> float:
    return float(sum(w * v for w, v in zip(row, values, strict=True)))


def psychrnn(trial: Trial) -> tuple[list[list[float]], list[list[float]]]:
    """x_t = (1-a) x + a (W_r f(x) + W_i u_t + b) + sqrt(2a) sigma xi, z_t = W_o f(x_t) + b_o; Dale by |W|."""
    a, sigma, sign = 10 / 100, 0.2, [1, 1, 1, 1, -1]
    p = trial.raw
    W_in, W_rec = abs(p["W_in"]), abs(p["W_rec"]) @ np.diag(sign)
    W_out = abs(p["W_out"]) @ np.diag([1, 1, 1, 1, 0])
    x, states, outputs = list(p["x0"]), [], []
    for t in range(T):
        r = [relu(v) for v in x]
        drive = [dot(W_rec[i], r) + dot(W_in[i], list(trial.u[t])) + p["b_rec"][i] for i in range(N)]
        x = [(1 - a) * x[i] + a * drive[i] + sqrt(2 * a) * sigma * trial.xi[t, i] for i in range(N)]
        states.append(x)
        outputs.append([dot(W_out[k], [relu(v) for v in x]) + p["b_out"][k] for k in range(N_OUT)])
    return states, outputs


def pycog(trial: Trial) -> tuple[list[list[float]], list[list[float]]]:
    """Noise of variance 2 sigma^2 tau / dt in the bracket; u = [signal + 0.2 + noise]+; Dale by [W]+ and signs.

    pycog's raw weights are magnitudes; ours carry the sign of their unit, so theirs are ours times it.
    """
    dt, tau, sigma, sigma_in, sign = 20.0, 100.0, 0.15, 0.01, [1, 1, 1, 1, -1]
    a, p = dt / tau, trial.raw
    W_in = np.maximum(p["W_in"], 0)
    W_rec = np.maximum(p["W_rec"] @ np.diag(sign), 0) @ np.diag(sign) * (1 - np.eye(N))
    W_out = np.maximum(p["W_out"] @ np.diag(sign), 0) @ np.diag(sign)
    x, states, outputs = list(p["x0"]), [], []
    for t in range(T):
        r = [relu(v) for v in x]
        u = [relu(trial.u[t, k] + 0.2 + sqrt(2 * tau / dt) * sigma_in * trial.xi_in[t, k]) for k in range(N_IN)]
        noise = [sqrt(tau) * sqrt(2 * sigma**2 / dt) * trial.xi[t, i] for i in range(N)]
        drive = [dot(W_rec[i], r) + p["b_rec"][i] + dot(W_in[i], u) + noise[i] for i in range(N)]
        x = [(1 - a) * x[i] + a * drive[i] for i in range(N)]
        states.append(x)
        outputs.append([dot(W_out[k], [relu(v) for v in x]) + p["b_out"][k] for k in range(N_OUT)])
    return states, outputs


def pipeline(trial: Trial) -> tuple[list[list[float]], list[list[float]]]:
    """x <- x + a (-x + f(W_r x + W_i (u_{t-1} + n_inp) + b) + n_rec - g x^3), z = W_o (x + n_out); x_0 is state 0."""
    a, gamma, p = 1 / 10, 0.1, trial.raw
    W_in, W_rec = np.maximum(p["W_in"], 0), p["W_rec"] * (1 - np.eye(N))
    W_out = p["W_out"] @ np.diag([1, 1, 1, 1, 0])
    x, states, outputs = list(p["x0"]), [], []
    for t in range(T):
        if t:
            u = [trial.u[t - 1, k] + sqrt(2 / a) * 0.05 * trial.xi_in[t - 1, k] for k in range(N_IN)]
            goal = [relu(dot(W_rec[i], x) + dot(W_in[i], u) + p["b_rec"][i]) for i in range(N)]
            noise = [sqrt(2 / a) * 0.05 * trial.xi[t, i] for i in range(N)]
            x = [x[i] + a * (-x[i] + goal[i] + noise[i] - gamma * x[i] ** 3) for i in range(N)]
        states.append(x)
        sent = [x[i] + sqrt(2 / a) * 0.03 * trial.xi_out[t, i] for i in range(N)]
        outputs.append([dot(W_out[k], sent) + p["b_out"][k] for k in range(N_OUT)])
    return states, outputs


def pipeline_h(trial: Trial) -> tuple[list[list[float]], list[list[float]]]:
    """x <- x + a (-x + W_r f(x) + W_i (u_{t-1} + n_inp) + b + n_rec), z = W_o (f(x) + n_out), signs by reflection."""
    a, p = 1 / 10, trial.raw
    W_in, W_rec = abs(p["W_in"]), abs(p["W_rec"]) * [1, 1, 1, 1, -1] * (1 - np.eye(N))
    W_out = abs(p["W_out"]) * [1, 1, 1, 1, 0]
    x, states, outputs = list(p["x0"]), [], []
    for t in range(T):
        if t:
            u = [trial.u[t - 1, k] + sqrt(2 / a) * 0.05 * trial.xi_in[t - 1, k] for k in range(N_IN)]
            r = [np.tanh(v) for v in x]
            drive = [dot(W_rec[i], r) + dot(W_in[i], u) + p["b_rec"][i] for i in range(N)]
            x = [x[i] + a * (-x[i] + drive[i] + sqrt(2 / a) * 0.05 * trial.xi[t, i]) for i in range(N)]
        states.append(x)
        sent = [np.tanh(x[i]) + sqrt(2 / a) * 0.03 * trial.xi_out[t, i] for i in range(N)]
        outputs.append([dot(W_out[k], sent) + p["b_out"][k] for k in range(N_OUT)])
    return states, outputs


def multitask(trial: Trial) -> tuple[list[list[float]], list[list[float]]]:
    """h_t = (1-a) h + a softplus(W_i u_t + W_r h + b + sqrt(2/a) sigma xi), z_t = W_o h_t + b_o."""
    a, p = 20 / 100, trial.raw
    h, states, outputs = list(p["x0"]), [], []
    for t in range(T):
        drive = [
            dot(p["W_in"][i], list(trial.u[t])) + dot(p["W_rec"][i], h) + p["b_rec"][i] + sqrt(2 / a) * 0.05 * xi
            for i, xi in enumerate(trial.xi[t])
        ]
        h = [(1 - a) * h[i] + a * log1p(exp(drive[i])) for i in range(N)]
        states.append(h)
        outputs.append([dot(p["W_out"][k], h) + p["b_out"][k] for k in range(N_OUT)])
    return states, outputs


By = Callable[[Trial], tuple[list[list[float]], list[list[float]]]]

SYSTEMS: dict[str, tuple[LeakyRNN, By]] = {
    "psychrnn": (LeakyRNN.psychrnn(n_units=N, excitatory=0.8, noise=0.2), psychrnn),
    "pycog": (LeakyRNN.pycog(n_units=N, excitatory=0.8), pycog),
    "pipeline": (LeakyRNN.pipeline(N, damping=0.1), pipeline),
    "pipeline, h-form": (LeakyRNN.pipeline(N, form="current", nonlinearity="tanh", dale="abs"), pipeline_h),
    "multitask": (LeakyRNN.multitask(n_units=N), multitask),
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_convention_over_several_steps(system: str) -> None:
    config, by_hand = SYSTEMS[system]
    trial = Trial(config)
    p = config.effective(trial.raw)
    found = unroll(config, p, trial.u[None], trial.xi[None], trial.xi_in[None], trial.xi_out[None])
    states, outputs = by_hand(trial)
    np.testing.assert_allclose(found.states[0], states, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.outputs[0], outputs, rtol=1e-12, atol=1e-12)


def start(config: LeakyRNN, n_inputs: int = 4, n_outputs: int = 3) -> dict[str, np.ndarray]:
    return config.effective(config.initialise(n_inputs, n_outputs, default_rng(0)))


def test_where_psychrnn_starts() -> None:
    p = start(LeakyRNN.psychrnn(n_units=200))
    np.testing.assert_allclose(spectral_radius(p["W_rec"]), 1.1)
    np.testing.assert_allclose(p["W_in"].std(), sqrt(2 / 204), rtol=0.1)
    assert abs(p["x0"].mean() - 0.1) < 0.004


@pytest.mark.parametrize(("share", "n", "wanted"), [(0.75, 50, 37), (0.58, 50, 28), (0.8, 50, 40), (1.0, 7, 7)])
def test_psychrnn_cuts_the_number_of_excitatory_units(share: float, n: int, wanted: int) -> None:
    """int(p N), which for 0.58 and 50 is 28: 0.58 * 50 is a little less than 29."""
    signs = LeakyRNN.psychrnn(excitatory=share, n_units=n).unit_signs
    np.testing.assert_array_equal(signs, [1] * wanted + [-1] * (n - wanted))


def test_where_pycog_starts() -> None:
    config = LeakyRNN.pycog(excitatory=0.8)
    p = start(config)
    np.testing.assert_allclose(spectral_radius(p["W_rec"]), 1.5)
    assert not np.diag(p["W_rec"]).any()
    assert (p["x0"] == 0.1).all()
    assert config.trainable == {"W_in", "W_rec", "W_out", "x0"}
    free = LeakyRNN.pycog()
    np.testing.assert_allclose(spectral_radius(start(free)["W_rec"]), 1.1)
    assert not free.unit_signs.any()


def test_where_the_pipeline_starts() -> None:
    config = LeakyRNN.pipeline(200)
    p = start(config)
    np.testing.assert_allclose(spectral_radius(p["W_rec"]), 1.2)
    np.testing.assert_allclose([p["W_in"].mean(), p["W_out"][:, :160].mean()], 1 / sqrt(200), rtol=0.02)
    np.testing.assert_allclose([p["W_in"].std(), p["W_out"][:, :160].std()], 1 / 200, rtol=0.1)
    assert not p["W_out"][:, 160:].any()
    assert not p["x0"].any()
    assert config.trainable == {"W_in", "W_rec", "W_out"}


def test_where_multitask_starts() -> None:
    p = start(LeakyRNN.multitask(n_units=200), n_inputs=25)
    np.testing.assert_array_equal(p["W_rec"], 0.9 * np.eye(200))
    np.testing.assert_allclose(p["W_in"].std(), 1 / 5, rtol=0.05)
    assert 0.95 < abs(p["W_out"]).max() / sqrt(6 / 203) <= 1
    assert not p["b_rec"].any()
    assert p["b_out"].any()


@pytest.mark.parametrize("preset", [LeakyRNN.psychrnn, LeakyRNN.pycog, LeakyRNN.pipeline, LeakyRNN.multitask])
def test_a_convention_is_an_ordinary_description(preset: Callable[..., LeakyRNN]) -> None:
    config = preset(n_units=12, tau=40)
    assert (config.n_units, config.tau) == (12, 40)
    assert LeakyRNN.from_json(config.to_json()) == config
    with pytest.raises(SpecError, match="did you mean 'tau'"):
        preset(tauu=40)
