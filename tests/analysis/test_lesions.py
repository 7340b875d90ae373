"""Lesions: the effects that a network made by hand must show, and intervals of pairs."""

from __future__ import annotations

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.analysis import ask, lesions
from rnnlab.analysis.lesions import groups_of, paired_interval
from rnnlab.networks import Areas, LeakyRNN, Network, from_arrays

TASK = rl.tasks.get("perceptual_discrimination", noise=0.0)


def integrator(n_idle: int = 3) -> Network:
    """Unit 0 alone carries the difference of the inputs to the outputs; the others get the inputs and tell nobody."""
    n = 1 + n_idle
    W_in, W_rec, W_out = np.ones((n, 2)), np.zeros((n, n)), np.zeros((2, n))
    W_in[0], W_rec[0, 0], W_out[:, 0] = (1.0, -1.0), 1.0, (1.0, -1.0)
    return from_arrays(form="current", nonlinearity="linear", dt=10, tau=100, W_in=W_in, W_rec=W_rec, W_out=W_out)


def test_only_the_unit_that_carries_the_answer_matters() -> None:
    found = lesions(integrator(), task=TASK, n_trials=64)
    assert found.intact == 1.0
    assert found.names == ("unit 0", "unit 1", "unit 2", "unit 3")
    np.testing.assert_array_equal(found.effect[1:], 0.0)
    assert found.effect[0] == pytest.approx(found.accuracy[0] - 1.0)
    assert found.accuracy[0] == pytest.approx(0.5, abs=0.2)  # equal outputs: the first is taken
    assert found.order[0] == 0
    assert found.harmful.tolist() == [True, False, False, False]


def test_an_effect_is_that_of_the_simulated_lesion() -> None:
    network = Network.initialised(LeakyRNN(n_units=6, noise=0.1), 2, 2, 3)
    found = lesions(network, {"both": (1, 4)}, TASK, n_trials=32, seed=5)
    batch = TASK.sample(32, dt=10, seed=5)
    runs = [rl.simulate(network, batch, plan, seed=5) for plan in ((), (rl.Lesion((1, 4)),))]
    intact, without = (TASK.score(run.outputs, batch).accuracy for run in runs)
    assert (found.intact, float(found.accuracy[0])) == pytest.approx((intact, without))


def test_silence_after_the_answer_does_nothing() -> None:
    late = lesions(integrator(), task=TASK, n_trials=32, start=1990.0)
    assert late.accuracy[0] > 0.9
    assert "from 1990 ms to its end" in late.facts()["silenced"]


def test_the_interval_of_pairs_is_agresti_and_min_s() -> None:
    d = np.array([1.0] * 3 + [-1.0] * 12 + [0.0] * 85)
    n, better, worse = 102, 4, 13  # one pair more of each
    mean = (better - worse) / n
    half = 1.96 * np.sqrt(((better + worse) - (better - worse) ** 2 / n) / n**2)
    assert paired_interval(d) == pytest.approx((mean - half, mean + half))


def test_intervals_of_pairs_hold_the_truth_nineteen_times_of_twenty() -> None:
    rng, hits = np.random.default_rng(0), 0
    for _ in range(400):
        d = rng.choice([-1.0, 0.0, 1.0], p=[0.1, 0.87, 0.03], size=128)
        low, high = paired_interval(d)
        hits += low <= -0.07 <= high
    assert 0.92 <= hits / 400 <= 0.985


def test_groups_are_units_areas_signs_and_clusters() -> None:
    plain = Network.initialised(LeakyRNN(n_units=6), 2, 2, 0)
    assert groups_of(plain, "units")["unit 5"] == (5,)
    with pytest.raises(ValueError, match="of: the network has no areas"):
        groups_of(plain, "areas")
    with pytest.raises(ValueError, match="of: the network has no excitatory"):
        groups_of(plain, "signs")
    signed = Network.initialised(LeakyRNN(n_units=10, excitatory=0.8), 2, 2, 0)
    assert groups_of(signed, "signs") == {"excitatory": tuple(range(8)), "inhibitory": (8, 9)}
    parts = Network.initialised(LeakyRNN(n_units=6, areas=Areas((4, 2))), 2, 2, 0)
    assert groups_of(parts, "areas") == {"area 0": (0, 1, 2, 3), "area 1": (4, 5)}
    assert groups_of(plain, "clusters", np.array([0, 1, 0, -1, 1, 0])) == {"cluster 0": (0, 2, 5), "cluster 1": (1, 4)}


def test_clusters_are_silenced_as_clusters() -> None:
    network = Network.initialised(LeakyRNN(n_units=8, noise=0.1), 2, 2, 0)
    found = ask(network, rl.analysis.LesionsQuestion(of="clusters", n_trials=16), TASK)
    members = sorted(unit for units in found.units for unit in units)
    assert members == sorted(set(members))
    assert all(name.startswith("cluster") for name in found.names)
