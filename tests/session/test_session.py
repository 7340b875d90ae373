"""A training beside a session, from start to end, saved, opened and steered."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.events import Evaluated
from rnnlab.session import Session
from tests.session.helpers import seconds_until, small

pytestmark = pytest.mark.alone


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


def test_steering_that_cannot_be_is_refused(idle: Session, session: Session) -> None:
    assert not idle.can_steer and not idle.steer("training.learning_rate", 0.02)
    assert "nothing is being trained" in idle.errors["steer"]
    session.train()
    session.wait("training", timeout=30)
    assert not session.steer("network.n_units", 99)
    assert "start a new run" in session.errors["steer"]
    assert session.steer("network.noise", 0.0)
    assert "steer" not in session.errors
