"""Keeps the parts of one page up to date with its session.

Changes of the session are noted as they happen and drawn together: at once where they come from this page's own
controls, else at the next tick. News of a training is drawn when it comes; while a slider moves, behind the answer to
a move, when the browser has drawn that and the next move has not come yet.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import panel as pn

from rnnlab.figures.theme import THEMES
from rnnlab.session import Session
from rnnlab.views import look, parts, push
from rnnlab.views.steward import BEAT_S, Steward
from rnnlab.views.view import POINTED, Pace, Part

TICK_MS = 250
"""Time between two looks around. What a training says is drawn as it comes, without waiting for one."""

REST_S = 0.5
"""A slider that has not moved for so long has come to rest."""

ANSWERED_S = 0.1
"""After so long a browser has drawn the answer to a move of a slider."""

SILENCE_S = 15 * BEAT_S
"""A notebook's page of which nothing was heard for so long is gone, or sleeps. (Browsers slow hidden pages down to one
beat a minute.) A page that speaks again goes on."""

WARM_AFTER = 6
"""Ticks between a page's first sign of life and the start of its training process: the page comes first."""

PACES: tuple[Pace, ...] = ("prompt", "steady", "patient")


class Frame:
    """Parts on a page, in one theme.

    Args:
        contents: what is kept up to date.
        session: what they show.
        theme: ``"light"`` or ``"dark"``.
        body: the layout that holds the parts; one under the other if not given.
        helps: gives label of a control -> a sentence about it, for the task and network chosen.
        warm: have a training process ready soon after the page is there, so that a first training starts at once.
    """

    def __init__(
        self,
        contents: Sequence[Part],
        session: Session,
        theme: str = "light",
        body: Any = None,
        helps: Callable[[Session], Mapping[str, str]] | None = None,
        warm: bool = False,
    ) -> None:
        self.session = session
        self.parts = list(contents)
        self.theme = theme
        self.served = pn.state.curdoc is not None and pn.state.curdoc.session_context is not None
        self._helps = helps or (lambda _: {})
        self.steward = Steward(helps=dict(self._helps(session)), width=0, height=0, margin=0)
        content = parts.column(*(part.layout for part in self.parts)) if body is None else body
        self.layout = parts.column(content, self.steward, css=look.FRAME, css_classes=self._classes())
        self._warms, self._greeted = warm, False
        self._ticks_to_warm = -1
        self._rests_until = 0.0
        self._told, self._follows = -math.inf, False
        self._heard = time.monotonic()
        self._stop_ticking: Callable[[], Any] | None = None
        self._watch()
        if _loop_is_running():
            self._go_live()

    def take_in(self, contents: Sequence[Part]) -> None:
        """Keep these parts up to date from here on too: a workspace that was opened later."""
        self.parts += contents
        self.session.param.unwatch(self._watcher)
        self._watch_session()

    def _watch_session(self) -> None:
        names = sorted({name for part in self.parts for name in part.watches})
        self._watcher: Any = self.session.param.watch(self._note, names)

    def _watch(self) -> None:
        self._watch_session()
        self.steward.param.watch(self._hear, "beat")
        self.steward.param.watch(lambda _: push.resend(self.layout), "returned")
        self.steward.param.watch(lambda event: self.session.param.update(visible=event.new), "in_sight")
        if self.served:
            pn.state.on_session_destroyed(self._page_is_gone)

    # -------------------------------------------------------------------------------------------- while it lives

    @property
    def live(self) -> bool:
        """Whether this page looks for news."""
        return self._stop_ticking is not None

    def _go_live(self) -> None:
        self.session.attach()
        stop, unhear = push.every(TICK_MS, self.tick), self.session.on_mail(push.knocker(self._answer))
        self._after = push.delayed(self._follow_up)
        self._stop_ticking = lambda: (stop(), unhear())

    def _hear(self, _event: Any) -> None:
        """The browser says that the page is there."""
        self._heard = time.monotonic()
        if self._warms and not self._greeted:  # only now: whoever merely fetches the address must not start processes
            self._ticks_to_warm = WARM_AFTER
        self._greeted = True
        if not self.live:
            self._go_live()

    def _is_gone(self) -> bool:
        """Whether this page is a notebook's that nobody has any more."""
        silent = time.monotonic() - self._heard
        return not self.served and silent > (SILENCE_S if push.pages_of(self.layout) else BEAT_S)

    def _note(self, *events: Any) -> None:
        """The session changed. What follows a slider is drawn now, the rest when the slider has come to rest."""
        names = {event.name for event in events}
        for part in self.parts:
            part.note(names)
        if "task_name" in names:
            self.steward.helps = dict(self._helps(self.session))
        if names <= POINTED:
            with push.batch(self.layout):
                for part in self.parts:
                    part.draw_marks()
        elif not self.session.draining:  # news are drawn by each page when it hears of them
            self._rests_until = time.monotonic() + REST_S
            self.draw("prompt")
            self._have_news_follow()

    def tick(self) -> None:
        """Look around: is the page still there, is it time to get a process ready, is there news?"""
        if self._is_gone():
            self.close()
            return
        self._ticks_to_warm -= 1
        if self._ticks_to_warm == 0:
            self.session.warm()
        if not (self.live and self._moves):
            self._draw_news()

    def _answer(self) -> None:
        """The training said something. While a slider moves that waits: the hand comes first."""
        if self.live and not self._moves:
            self._draw_news()

    def _have_news_follow(self) -> None:
        """Tell what waits behind the answer to a move; of a hand that does not pause, with some of its moves."""
        if self.live and not self._follows:
            self._follows = True
            self._after(max(ANSWERED_S, self._told + TICK_MS / 1000 - time.monotonic()))

    def _follow_up(self) -> None:
        self._follows = False
        if self.live:
            self._draw_news()

    @property
    def _moves(self) -> bool:
        """Whether a slider has moved just now."""
        return time.monotonic() < self._rests_until

    def _draw_news(self) -> None:
        """Take in what the training said, and draw it."""
        self._told = time.monotonic()
        if "phase" in self.session.drain() and self.session.phase == "stopped" and self._warms:
            self._ticks_to_warm = WARM_AFTER  # its process went with the training
        self.draw(*(("prompt", "steady") if self._moves else PACES))

    def draw(self, *paces: Pace) -> None:
        """Bring the parts of these paces that can be seen up to date, in one message."""
        due = [part for part in self.parts if part.pace in paces and part.due]
        if due:
            with push.batch(self.layout):
                for part in due:
                    part.bring_up_to_date()

    # ------------------------------------------------------------------------------------------------------ theme

    def _classes(self) -> list[str]:
        return ["rnnlab", f"rl-{self.theme}", "rl-served" if self.served else "rl-notebook"]

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
        self.session.param.unwatch(self._watcher)

    def close(self) -> None:
        """Stop looking for news. A training goes on; the session decides how long."""
        if self._stop_ticking is not None:
            self._stop_ticking()
            self._stop_ticking = None
            self.session.detach()


def _loop_is_running() -> bool:
    """Whether this is a server or a notebook's kernel, and not a script that saves a page and ends."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
