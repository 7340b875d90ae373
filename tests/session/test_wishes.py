"""What is wished of a session: granted with everything in step, or refused with a reason."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.events import Evaluated
from rnnlab.session import Session
from rnnlab.session.examples import N_EXAMPLES
from rnnlab.session.mailbox import Mailbox
from rnnlab.session.progress import Course
from rnnlab.tasks import edit
from tests.session.helpers import seconds_until

pytestmark = pytest.mark.alone


def state(session: Session) -> dict[str, object]:
    values = session.param.values()
    return {name: value for name, value in values.items() if name not in ("errors", "name")}


def test_a_wish_changes_the_experiment_and_its_example_trials(idle: Session) -> None:
    assert idle.set_setting("trial", 800)
    assert idle.experiment.task == rl.tasks.get(**{"name": idle.task_name, **idle.settings})
    assert (idle.example.n_trials, idle.example.n_steps) == (N_EXAMPLES, 80)
    assert idle.example.task == idle.experiment.task
    assert idle.errors == {}


@pytest.mark.parametrize(
    ("method", "arguments", "field"),
    [
        ("set_setting", ("noise", -1), "task.noise"),
        ("set_setting", ("trial", 10), "task.trial"),
        ("set_setting", ("fixation", "long"), "task.fixation"),
        ("set_setting", ("nois", 1), "task.nois"),
        ("set_network", ("dt", 1000), "network.dt"),
        ("set_network", ("n_units", 0), "network.n_units"),
        ("set_network", ("nonlinearity", "tan"), "network.nonlinearity"),
        ("set_network", ("kind", "GRU?"), "network.kind"),
        ("set_training", ("learning_rate", float("nan")), "training.learning_rate"),
        ("set_training", ("updats", 5), "training.updats"),
        ("set_seed", (-1,), "seed"),
        ("set_task", ("no such task",), "task"),
    ],
)
def test_a_wish_that_cannot_be_changes_nothing_and_says_why(
    idle: Session, method: str, arguments: tuple, field: str
) -> None:
    before = state(idle)
    assert getattr(idle, method)(*arguments) is False
    assert state(idle) == before
    assert list(idle.errors) == [field]
    assert len(idle.errors[field]) > 10


def test_a_wish_that_waits_is_granted_once_it_can_be(idle: Session) -> None:
    assert not idle.set_network("dt", 150)
    assert "network.dt" in idle.errors
    assert idle.set_setting("trial", 4000) and idle.experiment.network.dt == 10
    assert idle.set_setting("fixation", (300, 600)) and idle.set_setting("stimulus", (300, 600))
    assert idle.set_network("tau", 500)
    assert (idle.experiment.network.dt, idle.errors) == (150, {})


def test_a_wish_made_again_replaces_the_one_that_waits(idle: Session) -> None:
    idle.set_network("dt", 1000)
    assert idle.set_network("dt", 5)
    idle.set_network("tau", 5000)
    assert idle.experiment.network.dt == 5


def test_another_task_has_none_of_the_old_errors(idle: Session) -> None:
    idle.set_setting("noise", -1)
    idle.set_training("updates", -1)
    assert idle.set_task("flip_flop")
    assert list(idle.errors) == ["training.updates"]


def test_who_watches_hears_once_and_finds_everything_in_step(idle: Session) -> None:
    heard: list[tuple[int, str]] = []

    def watch(*events: object) -> None:
        names = ",".join(sorted(event.name for event in events))  # type: ignore[attr-defined]
        trajectory = idle.results.trajectory
        heard.append((0 if trajectory is None else trajectory.states.shape[2], names))

    idle.param.watch(watch, ["experiment", "example", "network"])
    assert idle.set_network("n_units", 21)
    assert heard == [(21, "example,experiment,network")]


def test_held_random_numbers_and_others_when_dealt(idle: Session) -> None:
    first = idle.example
    idle.set_setting("noise", 0.02)
    assert not np.array_equal(idle.example.inputs, first.inputs)
    for name, values in first.factors.items():
        np.testing.assert_array_equal(idle.example.factors[name], values)
    idle.deal()
    assert not np.array_equal(idle.example.factors["coherence"], first.factors["coherence"])


def test_example_trials_cost_milliseconds(idle: Session) -> None:
    costs = []
    for noise in np.linspace(0, 0.4, 15):
        start = time.perf_counter()
        assert idle.set_setting("noise", float(noise))
        costs.append(time.perf_counter() - start)
    assert min(costs) < 0.02


def test_before_any_training_the_network_shown_is_the_one_it_would_begin_with(idle: Session) -> None:
    idle.set_seed(3)
    (first,) = [
        event for event in rl.train(idle.experiment.replace(training__updates=0)) if isinstance(event, Evaluated)
    ]
    for name, array in first.parameters.items():
        np.testing.assert_allclose(idle.network.parameters[name], array, rtol=1e-6)  # training rounds to float32


def test_the_script_says_what_is_wanted(idle: Session) -> None:
    idle.set_setting("noise", 0.07)
    script = idle.script(out="runs/mine")
    assert "noise=0.07" in script and "runs/mine" in script and "baseline" not in script


def test_what_leaves_the_beginning_as_it_is_leaves_the_network_alone(idle: Session) -> None:
    before, built = idle.network, idle.structure
    assert idle.edit(lambda task: edit.stretch(task, "stimulus", 120.0), "stretch")
    assert idle.network is before and idle.structure is built
    assert idle.set_seed(idle.experiment.seed + 1)
    assert not np.array_equal(idle.network.parameters["W_rec"], before.parameters["W_rec"])
    assert idle.structure is not built


def test_a_session_opens_on_the_trained_network_of_the_package(example_run: Path) -> None:
    session = Session()
    run = rl.load(example_run)
    assert session.network == run.network and session.experiment == run.experiment
    assert (session.phase, session.stale, session.network_update) == ("idle", False, run.update)
    assert session.history.n_updates == run.history.n_updates and session.task_name in rl.tasks.TASKS
    assert session.worker_pid is None, "nothing is started before it is needed"
    score = session.example.task.score(session.results.trajectory.outputs, session.example)
    assert score.accuracy > 0.9


def test_points_of_another_network_are_not_shown(idle: Session) -> None:
    idle.ask("points")
    seconds_until(lambda: idle.drain() and idle.points is not None, 60)
    assert idle.set_setting("noise", 0.02) and idle.points is not None
    assert idle.set_network("n_units", 17) and idle.points is None
    idle.ask("points")
    seconds_until(lambda: idle.drain() and idle.points is not None, 60)
    assert idle.points.states.shape[1] == 17


def test_a_long_history_does_not_slow_the_page_down() -> None:
    """A tick with ten new points after 50 000 updates costs no more than a few milliseconds."""
    header = {"kind": "news", "token": 0, "n_trials": 8, "picture": None}
    course, box = Course(), Mailbox()
    costs = []
    for first in range(1, 50_001, 500):
        updates = np.arange(first, first + 500)
        arrays = {"updates": updates, "losses": updates * 1.0, "gradient_norms": updates * 1.0}
        box.put(header | {"update": int(updates[-1]), "seconds": float(first)}, arrays)
        start = time.perf_counter()
        course.hear(box.take())
        assert course.progress(10**6, True).update == updates[-1]
        costs.append(time.perf_counter() - start)
    assert course.history.n_updates == 50_000
    assert min(costs[-20:]) < 3e-3
