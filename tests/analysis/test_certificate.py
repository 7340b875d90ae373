"""What the index sum can and cannot say."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import ANALYSES, fixed_points
from rnnlab.analysis._certificate import Rule, balanced, certificate, index_rule, indices
from rnnlab.networks import GRU, LSTM, Cell, LeakyRNN, Network
from tests.analysis.oracles import one_unit, three_latents


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
        assert analysis.__name__ == name
        assert analysis.__doc__
