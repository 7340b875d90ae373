"""The settings beside the views: wishes reach the session, and one that cannot be is explained beside its control."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rnnlab.app.workspaces import TaskWorkspace
from rnnlab.figures.theme import LIGHT
from rnnlab.networks import NETWORKS
from rnnlab.session import Session
from rnnlab.session.opening import example_run
from rnnlab.tasks import COLLECTIONS, TASKS, edit, get
from rnnlab.tasks.families import COLLECTED, FAMILIES
from rnnlab.views.facts import title_of
from rnnlab.views.settings import FileField, NetworkSettings, RunFiles, Settings, TaskSettings, TrainingSettings, plain


def made(kind: type[Any], session: Session) -> Any:
    part = kind(session, LIGHT)
    session.param.watch(lambda *events: part.note({e.name for e in events}), list(part.watches))
    part.bring_up_to_date()
    return part


def problem(part: Settings, name: str) -> str:
    control = part.controls[name]
    part.bring_up_to_date()
    return str(control._problem.object) if control._problem.visible else ""


def test_a_slider_changes_the_task(session: Session) -> None:
    part = made(TaskSettings, session)
    part.controls["noise"].widget.value = 0.2
    assert session.settings["noise"] == 0.2
    assert session.example.task == session.experiment.task


def test_what_cannot_be_is_said_beside_its_control_and_the_rest_stays(session: Session) -> None:
    part = made(TaskSettings, session)
    before = session.experiment
    part.controls["trial"].widget.value = 500.0
    assert "may leave nothing to judge" in problem(part, "trial")
    assert "Give" in problem(part, "trial") or "give" in problem(part, "trial")
    assert session.experiment == before
    assert {name for name in part.controls if problem(part, name)} == {"trial"}
    assert part.controls["trial"].widget.value == 500.0
    part.controls["trial"].widget.value = 3000.0
    assert problem(part, "trial") == ""
    assert session.settings["trial"] == 3000.0


def test_a_time_step_longer_than_the_time_constant(session: Session) -> None:
    part = made(NetworkSettings, session)
    part.controls["tau"].widget.value = 20.0
    part.controls["dt"].show(10.0)
    part.controls["dt"].widget.param.update(end=50, value=30.0)
    assert "longer than the time constant" in problem(part, "dt")
    assert session.experiment.network.dt == 10.0


def test_another_task_brings_its_own_controls(session: Session) -> None:
    part = made(TaskSettings, session)
    assert isinstance(part, TaskSettings)
    assert "coherences" in part.controls
    part.chooser.widget.value = "Flip-flop"
    part.bring_up_to_date()
    assert session.task_name == "flip_flop"
    assert "coherences" not in part.controls
    assert "n_bits" in part.controls


def test_the_tasks_are_listed_under_their_families(session: Session) -> None:
    part = made(TaskSettings, session)
    listed = part.chooser.widget.groups
    assert list(listed) == [*FAMILIES, *COLLECTED]
    assert [title for titles in listed.values() for title in titles] == [
        *(TASKS[name].title for names in FAMILIES.values() for name in names),
        *(COLLECTIONS[name].title for names in COLLECTED.values() for name in names),
    ]
    assert part.chooser.widget.value == "Perceptual discrimination"


def test_a_task_from_elsewhere_is_listed_once_it_is_there(session: Session) -> None:
    part = made(TaskSettings, session)
    session.set_own_task(get("flip_flop").replace(name="mine"))
    part.bring_up_to_date()
    assert part.chooser.widget.groups["Not in the catalogue"] == ["mine"]
    assert part.chooser.widget.value == "mine"
    assert "has no sliders" in part.own.object and not any(row.visible for row in part.rows)
    part.chooser.widget.value = "Echo"
    assert session.task_name == "echo"
    part.bring_up_to_date()
    assert part.own.object == "" and part.rows and all(row.visible for row in part.rows)


def test_a_preset_changed_by_hand_keeps_its_controls_for_when_that_is_undone(session: Session) -> None:
    part = made(TaskSettings, session)
    controls = part.controls
    assert session.edit(lambda task: edit.stretch(task, "stimulus", 700.0), "stretch")
    part.bring_up_to_date()
    assert not any(row.visible for row in part.rows)
    assert session.undo()
    part.bring_up_to_date()
    assert part.controls is controls and all(row.visible for row in part.rows)


def test_a_preset_changed_by_hand_is_another_entry_so_that_its_own_can_be_chosen(session: Session) -> None:
    part = made(TaskSettings, session)
    assert session.edit(edit.add_factor, "add a factor")
    part.bring_up_to_date()
    assert part.chooser.widget.value == "Perceptual discrimination (changed)"
    assert "changed by hand" in part.own.object
    part.chooser.widget.value = "Perceptual discrimination"
    part.bring_up_to_date()
    assert session.experiment.task == get("perceptual_discrimination") and session.task_name
    assert list(part.chooser.widget.groups) == [*FAMILIES, *COLLECTED], "what is gone cannot be chosen"


def test_a_task_of_a_set_is_not_called_one_of_ones_own(session: Session) -> None:
    part = made(TaskSettings, session)
    session.set_task("cognitive_20")
    part.bring_up_to_date()
    assert "This task of the set has no sliders." in part.own.object


def test_the_page_of_the_board_sends_nobody_to_itself(session: Session) -> None:
    session.set_own_task(edit.blank())
    contents = TaskWorkspace(session, LIGHT, lambda _: None).contents
    panel = next(each for each in contents if isinstance(each, TaskSettings))
    panel.bring_up_to_date()
    assert "changed on the board" in panel.own.object and "page" not in panel.own.object


def test_the_gallery_has_a_button_where_there_is_one(session: Session) -> None:
    pressed: list[bool] = []
    part = TaskSettings(session, LIGHT, lambda: pressed.append(True))
    part.gallery.clicks += 1
    assert pressed == [True]
    assert not TaskSettings(session, LIGHT).gallery.visible


def test_another_kind_of_network_brings_its_own_controls(session: Session) -> None:
    part = made(NetworkSettings, session)
    assert "tau" in part.controls
    part.controls["kind"].widget.value = "LSTM"
    part.bring_up_to_date()
    assert type(session.experiment.network).__name__ == "LSTM"
    assert "tau" not in part.controls
    assert part.controls["n_units"].read() == 12


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_kind_of_network_has_controls_that_work(session: Session, kind: str) -> None:
    part = made(NetworkSettings, session)
    part.controls["kind"].widget.value = title_of(kind)
    part.bring_up_to_date()
    network = session.experiment.network
    assert type(network) is NETWORKS[kind]
    assert part.controls["kind"].read() == kind
    values = {name: getattr(network, name) for name in part.controls if name != "kind"}
    assert {"n_units", "dt"} < set(values)
    for name, value in values.items():
        assert part.controls[name].read() in (value, type(value).__name__), name
    session.set_network("n_units", 7)
    part.bring_up_to_date()
    assert part.controls["n_units"].read() == session.experiment.network.n_units == 7


def test_training_and_seed(session: Session) -> None:
    part = made(TrainingSettings, session)
    part.controls["seed"].widget.value = 7
    part.controls["stop_accuracy"].widget.value = "95 % of trials"
    part.controls["updates"].widget.value = 250
    training = session.experiment.training
    assert (session.experiment.seed, training.stop_accuracy, training.updates) == (7, 0.95, 250)
    part.controls["seed"].widget.value = -1
    assert "out of range" in problem(part, "seed")
    assert session.experiment.seed == 7


def test_controls_follow_the_session(session: Session) -> None:
    part = made(TaskSettings, session)
    session.set_setting("coherences", (0.2, 0.4, 0.6))
    part.bring_up_to_date()
    assert part.controls["coherences"].read() == (0.2, 0.4, 0.6)


@pytest.mark.parametrize(
    ("whole", "shown"),
    [("LeakyRNN.dt: too long; give less", "Too long; give less"), ("no place here: at all", "No place here: at all")],
)
def test_a_problem_loses_its_place_and_keeps_its_words(whole: str, shown: str) -> None:
    assert plain(whole) == shown


def test_a_complaint_about_what_was_typed_goes_with_the_next_readable_value(session: Session) -> None:
    session.set_task("delayed_discrimination")
    part = made(TaskSettings, session)
    pairs = part.controls["pairs"]
    before = pairs.widget.value
    pairs.widget.value = "nothing"
    assert "cannot be read" in problem(part, "pairs")
    pairs.widget.value = before
    assert problem(part, "pairs") == ""


def spoilt(run: Path, how: str) -> Path:
    if how == "not a run":
        (run / "run.json").unlink()
    elif how == "truncated":
        state = max(run.glob("state-*"))
        state.write_bytes(state.read_bytes()[:-100])
    else:
        manifest = json.loads((run / "run.json").read_text(encoding="utf-8"))
        manifest["rnnlab_run"] += 1
        (run / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    return run


def entered(field: FileField, path: str) -> None:
    """Type a path and press Enter."""
    field.path.value_input = path
    field.path.param.trigger("enter_pressed")


def test_a_field_that_is_left_does_nothing_and_the_button_does_what_it_says(session: Session, tmp_path: Path) -> None:
    part = made(RunFiles, session)
    session.open(example_run().path)
    part.keep.path.param.update(value_input=str(tmp_path / "kept"), value=str(tmp_path / "kept"))
    assert not (tmp_path / "kept").exists()
    part.keep.button.clicks += 1
    assert (tmp_path / "kept" / "run.json").exists()
    assert f"Kept in {tmp_path / 'kept'}." in str(part.keep._done.object)


@pytest.mark.parametrize("how", ["not a run", "truncated", "newer"])
def test_a_run_that_cannot_be_opened_is_explained_beside_the_field(session: Session, tmp_path: Path, how: str) -> None:
    part = made(RunFiles, session)
    run = shutil.copytree(example_run().path, tmp_path / "run")
    before = session.experiment, session.network, session.phase
    entered(part.open, str(spoilt(Path(run), how)))
    part.bring_up_to_date()
    assert part.open._problem.visible and str(tmp_path) in str(part.open._problem.object)
    assert (session.experiment, session.network, session.phase) == before
    shutil.rmtree(run)
    shutil.copytree(example_run().path, run)
    entered(part.open, str(run))
    part.bring_up_to_date()
    assert session.network_update == 1000
    assert not part.open._problem.visible
    assert f"Opened {run}." in str(part.open._done.object)
    part.open.path.value_input = "another"
    assert not part.open._done.visible


def test_what_was_not_trained_cannot_be_kept(session: Session, tmp_path: Path) -> None:
    part = made(RunFiles, session)
    entered(part.keep, str(tmp_path / "kept"))
    part.bring_up_to_date()
    assert "press Train first" in str(part.keep._problem.object)
    assert not (tmp_path / "kept").exists()
    session.open(example_run().path)
    assert session.keep(tmp_path / "kept") and (tmp_path / "kept" / "run.json").exists()


def test_a_box_that_was_emptied_is_filled_when_the_value_comes_from_elsewhere(session: Session) -> None:
    part = made(TrainingSettings, session)
    part.controls["seed"].widget.value = None
    session.set_training("learning_rate", 0.02)
    assert "whole number" in problem(part, "seed") and part.controls["seed"].widget.value is None
    session.set_seed(77)
    assert problem(part, "seed") == "" and part.controls["seed"].widget.value == 77
