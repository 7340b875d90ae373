"""Targeted dimensionality reduction against planted directions."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import targeted_dimensions
from tests.analysis.planted import directions


def planted(seed: int = 0) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Evidence along one direction early, a choice that follows from it in most trials along another late, and noise in
    the private activity of one unit that no variable explains."""
    rng = np.random.default_rng(seed)
    evidence = rng.choice([-0.5, -0.25, 0.25, 0.5], 200)
    choice = np.where(rng.random(200) < 0.8, np.sign(evidence), -np.sign(evidence))
    axes = directions(9, 2)
    time = np.arange(40)
    early, late = np.exp(-((time - 10) ** 2) / 30), np.exp(-((time - 30) ** 2) / 30)
    rates = 2 * evidence[:, None, None] * early[:, None] * axes[0] + 3 * choice[:, None, None] * late[:, None] * axes[1]
    return rates + np.sin(time / 5)[:, None] * np.arange(9.0), {"evidence": evidence, "choice": choice}, axes


def test_the_planted_directions_are_found_although_the_variables_go_together() -> None:
    rates, factors, axes = planted()
    found = targeted_dimensions(rates, factors, dt=10, n_components=None)
    assert np.abs(np.diag(found.raw_axes @ axes.T)) == pytest.approx([1, 1])
    assert found.axes @ found.axes.T == pytest.approx(np.eye(2))
    assert found.peak.tolist() == [110, 310]  # step 10 and 30, at their ends
    assert found.strength[:, [10, 30]] == pytest.approx(np.diag([1, 3]), abs=1e-4)  # the bumps overlap a little
    assert found.angles[0, 1] == pytest.approx(90, abs=1e-4)


def test_averages_are_the_activity_along_the_axes() -> None:
    rates, factors, _ = planted()
    found = targeted_dimensions(rates, factors, n_components=None)
    assert found.conditions.shape == (8, 2)
    spread = found.averages[:, 30, 1]
    assert spread[found.conditions[:, 1] > 0] - spread[found.conditions[:, 1] < 0] == pytest.approx(np.full(4, 6.0))
    assert found.variance_ratio.sum() <= 1


def test_later_directions_give_way_to_earlier_ones() -> None:
    first, second = np.array([1.0, 0.0]), np.array([1.0, 1.0]) / np.sqrt(2)
    a, b = np.repeat([-1.0, 1.0], 4), np.tile([-1.0, 1.0], 4)
    rates = (a[:, None] * first + b[:, None] * second)[:, None]
    found = targeted_dimensions(rates, {"a": a, "b": b})
    assert found.raw_axes == pytest.approx(np.stack([first, second]))
    assert found.axes == pytest.approx(np.eye(2))
    assert found.angles[0, 1] == pytest.approx(45)


def test_directions_lie_where_the_averages_vary_most() -> None:
    rates, factors, _ = planted()
    noisy = rates + np.random.default_rng(1).normal(size=rates.shape)
    kinds, of = np.unique(np.stack(list(factors.values())), axis=1, return_inverse=True)
    averages = np.stack([noisy[of == k].mean(axis=0) for k in range(kinds.shape[1])])
    leading = np.linalg.svd((averages - averages.mean(axis=(0, 1))).reshape(-1, 9))[2][:3]
    free, confined = (targeted_dimensions(noisy, factors, n_components=n) for n in (None, 3))
    assert confined.raw_axes @ leading.T @ leading == pytest.approx(confined.raw_axes)
    assert free.raw_axes @ leading.T @ leading != pytest.approx(free.raw_axes, abs=0.01)


def test_standardised_units_count_alike() -> None:
    a = np.repeat([-1.0, 1.0], 4)
    rates = (a[:, None] * [1.0, 100.0])[:, None]
    assert targeted_dimensions(rates, {"a": a}, standardise=True).axes == pytest.approx(np.full((1, 2), 0.5**0.5))


def test_words_can_be_variables() -> None:
    a = np.array(["left", "right"] * 3)
    rates = np.where(a == "right", 1.0, 0.0)[:, None, None] * np.array([[1.0, 0.0]])
    assert targeted_dimensions(rates, {"side": a}).axes == pytest.approx(np.array([[1.0, 0.0]]))


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({}, "factors: none given"),
        ({"a": np.ones(6)}, "a: the same in every trial"),
        ({"a": np.arange(6), "b": 2 * np.arange(6)}, "a, b follow from each other"),
        ({"a": np.arange(5)}, "a: 5 values for 6 trials"),
        ({"a": np.arange(6)}, "a: no unit's rate depends on it"),
    ],
)
def test_wrong_factors_are_named(factors: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        targeted_dimensions(np.zeros((6, 3, 2)), factors)


@pytest.mark.parametrize("n_units", [1, 2])
def test_more_variables_than_units_are_too_many(n_units: int) -> None:
    rng = np.random.default_rng(0)
    factors = {name: rng.normal(size=9) for name in ("a", "b", "c")}
    remedy = f"choose {n_units} of them, or ask about a network of at least 3 units"
    with pytest.raises(ValueError, match=f"a, b, c need 3 directions, .* no more than {n_units}; {remedy}"):
        targeted_dimensions(rng.normal(size=(9, 4, n_units)), factors)


def test_the_display_names_the_variables() -> None:
    rates, factors, _ = planted()
    assert "evidence at 110 ms" in repr(targeted_dimensions(rates, factors, dt=10))
