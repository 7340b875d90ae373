"""What a training process said and nobody has been shown yet.

The thread that reads the process puts messages in; the page, which hears it knock, takes everything out at once. Loss
points are gathered, pictures of the network replace one another, so a page that stalls finds one batch, not a queue.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.runs.history import MARKS, STEPS, TABLES

Arrays = dict[str, NDArray]

MAX_POINTS = 100_000
"""More unseen points than this are thinned to every second, fourth ... update: no screen shows them all, and the run on
disk has them."""

MAX_WORDS = 256


@dataclass(frozen=True)
class News:
    """Everything that arrived since the last look.

    Attributes:
        points: the arrays of a `History`, what is new of them.
        picture: the network's parameters at ``picture_update``, or None where no newer ones came.
        progress: the newest (update, n_trials, seconds), or None.
        words: the messages about the training's course, in order (``started``, ``paused``, ``finished`` ...).
    """

    points: Arrays
    picture: Arrays | None = None
    picture_update: int = 0
    progress: tuple[int, int, float] | None = None
    words: tuple[dict[str, Any], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words) or self.picture is not None or self.progress is not None


@dataclass
class _Rows:
    """Rows of arrays that belong together, gathered in pieces; thinned evenly where they get too many.

    What was not said of a row is NaN.
    """

    names: tuple[str, ...]
    pieces: list[Arrays] = field(default_factory=list)
    n: int = 0
    stride: int = 1

    def put(self, arrays: Mapping[str, NDArray]) -> None:
        if len(arrays.get(self.names[0], ())):
            self._add(arrays)
        while self.n > MAX_POINTS:
            everything, self.pieces, self.n = self.joined(), [], 0
            self.stride *= 2
            self._add(everything)

    def _add(self, arrays: Mapping[str, NDArray]) -> None:
        counts = arrays[self.names[0]]
        kept = counts % self.stride == 0
        said = {name: arrays[name] if name in arrays else _missing(name, len(counts)) for name in self.names}
        self.pieces.append({name: said[name][kept] for name in self.names})
        self.n += int(kept.sum())

    def joined(self) -> Arrays:
        if self.pieces:
            return {name: _joined([piece[name] for piece in self.pieces]) for name in self.names}
        kinds: dict[str, Any] = {name: np.int64 if name == self.names[0] else np.float64 for name in self.names}
        return {name: _missing(name, 0).astype(kind) for name, kind in kinds.items()}


def _missing(name: str, n: int) -> NDArray:
    return np.zeros((n, 0)) if name in TABLES else np.full(n, np.nan)


def _joined(pieces: list[NDArray]) -> NDArray:
    """One behind the other; tables as wide as the widest, with NaN where a narrower one has nothing."""
    if pieces[0].ndim == 2:
        width = max(piece.shape[1] for piece in pieces)
        pieces = [np.pad(piece, ((0, 0), (0, width - piece.shape[1])), constant_values=np.nan) for piece in pieces]
    return np.concatenate(pieces)


GROUPS = tuple((*names, *(table for table, group in TABLES.items() if group is names)) for names in (STEPS, MARKS))
"""Arrays that come together; the first of each says of which update a row is."""


class Mailbox:
    """A letter box between two threads. Everything in it speaks of one training, named by its token.

    Args:
        knock: called, by the thread that puts it in, after a message has been taken in.
    """

    def __init__(self, knock: Callable[[], None] = lambda: None) -> None:
        self.knock = knock
        self._lock = threading.Lock()
        self._token = 0
        self._empty()

    def _empty(self) -> None:
        self._steps, self._marks = (_Rows(names) for names in GROUPS)
        self._picture: Arrays | None = None
        self._picture_update = 0
        self._progress: tuple[int, int, float] | None = None
        self._words: deque[dict[str, Any]] = deque(maxlen=MAX_WORDS)

    def expect(self, token: int) -> None:
        """From here on take in only what speaks of this training; what lies here of another is thrown away."""
        with self._lock:
            self._token = token
            self._empty()

    def put(self, header: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> None:
        """Take one message in. Messages of another training are dropped; token 0 speaks of the process itself."""
        with self._lock:
            if header.get("token") not in (0, self._token):
                return
            if header["kind"] == "news":
                self._put_news(header, arrays)
            else:
                self._put_words(dict(header))
        self.knock()

    def _put_news(self, header: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> None:
        self._progress = (header["update"], header["n_trials"], header["seconds"])
        self._steps.put(arrays)
        self._marks.put(arrays)
        if header["picture"] is not None:
            prefix = "parameters/"
            self._picture = {k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)}
            self._picture_update = header["picture"]

    def _put_words(self, message: dict[str, Any]) -> None:
        repeated = self._words and self._words[-1]["kind"] == message["kind"] == "saved"
        if repeated:
            self._words.pop()
        self._words.append(message)

    def take(self) -> News:
        """Everything since the last look, and forget it."""
        with self._lock:
            points = self._steps.joined() | self._marks.joined()
            news = News(points, self._picture, self._picture_update, self._progress, tuple(self._words))
            self._empty()
            return news

    @property
    def n_waiting(self) -> int:
        """Loss points nobody has looked at yet."""
        return self._steps.n
