"""Bifurcation diagrams and the curve of a search: solid where stable, marked where something happens."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import analysis
from rnnlab.figures import FixedPointsAlongFigure, SearchFigure
from rnnlab.networks import from_arrays
from tests.figures.conftest import Material, make_along


def test_a_pitchfork_is_drawn_as_one() -> None:
    along = make_along()
    figure = FixedPointsAlongFigure(along)
    stable, unstable = figure.sources["stable"].data, figure.sources["unstable"].data
    assert len(stable["xs"]) == 3  # the middle before, two branches after
    assert len(unstable["xs"]) == 1
    # The middle's two pieces meet, so that no gap is left between solid and dashed.
    assert stable["xs"][0][-1] == unstable["xs"][0][0]
    assert unstable["xs"][0][-1] == along.values[-1]
    assert len(figure.sources["birth"].data["x"]) == 2
    assert len(figure.sources["change"].data["x"]) == 1
    assert [name for name, item in figure._items.items() if item.visible] == ["stable", "unstable", "birth", "change"]
    assert figure.root.xaxis[0].axis_label == "factor of W_rec"
    assert figure.root.yaxis[0].axis_label == "PC 1 of the fixed points"


def test_an_output_is_drawn_in_its_own_units() -> None:
    along = make_along()
    figure = FixedPointsAlongFigure(along, output=0)
    drawn = np.sort([ys[-1] for name in ("stable", "unstable") for ys in figure.sources[name].data["ys"]][1:])
    assert drawn == pytest.approx(np.sort(along.points[-1].outputs[:, 0]))
    assert figure.root.yaxis[0].axis_label == "output 0"


def test_an_output_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="output: 2 is not an output of this network; give 0 to 0, or None"):
        FixedPointsAlongFigure(make_along(), output=2)
    mute = from_arrays(form="rate", nonlinearity="tanh", dt=10, tau=100, W_in=[[1.0]], W_rec=[[1.0]])
    along = analysis.fixed_points_along(analysis.scaled(mute, "W_rec", [0.7, 0.9]), n_starts=8)
    with pytest.raises(ValueError, match="output: 0 is not an output of this network; the network has none"):
        FixedPointsAlongFigure(along, output=0)


def test_no_path_is_an_empty_figure() -> None:
    figure = FixedPointsAlongFigure(make_along())
    figure.update(None)
    assert all(not len(column) for source in figure.sources.values() for column in source.data.values())


def test_the_curve_ends_at_what_was_found(material: Material) -> None:
    figure = SearchFigure(material.points)
    data = figure.sources["curve"].data
    assert data["y"][-1] == material.points.n_points
    rounds = figure.sources["rounds"].data
    assert rounds["x"][-1] == data["x"][-1] == sum(each.n_starts for each in material.points.rounds)
    assert rounds["y"][-1] == material.points.n_points
    alone = analysis.fixed_points(material.network, method="exact", n_starts=8)
    figure.update(alone)
    assert figure.sources["rounds"].data["starts"] == ["starts, each by itself (exact)"]
