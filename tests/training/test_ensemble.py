"""Networks trained side by side become what they become alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.random import default_rng

import rnnlab as rl
from rnnlab.app.cli import main
from rnnlab.networks import LSTM, LeakyRNN
from rnnlab.runs import L2, AccuracyReached, Experiment, Run, RunError, TimeBudget, Training
from rnnlab.training import loops, train, train_ensemble
from rnnlab.training.bptt import NAMES, LeakyEngine
from rnnlab.training.company import SideBySide
from rnnlab.training.noise import JointNoise, Noise
from tests.training.leaky_family import FORMS, VARIANTS, leaky

N_INPUTS, N_OUTPUTS, N_TRIALS = 3, 2, 5
LENGTHS = (17, 12, 17)


def begun(network: LeakyRNN, seed: int) -> dict[str, torch.Tensor]:
    rng = default_rng(seed)
    raw = network.effective(network.initialise(N_INPUTS, N_OUTPUTS, rng))
    raw["b_rec"] = raw["b_rec"] + 0.3 * rng.standard_normal(network.n_units)
    return {name: torch.from_numpy(raw[name]).requires_grad_() for name in NAMES}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("form", "noise_at"), FORMS)
def test_one_pass_for_three_is_three_passes(form: str, noise_at: str, variant: str) -> None:
    """Outputs and gradients of each, trials of different lengths and noise included."""
    network, rng = leaky(form, noise_at, variant), default_rng(0)
    together, alone = ([begun(network, seed) for seed in range(3)] for _ in range(2))
    noises = tuple(Noise("table", seed, "noise", 8) for seed in range(3))
    inputs = [torch.from_numpy(rng.standard_normal((n, N_TRIALS, N_INPUTS))) for n in LENGTHS]
    weights = [torch.from_numpy(rng.standard_normal((N_OUTPUTS, n, N_TRIALS))) for n in LENGTHS]
    whole = torch.zeros(17, 3, N_TRIALS, N_INPUTS, dtype=torch.float64)
    for k, own in enumerate(inputs):
        whole[: len(own), k] = own
    stacked = {name: torch.stack([p[name] for p in together]) for name in NAMES}
    found = LeakyEngine(network).outputs(stacked, whole, JointNoise(noises, (0, 5, 0)))  # type: ignore[arg-type]
    outputs = [found[k, :, :n] for k, n in enumerate(LENGTHS)]
    torch.stack([(z * w).sum() for z, w in zip(outputs, weights, strict=True)]).sum().backward()
    for k, p in enumerate(alone):
        wanted = LeakyEngine(network).outputs(p, inputs[k], noises[k])
        (wanted * weights[k]).sum().backward()
        np.testing.assert_allclose(outputs[k].detach(), wanted.detach(), rtol=1e-10, atol=1e-12)
        for name, array in p.items():
            np.testing.assert_allclose(together[k][name].grad, array.grad, rtol=1e-9, atol=1e-10, err_msg=name)


def experiment(**changes: Any) -> Experiment:
    training = {"updates": 6, "batch_size": 16, "validation_trials": 8, "evaluate_every": 3, "learning_rate": 0.01}
    training |= {"dtype": "float64"} | changes.pop("training", {})
    network = changes.pop("network", LeakyRNN(n_units=16, dt=20, excitatory=0.75, nonlinearity="gelu"))
    return Experiment(rl.tasks.get("random_dots_variable"), network, Training(**training), **changes)


def assert_same(runs: list[Run], wanted: list[Run], tolerance: float) -> None:
    for run, other in zip(runs, wanted, strict=True):
        assert run.experiment == other.experiment
        assert (run.update, run.progress.reason) == (other.update, other.progress.reason)
        np.testing.assert_allclose(run.history.losses, other.history.losses, rtol=tolerance, atol=tolerance)
        np.testing.assert_allclose(run.history.accuracies, other.history.accuracies)
        for name, array in run.parameters.items():
            np.testing.assert_allclose(array, other.parameters[name], rtol=tolerance, atol=tolerance)


def trained_alone(of: Experiment, seeds: Any, folder: Path) -> list[Run]:
    runs = []
    for seed in seeds:
        list(train(of.replace(seed=seed), folder / str(seed)))
        runs.append(rl.load(folder / str(seed)))
    return runs


NETWORKS: dict[str, LeakyRNN] = {
    "gelu, Dale": LeakyRNN(n_units=16, dt=20, excitatory=0.75, nonlinearity="gelu"),
    "rate form, all noises": LeakyRNN(n_units=15, dt=20, form="rate", noise=0.1, input_noise=0.1, output_noise=0.1),
    "rate form, noise on the drive": LeakyRNN(n_units=15, dt=20, form="rate", nonlinearity="tanh", noise_at="drive"),
    "sigmoid, ends in softmax": LeakyRNN(n_units=16, dt=20, nonlinearity="sigmoid", output_nonlinearity="softmax"),
    "damped, ends in sigmoid": LeakyRNN(n_units=15, dt=20, damping=0.1, output_nonlinearity="sigmoid"),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", NETWORKS)
def test_side_by_side_is_one_after_another(
    name: str, dtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit, or what differs grows from update to update. Durations are drawn anew for every batch, so the
    batches of two networks differ in length."""
    passes: list[int] = []
    found = SideBySide._find
    monkeypatch.setattr(SideBySide, "_find", lambda self, first: (passes.append(first.update), found(self, first)))
    monkeypatch.setattr(loops, "find_spec", lambda name: None)  # as where numba is not installed
    whole = experiment(network=NETWORKS[name], training={"dtype": dtype}).replace(
        task=rl.tasks.get("delayed_discrimination")
    )
    assert len({whole.task.sample(16, 20, seed=seed).inputs.shape[1] for seed in range(3)}) > 1
    runs = train_ensemble(whole, range(3))
    assert passes == list(range(6))  # one pass an update, for all three
    wanted = trained_alone(whole, range(3), tmp_path)
    assert_same(runs, wanted, 1e-9 if dtype == "float64" else 1e-5)
    if torch.backends.mkl.is_available():
        assert_same(runs, wanted, 0.0)
    assert all(run.path is None for run in runs)


