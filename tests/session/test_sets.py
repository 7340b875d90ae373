"""A set of tasks or a curriculum in a session: looked at task by task, edited, shared, trained."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.session import Session
from rnnlab.session.sharing import MAX_TASKS, read_task
from rnnlab.spec import SpecError
from rnnlab.tasks import Curriculum, MultitaskSet, Stage, collection, edit, get
from rnnlab.tasks.places import seen
from tests.session.helpers import seconds_until

SHORT = {"fixation": (0, 100), "stimulus": (100, 200), "trial": 500}
EASY, HARD = (get("perceptual_discrimination", coherences=c, **SHORT) for c in ((0.5,), (0.1,)))


@pytest.fixture
def idle() -> Iterator[Session]:
    made = Session(rl.Experiment(task=collection("delay_tasks"), network=rl.networks.LeakyRNN(n_units=8)))
    yield made
    made.close()


def test_the_first_task_is_looked_at_as_the_network_sees_it(idle: Session) -> None:
    whole = idle.experiment.task
    assert idle.place == (0,) and idle.task == get("delay_go") and idle.task_name == "delay_go"
    assert idle.example.task == seen(whole, (0,))
    assert (idle.example.inputs[:, 0, 3:] == [1, 0, 0, 0]).all()
    assert idle.results.trajectory is not None and not idle.results.mismatch


def test_looking_at_another_task_changes_what_is_shown_and_nothing_else(idle: Session) -> None:
    before = idle.experiment
    idle.look_at((2,))
    assert idle.experiment is before and not idle.undoable
    assert (idle.place, idle.task.name, idle.task_name) == ((2,), "delay_match", "delay_match")
    assert (idle.example.inputs[:, 0, 5] == 1).all()


def test_settings_and_edits_are_of_the_task_looked_at_and_undo_goes_back_to_it(idle: Session) -> None:
    before = idle.experiment.task
    idle.look_at((1,))
    assert idle.set_setting("noise", 0.3)
    task = idle.experiment.task
    assert isinstance(task, MultitaskSet)
    assert [one == old for one, old in zip(task.tasks, before.tasks, strict=True)] == [True, False, True, True]
    assert task.tasks[1] == get("delay_anti", noise=0.3)
    assert idle.edit(lambda task: edit.remove_epoch(task, "fixation"), "remove epoch fixation")
    assert idle.task_name == "" and "fixation" not in idle.task.epoch_names
    idle.look_at((3,))
    assert idle.undo() and idle.place == (1,) and idle.task_name == "delay_anti"
    assert idle.undo() and idle.experiment.task == before
    assert idle.redo() and idle.redo() and "fixation" not in idle.task.epoch_names


def test_two_settings_of_two_tasks_are_two_steps(idle: Session) -> None:
    idle.set_setting("noise", 0.1)
    idle.look_at((1,))
    idle.set_setting("noise", 0.1)
    idle.undo()
    assert idle.experiment.task.tasks[0] == get("delay_go", noise=0.1)  # type: ignore[union-attr]


def test_a_refusal_leaves_the_set_as_it_is_and_says_why(idle: Session) -> None:
    before = idle.experiment
    assert not idle.edit_whole(lambda whole: whole.replace(odds=(1.0,)), "one odds", "members")
    assert "1 odds for 4 tasks" in idle.errors["members"] and idle.experiment is before
    assert idle.edit_whole(lambda whole: edit.remove_task(whole, 3), "remove", "members", then=(3,))  # type: ignore[arg-type]
    assert idle.place == (2,) and "members" not in idle.errors


def test_checks_are_of_the_task_without_the_channels_of_the_others() -> None:
    """In the set half of the first task's channels are silent, which is no fault of the task."""
    made = Session(rl.Experiment(task=MultitaskSet("two", (EASY, get("xor"))), network=rl.networks.LeakyRNN(n_units=8)))
    try:
        made.ask("design")
        seconds_until(lambda: bool(made.drain() & {"design"}) or made.design is not None, limit=60)
        assert made.design is not None
        assert not [check for check in made.design.checks if "rule" in check.sentence or "cue" in check.sentence]
    finally:
        made.close()


@pytest.mark.parametrize("name", ["cognitive_20", "weaker_evidence", "one_task_more"])
def test_file_and_address_bring_a_set_or_a_curriculum_back(idle: Session, name: str) -> None:
    assert idle.set_task(name) and idle.shared() == f"preset={name}"
    assert idle.edit(lambda task: task.replace(description="mine"), "describe")
    wanted, query, file = idle.experiment.task, idle.shared(), idle.task_file()
    for bring_back in (lambda: idle.open_task(file), lambda: idle.open_shared(query)):
        assert idle.set_task("xor") and idle.place == ()
        assert bring_back() and idle.experiment.task == wanted
    assert idle.set_task("xor") and idle.open_shared(f"preset={name}")
    assert idle.experiment.task == collection(name)
    assert not idle.open_shared(f"preset={name}&noise=1")
    assert "means nothing beside a set or a curriculum" in idle.errors["open_shared"]


def test_the_script_of_an_edited_set_makes_it_again(idle: Session) -> None:
    idle.set_setting("noise", 0.3)
    source = idle.script("runs/x").partition("for event")[0]
    names: dict[str, object] = {}
    exec(source, names)  # our own words
    assert names["experiment"] == idle.experiment
    exec(idle.task_python(), names)
    assert names["task"] == idle.experiment.task


def test_sets_from_strangers_are_bounded() -> None:
    xor = get("xor").to_data()
    many = MultitaskSet("many", (get("xor"),)).to_data() | {"tasks": [xor] * (MAX_TASKS + 1)}
    with pytest.raises(SpecError, match=r"task.tasks: 101 are more than the 100"):
        read_task(json.dumps(many))
    stages = Curriculum("long", (Stage(get("xor")),)).to_data()
    stages["stages"][0]["task"] = many
    with pytest.raises(SpecError, match=r"task.stages\[0\].task.tasks: 101"):
        read_task(json.dumps(stages))


def test_a_curriculum_is_trained_and_its_stages_are_told(own_session: Session) -> None:
    stages = (Stage(EASY, 0.0, last=2), Stage(HARD, 1.0, updates=4))
    fields = {"updates": 40, "batch_size": 4, "validation_trials": 8, "evaluate_every": 2}
    own_session.set_experiment(
        rl.Experiment(
            task=Curriculum("course", stages), network=rl.networks.LeakyRNN(n_units=6), training=rl.Training(**fields)
        )
    )
    own_session.train()
    assert own_session.wait() == "finished", own_session.message
    assert own_session.progress.stages == (0, 2)  # two evaluations: untrained, and after 2 updates
    assert own_session.progress.update == 6
    assert own_session.history.task_accuracies.shape == (len(own_session.history.accuracies), 1)
    folder = own_session.run_folder
    assert folder is not None and own_session.open(folder)
    assert own_session.progress.stages == (0, 2)


def test_a_set_is_trained_and_each_task_scored(own_session: Session) -> None:
    fields = {"updates": 4, "batch_size": 4, "validation_trials": 8, "evaluate_every": 2}
    own_session.set_experiment(
        rl.Experiment(
            task=MultitaskSet("two", (EASY, get("xor"))),
            network=rl.networks.LeakyRNN(n_units=6),
            training=rl.Training(**fields),
        )
    )
    own_session.look_at((1,))
    own_session.train()
    assert own_session.wait() == "finished", own_session.message
    assert own_session.history.task_accuracies.shape == (3, 2)
    assert np.isfinite(own_session.history.task_accuracies).all()
    assert own_session.place == (1,) and own_session.results.trajectory is not None
