"""Accuracy: how often a network is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlab.analysis._intervals import interval_of_mean
from rnnlab.analysis._result import Result
from rnnlab.networks import as_network
from rnnlab.simulation import Intervention, simulate
from rnnlab.tasks import Score, TaskSource


@dataclass(frozen=True, repr=False, eq=False)
class Accuracy(Result):
    """Share of trials (or, for tasks judged step by step, of time) in which a network was right.

    Attributes:
        accuracy: in [0, 1]; ``low`` and ``high`` bound its 95 % interval.
        chance: accuracy of a network that knows nothing.
        n_trials: how many trials it was measured on: those that count.
        score: the task's score of every trial.
    """

    accuracy: float
    low: float
    high: float
    chance: float
    n_trials: int
    score: Score

    def facts(self) -> dict[str, str]:
        return {
            "accuracy": f"{100 * self.accuracy:.1f} % ({100 * self.low:.1f} to {100 * self.high:.1f} %)",
            "chance": f"{100 * self.chance:.1f} %",
            "trials": str(self.n_trials),
        }


def accuracy(
    source: Any,
    task: TaskSource | None = None,
    n_trials: int = 512,
    seed: int = 0,
    noise: bool = True,
    interventions: Sequence[Intervention] = (),
) -> Accuracy:
    """Simulate fresh trials and score them.

    Args:
        source: a Run (then its own task is the default) or a Network.
        task: what to measure it on.
        n_trials: how many trials.
        seed: of the trials and of the network's own noise.
        noise: whether inputs and network are noisy.
        interventions: done to the network in every trial.

    Raises:
        ValueError: no task is given and the source has none.
    """
    given = task if task is not None else getattr(source, "task", None)
    if given is None:
        raise ValueError("task: none given, and the source has none; give the task to measure accuracy on")
    batch = given.sample(n_trials, dt=as_network(source).dt, seed=seed, noise=noise)
    trajectory = simulate(source, batch, interventions, seed=seed if noise else None)
    score = given.score(trajectory.outputs, batch)
    return measured(score)


def measured(score: Score) -> Accuracy:
    """The accuracy of trials that have been scored, over those that count."""
    correct = np.asarray(score.correct if score.counted is None else score.correct[score.counted], float)
    low, high = interval_of_mean(correct) if len(correct) else (0.0, 1.0)
    return Accuracy(score.accuracy, low, high, score.chance, len(correct), score)
