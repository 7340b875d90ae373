"""Fields by their paths."""

from __future__ import annotations

import pytest

from rnnlab import tasks
from rnnlab.networks import LeakyRNN
from rnnlab.runs import L2, Cosine, Experiment, Training
from rnnlab.spec import SpecError
from rnnlab.spec.paths import keys, typed, value_at, with_values

SOME = Experiment(
    task=tasks.get("perceptual_discrimination"), network=LeakyRNN(), training=Training(penalties=(L2(weight=0.5),))
)


def test_a_path_is_read_in_both_ways_of_writing_it() -> None:
    assert keys("task.epochs[1].duration") == keys("task.epochs.1.duration") == ("task", "epochs", "1", "duration")
    second = SOME.described_task.epochs[1]
    assert value_at(SOME, "task.epochs[1]") is value_at(SOME, f"task.epochs.{second.name}") is second
    assert value_at(SOME, "training.penalties[0].weight") == 0.5


def test_several_fields_change_at_once() -> None:
    """dt and tau could not, one after the other."""
    changed = with_values(SOME, {"network.dt": 200.0, "network.tau": 3000, "training.penalties.0.weight": 2})
    assert (changed.network.dt, changed.network.tau) == (200.0, 3000.0)  # type: ignore[union-attr]
    assert changed.training.penalties == (L2(weight=2.0),)
    assert changed.task is SOME.task and SOME.network.dt == 10.0


def test_plain_data_becomes_what_the_field_wants() -> None:
    data = {"kind": "Cosine", "updates": 7}
    assert typed(SOME, "training.schedule", data) == Cosine(updates=7)
    assert with_values(SOME, {"training.schedule": data}).training.schedule == Cosine(updates=7)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("training.learning_rate", 0, "experiment.training.learning_rate"),
        ("training.penalties[0].weight", "x", "experiment.training.penalties[0].weight"),
        ("training.penalties[1].weight", 1, "experiment.training.penalties.1"),
        ("network.dt.x", 1, "experiment.network.dt.x"),
        ("network.dt", 1000, "experiment.network.dt"),
    ],
)
def test_errors_have_the_whole_path(path: str, value: object, place: str) -> None:
    with pytest.raises(SpecError) as error:
        with_values(SOME, {path: value})
    assert error.value.path == place
