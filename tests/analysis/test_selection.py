"""Selection vectors of networks whose eigenvectors were put there."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import FixedPoints, fixed_points, selection
from rnnlab.networks import Network, from_arrays


def integrator(seed: int = 0, slow: float = 0.9) -> tuple[Network, np.ndarray, np.ndarray, np.ndarray]:
    """A linear network with one slow mode, its right and left eigenvectors, and its inputs: one along the selection
    vector, one along the mode, one along neither."""
    rng = np.random.default_rng(seed)
    right = rng.normal(size=(6, 6))
    left = np.linalg.inv(right)
    W = right @ np.diag([slow, 0.1, 0.0, -0.2, -0.5, -1.0]) @ left
    orthogonal = rng.normal(size=6)
    orthogonal -= left[0] * (orthogonal @ left[0]) / (left[0] @ left[0])
    W_in = np.stack([left[0], right[:, 0], orthogonal], axis=1)
    network = from_arrays(
        nonlinearity="linear", dt=10, tau=100, W_rec=W, W_in=W_in, W_out=right[:, :1].T, b_rec=np.ones(6)
    )
    return network, right[:, 0] / np.linalg.norm(right[:, 0]), left[0], W_in


def found_in(network: Network) -> FixedPoints:
    return fixed_points(network, n_starts=8)


def test_the_planted_eigenvectors_are_found() -> None:
    network, right, left, _ = integrator()
    found = selection(found_in(network))
    assert found.eigenvalues == pytest.approx([0.99])
    assert found.time_constants == pytest.approx([-10 / np.log(0.99)])
    assert found.mode[0] == pytest.approx(right)
    scaled = left / (left @ right)
    assert found.selection[0] == pytest.approx(scaled)


def test_an_input_counts_by_the_selection_vector_not_by_the_mode() -> None:
    network, right, left, W_in = integrator()
    found = selection(found_in(network))
    lean = left @ right / np.linalg.norm(left)
    assert found.input_overlap[0] == pytest.approx([1 * np.sign(lean), abs(lean), 0], abs=1e-6)
    assert found.mode_overlap[0, 1] == pytest.approx(1)
    assert found.readout_overlap[0] == pytest.approx([1])
    assert found.gain[0] == pytest.approx(0.1 * W_in.T @ left / (left @ right), abs=1e-6)


def test_the_gain_is_what_a_pulse_leaves_behind() -> None:
    """Simulated: after the fast modes have died away, the state has moved along the mode by the gain."""
    network, right, _, _ = integrator(slow=1.0 - 1e-4)
    found = selection(found_in(network))
    for k in range(3):
        state = np.zeros((2, 6))
        for step in range(200):
            u = np.zeros((2, 3))
            u[1, k] = float(step == 0)
            state = network.step(state, u)
        assert (state[1] - state[0]) @ right == pytest.approx(found.gain[0, k], rel=0.01, abs=1e-4)


def test_contexts_stand_beside_each_other_and_their_turn_is_measured() -> None:
    """Two inputs that set the slopes of tanh units: in each context the units of one pool alone carry the mode."""
    W = np.diag([1.0, 1.0]) * 0.99
    network = from_arrays(
        nonlinearity="tanh", dt=10, tau=100, W_rec=W, W_in=np.eye(2) * 4.0, W_out=np.ones((1, 2)), form="rate"
    )
    points = {"first": fixed_points(network, [0.0, 1.0]), "second": fixed_points(network, [1.0, 0.0])}
    found = selection(points)
    assert found.contexts == ("first", "second")
    assert found.context.tolist() == [0, 1]
    assert found.turn[0, 1] == pytest.approx(90, abs=1e-6)
    assert np.abs(found.input_overlap) == pytest.approx(np.eye(2), abs=1e-6)
    assert "turns by: 90°" in repr(found)


def test_slow_points_count_and_the_slowest_come_first() -> None:
    network = integrator()[0]
    points = found_in(network)
    found = selection(points, most=1)
    assert len(found.states) == 1
    assert found.states[0] == pytest.approx(points.states[0])


def test_no_points_is_a_result_that_says_so() -> None:
    network = from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=np.eye(2), W_out=np.eye(2), b_rec=[1.0, 0.0])
    points = fixed_points(network, n_starts=4)
    assert points.n_points == 0
    found = selection(points)
    assert found.input_overlap.shape == (0, 0)
    assert "no point was found" in repr(found)
    with pytest.raises(ValueError, match="no context given"):
        selection({})
