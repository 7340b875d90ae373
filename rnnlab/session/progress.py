"""How a training goes: what it measured, how far it has come, how fast it is."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf

from rnnlab.runs import History
from rnnlab.session.mailbox import News
from rnnlab.session.record import Record


@dataclass(frozen=True)
class Progress:
    """Where a training stands.

    Attributes:
        update: optimiser updates done; ``budget`` is the number at which updates or trials are used up.
        n_trials: training trials seen.
        seconds: time spent training, pauses excluded.
        trials_per_second, updates_per_second: over the last few seconds of training; None before it is known.
        seconds_left: until ``budget`` at this speed, or the end of the time allowed; None before it is known.
        loss: of the last batch; ``accuracy``: of the last evaluation, in [0, 1]. None before the first.
        stages: updates at which the stages of a curriculum so far began; (0,) where there is none.
    """

    update: int = 0
    budget: int = 0
    n_trials: int = 0
    seconds: float = 0.0
    trials_per_second: float | None = None
    updates_per_second: float | None = None
    seconds_left: float | None = None
    loss: float | None = None
    accuracy: float | None = None
    stages: tuple[int, ...] = (0,)

    @property
    def fraction(self) -> float:
        """Share of the budget that is done, in [0, 1]."""
        return min(1.0, self.update / self.budget) if self.budget else 0.0


class Speedometer:
    """The speed of a training over its last ``window`` seconds of training."""

    def __init__(self, window: float = 5.0) -> None:
        self._window = window
        self._marks: deque[tuple[int, int, float]] = deque()

    def note(self, update: int, n_trials: int, seconds: float) -> None:
        """Take in that so many updates and trials were done after so many seconds."""
        if self._marks and seconds <= self._marks[-1][2]:
            return
        self._marks.append((update, n_trials, seconds))
        while len(self._marks) > 2 and seconds - self._marks[1][2] >= self._window:
            self._marks.popleft()

    @property
    def per_second(self) -> tuple[float, float] | None:
        """Updates and trials per second, or None before two points are known."""
        if len(self._marks) < 2:
            return None
        (update, n_trials, seconds), (update_now, n_trials_now, now) = self._marks[0], self._marks[-1]
        return (update_now - update) / (now - seconds), (n_trials_now - n_trials) / (now - seconds)


class Course:
    """One training as it is heard of. Starts from the ``history`` of an earlier one, where it goes on with that."""

    def __init__(
        self,
        history: History | None = None,
        update: int = 0,
        n_trials: int = 0,
        seconds: float = 0.0,
        stages: tuple[int, ...] = (0,),
    ) -> None:
        self._record = Record(history)
        self._stages = stages
        self._speed = Speedometer()
        self._now = (update, n_trials, seconds)

    @property
    def history(self) -> History:
        """Everything measured so far; costs nothing."""
        return self._record.history

    @property
    def update(self) -> int:
        """Updates done."""
        return self._now[0]

    def hear(self, news: News) -> None:
        """Take in what arrived."""
        for word in news.words:
            if word["kind"] == "started":  # anew, or from an earlier state: what came after it is undone
                self._record = Record(self.history.until(word["update"]))
                self._stages = (0, *(update for update in self._stages[1:] if update <= word["update"]))
                self._speed = Speedometer()
            elif word["kind"] == "stage_began" and word["stage"]:
                self._stages = (*self._stages[: word["stage"]], word["update"])
        self._record.extend(news.points)
        if news.progress is not None:
            self._now = news.progress
            self._speed.note(*news.progress)

    def progress(self, budget: int, active: bool, allowed: float = inf) -> Progress:
        """Where it stands.

        Args:
            budget: updates at which it ends.
            active: whether it goes on, so that there is a time left.
            allowed: seconds after which it ends.
        """
        update, n_trials, seconds = self._now
        history, speed = self.history, self._speed.per_second
        return Progress(
            update=update,
            budget=budget,
            n_trials=n_trials,
            seconds=seconds,
            updates_per_second=speed and speed[0],
            trials_per_second=speed and speed[1],
            seconds_left=_left(budget - update, allowed - seconds, speed[0] if speed else 0.0) if active else None,
            loss=float(history.losses[-1]) if len(history.losses) else None,
            accuracy=history.accuracy,
            stages=self._stages,
        )


def _left(updates: int, allowed: float, per_second: float) -> float | None:
    """Seconds until so many updates are done or the time allowed is over; None while no update was done yet."""
    return min(updates / per_second, max(allowed, 0.0)) if per_second else None
