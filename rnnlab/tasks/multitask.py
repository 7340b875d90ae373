"""Several tasks for one network at once: sets with rule inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import Spec, quantity
from rnnlab.tasks.batch import Batch, facts_table
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.checks import check_name
from rnnlab.tasks.draws import Choice, Floats
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.scoring import AnyScoring, Score, Several, WorstCondition
from rnnlab.tasks.scoring.base import mean
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.streams import Seed, Streams
from rnnlab.tasks.task import Task


@dataclass(frozen=True, repr=False)
class MultitaskSet(Spec):
    """Tasks that one network learns together.

    Channels of the same name are shared. An input that a task does not have is 0 in it; an output that it does not
    have should be 0, and does not count in its accuracy. One input is added for each task, ``rule <task>``, which has
    the value ``rule_level`` in the whole of its trials.

    Attributes:
        name: a short name.
        tasks: at least one; their names differ.
        odds: how often each task comes; none given: all equally often.
        mixing: whether every trial of a batch may be of another task, or all trials of a batch are of one.
        rules: whether the rule inputs are added.
        rule_level: value of a rule input in the trials of its task.
        description: what the set is for.
        source: the paper it comes from.
    """

    name: str
    tasks: tuple[Task, ...]
    odds: tuple[float, ...] = quantity((), low=0, help="How often each task comes; none given: all equally often.")
    mixing: Literal["trials", "batches"] = field(
        default="trials", metadata={"help": "Whether each trial of a batch, or each batch as a whole, is of one task."}
    )
    rules: bool = field(default=True, metadata={"help": "Whether an input says in each trial which task it is of."})
    description: str = ""
    source: str = ""
    rule_level: float = quantity(
        1.0, soft=(0, 2), step=0.1, help="Value of a task's rule input in its trials; 0 in those of other tasks."
    )

    def check(self) -> None:
        check_name("MultitaskSet.name", self.name)
        if not self.tasks:
            raise self.refuse("tasks", "there is none", remedy="give at least one task")
        names = [task.name for task in self.tasks]
        for i, name in enumerate(names):
            if name in names[:i]:
                raise self.refuse(f"tasks[{i}].name", f"{name!r} is there already", remedy="rename one of them")
        if self.odds and (len(self.odds) != len(names) or not sum(self.odds) > 0):
            raise self.refuse(
                "odds", f"{len(self.odds)} odds for {len(names)} tasks", remedy="give one each, not all 0"
            )
        for i in range(len(self.tasks)):
            self._member(i)

    # ------------------------------------------------------------------------------------------------ members

    @cached_property
    def members(self) -> tuple[Task, ...]:
        """The tasks as the network sees them: each with all channels of the set, in the same order."""
        return tuple(self._member(i) for i in range(len(self.tasks)))

    def _member(self, i: int) -> Task:
        rule = self.rule_level if self.rules else None
        return _among(self.tasks[i], self.input_names, self.output_names, rule)

    @property
    def input_names(self) -> tuple[str, ...]:
        shared = _union(task.input_names for task in self.tasks)
        return (*shared, *(f"rule {task.name}" for task in self.tasks)) if self.rules else shared

    @property
    def output_names(self) -> tuple[str, ...]:
        return _union(task.output_names for task in self.tasks)

    @property
    def epoch_names(self) -> tuple[str, ...]:
        return _union(task.epoch_names for task in self.tasks)

    @property
    def factor_names(self) -> tuple[str, ...]:
        return _union((("task",), *(task.factor_names for task in self.tasks)))

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """Every epoch of any task, the first of each name."""
        found = {epoch.name: epoch for task in reversed(self.tasks) for epoch in task.epochs}
        return tuple(found[name] for name in self.epoch_names)

    @property
    def n_inputs(self) -> int:
        return len(self.input_names)

    @property
    def n_outputs(self) -> int:
        return len(self.output_names)

    # ------------------------------------------------------------------------------------------------- trials

    def sample(
        self, n_trials: int, dt: float = 10, seed: Seed = 0, *, noise: bool = True, balanced: bool | None = None
    ) -> Batch:
        """Trials of the tasks, as `Task.sample`. The factor ``task`` counts which task each is of.

        A factor that a task does not have is NaN in its trials; an epoch that it does not have lasts no step. With
        ``balanced`` the tasks come equally often too (or as their odds say), to within one trial.
        """
        streams = Streams(seed)
        which = self._deal(n_trials, streams, evenly=bool(balanced))
        places = [(i, np.flatnonzero(which == i)) for i in range(len(self.members))]
        parts = [
            (rows, self.members[i].sample(len(rows), dt, streams.branch(i), noise=noise, balanced=balanced))
            for i, rows in places
            if len(rows)
        ]
        n_steps = max(part.n_steps for _, part in parts)

        def gathered(what: str) -> NDArray:
            whole = np.zeros((n_trials, n_steps, getattr(parts[0][1], what).shape[2]), dtype=np.float32)
            for rows, part in parts:
                whole[rows, : part.n_steps] = getattr(part, what)
            return whole

        factors = {name: np.full(n_trials, np.nan) for name in self.factor_names}
        epochs = {name: np.zeros((n_trials, 2), dtype=np.int64) for name in self.epoch_names}
        lengths = np.zeros(n_trials, dtype=np.int64)
        factors["task"] = which.astype(float)
        for rows, part in parts:
            lengths[rows] = part.lengths
            for table, own in ((factors, part.factors), (epochs, part.epochs)):
                for name, values in own.items():
                    table[name][rows] = values
        inputs, targets, mask = (gathered(what) for what in ("inputs", "targets", "mask"))
        return Batch(inputs, targets, mask, factors, epochs, lengths, float(dt), self)

    def _deal(self, n_trials: int, streams: Streams, *, evenly: bool) -> NDArray[np.intp]:
        """Which task each trial is of, (trial,)."""
        rule = Choice(tuple(range(len(self.tasks))), self.odds)
        rng = streams["task"]
        if self.mixing == "batches":
            return np.full(n_trials, int(rule.sample(rng, 1)[0]))
        if not evenly:
            return rule.sample(rng, n_trials).astype(np.intp)
        points = (np.arange(n_trials) + rng.random()) / n_trials
        return rng.permutation(rule.inverse(points)).astype(np.intp)

    def score(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        """How each task's trials were done; the accuracy is the mean over the tasks that are in the batch."""
        outputs = np.asarray(outputs)
        if outputs.shape != batch.targets.shape:
            raise ValueError(
                f"outputs: shape {outputs.shape} does not fit the batch; "
                f"give (trial, time, output) = {batch.targets.shape}"
            )
        correct, counted = np.zeros(batch.n_trials), np.zeros(batch.n_trials, dtype=bool)
        choices = np.full(batch.n_trials, -1)
        parts: dict[str, Score] = {}
        for i, task in enumerate(self.members):
            rows = np.flatnonzero(batch.factors["task"] == i)
            if not len(rows):
                continue
            score = parts[task.name] = task.score(outputs[rows], _of(task, batch[rows]))
            correct[rows] = score.correct
            counted[rows] = True if score.counted is None else score.counted
            choices[rows] = -1 if score.choices is None else score.choices
        means = [mean(np.array([getattr(score, fact) for score in parts.values()])) for fact in ("accuracy", "chance")]
        return Score(means[0], correct, choices, means[1], counted=counted, parts=parts)

    # -------------------------------------------------------------------------------------------------- facts

    def _facts(self) -> dict[str, str]:
        return {
            "tasks": ", ".join(task.name for task in self.tasks),
            "inputs": str(self.n_inputs),
            "outputs": str(self.n_outputs),
            "digest": self.digest[:12],
        }

    def __repr__(self) -> str:
        return f"MultitaskSet({self.name}; " + "; ".join(f"{k}: {v}" for k, v in self._facts().items()) + ")"

    def _repr_html_(self) -> str:
        return facts_table(self.name, self._facts())


