"""Steering: changes of an experiment while it is being trained, as data.

A change belongs to an update. It acts from the update that follows on; the evaluation made there is still without it,
so it does not matter whether that came first. What an experiment is at any update follows from its description alone:
a training that was steered by hand is repeated by its experiment, changes and all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rnnlab.networks import MissingCell
from rnnlab.runs.optimisers import Adam, AdamW
from rnnlab.spec import Spec, SpecError, did_you_mean, quantity
from rnnlab.spec.paths import differences, keys, typed, value_at, with_values
from rnnlab.tasks import Curriculum, task_names

if TYPE_CHECKING:
    from rnnlab.runs.experiment import Experiment

STEERABLE = (
    "learning_rate",
    "gradient_clip",
    "clip",
    "not_finite",
    "noise",
    "loss",
    "penalties",
    "protect_task",
    "optimiser",
    "schedule",
    "noise_schedule",
)
"""The fields of a training that may change on the way. The rest says how it is carried out, judged and ended."""


@dataclass(frozen=True)
class Change(Spec):
    """After ``update`` updates a field of the experiment begins to have another value.

    Example:
        >>> import rnnlab as rl
        >>> gentle = rl.Change(400, "training.learning_rate", 1e-4)
        >>> harder = rl.Change(0, "task.epochs.stimulus.duration.high", 200.0, over=1000)  # in a straight line
    """

    update: int
    """Updates done when it begins."""
    path: str
    """The field, from the experiment down: ``training.learning_rate``, ``network.noise`` ..."""
    value: Any
    """What is there from then on."""
    over: int = quantity(
        0, low=0, soft=(0, 2000), step=50, unit="updates", help="Over how many a number gets there; 0: at once."
    )

    def check(self) -> None:
        if self.update < 0:
            raise self.refuse("update", f"{self.update} is before the first", remedy="give at least 0")
        head, *rest = keys(self.path) or ("",)
        if head == "training" and rest and rest[0] not in STEERABLE:
            allowed = ", ".join(STEERABLE)
            raise self.refuse("path", f"{self.path!r} cannot change on the way", remedy=f"of training give {allowed}")
        if head not in ("training", "network", "task") or (head == "training" and not rest):
            remedy = did_you_mean(head, ("training.learning_rate", "network", "task"))
            raise self.refuse("path", f"{self.path!r} is nothing that can change on the way", remedy=remedy)

    def reached(self, update: int) -> float:
        """How far it is after ``update`` updates, from 0 to 1."""
        return min((update - self.update) / self.over, 1.0) if self.over else 1.0


def in_force(experiment: Experiment, update: int) -> Experiment:
    """What the update that follows ``update`` done ones carries out: the experiment without steering, as steered."""
    if not experiment.steering:
        return experiment
    begun = [change for change in experiment.steering if change.update <= update]
    return _steered(experiment.replace(steering=()), begun, update)


def steered(experiment: Experiment, update: int) -> dict[tuple[str | int, ...], Any]:
    """What steering has made of the fields of an experiment after so many updates: field -> value in force.

    Example:
        >>> import rnnlab as rl
        >>> slower = rl.Change(400, "training.learning_rate", 1e-4)
        >>> experiment = rl.Experiment(rl.tasks.get("xor"), rl.networks.LeakyRNN(), steering=(slower,))
        >>> steered(experiment, 10), steered(experiment, 400)
        ({}, {('training', 'learning_rate'): 0.0001})
    """
    if not experiment.steering:
        return {}
    return differences(experiment.replace(steering=()), in_force(experiment, update))


def _steered(base: Experiment, changes: Sequence[Change], update: int) -> Experiment:
    found, done = base, list[Change]()
    for group in _at_once([change for change in changes if not _lost(base, change)]):
        found = with_values(found, {change.path: _value(base, done, change, update) for change in group})
        done += group
    return found


def _at_once(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Those of one update together, as they may fit only together; then those within the value of an earlier one."""
    for _, together in groupby(changes, key=lambda change: change.update):
        rest = list(together)
        while rest:
            group: list[Change] = []
            later: list[Change] = []
            for change in rest:
                waits = any(_holds(each, change) for each in group) or any(_holds(change, each) for each in later)
                (later if waits else group).append(change)
            yield group
            rest = later


