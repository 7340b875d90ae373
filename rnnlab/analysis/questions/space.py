"""Questions that look at state space in three dimensions."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from rnnlab.analysis.film import Film, film
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.paths import typical_input
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject, Trials
from rnnlab.analysis.state_space import StateSpace, state_space
from rnnlab.tasks import Batch


@dataclass(frozen=True)
class StateSpaceQuestion(Question):
    """What do trials look like in the three directions in which states move most?"""

    controls = ("seed", "half_step", "untrained")

    n_trials: int = settings.trials(64)
    factor: str = settings.factor("What colours the trials.")
    epoch: str = settings.epoch("Whose median input is held constant for the fixed points.")
    noisy: bool = False
    """Whether trials have noise; fixed points are always those without."""
    with_points: bool = True
    """Whether fixed points are sought."""
    slow: float = settings.slow()
    n_starts: int = settings.starts()

    def ask(self, subject: Subject) -> StateSpace:
        quiet = replace(subject, noise=False).trials(self.n_trials)
        shown = subject.trials(self.n_trials) if self.noisy and subject.noise else quiet
        found = self._points(subject, quiet) if self.with_points else None
        return state_space(shown.activity, found, factor=colouring(shown.batch, self.factor))

    def _points(self, subject: Subject, quiet: Trials) -> FixedPoints:
        held = typical_input(quiet.batch, self.epoch)
        options = {"n_starts": self.n_starts, "slow": self.slow, "seed": subject.seed}
        return fixed_points(quiet.trajectory.network, held, starts=quiet.trajectory, **options)  # type: ignore[arg-type]


@dataclass(frozen=True)
class FilmQuestion(Question):
    """What became of fixed points, spectrum and trajectories while the network learned?"""

    controls = ("seed", "half_step")
    of_states = True

    n_trials: int = settings.trials(32)
    factor: str = settings.factor("What colours the trials.")
    epoch: str = settings.epoch("Whose median input is held constant for the fixed points.")
    n_starts: int = settings.starts(128, "Starts of the search in each state.")

    def ask(self, subject: Subject) -> Film:
        quiet = replace(subject, noise=False)
        batch = quiet.batch(self.n_trials)
        networks = {0: subject.network} if subject.past is None else subject.past()
        return film(
            networks,
            batch,
            typical_input(batch, self.epoch),
            factor=colouring(batch, self.factor),
            n_starts=self.n_starts,
            seed=subject.seed,
            tell=subject.tell,
            memo=self._known(subject),
        )

    def _known(self, subject: Subject) -> dict[Hashable, Any]:
        """What was computed of each state, as long as the same is asked."""
        key = "film", subject.seed, subject.dt
        kept = subject.memo.get(key)
        if kept is None or kept[0] != self:
            kept = subject.memo[key] = self, {}
        known: dict[Hashable, Any] = kept[1]
        return known


def colouring(batch: Batch, factor: str) -> str:
    """The factor that colours trials; "" where none was asked for and none varies.

    Raises:
        ValueError: there is no such factor, or it does not vary.
    """
    try:
        return settings.chosen_factor(batch, factor)
    except ValueError:
        if factor:
            raise
        return ""
