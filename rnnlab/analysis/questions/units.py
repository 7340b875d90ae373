"""Questions about single units: what each does, when, and what it tells apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.chronometric import reaction_times
from rnnlab.analysis.condition_rates import ConditionRates, condition_rates
from rnnlab.analysis.marked import Condition
from rnnlab.analysis.mixed_selectivity import MixedSelectivity, mixed_selectivity
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.behaviour import half_way, stimulus_of
from rnnlab.analysis.questions.controls import OF_ACTIVITY
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject, Trials
from rnnlab.analysis.sequentiality import Sequentiality, sequentiality
from rnnlab.analysis.silent_units import SilentUnits, silent_units
from rnnlab.analysis.task_variance import TaskVariance, task_variance, variance_over_trials
from rnnlab.analysis.tuning import Tuning, tuning
from rnnlab.analysis.units import UnitOrder, peak_order
from rnnlab.spec import quantity
from rnnlab.tasks import Batch


def steps_of(trials: Trials, epoch: str) -> NDArray[np.bool_]:
    """(trial, time) the steps of an epoch, "" for the whole trial.

    Raises:
        ValueError: no such epoch, or no step in it.
    """
    if epoch and epoch not in trials.batch.epochs:
        raise ValueError(f"epoch: no epoch {epoch!r}; give one of {', '.join(trials.batch.epochs)}")
    steps = trials.inside & trials.batch.window(epoch) if epoch else trials.inside
    if not steps.any():
        raise ValueError(f"epoch: no trial has a step in {epoch}; choose another")
    return steps


def mean_rates(trials: Trials, epoch: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Mean rate of each unit over an epoch, (trial, unit), of the trials that have it; and which those are."""
    steps = steps_of(trials, epoch)
    has = np.asarray(steps.any(axis=1))
    weight = steps[has] / steps[has].sum(axis=1, keepdims=True)
    return np.einsum("nt,ntu->nu", weight, trials.activity.rates[has]), has


def onset(trials: Trials, epoch: str) -> tuple[NDArray[np.intp], NDArray[np.bool_], str]:
    """First step of an epoch in each trial, which trials have it, and words for it; "" is the trial's start."""
    if not epoch:
        n = trials.batch.n_trials
        return np.zeros(n, np.intp), np.ones(n, bool), "the trial's start"
    has = np.asarray(steps_of(trials, epoch).any(axis=1))
    return np.asarray(trials.batch.epochs[epoch][:, 0], np.intp), has, f"the start of {epoch.replace('_', ' ')}"


def answer(trials: Trials, epoch: str) -> tuple[NDArray[np.intp], NDArray[np.bool_], str]:
    """The same as `onset`, of the step at which an output first gets half way to its targets, from the start of an
    epoch (the stimulus for "") on.

    Raises:
        ValueError: no output ever does.
    """
    batch, begins = trials.batch, epoch or stimulus_of(trials.batch)
    times = reaction_times(trials.trajectory.outputs, batch, half_way(batch), begins)
    has = np.isfinite(times)
    if not has.any():
        raise ValueError("lined_up_at: no output gets half way to its targets in any trial; line them up at an epoch")
    steps = batch.epochs[begins][:, 0] + np.rint(np.where(has, times, 0.0) / batch.dt)
    return steps.astype(np.intp), has, "the answer"


@dataclass(frozen=True)
class PeakOrderQuestion(Question):
    """When is each unit most active?"""

    controls = OF_ACTIVITY

    n_trials: int = settings.trials(256)

    def ask(self, subject: Subject) -> UnitOrder:
        trials = subject.trials(self.n_trials)
        return peak_order(trials.activity.rates, trials.batch.dt, trials.inside)


@dataclass(frozen=True)
class ConditionRatesQuestion(Question):
    """What do units do in each condition?"""

    n_trials: int = settings.trials(256)
    unit: int = quantity(0, low=0, soft=(0, 99), step=1, help="Whose rate is drawn, counted from 0.")
    factor: str = settings.factor("What makes the conditions.")
    lined_up_at: Literal["epoch", "answer"] = "epoch"
    """The moment that trials are lined up at: the start of an epoch, or when an output first gets half way to its
    targets after it (trials in which none does are left out)."""
    epoch: str = settings.epoch(
        "Where that moment is, or is looked for from: the trial or the stimulus, if not named.", "automatic"
    )
    before: float = quantity(200.0, unit="ms", low=0, soft=(0, 1000), step=10, help="Shown before it.")
    after: float = quantity(1000.0, unit="ms", above=0, soft=(50, 3000), step=10, help="Shown after it.")

    def ask(self, subject: Subject) -> ConditionRates:
        trials = subject.trials(self.n_trials)
        name = settings.chosen_factor(trials.batch, self.factor)
        starts, has, aligned = (answer if self.lined_up_at == "answer" else onset)(trials, self.epoch)
        return condition_rates(
            trials.activity.rates[has],
            trials.batch.factors[name][has],
            starts[has],
            trials.batch.lengths[has],
            trials.batch.dt,
            self.before,
            self.after,
            name,
            aligned,
            self.unit,
        )


