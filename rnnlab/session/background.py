"""Slow questions, answered in a thread at a limited share of the time, so that sliders stay light."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

SHARE = 0.25
"""Largest share of the time spent computing: after one second of work come three of rest."""


@dataclass(frozen=True)
class Answer:
    """The answer to the question ``name``, asked with ``key``: ``value``, or the ``error`` that came instead."""

    name: str
    key: Hashable
    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True)
class _Question:
    name: str
    key: Hashable
    compute: Callable[[], Any]


class Background:
    """Answers one question at a time. Of questions of one name only the latest waits.

    The thread starts with the first question. It is a daemon, so it must do nothing but compute with NumPy.
    """

    def __init__(self, share: float = SHARE) -> None:
        self._share = share
        self._changed = threading.Condition()
        self._waiting: dict[str, _Question] = {}
        self._in_hand: _Question | None = None
        self._answers: dict[str, Answer] = {}
        self._closed = False
        self._thread: threading.Thread | None = None

    def ask(self, name: str, key: Hashable, compute: Callable[[], Any]) -> None:
        """Ask; a question of that name that still waits is dropped, the one in hand is finished."""
        with self._changed:
            if self._closed or (self._in_hand and (self._in_hand.name, self._in_hand.key) == (name, key)):
                return
            self._waiting[name] = _Question(name, key, compute)
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="rnnlab-results", daemon=True)
                self._thread.start()

    def drop(self, name: str) -> None:
        """Nobody waits for this question any more: where it still waits it is not begun."""
        with self._changed:
            self._waiting.pop(name, None)

    def take(self) -> tuple[Answer, ...]:
        """The answers that came since the last call, the latest of each name."""
        with self._changed:
            answers, self._answers = self._answers, {}
            return tuple(answers.values())

    @property
    def busy(self) -> frozenset[str]:
        """Names of the questions that wait or are worked on, or whose answer was not taken yet."""
        with self._changed:
            in_hand = {self._in_hand.name} if self._in_hand else set()
            return frozenset(self._waiting) | frozenset(self._answers) | in_hand

    def close(self) -> None:
        """Ask nothing more; what is being computed is thrown away."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._answers.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while (question := self._next()) is not None:
            started = time.perf_counter()
            self._deliver(_answer(question))
            self._rest((time.perf_counter() - started) * (1 / self._share - 1))

    def _next(self) -> _Question | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            self._in_hand = self._waiting.pop(next(iter(self._waiting)))
            return self._in_hand

    def _deliver(self, answer: Answer) -> None:
        with self._changed:
            self._in_hand = None
            if not self._closed:
                self._answers[answer.name] = answer

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, timeout=seconds)


def _answer(question: _Question) -> Answer:
    try:
        return Answer(question.name, question.key, question.compute())
    except Exception as error:
        return Answer(question.name, question.key, error=error)
