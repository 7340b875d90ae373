"""Cross-temporal decoding against codes whose accuracy is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from rnnlab.analysis import decoding
from rnnlab.analysis.decoding import in_bins
from tests.analysis.planted import directions, rotation


def two_codes(rng: np.random.Generator, labels: np.ndarray, noise: float = 0.05) -> np.ndarray:
    """(trial, 20, 6): the label along one direction for ten steps, then along another."""
    early, late = directions(6, 2)
    along = np.concatenate([np.tile(early, (10, 1)), np.tile(late, (10, 1))])
    signal = (2.0 * labels - 1)[:, None, None] * along
    return signal + noise * rng.normal(size=signal.shape)


@pytest.mark.parametrize("classifier", ["lda", "ridge"])
def test_a_code_that_changes_makes_two_blocks(classifier: str) -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    found = decoding(two_codes(rng, labels), labels, dt=10, classifier=classifier)
    assert found.accuracy.shape == (20, 20)
    assert (found.accuracy[:10, :10] == 1).all()
    assert (found.accuracy[10:, 10:] == 1).all()
    assert abs(found.accuracy[:10, 10:].mean() - 0.5) < 0.1
    assert found.chance == 0.5
    assert found.time[0] == 5
    assert found.stability == pytest.approx(2 * 10 * 9 / (20 * 19), abs=0.15)  # the pairs of times that share a code


@pytest.mark.parametrize("classifier", ["lda", "ridge"])
def test_accuracy_is_that_of_the_ideal_observer(classifier: str) -> None:
    """Two Gaussians at distance d with equal covariance C are told apart with accuracy Phi(sqrt(d C^-1 d) / 2)."""
    rng = np.random.default_rng(1)
    mixing = rotation(5) * [1.0, 2.0, 0.5, 1.0, 1.5]
    labels = np.arange(6000) % 2
    distance = np.array([0.6, 0.8, 0.0, 0.3, 0.0])
    x = rng.normal(size=(6000, 5)) @ mixing.T + labels[:, None] * distance
    expected = norm.cdf(np.sqrt(distance @ np.linalg.solve(mixing @ mixing.T, distance)) / 2)
    found = decoding(x[:, None], labels, classifier=classifier, shrinkage=1e-6)
    assert found.accuracy[0, 0] == pytest.approx(expected, abs=0.02)  # three standard errors


def test_nothing_to_read_is_read_at_chance() -> None:
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 4, 400)
    found = decoding(rng.normal(size=(400, 30, 5)), labels)
    assert found.chance == 0.25
    assert found.accuracy.mean() == pytest.approx(0.25, abs=0.02)
    assert (found.diagonal < found.significant).mean() > 0.8


def test_a_rare_class_counts_as_much_as_a_common_one() -> None:
    """Saying always the same is right in 90 % of these trials, and worth no more than chance."""
    labels = (np.arange(400) % 10 == 0).astype(int)
    assert decoding(np.zeros((400, 1, 2)), labels).accuracy[0, 0] == 0.5


@pytest.mark.parametrize("classifier", ["lda", "ridge"])
def test_rotation_and_scale_of_the_population_change_nothing(classifier: str) -> None:
    rng = np.random.default_rng(4)
    labels = np.arange(90) % 3
    x = rng.normal(size=(90, 8, 6)) + labels[:, None, None] * directions(6, 1)
    turned = 7.0 * x @ rotation(6) + 3.0
    plain, moved = (decoding(rates, labels, classifier=classifier) for rates in (x, turned))
    assert moved.accuracy == pytest.approx(plain.accuracy)


def test_bins_average_and_cover_all_steps() -> None:
    rates = np.arange(7.0)[None, :, None]
    means, time = in_bins(rates, 3, 10.0)
    assert means[0, :, 0].tolist() == [1.0, 4.0, 6.0]
    assert time.tolist() == [15.0, 45.0, 65.0]


def test_units_that_never_vary_are_no_trouble() -> None:
    labels = np.arange(20) % 2
    assert decoding(np.zeros((20, 4, 3)), labels).accuracy == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": np.zeros(8)}, "label: the same in every trial"),
        ({"labels": [0, 1]}, "label: 2 values for 8 trials"),
        ({"labels": [0, 0, 0, 0, 0, 0, 0, 1]}, "only one trial has label 1"),
        ({"folds": 9}, "folds=9: 4 trials have"),
        ({"classifier": "svm"}, "classifier: 'svm'; choose one of lda, ridge"),
        ({"bins": 0}, "bins=0"),
        ({"shrinkage": 0.0}, "shrinkage=0.0"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict, message: str) -> None:
    given = {"labels": np.arange(8) % 2, "folds": 2} | arguments
    with pytest.raises(ValueError, match=message):
        decoding(np.zeros((8, 3, 2)), **given)


def test_the_display_is_short() -> None:
    labels = np.arange(40) % 2
    text = repr(decoding(two_codes(np.random.default_rng(0), labels), labels, factor="choice"))
    assert "accuracy: (train time 20, test time 20)" in text
    assert "factor: choice: 0, 1" in text
