"""Signs, missing connections and frozen entries in the cells beside the leaky network."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.networks import (
    AdaptingRNN,
    AttentionRNN,
    Density,
    FastWeightsRNN,
    FeedForwardRNN,
    Given,
    Network,
    PlasticRNN,
    Weights,
)
from rnnlab.runs import Experiment, Training
from rnnlab.spec import SpecError

N, N_EXCITATORY = 12, 9
LAWS = ("abs", "rectify", "project", "reflect")
HEARD = {"layer in front": "W_layer"}
KINDS: dict[str, Any] = {
    "adapting": AdaptingRNN,
    "attention": AttentionRNN,
    "fast weights": lambda **fields: FastWeightsRNN(nonlinearity="tanh", **fields),
    "layer in front": lambda **fields: FeedForwardRNN(n_layer=5, **fields),
    "plastic": PlasticRNN,
}


def trained(network: Any) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Effective weights before and after three large steps: 0.02 for each weight, a tenth of its size or more."""
    training = Training(updates=3, batch_size=8, validation_trials=8, learning_rate=0.02, evaluate_every=3)
    experiment = Experiment(rl.tasks.get("perceptual_discrimination"), network.replace(dt=20), training)
    evaluated = [event for event in rl.train(experiment) if isinstance(event, rl.events.Evaluated)]
    return dict(evaluated[0].parameters), dict(evaluated[-1].parameters)


@pytest.mark.parametrize(("kind", "law"), list(product(KINDS, LAWS)))
def test_what_a_unit_sends_keeps_its_sign_through_training(kind: str, law: str) -> None:
    """In W_rec and W_fast by columns; inputs excite; inhibitory units are not read out."""
    before, after = trained(KINDS[kind](n_units=N, excitatory=0.75, dale=law, autapses=False))
    for p in (before, after):
        for name in {"W_rec", "W_fast"} & set(p):
            assert (p[name][:, :N_EXCITATORY] >= 0).all() and (p[name][:, N_EXCITATORY:] <= 0).all()
            assert not np.diag(p[name]).any()
        assert (p[HEARD.get(kind, "W_in")] >= 0).all()
        assert (p["W_out"][:, :N_EXCITATORY] >= 0).all() and not p["W_out"][:, N_EXCITATORY:].any()
    assert not np.array_equal(before["W_rec"], after["W_rec"])
    assert (after["W_rec"][:, :N_EXCITATORY] > 0).any() and (after["W_rec"][:, N_EXCITATORY:] < 0).any()


@pytest.mark.parametrize("kind", KINDS)
def test_missing_connections_stay_away_and_frozen_ones_as_they_are(kind: str) -> None:
    mask = np.random.default_rng(0).random((N, N)) < 0.5
    held = np.zeros((N, N))
    held[0, np.flatnonzero(mask[0])[0]] = 0.25
    asked = {"connections": mask * 1.0, "frozen": (held != 0) * 1.0, "fixed": held}
    weights = Weights(**{name: Given.of(array) for name, array in asked.items()})
    _, after = trained(KINDS[kind](n_units=N, weights_rec=weights))
    np.testing.assert_array_equal(after["W_rec"] != 0, mask)
    assert (after["W_rec"][held != 0] == 0.25).all()


@pytest.mark.parametrize(("kind", "radius"), list(product(KINDS, (0.6, 1.4))))
def test_the_radius_asked_for_is_that_of_the_effective_weights(kind: str, radius: float) -> None:
    network = KINDS[kind](n_units=60, excitatory=0.8, spectral_radius=radius)
    W = Network.initialised(network, 2, 1, 0).parameters["W_rec"]
    assert np.abs(np.linalg.eigvals(W)).max() == pytest.approx(radius, rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_asked_nothing_is_held(kind: str) -> None:
    network = KINDS[kind](n_units=N)
    raw = network.initialise(3, 2, np.random.default_rng(0))
    assert all(np.array_equal(raw[name], array) for name, array in network.effective(raw).items())
    assert not network.frozen(3, 2)
    assert (raw["W_rec"] < 0).any(axis=0).all() and (raw["W_rec"] > 0).any(axis=0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_equations_say_it(kind: str) -> None:
    half = Weights(connections=Density(0.5))
    text = KINDS[kind](n_units=N, excitatory=0.75, autapses=False, weights_out=half).equation
    assert "9 excitatory, 3 inhibitory units; input weights positive; excitatory units read out" in text
    assert "signs kept by abs" in text and "W_out partly connected; no autapses" in text
    assert "excitatory" not in KINDS[kind](n_units=N).equation


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"signs": (1, -1)}, r"signs: a list of 2 for 12 units; give one per unit"),
        ({"signs": (1,) * 12, "excitatory": 0.5}, r"signs: a fraction of excitatory units is given too"),
        ({"excitatory": 0.01}, r"excitatory: 0\.01 of 12 units leaves none excitatory"),
        ({"weights_rec": Weights(connections=Given.of(np.eye(3)))}, r"weights_rec\.connections"),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        PlasticRNN(n_units=N, **fields)
