"""Train, pause, resume, stop: where the training of a session stands, and the process that does it."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from rnnlab.analysis.numbers import GAP
from rnnlab.runs.outbox import PICTURES, RATE
from rnnlab.session.mailbox import News
from rnnlab.session.worker import Worker

logger = logging.getLogger(__name__)

PHASES = ("idle", "starting", "training", "paused", "stopping", "stopped", "finished", "diverged", "failed")

ACTIVE = ("starting", "training", "paused", "stopping")
"""Phases in which a training is under way."""

UNWATCHED = "stopped: nobody was looking any more"


class Transport:
    """The course of one training after the other. Nothing here blocks.

    Attributes:
        phase: one of `PHASES`.
        message: what to tell about it, one sentence or two.
    """

    def __init__(self) -> None:
        self.phase = "idle"
        self.message = ""
        self._worker: Worker | None = None
        self._tokens = itertools.count(1)
        self._token = 0
        self._order: Mapping[str, Any] = {}
        self._pausing = False
        self._abandoned = False
        self._rates = (RATE, PICTURES)
        self._listeners: list[Callable[[], None]] = []

    @property
    def active(self) -> bool:
        """Whether a training is under way."""
        return self.phase in ACTIVE

    @property
    def pid(self) -> int | None:
        """The training process, where one is running."""
        return self._worker.pid if self._worker is not None and self._worker.alive else None

    @property
    def ready(self) -> bool:
        """Whether a process waits that would start a training at once."""
        return self._worker is not None and self._worker.ready

    # -------------------------------------------------------------------------------------------- what is asked

    def opened(self, finished: bool, update: int) -> None:
        """Take a training from elsewhere as the one that was last under way."""
        self.phase = "idle" if finished else "stopped"
        self.message = "" if finished else f"stopped after update {update}"

    def warm(self) -> None:
        """Have a process ready before it is needed (it takes seconds to import torch)."""
        self._living()

    def _living(self) -> Worker:
        if self._worker is None or not self._worker.alive or self._abandoned:
            self._worker = Worker(self._knock)
            self._abandoned = False
            self._send_rates()
        return self._worker

    def begin(self, order: Mapping[str, Any]) -> None:
        """Start a training, after ending the one under way."""
        if self.active and self._worker is not None:
            self._worker.stop(self._token)
        worker = self._living()
        self._token, self._order, self._pausing = next(self._tokens), order, False
        worker.train(self._token, order)
        self.phase = "starting"
        self.message = "" if worker.ready else "starting the training process"

    def pause(self) -> None:
        """Hold the training after the update in hand."""
        if self.phase == "training" and self._worker is not None:
            self._pausing = True
            self._worker.send("pause")

    def resume(self) -> None:
        """Go on where the training was held."""
        if (self.phase == "paused" or self._pausing) and self._worker is not None:
            self._pausing = False
            self._worker.send("resume")

    def steer(self, path: str, value: Any, over: int = 0) -> None:
        """Have a field of what is trained changed, to ``value`` as plain data, after the update in hand."""
        if self.phase in ("starting", "training", "paused") and self._worker is not None:
            self._worker.send("steer", token=self._token, path=path, value=value, over=over)

    def stop(self) -> None:
        """End the training, and its process once it has written its state or when it does not answer."""
        if self.phase in ("starting", "training", "paused") and self._worker is not None:
            self.phase, self.message = "stopping", ""
            self._worker.stop(self._token)

    def abandon(self) -> None:
        """End process and training because nobody looks any more. Safe from any thread; `hear` tells of it later."""
        if self._worker is not None:
            self._abandoned = True
            self._worker.retire()

    def stream(self, rate: float, pictures: float) -> None:
        """How often news and pictures of the network are sent, per second; 0 is not at all."""
        self._rates = (rate, pictures)
        self._send_rates()

    def _send_rates(self) -> None:
        if self._worker is not None:
            self._worker.send("stream", rate=self._rates[0], pictures=self._rates[1])

    def close(self, then: Callable[[], None]) -> None:
        """End the process; ``then`` is called when it is gone, perhaps in another thread."""
        if self._worker is None:
            then()
        else:
            self._worker.retire()
            self._worker.when_gone(then)
            self._worker = None
        if self.active:
            self.phase, self.message = "stopped", ""

    # ------------------------------------------------------------------------------------------- what is heard

    def on_mail(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have ``listener`` called, from any thread, whenever `hear` would find something; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._forget(listener)

    def _knock(self) -> None:
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception:  # of a page that is gone, perhaps: it must not cost the others theirs
                self._forget(listener)
                logger.exception("a page could not be told of news")

    def _forget(self, listener: Callable[[], None]) -> None:
        with suppress(ValueError):
            self._listeners.remove(listener)

    def hear(self) -> News:
        """Everything said since the last time; moves `phase` and `message` along."""
        if self._worker is None:
            return News(points={})
        gone = not self._worker.alive
        news = self._worker.mailbox.take()
        for word in news.words:
            self._follow(word)
        if gone:
            self._bury(self._worker)
        return news

    def _follow(self, word: Mapping[str, Any]) -> None:
        match word["kind"]:
            case "started" | "resumed":
                self._move("training", "")
            case "paused":
                self._pausing = False
                self._move("paused", f"paused after update {word['update']}")
            case "stopped":
                self._move("stopped", f"stopped after update {word['update']}" if "update" in word else "stopped")
                self._dismiss()
            case "diverged":
                self._move("diverged", f"diverged after update {word['update']}: {word['where']}; {word['remedy']}")
            case "finished":
                self._finish(word)
            case "failed":
                self._move("failed", word["problem"])

    def _dismiss(self) -> None:
        """End the process of a training that was stopped; another is started when it is needed, or by `warm`."""
        if self._worker is not None:
            self._worker.retire()
            self._worker = None

    def _move(self, phase: str, message: str) -> None:
        if self.phase != "stopping" or phase not in ("training", "paused"):
            self.phase, self.message = phase, message

    def _finish(self, word: Mapping[str, Any]) -> None:
        if self.phase == "diverged":
            return
        scored = "" if word["accuracy"] is None else f" at {100 * word['accuracy']:.1f}{GAP}% correct"
        which = "" if word["kept"] in (None, word["update"]) else f", by the network of update {word['kept']}, the best"
        self._move("finished", f"finished after {word['update']} updates{scored}{which}")

    def _bury(self, worker: Worker) -> None:
        """The process is gone. A training that was only waiting for it gets another one."""
        self._worker = None
        if self.phase == "starting" and worker.killed:
            self.begin(self._order)
        elif self.active and self._abandoned:
            self.phase, self.message = "stopped", UNWATCHED
        elif self.phase == "stopping":
            self.phase, self.message = "stopped", f"stopped: {worker.note}"
        elif self.active:
            self.phase, self.message = "failed", worker.note
