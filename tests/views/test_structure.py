"""The structure on the screen: it follows the form, and what is marked on it is painted."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.figures.structure import FRAMES
from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.views.structure import StructurePart
from rnnlab.views.weights import WeightsPart


@pytest.fixture
def part(session: Session) -> StructurePart:
    made = StructurePart(session, LIGHT)
    made.bring_up_to_date()
    return made


def see(part: StructurePart) -> None:
    part.note(part.watches)
    part.bring_up_to_date()


def drag(part: StructurePart, name: str, rows: tuple[float, float], columns: tuple[float, float]) -> None:
    """Drag over a part of a matrix, in shares of its height and width from the top left, as the browser says it."""
    left, bottom, width, height = FRAMES[name]
    assert part.figure is not None
    block = part.figure.sources["block"]
    block.data = {
        "x0": [left + width * columns[0]],
        "x1": [left + width * columns[1]],
        "y0": [bottom + height * (1 - rows[0])],
        "y1": [bottom + height * (1 - rows[1])],
        "n": [block.data["n"][0] + 1],
    }


def press(part: StructurePart, label: str) -> None:
    button = next(each for each in (*part.signs, *part.links, part.clear) if each.label == label)
    button.clicks += 1
    see(part)


def test_a_gate_has_its_input_weights_beside_it(part: StructurePart, session: Session) -> None:
    session.set_network("kind", "LSTM")
    see(part)
    assert part.figure is not None
    n_units, n_inputs = session.experiment.network.n_units, session.experiment.task.n_inputs
    assert [image.shape for image in part.figure.sources["W_in"].data["image"]] == [(n_units, n_inputs)]
    assert "W_in and W_rec are those of one gate: forget." in part.caption.object
    weights = WeightsPart(session, LIGHT)
    weights.bring_up_to_date()
    for place, gate in enumerate(weights.gate.options):
        weights.gate.value = gate
        (image,) = weights.figure.sources["W_in"].data["image"]  # its first row at the bottom
        own = session.network.parameters["W_in"][place * n_units : (place + 1) * n_units]
        np.testing.assert_allclose(image[::-1], own, rtol=1e-6)


def test_a_drag_marks_the_entries_it_touches(part: StructurePart) -> None:
    drag(part, "W_rec", (0.26, 0.49), (0.01, 0.24))  # of 12 units: rows 3 to 5, columns 0 to 2
    assert part.chosen == ("W_rec", slice(3, 6), slice(0, 3))
    assert (part.rows.read(), part.columns.read()) == (slice(3, 6), slice(0, 3))
    drag(part, "W_out", (0.1, 0.2), (0.5, 0.5))  # a click
    assert part.chosen is not None and part.chosen[0] == "W_out" and part.chosen[2] == slice(6, 7)
    drag(part, "W_in", (0.5, 0.5), (0.9, 0.95))
    assert part.chosen[0] == "W_in" and [button.label for button in part.signs][:2] == ["Positive", "Negative"]


def test_a_drag_beside_the_matrices_marks_nothing(part: StructurePart) -> None:
    before = part.chosen
    drag(part, "W_rec", (-0.5, -0.4), (0.4, 0.5))
    assert part.chosen == before


def test_signs_are_painted_on_units(part: StructurePart) -> None:
    drag(part, "W_rec", (0.0, 0.9), (0.0, 0.24))
    press(part, "Inhibitory")
    network = part.session.experiment.network
    assert network.signs == (-1,) * 3 + (0,) * 9
    assert part.session.undoable == "paint signs of units"
    assert part.figure is not None
    assert part.figure.sources["inhibitory"].data["right"].tolist() == [0.25]
    part.session.undo()
    assert part.session.experiment.network.signs is None


def test_connections_are_cut_and_weights_frozen(part: StructurePart) -> None:
    drag(part, "W_rec", (0.01, 0.2), (0.01, 0.2))
    press(part, "Cut")
    absent = part.session.structure.absent["W_rec"]
    assert absent[:3, :3].all() and absent.sum() == 9
    assert part.figure is not None
    image = np.asarray(part.figure.sources["W_rec"].data["image"][0])
    assert np.isnan(image).sum() == 9 and np.isnan(image[-1, 0])
    press(part, "Freeze")
    assert part.session.structure.frozen["W_rec"].sum() == 9
    assert part.figure.sources["frozen"].data["top"].tolist() == [1.0]
    press(part, "Clear what was painted")
    assert not part.session.structure.absent["W_rec"].any()


def test_typed_numbers_mark_a_block_too(part: StructurePart) -> None:
    part.rows.last.value = 4
    part.columns.first.value = part.columns.last.value = 11
    assert part.chosen == ("W_rec", slice(0, 5), slice(11, 12))


def test_the_mark_stays_inside_a_smaller_network(part: StructurePart) -> None:
    drag(part, "W_rec", (0.9, 0.95), (0.9, 0.95))
    part.session.set_network("n_units", 5)
    see(part)
    assert part.chosen == ("W_rec", slice(4, 5), slice(4, 5))


def test_it_follows_the_form(part: StructurePart) -> None:
    part.session.set_network("spectral_radius", 0.5)
    see(part)
    assert part.figure is not None
    asked, eigenvalues = part.figure.sources["asked"].data, part.figure.sources["eigenvalues"].data
    assert np.hypot(asked["x"], asked["y"]) == pytest.approx(0.5)
    assert max(eigenvalues["modulus"]) == pytest.approx(0.5)
    assert "Spectral radius 0.5, 0.5 asked for" in part.caption.object


def test_other_cells_are_shown_and_not_painted(part: StructurePart) -> None:
    part.session.set_network("kind", "LSTM")
    see(part)
    assert not part.tools.visible
