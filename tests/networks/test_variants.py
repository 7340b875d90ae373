"""The variants against their published equations, written out number by number."""

from __future__ import annotations

from math import exp, sqrt, tanh
from typing import Any

import numpy as np
import pytest
import torch

from rnnlab.networks import (
    GRU,
    AdaptingRNN,
    AttentionRNN,
    Cell,
    Constant,
    FastWeightsRNN,
    FeedForwardRNN,
    LeakyRNN,
    LowRankRNN,
    PlasticRNN,
    unroll,
)
from rnnlab.runs import L2, Experiment, SharedDrive, Training
from rnnlab.spec import SpecError
from rnnlab.tasks import get
from tests.networks.family import CELLS, N_INPUTS, N_OUTPUTS, VARIANTS, Case

N = 3


def begun(cell: Cell, n_inputs: int = 2) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Random parameters, a state and an input of one trial."""
    rng = np.random.default_rng(7)
    p = cell.initialise(n_inputs, 1, rng)
    p = cell.effective({name: array + 0.3 * rng.standard_normal(array.shape) for name, array in p.items()})
    return p, rng.uniform(0.1, 0.9, cell.n_states), rng.standard_normal(n_inputs)


def stepped(cell: Cell, p: dict[str, np.ndarray], state: np.ndarray, u: np.ndarray, xi: Any = None) -> np.ndarray:
    noise = None if xi is None else np.array([xi])
    new: np.ndarray = cell.step(p, state[None], u[None], noise)[0]
    return new


def drive(p: dict[str, np.ndarray], i: int, sent: list[float], u: Any) -> float:
    """Sum of recurrent and external input and bias of unit i."""
    recurrent = sum(p["W_rec"][i, j] * sent[j] for j in range(N))
    return float(recurrent + sum(p["W_in"][i, k] * u[k] for k in range(len(u))) + p["b_rec"][i])


def logistic(x: float) -> float:
    return 1 / (1 + exp(-x))


def test_adaptation() -> None:
    """a[t] = (1 - g) a[t-1] + g phi r, taken from the drive with a weight each; tau 100, tau_a 500, dt 10."""
    cell = AdaptingRNN(n_units=N, nonlinearity="tanh", noise=0.3, strength=0.2)  # type: ignore[arg-type]
    (p, state, u), xi = begun(cell), [0.5, -1.0, 2.0]
    r = [tanh(x) for x in state[:N]]
    new = stepped(cell, p, state, u, xi)
    for i in range(N):
        d = drive(p, i, r, u) - p["w_adapt"][i] * state[N + i]
        assert new[i] == pytest.approx(0.9 * state[i] + 0.1 * d + sqrt(0.2) * 0.3 * xi[i], rel=1e-13)
        assert new[N + i] == pytest.approx(0.98 * state[N + i] + 0.02 * 0.2 * r[i], rel=1e-13)


def test_an_adapting_unit_overshoots() -> None:
    """A lasting rate r leaves a trace of phi r; one linear unit without recurrence settles at u / (1 + phi)."""
    cell = AdaptingRNN(n_units=1, nonlinearity="linear", noise=0.0, strength=1.0, start="zero")  # type: ignore[arg-type]
    p = cell.initialise(1, 1, np.random.default_rng(0)) | {"W_rec": np.zeros((1, 1)), "W_in": np.ones((1, 1))}
    x = unroll(cell, p, np.ones((1, 1000, 1))).states[0, :, 0]
    assert x.max() > 0.65
    assert x[-1] == pytest.approx(0.5, abs=1e-6)


def test_attention_by_averaging_scores() -> None:
    """As published: scores of channels, not states, are averaged; over a whole trial, with tau_att 50 and dt 10."""
    cell = AttentionRNN(n_units=N, nonlinearity="tanh", tau_attention=50.0)  # type: ignore[arg-type]
    p, _, _ = begun(cell, n_inputs=2)
    inputs = np.random.default_rng(1).standard_normal((1, 6, 2))
    x, scores, states = list(p["x0"]), [0.0, 0.0], []
    for u in inputs[0]:
        heard = [sum(p["W_att"][k, j] * x[j] for j in range(N)) for k in range(2)]
        scores = [0.8 * scores[k] + 0.2 * heard[k] for k in range(2)]
        total = sum(exp(s) for s in scores)
        seen, r = [exp(scores[k]) / total * u[k] for k in range(2)], [tanh(value) for value in x]
        x = [0.9 * x[i] + 0.1 * drive(p, i, r, seen) for i in range(N)]
        states.append(x)
    np.testing.assert_allclose(unroll(cell, p, inputs).states[0, :, :N], states, rtol=1e-12)


def test_a_layer_in_front() -> None:
    cell = FeedForwardRNN(n_units=N, n_layer=2, nonlinearity="tanh", layer_nonlinearity="sigmoid")  # type: ignore[arg-type]
    p, state, u = begun(cell)
    layer = [logistic(p["W_in"][m, 0] * u[0] + p["W_in"][m, 1] * u[1] + p["b_layer"][m]) for m in range(2)]
    r = [tanh(x) for x in state]
    new = stepped(cell, p, state, u)
    for i in range(N):
        d = sum(p["W_rec"][i, j] * r[j] for j in range(N)) + sum(p["W_layer"][i, m] * layer[m] for m in range(2))
        assert new[i] == pytest.approx(0.9 * state[i] + 0.1 * (d + p["b_rec"][i]), rel=1e-13)


@pytest.mark.parametrize("random", [0.0, 0.8])
def test_low_rank_equals_a_leaky_network_with_the_product(random: float) -> None:
    cell = LowRankRNN(n_units=N, rank=2, random=random, nonlinearity="tanh")  # type: ignore[arg-type]
    p, state, u = begun(cell)
    W = [[sum(p["W_to"][i, k] * p["W_from"][j, k] for k in range(2)) / N for j in range(N)] for i in range(N)]
    whole = np.array(W) + (p["W_random"] if random else 0.0)
    np.testing.assert_allclose(cell.recurrent_matrices(p)["W_rec"], whole, rtol=1e-13)
    leaky = LeakyRNN(n_units=N, nonlinearity="tanh")  # type: ignore[arg-type]
    same = leaky.step({**p, "W_rec": whole}, state[None], u[None])[0]
    np.testing.assert_allclose(stepped(cell, p, state, u), same, rtol=1e-13)


@pytest.mark.parametrize("overlap", [0.0, 1.0, 1.5])
def test_the_directions_of_low_rank_begin_with_the_overlap_that_is_asked_for(overlap: float) -> None:
    """W_to W_from' / N has the eigenvalues of W_from' W_to / N: the overlap each, to the order of 1 / sqrt(N)."""
    raw = LowRankRNN(n_units=20_000, rank=3, overlap=overlap).initialise(1, 1, np.random.default_rng(0))
    np.testing.assert_allclose(raw["W_from"].T @ raw["W_to"] / 20_000, overlap * np.eye(3), atol=0.04)
    np.testing.assert_allclose(raw["W_to"].T @ raw["W_to"] / 20_000, np.eye(3), atol=0.04)


@pytest.mark.parametrize(("nonlinearity", "needed"), [("relu", 2.0), ("linear", 1.0), ("tanh", 1.0)])
def test_the_overlap_with_which_activity_feeds_itself(nonlinearity: str, needed: float) -> None:
    """E[m relu(m)] = 1/2 and E[m m] = 1 for a standard normal m: what relu halves, an overlap of 2 makes good."""
    cell = LowRankRNN(n_units=20_000, rank=1, overlap=needed, nonlinearity=nonlinearity, noise=0.0)
    p = cell.effective(cell.initialise(1, 1, np.random.default_rng(0)))
    state = begun_along = 0.01 * p["W_to"].T
    for _ in range(100):
        state = cell.step(p, state, np.zeros((1, 1)))
    kept = (state * begun_along).sum() / (begun_along**2).sum()
    assert kept == pytest.approx(1.0, abs=0.2)


def test_the_random_part_has_its_radius_and_does_not_learn() -> None:
    cell = LowRankRNN(n_units=400, random=0.8)
    W = cell.initialise(1, 1, np.random.default_rng(0))["W_random"]
    assert np.abs(np.linalg.eigvals(W)).max() == pytest.approx(0.8, rel=0.1)
    assert "W_random" not in cell.trainable
    assert {"W_to", "W_from"} <= cell.trainable


def test_short_term_plasticity() -> None:
    """Masse et al. 2019: resources s, readiness q; facilitating (200, 1500 ms, 0.15), depressing (1500, 200, 0.45)."""
    cell = PlasticRNN(n_units=N, spikes=20.0, facilitating=0.34, tau=50, dt=5)
    p, state, u = begun(cell)
    x, s, q = state[:N], state[N : 2 * N], state[2 * N :]
    new, sent = stepped(cell, p, state, u), []
    for i, (tau_s, tau_q, U) in enumerate([(200, 1500, 0.15), (1500, 200, 0.45), (1500, 200, 0.45)]):
        r = max(x[i], 0)
        seconds = 0.005
        new_s = s[i] + 5 / tau_s * (1 - s[i]) - seconds * q[i] * s[i] * 20 * r
        new_q = q[i] + 5 / tau_q * (U - q[i]) + seconds * U * (1 - q[i]) * 20 * r
        assert (new[N + i], new[2 * N + i]) == pytest.approx((new_s, new_q), rel=1e-13)
        sent.append(new_s * new_q * r)
    for i in range(N):
        assert new[i] == pytest.approx(0.9 * x[i] + 0.1 * drive(p, i, sent, u), rel=1e-13)


def test_synapses_settle_where_the_published_ones_do() -> None:
    """At a lasting rate of r Hz: q = U (1 + tau_q r) / (1 + U tau_q r), s = 1 / (1 + q tau_s r) (times in seconds)."""
    still = {"start": "given", "start_at": Constant(1.0), "tau": 1e9, "noise": 0.0}
    cell = PlasticRNN(n_units=2, nonlinearity="linear", spikes=10.0, **still)  # type: ignore[arg-type]
    p = cell.initialise(1, 1, np.random.default_rng(0))
    end = unroll(cell, p, np.zeros((1, 3000, 1))).states[0, -1]
    for i, (tau_s, tau_q, U) in enumerate([(0.2, 1.5, 0.15), (1.5, 0.2, 0.45)]):
        q = U * (1 + tau_q * 10) / (1 + U * tau_q * 10)
        assert (end[4 + i], end[2 + i]) == pytest.approx((q, 1 / (1 + q * tau_s * 10)), rel=1e-4)


def test_synapses_begin_rested_and_stay_within_bounds() -> None:
    cell = PlasticRNN(n_units=4, spikes=1000.0)
    p = cell.initialise(2, 1, np.random.default_rng(0))
    state = cell.initial_state(p, 2)
    np.testing.assert_array_equal(state[:, 4:], [[1, 1, 1, 1, 0.15, 0.15, 0.45, 0.45]] * 2)
    states = unroll(cell, p, np.full((1, 50, 2), 30.0)).states[:, :, 4:]
    assert states.min() >= 0
    assert states.max() <= 1


@pytest.mark.parametrize("gate", ["fixed", "self"])
def test_fast_weights(gate: Any) -> None:
    """A[t] = (1 - g) A[t-1] + g r[t] r[t-1]^T adds W_fast o A to the weights; noise reaches the trace."""
    cell = FastWeightsRNN(n_units=N, gate=gate, nonlinearity="tanh", noise=0.3, tau_trace=200.0)  # type: ignore[arg-type]
    (p, state, u), xi = begun(cell), [0.5, -1.0, 2.0]
    A = [[state[N + N * i + j] for j in range(N)] for i in range(N)]
    r = [tanh(x) for x in state[:N]]
    g = 10 / 200 * p["rate_fast"][0] if gate == "fixed" else None
    if g is None:
        g = logistic(sum(p["W_gate"][0, j] * r[j] for j in range(N)) + p["b_gate"][0])
    new = stepped(cell, p, state, u, xi)
    for i in range(N):
        d = drive(p, i, r, u) + sum(p["W_fast"][i, j] * A[i][j] * r[j] for j in range(N))
        assert new[i] == pytest.approx(0.9 * state[i] + 0.1 * d + sqrt(0.2) * 0.3 * xi[i], rel=1e-12)
        for j in range(N):
            assert new[N + N * i + j] == pytest.approx((1 - g) * A[i][j] + g * tanh(new[i]) * r[j], rel=1e-12)


def test_the_pace_of_fast_weights_stays_between_zero_and_one() -> None:
    cell = FastWeightsRNN(n_units=N, tau_trace=20.0, nonlinearity="tanh")  # type: ignore[arg-type]
    p, state, u = begun(cell)
    p["rate_fast"] = np.array([-0.5])
    assert cell.project(p)["rate_fast"][0] == cell.effective(p)["rate_fast"][0] == 0
    frozen = stepped(cell, cell.effective(p), state, u)
    np.testing.assert_array_equal(frozen[N:], state[N:])
    p["rate_fast"] = np.array([7.0])
    new = stepped(cell, p, state, u)
    np.testing.assert_allclose(new[N:].reshape(N, N), np.outer(np.tanh(new[:N]), np.tanh(state[:N])), rtol=1e-12)


def test_fast_weights_begin_with_nothing_and_a_gate_counts_steps() -> None:
    cell = FastWeightsRNN(n_units=N, gate="self")
    p = cell.initialise(2, 1, np.random.default_rng(0))
    assert not cell.initial_state(p, 4)[:, N:].any()
    assert logistic(float(p["b_gate"][0])) == pytest.approx(10 / 500)
    with pytest.raises(SpecError, match=r"a gate has no time constant"):
        cell.at(5)
    assert FastWeightsRNN().at(5).dt == 5


def test_gru_against_torch() -> None:
    """torch orders the gates reset, update, new as well."""
    config, rng = GRU(n_units=7), np.random.default_rng(0)
    p = config.initialise(3, 2, rng)
    p["b_rec"], p["b_reset"] = rng.standard_normal(21), rng.standard_normal(7)
    inputs = rng.standard_normal((4, 6, 3))
    reference = torch.nn.GRU(3, 7, batch_first=True).double()
    with torch.no_grad():
        reference.weight_ih_l0.copy_(torch.tensor(p["W_in"]))
        reference.weight_hh_l0.copy_(torch.tensor(p["W_rec"]))
        reference.bias_ih_l0.copy_(torch.tensor(p["b_rec"]))
        reference.bias_hh_l0.copy_(torch.tensor(np.concatenate([np.zeros(14), p["b_reset"]])))
        hidden = reference(torch.tensor(inputs))[0]
    np.testing.assert_allclose(unroll(config, p, inputs).states, hidden.numpy(), rtol=0, atol=1e-14)


def test_gru_as_first_published() -> None:
    """Cho et al. 2014: the candidate hears W (r o h); z keeps the old value."""
    cell = GRU(n_units=N, reset="before")
    p, h, u = begun(cell)

    def row(gate: int, i: int, sent: Any) -> float:
        k = N * gate + i
        return float(p["W_rec"][k] @ np.array(sent) + p["W_in"][k] @ u + p["b_rec"][k])

    reset, keep = ([logistic(row(gate, i, h)) for i in range(N)] for gate in (0, 1))
    candidate = [tanh(row(2, i, [reset[j] * h[j] for j in range(N)])) for i in range(N)]
    wanted = [keep[i] * h[i] + (1 - keep[i]) * candidate[i] for i in range(N)]
    np.testing.assert_allclose(stepped(cell, p, h, u), wanted, rtol=1e-13)
    with pytest.raises(SpecError, match=r"GRU\.dt: a GRU has no time constant"):
        cell.at(5)


@pytest.mark.parametrize("name", ["current, tanh, noise on the state", "LSTM", *VARIANTS])
def test_nothing_is_heard_of_silenced_units(name: str) -> None:
    """With a lesion's parameters, what two units do changes nothing for the others."""
    cell, kept = CELLS[name], np.array([True, False, True, True, False, True])
    case = Case(cell)
    whole = np.tile(kept, cell.n_states // 6)
    p = cell.silenced(case.p, kept)
    states = []
    for own in (0.0, 0.3):
        state = np.where(whole, case.state, own)
        states.append(cell.step(p, state, case.u)[:, :6][:, kept])
    if not name.startswith("attention"):  # which, in the step that ends a window, still follows its past
        np.testing.assert_allclose(states[0], states[1], rtol=0, atol=1e-14)
    np.testing.assert_array_equal(cell.outputs(p, np.where(kept, 0.0, 1.0)), p["b_out"])


@pytest.mark.parametrize("cell", VARIANTS.values(), ids=VARIANTS)
def test_half_a_time_step_changes_little(cell: Cell) -> None:
    """Constants of time mean milliseconds: two half steps are nearly one."""
    try:
        half = cell.at(cell.dt / 2)
    except SpecError:
        assert isinstance(cell, GRU) or getattr(cell, "gate", "") == "self"
        return
    case = Case(cell)
    state = cell.initial_state(case.p, 4)
    one = cell.step(case.p, state, case.u)
    two = half.step(case.p, half.step(case.p, state, case.u), case.u)
    moved, apart = np.abs(one - state).max(), np.abs(one - two).max()
    assert apart < 0.25 * moved


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AdaptingRNN(dt=200), r"AdaptingRNN\.dt: 200 ms is longer than the time constant tau of 100 ms"),
        (lambda: AdaptingRNN(tau_adapt=5), r"AdaptingRNN\.tau_adapt: 5 ms is shorter than a time step of 10 ms"),
        (lambda: AttentionRNN(tau_attention=5), r"AttentionRNN\.tau_attention: 5 ms is shorter"),
        (lambda: PlasticRNN(tau_fast=5), r"PlasticRNN\.tau_fast: 5 ms is shorter"),
        (lambda: FastWeightsRNN(tau_trace=10), r"FastWeightsRNN\.tau_trace: 10 ms is not longer"),
        (lambda: LowRankRNN(n_units=3, rank=4), r"LowRankRNN\.rank: 4 for 3 units; give 1 to 3"),
    ],
)
def test_what_cannot_be_is_refused(make: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        make()


@pytest.mark.parametrize("matrix", ["W_to", "W_fast", "W_layer"])
def test_penalties_on_a_matrix_that_is_not_there_are_refused(matrix: Any) -> None:
    task, training = get("perceptual_discrimination"), Training(penalties=(L2(of=matrix),))
    with pytest.raises(SpecError, match=f"AttentionRNN has no array {matrix}"):
        Experiment(task, AttentionRNN(), training)


@pytest.mark.parametrize("cell", [cell for name, cell in VARIANTS.items() if not name.startswith("low rank")])
def test_penalties_on_plain_drives_are_refused(cell: Any) -> None:
    with pytest.raises(SpecError, match="are not W_rec r"):
        Experiment(get("perceptual_discrimination"), cell, Training(penalties=(SharedDrive(),)))


@pytest.mark.parametrize("cell", VARIANTS.values(), ids=VARIANTS)
def test_a_state_of_each_trial_may_be_given(cell: Cell) -> None:
    """As carried-over states are."""
    p = cell.effective(cell.initialise(N_INPUTS, N_OUTPUTS, np.random.default_rng(0)))
    states = np.random.default_rng(1).standard_normal((4, cell.n_states))
    np.testing.assert_array_equal(cell.initial_state({**p, "x0": states}, 4), states)
