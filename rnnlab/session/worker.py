"""One training process, and the threads through which a session speaks with it.

The process is started by the very thread that then reads from it: on Linux the kernel ends the child when the *thread*
that made it ends, so that thread has to live exactly as long as the child is wanted.
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

import rnnlab
from rnnlab.runs import frames
from rnnlab.session.mailbox import Mailbox

log = logging.getLogger(__name__)

STOP_DEADLINE = 1.2
"""Seconds a training has to stop before its process is ended."""

LAST_DEADLINE = 0.8
"""The same where the interpreter itself ends."""

ENDINGS = ("stopped", "finished", "failed")

all_workers: set[Worker] = set()
"""Every training process of this interpreter that has not ended."""


class Worker:
    """A training process. Everything it says lands in ``mailbox``; nothing here blocks.

    Args:
        knock: called from a thread of the worker's when there is something new in the mailbox, or the process is gone.

    Attributes:
        mailbox: what it said and nobody has seen yet.
        ready: whether torch is imported and a training would start at once.
        alive: whether the process may still be running. Once it is not, all it ever said is in ``mailbox``.
        killed: whether it was ended from here, for not answering.
        note: how it ended, in words, once it has.
    """

    def __init__(self, knock: Callable[[], None] = lambda: None) -> None:
        self.mailbox = Mailbox(knock)
        self.ready = False
        self.alive = True
        self.note = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._born = threading.Event()
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._open: set[int] = set()
        self.killed = False
        self._gone = threading.Event()
        self._ending = threading.Lock()
        self._afterwards: list[Callable[[], None]] = []
        self._owner = os.getpid()
        all_workers.add(self)
        self._thread = threading.Thread(target=self._live, name="rnnlab-worker", daemon=True)
        self._thread.start()

    # ------------------------------------------------------------------------------------------- what is asked

    def train(self, token: int, order: Mapping[str, Any]) -> None:
        """Begin a training; ``order`` has ``experiment`` and ``out``, or ``resume``."""
        self._open.add(token)
        self.mailbox.expect(token)
        self.send("train", token=token, **order)

    def stop(self, token: int) -> None:
        """End a training; where it does not come to an end in time, the process is ended."""
        self.send("stop", token=token)
        _later(STOP_DEADLINE, self._kill_if_open, token)

    def retire(self) -> None:
        """End the process, politely at first. Returns at once."""
        self._ask_to_quit()
        _later(STOP_DEADLINE, self.kill)

    def _ask_to_quit(self) -> None:
        self.send("quit")
        self._outgoing.put(None)

    def kill(self) -> None:
        """End the process now, whatever it does. Does not wait."""
        self.killed = True
        self._born.wait()
        if self._process is not None:
            with suppress(OSError):
                self._process.kill()

    def send(self, kind: str, **facts: Any) -> None:
        """Send one command. A process that is gone ignores it."""
        self._outgoing.put(frames.pack({"kind": kind, **facts}))

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the process is gone; whether it is."""
        return self._gone.wait(timeout)

    def when_gone(self, action: Callable[[], None]) -> None:
        """Call ``action`` once the process is gone, from the thread that notices; at once where it is."""
        with self._ending:
            if not self._gone.is_set():
                self._afterwards.append(action)
                return
        action()

    @property
    def pid(self) -> int | None:
        """The process's number, or None where it could not be started."""
        self._born.wait()
        return None if self._process is None else self._process.pid

    @property
    def busy(self) -> bool:
        """Whether a training is under way, or on its way."""
        return self.alive and bool(self._open)

    def _kill_if_open(self, token: int) -> None:
        if token in self._open:
            self.kill()

    # ------------------------------------------------------------------------------------------------ its life

    def _live(self) -> None:
        with tempfile.TemporaryFile() as complaints:
            try:
                self._process = _spawn(complaints)
            except OSError as error:
                self.note = f"the training process could not be started: {error}"
            self._born.set()
            try:
                if self._process is not None:
                    self._converse(self._process)
                    self.note = self._obituary(self._process.wait(), _tail(complaints))
            except Exception as error:
                log.exception("what the training process says could not be taken in")
                self.note = f"the training process could not be heard any more: {error!r}"
            finally:  # whatever went wrong here, nobody must wait for ever
                self._clear_away()
                self._end()

    def _converse(self, process: subprocess.Popen[bytes]) -> None:
        answers = cast(BinaryIO, process.stdout)
        writer = threading.Thread(target=self._write, args=(process,), name="rnnlab-worker-commands", daemon=True)
        writer.start()
        try:
            frames.find_greeting(answers)
            while (message := frames.read(answers)) is not None:
                self._hear(*message)
        except (OSError, frames.FrameError):
            process.kill()
        answers.close()
        self._outgoing.put(None)
        writer.join()

    def _clear_away(self) -> None:
        """Leave neither a process nor the thread that writes to it behind."""
        self._outgoing.put(None)
        if self._process is not None:
            self._process.kill()  # does nothing to one that has ended
            self._process.wait()
            cast(BinaryIO, self._process.stdout).close()

    def _hear(self, header: dict[str, Any], arrays: dict[str, Any]) -> None:
        self.ready = self.ready or header["kind"] == "ready"
        self.mailbox.put(header, arrays)
        if header["kind"] in ENDINGS:
            self._open.discard(header["token"])

    def _write(self, process: subprocess.Popen[bytes]) -> None:
        """Commands go out from a thread of their own: a process that does not read must not hold up the page."""
        commands = cast(BinaryIO, process.stdin)
        with suppress(OSError):
            while (frame := self._outgoing.get()) is not None:
                commands.write(frame)
                commands.flush()
        with suppress(OSError):
            commands.close()

    def _obituary(self, code: int, complaints: str) -> str:
        if self.killed:
            return "the training process did not answer and was ended"
        if code == 0:
            return "the training process ended"
        reason = f"by signal {-code}" if code < 0 else f"with exit status {code}"
        hint = "; was there too little memory?" if code == -9 else ""
        return f"the training process ended {reason}{hint}" + (f"\n{complaints}" if complaints else "")

    def _end(self) -> None:
        self.alive = self.ready = False
        self._open.clear()
        with self._ending:
            self._gone.set()
        for action in self._afterwards:
            action()
        all_workers.discard(self)
        self.mailbox.knock()


