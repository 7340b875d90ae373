"""A session: wishes and errors, and a training beside it from start to end."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

import rnnlab as rl
from rnnlab.events import Evaluated
from rnnlab.session import Session
from rnnlab.session.examples import N_EXAMPLES
from rnnlab.session.mailbox import Mailbox
from rnnlab.session.progress import Course
from rnnlab.tasks import edit
from tests.session.helpers import gone, heavy, in_a_fresh_interpreter, seconds_until, small

pytestmark = pytest.mark.alone

# --------------------------------------------------------------------------------------------------- wishes


@pytest.fixture
def idle() -> Iterator[Session]:
    """A session in which nothing is trained; it starts no process."""
    made = Session(small())
    yield made
    made.close()


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


# ------------------------------------------------------------------------------------------------- transport


def test_a_training_from_start_to_end(session: Session) -> None:
    session.set_training("updates", 60)
    session.train()
    assert session.phase == "starting" and session.can_stop and not session.can_train
    assert session.wait() == "finished"
    assert session.history.updates.tolist() == list(range(1, 61))
    assert session.history.evaluated_at.tolist() == [0, 10, 20, 30, 40, 50, 60]
    assert (session.progress.update, session.progress.budget, session.progress.n_trials) == (60, 60, 480)
    assert session.progress.accuracy == session.history.accuracy
    assert session.network_update == 60
    assert "60 updates" in session.message
    assert (session.can_train, session.can_stop, session.can_pause, session.can_resume) == (True, False, False, False)


def test_the_weights_are_those_of_a_script_bit_for_bit(session: Session) -> None:
    session.set_training("updates", 30)
    session.set_network("n_units", 120)
    session.train()
    session.wait()
    events = list(rl.train(session.experiment))
    (last,) = [event for event in events if isinstance(event, Evaluated) and event.update == 30]
    assert session.run_folder is not None
    run = rl.load(session.run_folder)
    for name, array in last.parameters.items():
        np.testing.assert_array_equal(session.network.parameters[name].astype(array.dtype), array)
        np.testing.assert_array_equal(run.parameters[name].astype(array.dtype), array)
    assert session.history.losses.tolist() == [event.loss for event in events if type(event).__name__ == "Updated"]


def test_pause_holds_and_resume_goes_on(session: Session) -> None:
    session.train()
    session.wait("training")
    session.pause()
    session.wait("paused", timeout=5)
    held = session.history.n_updates
    assert session.message == f"paused after update {held}"
    time.sleep(0.3)
    session.drain()
    assert session.history.n_updates == held
    session.resume()
    session.wait("training", timeout=5)
    seconds_until(lambda: session.drain() and session.history.n_updates > held, 5)
    np.testing.assert_array_equal(session.history.updates, np.arange(1, session.history.n_updates + 1))


def test_stop_and_go_on_is_the_same_as_never_having_stopped(session: Session) -> None:
    session.train()
    seconds_until(lambda: session.drain() and session.history.n_updates > 20, 30)
    session.stop()
    assert session.phase == "stopping"
    assert session.wait(timeout=2) == "stopped"
    stopped_at = session.history.n_updates
    assert 20 < stopped_at < session.progress.budget and session.can_resume
    longer = stopped_at + 50
    session.set_training("updates", longer)
    session.resume()
    assert session.wait() == "finished"
    (last,) = [e for e in rl.train(session.experiment) if isinstance(e, Evaluated) and e.update == longer]
    for name, array in last.parameters.items():
        np.testing.assert_array_equal(session.network.parameters[name].astype(array.dtype), array)
    np.testing.assert_array_equal(session.history.updates, np.arange(1, longer + 1))


def test_a_finished_training_goes_on_when_wanted_longer(session: Session) -> None:
    session.set_training("updates", 20)
    session.train()
    assert session.wait() == "finished" and not session.can_resume
    session.set_training("updates", 40)
    assert session.can_resume and session.stale
    session.resume()
    assert session.wait() == "finished"
    assert (session.history.n_updates, session.progress.budget, session.stale) == (40, 40, False)


def test_start_afresh_ends_what_is_under_way(session: Session) -> None:
    session.train()
    session.wait("training")
    session.set_training("updates", 10)
    session.set_network("n_units", 12)
    session.start_afresh()
    assert (session.history.n_updates, session.network.n_units, session.network_update) == (0, 12, 0)
    assert session.wait() == "finished"
    assert (session.history.n_updates, session.network.n_units) == (10, 12)


def test_editing_while_training_does_not_touch_the_training(session: Session) -> None:
    session.train()
    session.wait("training")
    trained = session.trained
    assert session.set_network("n_units", 40) and session.set_task("flip_flop")
    assert session.stale and session.trained is trained
    seconds_until(lambda: "network" in session.drain(), 10)
    assert session.network.n_units == 16
    assert session.results.trajectory is None
    assert "2 inputs" in session.results.why("trajectory") and "3" in session.results.why("trajectory")
    assert session.results.spectra is not None
    assert session.set_experiment(trained) and not session.stale
    assert session.results.trajectory is not None


def test_a_training_that_diverges_says_so(session: Session) -> None:
    session.set_training("learning_rate", 1e30)
    session.set_training("gradient_clip", 0)
    session.train()
    assert session.wait() == "diverged"
    assert "learning rate" in session.message
    assert np.isfinite(session.history.losses).all()
    for array in session.network.parameters.values():
        assert np.isfinite(array).all()


def test_a_run_is_saved_and_opened(session: Session, tmp_path: Path) -> None:
    session.set_training("updates", 20)
    session.train()
    session.wait()
    path = session.save(tmp_path / "kept")
    opened = Session.from_path(path)
    assert opened.experiment == opened.trained == session.experiment
    assert opened.phase == "idle" and opened.history.n_updates == 20 and opened.network_update == 20
    assert (opened.task_name, opened.settings) == (session.task_name, session.settings)
    for name, array in session.network.parameters.items():
        np.testing.assert_allclose(opened.network.parameters[name], array, rtol=1e-6)


def test_a_stopped_run_opened_from_elsewhere_goes_on_and_is_not_touched(session: Session, tmp_path: Path) -> None:
    session.train()
    seconds_until(lambda: session.drain() and session.history.n_updates > 5, 30)
    session.stop()
    assert session.wait() == "stopped"
    longer = session.history.n_updates + 50
    path = session.save(tmp_path / "kept")
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    opened = Session.from_path(path)
    try:
        assert opened.phase == "stopped" and opened.can_resume
        opened.set_training("updates", longer)
        opened.resume()
        assert opened.wait() == "finished" and opened.history.n_updates == longer
        assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    finally:
        opened.close()


def test_what_was_kept_before_is_never_lost(session: Session, tmp_path: Path) -> None:
    session.set_training("updates", 20)
    session.train()
    session.wait()
    other, notes = tmp_path / "other", tmp_path / "notes"
    list(rl.train(session.experiment.replace(seed=7), out=other))
    notes.mkdir()
    (notes / "mine.txt").write_text("notes")
    for folder in (other, notes, notes / "mine.txt"):
        assert not session.keep(folder)
        assert "holds something already; give a new folder" in session.errors["keep"]
    assert rl.load(other).experiment.seed == 7 and [each.name for each in notes.iterdir()] == ["mine.txt"]
    assert session.keep(tmp_path / "new") and session.keep(tmp_path / "new"), "the same training, as far or further"


def test_an_experiment_is_opened_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(small().to_json())
    assert Session.from_path(tmp_path / "mine.json").experiment == small()


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(rl.RunError, match="is not a run"):
        Session.from_path(tmp_path)


def test_nothing_to_save(idle: Session, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing was trained"):
        idle.save(tmp_path / "kept")


# ------------------------------------------------------------------------------------- when things go wrong


def test_stop_in_the_middle_of_a_long_update(own_session: Session) -> None:
    own_session.set_experiment(heavy())
    own_session.train()
    own_session.wait("training")
    pid = own_session.worker_pid
    own_session.stop()
    assert own_session.phase == "stopping"
    seconds_until(lambda: own_session.drain() is not None and gone(pid), 2)
    assert own_session.wait(timeout=2) == "stopped"
    assert "ended" in own_session.message


def test_the_process_of_a_stopped_training_is_gone_and_the_training_goes_on_in_another(own_session: Session) -> None:
    own_session.train()
    seconds_until(lambda: own_session.drain() and own_session.history.n_updates > 5, 60)
    pid = own_session.worker_pid
    own_session.stop()
    seconds_until(lambda: own_session.drain() is not None and gone(pid), 2)
    assert own_session.wait(timeout=2) == "stopped"
    own_session.resume()
    assert own_session.wait("training") == "training" and own_session.worker_pid != pid


def test_a_process_that_is_killed_is_reported_and_the_training_can_go_on(own_session: Session) -> None:
    own_session.set_training("save_every", 5)
    own_session.train()
    seconds_until(lambda: own_session.drain() and own_session.history.n_updates > 20, 60)
    os.kill(own_session.worker_pid, signal.SIGKILL)
    assert own_session.wait(timeout=2) == "failed"
    assert "signal 9" in own_session.message
    assert own_session.can_resume
    own_session.resume()
    own_session.wait("training")
    seconds_until(lambda: own_session.drain() and own_session.history.n_updates > 40, 10)
    np.testing.assert_array_equal(own_session.history.updates, np.arange(1, own_session.history.n_updates + 1))


def test_start_afresh_when_the_process_does_not_answer(own_session: Session) -> None:
    """The training that waits behind a frozen one gets a process of its own."""
    own_session.set_training("updates", 10)
    own_session.train()
    own_session.wait("finished")
    os.kill(own_session.worker_pid, signal.SIGSTOP)
    first = own_session.worker_pid
    own_session.train()
    own_session.start_afresh()
    assert own_session.wait(timeout=60) == "finished"
    assert own_session.worker_pid != first and gone(first)


def test_a_page_that_comes_back_in_time_finds_the_training(own_session: Session) -> None:
    own_session.grace = 1.0
    own_session.attach()
    own_session.train()
    own_session.wait("training")
    own_session.detach()
    time.sleep(0.5)
    own_session.attach()
    time.sleep(1.0)
    before = own_session.history.n_updates
    seconds_until(lambda: own_session.drain() and own_session.history.n_updates > before, 5)
    assert own_session.phase == "training"


def test_a_page_that_does_not_come_back_ends_the_training(own_session: Session) -> None:
    own_session.grace = 0.5
    own_session.attach()
    own_session.attach()
    own_session.train()
    own_session.wait("training")
    pid = own_session.worker_pid
    own_session.detach()
    time.sleep(1.0)
    assert not gone(pid), "one viewer is left"
    own_session.detach()
    assert seconds_until(lambda: gone(pid), 0.5 + 2) > 0.4
    own_session.drain()
    assert own_session.phase == "stopped" and own_session.can_resume


def training_and_written_down() -> Session:
    session = Session(small())
    session.train()
    seconds_until(lambda: session.drain() and session.run_folder, 60)
    return session


def test_a_session_that_is_forgotten_leaves_nothing() -> None:
    session = training_and_written_down()
    pid, folder = session.worker_pid, session.run_folder
    assert session.results.trajectory is not None and folder is not None
    del session
    gc.collect()
    seconds_until(lambda: gone(pid) and not folder.parent.exists(), 2)


def test_closing_ends_the_process_and_removes_the_folder() -> None:
    session = training_and_written_down()
    pid, folder = session.worker_pid, session.run_folder
    session.close()
    assert session.phase == "stopped" and folder is not None
    seconds_until(lambda: gone(pid) and not folder.parent.exists(), 2)


LEFT_OPEN = """
from tests.session.test_session import training_and_written_down
session = training_and_written_down()
print(session.worker_pid, session.run_folder.parent, flush=True)
"""


def test_a_script_that_ends_leaves_nothing() -> None:
    process = in_a_fresh_interpreter(LEFT_OPEN)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    pid, folder = out.split()
    assert gone(int(pid)) and not Path(folder).exists()


WITHOUT_TORCH = """
import sys
from rnnlab.session import Session
from tests.session.helpers import small
session = Session(small(updates=20))
session.train()
session.wait()
session.ask("points")
while session.points is None:
    session.drain()
