"""Slow questions: the latest only, at a limited share of the time, and errors are answers."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

from rnnlab.session.background import Answer, Background
from tests.session.helpers import seconds_until


def answers_of(background: Background) -> list[Answer]:
    found: list[Answer] = []
    seconds_until(lambda: found.extend(background.take()) or (found and not background.busy), limit=60)
    return found + list(background.take())


def test_an_answer_comes_once() -> None:
    background = Background()
    background.ask("sum", 1, lambda: 2 + 2)
    assert answers_of(background) == [Answer("sum", 1, 4)]
    assert background.take() == ()
    background.close()


def test_an_error_is_an_answer() -> None:
    background = Background()
    background.ask("division", 1, lambda: 1 / 0)
    (answer,) = answers_of(background)
    assert isinstance(answer.error, ZeroDivisionError) and answer.value is None
    background.close()


def test_of_what_waits_only_the_latest_is_answered() -> None:
    background, hold, computed = Background(share=1.0), threading.Event(), []
    background.ask("first", 0, hold.wait)
    seconds_until(lambda: background.busy == {"first"}, limit=60)
    for key in (1, 2, 3):
        background.ask("points", key, lambda key=key: computed.append(key))
    background.ask("curve", 1, lambda: computed.append("curve"))
    assert background.busy == {"first", "points", "curve"}
    hold.set()
    assert {answer.name for answer in answers_of(background)} == {"first", "points", "curve"}
    assert computed == [3, "curve"]
    background.close()


def test_the_question_in_hand_is_not_asked_twice() -> None:
    background, hold, computed = Background(share=1.0), threading.Event(), []
    for _ in range(3):
        background.ask("points", "same", lambda: (computed.append(1), hold.wait()))
        seconds_until(lambda: bool(computed), limit=60)
    hold.set()
    assert len(answers_of(background)) == len(computed) == 1
    background.close()


def test_it_rests_after_work() -> None:
    """With a share of a quarter, 0.1 s of work is followed by 0.3 s of rest."""
    background, began = Background(share=0.25), []
    for key in range(3):
        background.ask("points", key, lambda: (began.append(time.monotonic()), time.sleep(0.1)))
        seconds_until(lambda n=key + 1: len(began) == n, limit=60)
    assert min(later - earlier for earlier, later in pairwise(began)) > 0.38
    background.close()


def test_nothing_is_computed_after_closing() -> None:
    background, computed = Background(), []
    background.close()
    background.ask("points", 1, lambda: computed.append(1))
    time.sleep(0.05)
    assert (computed, background.busy, background.take()) == ([], frozenset(), ())


def test_an_answer_is_on_its_way_until_it_is_taken() -> None:
    background = Background()
    background.ask("points", 0, lambda: 1)
    seconds_until(lambda: background._answers, limit=60)
    assert background.busy == {"points"}
    (answer,) = background.take()
    assert (answer.value, background.busy) == (1, frozenset())
    background.close()
