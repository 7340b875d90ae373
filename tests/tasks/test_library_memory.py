"""Tasks of working memory against the published facts.

Times are milliseconds; where the original counts steps, one is 10 ms.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnlab import tasks
from tests.tasks.published import N, drawn, factor, input_of, shown, target_of


def test_numbers_are_recalled() -> None:
    for name, gain, low, high in (("memory_number", 1, 0, 1), ("memory_anti_number", -1, -2, 2)):
        value = input_of(name, "value", "stimulus")
        assert low <= value.min() < low + 0.02 * (high - low)
        assert high - 0.02 * (high - low) < value.max() <= high
        assert np.allclose(target_of(name, "value", "recall"), gain * value)
        assert not input_of(name, "recall", "delay").any()
        assert (input_of(name, "recall", "recall") == 1).all()
    assert (input_of("memory_number", "constant", "delay") == 1).all()


def test_opposite_angles_are_recalled() -> None:
    name = "memory_anti_angle"
    batch = shown(name)
    code = np.stack([target_of(name, f"angle_{i}", "recall") for i in range(3)], axis=1)
    seen = np.stack([input_of(name, f"angle_{i}", "stimulus") for i in range(3)], axis=1)
    assert np.allclose(code.sum(axis=1), 1, atol=1e-6)
    assert ((seen > 0).sum(axis=1) <= 2).all()
    i = int(np.argmin(np.abs(batch.factors["angle"])))  # an angle near 0 is opposite to between channels 1 and 2
    assert np.allclose(code[i], [0, 0.5, 0.5], atol=0.02)
    name = "memory_anti_direction"
    angle = factor(name, "angle")
    assert np.allclose(input_of(name, "cos", "stimulus"), 2 * np.cos(angle), atol=1e-6)
    assert np.allclose(target_of(name, "sin", "recall"), 2 * np.sin(angle + math.pi), atol=1e-6)


def test_sides_are_remembered() -> None:
    left = input_of("memory_side", "left", "stimulus")
    assert np.array_equal(target_of("memory_side", "left", "decision"), left)
    assert np.array_equal(input_of("memory_side", "right", "stimulus"), 1 - left)
    name = "delayed_decision"
    seen = np.stack([input_of(name, f"stimulus_{i}", "stimulus") for i in (0, 1)])
    assert np.array_equal(seen, np.stack([target_of(name, f"choice_{i}", "decision") for i in (0, 1)]))
    assert np.mean(seen.sum(axis=0) == 0) == pytest.approx(1 / 3, abs=0.04)
    assert (input_of(name, "go", "decision") == 1).all()


def test_a_block_makes_the_answer_zero() -> None:
    name = "block_decision"
    blocked, evidence = input_of(name, "block", "stimulus"), input_of(name, "evidence", "stimulus")
    assert np.array_equal(target_of(name, "choice", "decision"), np.where(blocked == 1, 0, np.sign(evidence)))


def test_one_of_five_states_is_held() -> None:
    name = "fixed_point_memory"
    for i in range(5):
        on = input_of(name, f"input_{i}", "stimulus")
        assert np.array_equal(on, factor(name, "state") == i)
        assert np.array_equal(target_of(name, f"state_{i}", "memory"), on)
        assert not input_of(name, f"input_{i}", "memory").any()
        assert not target_of(name, f"state_{i}", "stimulus").any()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_n_back_answers_15_to_25_steps_later_n_stimuli_back(n: int) -> None:
    batch = tasks.get("n_back", n=n).sample(20, noise=False)
    signs = np.stack([batch.factors[f"sign_{i}"] for i in range(5)], axis=1)
    inputs, targets = np.zeros((20, 200)), np.zeros((20, 200))
    for k in range(5):
        inputs[:, 40 * k : 40 * k + 10] = signs[:, k : k + 1]
        if k >= n:
            targets[:, 40 * k + 15 : 40 * k + 25] = signs[:, k - n : k - n + 1]
    assert np.array_equal(batch.inputs[:, :, 0], inputs)
    assert np.array_equal(batch.targets[:, :, 0], targets)


def test_the_last_cue_is_held() -> None:
    name = "cued_flip_flop"
    for i in range(3):
        side = factor(name, f"turn_{i}")
        for k in (0, 1):
            assert np.allclose(input_of(name, f"input_{k}", f"cue_{i}"), np.where(side == k, 1, 0.1))
            assert np.allclose(target_of(name, f"output_{k}", f"quiet_{i}"), np.where(side == k, 1, 0.1))
            assert np.allclose(input_of(name, f"input_{k}", f"quiet_{i}"), 0.1)


def test_every_stimulus_is_echoed() -> None:
    batch = drawn("echo")
    turns = batch.factors["n_turns"]
    assert np.allclose(np.bincount(turns.astype(int))[1:] / N, 0.2, atol=0.04)
    for trial in range(100):
        for i in range(5):
            spans = [batch.epochs[f"{what}_{i}"][trial] for what in ("pause", "stimulus", "echo")]
            lasted = [stop - start for start, stop in spans]
            assert all(5 <= n <= 16 for n in lasted) if i < turns[trial] else lasted == [0, 0, 0]
            for (start, stop), shown_level, target in zip(spans, (0, 1, 0), (0, 0, 1), strict=True):
                assert (batch.inputs[trial, start:stop] == shown_level).all()
                assert (batch.targets[trial, start:stop] == target).all()
                assert (batch.mask[trial, start:stop] == 1).all()
