"""Comparisons of activity: what they must not see, and values known from other formulas."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.stats import spearmanr

from rnnlab.analysis import linear_cka, procrustes, rsa, similarity
from tests.analysis.planted import rotation

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 6)), RNG.normal(size=(40, 9))
MEASURES = {
    "procrustes": procrustes,
    "cka": linear_cka,
    "debiased_cka": lambda a, b: linear_cka(a, b, debiased=True),
    "rsa": rsa,
}
every = pytest.mark.parametrize("measure", MEASURES)


@every
@pytest.mark.parametrize(
    "changed",
    [
        lambda x: x @ rotation(6),
        lambda x: 3.7 * x,
        lambda x: x[:, ::-1],
        lambda x: x + np.arange(6.0),
        lambda x: np.concatenate([x, np.zeros((40, 2))], axis=1),
    ],
    ids=["rotation", "scale", "permutation", "shift", "silent units"],
)
def test_what_a_basis_is_does_not_matter(measure: str, changed) -> None:
    compare = MEASURES[measure]
    assert compare(changed(X), Y) == pytest.approx(compare(X, Y))
    assert compare(Y, changed(X)) == pytest.approx(compare(Y, X))
    assert compare(X, changed(X)) == pytest.approx(0 if measure == "procrustes" else 1, abs=1e-7)


@every
def test_symmetric(measure: str) -> None:
    assert MEASURES[measure](X, Y) == pytest.approx(MEASURES[measure](Y, X))


@every
def test_the_order_of_samples_does_matter(measure: str) -> None:
    shuffled = X[RNG.permutation(40)]
    same = 0 if measure == "procrustes" else 1
    assert abs(MEASURES[measure](X, shuffled) - same) > 0.3


def test_cka_is_the_correlation_of_centred_kernels() -> None:
    centre = np.eye(40) - 1 / 40
    k, h = centre @ X @ X.T @ centre, centre @ Y @ Y.T @ centre
    assert linear_cka(X, Y) == pytest.approx((k * h).sum() / np.sqrt((k * k).sum() * (h * h).sum()))


def test_debiased_cka_is_the_unbiased_estimate_written_out() -> None:
    """Song et al. 2012, equation 5, with the kernels' diagonals set to zero."""

    def unbiased(a: np.ndarray, b: np.ndarray) -> float:
        k, h, n = a @ a.T, b @ b.T, len(a)
        k, h = k - np.diag(np.diag(k)), h - np.diag(np.diag(h))
        one = np.ones(n)
        middle = (one @ k @ one) * (one @ h @ one) / ((n - 1) * (n - 2))
        return float((np.trace(k @ h) + middle - 2 / (n - 2) * (one @ k @ h @ one)) / (n * (n - 3)))

    expected = unbiased(X, Y) / np.sqrt(unbiased(X, X) * unbiased(Y, Y))
    assert linear_cka(X, Y, debiased=True) == pytest.approx(expected)


def test_few_samples_of_many_units_look_alike_unless_debiased() -> None:
    pairs = np.random.default_rng(1).normal(size=(40, 2, 12, 400))
    assert min(linear_cka(a, b) for a, b in pairs) > 0.7
    assert abs(np.mean([linear_cka(a, b, debiased=True) for a, b in pairs])) < 0.1


def test_procrustes_is_the_angle_after_the_best_rotation() -> None:
    a, b = (x - x.mean(axis=0) for x in (X, Y[:, :6]))
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    best, _ = orthogonal_procrustes(a, b)
    assert procrustes(X, Y[:, :6]) == pytest.approx(np.arccos((a @ best * b).sum()))


def test_procrustes_obeys_the_triangle_inequality() -> None:
    three = np.random.default_rng(2).normal(size=(30, 3, 20, 4))
    for a, b, c in three:
        assert procrustes(a, c) <= procrustes(a, b) + procrustes(b, c) + 1e-12


def test_procrustes_sees_very_small_differences() -> None:
    """Where the cosine is flat: a change of relative size e, orthogonal to all rotations, is an angle of e."""
    x = np.zeros((6, 2))
    x[:4] = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    y = x.copy()
    y[4:] = [[1e-6, 0], [-1e-6, 0]]
    assert procrustes(x, y) == pytest.approx(np.sqrt(2) * 1e-6 / 2, rel=1e-3)


def test_rsa_is_the_rank_correlation_of_distances() -> None:
    upper = np.triu_indices(40, 1)
    a, b = (np.linalg.norm(x[:, None] - x, axis=2)[upper] for x in (X, Y))
    assert rsa(X, Y) == pytest.approx(spearmanr(a, b).statistic)
    a, b = (1 - np.corrcoef(x)[upper] for x in (X, Y))
    assert rsa(X, Y, "correlation") == pytest.approx(spearmanr(a, b).statistic)


def test_networks_stand_in_one_table() -> None:
    activities = {"a": X.reshape(8, 5, 6), "b": Y.reshape(8, 5, 9), "a turned": (X @ rotation(6)).reshape(8, 5, 6)}
    found = similarity(activities, "cka")
    assert found.values == pytest.approx(found.values.T)
    assert np.diag(found.values).tolist() == [1, 1, 1]
    assert found.values[0, 2] == pytest.approx(1)
    assert found.values[0, 1] == pytest.approx(linear_cka(X, Y))
    assert found.n_samples == 40
    assert "measure: linear CKA; " in repr(found)
    assert similarity(activities).is_distance


@every
def test_silence_is_like_nothing(measure: str) -> None:
    assert MEASURES[measure](np.zeros((40, 3)), X) == (np.pi / 2 if measure == "procrustes" else 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: similarity({"a": X}), "1 given; give at least two"),
        (lambda: similarity({"a": X, "b": X[:3]}), "b: 3 samples where a has 40"),
        (lambda: similarity({"a": X, "b": Y}, "cca"), "measure: 'cca'; choose one of procrustes"),
        (lambda: rsa(X, X[:3]), "second: 3 samples"),
        (lambda: rsa(X, Y, "cosine"), "distance: 'cosine'"),
        (lambda: procrustes(X[:, 0], X), r"first: shape \(40,\)"),
        (lambda: linear_cka(X[:3], Y[:3], debiased=True), "needs at least 4"),
        (lambda: linear_cka(X * np.nan, Y), "first: some are not finite"),
    ],
)
def test_wrong_arguments_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
