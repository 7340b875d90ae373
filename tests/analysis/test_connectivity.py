"""Degrees, sorted weights, low-rank parts, spectra before and after, populations: against planted connectivity."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import (
    SortedWeightsQuestion,
    Subject,
    TaskVarianceQuestion,
    TuningQuestion,
    UnitOrder,
    degrees,
    low_rank,
    populations,
    sorted_weights,
    spectrum_change,
)
from rnnlab.networks import LSTM, LowRankRNN, Network, from_arrays
from rnnlab.session.opening import example_run
from tests.analysis.planted import directions

# ----------------------------------------------------------------------------------------------------- spectrum


def test_a_random_matrix_fills_its_disc_evenly_and_a_loop_adds_one_eigenvalue() -> None:
    """Circular law: radius g, mean squared modulus g^2/2; a rank-one loop of overlap 2 puts an eigenvalue at 2."""
    n, g = 300, 0.8
    rng = np.random.default_rng(0)
    random, m = g * rng.normal(size=(n, n)) / np.sqrt(n), rng.choice([-1.0, 1.0], n)
    found = spectrum_change(random + 2.0 * np.outer(m, m) / n, before=random)
    assert found.before.disc == pytest.approx(g, rel=0.01)
    assert found.filled[0] == pytest.approx(0.5, abs=0.03)
    assert found.filled[1] == pytest.approx(0.5, abs=0.03)
    assert found.moved_out == 1
    assert found.after.radius == pytest.approx(2.0, abs=0.1)
    assert "outside it: 1 eigenvalues, 0 before" in repr(found)


def test_without_a_beginning_the_weights_are_dealt_at_random() -> None:
    n = 100
    found = spectrum_change(np.full((n, n), 1 / n) + np.diag(np.full(n - 1, 0.5), 1))
    assert found.beside == "shuffled"
    assert np.sort(found.after.eigenvalues.real)[-1] == pytest.approx(found.after.radius)
    assert found.before.disc == pytest.approx(found.after.disc)
    assert found.before.radius != pytest.approx(found.after.radius, rel=1e-3)


def test_sizes_must_agree() -> None:
    with pytest.raises(ValueError, match="before: 2 units where the network has 3"):
        spectrum_change(np.eye(3), np.eye(2))
    with pytest.raises(ValueError, match="before: 2 units where the network has 3"):
        low_rank(np.eye(3), np.eye(2))


# ------------------------------------------------------------------------------------------------------ degrees


def test_degrees_are_counted() -> None:
    W = np.zeros((4, 4))
    W[0, 1], W[1, 0], W[2, 0], W[3, 0], W[0, 0] = 0.5, -0.5, -2.0, 1.0, 9.0
    found = degrees(W)
    assert found.incoming.tolist() == [1, 1, 1, 1]
    assert found.outgoing.tolist() == [3, 1, 0, 0]
    assert found.excitation.tolist() == [0.5, 0, 0, 1]
    assert found.inhibition.tolist() == [0, -0.5, -2, 0]
    assert found.sent.tolist() == [-1.5, 0.5, 0, 0]
    assert found.density == pytest.approx(4 / 12)
    assert found.reciprocity == pytest.approx((2 / 4) / (4 / 12))
    assert found.signs.tolist() == [0, 1, 0, 0]
    assert degrees(W, threshold=0.7).outgoing.tolist() == [2, 0, 0, 0]


def test_independent_connections_spread_as_the_binomial_law_says_and_answer_by_chance() -> None:
    there = np.random.default_rng(0).random((400, 400)) < 0.1
    found = degrees(there.astype(float))
    assert found.density == pytest.approx(0.1, abs=0.003)
    assert found.incoming.std() == pytest.approx(found.expected_spread, rel=0.1)
    assert found.reciprocity == pytest.approx(1, abs=0.05)


def test_a_full_matrix_is_cut_at_its_standard_deviation() -> None:
    found = degrees(np.random.default_rng(0).normal(size=(200, 200)))
    assert found.threshold == pytest.approx(1, abs=0.02)
    assert found.density == pytest.approx(0.317, abs=0.01)  # of a Gaussian beyond one standard deviation


def test_order_of_units_does_not_matter_to_degrees() -> None:
    W, order = np.random.default_rng(1).normal(size=(20, 20)), np.random.default_rng(2).permutation(20)
    plain, shuffled = degrees(W), degrees(W[np.ix_(order, order)])
    assert shuffled.incoming.tolist() == plain.incoming[order].tolist()
    assert shuffled.reciprocity == pytest.approx(plain.reciprocity)


# ------------------------------------------------------------------------------------------------------- sorting


def test_shuffled_blocks_come_back() -> None:
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.repeat([0, 1, 2], 10))
    between = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0], [0.0, 0.0, 3.0]])
    W = between[np.ix_(labels, labels)]
    found = sorted_weights(W, labels)
    assert found.means == pytest.approx(between)
    assert found.edges.tolist() == [0, 10, 20, 30]
    assert found.weights[:10, :10] == pytest.approx(np.ones((10, 10)))
    assert found.weights == pytest.approx(W[np.ix_(found.order, found.order)])
    assert found.within == pytest.approx(2)
    assert found.groups == ("0", "1", "2")


def test_tuning_is_sorted_and_cut_into_equal_groups() -> None:
    angle = np.random.default_rng(1).permutation(np.linspace(0, 1, 20))
    W = np.cos(2 * np.pi * (angle[:, None] - angle))
    found = sorted_weights(W, angle, n_groups=4, label="preferred angle")
    assert angle[found.order].tolist() == sorted(angle)
    assert found.counts.tolist() == [5, 5, 5, 5]
    assert found.by == "preferred angle"
    assert found.within > found.between


@pytest.mark.parametrize("by", ["tuning", "clusters", "populations"])
def test_weights_are_sorted_by_what_is_asked_for(by: str) -> None:
    subject = Subject.of(example_run())
    found = SortedWeightsQuestion(n_trials=64, by=by).ask(subject)
    W = subject.network.parameters["W_rec"]
    assert sorted(found.order.tolist()) == list(range(50))
    np.testing.assert_array_equal(found.weights, W[np.ix_(found.order, found.order)])
    if by == "tuning":
        slopes = TuningQuestion(n_trials=64).ask(subject).slope
        assert np.diff(slopes[found.order]).min() >= 0
    if by == "clusters":
        clusters = TaskVarianceQuestion(n_trials=64).ask(subject).cluster
        assert found.counts.tolist() == np.unique(clusters, return_counts=True)[1].tolist()


def test_excitatory_and_inhibitory_units_are_kept_apart() -> None:
    signs = np.array([1, -1, 1, -1, 1, 1])
    W = np.abs(np.random.default_rng(2).normal(size=(6, 6))) * signs
    found = sorted_weights(W, np.array([1, 0, 0, 1, 0, 1]))
    assert found.signs.tolist() == [1, 1, 1, 1, -1, -1]
    assert found.groups == ("0 E", "1 E", "0 I", "1 I")
    assert (found.means[:, :2] > 0).all()
    assert (found.means[:, 3][np.isfinite(found.means[:, 3])] < 0).all()


def test_results_about_units_can_sort() -> None:
    order = UnitOrder(np.array([2, 0, 1]), np.array([5.0, 9.0, 1.0]), "time of the peak (ms)")
    found = sorted_weights(np.eye(3), order, n_groups=1)
    assert found.order.tolist() == [2, 0, 1]
    assert found.by == "time of the peak (ms)"
    with pytest.raises(ValueError, match="one number for each of 4 units"):
        sorted_weights(np.eye(4), order)


# ------------------------------------------------------------------------------------------------------ low rank


def loop_network(n: int = 200) -> tuple[Network, Network, np.ndarray]:
    """A random network, and the same with a loop that hears its first input and is read out."""
    rng = np.random.default_rng(0)
    random = 0.5 * rng.normal(size=(n, n)) / np.sqrt(n)
    heard, other, written = directions(n, 3)
    common = {
        "nonlinearity": "tanh", "dt": 10, "tau": 100,
        "W_in": 3 * np.stack([heard, other], axis=1), "W_out": 2 * written[None],
    }  # fmt: skip
    after = from_arrays(W_rec=random + 5 * np.outer(written, heard), **common)
    return from_arrays(W_rec=random, **common), after, np.stack([heard, other, written])


def test_the_change_is_taken_apart_into_what_it_hears_and_writes() -> None:
    before, after, (heard, _, written) = loop_network()
    found = low_rank(after, before, n_components=1)
    assert found.singular_values[:2] == pytest.approx([5, 0], abs=1e-9)
    assert found.rank == 1
    assert found.effective_rank == pytest.approx(1)
    assert np.abs(found.read[0] @ heard) == pytest.approx(1)
    assert np.abs(found.to[0] @ written) == pytest.approx(1)
    assert np.abs(found.read_in[0]) == pytest.approx([1, 0], abs=1e-9)
    assert np.abs(found.write_in[0]) == pytest.approx([0, 0], abs=1e-9)
    assert np.abs(found.write_out[0]) == pytest.approx([1])
    assert found.loop == pytest.approx(np.zeros((1, 1)), abs=1e-9)
    assert found.name == "change of W_rec"


def test_a_random_matrix_has_no_component_beyond_its_edge() -> None:
    """Marchenko and Pastur: the largest singular value of n x n independent entries of variance 1/n is 2."""
    found = low_rank(np.random.default_rng(1).normal(size=(200, 200)) / np.sqrt(200))
    assert found.edge == pytest.approx(2, rel=0.04)
    assert found.singular_values[0] == pytest.approx(2, rel=0.04)
    assert found.rank == 0


def test_components_rebuild_the_matrix_whatever_their_signs() -> None:
    W = np.random.default_rng(2).normal(size=(6, 6))
    found = low_rank(W, n_components=6)
    assert (found.to.T * found.singular_values) @ found.read == pytest.approx(W)
    assert low_rank(-W, n_components=6).to == pytest.approx(found.to)


def test_gates_have_no_inputs_unit_by_unit() -> None:
    network = Network.initialised(LSTM(n_units=5), 2, 1)
    names = list(network.config.recurrent_matrices(network.parameters))
    assert low_rank(network, matrix=names[1]).name == names[1]
    with pytest.raises(ValueError, match="choose one of"):
        low_rank(network, matrix="nothing")


# ---------------------------------------------------------------------------------------------------- populations


def rank_one(vectors: np.ndarray) -> Network:
    """A rank-one network whose units have these (m, n, in, out)."""
    m, n, w_in, w_out = vectors.T
    config = LowRankRNN(n_units=len(vectors), rank=1)
    p = config.effective(config.initialise(1, 1, np.random.default_rng(0)))
    p |= {"W_to": m[:, None], "W_from": n[:, None], "W_in": w_in[:, None], "W_out": w_out[None]}
    return Network(config, p)


def test_two_populations_of_one_centre_are_told_apart_by_how_their_vectors_go_together() -> None:
    """Both have mean zero and unit variances; in one m goes with n, in the other against it."""
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], [240, 160])
    vectors = rng.normal(size=(400, 4))
    vectors[:, 1] = np.where(truth == 0, 1, -1) * (0.95 * vectors[:, 0] + 0.31 * vectors[:, 1])
    found = populations(rank_one(vectors))
    assert found.n_populations == 2
    assert found.axes == ("in 0", "m 0", "n 0", "out 0")
    assert (found.labels == truth).mean() > 0.85  # units near the centre belong to either
    assert found.share == pytest.approx([0.6, 0.4], abs=0.05)
    assert np.sign(found.overlaps("m 0", "n 0")).tolist() == [1, -1]
    assert np.argmin(found.bic) == 1


def test_one_gaussian_is_one_population() -> None:
    vectors = np.random.default_rng(1).multivariate_normal(np.zeros(4), np.eye(4) + 0.6, 300)
    found = populations(rank_one(vectors))
    assert found.n_populations == 1
    assert found.certainty == 1
    scaled = vectors / np.sqrt((vectors**2).mean(axis=0))
    order = [found.axes.index(name) for name in ("m 0", "n 0", "in 0", "out 0")]
    assert found.covariances[0][np.ix_(order, order)] == pytest.approx(np.cov(scaled.T, bias=True), abs=0.01)


def test_separate_clouds_are_found_in_any_order_of_units() -> None:
    rng = np.random.default_rng(2)
    truth = np.repeat([0, 1, 2], [150, 100, 50])
    centres = np.array([[3.0, 0, 0, 1], [-3, 3, 0, 0], [0, -3, 3, -1]])
    vectors = centres[truth] + 0.5 * rng.normal(size=(300, 4))
    order = rng.permutation(300)
    for chosen in (np.arange(300), order):
        found = populations(rank_one(vectors[chosen]))
        assert found.labels.tolist() == truth[chosen].tolist()


def test_a_trained_matrix_gives_its_leading_vectors() -> None:
    before, after, _ = loop_network()
    found = populations(after, before, n_components=1, n=1)
    assert found.axes == ("in 0", "in 1", "m 0", "n 0", "out 0")
    assert np.abs((found.vectors[:, 0] * found.vectors[:, 3]).mean()) == pytest.approx(1)  # it hears the first input


def test_too_few_units_are_one_population() -> None:
    """Two Gaussians of four dimensions have 29 numbers: eight units do not tell."""
    found = populations(rank_one(np.random.default_rng(3).normal(size=(8, 4))))
    assert found.n_populations == 1
    assert "too few" in found.facts()["note"]
    with pytest.raises(ValueError, match="n=0"):
        populations(rank_one(np.random.default_rng(3).normal(size=(20, 4))), n=0)
