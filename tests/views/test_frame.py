"""Parts on one page: what is drawn at once, what waits, and when the page looks for news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import ClassVar

import pytest

from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.session.mailbox import News
from rnnlab.views import Frame, frame, parts, push
from rnnlab.views.view import Pace, Part


class Noted(Part):
    """A part that notes when it is drawn."""

    watches: ClassVar[tuple[str, ...]] = ("experiment", "message")

    def __init__(self, session: Session, pace: Pace, log: list[str]) -> None:
        super().__init__(session, LIGHT)
        self.pace, self.log = pace, log  # type: ignore[misc]
        self.layout = parts.column()
        self.bring_up_to_date()

    def refresh(self, changed: set[str]) -> None:
        self.log.append(self.pace)


@pytest.fixture
def build(session: Session) -> Callable[[], tuple[Frame, list[str]]]:
    def make() -> tuple[Frame, list[str]]:
        log: list[str] = []
        made = Frame([Noted(session, pace, log) for pace in frame.PACES], session)
        log.clear()
        return made, log

    return make


def test_a_slider_draws_the_prompt_parts_and_the_rest_when_it_rests(
    build: Callable[[], tuple[Frame, list[str]]], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(frame.time, "monotonic", lambda: clock[0])
    made, log = build()
    made.served = True
    session.set_seed(5)
    assert log == ["prompt"]
    made.tick()
    assert log == ["prompt", "steady"]
    clock[0] += frame.REST_S + 0.01
    made.tick()
    assert log == ["prompt", "steady", "patient"]
    made.tick()
    assert len(log) == 3


def test_in_a_script_a_page_looks_for_no_news(build: Callable[[], tuple[Frame, list[str]]], session: Session) -> None:
    made, _ = build()
    assert not made.live
    assert session.viewers == 0


def test_in_a_notebook_a_page_looks_until_it_falls_silent_and_again_when_it_speaks(
    build: Callable[[], tuple[Frame, list[str]]], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        made, _ = build()
        assert made.live
        assert session.viewers == 1
        later = frame.time.monotonic() + frame.SILENCE_S + 1
        with monkeypatch.context() as patched:
            patched.setattr(frame.time, "monotonic", lambda: later)
            made.tick()
        assert not made.live
        assert session.viewers == 0
        made.steward.beat += 1
        assert made.live
        assert session.viewers == 1
        made.close()
        made.close()
        assert session.viewers == 0

    asyncio.run(play())
    session.grace = 0


def test_the_browser_s_tab_decides_how_much_is_told(
    build: Callable[[], tuple[Frame, list[str]]], session: Session
) -> None:
    made, _ = build()
    made.steward.in_sight = False
    assert not session.visible


def test_the_theme_changes_everywhere(build: Callable[[], tuple[Frame, list[str]]]) -> None:
    made, _ = build()
    made.toggle_theme()
    assert made.theme == "dark"
    assert "rl-dark" in made.layout.css_classes
    assert {part.theme.name for part in made.parts} == {"dark"}
    made.toggle_theme()
    assert "rl-light" in made.layout.css_classes


def test_a_part_that_comes_later_is_kept_up_to_date_and_nothing_is_drawn_twice(
    build: Callable[[], tuple[Frame, list[str]]], session: Session
) -> None:
    made, log = build()
    later = Noted(session, "prompt", log)
    later.watches = ("experiment", "phase")  # type: ignore[misc]
    made.take_in([later])
    log.clear()
    session.set_seed(9)
    assert log == ["prompt", "prompt"]
    log.clear()
    session.param.update(phase="failed")
    assert log == ["prompt"], "what only the new part watches"


def test_mail_is_drawn_when_it_comes_and_a_closed_page_hears_none(
    build: Callable[[], tuple[Frame, list[str]]], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "TICK_MS", 60_000)

    async def one_page() -> list[int]:
        drawn = []
        monkeypatch.setattr(session, "drain", lambda: drawn.append(1) or frozenset())
        made, _ = build()
        assert made.live and not drawn
        mail = session._transport._knock
        await asyncio.to_thread(lambda: [mail() for _ in range(50)])
        await asyncio.sleep(0.01)
        assert 1 <= len(drawn) < 50, "knocks that came while nobody looked are one"
        made.close()
        before = len(drawn)
        await asyncio.to_thread(mail)
        await asyncio.sleep(0.01)
        return drawn[before:]

    assert asyncio.run(one_page()) == []


def test_while_a_slider_moves_mail_is_drawn_behind_the_answer_to_the_move(
    build: Callable[[], tuple[Frame, list[str]]], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "TICK_MS", 900)
    clock = [100.0]
    monkeypatch.setattr(frame, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    async def one_page() -> list[int]:
        drawn: list[int] = []
        monkeypatch.setattr(session, "drain", lambda: drawn.append(1) or frozenset())
        made, _ = build()
        await asyncio.sleep(0.01)  # its first look around

        async def mail() -> int:
            before = len(drawn)
            await asyncio.to_thread(session._transport._knock)
            await asyncio.sleep(0.01)
            return len(drawn) - before

        counts = [await mail()]
        clock[0] += frame.TICK_MS / 1000
        session.set_seed(7)  # as a slider does
        session.set_seed(8)
        counts.append(await mail())
        before = len(drawn)
        made.tick()
        counts.append(len(drawn) - before)
        await asyncio.sleep(frame.ANSWERED_S + 0.02)
        counts.append(len(drawn) - before)
        clock[0] += frame.REST_S + 0.01
        counts.append(await mail())
        made.close()
        return counts

    assert asyncio.run(one_page()) == [1, 0, 0, 1, 1]


def test_a_hand_that_does_not_pause_lets_news_by_as_often_as_the_page_ticks(
    build: Callable[[], tuple[Frame, list[str]]], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(push, "delayed", lambda callback: lambda seconds: asked.append(seconds))
    clock = [100.0]
    monkeypatch.setattr(frame, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    async def one_page() -> None:
        made, _ = build()
        made.tick()
        clock[0] += 0.05
        session.set_seed(7)
        session.set_seed(8)
        made._follow_up()
        clock[0] += 1
        session.set_seed(9)
        made.close()

    asyncio.run(one_page())
    assert asked == pytest.approx([frame.TICK_MS / 1000 - 0.05, frame.ANSWERED_S])


def test_news_is_news_to_every_page_of_a_session(
    build: Callable[[], tuple[Frame, list[str]]], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that did not take the news in must not think that a slider moves."""
    (first, _), (second, log) = build(), build()
    monkeypatch.setattr(type(session), "_heard", lambda self: {"message": "learned something"})
    monkeypatch.setattr(session._transport, "hear", lambda: News(points={}, progress=(1, 1, 1.0)))
    monkeypatch.setattr(session._course, "hear", lambda news: None)
    first.served = second.served = True
    first.tick()
    assert log == []
    second.tick()
    assert log == ["prompt", "steady", "patient"]


def test_a_knock_is_heard_once_more_when_its_answer_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, answered = [100.0], []
    monkeypatch.setattr(push, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    async def lose_one() -> None:
        loop = asyncio.get_running_loop()
        knock = push.knocker(lambda: answered.append(1))
        with monkeypatch.context() as lossy:
            lossy.setattr(loop, "call_soon_threadsafe", lambda *_: None)
            knock()
        knock()
        await asyncio.sleep(0.01)
        assert answered == [], "one knock waits, the other counts as the same"
        clock[0] += push.PATIENCE_S
        knock()
        await asyncio.sleep(0.01)
        assert answered == [1]

    asyncio.run(lose_one())


def test_a_page_whose_loop_has_ended_is_not_knocked_at() -> None:
    async def one_page() -> Callable[[], None]:
        return push.knocker(lambda: None)

    asyncio.run(one_page())()
