"""Questions about behaviour: what the network answers, how often it is right, and when."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.analysis.accuracy import Accuracy, measured
from rnnlab.analysis.psychometric import Psychometric, psychometric
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject
from rnnlab.spec import quantity


@dataclass(frozen=True)
class AccuracyQuestion(Question):
    """How often is the network right?"""

    controls = ("seed", "half_step", "no_noise", "untrained")

    n_trials: int = settings.trials()

    def ask(self, subject: Subject) -> Accuracy:
        return measured(subject.trials(self.n_trials).score)


@dataclass(frozen=True)
class PsychometricQuestion(Question):
    """How do choices depend on the evidence?"""

    n_trials: int = settings.trials(1024)
    factor: str = settings.factor("The horizontal axis; left alone, the task's signed evidence.")
    choice: int = quantity(1, low=0, high=63, soft=(0, 3), step=1, help="Which output is counted, from 0.")

    def ask(self, subject: Subject) -> Psychometric:
        trials = subject.trials(self.n_trials)
        return psychometric(trials.score, trials.batch, self.factor or None, choice=self.choice)