assert session.results.trajectory is not None and session.results.components is not None
assert session.phase == "finished", session.message
print(*sorted(sys.modules))
"""


def test_the_process_of_a_session_imports_neither_torch_nor_bokeh_nor_panel() -> None:
    process = in_a_fresh_interpreter(WITHOUT_TORCH)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert {module.partition(".")[0] for module in out.split()} & {"torch", "bokeh", "panel", "ipywidgets"} == set()


@pytest.mark.parametrize(
    ("nonlinearity", "bound"), [("leaky_relu", 350e6), ("relu", 430e6)], ids=["plain loops", "compiled loops"]
)
def test_the_memory_of_the_training_process(own_session: Session, nonlinearity: str, bound: float) -> None:
    """Of 500 MB that count, the page's process takes about a hundred. The compiler comes with an extra only."""
    session = own_session  # a process that has compiled nothing for another test
    session.set_network("n_units", 100)
    session.set_network("nonlinearity", nonlinearity)
    session.set_training("batch_size", 64)
    session.train()
    seconds_until(lambda: session.drain() and session.history.n_updates > 20, 60)
    assert psutil.Process(session.worker_pid).memory_info().rss < bound


# ----------------------------------------------------------------------------------------------------- steering


def test_a_training_is_steered_and_made_again_by_its_script(session: Session, tmp_path: Path) -> None:
    session.train()
    session.wait("training", timeout=30)
    assert session.steer("training.learning_rate", 0.02)
    seconds_until(lambda: session.drain() is not None and session.trained.steering, limit=30)
    (change,) = session.trained.steering
    assert (change.path, change.value) == ("training.learning_rate", 0.02)
    assert session.experiment == session.trained and not session.stale
    seconds_until(lambda: session.drain() is not None and session.progress.update > change.update + 5, limit=30)
    session.stop()
    session.wait()
    session.save(tmp_path / "run")
    run = rl.load(tmp_path / "run")
    assert run.experiment.steering == session.trained.steering
    again = run.experiment.replace(training__updates=run.update)
    for event in rl.train(again):
        if isinstance(event, Evaluated):
            last = event
    assert last.update == run.update
    assert all(np.array_equal(array, last.parameters[name]) for name, array in run.parameters.items())


def test_steering_that_cannot_be_is_refused(session: Session) -> None:
    assert not session.steer("training.learning_rate", 0.02)
    assert "nothing is being trained" in session.errors["steer"]
    session.train()
    session.wait("training", timeout=30)
    assert not session.steer("network.n_units", 99)
    assert "start a new run" in session.errors["steer"]
    assert session.steer("network.noise", 0.0)
    assert "steer" not in session.errors
