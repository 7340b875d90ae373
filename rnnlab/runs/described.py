"""What a file describes: an experiment, or a task that is to be trained as it stands."""

from __future__ import annotations

from typing import Any

from rnnlab.networks import LeakyRNN
from rnnlab.runs.experiment import Experiment
from rnnlab.spec.codec import parse
from rnnlab.tasks import Curriculum, MultitaskSet, Task

TASKS: dict[str, type[Task | MultitaskSet | Curriculum]] = {
    "epochs": Task,
    "tasks": MultitaskSet,
    "stages": Curriculum,
}
"""The part by which each kind of task is known where a file does not name its kind."""


def described(text: str | bytes) -> Experiment:
    """The experiment in a JSON document; of a task, a set of tasks or a curriculum the one a task of the catalogue has.

    Raises:
        SpecError: it is none of these.

    >>> import rnnlab as rl
    >>> task = rl.tasks.get("flip_flop", n_bits=2)
    >>> described(task.to_json()) == rl.Experiment(task=task, network=rl.networks.LeakyRNN())
    True
    """
    data = parse(text, "experiment")
    kind = kind_of_task(data) if isinstance(data, dict) else None
    return Experiment.from_json(text) if kind is None else Experiment(task=kind.from_json(text), network=LeakyRNN())


def kind_of_task(data: dict[str, Any]) -> type[Task | MultitaskSet | Curriculum] | None:
    """Which kind of task plain data describe; None where they describe something else."""
    for part, kind in TASKS.items():
        if data.get("kind", kind.__name__ if part in data and "task" not in data else None) == kind.__name__:
            return kind
    return None
