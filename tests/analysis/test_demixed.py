"""Demixed PCA against activity that is a known sum."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import demixed_components
from rnnlab.analysis.demixed import STRENGTHS, marginals
from tests.analysis.planted import directions, rotation

A, B = np.repeat([0, 1, 2], 20), np.tile([0, 1], 30)


def summed(axes: np.ndarray, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """(60 trials, 30 steps, unit): time, a and b each along a direction of its own."""
    time = np.linspace(0, 1, 30)[:, None]
    rates = np.sin(6 * time) * axes[0]
    rates = rates + 2 * (A - 1.0)[:, None, None] * time * axes[1] + 1.5 * (2.0 * B - 1)[:, None, None] * axes[2]
    return rates + noise * np.random.default_rng(seed).normal(size=rates.shape)


def test_marginals_add_up_and_share_no_variance() -> None:
    means = np.random.default_rng(0).normal(size=(12, 7, 5))
    parts = marginals(means, (2, 3, 2))
    assert len(parts) == 8
    assert sum(parts) == pytest.approx(means - means.mean(axis=(0, 1)))
    total = sum((part**2).sum() for part in parts)
    assert total == pytest.approx(((means - means.mean(axis=(0, 1))) ** 2).sum())


def test_marginals_are_those_of_an_analysis_of_variance() -> None:
    """One unit, one step, two factors: grand mean, row and column effects, and what is left, by hand."""
    means = np.array([[1.0, 3.0], [5.0, 11.0]])
    time, rows, columns, rest = (part.ravel() for part in marginals(means.reshape(4, 1, 1), (2, 2)))
    assert time.tolist() == [0, 0, 0, 0]
    assert rows.tolist() == [-3, -3, 3, 3]
    assert columns.tolist() == [-2, 2, -2, 2]
    assert rest.tolist() == [1, -1, -1, 1]


def test_parts_of_a_sum_are_found_with_their_variances() -> None:
    axes = directions(8, 3)
    found = demixed_components(summed(axes), {"a": A, "b": B}, ridge=1e-9, n_components=1, bins=30)
    assert found.parts == ("time", "a", "b", "a × b")
    time = np.linspace(0, 1, 30)
    expected = np.array([np.var(np.sin(6 * time)), 4 * 2 / 3 * np.mean(time**2), 1.5**2, 0])
    assert found.part_variance == pytest.approx(expected / expected.sum())
    for part, axis in enumerate(axes):
        place = int(np.flatnonzero(found.part == part)[0])
        assert abs(found.encoders[place] @ axis) == pytest.approx(1)
        assert found.variance_ratio[place] == pytest.approx(found.part_variance[part], abs=1e-5)


def test_decoders_see_one_thing_each_although_directions_are_not_orthogonal() -> None:
    """What PCA cannot do: a and b along directions 30 degrees apart are still read one without the other."""
    axes = directions(8, 3)
    axes[2] = np.cos(np.pi / 6) * axes[1] + np.sin(np.pi / 6) * axes[2]
    found = demixed_components(summed(axes), {"a": A, "b": B}, ridge=1e-9, n_components=1, bins=30)
    reads_a = found.decoders[int(np.flatnonzero(found.part == 1)[0])]
    assert reads_a @ axes[2] == pytest.approx(0, abs=1e-5)
    assert reads_a @ axes[1] == pytest.approx(
        found.encoders[int(np.flatnonzero(found.part == 1)[0])] @ axes[1], abs=1e-5
    )
    course = found.courses[int(np.flatnonzero(found.part == 1)[0])].reshape(3, 2, 30)
    assert course[:, 0] == pytest.approx(course[:, 1], abs=1e-5)


def test_the_best_rank_one_rebuilding_is_found() -> None:
    """Against a direct solution of reduced-rank regression, from the singular values of the fitted part."""
    rng = np.random.default_rng(3)
    rates = rng.normal(size=(60, 1, 5)) + A[:, None, None] * rng.normal(size=5) + (A == 1)[:, None, None] * 2.0
    found = demixed_components(rates, {"a": A}, ridge=0.0, n_components=1)
    means = np.stack([rates[a == A, 0].mean(axis=0) for a in range(3)])
    x = means - means.mean(axis=0)
    residual = np.concatenate([(rates[a == A, 0] - means[a]) / np.sqrt(20) for a in range(3)])
    full = np.concatenate([x, residual])  # trials and noise, the parts to be rebuilt being x and zero
    target = np.concatenate([x, np.zeros_like(residual)])
    ordinary = np.linalg.lstsq(full, target, rcond=None)[0]
    leading = np.linalg.svd(full @ ordinary)[2][0]
    assert found.decoders[0] * np.sign(found.encoders[0] @ leading) == pytest.approx(ordinary @ leading)


def test_noise_calls_for_a_ridge_and_clean_activity_for_little() -> None:
    axes = directions(8, 3)
    clean = demixed_components(summed(axes, 0.01), {"a": A, "b": B})
    rng = np.random.default_rng(0)
    few = np.arange(60) % 10 < 4  # 4 trials of each combination, drowned in noise
    loud = summed(directions(60, 3), 3.0)[few] * rng.uniform(0.5, 2, 60)
    noisy = demixed_components(loud, {"a": A[few], "b": B[few]}, bins=5)
    assert clean.ridge <= 1e-4 < noisy.ridge
    assert len(clean.losses) == len(STRENGTHS)
    assert clean.losses.min() < 0.05


def test_rotation_of_the_population_turns_only_the_directions() -> None:
    x, turn = summed(directions(8, 3), 0.1), rotation(8, 5)
    plain, turned = (demixed_components(rates, {"a": A, "b": B}, ridge=1e-4) for rates in (x, x @ turn))
    assert turned.variance_ratio == pytest.approx(plain.variance_ratio)
    assert np.abs(np.einsum("ku,ku->k", plain.encoders @ turn, turned.encoders)) == pytest.approx(
        np.ones(len(plain.part)), abs=1e-4
    )


@pytest.mark.parametrize(
    ("factors", "arguments", "message"),
    [
        ({"a": A, "b": A}, {"ridge": 0.1}, "no trial has a 0, b 1"),
        ({"a": np.arange(60) == 0}, {}, "one trial has a 1"),
        (dict.fromkeys("abcd", B), {}, "4 given; take at most 3"),
        ({"a": A}, {"ridge": -1.0}, "ridge=-1.0"),
        ({"a": A}, {"n_components": 0}, "n_components=0"),
    ],
)
def test_wrong_arguments_are_named(factors: dict, arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        demixed_components(np.zeros((60, 4, 3)), factors, **arguments)


def test_silence_has_no_components() -> None:
    found = demixed_components(np.zeros((60, 4, 3)), {"a": A}, ridge=0.1)
    assert len(found.part) == 0
    assert found.part_variance.tolist() == [0, 0]


def test_the_display_gives_the_shares() -> None:
    text = repr(demixed_components(summed(directions(8, 3)), {"a": A, "b": B}, ridge=1e-6))
    assert "variance: time" in text
    assert "ridge: 1.0e-06" in text
