"""What ``rnnlab fixed-points`` prints where the map and the flow disagree."""

from __future__ import annotations

import numpy as np

from rnnlab.analysis import fixed_points
from rnnlab.app.commands.inspect import _as_data, _as_table
from rnnlab.networks import from_arrays


def test_a_mode_that_only_the_time_step_makes_grow_is_said_to_be_one() -> None:
    rotation = 50 * np.array([[0.0, -1.0], [1.0, 0.0]])
    points = fixed_points(from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=rotation))
    (point,) = _as_data(points)["points"]
    assert (point["n_unstable"], point["n_unstable_flow"]) == (2, 0)
    text = _as_table(points)
    assert "the time step is too long for some modes" in text.splitlines()[2]
    assert text.splitlines()[-1].endswith("(the time step is too long for 2 of its modes)")


def test_a_point_that_the_flow_leaves_too_gets_no_remark() -> None:
    points = fixed_points(from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=np.diag([3.0, 0.5])))
    assert "time step" not in _as_table(points)


def test_the_table_says_under_which_input_and_what_the_verdict_is_about() -> None:
    network = from_arrays(nonlinearity="relu", dt=10, tau=100, W_rec=np.diag([3.0, 0.5]), W_in=np.ones((2, 2)))
    points = fixed_points(network, inputs=[-0.5, 0.25])
    held, check = _as_table(points, ("left", "right")).splitlines()[:2]
    assert held.endswith("with the input held at left = -0.5, right = 0.25 (another: --inputs)")
    assert check == f"check that none is missing: {points.certificate}"
