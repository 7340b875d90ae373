"""Who of several that train an ensemble goes on with which run.

Each takes one run after the other. When the last ones are under way a run can pass from one to another wherever it is
saved: else somebody who begins a last run late would be waited for as long as a whole training takes. A run goes on
from its saved state as if it had never stopped, so who trains it tells in nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeAlias

from rnnlab.events import Saved
from rnnlab.runs import Experiment, lock
from rnnlab.training.loop import Events
from rnnlab.training.together import Heard, beginning, say, train_together

Seeds: TypeAlias = tuple[int, ...]
"""Whose runs one trains at a time: one seed, or several where they go side by side."""

WORTH = 0.2
"""Seconds by which one run has to be behind another one for passing it on: taking a run up takes a tenth of them."""

HANDOVER = 10.0
"""Seconds to wait for a run that is passed on: it is given out a moment before its holder, who may be slow, lets go."""


class Desk(Protocol):
    """Says what to train next."""

    def take(self) -> Seeds:
        """Runs that nobody trains; (): there are none, and will be none."""
        ...

    def go_on(self, seeds: Seeds, update: int) -> Seeds:
        """What to go on with for one who trains ``seeds`` and has just saved after ``update`` updates."""
        ...


class Turns:
    """The runs of an ensemble that wait, and the `Desk` that gives them out, in whatever thread it is asked."""

    def __init__(self, done: Mapping[Seeds, int], end: int, hands: int) -> None:
        """What there is to train and the updates done, of how many; how many train."""
        self._waiting = dict(done)
        self._end = end
        self._hands = hands
        self._taken_at: dict[Seeds, tuple[int, float]] = {}
        self._lock = Lock()

    def take(self) -> Seeds:
        """See `Desk.take`. What is furthest behind."""
        with self._lock:
            return self._next() if self._waiting else ()

    def go_on(self, seeds: Seeds, update: int) -> Seeds:
        """See `Desk.go_on`. Another one where all but a few are trained and one that waits is far enough behind."""
        with self._lock:
            behind = update - min(self._waiting.values(), default=update)
            few = len(self._waiting) < self._hands
            if update >= self._end or not few or behind * self._pace(seeds, update) < WORTH:
                return seeds
            self._waiting[seeds] = update
            return self._next()

    def _next(self) -> Seeds:
        seeds = min(self._waiting, key=self._waiting.__getitem__)
        self._taken_at[seeds] = self._waiting.pop(seeds), time.monotonic()
        return seeds

    def _pace(self, seeds: Seeds, update: int) -> float:
        """Seconds that an update takes the present holder."""
        first, since = self._taken_at[seeds]
        return (time.monotonic() - since) / max(update - first, 1)


def train_in_turns(experiment: Experiment, folder: Path, desk: Desk, heard: Heard | None = None) -> None:
    """Train whatever the desk gives out, until that is nothing any more."""
    seeds = desk.take()
    while seeds:
        members = [experiment.replace(seed=seed) for seed in seeds]
        paths = [run_folder(folder, seed) for seed in seeds]
        if len(seeds) > 1:
            train_together(members, paths, heard)
            seeds = desk.take()
        else:
            seeds = _turn(members[0], paths[0], desk, heard)


def _turn(member: Experiment, path: Path, desk: Desk, heard: Heard | None) -> Seeds:
    """Train one run, to its end or to where it passes on; returns what is next."""
    own = (member.seed,)
    lock.refuse_if_held(path, HANDOVER)
    with closing(Events(beginning(member, path), path)) as events:
        for event in events:
            say(event, member.seed, heard)
            if isinstance(event, Saved) and (other := desk.go_on(own, event.update)) != own:
                return other
    return desk.take()


def run_folder(folder: Path, seed: int) -> Path:
    """Where the run of one seed is."""
    return folder / f"seed-{seed}"
