"""Logic, functions, integration and patterns in time against the published facts.

Times are milliseconds; where the original counts steps, one is 10 ms.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnlab import tasks
from tests.tasks.published import N, drawn, factor, input_of, level, shown, target_of

# -------------------------------------------------------------------------------------------------- logic

TRUTH = {
    "xor": lambda a, b: a ^ b, "xnor": lambda a, b: 1 - (a ^ b), "or": lambda a, b: a | b,
    "nor": lambda a, b: 1 - (a | b), "and": lambda a, b: a & b, "nand": lambda a, b: 1 - (a & b),
    "first": lambda a, b: a, "not_first": lambda a, b: 1 - a, "second": lambda a, b: b,
    "not_second": lambda a, b: 1 - b,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rule"),
    [("delayed_xor", "xor"), ("delayed_or", "or"), ("delayed_and", "and"), ("memory_saccade", "first")],
)
def test_delayed_logic_of_one_rule(name: str, rule: str) -> None:
    first, second = (input_of(name, "stimulus_1", epoch).astype(int) for epoch in ("first", "second"))
    assert np.array_equal(input_of(name, "stimulus_0", "first"), 1 - first)
    answer = TRUTH[rule](first, second)
    assert np.array_equal(target_of(name, "yes", "response") == 1, answer == 1)
    assert np.array_equal(target_of(name, "no", "response") == 1, answer == 0)
    assert (input_of(name, "go", "go") == 1).all()
    assert not input_of(name, "go", "response").any()


def test_delayed_logic_of_ten_rules() -> None:
    name = "delayed_logic"
    first, second = (input_of(name, "stimulus_1", epoch).astype(int) for epoch in ("first", "second"))
    cues = np.stack([input_of(name, f"rule_{rule}", "gap") for rule in TRUTH], axis=1)
    assert np.array_equal(cues.sum(axis=1), np.ones(N))
    yes = target_of(name, "yes", "response") == 1
    for k, truth in enumerate(TRUTH.values()):
        rows = cues[:, k] == 1
        assert np.array_equal(yes[rows], truth(first, second)[rows] == 1)


@pytest.mark.parametrize(("rule", "truth"), [(0, "xor"), (1, "or"), (2, "and"), (3, "first")])
def test_delayed_logic_without_a_cue(rule: int, truth: str) -> None:
    batch = tasks.get("uncued_delayed_logic", rule=rule).sample(300, dt=10, seed=1)
    assert batch.task.input_names == ("stimulus_0", "stimulus_1")
    first, second = (level(batch, batch.inputs[:, :, 1], epoch).astype(int) for epoch in ("first", "second"))
    assert np.array_equal(level(batch, batch.inputs[:, :, 0], "second"), 1 - second)
    assert np.array_equal(level(batch, batch.targets[:, :, 1], "response") == 1, TRUTH[truth](first, second) == 1)
    yes = np.mean(TRUTH[truth](first, second))
    score = batch.task.score(batch.targets, batch)
    assert score.chance == pytest.approx(max(yes, 1 - yes), abs=0.08)
    assert np.array_equal(np.diff(batch.epochs["gap"], axis=1) >= 5, np.ones((300, 1), dtype=bool))


def test_logic_of_bits_shown_together() -> None:
    a, b = (input_of("xor", f"bit_{i}_is_1", "decision") for i in (1, 2))
    assert np.array_equal(input_of("xor", "bit_1_is_0", "look"), 1 - a)
    assert np.array_equal(target_of("xor", "equal", "decision"), a == b)
    assert np.array_equal(target_of("xor", "different", "decision"), a != b)
    a, b = (input_of("half_adder", f"bit_{i}", "decision") for i in (0, 1))
    assert np.array_equal(target_of("half_adder", "odd", "decision"), (a + b) % 2)


def test_go_identity_and_square() -> None:
    value = input_of("go_nogo", "value", "decision")
    assert np.array_equal(target_of("go_nogo", "go", "decision"), value > 0.5)
    assert not input_of("go_nogo", "cue", "stimulus").any()
    assert (input_of("go_nogo", "constant", "onset") == 1).all()
    batch = shown("identity")
    assert np.array_equal(batch.inputs, batch.targets)
    assert (batch.inputs >= 0).all()
    assert (batch.inputs < 1).all()
    value = input_of("square", "value", "decision")
    assert np.allclose(target_of("square", "square", "decision"), value**2)


# --------------------------------------------------------------------------- integration, patterns in time


@pytest.mark.parametrize("name", ["integration", "integration_pulse"])
def test_sums_are_integrals_on_the_side_of_their_sign(name: str) -> None:
    batch = shown(name)
    assert not (batch.inputs[:, :, 0] * batch.inputs[:, :, 1]).any()
    total = np.cumsum(batch.inputs[:, :, 0].astype(float) - batch.inputs[:, :, 1], axis=1) * 0.01
    assert np.allclose(batch.targets[:, :, 0], np.maximum(total, 0), atol=1e-5)
    assert np.allclose(batch.targets[:, :, 1], np.maximum(-total, 0), atol=1e-5)
    assert (batch.inputs[:, :, 2] == 1).all()


def test_blocks_have_random_strength_and_gaps() -> None:
    batch = shown("integration")
    speed = batch.inputs[:, :, 0] - batch.inputs[:, :, 1]
    changes = np.diff(speed, axis=1) != 0
    assert np.abs(speed).max() <= 1
    assert speed.mean() == pytest.approx(0, abs=0.03)
    assert 8 < changes.sum(axis=1).mean() < 16
    gaps = (speed == 0).mean()
    assert gaps == pytest.approx(1 / 3, abs=0.05)


@pytest.mark.parametrize(("name", "turning"), [("angle_integration", 15.0), ("angle_integration_pulse", 4.0)])
def test_turned_angles_are_shown_by_two_neighbours(name: str, turning: float) -> None:
    batch = shown(name)
    speed = batch.inputs[:, :, 0].astype(float) - batch.inputs[:, :, 1]
    angle = turning * 0.01 * np.cumsum(speed, axis=1)
    judged = batch.mask > 0
    for i in range(3):
        d = np.abs((angle - 2 * math.pi * i / 3 + math.pi) % (2 * math.pi) - math.pi)
        wanted = np.maximum(0, 1 - d / (2 * math.pi / 3))
        assert np.allclose(batch.targets[:, :, i][judged[:, :, i]], wanted[judged[:, :, i]], atol=1e-4)
    if name == "angle_integration":
        assert 7 < 1 + (np.diff(speed, axis=1) != 0).sum(axis=1).mean() < 13  # about ten blocks


def test_angles_are_added() -> None:
    name = "angle_addition"
    total = factor(name, "angle_1") + factor(name, "angle_2")
    for i in range(6):
        d = np.abs((total - 2 * math.pi * i / 6 + math.pi) % (2 * math.pi) - math.pi)
        wanted = np.maximum(0, 1 - d / (2 * math.pi / 6))
        assert np.allclose(target_of(name, f"sum_{i}", "answer"), wanted, atol=1e-5)
    assert np.allclose(sum(input_of(name, f"first_{i}", "answer") for i in range(6)), 1, atol=1e-6)


def test_eyes_move_in_the_eight_sequences() -> None:
    name = "eye_sequences"
    sequences = ((5, 1, 0), (3, 1, 2), (3, 7, 8), (5, 7, 6), (5, 1, 2), (3, 1, 0), (3, 7, 6), (5, 7, 8))
    which = factor(name, "sequence").astype(int)
    assert np.array_equal(input_of(name, "dot_4", "fixation"), np.ones(N))
    for movement in range(3):
        epoch = f"movement_{movement + 1}"
        dot = np.array([s[movement] for s in sequences])[which]
        assert np.allclose(target_of(name, "x", epoch), (dot % 3 - 1) / 2)
        assert np.allclose(target_of(name, "y", epoch), (1 - dot // 3) / 2)
        lit = np.stack([input_of(name, f"dot_{k}", epoch) for k in range(9)], axis=1)
        assert np.array_equal(lit.sum(axis=1), np.full(N, 3))  # the present dot and two options
        assert (lit[np.arange(N), dot] == 1).all()
    for k in range(8):
        assert np.array_equal(input_of(name, f"cue_{k}", "rest"), which == k)


def test_the_sine_wave() -> None:
    batch = drawn("sine_wave")
    assert np.allclose(batch.targets[0, :, 0], 0.9 * np.sin(2 * np.pi * batch.time / 800), atol=1e-6)
