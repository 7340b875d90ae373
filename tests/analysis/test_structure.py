"""The structure of a network: what is asked of its matrices, read off."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import structure
from rnnlab.networks import GRU, LSTM, NETWORKS, Areas, Given, LeakyRNN, Network, Weights


def started(config: object, n_inputs: int = 2, n_outputs: int = 2) -> Network:
    return Network.initialised(config, n_inputs, n_outputs, np.random.default_rng(3))  # type: ignore[arg-type]


def test_missing_and_frozen_entries_and_areas_are_where_they_were_asked_for() -> None:
    frozen = np.zeros((6, 6), dtype=int)
    frozen[2, 3:] = 1
    config = LeakyRNN(
        n_units=6, autapses=False, areas=Areas((4, 2), between=0.0), weights_rec=Weights(frozen=Given.of(frozen))
    )
    found = structure(started(config))
    assert found.absent["W_rec"][:4, 4:].all() and found.absent["W_rec"].diagonal().all()
    assert found.absent["W_rec"].sum() == 16 + 6
    assert (found.frozen["W_rec"] == frozen).all() and not found.frozen["W_in"].any()
    assert found.areas.tolist() == [0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize("signs", [{}, {"excitatory": 0.8}, {"signs": (-1,) * 5 + (1,) * 15 + (0,) * 10}])
def test_the_radius_asked_for_is_that_of_the_matrix(signs: dict[str, object]) -> None:
    found = structure(started(LeakyRNN(n_units=30, spectral_radius=0.7, **signs)))
    assert found.asked == 0.7
    largest = abs(np.linalg.eigvals(found.weights["W_rec"])).max()
    assert largest == pytest.approx(0.7, rel=1e-9) and found.spectrum.radius == pytest.approx(0.7, rel=1e-9)


def test_no_radius_is_asked_of_what_is_not_drawn() -> None:
    given = LeakyRNN(n_units=3, weights_rec=Weights(initial=Given.of(np.eye(3) / 2)))
    assert structure(started(given)).asked is None
    assert structure(started(LeakyRNN(n_units=3, spectral_radius=None))).asked is None
    assert structure(started(LSTM(n_units=3))).asked is None


@pytest.mark.parametrize(("cell", "gate"), [(LSTM, "forget"), (GRU, "reset")])
def test_a_cell_with_gates_shows_both_matrices_of_its_first_gate(cell: type[LSTM | GRU], gate: str) -> None:
    network = started(cell(n_units=5))
    found = structure(network)
    for name in ("W_in", "W_rec"):
        assert (found.weights[name] == network.parameters[name][:5]).all()
    assert found.spectrum.name == gate


@pytest.mark.parametrize("name", NETWORKS)
def test_every_cell_has_a_structure(name: str) -> None:
    found = structure(started(NETWORKS[name](n_units=8)))
    assert found.n_units == 8
    assert all(found.absent[each].shape == array.shape for each, array in found.weights.items())
    assert "units" in repr(found)
