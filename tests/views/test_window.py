"""A window that is dragged: few trials follow at once, many once it rests; units are those that are marked."""

from __future__ import annotations

import time

from rnnlab.analysis import PerturbationQuestion
from rnnlab.session import Session
from rnnlab.views import VIEWS
from tests.views.test_family import settle


def test_a_dragged_window_is_followed_and_then_asked_of_many_trials(session: Session) -> None:
    part = VIEWS["dissection"](session).show()
    part.choose("perturbation")
    settle(part)
    card = part.cards["perturbation"]
    figure = card.answer.figure
    before = figure.sources["0 dots"].data
    figure.window.update(left=103.0, right=398.0)
    wanted = PerturbationQuestion(start=100, stop=400)
    assert card.question == wanted
    assert figure.sources["0 dots"].data is not before
    assert session.question != wanted, "asked of many trials before it rests"
    deadline = time.monotonic() + 60
    while session.question != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
        part.note({"replies"})
        part.bring_up_to_date()
    settle(part)
    assert session.replies[""].result.window == (100.0, 400.0)
    assert (figure.window.left, figure.window.right) == (100.0, 400.0)


def test_typed_ends_place_the_window(session: Session) -> None:
    part = VIEWS["dissection"](session).show()
    part.choose("perturbation")
    settle(part)
    session.inquire(PerturbationQuestion(start=50, stop=250, n_trials=16))
    part.note({"question", "replies"})
    settle(part)
    window = part.cards["perturbation"].answer.figure.window
    assert (window.left, window.right) == (50.0, 250.0)
    assert session.question == PerturbationQuestion(start=50, stop=250, n_trials=16)


def test_marked_units_are_the_ones_that_are_silenced(session: Session) -> None:
    part = VIEWS["dissection"](session).show()
    session.mark_units((2, 5))
    part.choose("perturbation")
    assert session.question.units == (2, 5)
    session.mark_units((3,))
    part.note({"marked"})
    part.bring_up_to_date()
    assert session.question.units == (3,)
