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
    """Where do states stay?

    Half the time step leaves the points where they are, and the modes of the flow; stability is that of the steps.
    """

    controls = ("seed", "half_step", "untrained")

    n_trials: int = settings.trials(64)
    epoch: str = settings.epoch("Whose median input is held constant.")
    slow: float = settings.slow()
    n_starts: int = settings.starts()

    def ask(self, subject: Subject) -> FixedPoints:
        quiet = replace(subject, noise=False).trials(self.n_trials)
        held = typical_input(quiet.batch, self.epoch)
        options = {"n_starts": self.n_starts, "slow": self.slow, "seed": subject.seed}
        return fixed_points(quiet.trajectory.network, held, starts=quiet.trajectory, **options)  # type: ignore[arg-type]


@dataclass(frozen=True)
class FixedPointsAlongQuestion(Question):
    """What becomes of the fixed points from one end of a factor to the other?

    The input is held constant, and goes from the median of the trials with the factor's lowest level to that of those
    with its highest, in a straight line.
    """

    controls = ("seed", "half_step", "untrained")

    n_trials: int = settings.trials(256)
    epoch: str = settings.epoch("Whose median input is held constant.")
    factor: str = settings.factor("From whose lowest to whose highest level the input goes.")
    n_steps: int = quantity(9, low=2, high=200, soft=(5, 41), step=2, help="Inputs on the way, both ends included.")

    def ask(self, subject: Subject) -> FixedPointsAlong:
        quiet = replace(subject, noise=False).trials(self.n_trials)
        batch = quiet.batch
        levels = batch.factors[settings.chosen_factor(batch, self.factor)]
        lowest, highest = (typical_input(batch, self.epoch, levels == end) for end in (levels.min(), levels.max()))
        path = between_inputs(quiet.trajectory.network, lowest, highest, self.n_steps)
        return fixed_points_along(path, n_starts=32, finer=2, seed=subject.seed, tell=subject.tell)
