"""`Trainer`: an experiment being carried out, one piece of work at a time.

Everything random belongs to (seed, purpose, update), so the state after an update is all that the next one depends on:
a trainer put back to a snapshot goes on as the one that took it did, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from rnnlab.events import Health
from rnnlab.runs import Experiment, OnPlateau, Progress, Snapshot, stream
from rnnlab.runs.agenda import Agenda
from rnnlab.runs.conditions import measured_conditions
from rnnlab.runs.ending import best_update, kept_update
from rnnlab.runs.kept import Parent
from rnnlab.runs.schedules import AnySchedule
from rnnlab.runs.stages import of_stage, stage_end
from rnnlab.runs.steering import Change, in_force, last_restart, restarts
from rnnlab.tasks import Curriculum, Stage
from rnnlab.training.diagnosis import Diagnosis, diagnose
from rnnlab.training.learner import Learner, Step
from rnnlab.training.noise import Noise
from rnnlab.training.record import Record
from rnnlab.training.trials import Trials
from rnnlab.training.validation import Measured, Validation


@dataclass(frozen=True)
class Lesson:
    """What an update learns from, and its loss and penalty where the gradient was found already."""

    trials: Trials
    noise: Noise
    found: tuple[float, ...] | None = None


class Company(Protocol):
    """Others that are trained at the same time; see `rnnlab.training.company`."""

    def lesson(self, trainer: Trainer) -> Lesson:
        """Of a trainer's update to come."""
        ...


