"""Stopping and going on changes nothing, bit for bit."""

from __future__ import annotations

import dataclasses
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rnnlab.events import Finished, Saved, Updated
from rnnlab.runs import (
    L1,
    SGD,
    Adam,
    AdamW,
    Cosine,
    Experiment,
    Inequality,
    MeanSquaredError,
    OnPlateau,
    Ramp,
    RateCap,
    Snapshot,
    VanishingGradient,
    load,
    store,
)
from rnnlab.training import resume, train
from rnnlab.training.loop import MAY_CHANGE
from tests.training.small import names, same, small


def uninterrupted(experiment: Experiment, folder: Path) -> Snapshot:
    list(train(experiment, folder))
    return store.read(folder)


@pytest.mark.parametrize("network", ["leaky", "rate", "lstm"])
def test_stopped_at_any_update(network: str, tmp_path: Path) -> None:
    experiment = small(network)
    whole = uninterrupted(experiment, tmp_path / "whole")
    rng = random.Random(network)
    for stop in sorted(rng.sample(range(1, 12), 4)):
        folder = tmp_path / f"stopped-{stop}"
        for event in train(experiment, folder):
            if isinstance(event, Updated) and event.update == stop:
                break
        del event
        assert load(folder).update == stop, "what was done is kept"
        assert load(folder).progress.reason is None
        list(resume(folder))
        assert same(store.read(folder), whole), f"stopped at {stop}"


