"""How good is the network now? Always on the same trials with the same noise, so that numbers can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

import numpy as np
import torch

from rnnlab.runs import Experiment, stream
from rnnlab.runs.conditions import cells_of, condition_accuracies
from rnnlab.tasks import Batch, CodeTask, MultitaskSet, Score
from rnnlab.training.diagnosis import Diagnosis, diagnose
from rnnlab.training.health import Activity, activity_bounds, spectral_radius, worst_condition
from rnnlab.training.learner import Learner
from rnnlab.training.losses import check_targets
from rnnlab.training.noise import Noise
from rnnlab.training.trials import Trials

HALF_STEP_TRIALS = 64


@dataclass(frozen=True)
class Measured:
    """What an evaluation found.

    Attributes:
        accuracy: share of correct validation trials.
        loss: over them.
        worst: share correct in the worst condition.
        tasks: share correct in each task of a set.
        conditions: share correct in each condition; see `rnnlab.runs.conditions`.
        spectral_radius, silent, saturated, half_step, full_step: see `rnnlab.events.Health`.
    """

    accuracy: float
    loss: float
    worst: float = float("nan")
    spectral_radius: float = float("nan")
    silent: float = float("nan")
    saturated: float = float("nan")
    half_step: float | None = None
    full_step: float | None = None
    tasks: Mapping[str, float] = field(default_factory=dict)
    conditions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Set:
    """Trials to score a learner on."""

    learner: Learner
    batch: Batch
    trials: Trials = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trials", Trials.from_batch(self.batch, self.learner.dtype, self.learner.device))

    def outputs(self, experiment: Experiment, activity: Activity | None = None) -> np.ndarray:
        """In parts of a training batch's size, which fit in the memory that training uses anyway."""
        size, parts = experiment.training.batch_size, []
        for i, start in enumerate(range(0, self.trials.n_trials, size)):
            noise = Noise(experiment.training.noise, experiment.seed, "validation-noise", i)
            outputs, rates = self.learner.survey(self.trials.part(start, start + size), noise)
            parts.append(outputs)
            if activity is not None:
                activity.add(rates)
        return np.concatenate(parts)

    def accuracy(self, outputs: np.ndarray) -> float:
        """Share correct."""
        return float(self.batch.task.score(outputs, self.batch).accuracy)


class Validation:
    """The fixed validation trials of an experiment.

    Of a set of tasks all are among them, also where each training batch is of one.
    """

    def __init__(self, experiment: Experiment, learner: Learner) -> None:
        self.experiment = experiment
        self._learner = learner
        self.parameters = learner.parameters
        self._set = _Set(learner, self._drawn(experiment.network.dt))
        self._half = self._half_step() if experiment.training.half_step else None
        self._bounds = activity_bounds(experiment.network)
        check_targets(experiment.training.loss, self._set.trials.targets, self._set.trials.mask)

    def _drawn(self, dt: float) -> Batch:
        task, training = self.experiment.task, self.experiment.training
        if isinstance(task, MultitaskSet):
            task = task.replace(mixing="trials")
        seed = stream(self.experiment.seed, "validation")
        if training.validation == "balanced" and not isinstance(task, CodeTask):
            return task.sample(training.validation_trials, dt=dt, seed=seed, balanced=True)
        return task.sample(training.validation_trials, dt=dt, seed=seed)

    def _half_step(self) -> tuple[_Set, _Set] | None:
        """Some of the trials, as they are and at half the time step; None where those cannot be had."""
        experiment, learner = self.experiment, self._learner
        try:
            network = experiment.network.replace(dt=experiment.network.at(experiment.network.dt / 2).dt)
            batch = self._drawn(network.dt)
        except ValueError:  # a cell that counts steps, or a task that cannot be drawn in such steps
            return None
        pairs = (learner, self._set.batch), (learner.at(network), batch)
        full, half = (_Set(one, trials[:HALF_STEP_TRIALS]) for one, trials in pairs)
        return full, half

    def measure(self) -> Measured:
        """Score the learner as it is now. Where the loss is not finite nothing is scored."""
        activity = Activity(self._bounds)
        outputs = self._set.outputs(self.experiment, activity)
        loss = self._loss(outputs)
        if not isfinite(loss):
            return Measured(0.0, loss)
        score = self._set.batch.task.score(outputs, self._set.batch)
        worst = worst_condition(score, self._set.batch)
        radius = spectral_radius(self.experiment.network, self._learner.effective())
        half, full = self._at_half_step(outputs)
        tasks = _task_accuracies(score, self._set.batch)
        accuracy = float(score.accuracy)
        conditions = condition_accuracies(score, self._set.batch, cells_of(self.experiment.task))
        fares = activity.silent, activity.saturated
        return Measured(accuracy, loss, worst, radius, *fares, half, full, tasks, conditions)

    def _at_half_step(self, outputs: np.ndarray) -> tuple[float | None, float | None]:
        """Share of some trials that are correct at half the time step, and as they are."""
        if self._half is None:
            return None, None
        full, half = self._half
        found = half.outputs(self.experiment)
        return half.accuracy(found), full.accuracy(outputs[:HALF_STEP_TRIALS, : full.batch.n_steps])

    def diagnose(self) -> Diagnosis:
        """Where the network stops being finite on these trials."""
        experiment = self.experiment
        noise = Noise(experiment.training.noise, experiment.seed, "validation-noise", 0)
        return diagnose(self._learner, self._set.trials.part(0, experiment.training.batch_size), noise)

    def _loss(self, outputs: np.ndarray) -> float:
        """The loss in double precision, infinite where training would call it so."""
        batch = self._set.batch
        arrays = (outputs, batch.targets, batch.mask)
        z, y, m = (torch.from_numpy(a).double().permute(2, 1, 0) for a in arrays)
        loss = float(self._learner.loss(z, y, m))
        return loss if loss <= float(np.finfo(self.experiment.training.dtype).max) else float("inf")


def _task_accuracies(score: Score, batch: Batch) -> dict[str, float]:
    """Of each task among the trials, by its name."""
    if not isinstance(batch.task, MultitaskSet):
        return {batch.task.name: float(score.accuracy)}
    return {name: float(part.accuracy) for name, part in score.parts.items()}
