"""jPCA against activity that is known to rotate, or known not to."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import rotations
from tests.analysis.planted import directions, rotation, same_plane

DT = 10.0


def turning(hertz: float, n_conditions: int = 8, n_steps: int = 30, n_units: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """(condition, time, unit): every condition starts at another phase and turns in the same plane and sense."""
    plane = directions(n_units, 2)
    phase = 2 * np.pi * (np.arange(n_conditions)[:, None] / n_conditions + hertz * np.arange(n_steps) * DT / 1000)
    return np.stack([np.cos(phase), np.sin(phase)], axis=2) @ plane, plane


@pytest.mark.parametrize("hertz", [0.5, 2.0, 10.0])
def test_a_steady_rotation_is_found_exactly(hertz: float) -> None:
    activity, plane = turning(hertz)
    found = rotations(activity, DT, n_components=2, shuffles=0)
    assert found.frequencies == pytest.approx([hertz])
    assert found.r2_rotation == pytest.approx(1)
    assert found.r2_linear == pytest.approx(1)
    assert found.variance_ratio == pytest.approx([1])
    assert same_plane(found.planes[0], plane)


def test_two_rotations_are_told_apart() -> None:
    """Conditions that differ in both phases: two planes, the fast one first."""
    rng = np.random.default_rng(0)
    axes, start, time = directions(10, 4), rng.uniform(0, 2 * np.pi, (12, 1, 2)), np.arange(60)[:, None] * DT / 1000
    phase = start + 2 * np.pi * time * [1.0, 4.0]
    activity = np.concatenate([np.cos(phase), np.sin(phase)], axis=2)[:, :, [0, 2, 1, 3]] @ axes
    found = rotations(activity, DT, n_components=4, shuffles=0)
    assert found.frequencies == pytest.approx([4, 1], rel=1e-6)
    assert same_plane(found.planes[0], axes[2:])
    assert same_plane(found.planes[1], axes[:2])
    assert found.planes.reshape(4, -1) @ found.planes.reshape(4, -1).T == pytest.approx(np.eye(4))


def test_activity_turns_from_the_first_axis_to_the_second() -> None:
    found = rotations(turning(1.0)[0], DT, n_components=2, shuffles=0)
    x, y = np.moveaxis(found.projections[:, :, 0], 2, 0)
    angle = np.unwrap(np.arctan2(y, x), axis=1)
    assert (np.diff(angle, axis=1) > 0).all()


def test_decay_is_linear_but_no_rotation() -> None:
    rng = np.random.default_rng(1)
    activity = np.exp(-np.arange(20) * 0.1)[None, :, None] * rng.normal(size=(8, 1, 6))
    found = rotations(activity, DT, shuffles=0)
    assert found.r2_linear == pytest.approx(1)
    assert found.r2_rotation == pytest.approx(0, abs=1e-9)
    assert found.frequencies == pytest.approx(np.zeros(len(found.frequencies)), abs=1e-6)


def test_shuffles_break_a_rotation_and_say_so() -> None:
    found = rotations(turning(2.0)[0], DT, n_components=2, shuffles=99)
    assert found.p == pytest.approx(0.01)
    assert (found.r2_shuffled < 0.9).all()


def test_smooth_activity_without_common_rotation_is_not_taken_for_one() -> None:
    """Conditions that turn either way: what a shuffle does to them is what they are."""
    one, plane = turning(2.0, n_conditions=16)
    back = one.copy()
    back[::2] = one[::2] @ (plane.T @ np.diag([1, -1]) @ plane)
    found = rotations(back, DT, n_components=2, shuffles=99)
    assert found.r2_rotation < 0.2
    assert found.p > 0.05


def test_what_all_conditions_share_is_set_aside() -> None:
    activity, _ = turning(2.0)
    shared = activity + np.sin(np.arange(30) / 3)[:, None] * np.arange(12.0)
    assert rotations(shared, DT, n_components=2, shuffles=0).r2_rotation == pytest.approx(1)


def test_rotation_of_the_state_space_changes_nothing() -> None:
    activity = np.cumsum(np.random.default_rng(2).normal(size=(6, 25, 8)), axis=1)
    plain, turned = (rotations(x, DT, shuffles=5) for x in (activity, 3 * activity @ rotation(8)))
    assert turned.frequencies == pytest.approx(plain.frequencies)
    assert turned.r2_rotation == pytest.approx(plain.r2_rotation)
    assert turned.r2_shuffled == pytest.approx(plain.r2_shuffled)


@pytest.mark.parametrize(
    ("shape", "arguments", "message"),
    [
        ((1, 5, 3), {}, "averages: one condition"),
        ((3, 2, 3), {}, "averages: 2 steps"),
        ((3, 5, 3), {"n_components": 1}, "n_components=1"),
        ((3, 5, 3), {"shuffles": -1}, "shuffles=-1"),
        ((3, 5, 3), {}, "less than two directions"),
    ],
)
def test_wrong_arguments_are_named(shape: tuple[int, ...], arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rotations(np.zeros(shape), **arguments)


def test_the_display_gives_frequency_and_fit() -> None:
    text = repr(rotations(turning(2.0)[0], DT, n_components=2, shuffles=19))
    assert "2.00 Hz with 100.0 % of variance" in text
    assert "p = 0.05" in text


def test_shuffles_break_a_rotation_that_grows_from_one_point() -> None:
    """All conditions begin together at the origin, as trials do: mirroring a condition would change nothing there."""
    activity, _ = turning(2.0)
    found = rotations(activity * np.linspace(0, 1, 30)[:, None], DT, n_components=2, shuffles=99)
    assert found.p == pytest.approx(0.01)
    assert found.r2_shuffled.max() < 0.6 * found.r2_rotation
