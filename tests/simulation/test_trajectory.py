"""What a trajectory tells and how it is cut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.networks import LeakyRNN, Network, from_arrays
from rnnlab.simulation import Lesion, Trajectory, simulate


class Trials:
    """The part of a batch that a trajectory uses."""

    def __init__(self, inputs: np.ndarray) -> None:
        self.inputs, self.dt = inputs, 10.0

    def __getitem__(self, selection: Any) -> Trials:
        return Trials(self.inputs[selection])


@pytest.fixture
def trajectory() -> Trajectory:
    network = Network.initialised(LeakyRNN(n_units=4), 2, 1, name="<b>bold</b>")
    batch = Trials(np.random.default_rng(0).standard_normal((6, 5, 2)))
    return simulate(network, batch, [Lesion((2,))], seed=3)


@pytest.mark.parametrize("selection", [2, -1, slice(1, 4), [0, 5], np.array([True, False] * 3), np.int64(3)])
def test_selected_trials_keep_everything_together(trajectory: Trajectory, selection: Any) -> None:
    rows = np.atleast_1d(np.arange(6)[selection])
    part = trajectory[selection]
    assert (part.n_trials, part.n_steps, part.n_units, len(part)) == (len(rows), 5, 4, len(rows))
    for name in ("states", "rates", "outputs", "initial", "inputs"):
        np.testing.assert_array_equal(getattr(part, name), getattr(trajectory, name)[rows])
    np.testing.assert_array_equal(part.batch.inputs, part.inputs)
    assert (part.network, part.seed, part.interventions) == (trajectory.network, 3, (Lesion((2,)),))


def test_a_trial_that_is_not_there(trajectory: Trajectory) -> None:
    with pytest.raises(IndexError):
        trajectory[6]


def test_time_is_the_end_of_each_step(trajectory: Trajectory) -> None:
    np.testing.assert_array_equal(trajectory.time, [10, 20, 30, 40, 50])


def test_repr_tells_shapes_and_units(trajectory: Trajectory) -> None:
    lines = repr(trajectory).splitlines()
    assert lines[0] == "Trajectory: 6 trials, 5 steps of 10 ms"
    assert "states (6, 5, 4), rates (6, 5, 4), outputs (6, 5, 1)" in lines[1]
    assert trajectory.network.digest[:12] in lines[2]
    assert lines[3:] == ["  noise: seed 3", "  interventions: Lesion"]
    assert repr(trajectory[0]).startswith("Trajectory: 1 trial,")


def test_html_is_escaped(trajectory: Trajectory) -> None:
    html = trajectory._repr_html_()
    assert "<b>bold" not in html
    assert "&lt;b&gt;bold" in html


def test_activity_that_overflows_is_refused_with_when_it_does() -> None:
    """x grows a thousandfold in each step: beyond 1e15 after five, at 50 ms, in the trial that has an input."""
    network = from_arrays(nonlinearity="linear", dt=10, tau=10, W_rec=[[1000.0]], W_in=[[1000.0]])
    inputs = np.zeros((3, 12, 1))
    inputs[1, 0] = 1.5
    with pytest.raises(
        ValueError, match=r"here: its activity overflows \(.* 1e\+15, from 50 ms on, in 1 of 3 trials\)"
    ):
        simulate(network, inputs).lasting("here")
    quiet = simulate(network, inputs[[0, 2]])
    assert quiet.lasting() is quiet
    with pytest.raises(ValueError, match=r"from 50 ms on"):
        simulate(network, np.repeat(inputs[1:2], 20, axis=1)).lasting()


def padded(short: int) -> Trajectory:
    """Two units that grow a thousandfold in each step of no input and rest while there is one: the first of two trials
    has it for so many steps of 12."""
    W_in, W_out = np.full((2, 2), -1e3), np.ones((2, 2))
    arrays = {"W_rec": 1e3 * np.eye(2), "W_in": W_in, "W_out": W_out, "b_rec": [1.0, 2.0]}
    network = from_arrays(nonlinearity="relu", dt=10, tau=10, **arrays)
    inputs = np.ones((2, 12, 2), np.float32)
    inputs[0, short:] = 0.0
    batch = rl.tasks.get("perceptual_discrimination").sample(2, seed=0, dt=10)
    there = {name: getattr(batch, name)[:, :12] for name in ("targets", "mask")}
    epochs = {name: np.minimum(edges, short) for name, edges in batch.epochs.items()}
    return simulate(network, replace(batch, **there, inputs=inputs, epochs=epochs, lengths=np.array([short, 12])))


def test_what_overflows_in_the_padding_is_no_activity() -> None:
    """From the first step without input on: 1 and 2, then a thousand times that and so on, beyond 1e15 at the sixth."""
    trajectory = padded(5)
    assert np.abs(trajectory.states[0]).max() > 1e15
    lasting = trajectory.lasting()
    for name in ("states", "rates", "outputs"):
        array, had = getattr(lasting, name), getattr(trajectory, name)
        assert np.array_equal(array[0, :5], had[0, :5]) and np.array_equal(array[1], had[1])
        assert (array[0, 5:] == had[0, 4]).all()
    assert lasting.lasting() is lasting


def test_what_overflows_before_the_end_of_a_trial_is_refused_though_there_is_padding() -> None:
    trajectory = padded(5)
    longer = replace(trajectory, batch=replace(trajectory.batch, lengths=np.array([11, 12])))
    with pytest.raises(ValueError, match=r"from 110 ms on, in 1 of 2 trials"):
        longer.lasting()
    assert replace(trajectory, batch=replace(trajectory.batch, lengths=np.array([10, 12]))).lasting().n_steps == 12