def _spawn(complaints: Any) -> subprocess.Popen[bytes]:
    """Start the process with this interpreter and this rnnlab, whatever the working folder holds."""
    path = os.pathsep.join(filter(None, [_home(), os.environ.get("PYTHONPATH", "")]))
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    return subprocess.Popen(
        [sys.executable, "-P", str(Path(_home(), "rnnlab", "training", "worker.py")), str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env={**os.environ, "PYTHONPATH": path},
        creationflags=flags,
    )


def _home() -> str:
    """The folder that holds the package, so that the process imports the very same."""
    return str(Path(rnnlab.__file__).resolve().parent.parent)


def _tail(file: Any, limit: int = 2000) -> str:
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - limit))
    return file.read().decode(errors="replace").strip()


def _later(seconds: float, action: Any, *arguments: Any) -> None:
    timer = threading.Timer(seconds, action, arguments)
    timer.daemon = True
    with suppress(RuntimeError):  # no thread can be started any more: the interpreter ends, and `stop_all_workers` acts
        timer.start()


def stop_all_workers(timeout: float = LAST_DEADLINE) -> None:
    """End every training process of this interpreter and wait until they are gone. Runs when the interpreter ends."""
    workers = [worker for worker in all_workers if worker._owner == os.getpid()]  # a fork has none of its own
    for worker in workers:
        worker._ask_to_quit()
    for worker in workers:
        if not worker.wait(timeout):
            worker.kill()
        worker._thread.join(timeout)


atexit.register(stop_all_workers)
