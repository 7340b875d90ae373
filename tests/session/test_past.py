"""A film beside a training: asked again when a state was saved, and only then."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pytest

import rnnlab as rl
from rnnlab.analysis import Film, FilmQuestion
from rnnlab.runs import Experiment
from rnnlab.session import Session
from rnnlab.session.past import Past
from tests.session.helpers import seconds_until, small

QUESTION = FilmQuestion(n_trials=2, n_starts=4)


def experiment() -> Experiment:
    return small(updates=6, save_every=2, evaluate_every=6, validation_trials=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run that was stopped after two of its six updates."""
    events = rl.train(experiment(), out=tmp_path / "run")
    list(takewhile(lambda event: not (isinstance(event, rl.events.Saved) and event.update == 2), events))
    return tmp_path / "run"


def go_on(folder: Path) -> None:
    """Train it to its end, as the training process does beside a session."""
    list(rl.resume(folder))


def film(session: Session) -> Film:
    seconds_until(lambda: session.drain() is not None and not session.inquiries.busy, 60)
    made = session.replies[""].result
    assert isinstance(made, Film), session.replies[""].problem
    return made


def test_pasts_are_equal_until_the_run_is_written_again(folder: Path) -> None:
    run = rl.load(folder)
    before, now = run.at(0).network, run.network
    past = Past.of(folder, before, now, 2)
    assert past == Past.of(folder, before, before, 1), "the network that is shown does not count"
    assert list(past()) == [0, 2]
    go_on(folder)
    assert past != Past.of(folder, before, now, 2)
    assert list(past()) == [0, 2, 4, 6]


def test_without_a_run_the_past_is_the_beginning_and_what_is_there_now(folder: Path) -> None:
    run = rl.load(folder)
    before, now = run.at(0).network, run.network
    assert Past.of(None, before, now, 2)() == {0: before, 2: now}
    assert Past.of(None, before, now, 2) != Past.of(None, before, now, 3)
    assert Past.of(folder / "gone", before, now, 2)() == {0: before, 2: now}


def test_a_film_grows_when_states_were_saved_and_is_left_alone_before(folder: Path) -> None:
    session = Session(rl.load(folder))
    try:
        session.inquire(QUESTION)
        assert film(session).updates.tolist() == [0, 2]
        session._set({"network": rl.load(folder).at(0).network, "network_update": 3})  # it learns on, unsaved
        assert not session.inquiries.outdated(session.replies[""])
        session.follow()
        session.inquire()
        assert not session.inquiries.busy, "nothing was saved since"
        go_on(folder)
        session._set({"network_update": 6})
        assert session.inquiries.outdated(session.replies[""])
        session.follow()
        assert film(session).updates.tolist() == [0, 2, 4, 6]
        session.follow()
        assert not session.inquiries.busy
    finally:
        session.close()


def test_a_film_follows_a_run_that_is_put_back_or_branched(folder: Path) -> None:
    go_on(folder)
    session = Session.from_path(folder)
    try:
        session.inquire(QUESTION)
        assert film(session).updates.tolist() == [0, 2, 4, 6]
        for go_back, states in ((session.rewind, [0, 2, 4]), (session.branch, [4])):
            assert go_back(4), session.errors
            session.follow()
            assert film(session).updates.tolist() == states
    finally:
        session.close()
