"""The leaky network against its equation written out unit by unit, as the systems of the field have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnnlab.networks import Areas, Constant, Density, LeakyRNN, SharedNoise, Weights
from rnnlab.spec import SpecError

DT, TAU, SIGMA = 20.0, 100.0, 0.3
A = DT / TAU
N, N_IN = 5, 2


class Numbers:
    """One trial's worth of everything that enters a step."""

    def __init__(self) -> None:
        rng = np.random.default_rng(3)
        self.W_in, self.W_rec = rng.standard_normal((N, N_IN)), rng.standard_normal((N, N))
        self.b, self.x = rng.standard_normal(N), rng.standard_normal(N)
        self.u, self.xi, self.xi_in = rng.standard_normal(N_IN), rng.standard_normal(N), rng.standard_normal(N_IN)

    def drive(self, i: int, sent: Callable[[float], float], seen: Callable[[int], float]) -> float:
        recurrent = sum(self.W_rec[i, j] * sent(self.x[j]) for j in range(N))
        return recurrent + sum(self.W_in[i, k] * seen(k) for k in range(N_IN)) + self.b[i]


def relu(x: float) -> float:
    return max(x, 0.0)


def psychrnn(n: Numbers, i: int) -> float:
    """Noise outside the bracket, after the leak."""
    return (1 - A) * n.x[i] + A * n.drive(i, relu, lambda k: n.u[k]) + np.sqrt(2 * A) * SIGMA * n.xi[i]


def pycog(n: Numbers, i: int) -> float:
    """Noise inside the bracket; inputs raised by 0.2, noisy and rectified."""

    def seen(k: int) -> float:
        return relu(n.u[k] + 0.2 + np.sqrt(2 * TAU / DT) * 0.1 * n.xi_in[k])

    noise = np.sqrt(TAU) * np.sqrt(2 * SIGMA**2 / DT) * n.xi[i]
    return (1 - A) * n.x[i] + A * (n.drive(i, relu, seen) + noise)


def pipeline(n: Numbers, i: int) -> float:
    """Rate form, noise in the bracket but outside f, input noise through W_in, cubic damping."""

    def seen(k: int) -> float:
        return n.u[k] + np.sqrt(2 / A) * 0.1 * n.xi_in[k]

    drive = n.drive(i, float, seen)
    return n.x[i] + A * (-n.x[i] + relu(drive) + np.sqrt(2 / A) * SIGMA * n.xi[i] - 0.4 * n.x[i] ** 3)


def multitask(n: Numbers, i: int) -> float:
    """Rate form, noise inside f."""
    drive = n.drive(i, float, lambda k: n.u[k]) + np.sqrt(2 / A) * SIGMA * n.xi[i]
    return (1 - A) * n.x[i] + A * np.log1p(np.exp(drive))


