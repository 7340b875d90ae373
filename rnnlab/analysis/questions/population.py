"""Questions about the population: the directions in which its states move."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.analysis.principal_components import PrincipalComponents, principal_components
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.controls import OF_ACTIVITY
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject

MOST_STATES = 20_000
"""States behind principal components; more of them move the axes by less than can be seen."""


@dataclass(frozen=True)
class PrincipalComponentsQuestion(Question):
    """In how many dimensions do the states move?"""

    controls = OF_ACTIVITY

    n_trials: int = settings.trials(128)
    epoch: str = settings.epoch()

    def ask(self, subject: Subject) -> PrincipalComponents:
        trials = subject.trials(self.n_trials)
        where = trials.inside & trials.batch.window(self.epoch) if self.epoch else trials.inside
        states = trials.trajectory.states[where]
        return principal_components(states[:: -(-len(states) // MOST_STATES) or 1])