class Trainer:
    """The state of a training, and what can be done with it.

    Attributes:
        experiment: what is trained.
        learner: parameters and optimiser.
        update: updates done.
        n_trials: training trials seen.
        stages: the updates at which the stages of a curriculum so far began.
        record: the history so far.
        diagnosis: of the last piece of work that found something not finite.
        company: who finds its gradients together with those of others, if somebody does.
    """

    diagnosis: Diagnosis

    def __init__(self, experiment: Experiment) -> None:
        task, network, training = experiment.task, experiment.network, experiment.training
        self.experiment = experiment
        self.stages: tuple[int, ...] = (0,)
        self.learner = Learner(network, training, task.n_inputs, task.n_outputs)
        rng = stream(experiment.seed, "initialise")
        self.learner.initialise(network.initialise(task.n_inputs, task.n_outputs, rng))
        self.update = 0
        self.n_trials = 0
        self.record = Record()
        self._agenda = Agenda(experiment)
        self._adopted = self._then
        self._validation = Validation(self._then, self.learner)
        self._good = self._kept()
        self._best: Tensor | None = None
        self._parent: Parent | None = None
        self.company: Company | None = None

    # ----------------------------------------------------------------------------------------------------- working

    def advance(self) -> Step:
        """One update on fresh trials. Where something is not finite nothing changes, see `Step.failed`, unless the
        training is to go on all the same."""
        experiment = self._now
        self._adopt(experiment)
        training = experiment.training
        lesson = self.lesson() if self.company is None else self.company.lesson(self)
        trials, noise, before = lesson.trials, lesson.noise, self._kept()
        step = self.learner.learn(trials, noise, self._factor(training.schedule), lesson.found)
        if step.failed is None:
            self._good = self._good if step.not_finite else before
            self.update += 1
            self.n_trials += training.batch_size
            self.record.updated(self.update, step.loss, step.gradient_norm, step.penalty, step.penalties)
        else:
            self.diagnosis = diagnose(self.learner, trials, noise)
        return step

    def lesson(self) -> Lesson:
        """What the update to come learns from."""
        experiment, training = self._now, self._now.training
        rng = stream(experiment.seed, "batch", self.update)
        batch = experiment.task.sample(training.batch_size, dt=experiment.network.dt, seed=rng)
        strength = self._factor(training.noise_schedule)
        noise = Noise(training.noise, experiment.seed, "noise", self.update, strength)
        return Lesson(Trials.from_batch(batch, self.learner.dtype, self.learner.device), noise)

    @property
    def settled(self) -> Experiment | None:
        """What the update to come carries out, where the learner is that already."""
        return self._adopted if self._now is self._adopted else None

    @property
    def _now(self) -> Experiment:
        """What the update to come carries out."""
        return self._agenda.at(self.update, len(self.stages) - 1)

    @property
    def _then(self) -> Experiment:
        """What the last update carried out, which evaluations are made with."""
        return self._agenda.at(self.update - 1, len(self.stages) - 1)

    def _adopt(self, now: Experiment) -> None:
        """Have the learner be what an experiment wants."""
        if now is not self._adopted:
            self.learner.adopt(now.network, now.training, afresh=restarts(self._adopted, now))
            self._adopted = now

    def begins(self) -> list[Change]:
        """The changes that act from the update to come on."""
        return [change for change in self.experiment.steering if change.update == self.update]

    def steer(self, changes: Sequence[Change]) -> None:
        """Change the experiment, from the update to come on.

        Raises:
            SpecError: that cannot be.
        """
        self.experiment = self.experiment.replace(steering=(*self.experiment.steering, *changes))
        self._agenda = Agenda(self.experiment)

    def _factor(self, schedule: AnySchedule) -> float:
        """A schedule's factor for the update to come."""
        every = self.experiment.training.evaluate_every
        losses = self.record.regular_losses(every) if isinstance(schedule, OnPlateau) else ()
        return schedule.factor(self.update, losses)

    def measure(self) -> Measured:
        """Score the network on the validation trials, and note the result if it is finite."""
        then = self._then
        if self._validation.experiment != then or self._validation.parameters is not self.learner.parameters:
            self._validation = Validation(then, self.learner)
        measured = self._validation.measure()
        if isfinite(measured.loss):
            self._good = self._kept()
            names = measured_conditions(self.experiment, self.update)
            self.record.evaluated(self.update, measured, self.experiment.task_names, names)
            self._keep_best()
        else:
            self.diagnosis = self._validation.diagnose()
        return measured

    def health(self, measured: Measured) -> Health:
        """What an evaluation says of the network's state."""
        norms = self.record.gradient_norms
        return Health(
            gradient_norm=norms[-1] if norms else None,
            spectral_radius=measured.spectral_radius,
            silent=measured.silent,
            saturated=measured.saturated,
            half_step_accuracy=measured.half_step,
            full_step_accuracy=measured.full_step,
        )

    def _keep_best(self) -> None:
        """Copy the parameters where this evaluation is the best so far of those made at regular times."""
        training = self.experiment.training
        if training.keep != "best" or self.update % training.evaluate_every:
            return
        if best_update(training, of_stage(self.record.history(), self.stages), end=-1) == self.update:
            self._best = self.learner.parameters.values.clone()

    def kept(self) -> tuple[int, dict[str, NDArray[np.float64]]]:
        """The update whose network is kept if the training ends here, and its effective parameters."""
        kept = kept_update(self.experiment.training, self.record.history(), self.stages, self.update)
        if kept == self.update or self._best is None:
            return self.update, self.learner.effective()
        return kept, self.learner.effective(self._best)

    # ----------------------------------------------------------------------------------------------- curriculum

    @property
    def stage(self) -> Stage | None:
        """The stage of the curriculum that is on."""
        if not isinstance(self.experiment.task, Curriculum):
            return None
        task = in_force(self.experiment, self.update - 1).task
        return task.stages[len(self.stages) - 1] if isinstance(task, Curriculum) else None

    def stage_end(self) -> str | None:
        """Why that stage is over; see `rnnlab.runs.stages.stage_end`."""
        every, stage = self.experiment.training.evaluate_every, self.stage
        if stage is None or (self.update % every and stage.updates is None):
            return None
        return stage_end(stage, self.record.history(), self.stages, self.update, every)

    @property
    def in_last_stage(self) -> bool:
        """Whether no stage follows."""
        task = self.experiment.task
        return not isinstance(task, Curriculum) or len(self.stages) == len(task.stages)

    def next_stage(self) -> None:
        """Go on with the next one."""
        self.stages = (*self.stages, self.update)

    # ------------------------------------------------------------------------------------------------ going back

    def back_to_good(self) -> None:
        """Return to the last parameters that are known to give a finite loss, and forget what came after."""
        vectors, self.learner.carried, self.update, self.n_trials, self.learner.optimiser.count = self._good
        for name, vector in self._vectors().items():
            if name in vectors:  # otherwise an optimiser of this kind had just begun
                vector.copy_(vectors[name])
        self.record = Record.of(self.record.history().until(self.update))
        self.stages = tuple(update for update in self.stages if update <= self.update)

    def snapshot(self, seconds: float = 0.0, reason: str | None = None) -> Snapshot:
        """Everything a resume needs, as copies."""
        progress = Progress(self.update, self.n_trials, seconds, reason, self.stages)
        state = self.learner.state()
        if self._best is not None:
            state["best"] = self.learner.parameters.to_arrays(self._best)
        return Snapshot(self.experiment, progress, state, self.record.history(), parent=self._parent)

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a snapshot of this experiment."""
        self.update, self.n_trials = snapshot.progress.update, snapshot.progress.n_trials
        self.stages = snapshot.progress.stages
        self._adopt(self._then)
        self.learner.restore(snapshot.state, self.update - last_restart(self.experiment, self.update))
        self.record = Record.of(snapshot.history)
        self._parent = snapshot.parent
        if "best" in snapshot.state:
            self._best = self.learner.parameters.values.clone()
            self.learner.parameters.load(self._best, snapshot.state["best"])
        self._good = self._kept()

    def _vectors(self) -> dict[str, Tensor]:
        return {"parameters": self.learner.parameters.values, **self.learner.optimiser.vectors}

    def _kept(self) -> tuple[dict[str, Tensor], Tensor | None, int, int, int]:
        vectors = {name: vector.clone() for name, vector in self._vectors().items()}
        return vectors, self.learner.carried, self.update, self.n_trials, self.learner.optimiser.count