@pytest.mark.parametrize(
    ("network", "batch_size"), [({"nonlinearity": "sigmoid", "n_units": 15}, 18), ({"n_units": 6}, 8)]
)
def test_what_would_end_in_other_bits_is_not_done_together(
    network: dict[str, Any], batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "find_spec", lambda name: None)
    monkeypatch.setattr(SideBySide, "_find", lambda *_: pytest.fail("in one pass"))
    few = experiment(network=LeakyRNN(dt=20, **network), training={"batch_size": batch_size, "updates": 1})
    train_ensemble(few, range(2), processes=1)


WAYS: dict[str, Experiment] = {
    "a penalty": experiment(training={"penalties": (L2(),)}),
    "compiled loops, where they are": experiment(network=LeakyRNN(n_units=8, dt=20), training={"dtype": "float32"}),
    "another cell": experiment(network=LSTM(n_units=4, dt=20)),
    "the plain engine": experiment(training={"engine": "autograd"}),
    "states carried over": experiment(network=LeakyRNN(n_units=8, dt=20, start="carried")),
    "ends of their own": experiment(training={"stop": (AccuracyReached(0.5),)}),
    "steered": experiment(steering=(rl.Change(3, "network.noise", 0.3), rl.Change(1, "training.learning_rate", 0.1))),
}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_cannot_go_along_learns_alone(way: str, tmp_path: Path) -> None:
    runs = train_ensemble(WAYS[way], [3, 1], processes=1)
    assert [run.experiment.seed for run in runs] == [3, 1]
    assert_same(runs, trained_alone(WAYS[way], [3, 1], tmp_path), 1e-9)