SYSTEMS: dict[str, tuple[Callable[[Numbers, int], float], dict[str, Any]]] = {
    "psychrnn": (psychrnn, {}),
    "pycog": (
        pycog,
        {"noise_at": "drive", "input_baseline": 0.2, "input_noise": 0.1, "input_rectified": True},
    ),
    "pipeline": (pipeline, {"form": "rate", "input_noise": 0.1, "damping": 0.4}),
    "multitask": (multitask, {"form": "rate", "nonlinearity": "softplus", "noise_at": "drive"}),
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_one_step_of_each_system(system: str) -> None:
    by_hand, fields = SYSTEMS[system]
    n = Numbers()
    config = LeakyRNN(n_units=N, dt=DT, tau=TAU, noise=SIGMA, **fields)
    p = {"W_in": n.W_in, "W_rec": n.W_rec, "b_rec": n.b}
    new = config.step(p, n.x[None], n.u[None], n.xi[None], n.xi_in[None])
    np.testing.assert_allclose(new[0], [by_hand(n, i) for i in range(N)], rtol=1e-13)


def test_a_time_constant_per_unit_is_one_network_per_unit() -> None:
    n, taus = Numbers(), (30.0, 50.0, 100.0, 200.0, 1000.0)
    p = {"W_in": n.W_in, "W_rec": n.W_rec, "b_rec": n.b}
    new = LeakyRNN(n_units=N, dt=DT, tau=taus, noise=SIGMA).step(p, n.x[None], n.u[None], n.xi[None])
    for i, tau in enumerate(taus):
        alone = LeakyRNN(n_units=N, dt=DT, tau=tau, noise=SIGMA).step(p, n.x[None], n.u[None], n.xi[None])
        np.testing.assert_allclose(new[0, i], alone[0, i], rtol=1e-14)


def test_output_noise_sits_on_the_rates_and_scales_with_the_step() -> None:
    n = Numbers()
    config = LeakyRNN(n_units=N, dt=DT, tau=TAU, output_noise=0.2)
    p = {"W_out": n.W_in.T, "b_out": np.array([1.0, 2.0])}
    noisy_rates = np.maximum(n.x, 0) + np.sqrt(2 / A) * 0.2 * n.xi
    np.testing.assert_allclose(config.readout(p, n.x[None], n.xi[None])[0], n.W_in.T @ noisy_rates + [1.0, 2.0])


def test_noise_per_step_has_the_same_size_wherever_it_is_added() -> None:
    """For a linear unit, on the state, on the drive, in either form: sqrt(2 alpha) sigma."""
    p = {"W_in": np.zeros((1, 0)), "W_rec": np.zeros((1, 1)), "b_rec": np.zeros(1)}
    for form in ("current", "rate"):
        for place in ("state", "drive"):
            config = LeakyRNN(
                n_units=1,
                form=form,
                nonlinearity="linear",
                noise_at=place,
                noise=0.3,
                dt=DT,
                tau=TAU,  # type: ignore[arg-type]
            )
            step = config.step(p, np.zeros((1, 1)), np.zeros((1, 0)), np.ones((1, 1)))
            np.testing.assert_allclose(step, np.sqrt(2 * A) * 0.3, rtol=1e-14)


def test_the_equation_in_force_is_told() -> None:
    plain = LeakyRNN(noise=0.0).equation
    assert plain.splitlines()[:3] == [
        "x[t] = (1 − α) x[t−1] + α (W_rec f(x[t−1]) + W_in u[t] + b_rec)",
        "z[t] = W_out f(x[t]) + b_out",
        "x[0] = x0, learnt; before the first input, u[1]",
    ]
    rich = LeakyRNN(
        form="rate",
        nonlinearity="tanh",
        noise_at="drive",
        input_index="previous",
        input_noise=0.1,
        input_baseline=0.2,
        input_rectified=True,
        output_noise=0.05,
        output_nonlinearity="sigmoid",
        damping=0.3,
        excitatory=0.8,
        autapses=False,
    ).equation
    assert rich.splitlines() == [
        "x[t] = (1 − α) x[t−1] + α f(W_rec x[t−1] + W_in v[t−1] + b_rec + √(2/α) σ ξ[t]) − α γ x[t−1]³",
        "v[t] = max(u[t] + 0.2 + √(2τ/dt) σ_in ξ_in[t], 0)",
        "z[t] = g(W_out (x[t] + √(2/α) σ_out ξ_out[t]) + b_out)",
        "x[1] = x0, learnt; beside the first input, u[1]",
        "f(x) = tanh(x)",
        "g(x) = 1 / (1 + exp(−x))",
        "40 excitatory, 10 inhibitory units; input weights positive; excitatory units read out; signs kept by abs",
        "no autapses",
        "α = 0.1, τ = 100 ms, σ = 0.05, σ_in = 0.1, σ_out = 0.05, γ = 0.3",
    ]


def test_the_constraints_in_force_are_told() -> None:
    lines = LeakyRNN(
        n_units=10,
        signs=(1,) * 6 + (-1,) * 3 + (0,),
        dale="rectify",
        output_sign="signed",
        weights_rec=Weights(connections=Density(0.5), frozen=Density(0.1)),
        areas=Areas((6, 4)),
        bias_range=(-1, 1),
        start="carried",
        train=("W_rec", "W_in"),
        input_noise=(0.1, 0.2),
        input_noise_correlation=SharedNoise(0.5),
        noise_correlation=SharedNoise(0.1),
    ).equation.splitlines()
    assert lines[-4:-1] == [
        "6 excitatory, 3 inhibitory, 1 free units; input weights positive; units read out with their sign; "
        "signs kept by rectify",
        "areas of 6, 4 units; W_rec partly connected",
        "W_rec partly frozen; b_rec between -1 and 1; not learnt: W_out, b_rec, b_out",
    ]
    assert lines[-1].endswith("σ_in = 0.1 to 0.2, ξ correlated between units, ξ_in correlated between inputs")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"start": "zero"}, "x[0] = 0; before"),
        ({"start": "given", "start_at": Constant(0.5)}, "x[0] = x0, given; before"),
        ({"start": "carried"}, "x[0] = x0, given; in training where the trial before ended; before"),
        ({"train": ("W_rec",)}, "x[0] = x0, not learnt; before"),
        ({"start": "places", "n_starts": 64}, "x[0] = x0[k mod 64], learnt, in trial k = 0, 1, ... of a batch; before"),
        ({"train": ()}, "no array of weights or biases learns"),
        ({"train_biases": False}, "not learnt: b_rec, b_out"),
        ({"input_sign": "positive"}, "input weights positive; signs kept by abs"),
        ({"input_sign": (1, -1, 0)}, "1 excitatory, 1 inhibitory, 1 free inputs"),
        ({"input_sign": "free", "output_sign": "free", "excitatory": 0.8}, "input weights free; read-out weights free"),
        ({"output_sign": "positive", "dale": "project"}, "all units read out positively; signs kept by project"),
        ({"input_noise": 0.1, "input_tau": 50.0}, "√(2τ_in/dt) σ_in ξ_in[t]"),
        ({"input_noise": 0.1, "input_tau": 50.0}, "τ_in = 50 ms"),
        ({"input_noise": 0.1, "tau": (50.0,) * 25 + (100.0,) * 25}, "τ_in = 75 ms"),
        ({"input_noise": 0.1}, "√(2τ/dt) σ_in ξ_in[t]"),
    ],
)
def test_what_is_asked_for_is_told(fields: dict[str, Any], told: str) -> None:
    assert told in LeakyRNN(**fields).equation
    assert (told in LeakyRNN().equation) is False


