"""One singular point, or one of the many of a line or surface."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import FixedPoints, fixed_points
from rnnlab.analysis._singular import Blurs, blur
from rnnlab.analysis._update import Update
from rnnlab.networks import Network, from_arrays
from tests.analysis.oracles import one_unit, same_points

FOLD = float(np.arccosh(2**0.5))
"""Where 2 tanh(x) - x is largest."""


def ring(n: int = 40) -> Network:
    """Cosine weights on a circle: every rotation of the bump of activity is a point too."""
    angles = 2 * np.pi * np.arange(n) / n
    W = 4 / n * np.cos(angles[:, None] - angles)
    return from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=W)


def linear(*gains: float) -> Network:
    return from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=np.diag(gains))


def segment() -> Network:
    """x = max(x, 0) holds for all x from zero up."""
    return from_arrays(form="rate", nonlinearity="relu", dt=10, tau=100, W_rec=np.diag([1.0, 0.5]))


CONTINUA = {"line": linear(1.0, 0.5, 0.2), "sheet": linear(1.0, 1.0, 0.2), "ring": ring(), "half-line": segment()}


def said(points: FixedPoints) -> str:
    return f"{points.certificate}; {points.note}"


@pytest.mark.parametrize("form", ["current", "rate"])
@pytest.mark.parametrize("dt", [1.0, 10.0, 100.0])
@pytest.mark.parametrize(("seed", "tolerance"), [(0, 1e-20), (1, 1e-20), (0, 1e-12), (0, 1e-26)])
def test_a_pitchfork_is_one_point_and_no_continuum(form: str, dt: float, seed: int, tolerance: float) -> None:
    points = fixed_points(one_unit(1.0, form, dt=dt), seed=seed, tolerance=tolerance)
    assert points.n_points == 1
    assert abs(points.states[0, 0]) < 0.1
    assert points.stability == ("marginal",)
    assert points.certificate == "does not apply, because the point is marginal: singular, as at a bifurcation"
    assert "a bifurcation, or a continuum too short to be shown" in points.note
    assert "line or surface" not in said(points) and "samples" not in said(points)


def test_a_fold_is_one_point_beside_the_others() -> None:
    points = fixed_points(one_unit(2.0, bias=FOLD - 2 * np.tanh(FOLD)))
    assert points.counts() == {"stable": 1, "marginal": 1}
    assert points.states[1, 0] == pytest.approx(FOLD, abs=1e-4)
    assert "1 of 2 points is marginal" in points.certificate and "line or surface" not in said(points)


def test_several_singular_points_are_not_taken_for_a_continuum() -> None:
    root = fixed_points(one_unit(2.0, "rate")).states.max()
    W = np.diag([1.0, 2.0, 2.0])
    points = fixed_points(from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=W))
    expected = root * np.array([[0, a, b] for a in (-1, 0, 1) for b in (-1, 0, 1)])
    assert same_points(points.states, expected, 1e-3)
    assert set(points.stability) == {"marginal"}
    assert "line or surface" not in said(points)


@pytest.mark.parametrize("kind", CONTINUA)
def test_continua_are_recognised(kind: str) -> None:
    points = fixed_points(CONTINUA[kind], max_points=20)
    assert points.counts()["marginal"] >= 10
    assert "line or surface" in points.certificate
    assert f"the marginal points are samples of a {kind.removeprefix('half-')}, not a list" in points.note


def test_how_far_a_state_cannot_be_told_from_the_root() -> None:
    update = Update(one_unit(1.0), [0.0])
    speed = 1e-10
    alone = (3 * speed / 0.1) ** (1 / 3)  # there 0.1 (x - tanh(x)) = speed
    radius = blur(update, np.zeros(1), speed, reach=0.1)
    assert radius is not None and 2 * alone < radius < 4 * alone
    regular = blur(Update(ring(), []), np.zeros(40), speed, reach=0.1)
    assert regular is not None and regular < 1e-7
    assert blur(Update(linear(1.0, 0.5), []), np.array([7.0, 0.0]), speed, reach=0.1) is None


def test_points_of_a_continuum_are_all_new_and_repeats_of_one_point_are_not() -> None:
    line, point = Blurs(Update(linear(1.0, 0.5), [])), Blurs(Update(one_unit(1.0), [0.0]))
    along = np.linspace(-1, 1, 50)[:, None] * [[1.0, 0.0]]
    assert line.new(along, 1e-10, 0.1).all()
    assert line.n_of_continuum == 32
    assert point.new(np.array([[3e-5], [-4e-5], [0.0]]), 1e-10, 0.1).tolist() == [True, False, False]
    assert point.n_of_continuum == 0