@dataclass(frozen=True)
class TuningQuestion(Question):
    """How does each unit's rate depend on one factor?"""

    n_trials: int = settings.trials()
    factor: str = settings.factor("What units may be tuned to.")
    epoch: str = settings.epoch("Over which rates are averaged.")

    def ask(self, subject: Subject) -> Tuning:
        trials = subject.trials(self.n_trials)
        name = settings.chosen_factor(trials.batch, self.factor)
        rates, has = mean_rates(trials, self.epoch)
        return tuning(rates, trials.batch.factors[name][has], name, settings.words(self.epoch))


@dataclass(frozen=True)
class MixedSelectivityQuestion(Question):
    """Do units respond to one factor, to two, or to their combination?"""

    n_trials: int = settings.trials(1024)
    first: str = settings.factor("The first of two factors.")
    second: str = settings.factor("The second; left alone, one that varies apart from the first.")
    epoch: str = settings.epoch("Over which rates are averaged.")

    def ask(self, subject: Subject) -> MixedSelectivity:
        trials = subject.trials(self.n_trials)
        names = settings.two_factors(trials.batch, self.first, self.second)
        rates, has = mean_rates(trials, self.epoch)
        first, second = (trials.batch.factors[name][has] for name in names)
        return mixed_selectivity(rates, first, second, names)


@dataclass(frozen=True)
class TaskVarianceQuestion(Question):
    """Which units work in which part of the trial, or in which condition?"""

    controls = OF_ACTIVITY

    n_trials: int = settings.trials(256)
    factor: str = settings.factor("A context, such as a rule; left alone, epochs are compared.", "epochs")
    n_clusters: int = quantity(0, low=0, high=64, soft=(0, 12), step=1, help="How many; 0: as many as fit best.")

    def ask(self, subject: Subject) -> TaskVariance:
        trials = subject.trials(self.n_trials)
        parts = self._contexts(trials)
        rates = trials.activity.rates
        variance = np.stack([variance_over_trials(rates, steps) for steps in parts.values()], axis=1)
        kinds = self._kinds(trials.batch) if self.factor else ()
        of = tuple(Condition.spanning(self.factor, [kind]) for kind in kinds)
        return task_variance(variance, tuple(parts), self.n_clusters or None, subject.seed, of)

    def _contexts(self, trials: Trials) -> dict[str, NDArray[np.bool_]]:
        batch = trials.batch
        if not self.factor:
            found = {name: trials.inside & batch.window(name) for name in batch.epochs}
            return {name: steps for name, steps in found.items() if steps.any()}
        values = batch.factors[self.factor]
        return {
            str(Condition.spanning(self.factor, [kind])): trials.inside & (values == kind)[:, None]
            for kind in self._kinds(batch)
        }

    def _kinds(self, batch: Batch) -> NDArray[Any]:
        """The values of the factor."""
        kinds = np.unique(batch.factors[settings.chosen_factor(batch, self.factor)])
        if len(kinds) > 24:
            raise ValueError(f"factor: {self.factor} has {len(kinds)} values; give one with fewer, such as a rule")
        return kinds


@dataclass(frozen=True)
class SequentialityQuestion(Question):
    """Do units peak one after the other?"""

    controls = OF_ACTIVITY

    n_trials: int = settings.trials(256)
    epoch: str = settings.epoch("Trials are lined up at its start and followed as long as most of them have it.")

    def ask(self, subject: Subject) -> Sequentiality:
        trials = subject.trials(self.n_trials)
        starts, has, _ = onset(trials, self.epoch)
        steps = steps_of(trials, self.epoch)[has]
        n = max(int(np.median(steps.sum(axis=1))), 1)
        picked = starts[has][:, None] + np.arange(n)
        there = picked < (starts[has] + steps.sum(axis=1))[:, None]
        rates = trials.activity.rates[has]
        lined = np.take_along_axis(rates, np.minimum(picked, rates.shape[1] - 1)[:, :, None], axis=1)
        mean = np.einsum("nt,ntu->tu", there / there.sum(axis=0), lined)
        return sequentiality(mean, np.arange(n) * trials.batch.dt)


@dataclass(frozen=True)
class SilentUnitsQuestion(Question):
    """Which units take no part?"""

    controls = OF_ACTIVITY

    n_trials: int = settings.trials(256)
    epoch: str = settings.epoch()
    share: float = quantity(
        0.01, above=0, high=1, soft=(0.001, 0.2), step=0.001, help="Tolerance, as a share of the largest rate."
    )

    def ask(self, subject: Subject) -> SilentUnits:
        trials = subject.trials(self.n_trials)
        return silent_units(trials.activity.rates, steps_of(trials, self.epoch), self.share)
