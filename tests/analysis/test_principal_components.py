"""Principal components against constructed data."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import principal_components


def planted(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(trial, time, unit) states with variances 9, 4, 1 along three known orthonormal axes."""
    axes = np.linalg.qr(rng.normal(size=(7, 3)))[0].T
    coordinates = rng.normal(size=(20, 50, 3))
    coordinates -= coordinates.mean(axis=(0, 1))
    flat = np.linalg.qr(coordinates.reshape(-1, 3))[0] * np.sqrt(999)
    coordinates = flat.reshape(20, 50, 3) * [3.0, 2.0, 1.0]
    return coordinates @ axes + np.arange(7.0), axes, coordinates


def test_planted_axes_and_variances_are_recovered() -> None:
    states, axes, _ = planted(np.random.default_rng(0))
    found = principal_components(states)
    assert np.abs(found.axes[:3] @ axes.T) == pytest.approx(np.eye(3), abs=1e-8)
    assert found.variances[:3] == pytest.approx([9, 4, 1])
    assert found.variance_ratio[:3] == pytest.approx(np.array([9, 4, 1]) / 14)
    assert found.mean == pytest.approx(np.arange(7.0))
    assert found.participation_ratio == pytest.approx(14**2 / (81 + 16 + 1))


def test_projection_and_reconstruction_are_inverse_on_the_plane() -> None:
    states, _, _ = planted(np.random.default_rng(1))
    found = principal_components(states, n_components=3)
    coordinates = found.project(states)
    assert coordinates.shape == (20, 50, 3)
    assert found.reconstruct(coordinates) == pytest.approx(states)
    assert coordinates.reshape(-1, 3).var(axis=0, ddof=1) == pytest.approx(found.variances)


def test_signs_do_not_depend_on_the_sign_of_the_data() -> None:
    states, _, _ = planted(np.random.default_rng(2))
    flipped = principal_components(-states)
    assert flipped.axes[:3] == pytest.approx(principal_components(states).axes[:3])
    largest = np.abs(flipped.axes[:3]).argmax(axis=1)
    assert (flipped.axes[np.arange(3), largest] > 0).all()


def test_only_chosen_samples_count() -> None:
    states, _, _ = planted(np.random.default_rng(3))
    spoilt = states.copy()
    spoilt[:, 40:] = np.nan
    where = np.zeros((20, 50), bool)
    where[:, :40] = True
    assert principal_components(spoilt, where=where).axes == pytest.approx(principal_components(states[:, :40]).axes)


def test_a_constant_has_no_variance_to_explain() -> None:
    found = principal_components(np.ones((5, 3)))
    assert found.variance_ratio.tolist() == [0, 0, 0]
    assert found.participation_ratio == 0


@pytest.mark.parametrize(
    ("states", "arguments", "message"),
    [
        (np.zeros(3), {}, r"states: shape \(3,\)"),
        (np.zeros((1, 3)), {}, "states: 1 sample"),
        (np.zeros((4, 3)), {"n_components": 4}, "n_components=4"),
        (np.full((4, 3), np.inf), {}, "states: some are not finite"),
        (np.zeros((4, 3)), {"where": np.ones(3, bool)}, r"where: shape \(3,\)"),
    ],
)
def test_wrong_arguments_are_named(states: np.ndarray, arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        principal_components(states, **arguments)


def test_the_display_shows_shapes() -> None:
    found = principal_components(planted(np.random.default_rng(0))[0])
    assert "axes: (component 7, unit 7)" in repr(found)
    assert "64.3 %" in found._repr_html_()


def test_axes_that_hold_for_all_trials_explain_those_left_out() -> None:
    states, _, _ = planted(np.random.default_rng(4))
    found = principal_components(states, folds=5)
    assert found.held_out is not None
    assert found.held_out[:3] == pytest.approx(np.array([9, 4, 1]) / 14, abs=0.02)
    assert found.held_out.sum() == pytest.approx(1)
    assert "of trials left out: 100.0 %" in repr(found)


def test_axes_of_single_trials_explain_nothing_of_others() -> None:
    """Each trial moves along a direction of its own: found with it, an axis holds it; without it, nothing does."""
    states = np.eye(6)[:, None] * np.array([-1.0, 1.0])[:, None]
    found = principal_components(states, n_components=5, folds=6)
    assert found.variance_ratio.sum() == pytest.approx(5 / 6)
    assert found.held_out == pytest.approx(np.zeros(5))


def test_folds_are_of_trials_and_heed_where() -> None:
    states, _, _ = planted(np.random.default_rng(5))
    where = np.ones((20, 50), bool)
    where[:, 40:] = False
    found, cut = principal_components(states, where=where, folds=4), principal_components(states[:, :40], folds=4)
    assert found.held_out == pytest.approx(cut.held_out)
    with pytest.raises(ValueError, match="folds=21: 20 trials allow 2 to 20"):
        principal_components(states, folds=21)