def test_every_field_that_changes_the_equations_changes_their_text() -> None:
    """No two of these say the same."""
    asked: list[dict[str, Any]] = [{}, {"form": "rate"}, {"tau": 50.0}, {"noise": 0.1}, {"noise_at": "drive"}]
    asked += [{"input_noise": 0.1}, {"input_baseline": 0.1}, {"input_rectified": True}, {"input_index": "previous"}]
    asked += [{"output_noise": 0.1}, {"output_nonlinearity": "tanh"}, {"damping": 0.1}, {"nonlinearity": "tanh"}]
    asked += [{"start": start} for start in ("zero", "carried", "places")] + [
        {"train_biases": False},
        {"autapses": False},
    ]
    asked += [{"excitatory": 0.8, "dale": law} for law in ("abs", "rectify", "project", "reflect")]
    asked += [{"excitatory": 0.8, "output_sign": sign} for sign in ("signed", "positive", "free")]
    asked += [{"excitatory": 0.8, "input_sign": "free"}, {"input_sign": "positive"}, {"output_sign": "positive"}]
    assert len({LeakyRNN(**fields).equation for fields in asked}) == len(asked)


def test_measured_correlations_will_do() -> None:
    """They are symmetric, and one on the diagonal, to rounding only."""
    C = np.corrcoef(np.random.default_rng(0).standard_normal((6, 40)))
    C[0, 1] += 1e-15
    assert not np.array_equal(C, C.T)
    L = LeakyRNN(n_units=6, noise=1.0, noise_correlation=C).state_noise_scale  # type: ignore[arg-type]
    assert isinstance(L, np.ndarray)
    np.testing.assert_allclose(L @ L.T, 0.2 * C, atol=1e-9)


def test_correlated_noise_is_a_mixture_of_independent_normals() -> None:
    """Covariance of a step's noise on an uncoupled network: 2 alpha sigma_i sigma_j C_ij."""
    C = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, -0.3], [0.0, -0.3, 1.0]])
    sigma = np.array([0.1, 0.2, 0.3])
    config = LeakyRNN(n_units=3, dt=DT, tau=TAU, noise=tuple(sigma), noise_correlation=C)  # type: ignore[arg-type]
    p = {"W_in": np.zeros((3, 0)), "W_rec": np.zeros((3, 3)), "b_rec": np.zeros(3)}
    unit = np.eye(3)  # each normal alone: what a step adds is a column of the mixture
    added = config.step(p, np.zeros((3, 3)), np.zeros((3, 0)), unit)
    np.testing.assert_allclose(added.T @ added, 2 * A * np.outer(sigma, sigma) * C, rtol=0, atol=1e-15)


def test_input_noise_per_channel_with_a_time_constant_of_its_own() -> None:
    config = LeakyRNN(n_units=1, dt=DT, tau=TAU, input_noise=(0.1, 0.3), input_tau=40.0)
    seen = config.seen_input(np.array([[1.0, 2.0]]), np.array([[1.0, -1.0]]))
    np.testing.assert_allclose(seen, [[1 + 0.1 * np.sqrt(2 * 40 / DT), 2 - 0.3 * np.sqrt(2 * 40 / DT)]])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"dt": 50, "tau": 20},
            r"LeakyRNN\.dt: 50 ms is longer than the time constant tau of 20 ms; give a dt of at most",
        ),
        ({"n_units": 3, "tau": (100, 5, 100)}, r"LeakyRNN\.dt: 10 ms is longer than the time constant tau of 5 ms"),
        (
            {"n_units": 3, "tau": (100, 50)},
            r"LeakyRNN\.tau: a list of 2 for 3 units; give one number for all or one per",
        ),
        ({"n_units": 3, "noise": (0.1,)}, r"LeakyRNN\.noise: a list of 1 for 3 units"),
        ({"n_units": 3, "noise": (0.1, -0.1, 0)}, r"LeakyRNN\.noise\[1\]: -0\.1 is out of range"),
        ({"tau": -5}, r"LeakyRNN\.tau: -5 ms is out of range"),
        ({"n_units": 0}, r"LeakyRNN\.n_units: 0 is out of range; give at least 1"),
        ({"form": "currant"}, r"LeakyRNN\.form: unknown value 'currant'; did you mean 'current'\?"),
        ({"n_units": 4, "excitatory": 0.1}, r"LeakyRNN\.excitatory: 0\.1 of 4 units leaves none excitatory"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        LeakyRNN(**fields)


def test_another_time_step_keeps_everything_else() -> None:
    config = LeakyRNN(dt=10, tau=100)
    assert config.at(10) is config
    assert config.at(5) == LeakyRNN(dt=5, tau=100)
    with pytest.raises(SpecError, match="longer than the time constant"):
        config.at(200)
