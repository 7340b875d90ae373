"""How good is the network now? Always on the same trials with the same noise, so that numbers can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
import torch

from rnnlab.runs import Experiment, stream
from rnnlab.training.learner import Learner
from rnnlab.training.losses import check_targets
from rnnlab.training.noise import Noise
from rnnlab.training.trials import Trials


@dataclass(frozen=True)
class Measured:
    """Share of correct validation trials, and the masked loss over them."""

    accuracy: float
    loss: float


class Validation:
    """The fixed validation trials of an experiment."""

    def __init__(self, experiment: Experiment, learner: Learner) -> None:
        training, network = experiment.training, experiment.network
        self._experiment = experiment
        self._learner = learner
        seed = stream(experiment.seed, "validation")
        self._batch = experiment.task.sample(training.validation_trials, dt=network.dt, seed=seed)
        self._trials = Trials.from_batch(self._batch, learner.dtype)
        check_targets(training.loss, self._trials.targets, self._trials.mask)

    def measure(self) -> Measured:
        """Score the learner as it is now. Where the loss is not finite nothing is scored."""
        outputs = self._outputs()
        loss = self._loss(outputs)
        if not isfinite(loss):
            return Measured(0.0, loss)
        return Measured(float(self._experiment.task.score(outputs, self._batch).accuracy), loss)

    def _loss(self, outputs: np.ndarray) -> float:
        """The loss in double precision, infinite where training would call it so."""
        batch = self._batch
        arrays = (outputs, batch.targets, batch.mask)
        z, y, m = (torch.from_numpy(a).double().permute(2, 1, 0) for a in arrays)
        loss = float(self._learner.loss(z, y, m))
        return loss if loss <= float(np.finfo(self._experiment.training.dtype).max) else float("inf")

    def _outputs(self) -> np.ndarray:
        """In parts of a training batch's size, which fit in the memory that training uses anyway."""
        experiment, size = self._experiment, self._experiment.training.batch_size
        parts = []
        for i, start in enumerate(range(0, self._trials.n_trials, size)):
            noise = Noise(experiment.training.noise, experiment.seed, "validation-noise", i)
            parts.append(self._learner.outputs(self._trials.part(start, start + size), noise))
        return np.concatenate(parts)
