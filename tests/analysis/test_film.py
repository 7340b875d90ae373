"""The film of a training: states in order, in one frame, with points that keep their numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.analysis import FilmQuestion, Subject, ask, film, saved_states
from rnnlab.networks import LeakyRNN, Network, from_arrays

TASK = rl.tasks.get("perceptual_discrimination", stimulus=100.0, fixation=50.0)


def pitchfork(weight: float) -> Network:
    """x = tanh(w x), without an input: one fixed point up to w = 1, three beyond."""
    return from_arrays(
        form="rate", nonlinearity="tanh", dt=10, tau=100, W_rec=[[weight]], W_in=[[0.5, -0.5]], W_out=[[1.0], [0.0]]
    )


def test_a_point_keeps_its_number_and_new_ones_get_new_numbers() -> None:
    batch = TASK.sample(4, dt=10, seed=0, noise=False)
    made = film({k: pitchfork(w) for k, w in enumerate((0.5, 0.8, 1.5, 2.0))}, batch, [0.0, 0.0], n_starts=16)
    assert made.n_points.tolist() == [1, 1, 3, 3]
    at = [space.points.states[:, 0] for space in made.spaces]
    assert [of[np.abs(x).argmin()] for of, x in zip(made.branch_of, at, strict=True)] == [0, 0, 0, 0]
    assert all(set(of.tolist()) == {0, 1, 2} for of in made.branch_of[2:])
    signs = [{int(branch): np.sign(x[k]) for k, branch in enumerate(made.branch_of[s])} for s, x in enumerate(at)]
    assert signs[2] == signs[3]
    assert [each.radius for each in made.spectra] == [0.5, 0.8, 1.5, 2.0]
    assert len(made.path(0, 3)) == 4
    assert len(made.path(1, 3)) == 2


def test_all_states_are_shown_in_the_frame_of_the_last() -> None:
    networks = {k: Network.initialised(LeakyRNN(n_units=5, dt=10), 2, 2, k) for k in (0, 30, 7)}
    batch = TASK.sample(8, dt=10, seed=0, noise=False)
    made = film(networks, batch, [0.0, 0.0], n_starts=8)
    assert made.updates.tolist() == [0, 7, 30]
    assert len({id(space.axes) for space in made.spaces}) == 1
    last = rl.simulate(networks[30], batch)
    np.testing.assert_allclose(made.spaces[-1].axes.mean, last.states.reshape(-1, 5).mean(axis=0), atol=1e-5)
    for space in made.spaces:
        assert (space.box[0] >= made.box[0]).all()
        assert (space.box[1] <= made.box[1]).all()


def test_a_state_that_is_known_is_not_computed_again() -> None:
    networks = {k: Network.initialised(LeakyRNN(n_units=4, dt=10), 2, 2, k) for k in range(3)}
    batch, memo, told = TASK.sample(4, dt=10, seed=0, noise=False), {}, list[float]()
    first = film({k: networks[k] for k in (0, 1)}, batch, [0.0, 0.0], n_starts=8, memo=memo)
    longer = film(networks, batch, [0.0, 0.0], n_starts=8, memo=memo, tell=told.append)
    assert all(longer.spaces[k].points is first.spaces[k].points for k in (0, 1))
    assert told == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_the_states_that_a_run_kept(tmp_path: Path) -> None:
    experiment = rl.Experiment(
        task=TASK,
        network=LeakyRNN(n_units=4, dt=10),
        training=rl.Training(updates=4, batch_size=4, validation_trials=8, save_every=2, states=8),
    )
    for _ in rl.train(experiment, out=tmp_path / "run"):
        pass
    run = rl.load(tmp_path / "run")
    states = saved_states(run)
    assert list(states) == [0, 2, 4]
    for name, array in rl.runs.beginning.untrained(experiment).parameters.items():
        np.testing.assert_allclose(states[0].parameters[name], array, atol=1e-6)
    assert states[2] == run.at(2).network
    assert states[4] == run.network
    made = ask(run, FilmQuestion(n_trials=4, n_starts=8))
    assert made.updates.tolist() == [0, 2, 4]


def test_what_cannot_be_a_film_is_refused() -> None:
    batch = TASK.sample(2, dt=10, seed=0)
    with pytest.raises(ValueError, match="networks: no state is given"):
        film({}, batch, [0, 0])
    sizes = {n: Network.initialised(LeakyRNN(n_units=n, dt=10), 2, 2, 0) for n in (3, 4)}
    with pytest.raises(ValueError, match="networks: not all of one size"):
        film(sizes, batch, [0, 0])


def test_a_network_alone_is_a_film_of_one_state() -> None:
    network = Network.initialised(LeakyRNN(n_units=4, dt=10), 2, 2, 0)
    assert len(ask(Subject(network, TASK), FilmQuestion(n_trials=4, n_starts=8))) == 1


def test_what_is_known_of_states_that_are_no_more_is_forgotten() -> None:
    networks = {k: Network.initialised(LeakyRNN(n_units=4, dt=10), 2, 2, k) for k in range(4)}
    batch, memo = TASK.sample(4, dt=10, seed=0, noise=False), {}
    film(networks, batch, [0.0, 0.0], n_starts=8, memo=memo)
    assert len(memo) == 4
    thinned = film({k: networks[k] for k in (0, 2)}, batch, [0.0, 0.0], n_starts=8, memo=memo)
    assert len(memo) == 2
    afresh = film({k: networks[k] for k in (0, 2)}, batch, [0.0, 0.0], n_starts=8)
    for one, other in zip(thinned.branch_of, afresh.branch_of, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_question_with_other_settings_forgets_the_states_of_the_one_before() -> None:
    subject = Subject(pitchfork(1.5), TASK)
    for n_starts in (4, 8):
        ask(subject, FilmQuestion(n_trials=2, n_starts=n_starts))
    assert len(subject.memo) == 1
