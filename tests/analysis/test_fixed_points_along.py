"""Bifurcations whose places are known."""

from __future__ import annotations

from pathlib import Path as Folder

import numpy as np
import pytest
from scipy.optimize import brentq

import rnnlab as rl
from rnnlab.analysis import (
    FixedPointsAlong,
    Path,
    between_inputs,
    fixed_points,
    fixed_points_along,
    scaled,
    through_training,
    typical_input,
)
from rnnlab.analysis._matching import matched
from rnnlab.analysis.fixed_points_along import _Walk
from rnnlab.networks import Given, LeakyRNN, Network, Weights, from_arrays
from rnnlab.spec import SpecError
from tests.analysis.oracles import one_unit, three_latents

FOLD = float(np.arccosh(2**0.5))
"""Where 2 tanh(x) - x is largest; x = 2 tanh(x) + u has one point where abs(u) is more than that maximum."""
HEIGHT = 2 * np.tanh(FOLD) - FOLD


def contains(event_between: tuple[float, float], value: float) -> bool:
    return min(event_between) <= value <= max(event_between)


@pytest.fixture(scope="module")
def pitchfork() -> FixedPointsAlong:
    """x = tanh(w x), w from 0.7 to 1.35."""
    return fixed_points_along(scaled(one_unit(1.0, "rate"), "W_rec", np.arange(0.7, 1.4, 0.13)), n_starts=16, finer=4)


def test_the_pitchfork_of_one_unit_is_at_one(pitchfork: FixedPointsAlong) -> None:
    (birth,) = pitchfork.of_kind("birth")
    (change,) = pitchfork.of_kind("change")
    assert len(birth.branches) == 2
    assert not pitchfork.of_kind("death")
    for event in (birth, change):
        assert contains(event.between, 1.0)
        assert np.ptp(event.between) == pytest.approx(0.13 / 2**4)
        assert event.value == pytest.approx(1, abs=0.01)


def test_the_branches_of_the_pitchfork_are_its_roots(pitchfork: FixedPointsAlong) -> None:
    middle, *outer = pitchfork.branches
    assert middle.states == pytest.approx(0, abs=1e-8)
    assert (middle.values == pitchfork.values).all()
    assert [label == "stable" for label in middle.stability] == [w < 1 for w in middle.values]
    assert len(outer) == 2
    for branch in outer:
        assert set(branch.stability) == {"stable"}
        assert len(set(np.sign(branch.states[:, 0]))) == 1
        roots = [brentq(lambda x, w=w: np.tanh(w * x) - x, 1e-3, 1) for w in branch.values]
        assert np.abs(branch.states[:, 0]) == pytest.approx(roots, abs=1e-8)
        assert branch.outputs[:, 0] == pytest.approx(branch.states[:, 0])


