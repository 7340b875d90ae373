"""The editors of the network and of the training: fields, presets, equations, refusals, undo."""

from __future__ import annotations

from typing import Any

import pytest

from rnnlab.figures.theme import LIGHT
from rnnlab.networks import GRU, LeakyRNN, Weights
from rnnlab.runs import SGD, Training
from rnnlab.session import Session
from rnnlab.spec import codec
from rnnlab.views.form import SpecForm
from rnnlab.views.form.groups import Group
from rnnlab.views.network import CHOOSE, PRESETS, NetworkPart, what_changed
from rnnlab.views.training import TrainingForm


@pytest.fixture
def editor(session: Session) -> NetworkPart:
    part = NetworkPart(session, LIGHT)
    part.bring_up_to_date()
    return part


def see(part: Any) -> None:
    part.note(part.watches)
    part.bring_up_to_date()


def under(form: SpecForm, heading: str) -> Group:
    """A group of a form's fields, opened."""
    root: Any = form.root
    group: Group = getattr(root, "fields", root).groups[heading] if hasattr(root, "chooser") else root.groups[heading]
    group.fold.open()
    return group


def field(form: SpecForm, name: str, heading: str = "") -> Any:
    root: Any = form.root
    fields = root.fields if hasattr(root, "chooser") else root
    place = under(form, heading).fold.inner.fields[name] if heading else fields.fields[name]  # type: ignore[union-attr]
    return getattr(place, "control", place)


def test_a_field_changes_the_network_and_its_equations(editor: NetworkPart) -> None:
    field(editor.form, "tau").box.value = 250.0
    see(editor)
    assert editor.session.experiment.network.tau == 250.0
    assert "τ = 250 ms" in editor.equation.object
    field(editor.form, "form").widget.value = "the drive (rate form)"
    see(editor)
    assert "α f(W_rec x[t−1]" in editor.equation.object
    assert editor.session.undoable == "change Nonlinearity acts on"


def test_every_field_of_every_cell_is_in_the_form(editor: NetworkPart) -> None:
    for kind in (LeakyRNN, GRU):
        editor.session.set_network("kind", kind.__name__)
        see(editor)
        data = codec.encode(editor.session.experiment.network)
        root: Any = editor.form.root
        assert all(root.fields.holds(name) for name in data if name != "kind")


def test_a_heading_says_how_much_under_it_is_set(editor: NetworkPart) -> None:
    group = under(editor.form, "Noise")
    assert group.fold.line.label == "Noise"
    editor.session.set_network("input_noise", 0.2)
    see(editor)
    assert group.fold.line.label == "Noise · 1 set"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_chosen_and_taken_back(name: str, editor: NetworkPart) -> None:
    before = editor.session.experiment.network
    editor.preset.value = name
    see(editor)
    assert editor.session.experiment.network == PRESETS[name]()
    assert editor.preset.value == CHOOSE
    assert editor.form.value == PRESETS[name]()
    editor.session.undo()
    assert editor.session.experiment.network == before


def test_what_cannot_be_is_said_at_its_field_and_kept(editor: NetworkPart) -> None:
    before = editor.session.experiment
    box = field(editor.form, "dt").box
    box.value = 400.0
    assert editor.session.experiment == before and box.value == 400.0 and editor.draft.visible
    assert "longer than the time constant" in field(editor.form, "dt")._problem.object
    field(editor.form, "tau").box.value = 2000.0  # which makes it possible, but for the task's epochs
    see(editor)
    assert editor.session.experiment.network.tau == 2000.0
    editor.drop.clicks += 1
    assert field(editor.form, "dt").box.value == 10.0 and not editor.draft.visible


def test_too_many_units_are_refused_at_their_field(editor: NetworkPart) -> None:
    field(editor.form, "n_units").box.value = 5000
    assert "5000 units are more than" in field(editor.form, "n_units")._problem.object
    assert editor.session.experiment.network.n_units == 12


def test_a_refusal_inside_a_fold_opens_it(editor: NetworkPart) -> None:
    group = under(editor.form, "Signs (Dale's law)")
    group.fold.open(False)
    editor.session.set_network("excitatory", 0.5)
    see(editor)
    assert not group.fold.body.visible
    field(editor.form, "signs", "Signs (Dale's law)").widget.value = "1, -1"
    assert "A list of 2 for 12 units" in field(editor.form, "signs", "Signs (Dale's law)")._problem.object
    assert group.fold.body.visible


def test_large_arrays_stay_away_from_the_page(editor: NetworkPart) -> None:
    mask = "; ".join([" ".join("1" * 40)] * 40)
    given = {"kind": "Given", "values": mask}
    form = SpecForm(Weights, codec.decode(Weights, {"kind": "Weights", "connections": given}, "w"), {}, lambda _: True)
    box = field(form, "connections").fields.fields["values"].control.widget
    assert (box.value, box.placeholder) == ("", "40 × 40 numbers; type to replace them")


def test_changes_are_named() -> None:
    assert what_changed(Training(), Training(optimiser=SGD())) == "change Optimiser"
    assert what_changed(LeakyRNN(), GRU()) == "choose GRU"
    three = LeakyRNN(tau=50.0, dt=5.0, noise=0.0)
    assert what_changed(LeakyRNN(), three) == "change Time step, Time constant and more"


# ------------------------------------------------------------------------------------------------- the training


@pytest.fixture
def training(session: Session) -> TrainingForm:
    part = TrainingForm(session, LIGHT)
    part.bring_up_to_date()
    return part


def test_the_rest_of_the_training_is_edited(training: TrainingForm) -> None:
    optimiser = under(training.form, "Optimiser").fold.inner.fields["optimiser"]  # type: ignore[union-attr]
    optimiser.chooser.widget.value = "SGD"
    assert training.session.experiment.training.optimiser == SGD()
    penalties: Any = under(training.form, "Loss and penalties").fold.inner.fields["penalties"]  # type: ignore[union-attr]
    penalties._add()
    assert len(training.session.experiment.training.penalties) == 1
    assert training.session.undoable == "change Penalties"


def test_what_the_sliders_have_is_not_there_twice(training: TrainingForm) -> None:
    root: Any = training.form.root
    assert not root.in_sight.visible
    assert set(root.fields) == {"updates", "batch_size", "learning_rate", "gradient_clip", "stop_accuracy"}


def test_a_training_that_cannot_be_waits_in_its_form(training: TrainingForm) -> None:
    before = training.session.experiment
    field(training.form, "evaluate_every", "Ends and validation").box.value = 0
    assert training.session.experiment == before and training.draft.visible
    training.drop.clicks += 1
    assert not training.draft.visible
