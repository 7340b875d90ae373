"""State space that turns: a map that keeps distances, fainter where it is farther away."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import analysis
from rnnlab.figures import StateSpaceFigure
from rnnlab.figures.space import AZIMUTH, FAINTEST, TILT, pieces, strength, turned
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
