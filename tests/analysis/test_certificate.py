"""What the index sum can and cannot say."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import ANALYSES, fixed_points
from rnnlab.analysis._bounds import index_rule
from rnnlab.analysis._certificate import Rule, balanced, certificate, indices
from rnnlab.networks import (
    GRU,
    LSTM,
    AdaptingRNN,
    AttentionRNN,
    Cell,
    FastWeightsRNN,
    FeedForwardRNN,
    LeakyRNN,
    LeakyVariant,
    LowRankRNN,
    Network,
    PlasticRNN,
    from_arrays,
)
from tests.analysis.oracles import one_unit, relu_points, same_points, three_latents


def rule_of(cell: Cell) -> Rule:
    return index_rule(Network.initialised(cell, 1, 1))


@pytest.mark.parametrize("nonlinearity", ["tanh", "sigmoid", "rectified_tanh"])
@pytest.mark.parametrize("form", ["current", "rate"])
def test_it_applies_to_bounded_networks(nonlinearity: str, form: str) -> None:
    assert rule_of(LeakyRNN(form=form, nonlinearity=nonlinearity, spectral_radius=3)).expected == 1
    assert rule_of(LSTM()).expected == rule_of(GRU()).expected == 1


@pytest.mark.parametrize("nonlinearity", ["relu", "leaky_relu", "softplus", "gelu", "power_relu"])
def test_it_does_not_apply_to_unbounded_ones(nonlinearity: str) -> None:
    rule = rule_of(LeakyRNN(nonlinearity=nonlinearity, spectral_radius=1.5))
    assert rule.expected is None
    assert certificate(rule, np.array([1], np.int8)).startswith("does not apply, because")


@pytest.mark.parametrize("nonlinearity", ["relu", "leaky_relu", "softplus", "gelu", "linear"])
def test_it_applies_to_unbounded_ones_that_are_held_back(nonlinearity: str) -> None:
    assert rule_of(LeakyRNN(nonlinearity=nonlinearity, spectral_radius=1.5, damping=0.1)).expected == 1
    weak = rule_of(LeakyRNN(nonlinearity=nonlinearity, spectral_radius=0.1))
    assert weak.expected == 1 or weak.unique


@pytest.mark.parametrize("kind", [LowRankRNN, AdaptingRNN, PlasticRNN, FastWeightsRNN, AttentionRNN, FeedForwardRNN])
def test_it_applies_to_every_variant_of_bounded_rates(kind: type[LeakyVariant]) -> None:
    assert rule_of(kind(n_units=5, nonlinearity="tanh")).expected == 1


def test_what_bounds_a_variant_of_unbounded_rates() -> None:
    assert rule_of(PlasticRNN(nonlinearity="relu", spectral_radius=3)).because.startswith("its synapses tire")
    assert rule_of(FastWeightsRNN(nonlinearity="relu", spectral_radius=0.1)).expected is None
    assert rule_of(AttentionRNN(nonlinearity="linear")).unique is False
    assert rule_of(AdaptingRNN(nonlinearity="linear")).unique


def test_fast_weights_that_never_change_are_any() -> None:
    network = Network.initialised(FastWeightsRNN(n_units=3, nonlinearity="tanh"), 1, 1)
    still = Network(network.config, {**network.parameters, "rate_fast": np.zeros(1)})
    assert index_rule(network).expected == 1
    assert index_rule(still).expected is None


@pytest.mark.parametrize("seed", range(4))
def test_plastic_networks_of_relu_units_balance(seed: int) -> None:
    config = PlasticRNN(n_units=5, nonlinearity="relu", spectral_radius=None, spikes=20.0)
    network = Network.initialised(config, 1, 1, seed)
    strong = Network(config, {**network.parameters, "W_rec": 6 * network.parameters["W_rec"], "b_rec": np.full(5, 0.2)})
    points = fixed_points(strong)
    assert points.balanced and "tire" in points.certificate


def test_a_cubic_damping_is_not_trusted_against_a_power_law() -> None:
    assert rule_of(LeakyRNN(nonlinearity="power_relu", damping=0.1)).expected is None


def test_every_missing_point_of_odd_number_shows() -> None:
    network, _ = three_latents()
    points = fixed_points(network)
    rule = index_rule(network)
    for k in range(27):
        without = np.delete(points.index, k)
        assert balanced(rule, without) is False
        assert certificate(rule, without).startswith("at least one missing")


def test_a_missing_pair_of_opposite_index_does_not_show_and_the_text_says_so() -> None:
    rule = index_rule(one_unit(2.0))
    assert balanced(rule, np.array([1], np.int8))
    assert "pairs of opposite index would not show" in certificate(rule, np.array([1], np.int8))


def test_the_index_is_the_sign_of_the_determinant() -> None:
    jacobians = np.array([np.diag([0.5, 0.5]), np.diag([1.5, 0.5]), np.diag([1.5, 1.5]), np.diag([1.0, 0.5])])
    assert indices(jacobians, np.full(4, 1e-15)).tolist() == [1, -1, 1, 0]


def test_a_damped_relu_network_balances() -> None:
    config = LeakyRNN(n_units=20, nonlinearity="relu", damping=0.05, spectral_radius=2.5)
    points = fixed_points(Network.initialised(config, 1, 1, 4), [0.5])
    assert points.certificate.startswith("balanced")


def test_every_analysis_of_the_catalogue_is_a_documented_function() -> None:
    for name, analysis in ANALYSES.items():
        assert analysis.function.__name__ == name
        assert analysis.function.__doc__


@pytest.mark.parametrize("form", ["current", "rate"])
@pytest.mark.parametrize(("nonlinearity", "damping"), [("rectified_tanh", 0.0), ("relu", 0.1)])
def test_on_a_kink_whose_sides_disagree_nothing_is_said(form: str, nonlinearity: str, damping: float) -> None:
    """x = f(2 x): a state just above 0 grows, one just below decays, and with one more above these are all points."""
    network = from_arrays(form=form, nonlinearity=nonlinearity, damping=damping, dt=10, tau=100, W_rec=[[2.0]])
    points = fixed_points(network)
    at_zero = np.flatnonzero(np.abs(points.states[:, 0]) < 1e-9)
    assert len(points) == 2 and len(at_zero) == 1
    assert points.stability[at_zero[0]] == "marginal" and points.kinked[at_zero[0]]
    assert points.balanced is None
    assert points.certificate.startswith("does not apply, because 1 of 2 points is at the threshold of some units")
    assert "1 of 2 points stand at the threshold" in points.note


@pytest.mark.parametrize("form", ["current", "rate"])
def test_on_a_kink_whose_sides_agree_the_index_is_theirs(form: str) -> None:
    network = from_arrays(form=form, nonlinearity="rectified_tanh", dt=10, tau=100, W_rec=[[-2.0]])
    points = fixed_points(network)
    assert (points.states.tolist(), points.index.tolist(), points.stability) == ([[0.0]], [1], ("stable",))
    assert points.balanced and not points.kinked.any() and not points.note


def test_a_solved_network_says_nothing_of_the_stability_on_a_kink() -> None:
    points = fixed_points(from_arrays(form="rate", nonlinearity="relu", dt=10, tau=100, W_rec=[[2.0]]))
    assert points.certificate.startswith("complete")
    assert (points.states.tolist(), points.stability) == ([[0.0]], ("marginal",))


def test_weights_too_weak_to_amplify_have_one_point_even_on_a_kink() -> None:
    W = 0.9 * np.linalg.qr(np.random.default_rng(0).normal(size=(20, 20)))[0]
    points = fixed_points(from_arrays(form="rate", nonlinearity="relu", dt=10, tau=100, W_rec=W))
    assert points.states.tolist() == [[0.0] * 20]
    assert points.stability == ("stable",)
    assert points.certificate.startswith("balanced: there is exactly one fixed point")
    weak = index_rule(points.network)
    assert balanced(weak, np.zeros(0, np.int8)) is False
    assert balanced(weak, np.ones(2, np.int8)) is None, "two states that stand still are not two roots"
    assert certificate(weak, np.ones(2, np.int8)).startswith("does not apply, because 2 states stand still")


@pytest.mark.parametrize("form", ["current", "rate"])
@pytest.mark.parametrize("seed", range(10))
def test_a_point_on_the_border_of_regions_is_listed_once(form: str, seed: int) -> None:
    """The bias is chosen such that a state with some units exactly at threshold is a fixed point, but for rounding."""
    rng = np.random.default_rng(seed)
    n = 2 + seed % 5
    W, above = rng.normal(size=(n, n)) * 1.5 / n**0.5, rng.normal(size=n)
    above[: 1 + seed % 2] = 0.0
    state = above if form == "current" else np.maximum(above, 0.0)
    b = above - W @ np.maximum(above, 0.0)
    points = fixed_points(from_arrays(form=form, nonlinearity="relu", dt=10, tau=100, W_rec=W, b_rec=b))
    assert points.certificate.startswith("complete")
    assert (np.abs(points.states - state).max(axis=1) < 1e-9).sum() == 1
    away = [each for each in relu_points(W, b, form) if np.abs(each - state).max() > 1e-9]
    assert same_points(points.states, np.array([state, *away]))


@pytest.mark.parametrize("method", ["search", "exact"])
@pytest.mark.parametrize("seed", range(4))
def test_closed_gates_are_no_fixed_points(seed: int, method: str) -> None:
    """Far out a GRU's update gates close, and F(x) - x vanishes; it is a root only where h is what is drawn: h = n."""
    network = Network.initialised(GRU(n_units=2), 2, 1, seed)
    strong = Network(network.config, {**network.parameters, "W_rec": 3 * network.parameters["W_rec"]})
    points = fixed_points(strong, [0.5, -1.0], n_starts=128, method=method)  # type: ignore[arg-type]
    assert 1 <= len(points) < 10
    W, V, b = (strong.parameters[name] for name in ("W_rec", "W_in", "b_rec"))
    seen = V @ [0.5, -1.0] + b
    for h in points.states:
        reset = 1 / (1 + np.exp(-(W[:2] @ h + seen[:2])))
        candidate = np.tanh(reset * (W[4:] @ h + strong.parameters["b_reset"]) + seen[4:])
        assert candidate == pytest.approx(h, abs=1e-6)
    assert points.index.all() and not points.manifolds


