"""What ends a training, which network it keeps, and what it says of its health."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.events import Diverged, Evaluated, Event, Finished, Updated
from rnnlab.networks import LSTM, LeakyRNN
from rnnlab.runs import (
    AccuracyReached,
    CodeLoss,
    Experiment,
    History,
    LossReached,
    Patience,
    Plateau,
    TimeBudget,
    TrialBudget,
    load,
)
from rnnlab.runs.ending import ENDINGS, best_update, due_end
from rnnlab.runs.stopping import AnyStop
from rnnlab.spec import SpecError
from rnnlab.spec.codec import kinds
from rnnlab.training import resume, train
from tests.training.small import small


def history(accuracies: list[float], losses: list[float] | None = None, worst: list[float] | None = None) -> History:
    """Evaluated every 4 updates."""
    return History(
        evaluated_at=4 * np.arange(len(accuracies)),
        accuracies=np.array(accuracies),
        validation_losses=np.array(losses if losses is not None else [1.0] * len(accuracies)),
        worst_accuracies=np.array(worst if worst is not None else accuracies),
    )


RISING, FALLING = [0.5, 0.6, 0.7, 0.9, 0.8, 0.95], [1.0, 0.5, 0.4, 0.41, 0.39, 0.4]


@pytest.mark.parametrize(
    ("stop", "after"),
    [
        (AccuracyReached(level=0.8), 3),
        (AccuracyReached(level=0.799, last=3), 4),  # (0.7 + 0.9 + 0.8) / 3 = 0.8
        (AccuracyReached(level=0.799, last=3, of="worst"), None),
        (AccuracyReached(level=0.6, last=1, of="worst"), 3),
        (LossReached(level=0.4), 2),
        (LossReached(level=0.401, last=3), 4),  # (0.4 + 0.41 + 0.39) / 3 = 0.4
        (Patience(evaluations=1), 3),
        (Patience(evaluations=2, least=0.05), 4),
        (Patience(evaluations=1, of="accuracy"), 4),
        (Patience(evaluations=5), None),
        (Plateau(evaluations=3, change=0.06), 4),  # 0.4, 0.41, 0.39
        (Plateau(evaluations=3, change=0.01), None),
        (TrialBudget(), None),
        (TimeBudget(), None),
    ],
)
def test_rules_hold_where_their_words_say(stop: AnyStop, after: int | None) -> None:
    worst = [0.1, 0.2, 0.3, 0.7, 0.5, 0.9]
    reached = [n for n in range(6) if stop.reached(history(RISING, FALLING, worst).until(4 * n))]
    assert (reached[0] if reached else None) == after
    training = small(stop=(stop,), updates=24).training
    assert due_end(training, history(RISING, FALLING, worst)) == (24 if after is None else 4 * after)


def ended(**training: Any) -> tuple[list[Event], Finished]:
    events = list(train(small(**training)))
    assert isinstance(events[-1], Finished)
    return events, events[-1]


@pytest.mark.parametrize(
    ("stop", "reason", "update"),
    [
        (TrialBudget(trials=30), "trials", 5),
        (TrialBudget(trials=31), "trials", 6),
        (TrialBudget(trials=0), "trials", 0),
        (TimeBudget(seconds=0), "seconds", 0),
        (AccuracyReached(level=0.0, last=2), "accuracy", 4),
        (LossReached(level=1e9, last=3), "loss", 8),
        (Plateau(evaluations=2, change=1e9), "plateau", 4),
        (Patience(evaluations=1, least=1e9), "patience", 4),
        (TrialBudget(trials=1000), "updates", 12),
    ],
)
def test_a_training_ends_there_and_is_scored(stop: AnyStop, reason: str, update: int, tmp_path: Path) -> None:
    experiment = small(stop=(stop,))
    events = list(train(experiment, tmp_path))
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.reason, last.update) == (reason, update)
    assert [event.update for event in events if isinstance(event, Evaluated)][-1] == update
    run = load(tmp_path)
    assert run.progress.reason == reason
    if isinstance(stop, TimeBudget):
        assert "stop=" not in run.script() and "updates=0" in run.script()
    else:
        assert due_end(experiment.training, run.history) == update
        assert run.script() == experiment.script()


def test_another_end_may_be_given_on_the_way(tmp_path: Path) -> None:
    list(train(small(stop=(TrialBudget(trials=30),)), tmp_path / "run"))
    with pytest.raises(ValueError, match=r"stop=.*would have ended the run after 2 updates, and 5 are done"):
        resume(tmp_path / "run", stop=(TrialBudget(trials=12),))
    list(resume(tmp_path / "run", stop=()))
    list(train(small(), tmp_path / "whole"))
    one, other = load(tmp_path / "run"), load(tmp_path / "whole")
    assert all(np.array_equal(a, other.parameters[name]) for name, a in one.parameters.items())


# --------------------------------------------------------------------------------------------- the best is kept


def test_the_best_is_the_most_accurate_then_the_least_loss_then_the_first() -> None:
    training = small(updates=20).training
    tied = history([0.5, 0.9, 0.9, 0.9, 0.2], [1.0, 0.5, 0.3, 0.3, 0.1])
    assert best_update(training, tied, end=16) == 8
    assert best_update(training, History(), end=0) is None
    elsewhere = History(evaluated_at=np.array([0, 3]), accuracies=np.array([0.1, 1.0]), validation_losses=np.ones(2))
    assert best_update(training, elsewhere, end=12) == 0, "update 3 was scored only because a run ended there once"
    assert best_update(training, elsewhere, end=3) == 3


@pytest.mark.parametrize("stopped", [False, True])
def test_the_run_holds_the_best_network(stopped: bool, tmp_path: Path) -> None:
    """With steps that soon spoil it; also where the training was stopped and went on."""
    experiment = small(keep="best", learning_rate=0.3, evaluate_every=1, updates=14, validation_trials=40, seed=3)
    seen: dict[int, Evaluated] = {}
    for event in train(experiment, tmp_path):
        if isinstance(event, Evaluated):
            seen[event.update] = event
        if stopped and isinstance(event, Updated) and event.update == 9:
            break
    del event
    for event in resume(tmp_path):
        if isinstance(event, Evaluated):
            seen[event.update] = event
    assert isinstance(event, Finished)
    best = max(seen.values(), key=lambda e: (e.accuracy, -e.loss, -e.update))
    assert best.update < 14, "or this test shows nothing"
    run = load(tmp_path)
    assert all(np.array_equal(a, best.parameters[name]) for name, a in run.parameters.items())
    assert event.kept_update == best.update
    assert all(np.array_equal(a, best.parameters[name]) for name, a in event.parameters.items())
    assert run.update == 14
    score = run.history.accuracies[run.history.evaluated_at == best.update]
    assert score[0] == run.history.best_accuracy


# ------------------------------------------------------------------------------------------------- validation


def test_balanced_validation_has_every_condition_equally_often() -> None:
    from rnnlab.training.learner import Learner
    from rnnlab.training.validation import Validation

    task = tasks.get("perceptual_discrimination", coherences=(0.1, 0.5))
    experiment = Experiment(task=task, network=LeakyRNN(n_units=4), training=small(validation="balanced").training)
    experiment = experiment.replace(training__validation_trials=40)
    learner = Learner(experiment.network, experiment.training, task.n_inputs, task.n_outputs)
    batch = Validation(experiment, learner)._set.batch
    table = np.stack([batch.factors[name] for name in task.condition_factors], axis=1)
    _, counts = np.unique(table, axis=0, return_counts=True)
    assert len(counts) == 4 and set(counts) == {10}


def test_conditions_of_code_are_not_known() -> None:
    def draw(n_trials: int, dt: float, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"inputs": np.ones((n_trials, 5, 1)), "targets": np.ones((n_trials, 5, 1))}

    task = tasks.from_function("constant", draw, inputs=["one"], outputs=["one"])
    with pytest.raises(SpecError, match=r"training\.validation: .*give 'random'"):
        Experiment(task=task, network=LeakyRNN(n_units=4), training=small(validation="balanced").training)


def test_the_worst_condition_is_found() -> None:
    from rnnlab.tasks import Score
    from rnnlab.training.health import worst_condition

    task = tasks.get("perceptual_discrimination", coherences=(0.1, 0.5))
    batch = task.sample(60, dt=20, seed=0)
    strong = np.isclose(np.abs(batch.factors["coherence"]), 0.5)
    side = batch.targets[:, -1, 0] > batch.targets[:, -1, 1]
    correct = np.where(strong & side, 0.25, np.where(strong, 1.0, 0.75))
    score = Score(float(correct.mean()), correct, None, 0.5)
    assert worst_condition(score, batch) == 0.25
    assert worst_condition(Score(0.0, correct, None, 0.5, counted=~(strong & side)), batch) == 0.75
    assert math.isnan(worst_condition(Score(0.0, correct, None, 0.5, counted=np.zeros(60, dtype=bool)), batch))


# ------------------------------------------------------------------------------------------------------- health


def health(network: LeakyRNN | LSTM, **training: Any) -> list[Evaluated]:
    events = train(small(updates=2, evaluate_every=1, **training).replace(network=network))
    return [event for event in events if isinstance(event, Evaluated)]


def test_health_says_radius_and_gradient() -> None:
    for evaluated, norm in zip(health(LeakyRNN(n_units=6, dt=20, spectral_radius=1.3)), (None, 1, 2), strict=True):
        found = evaluated.health
        assert found is not None
        radius = np.abs(np.linalg.eigvals(evaluated.parameters["W_rec"])).max()
        assert found.spectral_radius == pytest.approx(radius, rel=1e-9)
        assert (found.gradient_norm is None) == (norm is None)
        assert found.half_step_accuracy is None


def test_health_counts_silent_and_saturated_units() -> None:
    """By the definitions, on activity made by hand."""
    import torch

    from rnnlab.training.health import Activity, activity_bounds

    rates = torch.zeros(10, 2, 4)
    rates[:, :, 1] = 0.5
    rates[:6, :, 2] = 0.995  # 6 of 10 steps
    rates[:4, :, 3] = -1.0  # 4 of 10 steps
    tanh = Activity(activity_bounds(LeakyRNN(nonlinearity="tanh")))
    for part in (rates[:, :1], rates[:, 1:]):
        tanh.add(part)
    assert (tanh.silent, tanh.saturated) == (0.25, 0.25)
    relu = Activity(activity_bounds(LeakyRNN(nonlinearity="relu")))
    relu.add(rates)
    assert (relu.silent, relu.saturated) == (0.25, 0.0)
    sigmoid = Activity(activity_bounds(LeakyRNN(nonlinearity="sigmoid")))
    sigmoid.add(rates)
    assert (sigmoid.silent, sigmoid.saturated) == (0.25, 0.25), "a rate of 0 is silence, not saturation"


@pytest.mark.parametrize("form", ["current", "rate"])
def test_health_counts_silent_units_of_a_network(form: str, tmp_path: Path) -> None:
    from rnnlab import simulate

    network = LeakyRNN(n_units=8, dt=20, noise=0.0, form=form, spectral_radius=0.5)
    experiment = small(updates=0, validation_trials=30, batch_size=30).replace(network=network)
    (evaluated,) = (event for event in train(experiment, tmp_path) if isinstance(event, Evaluated))
    from rnnlab.runs import stream

    batch = experiment.task.sample(30, dt=20, seed=stream(experiment.seed, "validation"))
    largest = np.abs(simulate(load(tmp_path), batch).rates).max(axis=(0, 1))
    assert evaluated.health is not None
    assert evaluated.health.silent == pytest.approx(float((largest <= 0.01 * largest.max()).mean()))


def test_half_the_time_step_is_asked_for() -> None:
    found = health(LeakyRNN(n_units=6, dt=20), half_step=True)[-1].health
    assert found is not None and found.half_step_accuracy is not None and found.full_step_accuracy is not None
    assert 0.0 <= found.half_step_accuracy <= 1.0
    counting = health(LSTM(n_units=4, dt=20), half_step=True)[-1].health
    assert counting is not None and counting.half_step_accuracy is None


@pytest.mark.parametrize("trials", [40, 100])
def test_the_score_at_half_the_time_step_is_that_of_a_simulation(trials: int, tmp_path: Path) -> None:
    """Made independently: the same trials at half the step, run with NumPy through the same weights."""
    from rnnlab import simulate
    from rnnlab.networks import Network
    from rnnlab.runs import stream

    network = LeakyRNN(n_units=10, dt=40, tau=80.0, noise=0.0)
    settings = {"updates": 20, "evaluate_every": 20, "validation_trials": trials, "batch_size": 32}
    experiment = small(half_step=True, **settings).replace(network=network)
    *_, last = (event for event in train(experiment, tmp_path) if isinstance(event, Evaluated))
    assert last.health is not None
    for dt, found in ((20.0, last.health.half_step_accuracy), (40.0, last.health.full_step_accuracy)):
        batch = experiment.task.sample(trials, dt=dt, seed=stream(experiment.seed, "validation"))[:64]
        outputs = simulate(Network(network.at(dt), load(tmp_path).parameters), batch).outputs
        assert found == pytest.approx(experiment.task.score(outputs, batch).accuracy)


def test_history_keeps_what_was_measured(tmp_path: Path) -> None:
    list(train(small(half_step=True, penalties=("L2",)), tmp_path))
    found = load(tmp_path).history
    assert found.penalties.shape == (12,) and (found.penalties > 0).all()
    for name in ("worst_accuracies", "spectral_radii", "silent", "saturated", "half_step_accuracies"):
        values = getattr(found, name)
        assert values.shape == found.accuracies.shape and np.isfinite(values).all(), name
    assert (found.worst_accuracies <= found.accuracies).all()


# --------------------------------------------------------------------------------------------------- divergence


def diverged(**training: Any) -> Diverged:
    (event,) = [event for event in train(small(**training)) if isinstance(event, Diverged)]
    return event


def test_divergence_says_where_it_began() -> None:
    assert diverged(learning_rate=1e30).began.startswith("rate of unit")
    event = diverged(learning_rate=1e30, evaluate_every=1)
    assert event.where == "validation loss"
    assert "trial" in event.began and " ms)" in event.began


def test_outputs_that_run_away_are_blamed_on_the_step_not_on_the_loss() -> None:
    """Rates of tanh are bounded; what overflows is the square of the outputs."""
    experiment = small(learning_rate=1e25).replace(network=LeakyRNN(n_units=8, dt=20, nonlinearity="tanh"))
    event = next(event for event in train(experiment) if isinstance(event, Diverged))
    assert event.began.startswith("the loss; outputs go up to")
    assert event.remedy.startswith("lower the learning rate")


def test_a_loss_that_is_no_number_is_not_blamed_on_the_network() -> None:
    import torch

    def root(outputs: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return (mask * (-1.0 - outputs.abs()).sqrt()).sum()

    event = diverged(loss=CodeLoss(root))
    assert event.began.startswith("the loss; outputs go up to")
    assert "look at the loss" in event.remedy


def test_a_gradient_that_is_no_number_began_on_the_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from rnnlab.training.learner import Learner

    backward = Learner.backward

    def overflowing(self: Learner, *args: object) -> tuple[float, float]:
        loss = backward(self, *args)  # type: ignore[arg-type]
        self.parameters.gradient[0] = float("nan")
        return loss

    monkeypatch.setattr(Learner, "backward", overflowing)
    assert diverged().began.startswith("the gradients, not the rates, which go up to")


def test_every_end_has_words() -> None:
    reasons = {kind.reason for kind in kinds(AnyStop).values()} | {"updates", "curriculum", "diverged"}
    assert reasons == set(ENDINGS)
