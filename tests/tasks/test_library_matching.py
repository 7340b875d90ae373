"""Tasks of matching and of delayed responses against the published facts.

Times are milliseconds; where the original counts steps, one is 10 ms.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.tasks import Batch
from tests.tasks.published import N, factor, input_of, level, shown, target_of


def test_vibrations_are_coded_twice_and_scored_by_the_worst_condition() -> None:
    name = "parametric_memory"
    for i in (1, 2):
        f = factor(name, f"f{i}")
        assert np.allclose(input_of(name, "rising", f"stimulus_{i}"), 0.2 + 0.4 + 0.8 * (f - 10) / 24)
        assert np.allclose(input_of(name, "falling", f"stimulus_{i}"), 0.2 + 0.4 + 0.8 * (34 - f) / 24)
    assert np.array_equal(target_of(name, "first_higher", "decision") == 1, factor(name, "f1") > factor(name, "f2"))
    batch = shown(name)
    one = (batch.factors["pair"] == 2) & (batch.factors["order"] == 0)
    half = np.where((one & (np.cumsum(one) % 2 == 0))[:, None, None], -batch.targets, batch.targets)
    assert batch.task.score(half, batch).accuracy == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("name", ["delayed_match_to_sample", "uncued_match_to_sample"])
def test_items_match_or_not(name: str) -> None:
    first, second = factor(name, "first"), factor(name, "second")
    assert np.array_equal(input_of(name, "item_a", "sample"), first == 0)
    assert np.array_equal(input_of(name, "item_b", "sample"), first == 1)
    assert np.array_equal(input_of(name, "item_b", "test"), second == 1)
    assert np.array_equal(target_of(name, "same", "decision"), first == second)
    assert np.array_equal(target_of(name, "different", "decision"), first != second)


def test_directions_are_gaussian_with_a_peak_of_0399() -> None:
    name = "match_to_category"
    angle = factor(name, "angle")
    for i in (0, 5, 15):
        d = np.abs((angle - 2 * math.pi * i / 16 + math.pi) % (2 * math.pi) - math.pi)
        assert np.allclose(
            input_of(name, f"direction_{i}", "stimulus"), np.exp(-(d**2) / 2) / math.sqrt(2 * math.pi), atol=1e-6
        )
    assert np.array_equal(target_of(name, "category_1", "response"), angle >= math.pi)


def test_colours_are_rewarded() -> None:
    name = "colour_matching"
    evidence = input_of(name, "evidence", "stimulus")
    assert np.allclose(np.unique(np.abs(evidence)), [0.05, 0.08, 0.1, 0.2, 0.3, 0.4, 0.8, 1])
    assert np.array_equal(target_of(name, "positive", "stimulus") == 1, evidence > 0)
    assert set(shown(name).epochs["stimulus"][:, 0]) == {50, 90, 130}
    twice = tasks.get(name, reward=2).sample(200)
    stimulus = twice.window("stimulus")
    worth = (twice.mask[:, :, 0] * stimulus).max(axis=1)
    assert np.array_equal(worth, np.where(twice.factors["signed_coherence"] > 0, 2, 1))
    assert (twice.mask[:, :, 0][twice.window("fixation")] == 1).all()


def test_only_a_then_x_is_the_target() -> None:
    name = "ax_cpt"
    a, x = input_of(name, "A", "cue"), input_of(name, "X", "probe")
    assert np.array_equal(a + input_of(name, "B", "cue"), np.ones(N))
    assert np.array_equal(target_of(name, "target", "response") == 1, (a == 1) & (x == 1))
    assert (input_of(name, "go", "probe") == 1).all()
    prepotent = tasks.get(name, odds=(0.69, 0.125, 0.125, 0.06))
    share = np.bincount(prepotent.sample(4000).factors["pair"].astype(int)) / 4000
    assert np.allclose(share, [0.69, 0.125, 0.125, 0.06], atol=0.025)


def plain(name: str) -> Batch:
    return tasks.get(name, smoothing=(20, 20)).sample(300, dt=20, seed=1, noise=False)


@pytest.mark.parametrize(("name", "anti"), [("delay_go", False), ("delay_anti", True)])
def test_go_and_anti(name: str, anti: bool) -> None:
    batch = plain(name)
    side = level(batch, batch.inputs[:, :, 2], "stimulus")
    assert np.array_equal(side, 1 - level(batch, batch.inputs[:, :, 1], "stimulus"))
    go = level(batch, batch.targets[:, :, 2], "go")
    assert np.array_equal(go, 1 - side if anti else side)
    assert np.array_equal(level(batch, batch.targets[:, :, 1], "go"), 1 - go)


@pytest.mark.parametrize(
    "name", ["delay_go", "delay_anti", "delay_go_angle", "delay_anti_angle", "delay_match", "delay_antimatch"]
)
def test_fixation_is_on_until_go(name: str) -> None:
    batch = plain(name)
    before = ~batch.window("go") & (np.arange(batch.n_steps) < batch.lengths[:, None])
    assert np.array_equal(batch.targets[:, :, 0], before)
    assert np.array_equal(batch.inputs[:, :, 0], before)
    assert not batch.targets[:, :, 1:][before].any()


@pytest.mark.parametrize(("name", "turn"), [("delay_go_angle", 0.0), ("delay_anti_angle", math.pi)])
def test_angles_are_sines_and_cosines(name: str, turn: float) -> None:
    batch = plain(name)
    angle = batch.factors["angle"]
    assert np.allclose(np.unique(angle), 2 * math.pi * np.arange(8) / 8)
    assert np.allclose(level(batch, batch.inputs[:, :, 1], "stimulus"), np.sin(angle), atol=1e-6)
    assert np.allclose(level(batch, batch.inputs[:, :, 2], "stimulus"), np.cos(angle), atol=1e-6)
    assert np.allclose(level(batch, batch.targets[:, :, 1], "go"), np.sin(angle + turn), atol=1e-6)
    assert np.allclose(level(batch, batch.targets[:, :, 2], "go"), np.cos(angle + turn), atol=1e-6)


@pytest.mark.parametrize(("name", "match"), [("delay_match", True), ("delay_antimatch", False)])
def test_a_response_is_made_on_the_second_side_or_not_at_all(name: str, match: bool) -> None:
    batch = plain(name)
    first, second = (level(batch, batch.inputs[:, :, 2], epoch) for epoch in ("first", "second"))
    responds = (first == second) == match
    for k in (0, 1):
        assert np.array_equal(level(batch, batch.targets[:, :, 1 + k], "go"), responds & (second == k))
    choices = batch.task.score(batch.targets, batch).choices
    assert np.array_equal(choices, np.where(responds, second, -1))


def test_inputs_are_smoothed_over_up_to_400_ms() -> None:
    batch = tasks.get("delay_go").sample(200, dt=20, seed=1, noise=False)
    width = batch.factors["smoothing"]
    assert 20 <= width.min() < 60
    assert 360 < width.max() <= 400
    for trial in np.flatnonzero(width < 280):
        off = batch.epochs["go"][trial, 0]
        falling = batch.inputs[trial, off : off + 15, 0]
        steps = max(1, math.floor(width[trial] / 20 + 0.5))
        assert np.allclose(falling, np.maximum(0, 1 - np.arange(1, 16) / steps), atol=1e-5)
