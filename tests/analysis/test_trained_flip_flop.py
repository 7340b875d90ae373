"""A network trained here on the 3-bit flip-flop keeps its memories in fixed points (Sussillo & Barak 2013)."""

from __future__ import annotations

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.analysis import accuracy, fixed_points
from rnnlab.events import Evaluated
from rnnlab.networks import Network


@pytest.mark.slow
def test_a_trained_flip_flop_has_8_stable_points_and_27_in_all() -> None:
    experiment = rl.Experiment(
        task=rl.tasks.get("flip_flop", trial=3000, gap=500, grace=50),
        network=rl.networks.LeakyRNN(n_units=100, form="rate", nonlinearity="tanh", dt=50),
        training=rl.Training(updates=400, batch_size=64, learning_rate=2e-3, evaluate_every=400),
        seed=0,
    )
    last = [event for event in rl.train(experiment) if isinstance(event, Evaluated)][-1]
    network = Network(experiment.network, last.parameters)
    assert accuracy(network, experiment.task).accuracy > 0.9
    points = fixed_points(network)
    assert points.counts() == {"stable": 8, "saddle": 19}
    assert points.index_sum == 1
    # One memory per corner of the cube: the outputs at the stable points have all eight sign patterns.
    corners = {tuple(signs) for signs in np.sign(points.outputs[:8]).astype(int).tolist()}
    assert len(corners) == 8
