"""Delayed discrimination against the published facts of PsychRNN's task (T = 2000 ms)."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import Batch

N = 4000
PAIRS = ((18, 10), (22, 14), (26, 18), (30, 22), (34, 26))


@pytest.fixture(scope="module")
def batch() -> Batch:
    return tasks.delayed_discrimination().sample(N, dt=10, seed=0, noise=False)


@pytest.mark.parametrize(
    ("epoch", "low", "high"),
    [
        ("fixation", 0, 250),
        ("stimulus_1", 100, 500),
        ("delay", 0, 500),
        ("stimulus_2", 100, 500),
        ("decision", 100, 250),
    ],
)
def test_epochs(batch: Batch, epoch: str, low: float, high: float) -> None:
    """Upper ends T/8, T/4, T/4, T/4, T/8; stimuli and decision last at least 100 ms."""
    lasted = np.diff(batch.epochs[epoch], axis=1)[:, 0] * 10
    assert low <= lasted.min() <= low + 10
    assert high - 10 <= lasted.max() <= high + 10
    assert lasted.mean() == pytest.approx((low + high) / 2, abs=10)


def test_pairs_come_equally_often_in_both_orders(batch: Batch) -> None:
    f1, f2 = batch.factors["f1"], batch.factors["f2"]
    for a, b in PAIRS:
        assert np.mean((f1 == a) & (f2 == b)) == pytest.approx(0.1, abs=0.02)
        assert np.mean((f1 == b) & (f2 == a)) == pytest.approx(0.1, abs=0.02)
    assert np.array_equal(batch.factors["difference"], f2 - f1)


def test_frequencies_are_coded_rising_and_falling(batch: Batch) -> None:
    f1, f2 = batch.factors["f1"][:, None], batch.factors["f2"][:, None]
    first, second = batch.window("stimulus_1"), batch.window("stimulus_2")
    frequency = np.where(first, f1, f2)
    shown = first | second
    rising = np.where(shown, 0.4 + 0.8 * (frequency - 10) / 24, 0)
    falling = np.where(shown, 0.4 + 0.8 * (34 - frequency) / 24, 0)
    assert np.allclose(batch.inputs, np.stack([rising, falling], axis=2), atol=1e-6)


def test_the_answer_is_given_in_the_decision_only(batch: Batch) -> None:
    decision = batch.window("decision")
    assert np.array_equal(batch.mask[:, :, 0] > 0, decision)
    assert not batch.targets[~decision].any()
    first_higher = (batch.factors["f1"] > batch.factors["f2"])[:, None]
    assert np.allclose(
        batch.targets[:, :, 0][decision], np.where(first_higher, 1.0, 0.2).repeat(batch.n_steps, 1)[decision]
    )
    assert np.allclose(
        batch.targets[:, :, 1][decision], np.where(first_higher, 0.2, 1.0).repeat(batch.n_steps, 1)[decision]
    )


def test_no_trial_is_without_a_decision(batch: Batch) -> None:
    assert (batch.mask.sum(axis=1) >= 9).all()


def test_trials_are_as_long_as_their_epochs(batch: Batch) -> None:
    assert len(np.unique(batch.lengths)) > 50
    assert np.array_equal(batch.lengths, batch.epochs["decision"][:, 1])


def test_pairs_can_be_changed() -> None:
    batch = tasks.delayed_discrimination(pairs=[(12, 30)]).sample(50)
    assert set(np.unique(batch.factors["f1"])) == {12, 30}
    assert set(np.unique(batch.factors["higher"])) == {30}


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"pairs": ((18, 10), (5, 5))}, "pairs[1]"),
        ({"pairs": ((18, 10, 3),)}, "pairs[0]"),
        ({"pairs": (18, 10)}, "pairs[0]"),
        ({"pairs": ()}, "pairs"),
        ({"decision": (0, 250)}, "decision"),
        ({"delay": (300, 100)}, "delay"),
        ({"high": 0.1}, "high"),
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        tasks.delayed_discrimination(**wrong)
    assert caught.value.path == f"delayed_discrimination.{path}"
