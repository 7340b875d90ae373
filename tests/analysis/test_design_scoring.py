"""The checks before training: do mask, target and scoring agree, and how far does a constant answer get?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnlab.analysis import design
from rnnlab.analysis.design._case import Case
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    Channel,
    Choice,
    Factor,
    FirstCrossing,
    Gate,
    Hold,
    LargestMean,
    Lookup,
    Several,
    SignOfMean,
    WithinTolerance,
)
from rnnlab.tasks.scoring import AnyScoring
from tests.analysis.designs import said, two_sides, with_catch, with_epoch

# -------------------------------------------------------------------------------------------------------- mask


def test_targets_below_the_threshold_of_a_crossing_get_no_choice() -> None:
    high = two_sides(scoring=FirstCrossing(0.8, epochs=("response",)))
    assert design(high)["mask"].verdict == "good"
    both = tuple(Channel(name, (Hold("target_0", epochs=("response",)),)) for name in ("a", "b"))
    task = high.replace(outputs=both, scoring=LargestMean())
    verdict, sentence = said(design(task), "mask")
    assert verdict == "problem"
    assert "equally large" in sentence


def test_a_mask_on_steps_without_a_target_is_caught() -> None:
    """The scoring reads the choice in the delay, where no output has anything to say."""
    task = with_epoch(two_sides(), "delay", scored=True)
    verdict, sentence = said(design(task.replace(scoring=LargestMean(epochs=("delay",)))), "mask")
    assert (verdict, "100 %" in sentence) == ("problem", True)
    with pytest.raises(SpecError, match="no target in the scored epoch"):
        with_epoch(two_sides(), "stimulus", scored=True)


def test_a_target_on_the_boundary_between_two_answers_is_missed_by_half_of_all_errors() -> None:
    task = with_catch()
    batch = task.sample(1000, 10, seed=1, noise=False)
    slightly_off = batch.targets + np.random.default_rng(0).normal(0, 0.01, batch.targets.shape)
    wrong = task.score(slightly_off, batch).correct == 0
    # of the catch trials about half, of the others none
    assert 0.3 < wrong[batch.factors["catch"] == 1].mean() < 0.7
    assert not wrong[batch.factors["catch"] == 0].any()
    found = design(task)["mask"]
    assert found.verdict == "problem"
    assert found.sentence.startswith("In 10 % of the trials (catch = 1) the target in response lies on the boundary")
    assert "away from the boundary" in found.remedy and "`only`" in found.remedy


@pytest.mark.parametrize(("level", "only"), [(-0.5, ""), (0.0, "shown")])
def test_either_remedy_takes_the_target_off_the_boundary(level: float, only: str) -> None:
    assert design(with_catch(level, only))["mask"].verdict == "good"


@pytest.mark.parametrize(("threshold", "verdict"), [(1.0, "problem"), (0.8, "good")])
def test_a_target_exactly_at_the_threshold(threshold: float, verdict: str) -> None:
    """The largest target is 1: a little less, and it never crosses a threshold of 1."""
    assert design(two_sides(scoring=FirstCrossing(threshold, epochs=("response",))))["mask"].verdict == verdict


@pytest.mark.parametrize(
    "scoring",
    [FirstCrossing(1.5, epochs=("response",)), LargestMean(threshold=1.5), Several((LargestMean(threshold=1.5),))],
)
def test_a_threshold_that_no_target_reaches(scoring: AnyScoring) -> None:
    """Silence is always right, and so are the targets."""
    verdict, sentence = said(design(two_sides(scoring=scoring)), "mask")
    assert verdict == "problem"
    assert sentence.startswith("No target reaches a threshold of 1.5 in any trial")


# ---------------------------------------------------------------------------------------------------- constant


def test_a_stated_chance_above_the_best_constant_answer_is_noted() -> None:
    verdict, sentence = said(design(two_sides(scoring=LargestMean(chance=0.8))), "constant")
    assert (verdict, "less than the chance level that is stated" in sentence) == ("note", True)
    go = two_sides(scoring=LargestMean(threshold=0.5))
    go = go.replace(outputs=go.outputs[:1])
    assert said(design(go), "constant") == ("good", "Chance is 50 %, and the best constant answer scores 50 %.")


def test_the_best_constant_answer_is_the_commonest_one() -> None:
    task = two_sides()
    odds = task.replace(factors=(Factor("side", Choice((0, 1), weights=(3, 1))), *task.factors[1:]))
    found = design(odds)
    assert (found.constant, found["constant"].verdict) == (0.75, "note")
    same = odds.replace(scoring=LargestMean(chance=0.75))
    assert design(same)["constant"].verdict == "good"


def test_a_task_that_always_asks_for_the_same() -> None:
    outputs = (Channel("a", (Hold(1.0, epochs=("response",)),)), Channel("b", (Hold(0.0, epochs=("response",)),)))
    found = design(two_sides(outputs=outputs))
    assert (found.constant, found["constant"].verdict) == (1.0, "problem")


def test_the_best_level_of_each_output_is_found_where_values_are_judged() -> None:
    """0, 1 and 2 equally often, right within 0.6: a constant 0.5 or 1.5 is right for two of three."""
    task = two_sides(
        factors=(Factor("side", Choice((0, 1, 2))), Factor("left", Lookup("side", (1.0, 0.5, 0.0)))),
        outputs=(Channel("value", (Hold("side", epochs=("response",)),)),),
        scoring=WithinTolerance(0.6),
    )
    assert design(task).constant == pytest.approx(2 / 3, abs=0.01)


def test_the_best_constant_is_on_the_better_side_of_a_boundary() -> None:
    """Targets are +1 in 45 % of the trials, -1 in 45 % and 0 in 10 %; what is not above 0 is one answer."""
    task = with_catch()
    held = np.full((3600, 230, 1), -0.001)
    assert task.score(held, task.sample(3600, 10, seed=0, balanced=True)).accuracy == pytest.approx(0.55, abs=0.05)
    assert design(task).constant == pytest.approx(0.55, abs=1e-9)


def test_the_better_side_may_lie_just_above_targets() -> None:
    """Targets are 0 and 1: what is right for 1 lies above 0, what is right for 0 does not."""
    task = two_sides(
        factors=(Factor("side", Choice((0, 1), weights=(3, 1))), Factor("left", Gate("not", ("side",)))),
        outputs=(Channel("value", (Hold("side", epochs=("response",)),)),),
        scoring=SignOfMean(),
    )
    assert design(task).constant == 0.75
    often = task.replace(factors=(Factor("side", Choice((0, 1), weights=(1, 3))), *task.factors[1:]))
    assert design(often).constant == 0.75


def test_rare_conditions_come_in_their_share_where_trials_are_counted() -> None:
    """36 pairs of 0.9 / 36 and 36 of 0.1 / 36: the least trials in which all come a whole number of times are 360."""
    case = Case(with_catch(), 10.0, None, 128, 0)
    assert (case.exact, case.drawn.n_trials) == (True, 360)
    assert case.drawn.factors["catch"].mean() == pytest.approx(0.1)
    odd = (*with_catch().factors[:5], Factor("catch", Choice((0, 1), weights=(math.pi, 1))), with_catch().factors[6])
    assert not Case(with_catch().replace(factors=odd), 10.0, None, 128, 0).exact
