"""The checks before training: nothing in the catalogue is a problem, and each check catches what it is for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from rnnlab.analysis import Design, design
from rnnlab.analysis.design._case import Case
from rnnlab.analysis.design._pool import pool
from rnnlab.networks import LSTM, LeakyRNN
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    TASKS,
    Channel,
    Choice,
    Compare,
    Constant,
    Epoch,
    Factor,
    FirstCrossing,
    Gate,
    Hold,
    LargestMean,
    Lookup,
    Noise,
    Product,
    PulseTrain,
    RunningSum,
    Several,
    SignOfMean,
    Task,
    Uniform,
    WithinTolerance,
    from_function,
    get,
    share_durations,
)
from tests.tasks.test_random_tasks import assemble, parts

NAMES = ("answerable", "mask", "conditions", "constant", "early", "memory", "time_constants", "unused")

EXPECTED: dict[str, dict[str, str]] = {
    # f1 at either end of its range can only be the higher or only the lower of its pair
    "delayed_discrimination": {"early": "note"},
    # the same pairs, over a delay of up to 3.5 s
    "parametric_memory": {"early": "note", "memory": "note"},
    # after cue B every probe asks for the same answer
    "ax_cpt": {"early": "note"},
    # a true first input decides "or", a false one decides "and"; so it is for the gates with these among them
    "delayed_or": {"early": "note"},
    "delayed_and": {"early": "note"},
    "delayed_logic": {"early": "note"},
    # a trial that is blocked asks for no answer, whatever the stimulus will be
    "block_decision": {"early": "note"},
    # delays of up to 1.6 s and more, over 20 time constants of 100 ms
    "delay_go": {"memory": "note"},
    "delay_anti": {"memory": "note"},
    "delay_go_angle": {"memory": "note"},
    "delay_anti_angle": {"memory": "note"},
    "delay_match": {"memory": "note"},
    "delay_antimatch": {"memory": "note"},
    "memory_anti_number": {"memory": "note"},
    "memory_anti_direction": {"memory": "note"},
    # the heading at the start of the trial matters until its end
    "angle_integration": {"memory": "note"},
    # the echo ends at a jittered time that no input tells, and lasts as little as 50 ms
    "echo": {"answerable": "note", "time_constants": "note"},
    # six output channels read an angle coarsely: between two neighbouring answers a constant is right for both
    "angle_addition": {"constant": "note"},
}
"""Task -> what its checks say that is not good, with the reason."""


@pytest.mark.parametrize("name", TASKS)
def test_a_task_of_the_catalogue_has_no_problem_and_the_notes_it_deserves(name: str) -> None:
    found = design(get(name))
    assert tuple(check.name for check in found.checks) == NAMES
    verdicts = {check.name: check.verdict for check in found.checks if check.verdict != "good"}
    assert verdicts == EXPECTED.get(name, {}), [c.sentence for c in found.checks if c.verdict != "good"]
    assert all(check.remedy for check in found.checks if check.verdict != "good")
    assert all(check.sentence for check in found.checks)


# ------------------------------------------------------------------------------------------- a task made by hand


def two_sides(**changes: Any) -> Task:
    """Fixation 300 ms, a stimulus on one of two sides for 400 ms, a delay of 500 ms, a response of 300 ms."""
    parts: dict[str, Any] = {
        "name": "two sides",
        "factors": (
            Factor("side", Choice((0, 1))),
            Factor("left", Gate("not", ("side",))),
            Factor("target_0", Lookup("side", (1.0, 0.0))),
            Factor("target_1", Lookup("side", (0.0, 1.0))),
        ),
        "epochs": (
            Epoch("fixation", Constant(300)),
            Epoch("stimulus", Constant(400)),
            Epoch("delay", Constant(500)),
            Epoch("response", Constant(300), scored=True),
        ),
        "inputs": (
            Channel("left", (Hold("left", epochs=("stimulus",)),)),
            Channel("right", (Hold("side", epochs=("stimulus",)),)),
            Channel("go", (Hold(1.0, epochs=("response",)),)),
        ),
        "outputs": (
            Channel("choose left", (Hold("target_0", epochs=("response",)), Hold(0.0, epochs=("delay",)))),
            Channel("choose right", (Hold("target_1", epochs=("response",)), Hold(0.0, epochs=("delay",)))),
        ),
        "scoring": LargestMean(),
    }
    return Task(**parts | changes)


def with_input(task: Task, i: int, *signals: Any) -> Task:
    inputs = list(task.inputs)
    inputs[i] = inputs[i].replace(signals=signals)
    return task.replace(inputs=tuple(inputs))


def with_epoch(task: Task, name: str, **changes: Any) -> Task:
    return task.replace(epochs=tuple(e.replace(**changes) if e.name == name else e for e in task.epochs))


def said(found: Design, name: str) -> tuple[str, str]:
    return found[name].verdict, found[name].sentence


def test_a_sound_task_passes_every_check_with_the_right_numbers() -> None:
    found = design(two_sides())
    assert {check.verdict for check in found.checks} == {"good"}, found.facts()
    # The stimulus ends with the step at 690 ms; the last scored step is the one at 1490 ms.
    assert found.memory == 800
    assert (found.chance, found.constant) == (0.5, 0.5)
    assert "known from 300 ms on (stimulus)" in found["early"].sentence
    assert found.problems == ()


# ----------------------------------------------------------------------------- a match task with trials without stimuli


def with_catch(level: float = 0.0, only: str = "") -> Task:
    """Do two of six stimuli belong to the same half? +1 or -1; in one trial of ten nothing is shown, for ``level``."""
    shown = {"when": "shown"}
    return Task(
        name="match with catch",
        factors=(
            Factor("sample", Choice(range(6))),
            Factor("test", Choice(range(6))),
            Factor("one", Compare("sample", ">=", 3)),
            Factor("other", Compare("test", ">=", 3)),
            Factor("match", Compare("one", "==", "other")),
            Factor("catch", Choice((0, 1), weights=(0.9, 0.1))),
            Factor("shown", Compare("catch", "==", 0)),
        ),
        epochs=(
            Epoch("fixation", Constant(300), scored=True),
            Epoch("sample", Constant(500)),
            Epoch("delay", Constant(800)),
            Epoch("test", Constant(300)),
            Epoch("response", Constant(400), scored=True),
        ),
        inputs=(
            Channel("fixation", (Hold(1.0, epochs=("fixation", "sample", "delay", "test")),)),
            Channel(
                "stimulus",
                (*tuple(Hold(x, epochs=(x,), gain=0.4, offset=-1.1, **shown) for x in ("sample", "test")), Noise(0.05)),
            ),
        ),
        outputs=(
            Channel(
                "choice",
                (
                    Hold(0.0, epochs=("fixation",)),
                    Hold("match", epochs=("response",), gain=2.0, offset=-1.0, **shown),
                    Hold("catch", epochs=("response",), gain=level),
                ),
            ),
        ),
        scoring=SignOfMean(epochs=("response",), only=only),
    )


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


# -------------------------------------------------------------------------------------------------- conditions


def test_shares_are_the_odds() -> None:
    task = two_sides()
    odds = task.replace(factors=(Factor("side", Choice((0, 1), weights=(3, 1))), *task.factors[1:]))
    (share,) = design(odds).shares
    assert (share.factor, share.levels.tolist(), share.share.tolist()) == ("side", [0.0, 1.0], [0.75, 0.25])


@pytest.mark.parametrize(("weights", "expected"), [((1, 0), "never comes"), ((999, 1), "0.1 %"), ((9, 1), "")])
def test_a_value_that_never_or_hardly_comes(weights: tuple[float, ...], expected: str) -> None:
    task = two_sides()
    odds = task.replace(factors=(Factor("side", Choice((0, 1), weights=weights)), *task.factors[1:]))
    verdict, sentence = said(design(odds), "conditions")
    assert verdict == ("note" if expected else "good")
    assert expected in sentence


def test_a_task_in_which_no_trial_counts() -> None:
    factors = (*two_sides().factors, Factor("counts", Constant(0)))
    task = two_sides(factors=factors, scoring=LargestMean(only="counts"))
    assert design(task)["conditions"].verdict == "problem"


# ---------------------------------------------------------------------------------------------------- constant


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
    assert "1 600 ms" in sentence, "300 + 500 + 800: when the test stimulus comes"


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
        "In 20 % of the trials (first = 0) the answer is known in stimulus, before delay is shown."
    )


# ------------------------------------------------------------------------------------------------------- unused


def test_what_nothing_refers_to_is_worth_a_note() -> None:
    task = two_sides()
    zero = Hold(0.0, epochs=("response",))
    left_over = task.replace(
        factors=(*task.factors, Factor("colour", Choice((0, 1))), Factor("label", Gate("not", ("side",)))),
        inputs=(*task.inputs, Channel("spare"), Channel("hum", (Noise(0.1),))),
        outputs=(*task.outputs, Channel("idle", (zero,))),
    )
    found = design(left_over)["unused"]
    assert found.verdict == "note"
    assert found.sentence == (
        "No part of the task refers to the factor colour. The input spare is 0 in all trials. "
        "The output idle is asked for 0 at every scored step."
    )
    assert found.remedy.count(".") == 3


def test_a_derived_factor_may_label_the_trials() -> None:
    task = two_sides()
    labelled = task.replace(factors=(*task.factors, Factor("label", Gate("not", ("side",)))))
    verdict, sentence = said(design(labelled), "unused")
    assert (verdict, "The factor label only labels the trials." in sentence) == ("good", True)


# ---------------------------------------------------------------------------------------------- memory and time


def test_the_memory_span_is_the_longest_delay_there_can_be() -> None:
    task = with_epoch(two_sides(), "delay", duration=Uniform(100, 900))
    # From the end of the stimulus: at most 900 ms of delay, 300 of response.
    assert design(task).memory == pytest.approx(1200, abs=10)


def test_what_is_still_shown_needs_no_memory() -> None:
    task = with_input(with_input(two_sides(), 0, Hold("left")), 1, Hold("side"))
    found = design(task)
    assert (found.memory, found["memory"].verdict) == (0, "good")


def test_a_sum_remembers_its_first_pulse() -> None:
    task = two_sides(
        inputs=(Channel("speed", (PulseTrain(length=50, refractory=200, gap=50),)),),
        outputs=(Channel("sum", (RunningSum("speed", gain=10),)),),
        scoring=WithinTolerance(0.5),
    )
    assert design(task).memory > 800, "from within the first part of 1500 ms to its end"


def two_durations(first: str, inputs: tuple[Channel, ...], durations: tuple[float, float], start: float) -> Task:
    """An epoch, then one of two that last differently, then a response of 300 ms that asks which."""
    outputs = tuple(Channel(name, (Hold(name, epochs=("response",)),)) for name in ("target_0", "target_1"))
    short, long = durations
    return two_sides(
        epochs=(
            Epoch(first, Constant(start)),
            Epoch("short", Constant(short), when="left"),
            Epoch("long", Constant(long), when="side"),
            Epoch("response", Constant(300), scored=True),
        ),
        inputs=(*inputs, Channel("go", (Hold(1.0, epochs=("response",)),))),
        outputs=outputs,
    )


def test_which_of_two_tones_was_longer_needs_the_shorter_one_and_the_response() -> None:
    """Looking back from the end of the response, 300 ms of it and 300 ms of tone are the same."""
    tone = Channel("tone", (Hold(1.0, epochs=("short", "long")),))
    found = design(two_durations("fixation", (tone,), (300, 600), 300))
    assert found.memory == 600
    assert said(found, "early")[0] == "note", "every answer has a timing of its own"


def test_delays_of_two_lengths_after_two_stimuli() -> None:
    """After the shorter delay its stimulus is 800 ms ago at the end of the response."""
    sides = (Channel("l", (Hold("left", epochs=("stimulus",)),)), Channel("r", (Hold("side", epochs=("stimulus",)),)))
    assert design(two_durations("stimulus", sides, (500, 1500), 400)).memory == 800


def test_a_count_of_clicks_remembers_the_first_click() -> None:
    """800 ms of clicks, the first of them within the first 200 ms or so, then a response of 300 ms."""
    clicks = PulseTrain(epochs=("stimulus",), length=20, refractory=40, gap=40, signs="positive")
    task = with_epoch(two_sides(), "stimulus", duration=Constant(800))
    task = with_epoch(task, "delay", duration=Constant(10)).replace(
        inputs=(Channel("clicks", (clicks,)),),
        outputs=(Channel("count", (RunningSum("clicks", gain=50),)),),
        scoring=WithinTolerance(0.1),
    )
    assert 850 < design(task).memory <= 1110


@pytest.mark.parametrize(
    ("delay", "network", "verdict"),
    [
        (500, None, "good"),
        (2500, None, "note"),
        (2500, LeakyRNN(tau=200), "good"),
        (2500, LeakyRNN(n_units=2, tau=(20, 250)), "good"),
        (2500, LeakyRNN(tau=50), "note"),
        (12_000, None, "problem"),
        (2500, LSTM(), "good"),
        (4000, LSTM(), "note"),
    ],
)
def test_a_delay_is_measured_in_time_constants(delay: float, network: Any, verdict: str) -> None:
    """The span is the delay and 300 ms of response; what counts is the slowest unit."""
    assert said(design(with_epoch(two_sides(), "delay", duration=Constant(delay)), network=network), "memory")[0] == (
        verdict
    )


@pytest.mark.parametrize(("duration", "verdict"), [(10, "problem"), (60, "note"), (200, "good")])
def test_a_target_that_jumps_and_is_gone_before_it_can_be_reached(duration: float, verdict: str) -> None:
    """In the time t that a target is held a unit with time constant 100 ms goes 1 - exp(-t / 100) of the way."""
    task = with_epoch(with_epoch(two_sides(), "delay", scored=True), "response", duration=Constant(duration))
    after = (Hold(0.0, epochs=("after",)),)
    task = task.replace(
        epochs=(*task.epochs, Epoch("after", Constant(500), scored=True)),
        outputs=tuple(output.replace(signals=(*output.signals, *after)) for output in task.outputs),
        scoring=LargestMean(epochs=("response",)),
    )
    found, sentence = said(design(task), "time_constants")
    assert found == verdict
    assert verdict == "good" or f"{100 * (1 - math.exp(-duration / 100)):.0f} %" in sentence
    slower = design(task, network=LeakyRNN(tau=10 * duration))["time_constants"]
    assert slower.verdict != "good" and "10 %" in slower.sentence


def test_a_trial_of_very_many_steps() -> None:
    task = with_epoch(two_sides(), "fixation", duration=Constant(10_000))
    assert said(design(task), "time_constants")[0] == "note"
    assert said(design(task, dt=50), "time_constants")[0] == "good"


# ----------------------------------------------------------------------------------------------- distributions


def test_durations_are_those_of_the_epochs_in_whole_steps() -> None:
    task = with_epoch(two_sides(), "delay", duration=Uniform(100, 900))
    found = {each.epoch: each for each in design(task).durations}
    assert list(found) == ["fixation", "stimulus", "delay", "response", ""]
    assert found["fixation"].fixed and found["fixation"].edges.tolist() == [300, 300]
    delay = found["delay"]
    assert (delay.edges[0], delay.edges[-1]) == (100, 900)
    assert delay.mean == pytest.approx(500, abs=15)
    assert delay.share.sum() == pytest.approx(1)
    assert found[""].mean == pytest.approx(1000 + delay.mean)
    assert (found["response"].scored, delay.scored) == (True, False)


def test_an_epoch_that_is_skipped_is_not_counted_as_short() -> None:
    found = {each.epoch: each for each in design(get("random_dots")).durations}
    assert found["catch"].present == pytest.approx(1 / 11, abs=0.03)
    assert found["catch"].fixed


# ------------------------------------------------------------------------------------------------ what is compared


def test_the_pool_holds_trials_that_can_occur_and_changes_one_thing_at_a_time() -> None:
    task = get("delay_match")
    batch = pool(task, 10).batch
    first = np.array([batch.factors[name] for name in ("first", "second")]).T
    assert len(np.unique(first, axis=0)) == 4
    for epoch in task.epochs:
        low, high = epoch.duration.bounds  # type: ignore[union-attr]
        lengths = np.diff(batch.epochs[epoch.name], axis=1)[:, 0] * 10
        assert lengths.min() == pytest.approx(low, abs=10)
        assert lengths.max() == pytest.approx(high, abs=10)


def test_durations_that_a_batch_shares_are_checked_like_others() -> None:
    task = get("delay_match")
    assert repr(design(share_durations(task))) == repr(design(task))
    assert design(share_durations(task)).checks == design(task).checks


def test_pulses_that_hardly_ever_wait_beyond_their_refractory_time_are_checked() -> None:
    pulses = PulseTrain(length=10, refractory=40, gap=1, signs="positive")
    task = get("sine_wave")
    assert not np.isnan(design(task.replace(inputs=(Channel("pulses", (pulses,)),))).memory)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(parts)
def test_any_task_that_can_be_said_can_be_checked(drawn: dict[str, Any]) -> None:
    """Or is refused with the sentence of a `SpecError`, as sampling it would be."""
    try:
        found = design(assemble(drawn))
    except SpecError:
        return
    assert tuple(check.name for check in found.checks) == NAMES
    assert all((check.verdict == "good") == (not check.remedy) for check in found.checks)
    assert 0 <= found.constant <= 1


def test_the_same_task_gives_the_same_answers() -> None:
    one, other = design(get("echo"), seed=3), design(get("echo"), seed=3)
    assert one.checks == other.checks
    assert (one.memory, one.constant) == (other.memory, other.constant)


def test_a_task_made_by_code_is_refused() -> None:
    task = from_function("code", lambda *_: {}, inputs=("a",), outputs=("b",))
    with pytest.raises(ValueError, match="not made of epochs"):
        design(task)  # type: ignore[arg-type]
