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
    assert "the time step is too long for some modes" in text.splitlines()[1]
    assert text.splitlines()[-1].endswith("(the time step is too long for 2 of its modes)")


def test_a_point_that_the_flow_leaves_too_gets_no_remark() -> None:
    points = fixed_points(from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=np.diag([3.0, 0.5])))
    assert "time step" not in _as_table(points)