RECIPES: dict[str, dict] = {
    "adam": {"optimiser": Adam(mean_decay=0.8), "loss": "CrossEntropy", "clip": "array"},
    "adamw": {"optimiser": AdamW(decay=0.1), "schedule": Cosine(updates=10, warmup=3)},
    "sgd": {"optimiser": SGD(), "loss": "BinaryCrossEntropy", "noise_schedule": Ramp(start=0, end=1, updates=6)},
    "best": {"keep": "best", "learning_rate": 0.3, "validation": "balanced", "half_step": True},
    "momentum": {"optimiser": SGD(momentum=0.9), "schedule": OnPlateau(patience=0, least=0.5), "learning_rate": 0.1},
    "penalties": {"penalties": (L1(), VanishingGradient(), RateCap(), Inequality()), "protect_task": True},
    "nesterov": {"optimiser": SGD(momentum=0.9, nesterov=True), "loss": MeanSquaredError(over="all")},
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_way_of_training_goes_on_exactly(recipe: str, tmp_path: Path) -> None:
    """Stopped twice, and once given a budget that ends between two evaluations."""
    experiment = small(**(RECIPES[recipe] | {"evaluate_every": 2}))
    whole = uninterrupted(experiment, tmp_path / "whole")
    assert whole.history.losses[-1] != uninterrupted(small(), tmp_path / "plain").history.losses[-1]
    list(train(experiment.replace(training__updates=3), tmp_path / "run"))
    for event in resume(tmp_path / "run", updates=12):
        if isinstance(event, Updated) and event.update == 7:
            break
    del event
    list(resume(tmp_path / "run"))
    found = store.read(tmp_path / "run")
    assert found.state.keys() == whole.state.keys()
    for group, arrays in whole.state.items():
        assert all(np.array_equal(a, found.state[group][name]) for name, a in arrays.items()), group


def test_stopped_at_every_event(tmp_path: Path) -> None:
    experiment = small(updates=6, evaluate_every=2, save_every=3)
    whole = uninterrupted(experiment, tmp_path / "whole")
    n_events = len(list(train(experiment, tmp_path / "count")))
    for n in range(1, n_events + 1):
        folder = tmp_path / f"stopped-{n}"
        events = train(experiment, folder)
        for _ in range(n):
            next(events)
        events.close()
        rest = list(train(experiment, folder, resume=True))
        assert isinstance(rest[-1], Finished)
        assert same(store.read(folder), whole), f"stopped after event {n}"


def test_stopped_many_times(tmp_path: Path) -> None:
    experiment = small()
    whole = uninterrupted(experiment, tmp_path / "whole")
    folder = tmp_path / "stopped"
    rng = random.Random(0)
    for _ in range(100):
        events = train(experiment, folder, resume=True)
        for _ in range(rng.randint(1, 5)):
            if isinstance(next(events), Finished):
                assert same(store.read(folder), whole)
                return
        events.close()
    pytest.fail("never finished")


def test_a_state_older_than_the_stop_leads_to_the_same_end(tmp_path: Path) -> None:
    """A kill loses what came after the last save; doing it again gives the same."""
    experiment = small(save_every=5)
    whole = uninterrupted(experiment, tmp_path / "whole")
    for event in train(experiment, tmp_path / "run"):
        if isinstance(event, Saved) and event.update == 5:
            kept = store.read(tmp_path / "run")
    store.write(tmp_path / "killed", kept)
    list(resume(tmp_path / "killed"))
    assert same(store.read(tmp_path / "killed"), whole)


def test_a_longer_budget_goes_on_where_the_shorter_ended(tmp_path: Path) -> None:
    whole = uninterrupted(small(updates=12), tmp_path / "whole")
    list(train(small(updates=8), tmp_path / "run"))
    events = list(resume(tmp_path / "run", updates=12))
    assert events[0].update == 8
    extended = store.read(tmp_path / "run")
    assert extended.experiment.training.updates == 12
    assert same(extended, whole)


REFUSED = {
    "batch_size": 7, "learning_rate": 0.02, "gradient_clip": 0.5, "evaluate_every": 5, "validation_trials": 11,
    "noise": "normal", "engine": "autograd", "dtype": "float64", "threads": 2, "loss": MeanSquaredError(over="all"),
    "optimiser": SGD(), "clip": "array", "not_finite": "skip", "schedule": Cosine(), "noise_schedule": Ramp(),
    "penalties": (L1(),), "protect_task": True, "keep": "best", "validation": "balanced", "half_step": True,
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_made_the_weights_cannot_change(name: str, tmp_path: Path) -> None:
    """The run's experiment would no longer say how its weights came to be."""
    list(train(small(updates=2), tmp_path))
    allowed = "updates, stop_accuracy, stop, save_every, states, states_at, device"
    with pytest.raises(ValueError, match=rf"{name}=.* only {allowed}; for another {name} start a new run"):
        resume(tmp_path, updates=4, **{name: REFUSED[name]})
    same_value = getattr(small().training, name)
    assert list(resume(tmp_path, updates=4, **{name: same_value}))[-1].update == 4


def test_every_field_is_either_refused_or_harmless() -> None:
    fields = set(small().training.to_data()) - {"kind"}
    assert fields == {*REFUSED, *MAY_CHANGE}


def test_harmless_changes_lead_to_the_weights_of_a_fresh_run(tmp_path: Path) -> None:
    list(train(small(updates=8), tmp_path / "run"))
    list(resume(tmp_path / "run", updates=10, save_every=2, stop_accuracy=1.0))
    whole = uninterrupted(small(updates=10, save_every=2, stop_accuracy=1.0), tmp_path / "whole")
    found = store.read(tmp_path / "run")
    assert found.experiment == whole.experiment
    assert all(np.array_equal(a, found.state["parameters"][n]) for n, a in whole.state["parameters"].items())


def test_an_end_that_is_past_is_refused(tmp_path: Path) -> None:
    list(train(small(updates=8), tmp_path))
    with pytest.raises(ValueError, match=r"updates=7: .* give at least 8"):
        resume(tmp_path, updates=7)
    with pytest.raises(ValueError, match=r"stop_accuracy=0\.0: .* after 0 updates, and 8 are done; give more, or None"):
        resume(tmp_path, updates=12, stop_accuracy=0.0)


def test_an_evaluation_at_an_earlier_end_does_not_end_the_longer_run(tmp_path: Path) -> None:
    """A run that was to end at 6 was scored there; a fresh one of 12 updates is scored at 4 and 8."""
    list(train(small(updates=6), tmp_path / "run"))
    store.write(tmp_path / "run", lucky(store.read(tmp_path / "run"), at=6))
    last = list(resume(tmp_path / "run", updates=12, stop_accuracy=1.0))[-1]
    whole = list(train(small(updates=12, stop_accuracy=1.0)))[-1]
    assert isinstance(last, Finished) and isinstance(whole, Finished)
    assert (last.update, last.reason) == (whole.update, whole.reason)


def lucky(snapshot: Snapshot, at: int) -> Snapshot:
    """As if all validation trials had been correct after that update."""
    history = snapshot.history
    accuracies = np.where(history.evaluated_at == at, 1.0, np.minimum(history.accuracies, 0.9))
    return dataclasses.replace(snapshot, history=dataclasses.replace(history, accuracies=accuracies))


def test_a_finished_run_has_nothing_left_to_do(tmp_path: Path) -> None:
    whole = uninterrupted(small(), tmp_path)
    assert names(list(resume(tmp_path))) == ["Started", "Saved", "Finished"]
    assert same(store.read(tmp_path), whole)


KILLED = """
import sys
from pathlib import Path
from tests.training.small import small
from rnnlab.training import train
for event in train(small(sys.argv[2], updates=100_000, save_every=3), sys.argv[1], resume=True):
    print(event.update, flush=True)
"""


@pytest.mark.parametrize("network", ["leaky", "lstm"])
def test_killed_in_the_middle(network: str, tmp_path: Path, root: Path) -> None:
    """kill -9 at random moments: the run always loads, and ends as if nothing had happened."""
    folder, rng = tmp_path / "killed", random.Random(1)
    for _ in range(3):
        worker = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder), network], cwd=root, stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        for _ in range(4 + rng.randrange(20)):
            worker.stdout.readline()
        time.sleep(rng.random() * 0.05)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        assert load(folder).history.n_updates == load(folder).update
    done = load(folder).update
    assert 0 < done < 100_000
    list(resume(folder, updates=done + 5))
    whole = uninterrupted(small(network, updates=done + 5, save_every=3), tmp_path / "whole")
    assert same(store.read(folder), whole)
