"""Tasks made by hand, for the checks before training."""

from __future__ import annotations

from typing import Any

from rnnlab.analysis import Design
from rnnlab.tasks import (
    Channel,
    Choice,
    Compare,
    Constant,
    Epoch,
    Factor,
    Gate,
    Hold,
    LargestMean,
    Lookup,
    Noise,
    SignOfMean,
    Task,
)


def two_sides(**changes: Any) -> Task:
    """Fixation 300 ms, a stimulus on one of two sides for 400 ms, a delay of 500 ms, a response of 300 ms."""
    parts: dict[str, Any] = {
        "name": "two sides",
        "factors": (
            Factor("side", Choice((0, 1))),
            Factor("left", Gate("not", ("side",))),
            Factor("target_0", Lookup("side", (1.0, 0.0))),
            Factor("target_1", Lookup("side", (0.0, 1.0))),
        ),
        "epochs": (
            Epoch("fixation", Constant(300)),
            Epoch("stimulus", Constant(400)),
            Epoch("delay", Constant(500)),
            Epoch("response", Constant(300), scored=True),
        ),
        "inputs": (
            Channel("left", (Hold("left", epochs=("stimulus",)),)),
            Channel("right", (Hold("side", epochs=("stimulus",)),)),
            Channel("go", (Hold(1.0, epochs=("response",)),)),
        ),
        "outputs": (
            Channel("choose left", (Hold("target_0", epochs=("response",)), Hold(0.0, epochs=("delay",)))),
            Channel("choose right", (Hold("target_1", epochs=("response",)), Hold(0.0, epochs=("delay",)))),
        ),
        "scoring": LargestMean(),
    }
    return Task(**parts | changes)


def with_input(task: Task, i: int, *signals: Any) -> Task:
    inputs = list(task.inputs)
    inputs[i] = inputs[i].replace(signals=signals)
    return task.replace(inputs=tuple(inputs))


def with_epoch(task: Task, name: str, **changes: Any) -> Task:
    return task.replace(epochs=tuple(e.replace(**changes) if e.name == name else e for e in task.epochs))


def said(found: Design, name: str) -> tuple[str, str]:
    return found[name].verdict, found[name].sentence


def with_catch(level: float = 0.0, only: str = "") -> Task:
    """Do two of six stimuli belong to the same half? +1 or -1; in one trial of ten nothing is shown, for ``level``."""
    shown = {"when": "shown"}
    return Task(
        name="match with catch",
        factors=(
            Factor("sample", Choice(range(6))),
            Factor("test", Choice(range(6))),
            Factor("one", Compare("sample", ">=", 3)),
            Factor("other", Compare("test", ">=", 3)),
            Factor("match", Compare("one", "==", "other")),
            Factor("catch", Choice((0, 1), weights=(0.9, 0.1))),
            Factor("shown", Compare("catch", "==", 0)),
        ),
        epochs=(
            Epoch("fixation", Constant(300), scored=True),
            Epoch("sample", Constant(500)),
            Epoch("delay", Constant(800)),
            Epoch("test", Constant(300)),
            Epoch("response", Constant(400), scored=True),
        ),
        inputs=(
            Channel("fixation", (Hold(1.0, epochs=("fixation", "sample", "delay", "test")),)),
            Channel(
                "stimulus",
                (*tuple(Hold(x, epochs=(x,), gain=0.4, offset=-1.1, **shown) for x in ("sample", "test")), Noise(0.05)),
            ),
        ),
        outputs=(
            Channel(
                "choice",
                (
                    Hold(0.0, epochs=("fixation",)),
                    Hold("match", epochs=("response",), gain=2.0, offset=-1.0, **shown),
                    Hold("catch", epochs=("response",), gain=level),
                ),
            ),
        ),
        scoring=SignOfMean(epochs=("response",), only=only),
    )