@lru_cache(maxsize=512)
def _among(task: Task, input_names: tuple[str, ...], output_names: tuple[str, ...], rule: float | None) -> Task:
    """A task with these channels. Remembered: where one task of a set is edited, the others are as they were."""
    inputs = {channel.name: channel for channel in task.inputs}
    outputs = {channel.name: channel for channel in task.outputs}
    if rule is not None:
        inputs[f"rule {task.name}"] = Channel(f"rule {task.name}", (Hold(rule),))
    return task.replace(
        inputs=tuple(inputs.get(name, Channel(name)) for name in input_names),
        outputs=tuple(outputs.get(name, Channel(name, (Hold(0.0),))) for name in output_names),
        scoring=_restricted(task.scoring, task.output_names),
    )


def _union(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for some in names for name in some))


def _restricted(scoring: AnyScoring, outputs: tuple[str, ...]) -> AnyScoring:
    """The same scoring, looking at these outputs only."""
    if isinstance(scoring, Several):
        return scoring.replace(of=tuple(_restricted(part, outputs) for part in scoring.of))
    if isinstance(scoring, WorstCondition):
        return scoring.replace(of=_restricted(scoring.of, outputs))
    return scoring if scoring.outputs else scoring.replace(outputs=outputs)


def _of(task: Task, batch: Batch) -> Batch:
    """A batch of trials of one task, without what other tasks brought along."""
    epochs: dict[str, Any] = {name: batch.epochs[name] for name in task.epoch_names}
    factors: dict[str, Floats] = {name: batch.factors[name] for name in task.factor_names}
    return dataclasses.replace(batch, task=task, epochs=epochs, factors=factors)
