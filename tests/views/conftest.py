"""A session with a small untrained network, and a task whose every name is hostile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rnnlab.networks import LeakyRNN
from rnnlab.runs import Experiment, Training
from rnnlab.session import Session
from rnnlab.tasks import Channel, Choice, Constant, Epoch, Factor, Hold, LargestMean, Task, get

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def session() -> Iterator[Session]:
    task = get("perceptual_discrimination")
    experiment = Experiment(task=task, network=LeakyRNN(n_units=12), training=Training(updates=10))
    made = Session(experiment)
    yield made
    made.close()


@pytest.fixture
def hostile_task() -> Task:
    """A task such as no reader lets in: the names are put there afterwards, to see what a screen would make of them."""
    task = Task(
        name="task",
        description=f"Say {HOSTILE}.",
        factors=(Factor("level", Choice((0, 1))),),
        epochs=(Epoch("epoch", Constant(200), scored=True),),
        inputs=(Channel("in", (Hold("level"),)),),
        outputs=(Channel("out", (Hold("level"),)), Channel("other", (Hold(0.5),))),
        scoring=LargestMean(),
    )
    for named in (task, *task.epochs, *task.inputs, *task.outputs):
        object.__setattr__(named, "name", f"{named.name} {HOSTILE}")
    return task