def test_one_that_diverges_leaves_the_others_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = experiment()
    wanted = trained_alone(whole, [0, 2], tmp_path)
    begin = LeakyRNN.initialise

    def initialise(self: LeakyRNN, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> Any:
        raw, seed = begin(self, n_inputs, n_outputs, rng), rng.bit_generator.seed_seq.entropy  # type: ignore[attr-defined]
        return raw | ({"W_out": raw["W_out"] * 1e200} if seed == 1 else {})

    monkeypatch.setattr(LeakyRNN, "initialise", initialise)
    runs = train_ensemble(whole, range(3))
    assert [run.progress.reason for run in runs] == ["updates", "diverged", "updates"]
    assert_same([runs[0], runs[2]], wanted, 1e-9)


def test_stopped_and_taken_up_again(tmp_path: Path) -> None:
    """One run further on than the other: both end as they would have."""
    whole = experiment(training={"save_every": 2})
    events = train(whole.replace(seed=1), tmp_path / "seed-1")
    while next(events).update < 4:
        pass
    events.close()
    with pytest.raises(RunError, match="holds a run already"):
        train_ensemble(whole, range(2), tmp_path)
    runs = train_ensemble(whole, range(2), tmp_path, resume=True)
    assert [run.path for run in runs] == [tmp_path / "seed-0", tmp_path / "seed-1"]
    assert_same(runs, trained_alone(whole, range(2), tmp_path / "alone"), 1e-9)


@pytest.mark.parametrize(
    ("seeds", "processes", "message"),
    [
        ((), None, "one or more whole numbers"),
        ((1, 1), None, "one or more whole numbers"),
        (4, None, r"seeds: 4: not one or more whole numbers that differ; give range\(8\)"),
        ("0-3", None, r"seeds: '0-3': not one or more"),
        ((1.5,), None, r"seeds: \(1.5,\): not one or more"),
        ([True], None, r"seeds: \[True\]: not one or more"),
        ((1,), 0, "give at least 1"),
    ],
)
def test_what_is_no_ensemble_is_refused(seeds: Any, processes: int | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train_ensemble(experiment(), seeds, processes=processes)


def test_what_is_no_experiment_is_refused() -> None:
    with pytest.raises(TypeError, match=r"train_ensemble: experiment: expected an Experiment, got a int; give rl\.Exp"):
        train_ensemble(3, range(2))  # type: ignore[arg-type]


def test_the_time_that_all_take_is_shared(tmp_path: Path) -> None:
    """The one whose turn comes first pays for the pass of all, so turns go round."""
    runs = train_ensemble(experiment(training={"updates": 9, "stop": (TimeBudget(seconds=1000),)}), range(3))
    assert all(run.progress.seconds > 0 for run in runs)


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny = ["--set", "training.updates=2", "--set", "training.batch_size=4", "--set", "training.validation_trials=4"]
    arguments = ["train", "flip_flop", *tiny, "--seeds", "0-1,4", "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seed-0", "seed-1", "seed-4"]
    said = capsys.readouterr()
    assert said.out.count("after 2 updates (all updates done)") == 3
    assert re.search(r"3 networks x 2 updates: .* 6/6 ", said.err)
    assert main(arguments) == 0  # nothing is left to do
    assert main(["train", "flip_flop", "--seeds", "0", "--seed", "1", "--out", str(tmp_path)]) == 2
    with pytest.raises(SystemExit):
        main(["train", "flip_flop", "--seeds", "3-1", "--out", str(tmp_path)])
    assert "is not a list of seeds" in capsys.readouterr().err


def test_runs_of_another_experiment_are_refused_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, whichever of the seeds it is, and without another process."""
    described = experiment(training={"updates": 2, "batch_size": 64})
    list(train(described.replace(seed=1, training__learning_rate=0.5), tmp_path / "seed-1"))
    monkeypatch.setattr("rnnlab.training.spread._started", lambda _: pytest.fail("a process was started"))
    with pytest.raises(RunError, match=r"seed-1: holds a run of another experiment; choose another folder"):
        train_ensemble(described, seeds=(0, 1), out=tmp_path, resume=True, processes=2)
    assert not (tmp_path / "seed-0").exists()
