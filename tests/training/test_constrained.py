"""Constraints while a network learns: they hold after every update, after a save, and on to the same end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.events import Updated
from rnnlab.networks import Areas, Density, LeakyRNN, Uniform, Weights
from rnnlab.runs import Adam, AdamW, Experiment, Training, load, store
from rnnlab.training import resume, train
from rnnlab.training.trainer import Trainer
from tests.training.small import same

RNG = np.random.default_rng(5)
FIXED = np.where(RNG.random((8, 8)) < 0.3, 0.3 * RNG.standard_normal((8, 8)), 0.0)

NETWORKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "abs": {"excitatory": 0.75},
    "rectify": {"excitatory": 0.75, "dale": "rectify", "output_sign": "signed"},
    "project": {"excitatory": 0.75, "dale": "project", "autapses": False},
    "reflect": {"excitatory": 0.75, "dale": "reflect", "weights_rec": Weights(connections=Density(0.5))},
    "positive ends": {"input_sign": "positive", "output_sign": "positive", "dale": "project"},
    "sparse": {"weights_in": Weights(connections=Density(0.5)), "weights_out": Weights(connections=Density(0.5))},
    "frozen": {"weights_rec": Weights(frozen=Density(0.4)), "weights_out": Weights(frozen=Density(0.5))},
    "fixed": {"weights_rec": Weights(frozen=FIXED != 0, fixed=FIXED)},
    "frozen, projected": {"excitatory": 0.75, "dale": "project", "weights_rec": Weights(frozen=Density(0.4))},
    "areas": {"areas": Areas((4, 4), between=0.5, inputs=(0,), outputs=(1,)), "excitatory": 0.75},
    "bounded biases": {"bias_rec": Uniform(-0.02, 0.02), "bias_range": (-0.02, 0.02)},
    "some arrays": {"train": ("W_rec", "b_out")},
}


def experiment(name: str, **training: Any) -> Experiment:
    network = LeakyRNN(n_units=8, dt=20, noise=0.1, **NETWORKS[name])
    fields = {"updates": 10, "batch_size": 6, "validation_trials": 8, "evaluate_every": 5, "learning_rate": 0.05}
    return Experiment(tasks.get("delayed_discrimination"), network, Training(**(fields | training)), seed=3)


@pytest.mark.parametrize("name", NETWORKS)
def test_constraints_hold_after_every_update_and_what_is_saved_is_what_computed(name: str, tmp_path: Path) -> None:
    described = experiment(name)
    trainer = Trainer(described)
    network, before = described.network, trainer.learner.effective()
    for _ in range(10):
        assert trainer.advance().failed is None
        p = trainer.learner.effective()
        again = network.effective(p)
        assert all(np.array_equal(again[key], p[key]) for key in p)
    for key in before:
        assert (key in network.trainable) == (not np.array_equal(before[key], p[key])), key
    list(train(described, tmp_path))
    saved = load(tmp_path).parameters
    assert all(np.array_equal(saved[key], p[key]) for key in p)


@pytest.mark.parametrize("optimiser", [Adam(), AdamW(decay=0.1)])
@pytest.mark.parametrize("name", ["frozen", "fixed", "frozen, projected"])
def test_frozen_weights_stay_bit_for_bit_and_the_others_learn(name: str, optimiser: Adam | AdamW) -> None:
    """Also under weight decay, which moves what has no gradient."""
    trainer = Trainer(experiment(name, optimiser=optimiser))
    masks = trainer.experiment.network.frozen(trainer.experiment.task.n_inputs, trainer.experiment.task.n_outputs)
    before = trainer.learner.effective()
    raw = {key: trainer.learner.state()["parameters"][key].copy() for key in masks}
    for _ in range(10):
        trainer.advance()
    after, raw_after = trainer.learner.effective(), trainer.learner.state()["parameters"]
    for key, mask in masks.items():
        assert mask.any()
        assert not mask.all()
        np.testing.assert_array_equal(after[key][mask], before[key][mask])
        np.testing.assert_array_equal(raw_after[key][mask], raw[key][mask])
        assert (after[key][~mask] != before[key][~mask]).mean() > 0.5
    if name == "fixed":
        np.testing.assert_array_equal(after["W_rec"][masks["W_rec"]], FIXED[masks["W_rec"]])


@pytest.mark.parametrize("name", ["project", "reflect", "fixed", "bounded biases", "areas"])
def test_stopped_and_resumed_the_constraints_lead_to_the_same_weights(name: str, tmp_path: Path) -> None:
    described = experiment(name)
    list(train(described, tmp_path / "whole"))
    for event in train(described, tmp_path / "stopped"):
        if isinstance(event, Updated) and event.update == 4:
            break
    list(resume(tmp_path / "stopped"))
    assert same(store.read(tmp_path / "stopped"), store.read(tmp_path / "whole"))


@pytest.mark.parametrize("name", ["rectify", "project", "reflect"])
def test_raw_weights_of_the_wrong_sign(name: str) -> None:
    """A large step makes some; rectification leaves them, the other two laws do not."""
    trainer = Trainer(experiment(name, learning_rate=0.3))
    for _ in range(3):
        trainer.advance()
    signs = trainer.experiment.network.unit_signs
    wrong = trainer.learner.state()["parameters"]["W_rec"] * signs < 0
    assert wrong.any() == (name == "rectify")


def test_a_network_that_does_not_fit_its_task_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"Experiment\.network\.weights_in\.connections: is 2x2; give 8 rows of"):
        network = LeakyRNN(n_units=8, dt=20, weights_in=Weights(connections=np.eye(2)))  # type: ignore[arg-type]
        Experiment(tasks.get("delayed_discrimination"), network)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_fast_gradient_is_that_of_the_plain_loop(name: str) -> None:
    """Through the constraints, to the parameters that are trained; the others get none."""
    found = []
    for engine in ("fast", "autograd"):
        trainer = Trainer(experiment(name, engine=engine, dtype="float64"))
        lesson = trainer.lesson()
        loss, penalty = trainer.learner.backward(lesson.trials, lesson.noise)
        found.append((loss, penalty, trainer.learner.parameters.gradient.numpy().copy()))
    (loss, penalty, gradient), (wanted_loss, _, wanted) = found
    assert (loss, penalty) == (pytest.approx(wanted_loss, rel=1e-10), 0.0)
    assert np.abs(gradient - wanted).max() < 1e-10 * np.abs(wanted).max()
    assert np.abs(wanted).max() > 0
