"""What stands above a film: of which states it is, and when there will be more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import rnnlab as rl
from rnnlab.analysis import film
from rnnlab.networks import LeakyRNN, Network
from rnnlab.runs import Experiment, Training
from rnnlab.views.film import said

TASK = rl.tasks.get("perceptual_discrimination", stimulus=100.0, fixation=50.0)


def of(*updates: int) -> Any:
    networks = {k: Network.initialised(LeakyRNN(n_units=3, dt=10), 2, 2, k) for k in updates}
    return film(networks, TASK.sample(2, dt=10, seed=0, noise=False), [0.0, 0.0], n_starts=2)


def session(phase: str, update: int = 0) -> Any:
    trained = Experiment(task=TASK, network=LeakyRNN(n_units=3), training=Training(save_every=100))
    return SimpleNamespace(phase=phase, network_update=update, trained=trained)


def test_several_states_are_counted() -> None:
    assert said(of(0, 200, 1400), session("training", 1450), False) == "Of the 3 states saved up to update 1400."
    outdated = said(of(0, 200), session("finished", 300), True)
    assert outdated == "Of the 2 states saved up to update 200; more was saved since."


@pytest.mark.parametrize(("update", "following"), [(0, "100"), (99, "100"), (100, "200"), (19950, "20\u00a0000")])
def test_one_state_says_when_the_next_is_saved(update: int, following: str) -> None:
    for phase in ("starting", "training", "paused"):
        assert said(of(0), session(phase, update), False) == (
            f"Of the only state that is saved, after 0 updates. A film needs more: the next is saved after {following} "
            "updates."
        )


@pytest.mark.parametrize("phase", ["idle", "stopped", "finished"])
def test_one_state_of_what_stands_still_says_that_it_has_to_be_trained(phase: str) -> None:
    assert said(of(400), session(phase), False) == (
        "Of the only state that is saved, after 400 updates. A film needs more: train, and it grows with every state "
        "that is saved."
    )
