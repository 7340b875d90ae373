"""Two trainings never share a folder, and one that was killed never bars it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlab.runs import RunError, load, lock, store
from rnnlab.training import resume, train
from tests.training.small import same, small

TRAINING = """
import sys
from tests.training.small import small
from rnnlab.training import train
for event in train(small(updates=100_000, save_every=2), sys.argv[1], resume=True):
    print(event.update, flush=True)
"""


def begun(folder: Path, root: Path) -> subprocess.Popen[str]:
    """A process that trains there, as soon as it has done some updates."""
    worker = subprocess.Popen(
        [sys.executable, "-c", TRAINING, str(folder)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    for _ in range(8):
        worker.stdout.readline()
    return worker


def test_another_process_is_refused_until_the_first_is_gone(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "run"
    worker = begun(folder, root)
    worker.send_signal(signal.SIGSTOP)
    before = sorted(folder.iterdir())
    try:
        for begin in (lambda: resume(folder), lambda: train(small(updates=100_000, save_every=2), folder, resume=True)):
            with pytest.raises(RunError, match=rf"run: is being trained by process {worker.pid}; end that first"):
                begin()
        assert sorted(folder.iterdir()) == before
    finally:
        worker.kill()
        worker.communicate()
    done = load(folder).update
    assert next(resume(folder)).update == done, "nothing is left to clear up after a kill"
    assert not (folder / lock.LOCK).exists()


def test_a_fresh_training_is_refused_before_the_first_has_written(tmp_path: Path) -> None:
    first = train(small(), tmp_path)
    next(first)
    assert not store.is_run(tmp_path)
    with pytest.raises(RunError, match=r"by this process \(close\(\) ends that training\)"):
        train(small(), tmp_path / ".." / tmp_path.name)
    first.close()  # type: ignore[attr-defined]
    list(train(small(), tmp_path))
    assert load(tmp_path).update == 12


def test_what_was_written_between_the_call_and_the_first_event_is_kept(tmp_path: Path) -> None:
    late = train(small(), tmp_path)
    list(train(small(updates=12), tmp_path))
    before = store.read(tmp_path)
    with pytest.raises(RunError, match="holds a run already"):
        next(late)
    assert same(store.read(tmp_path), before)


def test_a_resume_goes_on_from_what_is_there_at_its_first_event(tmp_path: Path) -> None:
    list(train(small(updates=3), tmp_path))
    late = resume(tmp_path, updates=12)
    list(resume(tmp_path, updates=6))
    assert next(late).update == 6


def test_a_lock_is_taken_over_as_soon_as_it_is_free(tmp_path: Path, root: Path) -> None:
    """Its holder's process may take a moment to end."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with lock.held(tmp_path):
        assert (tmp_path / lock.LOCK).exists()
    assert list(tmp_path.iterdir()) == []
    holder.communicate()


HOLDER = """
import os, sys, time
from pathlib import Path
from rnnlab.runs.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(0.3)
    os._exit(9)
"""


def test_a_file_that_was_left_bars_nobody(tmp_path: Path) -> None:
    (tmp_path / lock.LOCK).write_text("1")
    list(train(small(updates=1), tmp_path))
    assert load(tmp_path).update == 1
    assert not (tmp_path / lock.LOCK).exists()
