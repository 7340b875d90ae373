"""Questions about behaviour: what the network answers, how often it is right, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._grouped import crossed, levels
from rnnlab.analysis.accuracy import Accuracy, measured
from rnnlab.analysis.accuracy_by_duration import AccuracyByDuration, accuracy_by_duration, lasting
from rnnlab.analysis.chronometric import Chronometric, chronometric, reaction_times, scored_times
from rnnlab.analysis.psychometric import Psychometric, psychometric
from rnnlab.analysis.psychometric_fit import PsychometricFit, psychometric_fit
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject, Trials
from rnnlab.analysis.reverse_correlation import Kernel, reverse_correlation, within
from rnnlab.spec import quantity
from rnnlab.tasks import Batch, Task


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


@dataclass(frozen=True)
class PsychometricFitQuestion(Question):
    """How fine is the discrimination, and how often is the evidence ignored?"""

    n_trials: int = settings.trials(1024)
    factor: str = settings.factor("The horizontal axis; left alone, the task's signed evidence.")
    choice: int = quantity(1, low=0, high=63, soft=(0, 3), step=1, help="Which output is counted, from 0.")

    def ask(self, subject: Subject) -> PsychometricFit:
        curve = PsychometricQuestion(n_trials=self.n_trials, factor=self.factor, choice=self.choice).ask(subject)
        return psychometric_fit(curve, subject.tell)


@dataclass(frozen=True)
class ChronometricQuestion(Question):
    """When does the network answer?"""

    n_trials: int = settings.trials(1024)
    factor: str = settings.factor("The horizontal axis.")
    threshold: float | None = quantity(
        None,
        soft=(0, 1),
        step=0.05,
        start=0.6,
        empty="automatic",
        help="Level that an output has to reach; left alone, what the task's scoring asks for, or half of the targets.",
    )
    epoch: str = settings.epoch("From whose start time is counted.", "the stimulus")

    def ask(self, subject: Subject) -> Chronometric:
        trials = subject.trials(self.n_trials)
        name = settings.chosen_factor(trials.batch, self.factor)
        times, from_ = self._times(trials)
        return chronometric(times, trials.score.correct > 0.5, trials.batch.factors[name], name, from_)

    def _times(self, trials: Trials) -> tuple[NDArray[np.float64], str]:
        measured = scored_times(trials.score)
        if measured is not None and self.threshold is None and not self.epoch:
            return measured, "the start of the answer's epoch"
        epoch = self.epoch or stimulus_of(trials.batch)
        level = half_way(trials.batch) if self.threshold is None else self.threshold
        return reaction_times(trials.trajectory.outputs, trials.batch, level, epoch), (
            f"the start of {epoch.replace('_', ' ')} to a level of {level:.2g}"
        )


def half_way(batch: Batch) -> float:
    """The level half way between the largest and the smallest target that counts."""
    judged = batch.targets[batch.mask > 0]
    return float((judged.max() + judged.min()) / 2) if judged.size else 0.5


@dataclass(frozen=True)
class AccuracyByDurationQuestion(Question):
    """Does the network use all of the time it has?"""

    controls = ("seed", "half_step", "no_noise", "untrained")

    n_trials: int = settings.trials(256)
    epoch: str = settings.epoch("Which is made shorter and longer.", "the stimulus")
    shortest: float = quantity(50.0, unit="ms", above=0, soft=(10, 1000), step=10, help="Shortest duration.")
    longest: float | None = quantity(
        None, unit="ms", above=0, soft=(50, 3000), step=10, start=750, empty="its own", help="Longest duration."
    )
    n_durations: int = quantity(6, low=2, high=64, soft=(2, 16), step=1, help="How many, evenly on a logarithmic axis.")

    def ask(self, subject: Subject) -> AccuracyByDuration:
        task = subject.required_task()
        if not isinstance(task, Task):
            raise ValueError(f"task: {task.name} has no epochs whose duration could be changed; describe it as a Task")
        batch = subject.batch(16)
        epoch = self.epoch or stimulus_of(batch)
        durations = self._durations(batch, epoch)
        correct, chance = [], 0.5
        for duration in subject.each(durations):
            score = replace(subject, task=lasting(task, epoch, duration)).trials(self.n_trials).score
            correct.append(score.correct if score.counted is None else score.correct[score.counted])
            chance = score.chance
        return accuracy_by_duration(durations, correct, epoch, chance)

    def _durations(self, batch: Batch, epoch: str) -> list[float]:
        if epoch not in batch.epochs:
            raise ValueError(f"epoch: no epoch {epoch!r}; give one of {', '.join(batch.epochs)}")
        own = float(np.ptp(batch.epochs[epoch], axis=1).max()) * batch.dt
        longest = max(own, 2 * batch.dt) if self.longest is None else self.longest
        shortest = min(self.shortest, longest / 2) if self.longest is None else self.shortest
        if longest <= shortest:
            raise ValueError(f"longest: {longest:g} ms is not longer than the shortest, {shortest:g} ms; give more")
        steps = np.maximum(np.round(np.geomspace(shortest, longest, self.n_durations) / batch.dt), 1)
        return (np.unique(steps) * batch.dt).tolist()


def stimulus_of(batch: Batch) -> str:
    """The epoch called stimulus, or else the longest in which the inputs vary from trial to trial before any answer."""
    if "stimulus" in batch.epochs:
        return "stimulus"
    judged = batch.mask.any(axis=2)
    lengths = {name: float(np.ptp(steps, axis=1).mean()) for name, steps in batch.epochs.items()}
    before = {name: n for name, n in lengths.items() if not (judged & batch.window(name)).any()}
    return max(before or lengths, key=lambda name: (before or lengths)[name])


@dataclass(frozen=True)
class ReverseCorrelationQuestion(Question):
    """Which moments of the stimulus do decisions follow?"""

    controls = ("seed", "half_step", "untrained", "shuffled")

    n_trials: int = settings.trials(2048)
    epoch: str = settings.epoch("At whose start trials are lined up, and whose noise counts.", "the stimulus")
    decision: Literal["output", "choice"] = "output"
    """What was decided: the mean of an output while it is judged, or whether it was chosen."""
    choice: int = quantity(1, low=0, high=63, soft=(0, 3), step=1, help="Which output, from 0.")

    def ask(self, subject: Subject) -> Kernel:
        trials = subject.trials(self.n_trials)
        batch, epoch = trials.batch, self.epoch or stimulus_of(trials.batch)
        condition = conditions(batch)
        decided, said = self._decided(trials)
        order = subject.order(batch.n_trials)
        noise, where = fluctuations(subject, batch, epoch)
        names = tuple(batch.task.input_names)
        return reverse_correlation(
            within(noise, condition),
            within(decided, condition)[order],
            where,
            batch.dt,
            names=names,
            aligned=f"the start of {epoch.replace('_', ' ')}",
            decision=said,
        )

    def _decided(self, trials: Trials) -> tuple[NDArray[np.float64], str]:
        outputs, batch = trials.activity.outputs, trials.batch
        if self.choice >= outputs.shape[2]:
            raise ValueError(f"choice: {self.choice} is not an output; give 0 to {outputs.shape[2] - 1}")
        name = batch.task.output_names[self.choice].replace("_", " ")
        if self.decision == "choice":
            if trials.score.choices is None:
                raise ValueError("decision: this task has no single choice per trial; take the output instead")
            return (trials.score.choices == self.choice).astype(float), f"whether {name} was chosen"
        judged = batch.mask[:, :, self.choice]
        total = np.maximum(judged.sum(axis=1), 1e-9)
        return (outputs[:, :, self.choice] * judged).sum(axis=1) / total, f"the mean of {name} while it is judged"


def conditions(batch: Batch) -> NDArray[np.intp]:
    """(trial,) number of each trial's combination of factors, many values cut into parts."""
    varying = {n: v for n, v in batch.factors.items() if np.ndim(v) == 1 and len(np.unique(v)) > 1}
    if not varying:
        return np.zeros(batch.n_trials, np.intp)
    of, _ = crossed([levels(name, values) for name, values in varying.items()])
    return np.unique(of, return_inverse=True)[1].astype(np.intp)


def fluctuations(subject: Subject, batch: Batch, epoch: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The noise on the inputs in an epoch, lined up at its start: the trials minus the same without noise.

    Returns:
        (trial, step, channel), and (trial, step) which of them a trial has.
    """
    if epoch not in batch.epochs:
        raise ValueError(f"epoch: no epoch {epoch!r}; give one of {', '.join(batch.epochs)}")
    if not subject.noise:
        raise ValueError("noise: there is none to correlate decisions with; ask about noisy trials")
    clean = replace(subject, noise=False).batch(batch.n_trials)
    noise = np.asarray(batch.inputs, float) - np.asarray(clean.inputs, float)
    starts, stops = np.asarray(batch.epochs[epoch]).T
    steps = starts[:, None] + np.arange(int((stops - starts).max()))
    where = steps < stops[:, None]
    picked = np.minimum(steps, noise.shape[1] - 1)[:, :, None]
    return np.take_along_axis(noise, picked, axis=1), where
