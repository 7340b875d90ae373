"""The checks before training: can the answer be known, and is it known too early?"""

from __future__ import annotations

from typing import Any

import pytest

from rnnlab.analysis import design
from rnnlab.tasks import (
    Channel,
    Choice,
    Constant,
    Epoch,
    Factor,
    Gate,
    Hold,
    LargestMean,
    Product,
    PulseTrain,
    RunningSum,
    Several,
    SignOfMean,
    Task,
    Uniform,
    WithinTolerance,
    get,
)
from tests.analysis.designs import said, two_sides, with_catch, with_epoch, with_input

# -------------------------------------------------------------------------------------------------- answerable


def test_a_stimulus_that_was_taken_away_leaves_nothing_to_answer_from() -> None:
    task = with_input(with_input(two_sides(), 0), 1)
    found = design(task)
    verdict, sentence = said(found, "answerable")
    assert verdict == "problem"
    assert "side = 0 or 1" in sentence
    assert "response" in sentence


def test_a_hidden_factor_is_found_behind_one_that_is_shown() -> None:
    """Each trial shows a brightness of its own that says nothing: drawn at random no two trials would be alike."""
    task = two_sides(factors=(*two_sides().factors, Factor("brightness", Uniform(0.1, 1.0))))
    task = with_input(with_input(task, 0, Hold("brightness", epochs=("stimulus",))), 1)
    assert design(task)["answerable"].verdict == "problem"


def test_a_random_target_is_unanswerable_whatever_the_inputs_do() -> None:
    """Pulses on an input tell nothing of the pulses on the output."""
    pulses = PulseTrain(epochs=("response",), length=50, refractory=60, gap=50)
    task = two_sides(
        inputs=(Channel("noise", (PulseTrain(length=50, refractory=60, gap=50),)),),
        outputs=(Channel("out", (Hold(0.0), pulses)),),
        scoring=WithinTolerance(0.5),
    )
    assert design(task)["answerable"].verdict == "problem"


def test_a_target_that_looks_back_at_a_random_input_is_answerable() -> None:
    task = two_sides(
        inputs=(Channel("speed", (PulseTrain(length=50, refractory=60, gap=50),)),),
        outputs=(Channel("sum", (RunningSum("speed"),)),),
        scoring=WithinTolerance(0.5),
    )
    assert design(task)["answerable"].verdict == "good"


def test_an_onset_that_is_jittered_without_a_cue_cannot_be_known() -> None:
    """The target rises at the response, scored from the delay on; nothing on the inputs says when."""
    jittered = with_epoch(with_input(two_sides(), 2), "delay", duration=Uniform(200, 1200), scored=True)
    without_cue = jittered.replace(scoring=LargestMean(epochs=("response",)))
    assert said(design(without_cue), "answerable")[0] == "problem"
    with_cue = with_input(without_cue, 2, Hold(1.0, epochs=("response",)))
    assert said(design(with_cue), "answerable")[0] == "good"
    short = with_epoch(without_cue, "delay", duration=Uniform(450, 550), scored=True)
    verdict, sentence = said(design(short), "answerable")
    assert verdict == "note"
    assert "timing" in sentence and "100 ms" in sentence


def test_a_few_trials_without_evidence_are_worth_a_note() -> None:
    """A coherence of 0, as it is used to measure a bias: one condition in five."""
    task = get("perceptual_discrimination", coherences=(0.0, 0.1, 0.2, 0.3, 0.4))
    verdict, sentence = said(design(task), "answerable")
    assert verdict == "note"
    assert "20 % of the trials (coherence = 0) can only be guessed" in sentence


def test_undecidable_trials_count_as_often_as_they_come() -> None:
    task = get("perceptual_discrimination", coherences=(0.0, 0.1, 0.2, 0.3, 0.4))
    odds = Choice((0.0, 0.1, 0.2, 0.3, 0.4), weights=(96, 1, 1, 1, 1))
    task = task.replace(factors=tuple(f.replace(rule=odds) if f.name == "coherence" else f for f in task.factors))
    verdict, sentence = said(design(task), "answerable")
    assert verdict == "problem"
    assert "in 96 % of the trials (coherence = 0)" in sentence


def test_conditions_of_two_factors_are_named_too() -> None:
    """Which of ten functions of two bits needs only the first of them?"""
    found = design(get("delayed_logic"))["early"].sentence
    assert "(rule = 6 or 7; rule = 4 or 5 with first = 0; rule = 2 or 3 with first = 1)" in found


@pytest.mark.parametrize("scoring", [LargestMean(), WithinTolerance(0.5)])
def test_evidence_that_is_seldom_missing_is_worth_a_note(scoring: Any) -> None:
    shown = (
        Factor("there", Choice((0, 1), weights=(2, 98))),
        Factor("l", Product(("left", "there"))),
        Factor("r", Product(("side", "there"))),
    )
    task = two_sides(factors=(*two_sides().factors, *shown), scoring=scoring)
    task = with_input(with_input(task, 0, Hold("l", epochs=("stimulus",))), 1, Hold("r", epochs=("stimulus",)))
    verdict, sentence = said(design(task), "answerable")
    assert (verdict, "2.0 %" in sentence) == ("note", True)


