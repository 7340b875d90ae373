"""An ensemble trained by this process and others beside it, in turns (`rnnlab.training.turns`).

This one begins at once, as it has all loaded that training needs; the others join in as soon as they are ready.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, Thread
from typing import IO, cast

from rnnlab.runs import Experiment, RunError
from rnnlab.training.together import Heard
from rnnlab.training.turns import Seeds, Turns, train_in_turns

LAST_WORDS = 10.0
"""Seconds that a process has to save the run it trains when it is to end."""


def train_spread(experiment: Experiment, folder: Path, turns: Turns, processes: int, heard: Heard | None) -> None:
    """Train runs that differ in their seed alone in several processes, of which this is one.

    Args:
        experiment: what is trained; its own seed does not count.
        folder: of the runs; those that are there go on.
        turns: what there is to train.
        processes: at least two.
        heard: called from several threads, but not by two at a time.

    Raises:
        RunError: a process failed, which a warning says as soon as it does. The others have trained all that it had
            not taken.
    """
    told = _one_at_a_time(heard)
    with ExitStack() as stack:
        others = []
        for _ in range(processes - 1):
            try:
                others.append(stack.enter_context(_elsewhere(experiment, folder, turns, told)))
            except OSError as error:
                warnings.warn(f"a process could not be started, and the others do its part: {error}", stacklevel=3)
        try:
            train_in_turns(experiment, folder, turns, told)
            for other in others:
                other.wait()
        finally:
            for other in others:
                other.dismiss()
    _complain(others, folder)


def _one_at_a_time(heard: Heard | None) -> Heard | None:
    if heard is None:
        return None
    lock = Lock()

    def told(seed: int, update: int) -> None:
        with lock:
            heard(seed, update)

    return told


@contextmanager
def _elsewhere(experiment: Experiment, folder: Path, turns: Turns, heard: Heard | None) -> Iterator[Elsewhere]:
    asked = json.dumps({"experiment": experiment.to_data(), "folder": str(folder.resolve())})
    with TemporaryFile("w+", errors="replace") as errors, _started(errors) as process:
        other = Elsewhere(process, asked, errors, turns, heard)
        try:
            yield other
        finally:
            other.end()


def _started(errors: IO[str]) -> subprocess.Popen[str]:
    """The process, with this interpreter and this rnnlab, and nothing from where one happens to be."""
    home = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH", "")]))
    return subprocess.Popen(
        [sys.executable, "-P", str(home / "rnnlab" / "training" / "ensemble_worker.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        errors="replace",
        env={**os.environ, "PYTHONPATH": path},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


class Elsewhere:
    """A process that takes turns, and the thread that hears it.

    Attributes:
        seeds: whose runs it trains.
        failed: whether it ended in the middle of it, or before it began.
        last_words: what it wrote to stderr.
        error: what went wrong here with something that it said.
    """

    def __init__(
        self, process: subprocess.Popen[str], asked: str, errors: IO[str], turns: Turns, heard: Heard | None
    ) -> None:
        self.seeds: Seeds = ()
        self.failed = False
        self.last_words = ""
        self.error: Exception | None = None
        self._process = process
        self._asked = asked
        self._errors = errors
        self._turns = turns
        self._heard = heard
        self._began = self._dismissed = False
        self._taking = Lock()
        self._thread = Thread(target=self._listen, name="rnnlab-ensemble", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until it trains nothing any more."""
        while self._trains() and self._thread.is_alive():
            self._thread.join(1.0)  # without an end no Ctrl-C would be heard on Windows

    def _trains(self) -> bool:
        with self._taking:  # who has just been given the last runs has them
            return bool(self.seeds)

    def dismiss(self) -> None:
        """Have it end: after its next update where it trains, and at once where it is not ready yet."""
        self._dismissed = True
        if not self._began:
            self._process.kill()
        with suppress(OSError):
            self._commands.close()

    def end(self) -> None:
        """See to it that it has ended."""
        self.dismiss()
        try:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LAST_WORDS)
        finally:
            self._process.kill()  # does nothing to one that has ended
            self._thread.join()

    @property
    def story(self) -> str:
        """What it did when it failed, and why it did."""
        why = self.last_words.splitlines()[-1] if self.last_words else f"it ended with {self._process.returncode}"
        if not self.seeds:
            return f"a process failed before it trained: {why}"
        whose = f"seed{'s' if len(self.seeds) > 1 else ''} {', '.join(map(str, self.seeds))}"
        return f"the process that trained {whose} failed: {why}"

    @property
    def _commands(self) -> IO[str]:
        return cast(IO[str], self._process.stdin)

    def _listen(self) -> None:
        try:
            self._tell(self._asked)
            for line in cast(IO[str], self._process.stdout):
                self._obey(line.split())
        except (OSError, ValueError) as error:  # one of us has closed a pipe
            self.error = None if self._dismissed or isinstance(error, OSError) else error
        except Exception as error:
            self.error = error
        if self.error is not None:
            self._process.kill()
        self.failed = self._process.wait() != 0 and not self._dismissed
        if self.failed:
            self._errors.seek(0)
            self.last_words = self._errors.read().strip()
            if self.error is None:
                self._warn()

    def _warn(self) -> None:
        """Tell of the failure as soon as it is there; where warnings are errors, at the end."""
        try:
            warnings.warn(f"{self.story}; the others go on", stacklevel=3)
        except UserWarning as error:
            self.error = None if self.seeds else error  # where runs have stopped, another error says so

    def _obey(self, words: Sequence[str]) -> None:
        """Do what a line asks for; one that somebody else has printed asks for nothing."""
        match words:
            case ["free"]:
                self._began = True
                self._give(self._turns.take)
            case ["saved", seed, update]:
                self._give(lambda: self._turns.go_on((int(seed),), int(update)))
            case ["done", seed, update] if self._heard is not None:
                self._heard(int(seed), int(update))

    def _give(self, next_: Callable[[], Seeds]) -> None:
        with self._taking:
            self.seeds = next_()
        self._tell(" ".join(map(str, self.seeds)))

    def _tell(self, line: str) -> None:
        self._commands.write(line + "\n")
        self._commands.flush()


def _complain(others: Sequence[Elsewhere], folder: Path) -> None:
    """Of processes that failed, where runs have stopped with them."""
    for error in (other.error for other in others if other.error is not None):
        raise error
    stories = [other.story for other in others if other.failed and other.seeds]
    if stories:
        raise RunError(folder, "; ".join(stories), remedy="resume what is there")
