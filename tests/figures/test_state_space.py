"""State space that turns: a map that keeps distances, fainter where it is farther away."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.models import HoverTool

from rnnlab import analysis
from rnnlab.analysis.state_space import lifted_from_view, place, turned
from rnnlab.figures import StateSpaceFigure
from rnnlab.figures.picks import Box, Pick
from rnnlab.figures.space import AZIMUTH, FAINTEST, TILT, pieces, strength
from tests.figures.conftest import Material

POINTS = np.random.default_rng(0).normal(size=(7, 3))


@pytest.mark.parametrize(
    ("azimuth", "tilt", "x", "y", "z"),
    [
        (0, 0, [1, 0, 0], [0, 0, 1], [0, 1, 0]),
        (90, 0, [0, 0, -1], [1, 0, 0], [0, 1, 0]),
        (0, 90, [1, 0, 0], [0, 1, 0], [0, 0, -1]),
    ],
)
def test_where_the_axes_are_seen(azimuth: float, tilt: float, x: list, y: list, z: list) -> None:
    """From the front; from the side; from above: right, up, away."""
    np.testing.assert_allclose(turned(np.eye(3), azimuth, tilt), [x, y, z], atol=1e-12)


def test_turning_keeps_distances_and_angles() -> None:
    seen = turned(POINTS, 31.0, -67.0)
    np.testing.assert_allclose(seen @ seen.T, POINTS @ POINTS.T, atol=1e-12)


def test_what_is_farther_away_is_fainter() -> None:
    front, middle, back = strength([-2.0, 0.0, 2.0], radius=2.0)
    assert (front, back) == (1.0, FAINTEST)
    assert back < middle < front


def test_pieces_of_a_line_hang_together_and_are_all_of_it() -> None:
    line = np.arange(63.0).reshape(21, 3)
    parts = pieces(line)
    np.testing.assert_array_equal(np.vstack([parts[0][:1], *(part[1:] for part in parts)]), line)
    assert [part.tolist() for part in pieces(line[:2])] == [line[:2].tolist()]


def test_everything_that_is_drawn_is_what_its_own_coordinates_look_like(material: Material) -> None:
    space = analysis.state_space(material.trajectory, material.points, factor="direction")
    figure = StateSpaceFigure(space)
    for name in ("starts", "stable", "saddle", "names"):
        data = figure.sources[name].data
        three = np.stack([data["x3"], data["y3"], data["z3"]], axis=1)
        np.testing.assert_allclose(
            np.stack([data["x"], data["y"]], axis=1), turned(three, AZIMUTH, TILT)[:, :2], atol=1e-5
        )
    assert figure.sources["names"].data["text"][0] == f"PC 1 ({100 * space.axes.variance_ratio[0]:.0f} %)"
    assert len(figure.sources["starts"].data["x"]) == len(space.courses)
    assert sum(len(figure.sources[k].data["x"]) for k in ("stable", "saddle", "unstable")) == space.points.n_points


def test_an_update_leaves_the_reader_where_he_is(material: Material) -> None:
    space = analysis.state_space(material.trajectory, factor="direction")
    figure = StateSpaceFigure(space)
    data = {name: source.data for name, source in figure.sources.items()}
    figure.update(space)
    assert all(figure.sources[name].data is data[name] for name in ("camera", "names", "starts", "stable"))


def test_a_click_is_told_apart_from_wherever_it_is_seen(material: Material) -> None:
    space = analysis.state_space(material.trajectory, material.points, factor="direction")
    figure = StateSpaceFigure(space)
    middle = space.box.mean(axis=0)
    plot, read = figure.readers[0]
    for seen in ((AZIMUTH, TILT), (10.0, 80.0)):
        points = turned(space.at_points - middle, *seen)[:, None, :2]
        of, flat = 3, turned(space.courses[3] - middle, *seen)[:, :2]
        right, up = flat[np.linalg.norm(flat - points, axis=2).min(axis=0).argmax()]  # far from every point
        pick = read(Box(right, right, up, up, seen))
        near = [
            np.linalg.norm(turned(course - middle, *seen)[:, :2] - [right, up], axis=1).min() < 0.05 * plot.y_range.end
            for course in space.courses
        ]
        assert near[of]
        assert (pick.condition.trials(space.batch)[space.trials] & near).any()
        right, up, _ = turned(space.at_points[0] - middle, *seen)
        assert read(Box(right, right, up, up, seen)) == Pick(point=0)
    corner = plot.x_range.end * 0.99, plot.y_range.end * 0.99
    far = Box(corner[0], corner[0], corner[1], corner[1], (10.0, 80.0))
    assert read(far) == Pick(place=corner, seen_from=(10.0, 80.0))
    assert read(Box(0.0, 1.0, 0.0, 1.0, (10.0, 80.0))) is None, "a box chooses nothing"


def test_a_state_released_from_a_view_lies_where_it_was_clicked(material: Material) -> None:
    space = analysis.state_space(material.trajectory, factor="direction")
    seen, at = (33.0, -20.0), (0.4, 0.3)
    visited = material.trajectory.states.reshape(-1, 3)
    state = lifted_from_view(space, at, seen, visited)
    middle = space.box.mean(axis=0)
    here = turned(place(space.axes, state[None])[0] - middle, *seen)
    np.testing.assert_allclose(here[:2], at, atol=1e-5)
    shown = turned(place(space.axes, visited) - middle, *seen)
    nearest = ((shown[:, :2] - at) ** 2).sum(axis=1).argmin()
    assert here[2] == pytest.approx(shown[nearest, 2], abs=1e-5), "it is moved in the plane of the picture only"


def test_marks_make_other_conditions_pale_and_units_have_axes(material: Material) -> None:
    space = analysis.state_space(material.trajectory, factor="direction")
    figure = StateSpaceFigure(space)
    full = np.array(figure.sources["starts"].data["alpha"])
    condition = analysis.Condition("direction", float(material.batch.factors["direction"].max()))
    figure.mark(analysis.Marked((1,), condition))
    of = condition.trials(space.batch)[space.trials]
    now = np.array(figure.sources["starts"].data["alpha"])
    np.testing.assert_allclose(now[of], full[of])
    assert (now[~of] < 0.5 * full[~of]).all()
    axis = np.array([figure.sources["units"].data[name][0] for name in ("x3", "y3", "z3")])
    np.testing.assert_allclose(axis[:, 0], 0)
    assert np.cross(axis[:, 1], space.axes.axes[:3, 1]) == pytest.approx(0, abs=1e-5), "along its weights"
    figure.mark(analysis.Marked())
    np.testing.assert_allclose(figure.sources["starts"].data["alpha"], full)


def test_what_a_point_tells_in_passing_leaves_the_space_in_sight(material: Material) -> None:
    """Two lines; the rest is told of a point that is opened."""
    space = analysis.state_space(material.trajectory, material.points, factor="direction")
    tools = StateSpaceFigure(space).root.select({"type": HoverTool})
    assert {len(tool.tooltips) for tool in tools} == {2}
