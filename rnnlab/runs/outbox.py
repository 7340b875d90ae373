"""What a training process has still to say: points gathered, pictures latest only, sent at a steady rate."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from typing import Any, BinaryIO, NoReturn

import numpy as np

from rnnlab.events import Evaluated, Event, Finished, Updated
from rnnlab.runs import frames
from rnnlab.runs.history import MARKS, STEPS

RATE = 6.0
"""Messages in a second. Each redraws the loss, which a browser without a graphics card pays for with a tenth of a core
every four or five; a loss has to be on the screen within 300 ms."""

PICTURES = 1.0
"""Networks in a second among the messages: each redraws every figure of the network."""


class Outbox:
    """What is still to be said: points gathered, pictures latest only, sent by a thread at a steady rate.

    Attributes:
        tasks, conditions: whose accuracies are told. More conditions may come behind those that are there.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.rate, self.pictures = RATE, PICTURES
        self.tasks: tuple[str, ...] = ()
        self.conditions: tuple[str, ...] = ()
        self._stream = stream
        self._speaking = threading.RLock()
        self._changed = threading.Condition()
        self._token = 0
        self._picture_sent = -np.inf
        self._forget()
        threading.Thread(target=self._stream_news, name="news", daemon=True).start()

    def open(self, token: int, tasks: tuple[str, ...] = ()) -> None:
        """Begin to speak of another training, whose accuracies are those of these ``tasks``."""
        with self._changed:
            self._token, self._picture_sent = token, -np.inf
            self.tasks, self.conditions = tasks, ()
            self._forget()

    def _forget(self) -> None:
        self._points: list[tuple[float, ...]] = []
        self._scores: list[tuple[float, ...]] = []
        self._picture: Evaluated | Finished | None = None
        self._last: Event | None = None

    def add(self, event: Event) -> None:
        """Take one event of the training in."""
        with self._changed:
            self._last = event
            if isinstance(event, Updated):
                self._points.append((event.update, event.loss, event.gradient_norm, event.penalty, *event.penalties))
            elif isinstance(event, Evaluated):
                self._scores.append(_scores(event, self.tasks, self.conditions))
                self._picture = event
            elif isinstance(event, Finished) and event.parameters:
                self._picture = event  # the network that is kept is not the last one
            self._changed.notify()

    def say(self, kind: str, token: int | None = None, **facts: Any) -> None:
        """Send one message at once, ahead of what is gathered. Without ``token`` it speaks of the training in hand."""
        with self._speaking:
            self._send({"kind": kind, "token": self._token if token is None else token, **facts})

    def conclude(self, kind: str, **facts: Any) -> None:
        """Send everything gathered, the latest picture too, and then the message that it leads to."""
        with self._speaking:
            self.flush(picture=True)
            self.say(kind, **facts)

    def set_rates(self, rate: float, pictures: float) -> None:
        """Change how often news and pictures are sent; 0 is never."""
        with self._changed:
            self.rate, self.pictures = rate, pictures
            self._changed.notify()

    def flush(self, picture: bool) -> None:
        """Send what was gathered, with the latest picture if wanted."""
        with self._speaking:
            with self._changed:
                if self._last is None or not (self._points or self._scores or (picture and self._picture)):
                    return
                token, last = self._token, self._last
                tables = {"task_accuracies": len(self.tasks), "condition_accuracies": len(self.conditions)}
                points, self._points = self._points, []
                scores, self._scores = self._scores, []
                shown = self._picture if picture else None
                self._picture = None if picture else self._picture
            header = {"kind": "news", "token": token, "update": last.update, "n_trials": last.n_trials}
            header |= {"seconds": last.seconds, "picture": None if shown is None else shown.update}
            arrays = _columns(points, STEPS) | _columns(scores, MARKS)
            arrays |= _tables(points, STEPS, {"penalty_values": max(map(len, points), default=len(STEPS)) - len(STEPS)})
            arrays |= _tables(scores, MARKS, tables)
            if shown is not None:
                self._picture_sent = time.monotonic()
                arrays |= {f"parameters/{name}": array for name, array in shown.parameters.items()}
            self._send(header, arrays)

    def _send(self, header: Mapping[str, Any], arrays: Mapping[str, Any] | None = None) -> None:
        try:
            self._stream.write(frames.pack(header, arrays))
            self._stream.flush()
        except OSError:
            os._exit(0)  # nobody reads any more

    def _stream_news(self) -> NoReturn:
        sent = -np.inf
        while True:
            with self._changed:
                while self.rate <= 0 or not (self._points or self._scores):
                    self._changed.wait()
                pause = sent + 1 / self.rate - time.monotonic()
            if pause > 0:
                time.sleep(min(pause, 0.1))  # short: the rate may be raised meanwhile
                continue
            sent = time.monotonic()
            self.flush(picture=self.pictures > 0 and sent - self._picture_sent >= 1 / self.pictures)


def _scores(event: Evaluated, tasks: tuple[str, ...], conditions: tuple[str, ...]) -> tuple[float, ...]:
    """A row of a history's evaluations, and behind it the accuracy in each task and in each condition."""
    health, nan = event.health, float("nan")
    half = None if health is None else health.half_step_accuracy
    fares = (nan,) * 3 if health is None else (health.spectral_radius, health.silent, health.saturated)
    scored = (event.update, event.accuracy, event.loss, event.worst_accuracy, *fares, nan if half is None else half)
    each = (event.conditions.get(name, nan) for name in conditions)
    return *scored, *(event.tasks.get(name, nan) for name in tasks), *each


def _columns(rows: list[tuple[float, ...]], names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The first name is that of a count."""
    table = np.array([row[: len(names)] for row in rows], dtype=np.float64).reshape(len(rows), len(names))
    columns = {name: np.ascontiguousarray(table[:, i]) for i, name in enumerate(names)}
    return columns | {names[0]: columns[names[0]].astype(np.int64)}


def _tables(rows: list[tuple[float, ...]], names: tuple[str, ...], widths: Mapping[str, int]) -> dict[str, np.ndarray]:
    """What stands behind the columns of the rows: tables of these widths, one after the other."""
    found, start = {}, len(names)
    for name, width in widths.items():
        table = np.full((len(rows), width), np.nan)
        for i, row in enumerate(rows):
            part = row[start : start + width]
            table[i, : len(part)] = part
        found[name], start = table, start + width
    return found
