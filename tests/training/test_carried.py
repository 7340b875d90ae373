"""States that are carried over from one training trial to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnnlab import tasks
from rnnlab.events import Saved, Updated
from rnnlab.networks import LSTM, Constant, LeakyRNN, unroll
from rnnlab.runs import Experiment, Rates, RunError, Training, store, stream
from rnnlab.training import resume, train
from rnnlab.training.trainer import Trainer
from tests.training.small import same

NETWORKS: dict[str, Any] = {
    "current": LeakyRNN(n_units=6, dt=20, noise=0.0, start="carried"),
    "rate": LeakyRNN(
        n_units=6, dt=20, noise=0.0, start="carried", start_at=Constant(0.3), form="rate", nonlinearity="tanh"
    ),
    "lagged": LeakyRNN(n_units=6, dt=20, noise=0.0, start="carried", input_index="previous", nonlinearity="softplus"),
    "damped": LeakyRNN(n_units=6, dt=20, noise=0.0, start="carried", damping=0.2, tau=(40.0,) * 6),
    "lstm": LSTM(n_units=4, dt=20, start="carried"),
}


def experiment(network: str, **training: Any) -> Experiment:
    fields = {"updates": 8, "batch_size": 5, "validation_trials": 6, "evaluate_every": 3, "learning_rate": 0.01}
    return Experiment(tasks.get("delayed_discrimination"), NETWORKS[network], Training(**(fields | training)), seed=2)


@pytest.mark.parametrize("engine", ["fast", "autograd"])
@pytest.mark.parametrize("network", NETWORKS)
def test_each_trial_starts_where_the_one_before_it_ended(network: str, engine: str) -> None:
    """Followed by hand: the batches of three updates, run one after the other with the weights of each update."""
    trainer = Trainer(experiment(network, engine=engine, dtype="float64"))
    described, config = trainer.experiment, trainer.experiment.network
    state = config.initial_state(trainer.learner.effective(), 5)
    for update in range(3):
        p = trainer.learner.effective()
        batch = described.task.sample(5, dt=20, seed=stream(described.seed, "batch", update))
        state = unroll(config, p, batch.inputs.astype(float), state=state).states[:, -1]
        assert trainer.advance().failed is None
        assert trainer.learner.carried is not None
        np.testing.assert_allclose(trainer.learner.carried.numpy(), state, rtol=0, atol=1e-12)


@pytest.mark.parametrize("penalties", [(), (Rates(0.1),)])
@pytest.mark.parametrize("network", ["current", "rate", "lagged", "damped"])
def test_both_engines_learn_alike(network: str, penalties: tuple[Any, ...]) -> None:
    """Also by the passes that penalties on rates ask for."""
    fields = {"dtype": "float64", "penalties": penalties}
    fast, slow = (Trainer(experiment(network, engine=engine, **fields)) for engine in ("fast", "autograd"))
    for _ in range(4):
        assert abs(fast.advance().loss - slow.advance().loss) < 1e-10
    a, b = fast.learner.effective(), slow.learner.effective()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=0, atol=1e-9)


def test_what_is_validated_starts_at_the_start_and_changes_nothing() -> None:
    trainer = Trainer(experiment("rate"))
    trainer.advance()
    carried, before = trainer.learner.carried, trainer.measure()
    assert carried is not None
    kept = carried.clone()
    trainer.learner.carried = 100.0 * carried
    assert trainer.measure() == before
    trainer.learner.carried = carried
    assert torch.equal(trainer.learner.carried, kept)
    np.testing.assert_allclose(trainer.learner.effective()["x0"], 0.3, rtol=1e-7)


@pytest.mark.parametrize("network", ["current", "lstm"])
def test_stopped_at_any_update_it_goes_on_bit_for_bit(network: str, tmp_path: Path) -> None:
    described = experiment(network)
    list(train(described, tmp_path / "whole"))
    for stop in (1, 4, 7):
        folder = tmp_path / f"stopped-{stop}"
        for event in train(described, folder):
            if isinstance(event, Updated) and event.update == stop:
                break
        list(resume(folder))
        assert same(store.read(folder), store.read(tmp_path / "whole"))
        assert store.read(folder).state["carried"]["states"].shape == (5, described.network.n_states)


def test_a_run_saved_before_its_first_update_has_nothing_to_carry(tmp_path: Path) -> None:
    described = experiment("current")
    events = train(described, tmp_path)
    while not isinstance(next(events), Saved):
        pass
    events.close()
    assert "carried" not in store.read(tmp_path).state
    list(resume(tmp_path))
    list(train(described, tmp_path.parent / "whole"))
    assert same(store.read(tmp_path), store.read(tmp_path.parent / "whole"))


def test_a_divergence_leaves_states_that_are_finite(tmp_path: Path) -> None:
    described = experiment("current", learning_rate=1e30, gradient_clip=0.0)
    list(train(described, tmp_path / "run"))
    found = store.read(tmp_path / "run")
    assert found.progress.reason == "diverged"
    assert all(np.isfinite(a).all() for a in found.state.get("carried", {}).values())


def test_carried_states_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    list(train(experiment("current", updates=2), tmp_path))
    snapshot = store.read(tmp_path)
    snapshot.state["carried"]["states"] = np.zeros((3, 6), np.float32)
    store.write(tmp_path, snapshot)
    with pytest.raises(RunError, match="carried states do not fit the experiment's batch and network"):
        store.read(tmp_path)
