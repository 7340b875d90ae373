"""Channels are drawn together where that is faster, and come out as each of them alone."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import Bump, Channel, Constant, Epoch, Factor, Hold, MultitaskSet, Noise, Ramp, Task, Uniform

TWENTY = tasks.collection("cognitive_20")
assert isinstance(TWENTY, MultitaskSet)


@pytest.mark.parametrize("task", TWENTY.members, ids=lambda task: task.name)
@pytest.mark.parametrize("noise", [True, False])
def test_channels_of_the_twenty_are_as_each_alone(task: Task, noise: bool) -> None:
    whole = task.sample(9, dt=20, seed=3, noise=noise)
    for i in (0, 1, 8, 9, 16, 20):
        alone = task.replace(inputs=(task.inputs[i],)).sample(9, dt=20, seed=3, noise=noise)
        assert np.array_equal(whole.inputs[:, :, i], alone.inputs[:, :, 0])
        assert np.array_equal(whole.targets, alone.targets)


@pytest.mark.parametrize("i", [0, 8, 15, 17])
def test_what_is_steady_is_the_same_beside_what_is_not(i: int) -> None:
    """A ramp on one channel has all of them drawn step by step."""
    task = TWENTY.members[i]
    ramp = Channel("ramp", (Ramp(0.0, 1.0),))
    slow = task.replace(inputs=(*task.inputs, ramp), outputs=(*task.outputs, ramp))
    one, other = task.sample(20, dt=20, seed=5), slow.sample(20, dt=20, seed=5)
    assert np.array_equal(one.inputs, other.inputs[:, :, :-1])
    assert np.array_equal(one.targets, other.targets[:, :, :-1])


def test_bumps_signs_overlaps_and_skipped_epochs_are_added_up_step_by_step() -> None:
    """Against a plain loop over trials, steps and channels."""
    task = Task(
        "sums",
        factors=(Factor("angle", Uniform(0, 6)), Factor("there", tasks.Choice((0, 1)))),
        epochs=(Epoch("a", Uniform(20, 60)), Epoch("b", Uniform(0, 50), when="there"), Epoch("c", Constant(30), True)),
        inputs=tuple(
            Channel(f"in_{i}", (Bump("angle", i / 2, 0.7, epochs=("a", "c")), Hold(-0.5, epochs=("b",), when="there")))
            for i in range(9)
        ),
        outputs=tuple(Channel(f"out_{i}", (Hold(0.25), Bump("angle", i, 1.0, -2.0, epochs=("c",)))) for i in range(8)),
    )
    batch = task.sample(12, dt=10, seed=4)
    for trial in range(12):
        angle, there = batch.factors["angle"][trial], batch.factors["there"][trial]
        for step in range(batch.n_steps):
            where = {name for name, edges in batch.epochs.items() if edges[trial, 0] <= step < edges[trial, 1]}
            for i in range(9):
                away = abs((angle - i / 2 + np.pi) % (2 * np.pi) - np.pi)
                level = np.exp(-(away**2) / (2 * 0.7**2)) if where & {"a", "c"} else -0.5 * there * ("b" in where)
                assert batch.inputs[trial, step, i] == pytest.approx(level, abs=1e-6)
            for i in range(8):
                away = abs((angle - i + np.pi) % (2 * np.pi) - np.pi)
                level = 0.25 * bool(where) - 2 * np.exp(-(away**2) / 2) * ("c" in where)
                assert batch.targets[trial, step, i] == pytest.approx(level, abs=1e-6)
            assert (batch.mask[trial, step] == ("c" in where)).all()
    assert not np.signbit(batch.inputs[batch.inputs == 0]).any()


@pytest.mark.parametrize("n", [1, 8])
def test_levels_that_overflow_are_refused_by_their_channel(n: int) -> None:
    huge = Channel("huge", (Hold(1e38), Hold(3e38), Noise(0.1)))
    task = Task(
        "t",
        (Epoch("go", Constant(100), scored=True),),
        tuple(Channel(name, (Hold(1.0),)) for name in ("left", "right")),
        (*(Channel(f"in_{i}", (Noise(0.1),)) for i in range(n)), huge),
    )
    with pytest.raises(SpecError, match=rf"task\.inputs\[{n}\]: has values that are not finite"):
        task.sample(4)
    fits = huge.replace(signals=(Hold(1e38), Hold(1e38)))
    assert np.isfinite(task.replace(inputs=(fits,)).sample(4).inputs).all()
