"""Questions about the dynamics: where states stay, and what they do near there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.fixed_points_along import FixedPointsAlong, fixed_points_along
from rnnlab.analysis.paths import between_inputs, typical_input
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject
from rnnlab.spec import quantity


@dataclass(frozen=True)
class FixedPointsQuestion(Question):
    """Where do states stay?"""

    controls = ("untrained",)

    n_trials: int = settings.trials(64)
    epoch: str = settings.epoch("Whose median input is held constant.")
    n_starts: int = quantity(256, low=1, high=16384, soft=(64, 1024), step=64, help="Starts of the search.")

    def ask(self, subject: Subject) -> FixedPoints:
        quiet = replace(subject, noise=False).trials(self.n_trials)
        held = typical_input(quiet.batch, self.epoch)
        return fixed_points(subject.network, held, starts=quiet.trajectory, n_starts=self.n_starts, seed=subject.seed)


@dataclass(frozen=True)
class FixedPointsAlongQuestion(Question):
    """What becomes of the fixed points from one end of a factor to the other?

    The input is held constant, and goes from the median of the trials with the factor's lowest level to that of those
    with its highest, in a straight line.
    """

    controls = ("untrained",)

    n_trials: int = settings.trials(256)
    epoch: str = settings.epoch("Whose median input is held constant.")
    factor: str = settings.factor("From whose lowest to whose highest level the input goes.")
    n_steps: int = quantity(9, low=2, high=200, soft=(5, 41), step=2, help="Inputs on the way, both ends included.")

    def ask(self, subject: Subject) -> FixedPointsAlong:
        batch = replace(subject, noise=False).trials(self.n_trials).batch
        levels = batch.factors[settings.chosen_factor(batch, self.factor)]
        lowest, highest = (typical_input(batch, self.epoch, levels == end) for end in (levels.min(), levels.max()))
        path = between_inputs(subject.network, lowest, highest, self.n_steps)
        return fixed_points_along(path, n_starts=32, finer=2, seed=subject.seed, tell=subject.tell)
