"""The network that ships with the package is what training its experiment gives."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np

import rnnlab as rl
from rnnlab.events import Updated
from rnnlab.runs import store
from rnnlab.session.opening import EXAMPLE_RUN, example_run
from rnnlab.training import resume


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


def test_the_shipped_run_goes_on(tmp_path: Path) -> None:
    """It is the first that a person trains further in the lab."""
    store.copy(EXAMPLE_RUN, tmp_path / "mine")
    done = example_run().update
    assert list(resume(tmp_path / "mine", updates=done + 1))[-1].update == done + 1
    assert rl.load(tmp_path / "mine").history.evaluated_at[-1] == done + 1
