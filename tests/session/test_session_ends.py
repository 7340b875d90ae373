"""When things go wrong: stopped, killed, left alone or forgotten, a session leaves nothing behind."""

from __future__ import annotations

import gc
import os
import signal
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from rnnlab.session import Session
from tests.session.helpers import gone, heavy, in_a_fresh_interpreter, seconds_until, small

pytestmark = pytest.mark.alone


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
    assert own_session.wait(timeout=2) == "stopped" and own_session.can_resume


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
from tests.session.test_session_ends import training_and_written_down
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
