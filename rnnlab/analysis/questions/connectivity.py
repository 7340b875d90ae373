"""Questions about the weights alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rnnlab.analysis.degrees import Degrees, degrees
from rnnlab.analysis.low_rank import LowRank, low_rank
from rnnlab.analysis.populations import Populations, populations
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.controls import OF_WEIGHTS
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject
from rnnlab.analysis.questions.units import TaskVarianceQuestion, TuningQuestion
from rnnlab.analysis.sorted_weights import SortedWeights, sorted_weights
from rnnlab.analysis.spectrum import Spectrum, spectrum
from rnnlab.analysis.spectrum_change import SpectrumChange, spectrum_change
from rnnlab.analysis.units import peak_order
from rnnlab.spec import quantity


@dataclass(frozen=True)
class SpectrumQuestion(Question):
    """What are the eigenvalues of the recurrent weights?"""

    controls = OF_WEIGHTS

    matrix: str = settings.matrix()

    def ask(self, subject: Subject) -> Spectrum:
        matrices = subject.network.config.recurrent_matrices(subject.network.parameters)
        return spectrum(subject.network, self.matrix or next(iter(matrices)))


@dataclass(frozen=True)
class SpectrumChangeQuestion(Question):
    """Which eigenvalues did training move?"""

    controls = OF_WEIGHTS

    matrix: str = settings.matrix()

    def ask(self, subject: Subject) -> SpectrumChange:
        matrices = subject.network.config.recurrent_matrices(subject.network.parameters)
        return spectrum_change(subject.network, subject.untrained, self.matrix or next(iter(matrices)))


@dataclass(frozen=True)
class SortedWeightsQuestion(Question):
    """What is wired to what?"""

    controls = ("untrained",)

    n_trials: int = settings.trials(256)
    by: Literal["peak", "tuning", "clusters", "populations"] = "peak"
    """What units are sorted by: the time at which they are most active, the slope of their tuning to a factor, the
    cluster that their variance over the epochs puts them in, or the population that their connections do."""
    factor: str = settings.factor("What tuning is to.")
    n_groups: int = quantity(
        4, low=1, high=50, soft=(1, 10), step=1, help="Groups, where units are sorted by a number."
    )
    matrix: str = settings.matrix()

    def ask(self, subject: Subject) -> SortedWeights:
        matrix = self.matrix or None
        if self.by == "populations":
            subject.required_task()
            found = populations(subject.network, seed=subject.seed)
            return sorted_weights(subject.network, found, label="population", matrix=matrix)
        if self.by == "clusters":
            clusters = TaskVarianceQuestion(n_trials=self.n_trials).ask(subject).cluster
            return sorted_weights(subject.network, clusters, label="cluster (-1: hardly active)", matrix=matrix)
        if self.by == "tuning":
            tuned = TuningQuestion(n_trials=self.n_trials, factor=self.factor).ask(subject)
            label = f"correlation with {tuned.factor}"
            return sorted_weights(subject.network, tuned.slope, label=label, n_groups=self.n_groups, matrix=matrix)
        trials = subject.trials(self.n_trials)
        peaks = peak_order(trials.activity.rates, trials.batch.dt, trials.inside)
        return sorted_weights(subject.network, peaks, n_groups=self.n_groups, matrix=matrix)


@dataclass(frozen=True)
class DegreesQuestion(Question):
    """How many connections does each unit have, and how strong?"""

    controls = OF_WEIGHTS

    threshold: float = quantity(
        0.0,
        low=0,
        soft=(0, 0.5),
        step=0.01,
        help="Weight above which a connection counts; 0: any, or one standard deviation where none is missing.",
    )
    matrix: str = settings.matrix()

    def ask(self, subject: Subject) -> Degrees:
        return degrees(subject.network, self.threshold or None, self.matrix or None)


@dataclass(frozen=True)
class LowRankQuestion(Question):
    """Which directions did training write into the weights?"""

    controls = OF_WEIGHTS

    change: bool = True
    """Whether the change in training is taken apart, where its beginning is known; or the weights as they are."""
    n_components: int = quantity(5, low=1, high=100, soft=(1, 10), step=1, help="Components that are described.")
    matrix: str = settings.matrix()

    def ask(self, subject: Subject) -> LowRank:
        before = subject.untrained if self.change and subject.untrained != subject.network else None
        return low_rank(subject.network, before, self.n_components, self.matrix or None)


@dataclass(frozen=True)
class PopulationsQuestion(Question):
    """Do units fall into groups by their connections?"""

    controls = OF_WEIGHTS

    n_components: int = quantity(
        2, low=1, high=10, soft=(1, 5), step=1, help="Components of a matrix of full rank whose vectors are taken."
    )
    most: int = quantity(4, low=1, high=10, soft=(1, 6), step=1, help="Populations, at most.")

    def ask(self, subject: Subject) -> Populations:
        before = subject.untrained if subject.untrained != subject.network else None
        return populations(subject.network, before, n_components=self.n_components, most=self.most, seed=subject.seed)
