"""The topology of fixed points of networks whose points and links are known."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import FixedPoints, fixed_points, topology
from rnnlab.analysis.topology import _kind, links
from rnnlab.networks import from_arrays
from tests.analysis.planted import rotation


def memories(n_bits: int, gain: float = 2.0, turn: np.ndarray | None = None) -> FixedPoints:
    """Independent bistable units, their order changed if asked: 3^n points, 2^n of them stable."""
    W = gain * np.eye(n_bits)
    W_out = np.eye(n_bits)
    if turn is not None:
        W, W_out = turn @ W @ turn.T, W_out @ turn.T
    network = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=W, W_out=W_out)
    return fixed_points(network, n_starts=256)


def test_one_memory_is_a_saddle_between_two_points() -> None:
    points = memories(1)
    edges = links(points)
    assert points.n_unstable.tolist() == [0, 0, 1]
    assert sorted(edges.tolist()) == [[2, 0], [2, 1]]


def test_two_memories_are_a_square() -> None:
    """Four corners, a saddle on each side that joins two neighbours, and the centre."""
    points = memories(2)
    edges = links(points)
    assert np.bincount(points.n_unstable).tolist() == [4, 4, 1]
    assert len(edges) == 8
    for saddle in np.flatnonzero(points.n_unstable == 1):
        ends = points.states[edges[edges[:, 0] == saddle, 1]]
        assert ends.mean(axis=0) == pytest.approx(points.states[saddle], abs=1e-6)  # it stands half-way


def test_networks_of_one_graph_stand_together() -> None:
    swapped = np.eye(2)[::-1]
    found = topology({"a": memories(2), "b": memories(2, 2.5), "c": memories(2, turn=swapped)})
    assert found.groups == (("a", "b", "c"),)
    assert found.counts.tolist() == [[4, 4, 1]] * 3
    assert found.mismatch[0] == pytest.approx(0)
    assert found.mismatch[2] == pytest.approx(0, abs=1e-6)  # the same outputs, wherever the units are
    assert sorted(found.matches[2].tolist()) == list(range(9))
    assert "3 of 3 networks have the same graph" in repr(found)


def test_another_graph_stands_apart() -> None:
    found = topology({"two": memories(2), "one": memories(2, gain=0.5), "again": memories(2)})
    assert found.groups == (("two", "again"), ("one",))
    assert found.counts.tolist() == [[4, 4, 1], [1, 0, 0], [4, 4, 1]]
    assert found.matches[1].tolist().count(-1) == 0  # its one stable point stands for one of the four


def test_the_same_counts_linked_otherwise_are_another_graph() -> None:
    """One link bent to another end; the order in which links are listed does not count."""
    points = memories(2)
    edges = links(points)
    other = edges.copy()
    other[0, 1] = other[1, 1]  # one saddle leads to the same corner on both sides
    assert _kind(points, edges) == _kind(points, edges[::-1])
    assert _kind(points, edges) != _kind(points, other)


def test_rotated_state_spaces_are_one_topology() -> None:
    """x -> tanh is not rotated freely, so the rotation is put around a current-form network's latent directions."""

    def latent(turn: np.ndarray) -> FixedPoints:
        m = turn[:, :1]
        W = 3.0 * m @ m.T
        network = from_arrays(form="current", nonlinearity="tanh", dt=10, tau=100, W_rec=W, W_out=m.T)
        return fixed_points(network, n_starts=128)

    found = topology({f"seed {k}": latent(rotation(8, k)) for k in range(3)})
    assert len(found.groups) == 1
    assert found.counts.tolist() == [[2, 1]] * 3


def test_nothing_to_compare_is_an_error() -> None:
    with pytest.raises(ValueError, match="points: none given"):
        topology({})


def test_a_network_without_points_has_none() -> None:
    moving = from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=np.eye(2), W_out=np.eye(2), b_rec=[1.0, 0.0])
    found = topology({"drifts": fixed_points(moving, n_starts=4), "two": memories(2)})
    assert found.counts.tolist() == [[0, 0, 0], [4, 4, 1]]
    assert len(found.groups) == 2
    assert "nan" not in repr(found)
