"""Fixed points: every point once, marked by what it is, in the frame of the trajectories."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import analysis
from rnnlab.figures import FixedPointsFigure
from rnnlab.figures.fixed_points import KINDS, MOST_TRAJECTORIES
from rnnlab.networks import from_arrays
from tests.figures.conftest import Material


def test_points_stand_where_the_frame_puts_them(material: Material) -> None:
    frame = analysis.principal_components(material.trajectory.states, 2)
    figure = FixedPointsFigure(material.points, material.trajectory, frame)
    assert [len(figure.sources[kind].data["x"]) for kind in KINDS] == [2, 1, 0, 0, 0]
    at = frame.project(material.points.states)
    saddle = material.points.stability.index("saddle")
    assert figure.sources["saddle"].data["x"] == pytest.approx([at[saddle, 0]])
    assert figure.sources["saddle"].data["y"] == pytest.approx([at[saddle, 1]])
    assert figure.sources["directions"].data["text"] == ["1"]


def test_axes_say_how_much_they_explain(material: Material) -> None:
    figure = FixedPointsFigure(material.points, material.trajectory, axes=(1, 0))
    frame = analysis.principal_components(material.trajectory.states)
    assert figure.root.xaxis[0].axis_label == f"PC 2 ({100 * frame.variance_ratio[1]:.0f} % of variance)"
    assert figure.root.yaxis[0].axis_label.startswith("PC 1 (")


def test_everything_lies_inside_the_axes(material: Material) -> None:
    figure = FixedPointsFigure(material.points, material.trajectory)
    for key, span in (("x", figure.root.x_range), ("y", figure.root.y_range)):
        drawn = np.concatenate(
            [figure.sources[kind].data[key] for kind in KINDS] + list(figure.sources["trajectories"].data[f"{key}s"])
        )
        assert span.start < drawn.min()
        assert span.end > drawn.max()


def test_trajectories_start_at_the_initial_state_and_end_with_the_trial(material: Material) -> None:
    frame = analysis.principal_components(material.trajectory.states, 2)
    figure = FixedPointsFigure(None, material.trajectory, frame, factor="")
    data = figure.sources["trajectories"].data
    assert len(data["xs"]) == min(MOST_TRAJECTORIES, material.batch.n_trials)
    first, last = frame.project(material.trajectory.initial[0]), frame.project(material.trajectory.states[0, -1])
    assert data["xs"][0][0] == pytest.approx(first[0], abs=1e-5)
    assert data["ys"][0][-1] == pytest.approx(last[1], abs=1e-5)
    assert figure.sources["starts"].data["x"][0] == pytest.approx(first[0], abs=1e-5)


def test_hover_tells_the_modes_nearest_to_growing(material: Material) -> None:
    figure = FixedPointsFigure(material.points, material.trajectory)
    saddle = material.points.stability.index("saddle")
    growing = material.points.eigenvalues[saddle].real.max()
    assert growing > 0
    assert figure.sources["saddle"].data["modes"][0].startswith(f"{growing:.3g}")


def test_the_legend_names_only_what_is_there(material: Material) -> None:
    figure = FixedPointsFigure(material.points, material.trajectory)
    shown = {kind for kind in KINDS if figure._items[kind].visible}
    assert shown == {"stable", "saddle"}
    assert figure._groups.legend.title == "signed coherence"
    figure.update(material.points)
    assert not figure._groups.legend.visible


def test_points_without_trajectories_make_their_own_frame(material: Material) -> None:
    figure = FixedPointsFigure(material.points)
    assert len(figure.sources["stable"].data["x"]) == 2
    frame = analysis.principal_components(material.points.states)
    np.testing.assert_allclose(
        np.sort(figure.sources["stable"].data["x"]),
        np.sort(
            [
                frame.project(s)[0]
                for s, k in zip(material.points.states, material.points.stability, strict=True)
                if k == "stable"
            ]
        ),
    )


def test_nothing_found_is_an_empty_plane() -> None:
    figure = FixedPointsFigure(None)
    assert all(not len(column) for source in figure.sources.values() for column in source.data.values())
    assert figure.root.xaxis[0].axis_label == "PC 1"


def test_a_ring_of_slow_points_is_drawn_closed() -> None:
    angles = 2 * np.pi * np.arange(40) / 40
    W = 4 / 40 * np.cos(angles[:, None] - angles)
    ring = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=W)
    figure = FixedPointsFigure(analysis.fixed_points(ring, n_starts=32, max_points=10))
    data = figure.sources["manifolds"].data
    assert data["kind"] == ["ring"]
    x, y = data["xs"][0], data["ys"][0]
    assert (x[0], y[0]) == pytest.approx((x[-1], y[-1]))
    assert np.ptp(np.hypot(x, y)) < 0.1 * np.hypot(x, y).mean()  # a circle, seen from above
    assert figure._items["manifold"].visible
    figure.update(None)
    assert not figure._items["manifold"].visible


def test_a_single_point_stands_in_the_frame_of_its_slowest_modes() -> None:
    turning = from_arrays(
        form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=[[0.9, -0.3, 0.0], [0.3, 0.9, 0.0], [0.0, 0.0, 0.2]]
    )
    points = analysis.fixed_points(turning)
    assert len(points) == 1
    figure = FixedPointsFigure(points)
    data = figure.sources["stable"].data
    np.testing.assert_allclose([data["x"], data["y"]], [[0], [0]], atol=1e-9)
    assert figure.root.xaxis[0].axis_label == "slow direction 1 of the point"
    figure.open(analysis.released(turning, [[0.1, 0.0, 0.0], [0.0, 0.0, 0.1]]), 0)
    x, y = (figure.sources["courses"].data[key] for key in ("xs", "ys"))
    assert np.hypot(x[0][0], y[0][0]) == pytest.approx(0.1), "they turn in the plane of the first two"
    assert np.hypot(x[1], y[1]) == pytest.approx(np.zeros(len(x[1])), abs=1e-7)


def test_without_trials_no_glyph_asks_for_a_column_that_there_is_not(material: Material) -> None:
    figure = FixedPointsFigure(material.points)
    assert {"xs", "ys", "place"} <= figure.sources["groups"].data.keys()