@pytest.mark.parametrize("slope", [10.0, 100.0])
def test_at_a_steep_fold_nothing_is_said_of_the_index(slope: float) -> None:
    """x = tanh(2 slope x + b) where line and curve touch: to rounding there is one point there, or two, or none."""
    touching = -np.sqrt(1 - 1 / (2 * slope))
    bias = np.arctanh(touching) - 2 * slope * touching
    unit = from_arrays(form="rate", nonlinearity="tanh", dt=100, tau=100, W_rec=[[2 * slope]], b_rec=[bias])
    points = fixed_points(unit, n_starts=256)
    assert points.states[points.index == 0] == pytest.approx(np.array([[touching]]), abs=1e-6)
    assert points.certificate.startswith("does not apply, because 1 of 2 points is marginal")


def test_the_curvature_is_asked_for_where_it_may_matter() -> None:
    asked = []

    def curvature(places: np.ndarray) -> np.ndarray:
        asked.extend(places.tolist())
        return np.array([1e5, 0.1])

    jacobians = np.array([np.diag([0.5, share]) for share in (0.5, 1 - 1e-5, 1 - 1e-5, 1.0)])
    assert indices(jacobians, np.full(4, 1e-15), curvature).tolist() == [1, 0, 1, 0]
    assert asked == [1, 2]
