"""Modes of small matrices whose eigenvectors are known."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis.modes import modes_of


def test_left_and_right_vectors_of_a_chain() -> None:
    """Unit 0 drives unit 1: unit 1's mode moves it alone, and is fed by both."""
    modes = modes_of(np.array([[0.9, 0.0], [0.3, 0.5]]), dt=10)
    np.testing.assert_allclose(modes.map_eigenvalues, [0.9, 0.5])
    np.testing.assert_allclose(modes.right[0], np.array([4, 3]) / 5)
    np.testing.assert_allclose(modes.left[0] * 0.8, [1, 0], atol=1e-15)
    np.testing.assert_allclose(modes.left @ modes.right.T, np.eye(2), atol=1e-15)
    np.testing.assert_allclose(modes.eigenvalues, [-10, -50])
    np.testing.assert_allclose(modes.time_constants, [-10 / np.log(0.9), -10 / np.log(0.5)])


def test_a_rotation_has_a_frequency() -> None:
    angle = 2 * np.pi * 0.05
    turn = 0.99 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    modes = modes_of(turn, dt=10)  # a twentieth of a turn in 10 ms
    assert sorted(modes.frequencies) == pytest.approx([-5, 5])
    np.testing.assert_allclose(modes.left @ modes.right.T, np.eye(2), atol=1e-12)


def test_random_matrices() -> None:
    J = np.random.default_rng(0).normal(size=(9, 9)) / 3
    modes = modes_of(J, dt=1)
    np.testing.assert_allclose((modes.right.T * modes.map_eigenvalues) @ modes.left, J, atol=1e-12)
    assert (np.diff(np.abs(modes.map_eigenvalues)) <= 1e-12).all()
    np.testing.assert_allclose(np.linalg.norm(modes.right, axis=1), 1)
    assert len(modes_of(J, 1, 2)) == 2


def test_a_defective_matrix_has_vectors_all_the_same() -> None:
    J = np.array([[0.5, 1.0], [0.0, 0.5]])
    modes = modes_of(J, dt=1)
    np.testing.assert_allclose(np.abs(modes.right[0]), [1, 0], atol=1e-12)
    np.testing.assert_allclose(np.abs(modes.left), [[0, 1], [0, 1]], atol=1e-7)