def _holds(outer: Change, inner: Change) -> bool:
    """Whether one changes what lies within the value of the other."""
    path, within = keys(outer.path), keys(inner.path)
    return within[: len(path)] == path != within


def _lost(base: Experiment, change: Change) -> bool:
    """Whether what it changes was Python code and is not there."""
    return isinstance(base.network, MissingCell) and keys(change.path)[0] == "network"


def _value(base: Experiment, earlier: Sequence[Change], change: Change, update: int) -> Any:
    """What a change has made of its field."""
    reached = change.reached(update)
    if reached >= 1.0:
        return change.value
    return _between(value_at(_steered(base, earlier, change.update), change.path), change.value, reached, change)


def _between(start: Any, end: Any, share: float, change: Change) -> Any:
    if isinstance(start, tuple) and isinstance(end, tuple) and len(start) == len(end):
        return tuple(_between(a, b, share, change) for a, b in zip(start, end, strict=True))
    if any(isinstance(x, bool) or not isinstance(x, int | float) for x in (start, end)):
        problem = f"{start!r} does not go to {end!r} in a straight line"
        raise SpecError(f"experiment.{change.path}", problem, remedy="give over=0, or the path of a number")
    value = start + (end - start) * share
    return round(value) if isinstance(start, int) and isinstance(end, int) else value


def checked(experiment: Experiment) -> tuple[Change, ...]:
    """The steering of an experiment, in order and each value as its field wants it.

    Raises:
        SpecError: a change leads nowhere, does not fit, or would change the shape of something.
    """
    ordered = sorted(experiment.steering, key=lambda change: change.update)
    base = experiment.replace(steering=())
    done: list[Change] = []
    for change in ordered:
        if _lost(base, change):
            done.append(change)
        else:
            done.append(change.replace(value=typed(_steered(base, done, change.update), change.path, change.value)))
    for update in sorted({point for change in done for point in (change.update, change.update + change.over)}):
        _check_shapes(base, _steered(base, [change for change in done if change.update <= update], update))
    return tuple(done)


def _check_shapes(one: Experiment, other: Experiment) -> None:
    for part, (shape, what) in _SHAPES.items():
        if shape(one) != shape(other):
            problem = f"a change on the way would make {what}"
            raise SpecError(f"experiment.{part}", problem, remedy="start a new run with it")


def _sizes(experiment: Experiment) -> Any:
    network, task = experiment.network, experiment.task
    return type(network).__name__, network.n_states, network.parameter_shapes(task.n_inputs, task.n_outputs)


def _tasks(experiment: Experiment) -> Any:
    task = experiment.task
    stages = len(task.stages) if isinstance(task, Curriculum) else 1
    return type(task).__name__, task.input_names, task.output_names, task_names(task), stages


_SHAPES = {
    "network": (_sizes, "arrays of other shapes, or another cell"),
    "task": (_tasks, "other channels, other tasks or another number of stages"),
}


def restarts(before: Experiment, after: Experiment) -> bool:
    """Whether an optimiser's memory of gradients means nothing any more: others are trained, or by another kind."""
    kinds = [Adam if isinstance(e.training.optimiser, AdamW) else type(e.training.optimiser) for e in (before, after)]
    return kinds[0] is not kinds[1] or before.network.trainable != after.network.trainable


def last_restart(experiment: Experiment, update: int) -> int:
    """The update at which the optimiser was last started afresh, before the update of that number was made."""
    points = {change.update for change in experiment.steering if change.update < update}
    found = [point for point in points if restarts(in_force(experiment, point - 1), in_force(experiment, point))]
    return max(found, default=0)
