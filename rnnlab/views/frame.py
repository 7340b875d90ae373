"""Keeps the parts of one page up to date with its session.

Changes of the session are noted as they happen and drawn together: at once where they come from this page's own
controls, else at the next tick. One periodic callback per page looks for news of a training.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import panel as pn

from rnnlab.figures.theme import THEMES
from rnnlab.session import Session
from rnnlab.views import look, parts, push
from rnnlab.views.view import Pace, Part

TICK_MS = 125
"""Time between two looks for news: eight a second."""

REST_S = 0.25
"""A slider that has not moved for so long has come to rest."""

PACES: tuple[Pace, ...] = ("prompt", "steady", "patient")

WARM_AFTER = 12
"""Ticks between a page's opening and the start of its training process: the page comes first."""

PATIENCE = 80
"""Ticks without any page that shows the parts, after which they are given up."""


class Frame:
    """Parts on a page, in one theme.

    Args:
        contents: what is kept up to date.
        session: what they show.
        theme: ``"light"`` or ``"dark"``.
        body: the layout that holds the parts; one under the other if not given.
        warm: have a training process ready soon after the page is there, so that a first training starts at once.
    """

    def __init__(
        self, contents: Sequence[Part], session: Session, theme: str = "light", body: Any = None, warm: bool = False
    ) -> None:
        self.session = session
        self.parts = list(contents)
        self.theme = theme
        content = parts.column(*(part.layout for part in self.parts)) if body is None else body
        self._served = pn.state.curdoc is not None and pn.state.curdoc.session_context is not None
        self.layout = parts.column(content, css=look.FRAME, css_classes=self._classes())
        self._unseen = 0
        self._ticks_to_warm = WARM_AFTER if warm else -1
        self._ticking = False
        self._rests_until = 0.0
        self._stop_ticking: Callable[[], None] | None = None
        names = sorted({name for part in self.parts for name in part.watches})
        self._watcher = session.param.watch(self._note, names)
        if _loop_is_running():
            self._go_live()

    # -------------------------------------------------------------------------------------------- while it lives

    def _go_live(self) -> None:
        self.session.attach()
        self._stop_ticking = push.every(TICK_MS, self.tick)
        if self._served:
            pn.state.on_session_destroyed(self._page_is_gone)

    def _note(self, *events: Any) -> None:
        """The session changed. What follows a slider is drawn now, the rest when the slider has come to rest."""
        names = {event.name for event in events}
        for part in self.parts:
            part.note(names)
        if not self._ticking:
            self._rests_until = time.monotonic() + REST_S
            self.draw("prompt")

    def tick(self) -> None:
        """Take in what the training said, and draw it."""
        self._unseen = 0 if push.pages_of(self.layout) else self._unseen + 1
        if self._unseen > PATIENCE:
            self.close()
            return
        self._ticks_to_warm -= 1
        if self._ticks_to_warm == 0:
            self.session.warm()
        self._ticking = True
        try:
            self.session.drain()
        finally:
            self._ticking = False
        moving = time.monotonic() < self._rests_until
        self.draw(*(("prompt", "steady") if moving else PACES))

    def draw(self, *paces: Pace) -> None:
        """Bring the parts of these paces that can be seen up to date, in one message."""
        with push.batch(self.layout):
            for part in self.parts:
                if part.pace in paces:
                    part.bring_up_to_date()

    # ------------------------------------------------------------------------------------------------------ theme

    def _classes(self) -> list[str]:
        return ["rnnlab", f"rl-{self.theme}", "rl-served" if self._served else "rl-notebook"]

    def toggle_theme(self) -> None:
        """From light to dark and back, in place."""
        self.theme = "dark" if self.theme == "light" else "light"
        with push.batch(self.layout):
            self.layout.css_classes = self._classes()
            for part in self.parts:
                part.restyle(THEMES[self.theme])

    # -------------------------------------------------------------------------------------------------------- end

    def _page_is_gone(self, _context: Any) -> None:
        self.close()

    def close(self) -> None:
        """Stop looking at the session. A training goes on; the session decides how long."""
        if self._stop_ticking is None:
            return
        self._stop_ticking()
        self._stop_ticking = None
        self.session.param.unwatch(self._watcher)
        self.session.detach()


def _loop_is_running() -> bool:
    """Whether this is a server or a notebook's kernel, and not a script that saves a page and ends."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
