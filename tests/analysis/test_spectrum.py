"""Spectra against random-matrix theory."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import spectrum
from rnnlab.networks import LSTM, LeakyRNN, Network


@pytest.mark.parametrize("g", [0.5, 1.5])
def test_independent_weights_fill_the_disc(g: float) -> None:
    n = 400
    found = spectrum(np.random.default_rng(0).normal(size=(n, n)) * g / n**0.5)
    assert found.disc == pytest.approx(g, rel=0.01)
    assert found.radius == pytest.approx(g, rel=0.06)
    inside = np.abs(found.eigenvalues) < g / 2**0.5
    assert inside.mean() == pytest.approx(0.5, abs=0.05)  # uniform over the area
    assert found.outside.sum() <= 2
    assert "signs are mixed" in repr(found)


def test_signed_columns_have_the_disc_of_rajan_and_abbott() -> None:
    n, n_excitatory = 500, 400
    rng = np.random.default_rng(1)
    excitatory = np.abs(rng.normal(1, 0.2, (n, n_excitatory)))
    inhibitory = -np.abs(rng.normal(4, 0.8, (n, n - n_excitatory)))
    W = np.hstack([excitatory, inhibitory]) / n**0.5 / 5
    W -= W.mean(axis=1, keepdims=True)  # excitation and inhibition balance on average; now in every unit
    found = spectrum(W)
    expected = np.sqrt(0.8 * 0.2**2 + 0.2 * 0.8**2) / 5
    assert found.disc == pytest.approx(expected, rel=0.02)
    assert (found.n_excitatory, found.n_inhibitory) == (400, 100)
    assert found.radius == pytest.approx(expected, rel=0.1)
    assert "400 and 100 units" in repr(found)


def test_a_mean_makes_an_outlier_where_it_says() -> None:
    n = 300
    W = np.random.default_rng(2).normal(size=(n, n)) * 0.5 / n**0.5 + 3.0 / n
    found = spectrum(W)
    assert found.mean_eigenvalue == pytest.approx(3.0, rel=0.02)
    assert found.eigenvalues[0].real == pytest.approx(found.mean_eigenvalue, rel=0.05)
    assert found.outside.tolist() == [True] + [False] * (n - 1)


def test_a_networks_signs_are_those_of_its_description() -> None:
    config = LeakyRNN(n_units=50, excitatory=0.8, spectral_radius=1.3)
    found = spectrum(Network.initialised(config, 2, 2))
    assert found.radius == pytest.approx(1.3)
    assert (found.n_excitatory, found.n_inhibitory) == (40, 10)
    assert found.name == "W_rec"


def test_an_lstm_has_one_spectrum_per_gate() -> None:
    network = Network.initialised(LSTM(n_units=6), 1, 1)
    assert spectrum(network, "forget").eigenvalues.shape == (6,)
    with pytest.raises(ValueError, match="choose one of forget, input, output, candidate"):
        spectrum(network)


@pytest.mark.parametrize("matrix", [np.zeros((2, 3)), np.zeros((0, 0)), [[np.nan]]])
def test_what_is_not_a_square_matrix_is_refused(matrix: object) -> None:
    with pytest.raises(ValueError, match="give a finite square matrix"):
        spectrum(matrix)
