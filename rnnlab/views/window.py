"""A window in time that is dragged over a figure: what it does follows the hand, and is refined at rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from rnnlab.analysis import PerturbationQuestion, Question
from rnnlab.figures import PerturbationFigure
from rnnlab.session import Session
from rnnlab.views import push

REST_S = 1.0
"""A hand that has not moved for so long has come to rest. Many trials are run then, and would hold up its next move."""

NOTCH = 10.0
"""ms to which a dragged end is rounded."""


class WindowDrag:
    """Between the window of a `PerturbationFigure` and the session's question.

    Args:
        session: whose question it is.
        moved: called with the question that the window says now.

    Attributes:
        restless: whether the window was moved and the question not asked yet from many trials.
    """

    def __init__(self, session: Session, moved: Callable[[Question], None]) -> None:
        self.session, self._moved = session, moved
        self.figure: PerturbationFigure | None = None
        self.restless = False
        self._ends: tuple[float, float] | None = None
        self._at = 0.0

    def follow(self, figure: PerturbationFigure) -> None:
        """Follow the window of this figure."""
        self.figure = figure
        figure.on_window(self._dragged)

    def _dragged(self, start: float, stop: float) -> None:
        waits = self._ends is not None
        self._ends, self._at = (start, stop), time.monotonic()
        if not waits:
            push.soon(self._say)  # both ends come one after the other

    def _say(self) -> None:
        ends, self._ends = self._ends, None
        question = self.session.question
        if ends is None or not isinstance(question, PerturbationQuestion):
            return
        start = max(NOTCH * round(ends[0] / NOTCH), 0.0)
        stop = max(NOTCH * round(ends[1] / NOTCH), start + NOTCH)
        if (start, stop) != (question.start, question.stop) or self.restless:
            self.restless = True
            self.session.param.trigger("replies")  # for the page to look again
            self._moved(question.replace(start=start, stop=stop))

    def glance(self, question: Question) -> None:
        """Draw what few trials say."""
        found = self.session.glance(question)
        if found is not None and self.figure is not None:
            self.figure.update(found)  # type: ignore[arg-type]  # the answer to its own question

    def rests(self) -> bool:
        """Whether the hand has come to rest: it is not restless any more then."""
        self.restless = time.monotonic() - self._at < REST_S
        return not self.restless

    def place(self, question: Any) -> None:
        """Put the window where a question says."""
        if self.figure is not None and isinstance(question, PerturbationQuestion):
            self.figure.place(question.start, question.stop)
