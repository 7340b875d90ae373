"""Painting: what is asked of a matrix is what was painted on it, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.networks import (
    LSTM,
    Areas,
    Density,
    FeedForwardRNN,
    LeakyRNN,
    LowRankRNN,
    Network,
    PlasticRNN,
    Weights,
    painting,
)

SHAPES = {"W_in": (12, 3), "W_rec": (12, 12), "W_out": (2, 12)}


def started(config: LeakyRNN) -> Network:
    return Network.initialised(config, 3, 2, np.random.default_rng(0))


@pytest.mark.parametrize("name", SHAPES)
def test_cut_connections_are_zero_and_come_back(name: str) -> None:
    block = (slice(1, 2), slice(0, 3))
    cut = painting.with_connections(LeakyRNN(n_units=12), name, block, False, SHAPES[name])
    W = started(cut).parameters[name]
    expected = np.ones(SHAPES[name], dtype=bool)
    expected[block] = False
    assert ((W != 0) == expected).all()
    assert painting.with_connections(cut, name, block, True, SHAPES[name]) == LeakyRNN(n_units=12)


@pytest.mark.parametrize("name", SHAPES)
def test_frozen_entries_are_told_and_thawed(name: str) -> None:
    block = (slice(0, 2), slice(1, 3))
    frozen = painting.with_frozen(LeakyRNN(n_units=12), name, block, True, SHAPES[name])
    expected = np.zeros(SHAPES[name], dtype=bool)
    expected[block] = True
    assert (frozen.frozen(3, 2)[name] == expected).all()
    assert painting.with_frozen(frozen, name, block, False, SHAPES[name]) == LeakyRNN(n_units=12)


def test_a_density_is_painted_over_entry_by_entry() -> None:
    sparse = LeakyRNN(n_units=12, weights_rec=Weights(connections=Density(0.3, seed=5)))
    before = Density(0.3, seed=5).mask(12, 12)
    painted = painting.with_connections(sparse, "W_rec", (slice(0, 4), slice(0, 4)), True, (12, 12))
    after = painted.weights_rec.connections.array == 1  # type: ignore[union-attr]
    assert after[:4, :4].all()
    before[:4, :4] = True
    assert (after == before).all()


def test_signs_start_from_those_in_force() -> None:
    config = LeakyRNN(n_units=6, excitatory=0.5, areas=Areas((4, 2)))
    painted = painting.with_signs(config, slice(0, 1), -1)
    assert (painted.excitatory, painted.signs) == (None, (-1, 1, -1, -1, 1, -1))
    assert (started(painted).parameters["W_rec"][:, 0] <= 0).all()
    free = painting.with_signs(painted, slice(0, 6), 0)
    assert free.signs is None and not free.unit_signs.any()


def test_signs_of_inputs_are_painted_one_by_one() -> None:
    free = painting.with_input_signs(LeakyRNN(n_units=12), slice(1, 2), -1, 3)
    assert free.input_sign == (0, -1, 0)
    assert (started(free).parameters["W_in"][:, 1] <= 0).all()
    dale = painting.with_input_signs(LeakyRNN(n_units=12, excitatory=0.8), slice(2, 3), 0, 3)
    assert dale.input_sign == (1, 1, 0)


def test_what_was_painted_is_cleared_and_the_rest_stays() -> None:
    kept = LeakyRNN(n_units=12, weights_in=Weights(connections=Density(0.5)), autapses=False)
    config = painting.with_signs(kept, slice(0, 3), 1)
    config = painting.with_frozen(config, "W_rec", (slice(0, 3), slice(0, 3)), True, (12, 12))
    config = painting.with_connections(config, "W_out", (slice(0, 1), slice(0, 3)), False, (2, 12))
    assert painting.unpainted(config) == kept


def test_other_cells_with_one_recurrent_matrix_can_be_painted() -> None:
    config = PlasticRNN(n_units=12)
    assert painting.can_be_painted(config) and painting.can_be_painted(LeakyRNN())
    painted = painting.with_signs(config, slice(0, 3), -1)
    painted = painting.with_connections(painted, "W_rec", (slice(0, 4), slice(4, 6)), False, (12, 12))
    W = Network.initialised(painted, 3, 2, 0).parameters["W_rec"]
    assert (W[:, :3] <= 0).all() and (W[:, 3:] > 0).any() and not W[:4, 4:6].any()
    assert painting.unpainted(painted) == config


def test_where_inputs_do_not_lead_to_units_or_gates_are_nothing_is_painted() -> None:
    assert not any(map(painting.can_be_painted, (FeedForwardRNN(), LSTM(), LowRankRNN())))
