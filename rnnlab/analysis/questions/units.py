"""Questions about single units: what each does, when, and what it tells apart."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.controls import OF_ACTIVITY
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject
from rnnlab.analysis.units import UnitOrder, peak_order


@dataclass(frozen=True)
class PeakOrderQuestion(Question):
    """When is each unit most active?"""

    controls = OF_ACTIVITY

    n_trials: int = settings.trials(256)

    def ask(self, subject: Subject) -> UnitOrder:
        trials = subject.trials(self.n_trials)
        return peak_order(trials.trajectory.rates, trials.batch.dt, trials.inside)
