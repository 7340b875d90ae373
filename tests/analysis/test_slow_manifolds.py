"""Lines, rings and sheets whose shape is known, and what is left of them when the weights are less than perfect."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from rnnlab.analysis import SlowManifold, fixed_points
from rnnlab.networks import Network, from_arrays
from tests.analysis.oracles import one_unit, three_latents


def linear(W: np.ndarray, b: np.ndarray | None = None) -> Network:
    return from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=W, b_rec=b)


def turned(gains: list[float], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A symmetric matrix with these eigenvalues, and its eigenvectors (columns)."""
    axes = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(gains),) * 2))[0]
    return axes @ np.diag(gains) @ axes.T, axes


def cosine_ring(n: int = 40, strength: float = 4.0) -> Network:
    """Cosine weights on a circle (Ben-Yishai, Bar-Or & Sompolinsky 1995): a bump that may stand anywhere."""
    angles = 2 * np.pi * np.arange(n) / n
    W = strength / n * np.cos(angles[:, None] - angles)
    return from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=W)


def ring_states(n: int, strength: float, at: np.ndarray) -> np.ndarray:
    """(len(at), n) the bumps r_i = tanh(strength m cos(angle_i - at)), m the first Fourier mode of the bump itself."""
    angles = 2 * np.pi * np.arange(n) / n
    m = brentq(lambda m: np.mean(np.cos(angles) * np.tanh(strength * m * np.cos(angles))) - m, 0.05, 1)
    return np.tanh(strength * m * np.cos(angles - at[:, None]))


def only(network: Network, **options: object) -> SlowManifold:
    manifolds = fixed_points(network, n_starts=64, max_points=20, **options).manifolds
    assert len(manifolds) == 1
    return manifolds[0]


def test_a_line_attractor_is_a_line_with_its_distance_as_coordinate() -> None:
    W, axes = turned([1.0, 0.6, 0.3, -0.5])
    line = only(linear(W))
    assert (line.kind, line.dimension, line.closed, line.exact) == ("line", 1, False, True)
    assert line.states @ axes[:, 1:] == pytest.approx(0, abs=1e-8)
    along = line.states @ axes[:, 0]
    assert np.abs(along - along[0]) == pytest.approx(line.coordinate[:, 0], abs=1e-8)
    assert (np.diff(line.coordinate[:, 0]) > 0).all()
    assert not line.ends  # it has none
    assert "a line of fixed points" in repr(line)


def test_a_line_that_is_not_along_orthogonal_directions() -> None:
    """Feed-forward into the line: the fast mode is no longer at a right angle to it."""
    W = np.array([[1.0, 5.0], [0.0, 0.2]])
    line = only(linear(W))
    assert line.states[:, 1] == pytest.approx(0, abs=1e-9)
    assert line.exact


def test_the_cosine_ring_is_a_ring_of_known_length() -> None:
    ring = only(cosine_ring())
    assert (ring.kind, ring.dimension, ring.exact) == ("ring", 1, True)
    fine = ring_states(40, 4.0, np.linspace(0, 2 * np.pi, 4001))
    length = np.linalg.norm(np.diff(fine, axis=0), axis=1).sum()
    assert ring.length == pytest.approx(length, rel=0.01)  # chords are shorter than arcs
    # The coordinate is the place of the bump, up to where it begins and which way it goes.
    angles = np.exp(2j * np.pi * np.arange(40) / 40)
    place = np.unwrap(np.angle(ring.states @ angles))
    assert np.abs(place - place[0]) == pytest.approx(ring.angle, abs=0.02)
    assert ring.coordinate_of(ring.states[3] + 1e-3) == pytest.approx(ring.coordinate[3])


def test_a_plane_is_a_sheet_whose_coordinates_keep_distances() -> None:
    W, axes = turned([1.0, 1.0, 0.4, 0.1, -0.3])
    sheet = only(linear(W))
    assert (sheet.kind, sheet.dimension, sheet.exact) == ("sheet", 2, True)
    assert sheet.states @ axes[:, 2:] == pytest.approx(0, abs=1e-8)
    flat = sheet.states @ axes[:, :2]
    pairs = np.random.default_rng(0).integers(len(flat), size=(2, 300))
    true = np.linalg.norm(flat[pairs[0]] - flat[pairs[1]], axis=1)
    kept = np.linalg.norm(sheet.coordinate[pairs[0]] - sheet.coordinate[pairs[1]], axis=1)
    assert np.corrcoef(true, kept)[0, 1] > 0.99


