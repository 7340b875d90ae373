"""Questions about the population: the directions in which its states move, and what can be read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._grouped import group_means, levels
from rnnlab.analysis.decoding import Classifier, Decoding, decoding
from rnnlab.analysis.demixed import DemixedComponents, demixed_components
from rnnlab.analysis.principal_components import PrincipalComponents, principal_components
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.controls import OF_ACTIVITY
from rnnlab.analysis.questions.lined_up import LinedUp, lined_up
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject, Trials
from rnnlab.analysis.rotations import Rotations, rotations
from rnnlab.analysis.targeted import TargetedDimensions, targeted_dimensions
from rnnlab.spec import quantity
from rnnlab.tasks.references import names

MOST_STATES = 20_000
"""States behind principal components; more of them move the axes by less than can be seen."""

FOLDS = 5


@dataclass(frozen=True)
class PrincipalComponentsQuestion(Question):
    """In how many dimensions do the states move?"""

    controls = OF_ACTIVITY

    n_trials: int = settings.trials(128)
    epoch: str = settings.epoch()

    def ask(self, subject: Subject) -> PrincipalComponents:
        trials = subject.trials(self.n_trials)
        where = trials.inside & trials.batch.window(self.epoch) if self.epoch else trials.inside
        thin = slice(None, None, -(-int(where.sum()) // MOST_STATES) or 1)
        folds = min(FOLDS, self.n_trials)
        return principal_components(trials.activity.states[:, thin], where=where[:, thin], folds=folds)


@dataclass(frozen=True)
class TargetedDimensionsQuestion(Question):
    """Along which directions does the population carry the variables of the task?"""

    n_trials: int = settings.trials()
    factor: str = settings.factor("The first variable.")
    second: str = names("factor", "", help="A second variable.", empty="none")
    with_choice: bool = True
    """Whether the choice of the network is a variable too, where its answers are choices between two."""
    epoch: str = settings.epoch("From whose start on trials are lined up.")
    n_components: int = quantity(
        12, low=1, high=10_000, soft=(2, 30), step=1, help="Principal components that the directions are confined to."
    )

    def ask(self, subject: Subject) -> TargetedDimensions:
        trials = subject.trials(self.n_trials)
        lined = lined_up(trials, self.epoch)
        variables = _variables(lined, trials, self.factor, self.second)
        choice = _choices(trials, lined) if self.with_choice else None
        if choice is not None:
            variables |= {"choice": choice} if _tells_apart(variables, choice) else {}
        return targeted_dimensions(lined.rates, variables, trials.batch.dt, n_components=self.n_components)


@dataclass(frozen=True)
class DemixedComponentsQuestion(Question):
    """Which part of the activity depends on time, on each factor, and on their combination?"""

    n_trials: int = settings.trials()
    factor: str = settings.factor("The first factor.")
    second: str = names("factor", "", help="A second factor; all combinations must occur.", empty="none")
    epoch: str = settings.epoch("From whose start on trials are lined up.")
    n_components: int = quantity(3, low=1, high=20, soft=(1, 5), step=1, help="Components of each part, at most.")
    classes: int = quantity(4, low=2, high=16, soft=(2, 8), step=1, help="Into how many parts a quantity is cut.")

    def ask(self, subject: Subject) -> DemixedComponents:
        trials = subject.trials(self.n_trials)
        lined = lined_up(trials, self.epoch)
        return demixed_components(
            lined.rates,
            _variables(lined, trials, self.factor, self.second),
            trials.batch.dt,
            n_components=self.n_components,
            classes=self.classes,
            seed=subject.seed,
        )


@dataclass(frozen=True)
class RotationsQuestion(Question):
    """Does the activity of all conditions turn the same way?"""

    n_trials: int = settings.trials()
    factor: str = settings.factor("What makes the conditions.")
    epoch: str = settings.epoch("From whose start on trials are lined up.")
    n_components: int = quantity(
        6, low=2, high=100, soft=(2, 12), step=2, help="Principal components in which a rotation is fitted."
    )
    shuffles: int = quantity(200, low=0, high=10_000, soft=(0, 1000), step=50, help="Activity with its order broken.")

    def ask(self, subject: Subject) -> Rotations:
        trials = subject.trials(self.n_trials)
        lined = lined_up(trials, self.epoch)
        groups = levels(name := settings.chosen_factor(trials.batch, self.factor), lined.factors[name])
        means = group_means(lined.rates, groups.of, len(groups))
        return rotations(
            means,
            trials.batch.dt,
            n_components=self.n_components,
            shuffles=self.shuffles,
            seed=subject.seed,
            factor=name,
            levels=groups.values,
            names=groups.names,
        )


@dataclass(frozen=True)
class DecodingQuestion(Question):
    """When can a factor be read from the population, and with the readout of which time?"""

    n_trials: int = settings.trials()
    factor: str = settings.factor("What is read.")
    epoch: str = settings.epoch("From whose start on trials are lined up.")
    classes: int = quantity(2, low=2, high=16, soft=(2, 8), step=1, help="Into how many parts a quantity is cut.")
    bins: int = quantity(50, low=1, high=400, soft=(10, 100), step=5, help="Times of training and testing, at most.")
    classifier: Classifier = "lda"
    """How classes are told apart: linear discriminants, or ridge regression on class membership."""

    def ask(self, subject: Subject) -> Decoding:
        trials = subject.trials(self.n_trials)
        lined = lined_up(trials, self.epoch)
        name = settings.chosen_factor(trials.batch, self.factor)
        fewest = int(np.bincount(levels(name, lined.factors[name], self.classes).of).min())
        return decoding(
            lined.rates,
            lined.factors[name],
            trials.batch.dt,
            factor=name,
            bins=self.bins,
            folds=min(FOLDS, fewest),
            classes=self.classes,
            classifier=self.classifier,
            seed=subject.seed,
        )


def _variables(lined: LinedUp, trials: Trials, first: str, second: str) -> dict[str, NDArray[Any]]:
    chosen = [settings.chosen_factor(trials.batch, first)]
    chosen += [settings.chosen_factor(trials.batch, second)] if second else []
    return {name: lined.factors[name] for name in chosen}


def _choices(trials: Trials, lined: LinedUp) -> NDArray[np.intp] | None:
    """(trial,) 0 or 1 where every trial chose one of two outputs; None otherwise."""
    if trials.score.choices is None:
        return None
    chosen = np.asarray(trials.score.choices)[lined.kept]
    kinds, of = np.unique(chosen, return_inverse=True)
    return of.astype(np.intp) if len(kinds) == 2 else None


def _tells_apart(variables: dict[str, NDArray[Any]], choice: NDArray[np.intp]) -> bool:
    """Whether a choice is more than another name for the variables, as of two values that it always follows."""
    numbers = [levels(name, values).values[levels(name, values).of] for name, values in variables.items()]
    design = np.stack([np.ones(len(choice)), *numbers, choice], axis=1)
    return bool(np.linalg.matrix_rank(design) == design.shape[1])
