"""Asking without waiting: answers come later, controls beside them, and what nobody wants is given up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import rnnlab as rl
from rnnlab.analysis import AccuracyQuestion, Question, Subject, accuracy
from rnnlab.networks import LeakyRNN, Network
from rnnlab.session import Session
from rnnlab.session.inquiries import Inquiries
from rnnlab.spec import quantity
from tests.session.helpers import seconds_until

TASK = rl.tasks.get("perceptual_discrimination", stimulus=100.0)
GATE = threading.Event()


def network(seed: int = 0) -> Network:
    return Network.initialised(LeakyRNN(n_units=6), TASK.n_inputs, TASK.n_outputs, seed)


@dataclass(frozen=True)
class Endless(Question):
    """Goes on until it is given up."""

    n: int = quantity(0, help="which")

    def ask(self, subject: Subject) -> Any:
        GATE.set()
        while True:
            subject.tell(0.25)


@dataclass(frozen=True)
class Broken(Question):
    """Raises what no analysis should."""

    def ask(self, subject: Subject) -> Any:
        raise RuntimeError("it broke")


@pytest.fixture
def inquiries() -> Iterator[Inquiries]:
    made = Inquiries()
    made.show(Subject(network(), TASK), 3)
    GATE.clear()
    yield made
    made.close()


def answered(inquiries: Inquiries, *names: str) -> dict[str, Any]:
    def there() -> bool:
        inquiries.take()
        return set(names) <= set(inquiries.replies) and not inquiries.busy

    seconds_until(there, 60)
    return inquiries.replies


def test_an_answer_is_that_of_the_plain_function(inquiries: Inquiries) -> None:
    inquiries.ask(AccuracyQuestion(n_trials=32), ("seed",))
    replies = answered(inquiries, "", "seed")
    for name, seed in (("", 0), ("seed", 1)):
        expected = accuracy(network(), TASK, n_trials=32, seed=seed)
        assert replies[name].result.facts() == expected.facts()
        assert (replies[name].update, replies[name].problem, replies[name].control) == (3, "", name)


def test_a_control_that_means_nothing_is_not_asked(inquiries: Inquiries) -> None:
    inquiries.ask(AccuracyQuestion(n_trials=8), ("shuffled",))
    assert set(answered(inquiries, "")) == {""}


def test_what_cannot_be_answered_is_a_reply_with_a_reason(inquiries: Inquiries) -> None:
    inquiries.ask(rl.analysis.PsychometricQuestion(n_trials=8, factor="nonsense"))
    reply = answered(inquiries, "")[""]
    assert reply.result is None
    assert "no factor 'nonsense'" in reply.problem
    inquiries.ask(Broken())
    assert answered(inquiries, "")[""].problem == "RuntimeError: it broke"


def test_nothing_is_asked_twice_until_the_network_is_another(inquiries: Inquiries) -> None:
    question = AccuracyQuestion(n_trials=8)
    inquiries.ask(question)
    first = answered(inquiries, "")[""]
    inquiries.ask(question, again=True)
    assert not inquiries.busy
    inquiries.show(Subject(network(1), TASK), 9)
    assert inquiries.outdated(first)
    inquiries.ask(question)
    assert not inquiries.busy  # an old answer stays until somebody wants another
    inquiries.ask(question, again=True)
    assert inquiries.busy
    assert answered(inquiries, "")[""].update in (3, 9)
    seconds_until(lambda: inquiries.take() is not None or inquiries.replies[""].update == 9, 60)


def test_an_answer_is_kept_for_who_comes_back_to_its_question(inquiries: Inquiries) -> None:
    question, other = AccuracyQuestion(n_trials=8), rl.analysis.SpectrumQuestion()
    inquiries.ask(question, ("seed",))
    first = answered(inquiries, "", "seed")
    inquiries.ask(other)
    answered(inquiries, "")
    inquiries.ask(question, ("seed",), again=True)
    assert not inquiries.busy
    assert inquiries.replies == first
    inquiries.ask(question)
    assert set(inquiries.replies) == {""}
    inquiries.ask(AccuracyQuestion(n_trials=9))
    assert inquiries.replies == {}, "an answer to other settings is no answer"
    assert answered(inquiries, "")[""] is not first[""]
    inquiries.ask(question)
    assert inquiries.busy, "one answer is kept of each kind"


def test_why_there_was_no_answer_is_not_kept(inquiries: Inquiries) -> None:
    inquiries.ask(Broken())
    answered(inquiries, "")
    inquiries.ask(AccuracyQuestion(n_trials=8))
    answered(inquiries, "")
    inquiries.ask(Broken())
    assert inquiries.busy


def test_a_long_answer_is_told_and_can_be_given_up(inquiries: Inquiries) -> None:
    inquiries.ask(Endless())
    assert GATE.wait(60)
    seconds_until(lambda: inquiries.share == 0.25, 60)
    assert inquiries.busy
    inquiries.cancel()
    assert not inquiries.busy
    inquiries.ask(AccuracyQuestion(n_trials=8))  # the thread is free again
    assert answered(inquiries, "")[""].question == AccuracyQuestion(n_trials=8)


def test_another_question_gives_up_the_one_before(inquiries: Inquiries) -> None:
    inquiries.ask(Endless(1), ("seed",))
    assert GATE.wait(60)
    inquiries.ask(AccuracyQuestion(n_trials=8))
    assert set(answered(inquiries, "")) == {""}
    assert isinstance(inquiries.replies[""].question, AccuracyQuestion)


def test_a_session_asks_and_its_script_asks_the_same() -> None:
    session = Session()
    try:
        session.inquire(AccuracyQuestion(n_trials=16), ("untrained",))
        seconds_until(lambda: session.drain() is not None and set(session.replies) == {"", "untrained"}, 60)
        namespace: dict[str, Any] = {}
        exec(session.question_script().replace("print(result)", ""), namespace)
        assert namespace["result"].facts() == session.replies[""].result.facts()
        assert session.replies["untrained"].result.accuracy < session.replies[""].result.accuracy
    finally:
        session.close()
