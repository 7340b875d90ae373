"""Steering from the page: what is offered, what is typed, what is refused, and going back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.figures.learning_names import marks
from rnnlab.figures.theme import LIGHT
from rnnlab.runs import L2, Change
from rnnlab.session import Session
from rnnlab.spec.paths import value_at
from rnnlab.tasks.places import path_of, places
from rnnlab.views.controls import Control
from rnnlab.views.learning import LearningPart
from rnnlab.views.network import NetworkPart
from rnnlab.views.settings import NetworkSettings, TaskSettings, TrainingSettings
from rnnlab.views.steerable import steerable
from rnnlab.views.steering import SteeringPart, listed
from rnnlab.views.view import Part
from tests.session.helpers import small
from tests.views.forms import leaves


def see(part: Part) -> None:
    part.note(part.watches)
    part.bring_up_to_date()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of ten updates that keep some of their states."""
    folder = tmp_path_factory.mktemp("runs")
    experiment = small(updates=10, save_every=5, evaluate_every=5)
    for name, seed in (("first", 0), ("second", 1)):
        list(rl.train(experiment.replace(seed=seed), out=folder / name))
    return folder


@pytest.fixture
def opened(folder: Path) -> Iterator[Session]:
    session = Session.from_path(folder / "first")
    yield session
    session.close()


def test_every_name_offered_leads_to_a_number_or_names() -> None:
    for name in ("perceptual_discrimination", "delay_go", "context_dependent_decision", "three_bit_flip_flop"):
        if name not in rl.tasks.TASKS:
            continue
        training = rl.Training(penalties=(L2(weight=0.1),))
        experiment = rl.Experiment(task=rl.tasks.get(name), network=rl.networks.LeakyRNN(), training=training)
        offered = dict(steerable(experiment))
        assert {"Learning rate", "Recurrent noise", "Arrays that learn", "Penalty L2: weight"} <= set(offered)
        for path in offered.values():
            value = value_at(experiment, path)
            Change(0, path, value)  # a place that may change on the way
            assert value is None or isinstance(value, int | float | tuple)


@pytest.mark.parametrize("name", sorted(rl.tasks.COLLECTIONS))
def test_sets_and_curricula_offer_the_numbers_of_the_task_looked_at(name: str) -> None:
    whole = rl.tasks.collection(name)
    experiment = rl.Experiment(task=whole, network=rl.networks.LeakyRNN(dt=20), training=rl.Training())
    for place in (places(whole)[0], places(whole)[-1]):
        offered = dict(steerable(experiment, place))
        own = [path for path in offered.values() if path.startswith(path_of(whole, place) + ".")]
        assert len(own) > 5
        for path in own:
            value = value_at(experiment, path)
            assert isinstance(value, int | float | tuple)
        epoch = next(path for path in own if ".epochs." in path and "duration" in path)
        experiment.replace(steering=(Change(3, epoch, value_at(experiment, epoch)),))


def test_what_is_offered_follows_the_task_looked_at(tmp_path: Path) -> None:
    training = rl.Training(updates=2, batch_size=4, validation_trials=8)
    network = rl.networks.LeakyRNN(n_units=4, dt=20)
    list(rl.train(rl.Experiment(rl.tasks.collection("delay_tasks"), network, training), out=tmp_path / "run"))
    session = Session.from_path(tmp_path / "run")
    part = SteeringPart(session, LIGHT)
    part.bring_up_to_date()
    assert any(path.startswith("task.tasks[0].") for path in part._offered.values())
    session.look_at((2,))
    see(part)
    assert any(path.startswith("task.tasks[2].") for path in part._offered.values())
    session.close()


def test_numbers_are_called_by_what_they_are_of() -> None:
    experiment = rl.Experiment(task=rl.tasks.get("perceptual_discrimination"), network=rl.networks.LeakyRNN())
    offered = dict(steerable(experiment))
    assert offered["Factor coherence: values"] == "task.factors.coherence.rule.values"
    assert offered["Epoch stimulus: duration, longest"] == "task.epochs.stimulus.duration.high"