def test_an_input_carries_a_bistable_unit_over_both_its_folds() -> None:
    along = fixed_points_along(between_inputs(one_unit(2.0), [-0.8], [0.8], n_steps=9), n_starts=32, finer=5)
    share = (HEIGHT + 0.8) / 1.6
    (birth,), (death,) = along.of_kind("birth"), along.of_kind("death")
    assert not along.of_kind("change")
    assert contains(birth.between, 1 - share) and contains(death.between, share)
    assert len(birth.branches) == len(death.branches) == 2
    assert along.n_points[[0, len(along.values) // 2, -1]].tolist() == [1, 3, 1]
    # The saddle is born with the upper point and dies with the lower one.
    saddle = set(birth.branches) & set(death.branches)
    assert len(saddle) == 1
    assert set(along.branches[saddle.pop()].stability) == {"unstable"}


def test_three_pitchforks_at_once_bear_26_points() -> None:
    """Each of three latent variables has slope 2.2 at zero: all split where the weights are divided by that."""
    network, expected = three_latents(n_coding=30, n_mixing=10)
    along = fixed_points_along(scaled(network, "W_rec", [0.3, 0.4, 0.7, 1.0]), finer=2)
    assert along.n_points[[0, -1]].tolist() == [1, len(expected)]
    assert sum(len(event.branches) for event in along.of_kind("birth")) == 26
    assert all(contains(event.between, 1 / 2.2) for event in along.of_kind("birth"))
    assert "26 born, 0 gone" in repr(along)


def test_points_of_a_linear_network_move_with_its_input() -> None:
    W = np.array([[0.5, -0.3], [0.2, 0.1]])
    network = from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=W, W_in=np.eye(2))
    along = fixed_points_along(between_inputs(network, [10.0, 0.0], [0.0, -20.0], n_steps=5), n_starts=8)
    assert along.events == ()
    (branch,) = along.branches
    inputs = np.linspace([10, 0], [0, -20], 5)
    np.testing.assert_allclose(branch.states, np.linalg.solve(np.eye(2) - W, inputs.T).T, atol=1e-8)


def test_points_missed_on_the_way_there_are_found_on_the_way_back() -> None:
    unit = one_unit(2.0, "rate")
    along = fixed_points_along(between_inputs(unit, [0.0], [0.1], n_steps=3), n_starts=0, starts=np.array([[0.9]]))
    assert along.n_points.tolist() in ([3, 3, 3], [1, 1, 1])  # all, or what one start leads to, at every step
    assert along.events == ()


@pytest.mark.parametrize("lacking", [0, 1, 2])
def test_points_missed_at_any_step_are_found_from_those_beside_it(lacking: int) -> None:
    walk = _Walk(between_inputs(one_unit(2.0, "rate"), [0.0], [0.1], n_steps=3), {"seed": 0}, n_starts=16)
    walk.forwards(lambda share: None)
    here = walk.points[lacking]
    walk.points[lacking] = fixed_points(here.network, here.inputs, starts=[[0.9]], budget=0)
    assert [len(points) for points in walk.points] == [1 if k == lacking else 3 for k in range(3)]
    walk.settle(lambda share: None)
    assert [len(points) for points in walk.points] == [3, 3, 3]


def test_all_of_the_way_is_told_and_can_be_given_up() -> None:
    shares: list[float] = []
    path = scaled(one_unit(1.0, "rate"), "W_rec", [0.7, 0.9, 1.1, 1.3])
    fixed_points_along(path, n_starts=16, finer=2, tell=shares.append)
    assert shares[0] == 0 and shares == sorted(shares) and shares[-1] < 1
    assert max(np.diff([*shares, 1.0])) < 0.2, "halving takes as long as the way itself"


def test_a_point_that_races_beside_a_bifurcation_is_still_the_same() -> None:
    """Newton from where it was stopped on the way, and it moved far; but it is the only one."""
    far = np.array([[1.0, 0.0]])
    assert matched(np.zeros((1, 2)), 0.4 * far, far, np.ones((1, 1), bool)).tolist() == [[0, 0]]
    assert not len(matched(np.zeros((1, 2)), 0.4 * far, far, np.zeros((1, 1), bool)))


def test_along_a_training(tmp_path: Folder) -> None:
    experiment = rl.Experiment(
        task=rl.tasks.get("flip_flop", n_bits=1, grace=50),
        network=rl.networks.LeakyRNN(n_units=6, nonlinearity="tanh", dt=50),
        training=rl.Training(updates=4, batch_size=4, save_every=2, validation_trials=4),
        seed=0,
    )
    for _ in rl.train(experiment, out=tmp_path / "run"):
        pass
    run = rl.load(tmp_path / "run")
    path = through_training(run)
    assert not path.continuous
    along = fixed_points_along(path, n_starts=32)
    assert along.values.tolist() == sorted({*run.states, 4})
    assert along.points[-1].network == run.network
    assert along.points[0].network == run.at(int(along.values[0])).network
    with pytest.raises(ValueError, match="updates: one state, after 4 updates; a path needs two"):
        through_training(run, updates=[4])


def test_the_typical_input_of_an_epoch_and_a_condition() -> None:
    batch = rl.tasks.get("perceptual_discrimination").sample(24, dt=10, seed=0, noise=False)
    right = batch.factors["direction"] == batch.factors["direction"][0]
    held = typical_input(batch, "stimulus", right)
    inside = batch.window("stimulus")[right]
    np.testing.assert_allclose(held, np.median(batch.inputs[right][inside], axis=0))
    with pytest.raises(ValueError, match="no trial"):
        typical_input(batch, trials=np.zeros(24, bool))


def test_matching_is_one_to_one_and_prefers_where_newton_leads() -> None:
    old, new = np.array([[0.0], [1.0], [5.0]]), np.array([[1.1], [0.1], [-9.0]])
    unlike = np.zeros((3, 3), bool)
    pairs = matched(old, old + 0.1, new, unlike)
    assert sorted(map(tuple, pairs.tolist())) == [(0, 1), (1, 0)]
    alike = matched(old, old, np.array([[0.0], [1.0], [3.5]]), ~unlike)
    assert len(alike) == 3
    assert len(matched(old, old, np.array([[0.0], [1.0], [3.5]]), unlike)) == 2
    assert matched(old[:0], old[:0], new, unlike[:0]).shape == (0, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda n: scaled(n, "W_foo", [0, 1]), "name: 'W_foo'; choose one of W_in"),
        (lambda n: scaled(n, "W_rec", [1.0]), "at least two"),
        (lambda n: scaled(n, "W_rec", [0, 1, 0.5]), "turn back"),
        (lambda n: between_inputs(n, [0.0], [0.0, 1.0]), r"last: shape \(2,\)"),
    ],
)
def test_wrong_paths_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(one_unit(2.0))  # type: ignore[operator]


