"""The network that ships with the package is what training its experiment gives."""

from __future__ import annotations

from itertools import islice

import numpy as np

import rnnlab as rl
from rnnlab.events import Updated
from rnnlab.session.opening import example_run


def test_the_shipped_history_is_what_its_experiment_gives() -> None:
    run = example_run()
    updates = (event for event in rl.train(run.experiment) if isinstance(event, Updated))
    losses = [event.loss for event in islice(updates, 15)]
    # Another processor or version rounds differently, and a training amplifies it: the first updates must agree.
    np.testing.assert_allclose(losses, run.history.losses[:15], rtol=1e-5)


def test_the_shipped_network_has_learned() -> None:
    run = example_run()
    assert run.progress.reason is not None
    assert rl.analysis.accuracy(run, n_trials=256, seed=7).accuracy > 0.95
