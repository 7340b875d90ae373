"""What a JSON document is taken for."""

from __future__ import annotations

import json

import pytest

import rnnlab as rl
from rnnlab.runs.described import described

XOR = rl.tasks.get("xor")
KINDS = (XOR, rl.tasks.MultitaskSet("set", (XOR,)), rl.tasks.Curriculum("steps", (rl.tasks.Stage(XOR),)))


@pytest.mark.parametrize("task", KINDS, ids=lambda task: type(task).__name__)
@pytest.mark.parametrize("named", [True, False])
def test_every_kind_of_task_becomes_an_experiment(task: rl.tasks.Task, named: bool) -> None:
    data = json.loads(task.to_json())
    if not named:
        del data["kind"]
    assert described(json.dumps(data)) == rl.Experiment(task=task, network=rl.networks.LeakyRNN())


@pytest.mark.parametrize("named", [True, False])
def test_an_experiment_stays_what_it_is(named: bool) -> None:
    experiment = rl.Experiment(task=KINDS[1], network=rl.networks.LSTM(n_units=5), seed=3)
    data = json.loads(experiment.to_json())
    if not named:
        del data["kind"]
    assert described(json.dumps(data)) == experiment


@pytest.mark.parametrize("text", ["[]", "{}", '{"kind": "Epoch", "name": "a"}', "not json"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(rl.SpecError, match="experiment"):
        described(text)
