"""An experiment as a run's folder keeps it: its JSON, or where a part of it is Python code, the names of that part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rnnlab.networks import CodeCell, MissingCell
from rnnlab.runs.experiment import Experiment
from rnnlab.runs.losses import CodeLoss, MeanSquaredError, MissingLoss
from rnnlab.runs.training import Training
from rnnlab.spec import SCHEMA, SpecError
from rnnlab.spec.codec import decode, encode, hints
from rnnlab.tasks import AnyTask, CodeTask, MissingTask

KIND = "MissingTask"
NETWORK = "MissingCell"
LOSS = "MissingLoss"


def recorded(experiment: Experiment) -> dict[str, Any]:
    """Plain data for the manifest. Python code is never in it."""
    if experiment.citable:
        return dict(json.loads(experiment.to_json()))
    task, training = experiment.task, experiment.training
    return {
        "rnnlab": SCHEMA,
        "kind": "Experiment",
        "task": {"kind": KIND, **MissingTask.of(task).names()} if isinstance(task, CodeTask) else task.to_data(),
        "network": _recorded_network(experiment),
        "training": _recorded_training(training),
        "seed": experiment.seed,
        "steering": encode(experiment.steering),
    }


def _recorded_network(experiment: Experiment) -> dict[str, Any]:
    network, task = experiment.network, experiment.task
    if not isinstance(network, CodeCell):
        return network.to_data()
    return {"kind": NETWORK, **network.kept(task.n_inputs, task.n_outputs)}


def _recorded_training(training: Training) -> dict[str, Any]:
    if not isinstance(training.loss, CodeLoss):
        return training.to_data()
    return training.replace(loss=MeanSquaredError()).to_data() | {"loss": {"kind": LOSS, "name": training.loss.name}}


def from_recorded(data: Any) -> Experiment:
    """The experiment; with a `MissingTask`, a `MissingCell` or a `rnnlab.runs.losses.MissingLoss`, which have names
    only, where its task, network or loss was Python code.

    Raises:
        SpecError: the data says something that cannot be.
    """
    if not isinstance(data, dict):
        return Experiment.from_json(json.dumps(data))
    task, network, loss = _kind(data.get("task")), data.get("network"), _kind(_part(data, "training").get("loss"))
    if task != KIND and _kind(network) != NETWORK and loss != LOSS:
        return Experiment.from_json(json.dumps(data))
    fields = {name: data[name] for name in ("network", "training", "seed", "steering") if name in data}
    if loss == LOSS:
        fields["training"] = {key: value for key, value in fields["training"].items() if key != "loss"}
    if _kind(network) == NETWORK:
        fields.pop("network")
    annotations = hints(Experiment)
    decoded: dict[str, Any] = {
        name: decode(annotations[name], value, f"experiment.{name}") for name, value in fields.items()
    }
    if loss == LOSS:
        decoded["training"] = decoded["training"].replace(loss=_missing_loss(data["training"]["loss"]))
    if isinstance(network, dict) and _kind(network) == NETWORK:
        decoded["network"] = MissingCell.of({key: value for key, value in network.items() if key != "kind"})
    found = _missing(data["task"]) if task == KIND else decode(AnyTask, data.get("task"), "experiment.task")
    return Experiment(task=found, **decoded)


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _kind(data: Any) -> Any:
    return data.get("kind") if isinstance(data, dict) else None


def _missing(names: Mapping[str, Any]) -> MissingTask:
    given = {key: value for key, value in names.items() if key != "kind"}
    try:
        return MissingTask(**given)
    except (TypeError, ValueError) as error:
        raise SpecError("experiment.task", str(error)) from None


def _missing_loss(data: Mapping[str, Any]) -> MissingLoss:
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise SpecError("experiment.training.loss.name", "is missing", remedy="give the function's name")
    return MissingLoss(name)


def same(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments are equal, as far as a run's folder can tell."""
    return one == other or (not one.citable and not other.citable and recorded(one) == recorded(other))
