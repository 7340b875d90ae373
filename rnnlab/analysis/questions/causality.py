"""Questions about causes: what is lost without a part of the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnnlab.analysis.lesions import Lesions, groups_of, lesions
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject
from rnnlab.analysis.questions.units import TaskVarianceQuestion
from rnnlab.spec import quantity


@dataclass(frozen=True)
class LesionsQuestion(Question):
    """What does behaviour lose without each part?"""

    controls = ("seed", "half_step", "no_noise", "untrained")

    of: Literal["units", "clusters", "areas", "signs"] = "units"
    """What is silenced, one after the other: each unit, each cluster by variance over epochs, each area, each sign."""
    n_trials: int = settings.trials(128)
    start: float | None = quantity(
        None, unit="ms", low=0, soft=(0, 2000), step=10, empty="the trial's start", help="When silence begins."
    )
    stop: float | None = quantity(
        None, unit="ms", above=0, soft=(0, 2000), step=10, empty="the trial's end", help="When it ends."
    )

    def check(self) -> None:
        if self.stop is not None and self.stop <= (self.start or 0.0):
            problem = f"{self.stop:g} ms is not after the start at {self.start or 0:g} ms"
            raise self.refuse("stop", problem, remedy="give a later stop")

    def ask(self, subject: Subject) -> Lesions:
        clusters = None
        if self.of == "clusters":
            clusters = np.asarray(TaskVarianceQuestion(n_trials=self.n_trials).ask(subject).cluster)
        return lesions(
            subject.network,
            groups_of(subject.network, self.of, clusters),
            subject.required_task(),
            self.n_trials,
            subject.seed,
            subject.noise,
            self.start,
            self.stop,
            subject.dt,
            subject.tell,
        )
