"""Where weights start: each kind against what it promises."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.networks import (
    INITIALISERS,
    BlockFeedForward,
    Chain,
    Constant,
    DaleBalanced,
    FeedForward,
    FlipFlop,
    Gamma,
    Gaussian,
    Given,
    Glorot,
    Identity,
    LeakyRNN,
    LogNormal,
    Orthogonal,
    Uniform,
    Weights,
    Zero,
    unroll,
)
from rnnlab.networks.initialisers import AnyInitialiser, Place, drawn
from rnnlab.networks.scaling import spectral_radius
from rnnlab.spec.codec import kinds

N = 200


def draw(kind: AnyInitialiser, n_to: int = N, n_from: int = N, share: float = 1.0, signs: object = 0) -> np.ndarray:
    mask = np.random.default_rng(1).random((n_to, n_from)) < share
    return drawn(kind, np.random.default_rng(0), Place(mask, np.broadcast_to(signs, n_from)))  # type: ignore[arg-type]


def test_every_kind_a_description_may_name_is_in_the_catalogue() -> None:
    assert set(kinds(AnyInitialiser).values()) - {Given} == set(INITIALISERS.values())


@pytest.mark.parametrize(
    ("kind", "mean", "std"),
    [
        (Gaussian(0.5), 0.0, 0.5 / np.sqrt(N)),
        (Gaussian(0.5, mean=2.0, per="weight"), 2.0, 0.5),
        (Uniform(-0.1, 0.1), 0.0, 0.1 / np.sqrt(3)),
        (Uniform(0.0, 1.0), 0.5, 1 / np.sqrt(12)),
        (Glorot(), 0.0, np.sqrt(2 / (2 * N))),
        (Glorot("uniform"), 0.0, np.sqrt(2 / (2 * N))),
        (Gamma(2.0), 0.0, 1 / np.sqrt(N)),
        (LogNormal(0.5), 0.0, 1 / np.sqrt(N)),
        (DaleBalanced(), 0.0, 1 / np.sqrt(N)),
        (Orthogonal(), 0.0, 1 / np.sqrt(N)),
    ],
)
def test_random_kinds_have_the_moments_they_promise(kind: AnyInitialiser, mean: float, std: float) -> None:
    W = draw(kind)
    assert abs(W.mean() - mean) < 4 * std / N
    np.testing.assert_allclose(W.std(), std, rtol=0.03)


def test_glorot_counts_the_connections_there_are() -> None:
    mask = np.zeros((300, 400), dtype=bool)
    mask[:, :100] = True
    W = drawn(Glorot(), np.random.default_rng(0), Place(mask, np.zeros(400)))
    np.testing.assert_allclose(W[:, :100].std(), np.sqrt(2 / (100 + 300)), rtol=0.02)
    bounded = drawn(Glorot("uniform"), np.random.default_rng(0), Place(mask, np.zeros(400)))
    assert 0.99 < abs(bounded[:, :100]).max() / np.sqrt(6 / 400) <= 1


@pytest.mark.parametrize("kind", [Gamma(), LogNormal(), DaleBalanced()])
def test_magnitudes_take_the_sign_of_their_sender(kind: AnyInitialiser) -> None:
    signs = np.array([1] * 160 + [-1] * 40)
    W = draw(kind, signs=signs)
    assert (W * signs > 0).all()


def test_the_shape_of_the_gamma_distribution() -> None:
    """Its coefficient of variation is 1 / sqrt(k)."""
    for k in (0.5, 2.0, 8.0):
        magnitudes = abs(draw(Gamma(k), 400, 400))
        np.testing.assert_allclose(magnitudes.std() / magnitudes.mean(), 1 / np.sqrt(k), rtol=0.03)


def test_the_logarithm_of_log_normal_weights() -> None:
    logarithms = np.log(abs(draw(LogNormal(0.7), 400, 400)))
    np.testing.assert_allclose(logarithms.std(), 0.7, rtol=0.02)


def test_dale_balanced_in_a_network() -> None:
    """E weights |N(1/√N, 1/N)|, I weights -|N(4/√N, 1/N)|, no autapses, radius 1.2: before scaling, that is."""
    config = LeakyRNN(
        n_units=200, excitatory=0.8, autapses=False, spectral_radius=None, weights_rec=Weights(initial=DaleBalanced())
    )
    W = config.effective(config.initialise(1, 1, np.random.default_rng(0)))["W_rec"]
    off = ~np.eye(200, dtype=bool)
    for columns, centre in ((slice(0, 160), 1 / np.sqrt(200)), (slice(160, 200), -4 / np.sqrt(200))):
        weights = W[:, columns][off[:, columns]]
        np.testing.assert_allclose(weights.mean(), centre, rtol=0.01)
        np.testing.assert_allclose(weights.std(), 1 / 200, rtol=0.03)
    scaled = config.replace(spectral_radius=1.2)
    W = scaled.effective(scaled.initialise(1, 1, np.random.default_rng(0)))["W_rec"]
    np.testing.assert_allclose(spectral_radius(W), 1.2, rtol=1e-10)


STRUCTURED = {
    "zero": (Zero(), [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
    "constant": (Constant(0.5), [[0.5] * 3] * 3),
    "identity": (Identity(0.9), [[0.9, 0, 0], [0, 0.9, 0], [0, 0, 0.9]]),
    "chain": (Chain(2.0), [[0, 0, 0], [2, 0, 0], [0, 2, 0]]),
    "flip-flop": (FlipFlop(), [[0.5, -2, 0], [-2, 0.5, 0], [0, 0, 0]]),
    "given": (Given("1 2 3; 4 5 6; 7 8 9"), [[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
}


@pytest.mark.parametrize("name", STRUCTURED)
def test_structured_kinds_are_what_they_say(name: str) -> None:
    kind, wanted = STRUCTURED[name]
    np.testing.assert_array_equal(draw(kind, 3, 3), wanted)
    config = LeakyRNN(n_units=3, weights_rec=Weights(initial=kind))
    np.testing.assert_array_equal(config.initialise(1, 1, np.random.default_rng(0))["W_rec"], wanted)


def test_feed_forward_weights_lead_from_earlier_to_later_units() -> None:
    W = draw(FeedForward(0.1))
    assert (W[np.triu_indices(N)] == 0).all()
    np.testing.assert_allclose(W[np.tril_indices(N, -1)].std(), 0.1, rtol=0.02)


@pytest.mark.parametrize("kind", [FeedForward(0.1), BlockFeedForward(blocks=4, std=0.1)])
@pytest.mark.parametrize("law", ["abs", "rectify", "project", "reflect"])
def test_feed_forward_weights_keep_dales_law(kind: AnyInitialiser, law: str) -> None:
    """In the same places, and as strong; without it each has a sign of its own."""
    config = LeakyRNN(n_units=20, excitatory=0.8, dale=law, weights_rec=Weights(initial=kind))  # type: ignore[arg-type]
    free, bound = (
        config.replace(excitatory=share).initialise(2, 1, np.random.default_rng(0))["W_rec"] for share in (None, 0.8)
    )
    strong = abs(free) > 0
    np.testing.assert_array_equal(abs(bound)[strong], abs(free)[strong])
    assert (np.sign(bound[strong]) == np.broadcast_to(config.unit_signs, (20, 20))[strong]).all()
    assert abs(bound[~strong]).max() < 1e-11
    assert {-1.0, 1.0} <= set(np.sign(free[:, 0]))


def test_blocks_drive_the_next_block_alone() -> None:
    W = draw(BlockFeedForward(blocks=4, std=0.2), 20, 20)
    blocks = np.array([[(W[5 * i : 5 * i + 5, 5 * j : 5 * j + 5] != 0).all() for j in range(4)] for i in range(4)])
    np.testing.assert_array_equal(blocks, np.eye(4, k=-1))
    assert np.count_nonzero(W) == 3 * 25


@pytest.mark.parametrize(("n_to", "n_from"), [(6, 6), (4, 7), (7, 4)])
def test_orthogonal_weights_keep_lengths(n_to: int, n_from: int) -> None:
    W = draw(Orthogonal(0.5), n_to, n_from)
    gram = W @ W.T if n_to <= n_from else W.T @ W
    np.testing.assert_allclose(gram, 0.25 * np.eye(min(n_to, n_from)), atol=1e-14)


def test_half_of_a_flip_flop_network_may_rotate() -> None:
    W = draw(FlipFlop(share=0.5), 8, 8)
    np.testing.assert_array_equal(W[:4, :4], np.kron(np.eye(2), [[0.5, -2], [-2, 0.5]]))
    np.testing.assert_allclose(W[4:, 4:] @ W[4:, 4:].T, np.eye(4), atol=1e-14)
    assert not W[:4, 4:].any()
    assert not W[4:, :4].any()


def test_a_flip_flop_pair_remembers_which_unit_was_pushed() -> None:
    """With a bias of 0.5 the winner's state is 1: x = 0.5 x + 0.5."""
    config = LeakyRNN(
        n_units=2, weights_rec=Weights(initial=FlipFlop()), bias_rec=Constant(0.5), start="zero", noise=0.0
    )
    p = config.effective(config.initialise(2, 1, np.random.default_rng(0))) | {"W_in": np.eye(2)}
    inputs = np.zeros((2, 400, 2))
    inputs[0, :20, 0] = inputs[1, :20, 1] = 1.0
    rates = config.rates(p, unroll(config, p, inputs).states[:, -1])
    np.testing.assert_allclose(rates, np.eye(2), atol=1e-6)


def test_biases_and_the_start_of_the_state() -> None:
    config = LeakyRNN(
        n_units=3, bias_rec=Given("1 2 3"), bias_out=Constant(0.5), start="given", start_at=Given("0.1 0.2 0.3")
    )
    raw = config.initialise(2, 2, np.random.default_rng(0))
    assert [raw[name].tolist() for name in ("b_rec", "b_out", "x0")] == [[1, 2, 3], [0.5, 0.5], [0.1, 0.2, 0.3]]
    assert "x0" not in config.trainable
    x0 = LeakyRNN(n_units=1000, spectral_radius=None).initialise(1, 1, np.random.default_rng(0))["x0"]
    np.testing.assert_allclose([x0.mean(), x0.std()], [0.1, 0.01], rtol=0.1)
    config = LeakyRNN(n_units=1000, spectral_radius=None, bias_rec=Gaussian(2.0, mean=1.0))
    spread = config.initialise(1, 1, np.random.default_rng(0))["b_rec"]
    np.testing.assert_allclose([spread.mean(), spread.std()], [1.0, 2.0], rtol=0.1)
