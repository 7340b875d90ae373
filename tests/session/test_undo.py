"""Undo and redo: what makes a step, what comes back, and what stays."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import rnnlab as rl
from rnnlab.session import Session
from rnnlab.session.intent import Intent
from rnnlab.session.undo import DRAG_S, MAX_STEPS, Undo
from rnnlab.tasks import Channel, Hold, edit
from tests.session.helpers import small


@pytest.fixture
def idle() -> Session:
    """A session in which nothing is trained; it starts no process."""
    return Session(small())


def add_epoch(session: Session, index: int = 0) -> bool:
    return session.edit(lambda task: edit.add_epoch(task, index), "add an epoch")


# ------------------------------------------------------------------------------------------------- what comes back


def test_every_change_of_the_task_comes_back_in_turn(idle: Session, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(edit.blank().to_json())
    states = [idle.intent]
    for act in (
        lambda: idle.set_task("delay_go"),
        lambda: idle.set_setting("noise", 0.3),
        lambda: add_epoch(idle),
        lambda: idle.set_own_task(rl.tasks.get("xor").replace(name="mine")),
        lambda: idle.open_task(file),
        lambda: idle.open_shared("preset=go_nogo"),
        lambda: idle.set_experiment(small()),
    ):
        assert act()
        states.append(idle.intent)
    for state in reversed(states[:-1]):
        assert idle.undo()
        assert idle.intent == state and idle.experiment.task is state.experiment.task
        assert idle.example.task is state.experiment.task
    assert (idle.undo(), idle.undoable) == (False, "")
    for state in states[1:]:
        assert idle.redo()
        assert idle.intent == state
    assert (idle.redo(), idle.redoable) == (False, "")


def test_network_training_and_seed_come_back_too(idle: Session) -> None:
    states = [idle.intent]
    for act in (
        lambda: idle.set_network("n_units", 20),
        lambda: idle.edit_network(lambda network: network.replace(tau=200.0), "change Time constant"),
        lambda: idle.set_network("kind", "GRU"),
        lambda: idle.set_training("updates", 123),
        lambda: idle.edit_training(lambda training: training.replace(optimiser="SGD"), "change Optimiser"),
        lambda: idle.set_seed(7),
    ):
        assert act()
        states.append(idle.intent)
    assert idle.undoable == "change the seed"
    for state in reversed(states[:-1]):
        assert idle.undo() and idle.intent == state
    for state in states[1:]:
        assert idle.redo() and idle.intent == state


def test_what_was_steered_stays(idle: Session) -> None:
    assert idle.set_training("updates", 123)
    steered = idle.experiment.replace(steering=(rl.runs.Change(5, "training.learning_rate", 1e-4),))
    idle._adopt(Intent.of(steered))  # as when a training says that it was steered
    assert idle.undo()
    assert (idle.experiment.training.updates, idle.experiment.steering) == (100_000, steered.steering)


def test_it_says_what_it_would_do(idle: Session) -> None:
    assert (idle.undoable, idle.redoable) == ("", "")
    idle.set_task("delay_go")
    idle.set_setting("noise", 0.3)
    assert (idle.undoable, idle.redoable) == ("change Input noise", "")
    idle.undo()
    assert (idle.undoable, idle.redoable) == (f"choose {rl.tasks.TASKS['delay_go'].title}", "change Input noise")
    add_epoch(idle)
    assert (idle.undoable, idle.redoable) == ("add an epoch", "")


def test_opening_a_run_is_a_step(idle: Session, example_run: Path) -> None:
    add_epoch(idle)
    before = idle.intent
    assert idle.open(example_run) and idle.undoable.startswith("open ")
    assert idle.undo()
    assert idle.experiment.task == before.experiment.task
    assert idle.network.n_units == rl.load(example_run).network.n_units  # the network opened stays


def test_taking_back_drops_what_was_refused(idle: Session) -> None:
    assert idle.set_setting("trial", 4000) and not idle.set_setting("noise", -1)
    assert idle.undo()
    assert (idle.errors, idle.settings["noise"]) == ({}, idle.intent.settings["noise"])


def test_a_network_that_cannot_be_changes_nothing_and_does_not_come_later(idle: Session) -> None:
    before = idle.intent
    assert not idle.edit_network(lambda network: network.replace(dt=500.0), "change Time step")
    assert idle.intent == before and "500 ms is longer than the time constant" in idle.errors["network"]
    assert idle.set_network("tau", 1000) and idle.experiment.network.dt == 10.0
    assert not idle.edit_network(lambda network: network.replace(n_units=5000), "change Units")
    assert "5000 units are more" in idle.errors["network"]
    assert idle.edit_network(lambda network: network.replace(n_units=5), "change Units")
    assert idle.errors == {}


# ------------------------------------------------------------------------------------------------------- edits


def test_an_edit_that_cannot_be_changes_nothing_and_says_why(idle: Session) -> None:
    before = idle.intent
    assert not idle.edit(lambda task: edit.remove_epoch(task, "response"), "remove response", "task.epochs")
    assert (idle.intent, idle.undoable) == (before, "")
    assert idle.errors["task.epochs"].startswith("no epoch is scored")
    assert add_epoch(idle) and idle.errors == {}


def test_an_edit_that_was_refused_does_not_come_later(idle: Session) -> None:
    late = Channel("late", (Hold(0.5),))
    assert not idle.edit(lambda task: edit.replace_channel(task, "inputs", "late", late), "change late")
    assert idle.edit(lambda task: edit.add_channel(task, "inputs", "late"), "add late")
    assert idle.experiment.task.inputs[-1] == Channel("late")


def test_an_edited_task_has_no_settings_and_its_script_makes_it(idle: Session) -> None:
    add_epoch(idle)
    assert (idle.task_name, idle.settings) == ("", {})
    names: dict[str, object] = {}
    exec(idle.task_python(), names)
    assert names["task"] == idle.experiment.task
    assert rl.tasks.Task.from_json(idle.task_json()) == idle.experiment.task
    assert "rl.tasks.Task(" in idle.script()


def test_the_script_of_a_preset_names_its_settings(idle: Session) -> None:
    idle.set_task("delay_go")
    idle.set_setting("noise", 0.3)
    assert 'task = rl.tasks.get("delay_go", noise=0.3)\n' in idle.task_python()


def test_an_edit_that_changes_nothing_is_no_step(idle: Session) -> None:
    assert idle.edit(lambda task: task.replace(), "nothing")
    assert (idle.undoable, idle.task_name) == ("", "perceptual_discrimination")


# ------------------------------------------------------------------------------------------------------- drags


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def drag(session: Session, clock: Clock, *values: float, pause: float = 0.1) -> None:
    for value in values:
        clock.now += pause
        assert session.set_setting("trial", value)


@pytest.fixture
def clock(idle: Session) -> Clock:
    clock = Clock()
    idle._undo = Undo(clock)
    return clock


def test_the_drag_of_a_slider_is_one_step(idle: Session, clock: Clock) -> None:
    drag(idle, clock, *range(2010, 2400, 10))
    clock.now += 2 * DRAG_S
    drag(idle, clock, 2500, 2600)
    assert idle.undo() and idle.settings["trial"] == 2390
    assert idle.undo() and idle.settings["trial"] == 500
    assert not idle.undo()
    assert idle.redo() and idle.redo() and idle.settings["trial"] == 2600


def test_changes_at_two_controls_are_two_steps(idle: Session, clock: Clock) -> None:
    drag(idle, clock, 2100)
    assert idle.set_setting("noise", 0.2)
    drag(idle, clock, 2200)
    assert [idle.undo() and idle.settings["trial"] for _ in range(3)] == [2100, 2100, 500]


def test_a_slider_dragged_back_is_no_step(idle: Session, clock: Clock) -> None:
    drag(idle, clock, 2100, 2200, 2100, 500)
    assert idle.undoable == ""


def test_a_drag_after_taking_back_is_a_step_of_its_own(idle: Session, clock: Clock) -> None:
    drag(idle, clock, 2100)
    clock.now += 2 * DRAG_S
    drag(idle, clock, 2200)
    assert idle.undo()
    drag(idle, clock, 2300)
    assert idle.undo() and idle.settings["trial"] == 2100


def test_edits_from_one_control_are_dragged_and_others_are_not(idle: Session, clock: Clock) -> None:
    for ms in (300, 310, 320):
        assert idle.edit(lambda task, ms=ms: edit.stretch(task, "stimulus", ms), "stretch stimulus", "task.stimulus")
    assert add_epoch(idle) and add_epoch(idle)
    assert [idle.undo() for _ in range(4)] == [True, True, True, False]


def held(session: Session, ms: float, *, still: bool) -> None:
    """The end of the first epoch, dragged to ``ms`` and still held or let go."""
    name = session.experiment.described_task.epoch_names[0]
    assert session.edit(lambda task: edit.stretch(task, name, ms), "duration", "edge", held=still)


def test_a_control_that_is_held_makes_one_step_however_slow(idle: Session, clock: Clock) -> None:
    before = idle.experiment.task
    held(idle, 60, still=True)
    clock.now += 100 * DRAG_S
    held(idle, 70, still=False)
    first = idle.experiment.task
    held(idle, 80, still=False)  # let go, and taken again at once
    assert idle.undo() and idle.experiment.task == first
    assert idle.undo() and idle.experiment.task == before


def test_a_drag_given_up_has_never_been(idle: Session, clock: Clock) -> None:
    before = idle.intent
    held(idle, 60, still=True)
    clock.now += 100 * DRAG_S
    held(idle, 70, still=True)
    assert idle.take_back()
    assert idle.intent == before
    assert (idle.undoable, idle.redoable) == ("", "")
    assert not idle.take_back()


def test_steps_are_bounded() -> None:
    task = rl.tasks.get("xor")
    intents = [
        Intent(rl.Experiment(task=task.replace(description=f"{i}"), network=rl.networks.LeakyRNN(n_units=3)))
        for i in range(MAX_STEPS + 50)
    ]
    undo = Undo()
    for before, after in pairwise(intents):
        undo.note(before, after, "edit")
    came: list[Intent] = [intents[-1]]
    while undo.undo(came[-1], came.append):
        pass
    assert [intent.experiment.task for intent in came] == [i.experiment.task for i in intents[: -MAX_STEPS - 2 : -1]]
    assert undo.undoable == ""
