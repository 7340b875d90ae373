"""The flow on a plane against linear networks, whose flow is known everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import fixed_points, flow, plane_along, plane_of_modes, plane_through
from rnnlab.networks import Network, from_arrays
from tests.analysis.planted import directions, rotation, same_plane

TAU = 100.0


def linear(A: np.ndarray, W_in: np.ndarray | None = None) -> Network:
    """dx/dt = A x / tau + W_in u / tau, exactly, at any step."""
    n = len(A)
    return from_arrays(
        nonlinearity="linear", dt=10, tau=TAU, W_rec=A + np.eye(n), W_in=np.zeros((n, 1)) if W_in is None else W_in
    )


def test_velocities_are_those_of_the_equation() -> None:
    A = np.random.default_rng(0).normal(size=(5, 5))
    b = np.arange(5.0)[:, None]
    plane = plane_along(np.ones(5), *directions(5, 2))
    found = flow(linear(A, b), plane, inputs=[2.0], n=7, reach=3.0)
    grid = np.stack(np.meshgrid(found.x, found.y), axis=-1)
    states = plane.at(grid)
    true = (states @ A.T + 2 * b[:, 0]) * 1000 / TAU
    assert found.velocity == pytest.approx(true @ plane.axes.T)
    assert found.speed == pytest.approx(np.linalg.norm(true, axis=-1))
    assert found.x[[0, -1]] == pytest.approx([-3, 3])


def test_in_an_invariant_plane_everything_stays_within() -> None:
    turn = rotation(4)
    A = turn @ np.diag([-1.0, -2.0, -3.0, -4.0]) @ turn.T
    inside = flow(linear(A), plane_along(np.zeros(4), turn[:, 0], turn[:, 2]))
    assert inside.within == pytest.approx(np.ones_like(inside.speed))
    across = flow(linear(A), plane_along(turn[:, 1], turn[:, 0], turn[:, 2]), n=3)
    assert across.within[1, 1] == pytest.approx(0)  # at its origin the state moves straight out of it


def test_the_grid_covers_the_states_given() -> None:
    states = np.array([[0.0, 0.0, 5.0], [10.0, 2.0, -5.0]])
    found = flow(linear(-np.eye(3)), plane_along(np.zeros(3), [1, 0, 0], [0, 1, 0]), spread=states)
    assert found.x[[0, -1]] == pytest.approx([-1, 11])
    assert found.y[[0, -1]] == pytest.approx([-0.2, 2.2])


def test_the_plane_through_states_is_that_of_their_components() -> None:
    axes = directions(6, 2)
    states = np.random.default_rng(1).normal(size=(4, 30, 2)) * [3, 1] @ axes + 1.0
    plane = plane_through(states)
    assert same_plane(plane.axes, axes)
    assert plane.at(plane.project(states)) == pytest.approx(states)


def test_a_direction_that_leans_gives_way() -> None:
    plane = plane_along(np.zeros(2), [2.0, 0.0], [-1.0, -1.0])
    assert plane.axes == pytest.approx(np.array([[1.0, 0.0], [0.0, -1.0]]))


def test_the_plane_of_a_points_modes() -> None:
    W = np.diag([0.5, -0.5, -0.9])
    network = from_arrays(nonlinearity="tanh", dt=10, tau=TAU, W_rec=W, W_in=np.zeros((3, 1)))
    plane = plane_of_modes(fixed_points(network))
    assert np.abs(plane.axes) == pytest.approx(np.eye(3)[:2], abs=1e-6)


def test_a_spiral_spans_its_own_plane() -> None:
    W = np.array([[0.5, -2.0, 0.0], [2.0, 0.5, 0.0], [0.0, 0.0, -1.0]])
    plane = plane_of_modes(fixed_points(from_arrays(nonlinearity="tanh", dt=1, tau=TAU, W_rec=W)))
    assert same_plane(plane.axes, np.eye(3)[:2])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: plane_along(np.zeros(2), [1, 0], [2, 0]), "parallel or zero"),
        (lambda: plane_along(np.zeros(3), [1, 0], [0, 1]), r"origin: shape \(3,\)"),
        (lambda: plane_through(np.outer(np.arange(4.0), np.ones(3))), "they lie on a line"),
        (lambda: flow(linear(-np.eye(3)), plane_along(np.zeros(2), [1, 0], [0, 1])), "plane: of a space of 2"),
        (lambda: flow(linear(-np.eye(2)), plane_along(np.zeros(2), [1, 0], [0, 1]), [1, 2]), "inputs: shape"),
        (lambda: flow(linear(-np.eye(2)), plane_along(np.zeros(2), [1, 0], [0, 1]), n=1), "n=1"),
    ],
)
def test_wrong_arguments_are_named(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_the_display_says_how_much_stays_in_the_plane() -> None:
    text = repr(flow(linear(-np.eye(2)), plane_along(np.zeros(2), [1, 0], [0, 1])))
    assert "within the plane: 100 %" in text
    assert "grid: (row 24, column 24)" in text
