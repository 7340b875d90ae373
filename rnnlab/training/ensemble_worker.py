"""A process that takes turns in training an ensemble: ``python rnnlab/training/ensemble_worker.py``.

It is run by its path, not with ``-m``: that would import torch before the first line here.

The first line on stdin is JSON: ``experiment`` (data) and the ``folder`` in which each run gets its own. Then it asks,
a line each, and hears for an answer what to train next: ``free`` (seeds; none where all is done) and ``saved SEED
UPDATE`` (the same seed, or another). Some times a second it says ``done SEED UPDATE``. It ends when stdin does, after
the update in hand.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rnnlab.training.turns import Seeds

LAST_WORDS = 8.0
"""Seconds that a run has to be saved once nobody listens any more."""

INTERVAL = 0.1
"""Seconds between two words on how far a run is."""


class Asker:
    """The other end of `rnnlab.training.spread.Elsewhere`, and the `rnnlab.training.turns.Desk` here."""

    def __init__(self, answers: IO[str], questions: IO[str]) -> None:
        self._questions = questions
        self._answers: SimpleQueue[str | None] = SimpleQueue()
        self._stopped = False
        self._told: tuple[int, int] | None = None
        self._told_at = 0.0
        threading.Thread(target=self._listen, args=(answers,), name="answers", daemon=True).start()

    def _listen(self, answers: IO[str]) -> None:
        for line in answers:
            self._answers.put(line)
        self._stopped = True
        self._answers.put(None)
        time.sleep(LAST_WORDS)
        os._exit(1)

    def answer(self) -> str:
        """Wait for one."""
        line = self._answers.get()
        if line is None:
            raise SystemExit
        return line

    def _ask(self, *words: object) -> Seeds:
        self._say(*words)
        return tuple(map(int, self.answer().split()))

    def _say(self, *words: object) -> None:
        print(*words, file=self._questions, flush=True)

    def take(self) -> Seeds:
        """See `rnnlab.training.turns.Desk.take`."""
        return self._ask("free")

    def go_on(self, seeds: Seeds, update: int) -> Seeds:
        """See `rnnlab.training.turns.Desk.go_on`."""
        return self._ask("saved", *seeds, update)

    def heard(self, seed: int, update: int) -> None:
        """Pass on how far a run is: its beginning, its end (which is told twice), and what is due between."""
        if self._stopped:
            raise SystemExit
        now, before = time.monotonic(), self._told
        if before is None or before[0] != seed or before == (seed, update) or now > self._told_at + INTERVAL:
            self._say("done", seed, update)
            self._told_at = now
        self._told = seed, update
        if not gc.isenabled():  # all is loaded now
            gc.freeze()
            gc.enable()


def _take_the_pipes() -> tuple[IO[str], IO[str]]:
    """Both ends, out of reach of anything that prints or reads: stdout is stderr from here on."""
    answers, questions = os.fdopen(os.dup(0), "r"), os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    print(file=questions, flush=True)  # somebody may have left a line half said
    return answers, questions


def main() -> None:
    """Train what is given out until nothing is."""
    gc.disable()  # what is imported stays: looking for garbage there takes as long as half of the imports
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that started us hears it, and says what to do
    asker = Asker(*_take_the_pipes())
    from rnnlab.runs import Experiment
    from rnnlab.training.turns import train_in_turns

    try:
        asked = json.loads(asker.answer())
        train_in_turns(Experiment.from_data(asked["experiment"]), Path(asked["folder"]), asker, asker.heard)
    except SystemExit:  # nobody wants to know any more
        pass
    sys.stderr.flush()
    os._exit(0)  # torch's own end takes half a second and says nothing


if __name__ == "__main__":
    main()
