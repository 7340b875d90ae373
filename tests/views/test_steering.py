"""Steering from the page: what is offered, what is typed, what is refused, and going back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import rnnlab as rl
from rnnlab.figures.learning_names import marks
from rnnlab.figures.theme import LIGHT
from rnnlab.runs import L2, Change
from rnnlab.session import Session
from rnnlab.spec.paths import value_at
from rnnlab.views.learning import LearningPart
from rnnlab.views.steering import SteeringPart, steerable
from tests.session.helpers import small


def see(part: SteeringPart | LearningPart) -> None:
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
        assert {"Learning rate", "Recurrent noise", "Arrays that learn", "Weight of penalty 0: L2"} <= set(offered)
        for path in offered.values():
            value = value_at(experiment, path)
            Change(0, path, value)  # a place that may change on the way
            assert value is None or isinstance(value, int | float | tuple)


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
    assert not opened.branch(7)
    assert "go_back" in opened.errors


def test_the_light_says_how_it_fares(opened: Session) -> None:
    part = LearningPart(opened, LIGHT)
    part.bring_up_to_date()
    assert 'class="ok"' in part.light.object and "spectral radius" in part.light.object
