"""Training as an iterator of events: their order, what ends it, what is written."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rnnlab.events import Diverged, Evaluated, Finished, Saved, Started, Updated
from rnnlab.runs import RunError, load, store
from rnnlab.training import resume, train
from tests.training.small import names, same, small


def test_events_come_in_order() -> None:
    events = list(train(small(updates=5, evaluate_every=2)))
    assert names(events) == [
        "Started", "Evaluated", "Updated", "Updated", "Evaluated", "Updated", "Updated", "Evaluated", "Updated",
        "Evaluated", "Finished",
    ]  # fmt: skip
    assert [event.update for event in events] == [0, 0, 1, 2, 2, 3, 4, 4, 5, 5, 5]
    assert events[-1].n_trials == 5 * 6
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "updates"
    assert events[-1].accuracy == events[-2].accuracy
    seconds = [event.seconds for event in events]
    assert seconds == sorted(seconds)


def test_saves_are_announced_and_whole(tmp_path: Path) -> None:
    seen = []
    for event in train(small(updates=12, save_every=5), tmp_path / "run"):
        if isinstance(event, Saved):
            run = load(event.path)
            assert run.update == event.update
            assert run.history.n_updates == event.update
            seen.append(event.update)
    assert seen == [0, 5, 10, 12]
    assert load(tmp_path / "run").progress.reason == "updates"


@pytest.mark.parametrize("network", ["leaky", "rate", "lstm"])
def test_same_seed_same_weights_other_seed_others(network: str, tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        list(train(small(network, seed=seed), tmp_path / name))
    a, b, c = (store.read(tmp_path / name) for name in "abc")
    assert same(a, b)
    assert not np.allclose(a.state["parameters"]["W_rec"], c.state["parameters"]["W_rec"])


def test_autograd_and_fast_engine_train_alike() -> None:
    runs = [list(train(small(engine=engine, dtype="float64", updates=6))) for engine in ("fast", "autograd")]
    for fast, plain in zip(*runs, strict=True):
        if isinstance(fast, Updated | Evaluated):
            assert fast.loss == pytest.approx(plain.loss, rel=1e-9)


def test_learning_happens() -> None:
    events = list(train(small(updates=150, batch_size=32, evaluate_every=50, validation_trials=128)))
    evaluated = [event for event in events if isinstance(event, Evaluated)]
    assert evaluated[-1].loss < 0.7 * evaluated[0].loss


def test_only_trainable_parameters_move() -> None:
    network = small().network.replace(start="zero", train_biases=False)
    events = list(train(small().replace(network=network)))
    first, last = (e.parameters for e in (events[1], [e for e in events if isinstance(e, Evaluated)][-1]))
    assert not first["x0"].any()
    for name in first:
        assert np.array_equal(first[name], last[name]) == (name in ("x0", "b_rec", "b_out")), name


def test_evaluated_parameters_are_effective_copies() -> None:
    experiment = small("rate", updates=4, evaluate_every=1)
    evaluated = [event for event in train(experiment) if isinstance(event, Evaluated)]
    signs = experiment.network.unit_signs
    for event in evaluated:
        assert (event.parameters["W_rec"] * signs >= 0).all()
        assert event.parameters["W_rec"].dtype == np.float64
    assert len({event.parameters["W_rec"].tobytes() for event in evaluated}) == 5


def test_evaluation_repeats_exactly() -> None:
    """Same trials, same noise: with a vanishing learning rate nothing else can change the result."""
    events = train(small(updates=3, evaluate_every=1, learning_rate=1e-30))
    losses = {event.loss for event in events if isinstance(event, Evaluated)}
    assert len(losses) == 1


def test_stops_on_accuracy(tmp_path: Path) -> None:
    events = list(train(small(stop_accuracy=0.0), tmp_path / "run"))
    assert names(events) == ["Started", "Evaluated", "Saved", "Finished"]
    assert load(tmp_path / "run").progress.reason == "accuracy"


@pytest.mark.alone
def test_the_clock_stands_still_while_nobody_asks() -> None:
    events = train(small(updates=3, evaluate_every=100))
    next(events)
    before = next(events)
    time.sleep(0.5)
    assert next(events).seconds - before.seconds < 0.4


def test_no_updates_is_a_run_too(tmp_path: Path) -> None:
    events = list(train(small(updates=0), tmp_path / "run"))
    assert names(events) == ["Started", "Evaluated", "Saved", "Finished"]
    assert load(tmp_path / "run").update == 0


# --------------------------------------------------------------------------------------------------- divergence


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"learning_rate": 1e30}, ("loss", "validation loss", "gradient of")),
        ({"learning_rate": 1e30, "evaluate_every": 1}, ("validation loss",)),
    ],
)
@pytest.mark.parametrize("network", ["leaky", "lstm"])
def test_divergence_is_an_event_and_the_last_good_state_is_kept(
    network: str, changes: dict, where: tuple[str, ...], tmp_path: Path
) -> None:
    events = list(train(small(network, **changes), tmp_path / "run"))
    assert names(events)[-3:] == ["Diverged", "Saved", "Finished"]
    diverged, finished = events[-3], events[-1]
    assert isinstance(diverged, Diverged)
    assert diverged.where.startswith(where)
    assert "learning rate" in diverged.remedy
    assert isinstance(finished, Finished)
    assert finished.reason == "diverged"
    for event in events:
        if isinstance(event, Updated | Evaluated):
            assert math.isfinite(event.loss)
    run = load(tmp_path / "run")
    assert run.progress.reason == "diverged"
    assert run.update <= diverged.update
    arrays = run.history.to_arrays()
    scored = np.isfinite(arrays.pop("condition_accuracies"))  # a condition has validation trials, or never has
    assert (scored == scored[:1]).all() and scored.any()
    assert all(np.isfinite(a).all() for a in arrays.values())
    assert all(np.isfinite(a).all() for a in run.parameters.values())
    assert run.history.updates.tolist() == list(range(1, run.update + 1))


def test_a_gradient_that_overflows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from rnnlab.training.learner import Learner

    backward = Learner.backward

    def overflowing(self: Learner, *args: object) -> tuple[float, float]:
        loss = backward(self, *args)  # type: ignore[arg-type]
        self.parameters.named(self.parameters.gradient)["W_rec"][0, 0] = float("inf")
        return loss

    monkeypatch.setattr(Learner, "backward", overflowing)
    events = list(train(small()))
    assert names(events) == ["Started", "Evaluated", "Diverged", "Finished"]
    assert events[2].where == "gradient of W_rec"


# -------------------------------------------------------------------------------------------------------- folders


def test_a_folder_with_a_run_is_refused_at_once(tmp_path: Path) -> None:
    list(train(small(updates=1), tmp_path))
    before = store.read(tmp_path)
    with pytest.raises(RunError, match="holds a run already"):
        train(small(updates=1), tmp_path)
    with pytest.raises(RunError, match="another experiment"):
        train(small(updates=1, seed=3), tmp_path, resume=True)
    assert same(before, store.read(tmp_path))


def test_what_is_no_experiment_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match=r"experiment: .*got a Task; give rl\.Experiment\(task=\.\.\., "):
        train(small().task)  # type: ignore[arg-type]


def test_a_folder_that_is_no_run_cannot_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"not a run|does not exist"):
        resume(tmp_path)


def test_starting_needs_neither_the_compiler_nor_much_time() -> None:
    code = (
        "import sys, rnnlab as rl\n"
        "e = rl.Experiment(task=rl.tasks.get('flip_flop'), network=rl.networks.LeakyRNN(n_units=4),\n"
        "                  training=rl.Training(updates=2, batch_size=2, validation_trials=2))\n"
        "assert 'torch' not in sys.modules\n"
        "list(rl.train(e))\n"
        "print([m for m in sys.modules if m.startswith(('torch._dynamo', 'torch._inductor', 'sympy'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_started_names_the_experiment() -> None:
    event = next(train(small()))
    assert isinstance(event, Started)
    assert event.digest == small().digest
    assert event.n_parameters == 8 * 2 + 8 * 8 + 2 * 8 + 8 + 2 + 8
