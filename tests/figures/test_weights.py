"""Weights: matrices aligned unit by unit, symmetric colours, signs, spectrum."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.models import HoverTool

from rnnlab import analysis
from rnnlab.figures import WeightsFigure
from rnnlab.figures.weights import matrices, signs
from rnnlab.networks import LSTM, Network
from tests.figures.conftest import untrained


def _pixels(figure: WeightsFigure, name: str) -> np.ndarray:
    """The matrix as a reader sees it, first row on top."""
    return figure.sources[name].data["image"][0][::-1]


@pytest.mark.parametrize("order", [None, np.arange(12)[::-1], np.random.default_rng(0).permutation(12)])
def test_a_unit_keeps_its_row_and_its_column(order: np.ndarray | None) -> None:
    p = untrained().parameters
    units = np.arange(12) if order is None else order
    figure = WeightsFigure(p, order)
    np.testing.assert_allclose(_pixels(figure, "W_in"), p["W_in"][units], rtol=1e-6)
    np.testing.assert_allclose(_pixels(figure, "W_rec"), p["W_rec"][np.ix_(units, units)], rtol=1e-6)
    np.testing.assert_allclose(_pixels(figure, "W_out"), p["W_out"][:, units], rtol=1e-6)


def test_matrices_share_the_edges_of_the_recurrent_one() -> None:
    figure = WeightsFigure(untrained().parameters)
    place = {
        name: {key: figure.sources[name].data[key][0] for key in ("x", "y", "dw", "dh")}
        for name in ("W_in", "W_rec", "W_out")
    }
    assert (place["W_in"]["y"], place["W_in"]["dh"]) == (place["W_rec"]["y"], place["W_rec"]["dh"])
    assert (place["W_out"]["x"], place["W_out"]["dw"]) == (place["W_rec"]["x"], place["W_rec"]["dw"])
    assert place["W_in"]["x"] + place["W_in"]["dw"] < place["W_rec"]["x"]
    assert place["W_out"]["y"] + place["W_out"]["dh"] < place["W_rec"]["y"]


def test_colours_are_symmetric_about_zero() -> None:
    figure = WeightsFigure({"W_rec": np.array([[0.0, 3.0], [-1.0, 0.5]])})
    assert figure.mappers["W_rec"].low == -figure.mappers["W_rec"].high
    assert 1.0 <= figure.mappers["W_rec"].high <= 3.0
    assert figure.sources["names"].data["text"] == [f"W_rec ±{figure.mappers['W_rec'].high:.2g}"]


def test_signs_of_units_are_those_of_their_columns() -> None:
    recurrent = np.array([[1.0, -1, 0, 1], [2.0, 0, 0, -1], [0, -3, 0, 1], [1, -1, 0, 1]])
    assert signs(recurrent).tolist() == [1, -1, 0, 0]
    dale = WeightsFigure(untrained(12, excitatory=0.75).parameters)
    assert dale.sources["excitatory"].data["right"] == pytest.approx([0.75])
    assert dale.sources["inhibitory"].data["left"] == pytest.approx([0.75])
    free = WeightsFigure(untrained(12).parameters)
    assert len(free.sources["excitatory"].data["left"]) == 0
    assert not any(item.visible for item in free._signs.values())


def test_eigenvalues_lie_inside_the_plane() -> None:
    p = untrained().parameters
    figure = WeightsFigure(p)
    data = figure.sources["eigenvalues"].data
    expected = np.linalg.eigvals(p["W_rec"])
    np.testing.assert_allclose(np.sort(data["modulus"]), np.sort(np.abs(expected)))
    plane = figure.root.children[1]
    assert plane.x_range.end >= max(1.0, np.abs(expected).max())
    assert plane.width - plane.min_border_left - plane.min_border_right == (
        plane.height - plane.min_border_top - plane.min_border_bottom
    ), "the unit circle is round"


def test_a_random_matrix_is_marked_where_its_radius_is_known() -> None:
    network = untrained()
    disc = analysis.spectrum(network).disc
    figure = WeightsFigure(network.parameters, disc=disc)
    data = figure.sources["disc"].data
    np.testing.assert_allclose(np.hypot(data["x"], data["y"]), disc)
    figure.update(network.parameters)
    assert len(figure.sources["disc"].data["x"]) == 0


def test_gates_are_shown_one_at_a_time() -> None:
    cell = LSTM(n_units=5)
    network = Network(cell, cell.effective(cell.initialise(2, 3, np.random.default_rng(0))))
    gates = cell.recurrent_matrices(network.parameters)
    for place, gate in enumerate(gates):
        figure = WeightsFigure(matrices(network, gate))
        np.testing.assert_allclose(_pixels(figure, "W_rec"), gates[gate], rtol=1e-6)
        given = network.parameters["W_in"][5 * place : 5 * place + 5]
        np.testing.assert_allclose(_pixels(figure, "W_in"), given, rtol=1e-6)
    with pytest.raises(ValueError, match="'reset' is none of"):
        matrices(network, "reset")


def test_a_matrix_that_is_missing_is_not_drawn() -> None:
    figure = WeightsFigure({"W_rec": np.eye(3)})
    assert figure.sources["W_in"].data["image"] == []
    assert figure.sources["W_out"].data["image"] == []


def test_ticks_name_the_units_from_0_in_any_order() -> None:
    order = np.array([2, 0, 1])
    matrix = WeightsFigure({"W_rec": np.eye(3)}, order).root.children[0]
    assert list(matrix.xaxis[0].major_label_overrides.values()) == ["2", "0", "1"]
    np.testing.assert_allclose(list(matrix.xaxis[0].major_label_overrides), [1 / 6, 3 / 6, 5 / 6])
    assert list(matrix.yaxis[0].major_label_overrides.values()) == ["2", "0", "1"]
    np.testing.assert_allclose(list(matrix.yaxis[0].major_label_overrides), [5 / 6, 3 / 6, 1 / 6])


def test_the_dotted_circle_is_where_an_eigenvalue_begins_to_count_as_outside() -> None:
    network = untrained()
    found = analysis.spectrum(network)
    assert found.edge == pytest.approx(found.disc * (1 + 1 / np.sqrt(12)))
    figure = WeightsFigure(network.parameters, disc=found.disc, edge=found.edge)
    data = figure.sources["edge"].data
    np.testing.assert_allclose(np.hypot(data["x"], data["y"]), found.edge)
    np.testing.assert_array_equal(found.outside, np.abs(found.eigenvalues) > found.edge)
    assert figure.root.children[1].x_range.end > found.edge


def test_the_pointer_tells_from_which_unit_to_which_a_weight_leads() -> None:
    figure = WeightsFigure(untrained(3).parameters, order=[2, 0, 1])
    data = figure.sources["W_rec"].data
    assert data["x units"] == [["2", "0", "1"]]
    assert data["y units"] == [["1", "0", "2"]], "from the bottom"
    told = {
        tool.tooltips[-1][0]: [name for name, _ in tool.tooltips[:-1]]
        for tool in figure.matrix.select({"type": HoverTool})
    }
    assert told == {"W_in": ["to unit"], "W_rec": ["to unit", "from unit"], "W_out": ["from unit"]}