def test_a_half_line_ends_where_it_ends() -> None:
    """x = max(x, 0) holds from zero up."""
    line = only(
        from_arrays(form="rate", nonlinearity="relu", dt=10, tau=100, W_rec=np.diag([1.0, 0.5])),
        starts=np.abs(np.random.default_rng(0).normal(size=(64, 2))),
    )
    assert line.kind == "line"
    assert line.states[:, 0].min() >= 0
    assert line.states[:, 0].min() < 0.2


def test_many_independent_integrators_are_counted() -> None:
    manifolds = fixed_points(linear(np.diag([1.0] * 5 + [0.3])), n_starts=64, max_points=20).manifolds
    assert manifolds[0].dimension == 5
    assert manifolds[0].kind == "set of 5 dimensions"


# ------------------------------------------------------------------------------------------- less than perfect


def test_a_leaky_integrator_keeps_a_slow_line_about_its_one_point() -> None:
    """Along the first direction the speed is dt/tau (1 - 0.99) |x|: slow up to |x| = 1.5."""
    W, axes = turned([0.99, 0.5, 0.2])
    points = fixed_points(linear(W), slow=0.0015, n_starts=64)
    assert points.n_points == 1
    (line,) = points.manifolds
    assert (line.kind, line.exact, line.ends) == ("line", False, True)
    along = line.states @ axes[:, 0]
    assert np.abs(along).max() == pytest.approx(1.5, abs=0.1)
    assert line.speed == pytest.approx(0.001 * np.abs(along), abs=1e-8)
    assert not fixed_points(linear(W), n_starts=64).manifolds


def test_a_line_that_drifts_everywhere_has_slow_points_and_no_fixed_ones() -> None:
    W, axes = turned([1.0, 0.5, 0.2])
    points = fixed_points(linear(W, 0.01 * axes[:, 0]), slow=0.002, n_starts=64)
    assert points.n_points == 0
    assert len(points.slow_states)
    (line,) = points.manifolds
    assert (line.kind, line.exact) == ("line", False)
    assert line.speed == pytest.approx(0.001, rel=1e-3)  # dt / tau times the bias
    assert "slow points" in repr(line)


def test_a_perturbed_ring_is_still_a_ring_with_few_fixed_points_on_it() -> None:
    n, rng = 40, np.random.default_rng(1)
    W = np.asarray(cosine_ring().parameters["W_rec"]) + 0.002 * rng.normal(size=(n, n))
    network = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=W)
    points = fixed_points(network, slow=0.02, n_starts=128)
    assert points.balanced and 3 <= points.n_points <= 9
    (ring,) = [each for each in points.manifolds if each.closed]
    assert not ring.exact
    assert ring.speed.max() > 1e-4
    # All points but the one at rest in the middle lie on it.
    distance = [np.linalg.norm(ring.states - state, axis=1).min() for state in points.states]
    assert np.sum(np.array(distance) < 0.1 * ring.length / (2 * np.pi)) == points.n_points - 1


def test_attractors_apart_from_each_other_are_no_line() -> None:
    assert fixed_points(three_latents()[0], slow=1e-3, n_starts=256).manifolds == ()
    assert fixed_points(one_unit(2.0), slow=1e-4).manifolds == ()


def test_a_rippled_ring_of_bumps_is_a_ring() -> None:
    """Bumps of ReLU units stand still on each of 64 places and between each two; all round the speed stays low."""
    angles = 2 * np.pi * np.arange(64) / 64
    W = (-3 + 5 * np.cos(angles[:, None] - angles)) / 64
    network = from_arrays(form="rate", nonlinearity="relu", dt=10, tau=100, W_rec=W, b_rec=np.ones(64))
    points = fixed_points(network, n_starts=256, slow=1e-3)
    (ring,) = points.manifolds
    assert len(points) == 129
    assert (ring.kind, ring.exact) == ("ring", False)
    assert ring.speed.max() < 1e-3
    bumps = points.states[points.states.std(axis=1) > 0.1]
    in_order = bumps[np.argsort(np.angle(bumps @ np.exp(1j * angles)))]
    way = np.linalg.norm(np.roll(in_order, 1, axis=0) - in_order, axis=1).sum()
    assert ring.length == pytest.approx(way, rel=0.01)
