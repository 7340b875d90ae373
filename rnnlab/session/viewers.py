"""Who is looking, and what happens some time after nobody is."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Viewers:
    """Counts the pages that show a session. Safe from any thread.

    Args:
        left: called, in a thread, when nobody has looked for the time given to `detach`.
    """

    def __init__(self, left: Callable[[], None]) -> None:
        self.n = 0
        self._left = left
        self._lock = threading.Lock()
        self._leaving: threading.Timer | None = None

    def attach(self) -> None:
        """Somebody looks: a page was opened, or came back."""
        with self._lock:
            self.n += 1
            self._stay()

    def detach(self, grace: float) -> None:
        """Somebody left; ``grace`` seconds from now that counts, unless somebody comes."""
        with self._lock:
            self.n = max(0, self.n - 1)
            self._stay()
            if self.n == 0:
                self._leaving = threading.Timer(grace, self._leave)
                self._leaving.daemon = True
                self._leaving.start()

    def close(self) -> None:
        """Forget about leaving."""
        with self._lock:
            self._stay()

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _leave(self) -> None:
        with self._lock:
            self._leaving = None
            if self.n:
                return
        self._left()
