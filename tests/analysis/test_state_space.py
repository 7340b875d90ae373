"""State space: trials and fixed points where the three main directions put them."""

from __future__ import annotations

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.analysis import principal_components, state_space
from rnnlab.networks import LeakyRNN, Network, from_arrays
from rnnlab.simulation import Trajectory

TASK = rl.tasks.get("perceptual_discrimination", stimulus=100.0, fixation=50.0)


def trajectory(n_units: int = 6, n_trials: int = 40) -> Trajectory:
    network = Network.initialised(LeakyRNN(n_units=n_units, dt=10, noise=0.0), 2, 2, 0)
    return rl.simulate(network, TASK.sample(n_trials, dt=10, seed=3))


def test_courses_are_the_projected_states_from_the_initial_state_on() -> None:
    run = trajectory()
    space = state_space(run, n_courses=5, n_steps=10_000)
    for course, trial in zip(space.courses, space.trials, strict=True):
        length = int(run.batch.lengths[trial])
        states = np.vstack([run.initial[trial], run.states[trial, :length]])
        np.testing.assert_allclose(course, (states - space.axes.mean) @ space.axes.axes.T, atol=1e-12)


def test_axes_are_the_principal_components_of_the_steps_inside_the_trials() -> None:
    run = trajectory(n_trials=4)
    inside = np.arange(run.batch.n_steps) < run.batch.lengths[:, None]
    expected = principal_components(run.states, 3, where=inside)
    np.testing.assert_allclose(state_space(run).axes.axes, expected.axes, atol=1e-6)


def test_trials_are_chosen_evenly_in_the_order_of_the_factor() -> None:
    run = trajectory()
    space = state_space(run, factor="signed_coherence", n_courses=8)
    values = run.batch.factors["signed_coherence"]
    chosen = values[space.trials]
    assert len(set(space.trials.tolist())) == 8
    assert (chosen.min(), chosen.max()) == (values.min(), values.max())


def test_a_network_of_two_units_is_flat() -> None:
    space = state_space(trajectory(2))
    assert space.axes.axes.shape == (2, 2)
    assert all((course[:, 2] == 0).all() for course in space.courses)


def test_the_axes_of_another_state_can_be_kept() -> None:
    run = trajectory()
    axes = principal_components(np.eye(6), 3)
    assert state_space(run, axes=axes).axes is axes


def test_what_cannot_be_is_refused() -> None:
    network = from_arrays(W_rec=[[0.0]], W_in=[[1.0]], W_out=[[1.0]])
    with pytest.raises(ValueError, match="trajectory: of plain inputs"):
        state_space(rl.simulate(network, np.ones((2, 5, 1))))
    with pytest.raises(ValueError, match="factor: no factor 'colour'; the trials have"):
        state_space(trajectory(), factor="colour")
