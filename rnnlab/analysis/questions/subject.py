"""`Subject`: what a question is asked of: a network, the trials it is shown, and how it is run on them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.film import saved_states
from rnnlab.networks import Network, as_network
from rnnlab.runs.beginning import untrained
from rnnlab.runs.streams import stream
from rnnlab.simulation import Intervention, Trajectory, simulate
from rnnlab.tasks import Batch, Score, TaskSource

T = TypeVar("T")

Past: TypeAlias = Callable[[], Mapping[int, Network]]
"""Gives the saved states of a training: updates done -> the network then."""

Tell: TypeAlias = Callable[[float], None]
"""Told the share that is done, from 0 to 1. It may raise `CancelledError`: then the question is given up."""


class CancelledError(Exception):
    """Raised out of a question that nobody waits for any more."""


def silent(share: float) -> None:
    """A `Tell` for those who do not watch."""


@dataclass(frozen=True, eq=False)
class Trials:
    """Trials that a network was run on.

    Attributes:
        batch: the trials; where labels are shuffled, its factors are those of other trials.
        trajectory: the network on them.
        score: how it did, judged before anything was shuffled.
    """

    batch: Batch
    trajectory: Trajectory
    score: Score

    @cached_property
    def activity(self) -> Trajectory:
        """The trajectory, for questions about states and rates.

        Raises:
            ValueError: the activity overflows; see `Trajectory.lasting`.
        """
        return self.trajectory.lasting()

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(trial, time) steps that belong to a trial, not to the padding after it."""
        return np.asarray(np.arange(self.batch.n_steps) < self.batch.lengths[:, None])


@dataclass(frozen=True, eq=False)
class Subject:
    """A network on a task.

    Attributes:
        network: that is asked about.
        task: whose trials it is shown; None where there is none (then only questions about weights have an answer).
        untrained: the network as its training began, where that is known.
        seed: of trials and of the network's noise.
        dt: time step, ms; None for the network's own.
        noise: whether inputs and network are noisy.
        shuffled: whether every trial has the labels of another one.
        others: name -> network, for questions that compare several.
        past: gives the saved states of its training; None where none are known.
        memo: keeps what was computed of each of them.
        tell: told how far an answer is.
    """

    network: Network
    task: TaskSource | None = None
    untrained: Network | None = None
    seed: int = 0
    dt: float | None = None
    noise: bool = True
    shuffled: bool = False
    past: Past | None = None
    others: Mapping[str, Network] = field(default_factory=dict)
    memo: MutableMapping[Hashable, Any] = field(default_factory=dict, repr=False)
    tell: Tell = field(default=silent, repr=False)

    @classmethod
    def of(cls, source: Any, task: TaskSource | None = None, seed: int = 0, tell: Tell = silent) -> Subject:
        """A subject made of a Subject, a Run (with its own task and its untrained network) or a Network."""
        if isinstance(source, cls):
            return replace(source, tell=tell)
        experiment = getattr(source, "experiment", None)
        before = None if experiment is None else untrained(experiment)
        chosen = task if task is not None else getattr(source, "task", None)
        past = None if experiment is None else partial(saved_states, source)
        return cls(as_network(source), chosen, before, seed, past=past, tell=tell)

    @property
    def time_step(self) -> float:
        """ms per step of its trials."""
        return self.network.dt if self.dt is None else self.dt

    def required_task(self) -> TaskSource:
        """The task.

        Raises:
            ValueError: there is none, or its trials do not fit the network.
        """
        if self.task is None:
            raise ValueError("task: this question needs trials, and the source has no task; give `task`")
        has = (self.network.n_inputs, self.network.n_outputs)
        if has != (wanted := (self.task.n_inputs, self.task.n_outputs)):
            raise ValueError(
                f"task: {self.task.name} has {wanted[0]} inputs and {wanted[1]} outputs, the network {has[0]} and "
                f"{has[1]}; ask about the task it was trained on"
            )
        return self.task

    def batch(self, n_trials: int) -> Batch:
        """Trials with their true labels."""
        return self.required_task().sample(n_trials, dt=self.time_step, seed=self.seed, noise=self.noise)

    def simulate(self, batch: Batch, interventions: Sequence[Intervention] = ()) -> Trajectory:
        """The network on trials, with its own noise where the subject is noisy."""
        return simulate(self.network, batch, interventions, seed=self.seed if self.noise else None)

    def trials(self, n_trials: int, interventions: Sequence[Intervention] = ()) -> Trials:
        """Trials, the network on them, and its score; labels shuffled last, where they are."""
        batch = self.batch(n_trials)
        trajectory = self.simulate(batch, interventions)
        score = self.required_task().score(trajectory.outputs, batch)
        return Trials(self.relabelled(batch), trajectory, score)

    def relabelled(self, batch: Batch) -> Batch:
        """The batch; where labels are shuffled, with the factors of every trial taken from another one."""
        order = self.order(batch.n_trials)
        return replace(batch, factors={name: values[order] for name, values in batch.factors.items()})

    def order(self, n_trials: int) -> NDArray[np.intp]:
        """(trial,) whose label each trial has: its own, or where labels are shuffled another one's."""
        if not self.shuffled:
            return np.arange(n_trials)
        return np.asarray(stream(self.seed, "shuffled-labels").permutation(n_trials), np.intp)

    def each(self, items: Sequence[T]) -> Iterator[T]:
        """The items one after the other, telling how far that is; the place where a long answer can be given up."""
        for i, item in enumerate(items):
            self.tell(i / len(items))
            yield item
        self.tell(1.0)
