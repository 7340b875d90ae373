"""Trainings that go on after a loss or gradient that is not finite."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import load
from rnnlab.events import Diverged, Finished, Updated
from rnnlab.networks import LowRankRNN
from rnnlab.runs import L2, SGD, Experiment, History, store
from rnnlab.spec import SpecError
from rnnlab.training import resume, train
from rnnlab.training.learner import Learner
from rnnlab.training.trainer import Trainer
from rnnlab.views.learning import lost
from tests.training.small import same, small

BROKEN = (3, 4, 9)
"""Updates whose gradient breaks below."""


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Breaks what `Learner.backward` leaves, in the batches of the updates `BROKEN`: a batch is known by its inputs."""
    from rnnlab.training.trials import Trials

    backward = Learner.backward

    def breaks(described: Experiment, how: str) -> None:
        made = Trainer(described)
        known = set()
        for update in BROKEN:
            made.update = update - 1
            known.add(float(made.lesson().trials.inputs.double().sum()))

        def broken(self: Learner, trials: Trials, noise: Any) -> tuple[float, ...]:
            loss, *rest = backward(self, trials, noise)
            if float(trials.inputs.double().sum()) not in known:
                return loss, *rest
            number = {"gradient": math.nan, "huge": 1e11}.get(how, 0.0)
            self.parameters.named(self.parameters.gradient)["b_rec"][1] = number
            return (math.inf if how == "loss" else loss), *rest

        monkeypatch.setattr(Learner, "backward", broken)

    return breaks


@pytest.mark.parametrize(("how", "named"), [("gradient", "gradient of b_rec"), ("loss", "loss")])
def test_an_update_that_is_skipped_changes_nothing(how: str, named: str, breaking: Any) -> None:
    described = small(not_finite="skip", penalties=(L2(),))
    breaking(described, how)
    trainer = Trainer(described)
    for update in range(1, 11):
        before = trainer.learner.state()
        step = trainer.advance()
        assert trainer.update == update and step.failed is None
        after = trainer.learner.state()
        if update in BROKEN:
            assert step.not_finite == named and math.isnan(step.gradient_norm)
            assert math.isnan(step.loss) == (how == "loss")
            assert all(np.array_equal(before[g][name], after[g][name]) for g in before for name in before[g])
        else:
            assert step.not_finite == "" and math.isfinite(step.loss + step.gradient_norm)
            assert not np.array_equal(before["parameters"]["W_rec"], after["parameters"]["W_rec"])


@pytest.mark.parametrize("how", ["gradient", "loss", "huge"])
def test_recurrent_weights_shrink_as_in_pycog(how: str, breaking: Any) -> None:
    """By the step against 0.02 W_rec, unclipped; nothing else moves."""
    described = small(not_finite="shrink", optimiser=SGD(), learning_rate=0.5, gradient_clip=1e-3)
    breaking(described, how)
    trainer = Trainer(described)
    for update in range(1, 6):
        before = trainer.learner.state()["parameters"]
        step = trainer.advance()
        after = trainer.learner.state()["parameters"]
        if update in BROKEN:
            named = {"loss": "loss", "gradient": "gradient of b_rec", "huge": "gradient (its norm is 1e+11)"}
            assert step.not_finite == named[how]
            np.testing.assert_allclose(after["W_rec"], before["W_rec"] * (1 - 0.5 * 0.02), rtol=1e-6)
            assert all(np.array_equal(before[name], after[name]) for name in before if name != "W_rec")


def test_an_optimiser_with_a_memory_takes_it_for_a_gradient_like_others(breaking: Any) -> None:
    """Its mean gradient takes a tenth of 0.02 W_rec, and a tenth of nothing for the rest, which so goes on."""
    described = small(not_finite="shrink")
    breaking(described, "gradient")
    trainer = Trainer(described)
    for update in range(1, 6):
        before = trainer.learner.state()
        trainer.advance()
        after = trainer.learner.state()
        if update in BROKEN:
            for name, mean in before["adam_mean"].items():
                share = 0.02 * before["parameters"][name] if name == "W_rec" else 0.0
                np.testing.assert_allclose(after["adam_mean"][name], 0.9 * mean + 0.1 * share, rtol=1e-5, atol=1e-9)
            assert not np.array_equal(before["parameters"]["W_out"], after["parameters"]["W_out"])


def test_of_low_rank_both_factors_shrink(breaking: Any) -> None:
    network = LowRankRNN(n_units=6, dt=20, random=0.5)
    described = small(not_finite="shrink", optimiser=SGD(), learning_rate=0.5).replace(network=network)
    breaking(described, "gradient")
    trainer = Trainer(described)
    for update in range(1, 5):
        before = trainer.learner.state()["parameters"]
        trainer.advance()
        after = trainer.learner.state()["parameters"]
        if update in BROKEN:
            for name in before:
                factor = 0.99 if name in ("W_to", "W_from") else 1.0
                np.testing.assert_allclose(after[name], before[name] * factor, rtol=1e-6)


def test_only_pycogs_rule_minds_a_huge_norm(breaking: Any) -> None:
    described = small(not_finite="skip")
    breaking(described, "huge")
    assert not any(event.not_finite for event in train(described) if isinstance(event, Updated))


@pytest.mark.parametrize("rule", ["skip", "shrink"])
@pytest.mark.parametrize("start", ["trained", "carried"])
def test_stopped_anywhere_it_goes_on_bit_for_bit(rule: str, start: str, breaking: Any, tmp_path: Path) -> None:
    described = small(not_finite=rule).replace(network__start=start)
    breaking(described, "loss")
    events = list(train(described, tmp_path / "whole"))
    assert [event.update for event in events if isinstance(event, Updated) and event.not_finite] == list(BROKEN)
    for stop in (3, 6):
        for event in train(described, tmp_path / f"{stop}"):
            if isinstance(event, Updated) and event.update == stop:
                break
        list(resume(tmp_path / f"{stop}"))
        assert same(store.read(tmp_path / f"{stop}"), store.read(tmp_path / "whole"))
    run = load(tmp_path / "whole")
    assert run.progress.reason == "updates"
    assert run.history.lost_updates.tolist() == list(BROKEN)
    assert "3 not finite" in repr(run.history)


def test_a_validation_loss_that_is_not_finite_ends_it_all_the_same(tmp_path: Path) -> None:
    """The run is back at the last parameters that gave a finite loss."""
    described = small(not_finite="skip", learning_rate=1e30)
    events = list(train(described, tmp_path))
    assert isinstance(events[-1], Finished) and events[-1].reason == "diverged"
    assert any(isinstance(event, Diverged) and event.where == "validation loss" for event in events)
    run = load(tmp_path)
    assert all(np.isfinite(a).all() for a in run.parameters.values())
    assert np.isfinite(run.history.losses).all()


def test_the_rule_may_be_given_on_the_way(breaking: Any) -> None:
    described = small()
    breaking(described, "gradient")
    events = train(described)
    for event in events:
        if event.update == 2:
            events.steer("training.not_finite", "skip")
            break
    assert isinstance(list(events)[-1], Finished) and events.experiment.steering[0].value == "skip"
    with pytest.raises(SpecError, match="not_finite"):
        small(not_finite="ignore")


def test_the_lab_counts_them() -> None:
    norms = np.array([1.0, math.nan, 1.0, math.nan])
    history = History(updates=np.arange(1, 5), losses=np.ones(4), gradient_norms=norms)
    assert lost(history) == " 2 without a finite gradient, the last of them update 4."
    assert lost(history.until(1)) == ""
