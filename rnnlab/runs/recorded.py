"""An experiment as a run's folder keeps it: its JSON, or where its task is Python code, the names of that task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rnnlab.runs.experiment import Experiment
from rnnlab.spec import SCHEMA, SpecError
from rnnlab.spec.codec import decode, hints
from rnnlab.tasks import CodeTask, MissingTask

KIND = "MissingTask"


def recorded(experiment: Experiment) -> dict[str, Any]:
    """Plain data for the manifest. Python code is never in it."""
    if not isinstance(experiment.task, CodeTask):
        return dict(json.loads(experiment.to_json()))
    return {
        "rnnlab": SCHEMA,
        "kind": "Experiment",
        "task": {"kind": KIND, **MissingTask.of(experiment.task).names()},
        "network": experiment.network.to_data(),
        "training": experiment.training.to_data(),
        "seed": experiment.seed,
    }


def from_recorded(data: Any) -> Experiment:
    """The experiment; with a `MissingTask`, which has names but no trials, where its task was Python code.

    Raises:
        SpecError: the data says something that cannot be.
    """
    task = data.get("task") if isinstance(data, dict) else None
    if not isinstance(task, dict) or task.get("kind") != KIND:
        return Experiment.from_json(json.dumps(data))
    annotations = hints(Experiment)
    rest = {name: data[name] for name in ("network", "training", "seed") if name in data}
    fields = {name: decode(annotations[name], value, f"experiment.{name}") for name, value in rest.items()}
    return Experiment(task=_missing(task), **fields)


def _missing(names: Mapping[str, Any]) -> MissingTask:
    given = {key: value for key, value in names.items() if key != "kind"}
    try:
        return MissingTask(**given)
    except (TypeError, ValueError) as error:
        raise SpecError("experiment.task", str(error)) from None


def same(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments are equal, as far as a run's folder can tell."""
    return one == other or (not one.citable and not other.citable and recorded(one) == recorded(other))
