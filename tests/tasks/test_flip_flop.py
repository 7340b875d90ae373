"""The flip-flop against the published facts of trainRNNbrain's task (10 time constants of 100 ms a trial)."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import Batch

N = 2000


@pytest.fixture(scope="module")
def batch() -> Batch:
    return tasks.flip_flop().sample(N, dt=10, seed=0, noise=False)


def onsets(batch: Batch) -> np.ndarray:
    """True where a pulse begins. One pulse that touches the next counts if the sign changes."""
    before = np.concatenate([np.zeros_like(batch.inputs[:, :1]), batch.inputs[:, :-1]], axis=1)
    return (batch.inputs != 0) & (batch.inputs != before)


def test_three_channels_in_and_out_judged_all_the_time(batch: Batch) -> None:
    assert batch.inputs.shape == batch.targets.shape == (N, 100, 3)
    assert (batch.mask == 1).all()


def test_pulses_are_plus_and_minus_one_equally_often(batch: Batch) -> None:
    assert set(np.unique(batch.inputs)) == {-1, 0, 1}
    assert batch.inputs[onsets(batch)].mean() == pytest.approx(0, abs=0.03)


def test_pulses_come_as_often_as_published(batch: Batch) -> None:
    """Exponential gaps at a rate of 6 a trial plus the refractory time leave about 3.5 pulses a channel."""
    assert onsets(batch).sum(axis=1).mean() == pytest.approx(3.4, abs=0.15)


def test_pulses_last_100_ms_and_keep_their_distance(batch: Batch) -> None:
    """Pulses of one sign in a row may touch, so lengths of runs are at least 10 steps, and gaps free."""
    for trial in range(100):
        for channel in range(3):
            trace = batch.inputs[trial, :, channel]
            changes = np.flatnonzero(np.diff(trace, prepend=0.0))
            runs = np.diff([*changes, 100])
            values = trace[changes]
            inner = runs[:-1][values[:-1] != 0]
            assert (inner >= 10).all()
            assert (inner % 10 == 0).all()


def test_waiting_times_are_exponential_on_top_of_the_refractory_time() -> None:
    batch = tasks.flip_flop(n_bits=1, trial=60_000, pulse=20, refractory=100).sample(40, seed=1)
    starts = onsets(batch)[:, :, 0]
    waits = np.concatenate([np.diff(np.flatnonzero(row)) for row in starts]) * 10.0
    assert waits.min() >= 100
    assert waits.mean() == pytest.approx(270, rel=0.03)
    assert waits.std() == pytest.approx(170, rel=0.05)


def test_targets_hold_the_last_pulse(batch: Batch) -> None:
    """Against a plain loop over the steps."""
    for trial in range(50):
        memory = np.zeros(3)
        for step in range(100):
            shown = batch.inputs[trial, step]
            memory = np.where(shown != 0, shown, memory)
            assert np.array_equal(batch.targets[trial, step], memory)


def test_channels_are_independent(batch: Batch) -> None:
    targets = batch.targets[:, -1]
    assert np.abs(np.corrcoef(targets.T) - np.eye(3)).max() < 0.07


def test_targets_do_not_see_the_noise() -> None:
    task = tasks.flip_flop(noise=0.2)
    assert np.array_equal(task.sample(20, seed=1).targets, tasks.flip_flop(noise=0).sample(20, seed=1).targets)


def test_scoring_is_the_fraction_of_settled_steps_within_the_tolerance() -> None:
    task = tasks.flip_flop(n_bits=2, grace=80, tolerance=0.5)
    batch = task.sample(300, seed=5)
    late = np.concatenate([np.zeros_like(batch.targets[:, :8]), batch.targets[:, :-8]], axis=1)
    assert task.score(late, batch).accuracy == 1
    later = np.concatenate([np.zeros_like(batch.targets[:, :9]), batch.targets[:, :-9]], axis=1)
    assert 0.9 < task.score(later, batch).accuracy < 1
    assert task.score(batch.targets + 0.49, batch).accuracy == 1
    assert task.score(batch.targets + 0.51, batch).accuracy == 0
    half = batch.targets.copy()
    half[:, :, 0] += 9
    assert task.score(half, batch).accuracy == pytest.approx(0.5, abs=0.02)
    assert task.score(half, batch).choices is None


@pytest.mark.parametrize("n_bits", [1, 2, 5])
def test_any_number_of_bits(n_bits: int) -> None:
    task = tasks.flip_flop(n_bits=n_bits)
    assert (task.n_inputs, task.n_outputs) == (n_bits, n_bits)
    fewer = task.sample(5, seed=2).inputs
    assert np.array_equal(fewer, tasks.flip_flop(n_bits=n_bits + 1).sample(5, seed=2).inputs[:, :, :n_bits])


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"n_bits": 0}, "n_bits"),
        ({"n_bits": 1.5}, "n_bits"),
        ({"n_bits": 1000}, "n_bits"),
        ({"refractory": 50}, "refractory"),
        ({"grace": 100}, "grace"),
        ({"grace": 80, "trial": 50}, "grace"),
        ({"amplitude": 0}, "amplitude"),
        ({"gap": 0}, "gap"),
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        tasks.flip_flop(**wrong)
    assert caught.value.path == f"flip_flop.{path}"


def test_a_pulse_shorter_than_a_step_is_refused() -> None:
    with pytest.raises(
        SpecError, match=r"task\.inputs\[0\]\.signals\[0\]\.length: 100 ms, shorter than .* dt = 200 ms"
    ):
        tasks.flip_flop(refractory=900, gap=900, trial=3000).sample(3, dt=200)
