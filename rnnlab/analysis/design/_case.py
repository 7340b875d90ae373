"""What the checks look at: one task at one time step, with its trials and a time constant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._continua import continuous, some_of, value_at
from rnnlab.analysis.design._histories import Histories
from rnnlab.analysis.design._pool import Pool, pool
from rnnlab.networks import Identity, LeakyRNN, Linear, LowRankRNN, Relu, Tanh
from rnnlab.tasks import Batch, Choice, Constant, Score, Several, Task, WorstCondition
from rnnlab.tasks.conditions import crossed
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.scoring import Scoring

USUAL_TAU = 100.0
"""Time constant (ms) where no network says one."""

MOST_CONDITIONS = 512
"""More conditions than these are drawn at random."""

WHOLE = 1e-6
"""A number is whole to within this."""

MOST_DRAWN = 1024
"""More trials than these are not drawn to give every condition its exact share."""

N_SCORED = 4
"""Times as many trials for a score as for what is looked at."""


@dataclass(frozen=True, eq=False)
class Case:
    """A task under examination.

    Attributes:
        task: the task.
        dt: time step, ms.
        taus: the fastest and the slowest time constant of the network's units, ms; None where it has none.
        n_trials: trials drawn for what is counted; more, where that gives each condition its exact share.
        seed: of the trials.
        kept: what of its activity the network gives back to itself as training begins, 0 to 1.
        to_keep: how to begin with all of it; "" where the network cannot.
    """

    task: Task
    dt: float
    taus: tuple[float, float] | None
    n_trials: int
    seed: int
    kept: float = 0.0
    to_keep: str = "start W_rec as the identity"

    @cached_property
    def pool(self) -> Pool:
        return pool(self.task, self.dt, self.seed)

    @cached_property
    def histories(self) -> Histories:
        return Histories(self.pool.batch)

    @cached_property
    def drawn(self) -> Batch:
        """Trials as they come in a training, without noise, all conditions in their shares."""
        return self._draw(0)

    @cached_property
    def others(self) -> Batch:
        """Other trials, and more; the same where these are all the conditions there are, in their exact shares."""
        return self.drawn if self.exact else self._draw(1, N_SCORED)

    @cached_property
    def exact(self) -> bool:
        """Whether the trials drawn are all conditions, each exactly as often as it is likely."""
        return self._n_exact > 0

    @cached_property
    def _n_exact(self) -> int:
        """The least number of trials in which every condition comes a whole number of times; 0 where there is none."""
        drawn = [factor.rule for factor in self.task.factors if isinstance(factor.rule, Draw)]
        found = crossed(self.task.factors) if all(isinstance(r, Choice | Constant) for r in drawn) else None
        if found is None or not 0 < len(found[1]) <= MOST_CONDITIONS:
            return 0
        for n in range(self.n_trials, MOST_DRAWN + 1):
            if np.abs(n * found[1] - np.round(n * found[1])).max() < WHOLE:
                return n
        return 0

    def _draw(self, index: int, times: int = 1) -> Batch:
        n_trials = self._n_exact or times * self.n_trials
        return self.task.sample(n_trials, self.dt, (self.seed, index), noise=False, balanced=self.exact)

    def odds(self, batch: Batch) -> NDArray[np.float64]:
        """How often trials of the condition of each come, (trial,), with sum 1: those of one condition share its odds.

        Values from a continuum count as often as the branch (of a comparison, a category) comes that they stand for.
        """
        drawn = [factor for factor in self.task.factors if isinstance(factor.rule, Draw)]
        odds = np.ones(len(batch))
        for factor in drawn:
            if isinstance(factor.rule, Choice):
                values, weights = factor.rule.values, factor.rule.weights or (1.0,) * len(factor.rule.values)
                alike = batch.factors[factor.name][:, None] == np.array(values)
                odds *= (alike * np.array(weights)).sum(axis=1)
            elif continuous(factor):
                levels, likely = some_of(self.task, factor)
                apart = np.abs(batch.factors[factor.name][:, None] - value_at(factor, levels))
                odds *= likely[apart.argmin(axis=1)]
        table = np.stack([batch.factors[factor.name] for factor in drawn] or [np.zeros(len(batch))], axis=1)
        _, which, counts = np.unique(table, axis=0, return_inverse=True, return_counts=True)
        odds /= counts[which.ravel()]
        return odds / (odds.sum() or 1.0)

    @cached_property
    def perfect(self) -> Score:
        """The score of outputs that are the targets, of the trials compared."""
        return self.task.score(self.pool.batch.targets, self.pool.batch)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Which of the trials compared count in the accuracy, (trial,)."""
        counted = self.perfect.counted
        return np.ones(self.pool.batch.n_trials, dtype=bool) if counted is None else counted

    @property
    def tau(self) -> float:
        """The slowest time constant, ms."""
        return self.taus[1] if self.taus else USUAL_TAU

    def epoch_at(self, trial: int, step: int) -> str:
        """Name of the epoch that a step lies in."""
        inside = (name for name, edges in self.pool.batch.epochs.items() if edges[trial, 0] <= step < edges[trial, 1])
        return next(inside, "")


def scorings(scoring: Any) -> list[Scoring]:
    """The plain scorings that a task's scoring is made of."""
    if isinstance(scoring, Several):
        return [part for each in scoring.of for part in scorings(each)]
    return scorings(scoring.of) if isinstance(scoring, WorstCondition) else [scoring]


def keeping(network: Any) -> tuple[float, str] | None:
    """What of its activity a network gives back to itself before training, 0 to 1, and how to begin with all of it:

    a W_rec that is the identity, or directions that overlap. None where it cannot begin so (Dale's law, no autapses,
    another cell).
    """
    config = getattr(network, "config", network)
    if isinstance(config, LowRankRNN):
        needed = 2 if isinstance(config.nonlinearity, Relu) else 1  # of rectified units half are silent at any moment
        return min(max(config.overlap / needed, 0.0), 1.0), f"begin with an overlap of {needed}"
    if not isinstance(config, LeakyRNN) or not config.autapses or config.unit_signs.any():
        return None
    if not isinstance(config.nonlinearity, Relu | Linear | Tanh):  # those of slope 1
        return None
    start = config.weights_rec.initial
    return min(max(start.scale, 0.0), 1.0) if isinstance(start, Identity) else 0.0, "start W_rec as the identity"


def time_constants(network: Any) -> tuple[float, float] | None:
    """The fastest and the slowest time constant of a network or its config, ms; None where it has none."""
    tau = getattr(getattr(network, "config", network), "tau", None)
    return None if tau is None else (float(np.min(tau)), float(np.max(tau)))