def test_a_small_output_that_is_hidden_beside_a_large_one_that_is_shown() -> None:
    task = two_sides(
        factors=(Factor("x", Choice((0, 50, 100))), Factor("h", Choice((0, 1)))),
        epochs=(Epoch("response", Constant(300), scored=True),),
        inputs=(Channel("x", (Hold("x"),)),),
        outputs=(Channel("x", (Hold("x"),)), Channel("h", (Hold("h"),))),
        scoring=WithinTolerance(0.3),
    )
    verdict, sentence = said(design(task), "answerable")
    assert (verdict, "h = 0 or 1" in sentence) == ("problem", True)


@pytest.mark.parametrize("more", [(), (LargestMean(epochs=("response",)),)])
def test_a_short_answer_is_no_jittered_edge(more: Any) -> None:
    """150 ms of an answer that nothing shows, after 4 s of keeping still."""
    task = with_epoch(with_input(with_input(two_sides(), 0), 1), "response", duration=Constant(150))
    task = with_epoch(task, "delay", duration=Constant(4000), scored=True)
    found = design(task.replace(scoring=Several((WithinTolerance(0.5), *more))))
    assert found["answerable"].verdict == "problem"
    assert "None" not in found["memory"].sentence


# ------------------------------------------------------------------------------------------------------- early


@pytest.mark.parametrize("epochs", [(), ("fixation", "stimulus")])
def test_a_stimulus_that_is_there_from_the_start(epochs: tuple[str, ...]) -> None:
    task = with_input(with_input(two_sides(), 0, Hold("left", epochs=epochs)), 1, Hold("side", epochs=epochs))
    verdict, sentence = said(design(task), "early")
    assert verdict == "problem"
    assert "first step" in sentence


def test_a_hint_at_fixation_makes_the_stimulus_pointless() -> None:
    hint = with_input(two_sides(), 1, Hold("side", epochs=("stimulus",)), Hold("side", 0.1, epochs=("fixation",)))
    verdict, sentence = said(design(hint), "early")
    assert verdict == "problem"
    assert "known from 0 ms on (fixation)" in sentence


def test_a_hint_is_seen_beside_an_input_of_another_size() -> None:
    hint = with_input(two_sides(), 1, Hold("side", epochs=("stimulus",)), Hold("side", 0.1, epochs=("fixation",)))
    pressure = Channel("pressure", (Hold(101_325.0, epochs=("delay",)), Hold(101_320.0, epochs=("response",))))
    verdict, sentence = said(design(hint.replace(inputs=(*hint.inputs, pressure))), "early")
    assert verdict == "problem"
    assert "known from 0 ms on (fixation)" in sentence


def hinted(*where: str, odds: tuple[float, ...] = (3.0, 1.0)) -> Task:
    """The side is hinted at during fixation in trials in which these factors are 1; how strong it is shown varies."""
    task = two_sides()
    chosen = tuple(Factor(name, Choice((0, 1), weights=odds)) for name in where)
    factors = (*task.factors, *chosen, Factor("size", Uniform(0.5, 1)), Factor("hint", Product(("side", *where))))
    shown = tuple(Channel(name, (Hold(name),)) for name in where)
    left, right, go = task.inputs
    left = left.replace(signals=(Hold("size", epochs=("stimulus",), when="left"),))
    stimulus = Hold("size", epochs=("stimulus",), when="side")
    right = right.replace(signals=(stimulus, Hold("hint", 0.1, epochs=("fixation",))))
    return task.replace(factors=factors, inputs=(left, right, go, *shown))


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (("easy",), "Where easy = 1 (25 % of the trials)"),
        (("easy", "cued"), "Where cued = 1 with easy = 1 (6.2 % of the trials)"),
    ],
)
def test_a_hint_in_some_conditions_is_found_and_they_are_named(where: tuple[str, ...], words: str) -> None:
    """Of a factor that can take any value, too, only some values are compared."""
    verdict, sentence = said(design(hinted(*where)), "early")
    assert verdict == "note"
    assert sentence == f"{words} the answer is known from 0 ms on (fixation), before it is shown again."


def test_a_go_cue_and_a_distractor_after_the_stimulus_give_nothing_away() -> None:
    task = two_sides()
    distractor = Channel("distractor", (Hold("other", epochs=("delay",)),))
    task = task.replace(factors=(*task.factors, Factor("other", Choice((-1, 1)))), inputs=(*task.inputs, distractor))
    assert design(task)["early"].verdict == "good"


def test_trials_in_which_nothing_is_shown_are_not_given_away() -> None:
    """That nothing comes says what to do, yet nothing else is shown in vain."""
    verdict, sentence = said(design(with_catch(-0.5)), "early")
    assert verdict == "good"
    assert "1600 ms" in sentence, "300 + 500 + 800: when the test stimulus comes"


def test_what_is_given_away_is_counted_as_often_as_it_comes() -> None:
    """After a first 0, in one trial of five, "both" is false whatever the second is; after a 1 the second decides."""
    task = two_sides(
        factors=(
            Factor("first", Choice((0, 1), weights=(1, 4))),
            Factor("second", Choice((0, 1))),
            Factor("both", Gate("and", ("first", "second"))),
        ),
        inputs=(
            Channel("first", (Hold("first", epochs=("stimulus",), gain=2, offset=-1),)),
            Channel("second", (Hold("second", epochs=("delay",), gain=2, offset=-1),)),
        ),
        outputs=(Channel("choice", (Hold("both", epochs=("response",), gain=2, offset=-1),)),),
        scoring=SignOfMean(epochs=("response",)),
    )
    found = design(task)["early"]
    assert found.verdict == "note"
    assert found.sentence == (
        "In 20 % of the trials (first = 0) the answer is known in epoch stimulus, before epoch delay shows the rest."
    )
