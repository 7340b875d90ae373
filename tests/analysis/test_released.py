"""Activity released by hand: where it starts, and that it goes where the network takes it."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import beside, fixed_points, lifted, principal_components, released
from rnnlab.networks import Network, from_arrays


@pytest.fixture(scope="module")
def saddle() -> Network:
    """Linear: along the first unit activity doubles its distance every ten steps, along the second it decays."""
    rate = 2 ** (1 / 10)
    return from_arrays(
        form="current", nonlinearity="linear", dt=10, tau=100, W_rec=np.diag([1 + 10 * (rate - 1), 0.0]), W_in=np.eye(2)
    )


def test_beside_a_point_is_along_the_mode_that_grows(saddle: Network) -> None:
    points = fixed_points(saddle, inputs=[0.0, 0.0])
    starts = beside(points, 0, kick=0.1)
    np.testing.assert_allclose(starts - points.states[0], [[0.1, 0.0], [-0.1, 0.0]], atol=1e-9)
    course = released(saddle, starts, duration=100)
    np.testing.assert_allclose(course.states[:, -1] - points.states[0], [[0.2, 0.0], [-0.2, 0.0]], atol=1e-6)


def test_the_input_is_held(saddle: Network) -> None:
    course = released(saddle, np.zeros(2), inputs=[0.0, 0.5], duration=5000)
    np.testing.assert_allclose(course.states[0, -1], [0.0, 0.5], atol=1e-6)
    assert course.states.shape == (1, 500, 2)


def test_a_place_is_lifted_to_where_it_was_clicked() -> None:
    rng = np.random.default_rng(0)
    states = rng.normal(size=(200, 6)) * [4, 3, 2, 1, 1, 1]
    frame = principal_components(states)
    places = np.array([[1.0, -2.0], [0.3, 0.4]])
    made = lifted(places, states, frame, axes=(0, 2))
    np.testing.assert_allclose(frame.project(made)[:, [0, 2]], places, atol=1e-9)
    others = frame.project(made)[:, [1, 3, 4, 5]]
    visited = frame.project(states)
    for place, rest in zip(places, others, strict=True):
        nearest = np.hypot(*(visited[:, [0, 2]] - place).T).argmin()
        np.testing.assert_allclose(rest, visited[nearest][[1, 3, 4, 5]], atol=1e-9)


def test_what_cannot_be_is_refused(saddle: Network) -> None:
    points = fixed_points(saddle, inputs=[0.0, 0.0])
    with pytest.raises(ValueError, match="no point 1 among 1"):
        beside(points, 1)
    with pytest.raises(ValueError, match="kick"):
        beside(points, 0, kick=0.0)
    with pytest.raises(ValueError, match="inputs: shape"):
        released(saddle, np.zeros(2), inputs=[1.0])
    with pytest.raises(ValueError, match="duration"):
        released(saddle, np.zeros(2), duration=1)
