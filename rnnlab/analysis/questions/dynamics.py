"""Questions about the dynamics: where states stay, and what they do near there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
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
        where = quiet.inside & quiet.batch.window(self.epoch) if self.epoch else quiet.inside
        if not where.any():
            raise ValueError(f"epoch: no trial has a step in {self.epoch}; choose another")
        held = np.median(quiet.batch.inputs[where].astype(float), axis=0)
        return fixed_points(subject.network, held, starts=quiet.trajectory, n_starts=self.n_starts, seed=subject.seed)
