"""The question that is looked at, and its answers: computed in a thread, told how far, given up when not wanted."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from rnnlab.analysis import CONTROLS, CancelledError, Question, Result, Subject, ask
from rnnlab.session.background import Answer, Background

SHARE = 0.6
"""Largest share of the time spent on answers: somebody waits for them, but the page must stay light."""

QUICK_S = 0.4
"""An answer that took no longer is asked for again by itself when the network has changed."""


@dataclass(frozen=True, eq=False)
class Reply:
    """What came of asking.

    Attributes:
        question: that was asked.
        control: name of the control it was asked of; "" is the network itself.
        result: the answer; None where it could not be had.
        problem: why, or "".
        subject: that was asked.
        update: how many updates its network had seen.
        seconds: that it took.
    """

    question: Question
    control: str
    result: Result | None
    problem: str
    subject: Subject
    update: int
    seconds: float

    @property
    def quick(self) -> bool:
        """Whether it can follow a network that learns."""
        return self.seconds <= QUICK_S


class _Asked:
    """One question on its way: how far it is, and whether anybody still wants it."""

    def __init__(self, question: Question, control: str, subject: Subject, update: int) -> None:
        self.question, self.control, self.subject, self.update = question, control, subject, update
        self.share, self.began = 0.0, time.monotonic()
        self.dropped = threading.Event()

    def tell(self, share: float) -> None:
        self.share = share
        if self.dropped.is_set():
            raise CancelledError
        time.sleep(0)  # let the page's thread have its turn

    def answer(self) -> Reply | None:
        """The reply; None where it was given up."""
        started = time.perf_counter()
        result, problem = None, ""
        try:
            self.tell(0.0)
            result = ask(replace(self.subject, tell=self.tell), self.question, control=self.control, tell=self.tell)
        except CancelledError:
            return None
        except (ValueError, ArithmeticError) as error:  # LinAlgError is a ValueError
            problem = str(error)
        except MemoryError:
            problem = "n_trials: there is not enough memory for so many trials; ask for fewer"
        seconds = time.perf_counter() - started
        return Reply(self.question, self.control, result, problem, self.subject, self.update, seconds)


class Inquiries:
    """Answers about the network that is shown. Nothing here blocks: `ask`, look at `share`, and `take` what came.

    Attributes:
        subject: who is asked from here on; None before there is a network.
        update: how many updates its network has seen.
    """

    def __init__(self) -> None:
        self.subject: Subject | None = None
        self.update = 0
        self._background = Background(SHARE)
        self._asked: dict[str, _Asked] = {}
        self._replies: dict[str, Reply] = {}
        self._earlier: dict[tuple[type[Question], str], Reply] = {}

    def show(self, subject: Subject, update: int) -> None:
        """Ask this network from here on."""
        self.subject, self.update = subject, update

    def ask(self, question: Question, controls: tuple[str, ...] = (), *, again: bool = False) -> None:
        """Have a question and its controls answered, as far as they are not yet. The newest answer to each kind of
        question is kept: who comes back to it has it at once.

        Args:
            question: what is asked. Whatever else is on its way is given up.
            controls: those asked beside it.
            again: ask anew what was answered for another network, or about the task as it was before.
        """
        wanted = ("", *(name for name in CONTROLS if name in controls and name in question.controls))
        for name in list(self._asked):
            if name not in wanted or self._asked[name].question != question:
                self._drop(name)
        self._replies = {name: reply for name in wanted if (reply := self._known(question, name)) is not None}
        for name in wanted:
            self._want(question, name, again)

    def _known(self, question: Question, control: str) -> Reply | None:
        """What was answered to this very question, now or earlier."""
        found = [self._replies.get(control), self._earlier.get((type(question), control))]
        return next((reply for reply in found if reply is not None and reply.question == question), None)

    def _want(self, question: Question, control: str, again: bool) -> None:
        if self.subject is None or control in self._asked:
            return
        known = self._replies.get(control)
        if known is not None and not (again and self.outdated(known)):
            return
        asked = self._asked[control] = _Asked(question, control, self.subject, self.update)
        self._background.ask(control, asked, asked.answer)

    def outdated(self, reply: Reply) -> bool:
        """Whether a reply is of another network (or of saved states that are not all by now), or of another task, than
        those shown now."""
        asked, now = reply.subject, self.subject
        if now is None or asked.task != now.task:
            return now is not None
        if reply.question.of_states:
            return asked.past != now.past
        return asked.network is not now.network or (reply.question.of_several and asked.others != now.others)

    def cancel(self) -> None:
        """Give up whatever is on its way."""
        for name in list(self._asked):
            self._drop(name)

    def _drop(self, name: str) -> None:
        self._asked.pop(name).dropped.set()
        self._background.drop(name)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return bool(self._asked)

    @property
    def waited(self) -> float:
        """Seconds since the oldest question on its way was asked."""
        return max((time.monotonic() - each.began for each in self._asked.values()), default=0.0)

    @property
    def share(self) -> float:
        """How much is done of all that is on its way."""
        asked = list(self._asked.values())
        return sum(each.share for each in asked) / len(asked) if asked else 1.0

    def take(self) -> dict[str, Reply] | None:
        """All replies by control, where there are new ones since the last call."""
        news = [reply for answer in self._background.take() if (reply := self._reply(answer)) is not None]
        self._replies |= {reply.control: reply for reply in news}
        self._earlier |= {(type(reply.question), reply.control): reply for reply in news if reply.result is not None}
        return dict(self._replies) if news else None

    def _reply(self, answer: Answer) -> Reply | None:
        """What an answer says, where it is still wanted."""
        asked = self._asked.get(answer.name)
        if asked is None or answer.key is not asked:
            return None
        del self._asked[answer.name]
        if answer.error is not None:
            problem = f"{type(answer.error).__name__}: {answer.error}"
            return Reply(asked.question, asked.control, None, problem, asked.subject, asked.update, 0.0)
        return answer.value

    @property
    def replies(self) -> dict[str, Reply]:
        """The replies to the question asked last, by control."""
        return dict(self._replies)

    def close(self) -> None:
        """Ask nothing more."""
        self.cancel()
        self._background.close()