SIGNED = LeakyRNN(
    n_units=4,
    excitatory=0.5,
    bias_range=(-1.0, 1.0),
    weights_in=Weights(frozen=Given("1; 0; 0; 0"), fixed=Given("0.5; 0; 0; 0")),
)


@pytest.mark.parametrize(
    ("name", "factors", "where", "message"),
    [
        (
            "W_rec",
            [1, 0, -2],
            None,
            r"factors: times -2, \d+ of the 16 entries of W_rec break a law: .* sign .*; give factors from 0 on",
        ),
        (
            "W_in",
            [1, 2],
            None,
            "times 2, 1 of the 4 entries of W_in break a law: each is fixed",
        ),
        ("b_rec", [1, 3], None, "times 3, 4 of the 4 entries of b_rec break a law: each has a range"),
        ("W_rec", [1, 2], (0, 99), r"where: \(0, 99\) is no place in W_rec, .* \(4, 4\); .* within \(0 to 3, 0 to 3\)"),
        ("W_rec", [1, 2], (0, 0, 0), r"where: \(0, 0, 0\) is no place in W_rec"),
    ],
)
def test_what_the_description_forbids_is_refused_before_a_search(
    name: str, factors: list[float], where: object, message: str
) -> None:
    network = Network.initialised(SIGNED, 1, 1)
    network = Network(network.config, {**network.parameters, "b_rec": np.full(4, 0.5)})
    with pytest.raises(SpecError, match=message):
        scaled(network, name, factors, where=where)


def test_what_it_allows_is_scaled() -> None:
    network = Network.initialised(SIGNED, 1, 1)
    free = scaled(network, "W_in", [1, 3], where=([2, 3], 0)).at(3.0)[0].parameters["W_in"]
    np.testing.assert_allclose(free / network.parameters["W_in"], [[1], [1], [3], [3]])
    assert not scaled(network, "W_rec", [1, 0]).at(0.0)[0].parameters["W_rec"].any()


def test_a_path_whose_network_changes_its_size_is_refused() -> None:
    networks = {0.0: one_unit(0.5), 1.0: from_arrays(W_rec=np.zeros((2, 2)), W_in=np.zeros((2, 1)))}

    def at(value: float) -> tuple[Network, np.ndarray]:
        return networks[value], np.zeros(1)

    with pytest.raises(ValueError, match="2 states at 1, 1 before"):
        fixed_points_along(Path("size", np.array([0.0, 1.0]), at))
