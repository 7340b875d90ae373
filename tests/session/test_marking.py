"""One selection for all views: units, a condition, a trial, and what becomes of it when network or task change."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rnnlab.analysis import Condition, Marked
from rnnlab.session import Session
from tests.session.helpers import small


@pytest.fixture
def idle() -> Iterator[Session]:
    """A session in which nothing is trained; it starts no process."""
    made = Session(small())
    yield made
    made.close()


def test_units_are_marked_added_and_taken_away_again(idle: Session) -> None:
    idle.mark_units([5, 2])
    assert idle.marked == Marked((2, 5))
    idle.mark_units([7], add=True)
    assert idle.marked.units == (2, 5, 7)
    idle.mark_units([5], add=True)
    assert idle.marked.units == (2, 7)
    idle.mark_units([99, 3])
    assert idle.marked.units == (3,), "a network of 16 has no unit 99"


def test_condition_and_trial_never_contradict_each_other(idle: Session) -> None:
    values = idle.example.factors["coherence"]
    trial = int(np.argmax(values))
    other = int(np.argmin(values))
    idle.mark_trial(trial)
    idle.mark_condition(Condition("coherence", float(values[trial])))
    assert idle.marked == Marked((), Condition("coherence", float(values[trial])), trial)
    idle.mark_condition(Condition("coherence", float(values[other])))
    assert idle.marked.trial is None
    idle.mark_trial(trial)
    assert idle.marked == Marked(trial=trial)


def test_what_is_not_there_any_more_is_not_marked_any_more(idle: Session) -> None:
    told: list[Marked] = []
    idle.param.watch(lambda event: told.append(event.new), "marked")
    idle.mark_units([3, 15])
    idle.mark_condition(Condition("coherence", float(idle.example.factors["coherence"][0])))
    idle.set_network("n_units", 8)
    idle.set_task("delayed_match_to_sample")
    assert idle.marked == Marked((3,))
    idle.unmark()
    assert not idle.marked
    assert told[-1] == Marked()
