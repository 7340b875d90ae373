"""The training process: what it says, how fast it stops, and that it never outlives who started it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from rnnlab.session.transport import Transport
from rnnlab.session.worker import Worker
from tests.session.helpers import gone, heavy, in_a_fresh_interpreter, seconds_until, small

pytestmark = pytest.mark.alone

ACKNOWLEDGED = 0.3
ENDED = 2.0


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.kill()
    assert worker.wait(5)


def begin(worker: Worker, experiment: object, token: int = 1) -> None:
    worker.train(token, {"experiment": experiment.to_data(), "out": None, "resume": None})  # type: ignore[attr-defined]


def said(worker: Worker, heard: list[str]) -> list[str]:
    heard += [word["kind"] for word in worker.mailbox.take().words]
    return heard


def until_said(worker: Worker, kind: str, limit: float) -> float:
    heard: list[str] = []
    return seconds_until(lambda: kind in said(worker, heard), limit)


def test_it_steps_aside_for_the_page(worker: Worker) -> None:
    assert worker.pid is not None
    seconds_until(lambda: worker.ready, 30)
    assert psutil.Process(worker.pid).nice() >= 10
    os.kill(worker.pid, signal.SIGINT)  # the interrupt key is not for it
    begin(worker, small())
    until_said(worker, "started", 5)


def test_its_session_steps_aside_too_where_the_kernel_weighs_sessions(worker: Worker) -> None:
    assert worker.pid is not None
    seconds_until(lambda: worker.ready, 30)
    ours, its = (Path(f"/proc/{pid}/autogroup") for pid in ("self", worker.pid))
    assert (os.getsid(worker.pid) == worker.pid) is ours.exists()
    if ours.exists():
        assert its.read_text().split()[-1] == "10" and its.read_text() != ours.read_text()


def test_the_stream_keeps_its_rate_and_can_be_silent(worker: Worker) -> None:
    seconds_until(lambda: worker.ready, 30)
    puts: list[tuple[str, bool]] = []
    put = worker.mailbox.put
    worker.mailbox.put = lambda header, arrays: (  # type: ignore[method-assign]
        puts.append((header["kind"], any(name.startswith("parameters") for name in arrays))),
        put(header, arrays),
    )[1]
    begin(worker, small())
    until_said(worker, "started", 5)
    time.sleep(2.0)
    news = [pictured for kind, pictured in puts if kind == "news"]
    assert 4 <= len(news) <= 14 and 1 <= sum(news) <= 3, "six messages a second, one of them with the network"
    worker.send("stream", rate=0, pictures=0)
    time.sleep(0.3)
    puts.clear()
    time.sleep(1.0)
    assert puts == []
    worker.send("stream", rate=10, pictures=0)
    seconds_until(lambda: ("news", False) in puts, 1.0)


def test_a_long_update_does_not_hold_up_the_end(worker: Worker) -> None:
    """Acknowledged at once, and gone in time, though an update takes many seconds."""
    begin(worker, heavy())
    heard: list[str] = []
    seconds_until(lambda: "started" in said(worker, heard), 60)
    time.sleep(0.5)
    asked = time.monotonic()
    worker.stop(1)
    assert until_said(worker, "stopping", ACKNOWLEDGED) < ACKNOWLEDGED
    assert worker.wait(ENDED)
    assert time.monotonic() - asked < ENDED
    assert gone(worker.pid or 0)
    assert "did not answer" in worker.note


def test_a_frozen_process_is_ended(worker: Worker) -> None:
    begin(worker, small())
    until_said(worker, "started", 60)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    worker.stop(1)
    assert worker.wait(ENDED)
    assert gone(worker.pid)


def test_a_frozen_process_can_be_retired(worker: Worker) -> None:
    seconds_until(lambda: worker.ready, 30)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    worker.retire()
    assert worker.wait(ENDED)


def test_a_stop_before_the_process_is_ready_is_obeyed(worker: Worker) -> None:
    begin(worker, small())
    worker.stop(1)
    heard: list[str] = []
    seconds_until(lambda: "stopped" in said(worker, heard) or not worker.alive, ENDED)
    assert "started" not in heard


def test_what_fails_is_said_and_the_process_stays(worker: Worker, tmp_path: Path) -> None:
    worker.train(1, {"resume": str(tmp_path), "changes": {}})
    words: list[dict] = []
    seconds_until(lambda: words.extend(worker.mailbox.take().words) or any("problem" in w for w in words), 60)
    (failure,) = [word for word in words if word["kind"] == "failed"]
    assert "is not a run" in failure["problem"] and "RunError" in failure["traceback"]
    begin(worker, small(updates=2), token=2)
    until_said(worker, "finished", 5)


def test_the_thread_that_started_it_may_end() -> None:
    """On Linux a child asked to die with its parent dies with the parent's *thread*; ours must not."""
    made: list[Worker] = []
    starter = threading.Thread(target=lambda: made.append(Worker()))
    starter.start()
    starter.join()
    (worker,) = made
    seconds_until(lambda: worker.ready, 30)
    time.sleep(0.2)
    assert worker.alive and not gone(worker.pid or 0)
    worker.kill()
    assert worker.wait(ENDED)