def test_no_weight_of_an_input_is_offered_for_it_is_never_judged() -> None:
    experiment = rl.Experiment(task=rl.tasks.get("perceptual_discrimination"), network=rl.networks.LeakyRNN())
    assert not [path for _, path in steerable(experiment) if ".inputs." in path and path.endswith(".weight")]


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Session]:
    """A run that was stopped after six of ten updates."""
    events = rl.train(small(updates=10, save_every=5, evaluate_every=5), out=tmp_path / "stopped")
    while next(events).update < 6:
        pass
    events.close()
    session = Session.from_path(tmp_path / "stopped")
    yield session
    session.close()


def test_a_training_that_stands_still_goes_on_with_what_it_is_steered_to(stopped: Session, tmp_path: Path) -> None:
    part = SteeringPart(stopped, LIGHT)
    part.bring_up_to_date()
    assert not part.act.disabled and "press Resume" in part.said.object
    part.value.value = part.value.value_input = "0.05"
    part.act.clicks += 1
    see(part)
    (change,) = stopped.trained.steering
    assert (change.update, change.path, change.value) == (6, "training.learning_rate", 0.05)
    assert stopped.can_resume and not stopped.stale and "After 6 updates: Learning rate to 0.05" in part.made.object
    assert rl.load(tmp_path / "stopped").experiment.steering == (), "what was opened is left alone"
    folder = stopped.run_folder
    assert folder is not None
    list(rl.resume(folder))
    list(rl.train(stopped.trained, out=tmp_path / "again"))
    one, other = rl.load(folder), rl.load(tmp_path / "again")
    assert one.update == other.update == 10
    assert all(np.array_equal(array, other.parameters[name]) for name, array in one.parameters.items())
    assert not stopped.steer("network.n_units", 99)
    assert "start a new run" in stopped.errors["steer"]


def under(control: Control) -> str:
    """What a control says is in force instead of it."""
    pane = control._in_force
    return pane.object if pane is not None and pane.visible else ""


def test_controls_say_what_steering_put_in_force_until_it_is_taken_back(stopped: Session) -> None:
    stopped.edit_training(lambda now: now.replace(penalties=(L2(weight=0.1),)), "add a penalty")
    parts = [kind(stopped, LIGHT) for kind in (TrainingSettings, NetworkSettings, TaskSettings, NetworkPart)]
    sliders, network, task, form = parts
    for part in parts:
        see(part)
    assert not any(map(under, (*sliders.controls.values(), *network.controls.values()))) and not task.in_force.object
    for path, value in (
        ("training.learning_rate", 0.05), ("network.noise", 0.125), ("network.train", ["W_out"]),
        ("task.epochs.stimulus.duration.low", 150.0),
    ):  # fmt: skip
        assert stopped.steer(path, value), stopped.errors
    for part in parts:
        see(part)
    assert [name for name, each in sliders.controls.items() if under(each)] == ["learning_rate"]
    assert "Now 0.05 by steering." in under(sliders.controls["learning_rate"])
    assert sliders.controls["learning_rate"].read() == 0.001, "it goes on to show what the next training begins with"
    assert "Now 0.125 by steering." in under(network.controls["noise"])
    said = {path[-1]: under(each) for path, each in leaves(form.form.root) if under(each)}
    assert "0.125" in said["noise"] and "W_out" in said["train"] and len(said) == 2
    assert "Epoch stimulus: duration, shortest 150" in task.in_force.object
    assert stopped.rewind(5)
    for part in parts:
        see(part)
    assert not any(map(under, (*sliders.controls.values(), *network.controls.values()))) and not task.in_force.object
    assert not any(under(each) for _, each in leaves(form.form.root))


def test_a_network_of_another_kind_says_nothing_of_what_was_steered(stopped: Session) -> None:
    assert stopped.steer("network.noise", 0.125)
    assert stopped.edit_network(lambda _: rl.networks.LSTM(n_units=16), "choose LSTM")
    part = NetworkSettings(stopped, LIGHT)
    see(part)
    assert not any(map(under, part.controls.values()))


