"""The checks before training: nothing in the catalogue is a problem, and each check catches what it is for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from rnnlab.analysis import design
from rnnlab.analysis.design._case import Case
from rnnlab.analysis.design._pool import pool
from rnnlab.analysis.design.unused import check_unused
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    TASKS,
    Channel,
    Choice,
    Constant,
    Curriculum,
    Delayed,
    Factor,
    Gate,
    Hold,
    LargestMean,
    MultitaskSet,
    Noise,
    PulseTrain,
    Sequence,
    Stage,
    Uniform,
    from_function,
    get,
    share_durations,
)
from tests.analysis.designs import said, two_sides, with_epoch, with_input
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
    # answers of 70 and 80 ms: their paper's units have a time constant of 10 ms, the check's of 100
    "cued_flip_flop": {"time_constants": "note"},
    "uncued_delayed_logic": {"time_constants": "note"},
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


def test_a_sound_task_passes_every_check_with_the_right_numbers() -> None:
    found = design(two_sides())
    assert {check.verdict for check in found.checks} == {"good"}, found.facts()
    # The stimulus ends with the step at 690 ms; the last scored step is the one at 1490 ms.
    assert found.memory == 800
    assert (found.chance, found.constant) == (0.5, 0.5)
    assert "known from 300 ms on (stimulus)" in found["early"].sentence
    assert found.problems == ()


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


def test_values_that_hardly_ever_come_together() -> None:
    """Each comes in 3 trials of 100, both in 9 of 10 000."""
    rare = Choice((0, 1), weights=(0.97, 0.03))
    task = two_sides(factors=(*two_sides().factors, Factor("a", rare), Factor("b", rare)))
    verdict, sentence = said(design(task), "conditions")
    assert (verdict, sentence) == ("note", "a = 1 with b = 1 comes in 0.1 % of the trials only.")


def test_a_task_in_which_no_trial_counts() -> None:
    factors = (*two_sides().factors, Factor("counts", Constant(0)))
    task = two_sides(factors=factors, scoring=LargestMean(only="counts"))
    assert design(task)["conditions"].verdict == "problem"


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


@pytest.mark.parametrize(
    ("signal", "sentence"),
    [
        # onsets at 0, 150, 300, 450 and 600 ms of a stimulus of 400
        (
            Sequence((1.0, 2.0, 3.0, 4.0, 5.0), every=150, epochs=("stimulus",)),
            "The Sequence of the input right never shows the last 2 of its 5 levels in stimulus of at most 400 ms.",
        ),
        (Sequence((1.0, 2.0, 3.0), every=150, epochs=("stimulus",)), ""),
        (
            Sequence((1.0,), first=400, epochs=("stimulus",)),
            "The Sequence of the input right never shows any of its levels in stimulus of at most 400 ms.",
        ),
        # it starts again in each of its epochs: onsets at 0, 200 and 400 ms, of which the longer lasts 500
        (Sequence((1.0, 2.0, 3.0), every=200, epochs=("stimulus", "delay")), ""),
        # 1500 ms of trial, the first onset of a pulse after the refractory time
        (
            PulseTrain(length=20, refractory=1500, gap=10),
            "The PulseTrain of the input right has no pulse in the trial of at most 1500 ms: "
            "the first comes after 1500 ms.",
        ),
        (PulseTrain(length=20, refractory=1400, gap=10), ""),
        (
            PulseTrain(length=20, refractory=1000, gap=10, epochs=("stimulus", "delay")),
            "The PulseTrain of the input right has no pulse in stimulus to delay of at most 900 ms: "
            "the first comes after 1000 ms.",
        ),
        (PulseTrain(length=20, refractory=800, gap=10, epochs=("stimulus", "delay")), ""),
    ],
)
def test_what_does_not_fit_its_epoch_is_worth_a_note(signal: Any, sentence: str) -> None:
    shown = with_input(two_sides(), 1, Hold("side", epochs=("stimulus",)), signal)
    check = check_unused(Case(shown, 10.0, None, 16, 0))
    assert (check.verdict, check.sentence if sentence else "") == (("note", sentence) if sentence else ("good", ""))
    assert check.remedy == ("Make the epoch longer, or the times of the signal shorter." if sentence else "")
    # The trials agree: what is told of is in none of them, what fits is in some.
    alone = with_input(two_sides(), 1, signal).sample(200, dt=10, noise=False).inputs[:, :, 1]
    wanted = set(signal.levels) if isinstance(signal, Sequence) else {-1.0, 1.0}
    assert (wanted <= {*np.unique(alone).tolist()}) == (not sentence)


@pytest.mark.parametrize(("by", "epoch", "end"), [(1500, "", 1500), (1490, "", 0), (1200, "delay", 1200)])
def test_a_past_before_the_trial_is_worth_a_note(by: float, epoch: str, end: float) -> None:
    """The delay ends at 1200 ms, the trial at 1500."""
    task = two_sides()
    where = {"epochs": (epoch,)} if epoch else {}
    late = Channel("late", (Delayed("left", by, **where), Hold(1.0, epochs=("response",))))
    check = check_unused(Case(task.replace(outputs=(*task.outputs, late)), 10.0, None, 16, 0))
    told = f"The Delayed of the output late looks back {by} ms and is always 0, because {epoch or 'the trial'} ends by"
    assert (f"{told} {end} ms." in check.sentence) == (end > 0)
    assert check.verdict == ("note" if end else "good")


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


def test_several_tasks_are_refused_with_the_way_to_each() -> None:
    """What the message says to check can be checked."""
    whole = MultitaskSet("both", (get("xor"), get("square")))
    with pytest.raises(ValueError, match=r"one by one: whole\.tasks\[i\]$"):
        design(whole)  # type: ignore[arg-type]
    assert design(whole.tasks[0]).task == "xor"
    course = Curriculum("one after the other", (Stage(get("xor")),))
    with pytest.raises(ValueError, match=r"one by one: course\.stages\[i\]\.task$"):
        design(course)  # type: ignore[arg-type]
    assert design(course.stages[0].task).task == "xor"  # type: ignore[arg-type]