NOISE = """
import os, threading, time

def babble():
    time.sleep(1.0)
    while True:
        os.write(1, b"babble" * 20)
        time.sleep(0.01)

print("half a line", end="", flush=True)
if not os.environ.get("QUIET"):
    threading.Thread(target=babble, daemon=True).start()
"""


def test_prints_do_not_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither before the process takes its pipes nor after."""
    (tmp_path / "sitecustomize.py").write_text(NOISE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    worker = Worker()
    begin(worker, small(updates=3))
    until_said(worker, "finished", 60)
    worker.kill()
    assert worker.wait(ENDED)


def test_a_process_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    worker = Worker()
    assert worker.wait(5)
    assert "could not be started" in worker.note and worker.pid is None


def test_a_process_that_dies_while_importing_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['torch'] = None")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    worker = Worker()
    assert worker.wait(30)
    assert "exit status 1" in worker.note and "import of torch halted" in worker.note


PARENT = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background begins without it
from rnnlab.session import Worker
from tests.session.helpers import small
worker = Worker()
while not worker.ready: time.sleep(.01)
worker.train(1, {{"experiment": small().to_data(), "out": None, "resume": None}})
while not worker.mailbox.take().words: time.sleep(.01)
print(worker.pid, flush=True)
{then}
"""


@pytest.mark.parametrize(
    ("then", "signals"),
    [
        pytest.param("time.sleep(60)", [signal.SIGKILL], id="killed"),
        pytest.param("time.sleep(60)", [signal.SIGTERM], id="terminated"),
        pytest.param("time.sleep(60)", [signal.SIGINT], id="interrupted"),
        pytest.param("pass", [], id="ends"),
        pytest.param("raise RuntimeError", [], id="fails"),
        pytest.param("import os; os._exit(3)", [], id="exits at once"),
    ],
)
def test_it_does_not_outlive_its_parent(then: str, signals: list[int]) -> None:
    parent = in_a_fresh_interpreter(PARENT, then=then)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    for number in signals:
        parent.send_signal(number)
    assert seconds_until(lambda: gone(pid), ENDED) < ENDED
    parent.communicate(timeout=10)


ONLY_JUST_STARTED = """
import time
from rnnlab.session import Worker
print(Worker().pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("after", [0.0, 0.5, 1.5])
def test_a_process_that_still_imports_torch_does_not_outlive_its_parent(after: float) -> None:
    parent = in_a_fresh_interpreter(ONLY_JUST_STARTED)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(after)
    parent.kill()
    assert seconds_until(lambda: gone(pid), ENDED) < ENDED
    parent.communicate(timeout=10)


def test_a_frozen_process_does_not_outlive_its_parent() -> None:
    parent = in_a_fresh_interpreter(PARENT, then="time.sleep(60)")
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    os.kill(pid, signal.SIGSTOP)
    parent.kill()
    assert seconds_until(lambda: gone(pid), ENDED) < ENDED
    parent.communicate(timeout=10)


def test_a_listener_that_fails_is_dropped_and_the_training_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[int] = []

    def broken() -> None:
        heard.append(0)
        raise RuntimeError("that page is gone")

    transport = Transport()
    transport.on_mail(broken)
    transport.on_mail(lambda: heard.append(1))
    transport._knock()
    transport._knock()
    assert heard == [0, 1, 1]
    assert "that page is gone" in caplog.text


def test_a_worker_that_cannot_be_heard_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong in the thread that listens, nobody waits for ever, and the reason is said."""
    monkeypatch.setattr(Worker, "_hear", lambda *_: 1 / 0)
    deaf = Worker()
    assert deaf.wait(30) and not deaf.alive
    assert "could not be heard" in deaf.note and "ZeroDivisionError" in deaf.note
    assert "could not be taken in" in caplog.text