def test_changes_to_come_are_said_to_be_planned(opened: Session) -> None:
    steered = small().replace(steering=(Change(5, "training.learning_rate", 1e-4), Change(90, "network.noise", 0.2)))
    said = listed(steered, 50, dict(steerable(steered)))
    assert "After 5 updates: Learning rate to 0.0001" in said and "Planned after 90 updates: Recurrent noise to" in said


def test_nothing_is_steered_while_nothing_trains(opened: Session) -> None:
    part = SteeringPart(opened, LIGHT)
    part.bring_up_to_date()
    assert part.act.disabled and "Press Train first" in part.said.object
    assert part.value.value == "0.001"
    part.act.clicks += 1
    see(part)
    assert "nothing is being trained" in part.problem.object.lower()


def test_what_cannot_be_read_is_said(opened: Session) -> None:
    part = SteeringPart(opened, LIGHT)
    part.bring_up_to_date()
    part.value.value = part.value.value_input = "fast"
    part.act.clicks += 1
    assert "is no number" in part.problem.object


def test_a_change_is_listed_and_marked() -> None:
    steered = small().replace(steering=(Change(5, "training.learning_rate", 1e-4), Change(90, "network.noise", 0.2)))
    assert marks(steered, 50) == [(5, "learning rate 0.0001")]
    assert marks(steered, 100)[1] == (90, "noise 0.2")


def test_changes_are_forgotten_for_the_next_training(opened: Session) -> None:
    part = SteeringPart(opened, LIGHT)
    steered = opened.experiment.replace(steering=(Change(5, "training.learning_rate", 1e-4),))
    assert opened.set_experiment(steered)
    see(part)
    assert part.forget.visible
    part.forget.clicks += 1
    see(part)
    assert opened.experiment.steering == () and not part.forget.visible


def test_runs_beside_it_are_compared_with(opened: Session, folder: Path) -> None:
    other = rl.load(folder / "second").history
    assert [history.losses.tolist() for history in opened.others] == [other.losses.tolist()]
    part = LearningPart(opened, LIGHT)
    part.bring_up_to_date()
    assert len(part.figure.sources["other losses"].data["xs"]) == 1


def test_going_back_drops_what_came_after_and_leaves_the_run_on_disk_alone(opened: Session, folder: Path) -> None:
    part = SteeringPart(opened, LIGHT)
    part.bring_up_to_date()
    assert opened.states == (0, 5, 10) and part.state.options[1] == "update 5"
    part.state.value = "update 5"
    part.rewind.clicks += 1
    assert opened.history.updates.tolist() == [1, 2, 3, 4, 5] and opened.network_update == 5
    assert opened.can_resume and opened.states == (0, 5)
    assert rl.load(folder / "first").progress.update == 10


def test_a_branch_shows_its_trunk_in_grey(opened: Session) -> None:
    trunk = opened.history
    assert opened.branch(5)
    assert opened.history.updates[-1] == 5 and opened.others[-1].losses.tolist() == trunk.losses.tolist()
    assert rl.load(opened.run_folder).parent.update == 5  # type: ignore[arg-type, union-attr]
    part = LearningPart(opened, LIGHT)
    part.bring_up_to_date()
    assert "A branch: up to update 5 it is another training" in part.caption.object
    assert part.figure.sources["marks"].data["words"] == ["branched off"]
    assert not opened.branch(7)
    assert "go_back" in opened.errors


def test_back_at_the_beginning_it_says_so(opened: Session) -> None:
    assert opened.rewind(0)
    part = LearningPart(opened, LIGHT)
    part.bring_up_to_date()
    assert "Resume trains it" in part.caption.object and "Press Train" not in part.caption.object


def test_the_light_says_how_it_fares(opened: Session) -> None:
    part = LearningPart(opened, LIGHT)
    part.bring_up_to_date()
    assert 'class="ok"' in part.light.object and "spectral radius" in part.light.object


def test_a_training_that_diverged_is_not_called_healthy(opened: Session) -> None:
    """The last evaluation was from before."""
    opened.phase = "diverged"
    part = LearningPart(opened, LIGHT)
    part.bring_up_to_date()
    assert 'class="trouble"' in part.light.object and "Diverged" in part.light.object
