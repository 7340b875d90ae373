"""The letter box: points gathered, pictures latest only, and never more than fits."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from rnnlab.session.mailbox import MAX_POINTS, MAX_WORDS, Mailbox


def news(first: int, n: int, token: int = 1, picture: float | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    updates = np.arange(first, first + n)
    header = {"kind": "news", "token": token, "update": int(updates[-1]), "n_trials": 8, "seconds": 1.0}
    arrays = {"updates": updates, "losses": 1.0 / updates, "gradient_norms": np.ones(n)}
    if picture is not None:
        arrays["parameters/W_rec"] = np.full((2, 2), picture)
    return header | {"picture": None if picture is None else int(updates[-1])}, arrays


def mailbox(token: int = 1) -> Mailbox:
    box = Mailbox()
    box.expect(token)
    return box


def test_points_are_gathered_in_order_and_taken_once() -> None:
    box = mailbox()
    box.put(*news(1, 3))
    box.put(*news(4, 2))
    taken = box.take()
    assert taken.points["updates"].tolist() == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(taken.points["losses"], [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
    assert taken.progress == (5, 8, 1.0)
    assert not box.take()
    assert len(box.take().points["updates"]) == 0


def test_of_pictures_only_the_latest_is_kept() -> None:
    box = mailbox()
    for update in (1, 2, 3):
        box.put(*news(update, 1, picture=float(update)))
    box.put(*news(4, 1))
    taken = box.take()
    assert taken.picture is not None
    assert (taken.picture_update, taken.picture["W_rec"].tolist()) == (3, [[3, 3], [3, 3]])


def test_what_is_said_of_another_training_is_dropped() -> None:
    box = mailbox(token=2)
    box.put(*news(1, 3, token=1))
    box.put({"kind": "finished", "token": 1}, {})
    assert not box.take()
    box.put({"kind": "ready", "token": 0}, {})
    assert box.take().words == ({"kind": "ready", "token": 0},)


def test_a_new_training_finds_the_box_empty() -> None:
    box = mailbox()
    box.put(*news(1, 3, picture=1.0))
    box.put({"kind": "paused", "token": 1}, {})
    box.expect(2)
    assert not box.take()


def test_a_page_that_never_looks_does_not_fill_the_memory() -> None:
    box = mailbox()
    for first in range(1, 10 * MAX_POINTS, 1000):
        box.put(*news(first, 1000, picture=1.0))
        box.put({"kind": "saved", "token": 1, "path": "x"}, {})
        assert box.n_waiting <= MAX_POINTS
    taken = box.take()
    updates = taken.points["updates"]
    assert MAX_POINTS / 4 < len(updates) <= MAX_POINTS
    assert updates[0] < 100 and updates[-1] == 10 * MAX_POINTS and len(set(np.diff(updates))) == 1
    assert len(taken.words) == 1


def test_words_are_bounded_too() -> None:
    box = mailbox()
    for _ in range(MAX_WORDS):
        box.put({"kind": "paused", "token": 1}, {})
        box.put({"kind": "resumed", "token": 1}, {})
    assert len(box.take().words) == MAX_WORDS


def test_nothing_is_lost_between_two_threads() -> None:
    box = mailbox()
    writer = threading.Thread(target=lambda: [box.put(*news(i, 1)) for i in range(1, 2001)])
    writer.start()
    seen: list[int] = []
    while writer.is_alive():
        seen += box.take().points["updates"].tolist()
    seen += box.take().points["updates"].tolist()
    assert seen == list(range(1, 2001))


def test_who_puts_something_in_knocks_and_finds_it_there() -> None:
    found: list[int] = []
    box = Mailbox(lambda: found.append(box.n_waiting))
    box.expect(1)
    box.put(*news(1, 3))
    box.put(*news(4, 2, token=2))
    assert found == [3], "what speaks of another training is dropped in silence"
