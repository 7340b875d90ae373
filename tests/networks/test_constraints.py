"""Dale's law, autapses, and the spectral radius of what is really connected."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnlab.networks import LeakyRNN
from rnnlab.networks.initialisers import balanced, scale_to_radius, spectral_radius


@pytest.mark.parametrize(("excitatory", "n"), [(0.8, 40), (0.29, 14), (1.0, 50), (0.02, 1)])
def test_dale(excitatory: float, n: int) -> None:
    config = LeakyRNN(n_units=50, excitatory=excitatory)
    np.testing.assert_array_equal(config.unit_signs, [1] * n + [-1] * (50 - n))
    rng = np.random.default_rng(0)
    p = config.effective({k: rng.standard_normal(s) for k, s in config.parameter_shapes(3, 2).items()})
    assert (p["W_rec"][:, :n] > 0).all()
    assert (p["W_rec"][:, n:] < 0).all()
    assert (p["W_in"] > 0).all()
    assert (p["W_out"][:, :n] > 0).all()
    assert (p["W_out"][:, n:] == 0).all()


def test_without_dale_signs_are_free_and_weights_as_they_are() -> None:
    config = LeakyRNN(n_units=10)
    raw = config.initialise(2, 1, np.random.default_rng(0))
    assert (config.unit_signs == 0).all()
    assert all(config.effective(raw)[name] is array for name, array in raw.items())


def test_without_autapses_the_diagonal_is_zero_and_gets_no_gradient() -> None:
    config = LeakyRNN(n_units=6, autapses=False)
    raw = {
        name: torch.tensor(a, requires_grad=True)
        for name, a in config.initialise(2, 1, np.random.default_rng(0)).items()
    }
    W = config.effective(raw)["W_rec"]
    assert (W.diagonal() == 0).all()
    W.square().sum().backward()
    gradient = raw["W_rec"].grad
    assert gradient is not None
    assert (gradient.diagonal() == 0).all()
    assert (gradient.abs().sum(1) > 0).all()


@pytest.mark.parametrize("excitatory", [None, 0.8, 0.5, 1.0])
@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("radius", [0.0, 0.9, 1.5])
def test_the_radius_asked_for_is_that_of_the_effective_matrix(
    excitatory: float | None, autapses: bool, radius: float
) -> None:
    config = LeakyRNN(n_units=40, excitatory=excitatory, autapses=autapses, spectral_radius=radius)
    p = config.effective(config.initialise(2, 1, np.random.default_rng(0)))
    np.testing.assert_allclose(spectral_radius(p["W_rec"]), radius, rtol=1e-10, atol=1e-12)


def test_excitation_and_inhibition_start_balanced() -> None:
    """The mean input to a unit is zero within its sampling error."""
    config = LeakyRNN(n_units=400, excitatory=0.8)
    W = config.effective(config.initialise(1, 1, np.random.default_rng(0)))["W_rec"]
    rows = W.sum(1)
    assert abs(rows.mean()) < 3 * rows.std() / np.sqrt(400)
    assert balanced(np.ones((2, 2)), np.array([1, 1])).tolist() == [[1, 1], [1, 1]]


def test_a_unit_alone_without_autapse_can_be_initialised() -> None:
    p = LeakyRNN(n_units=1, autapses=False).initialise(1, 1, np.random.default_rng(0))
    assert np.isfinite(p["W_rec"]).all()
    np.testing.assert_array_equal(scale_to_radius(np.eye(2), np.zeros((2, 2)), 1.0), np.eye(2))


def test_the_same_generator_gives_the_same_weights() -> None:
    a, b = (LeakyRNN().initialise(2, 1, np.random.default_rng(5)) for _ in range(2))
    for name, array in a.items():
        np.testing.assert_array_equal(array, b[name])


def test_what_is_not_trained() -> None:
    assert LeakyRNN().trainable == {"W_in", "W_rec", "W_out", "b_rec", "b_out", "x0"}
    fixed = LeakyRNN(train_biases=False, start="zero")
    assert fixed.trainable == {"W_in", "W_rec", "W_out"}
    assert not fixed.initialise(2, 1, np.random.default_rng(0))["x0"].any()
