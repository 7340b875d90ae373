"""The checks before training of tasks whose factors can take any value."""

from __future__ import annotations

import math
from typing import Any

import pytest

from rnnlab.analysis import design
from rnnlab.tasks import (
    Bump,
    Channel,
    Choice,
    Compare,
    Constant,
    Epoch,
    Factor,
    Hold,
    Lookup,
    Rotate,
    SignOfMean,
    Task,
    Uniform,
    cognitive_tasks,
    get,
)
from tests.analysis.designs import said, two_sides, with_input

MEMBERS = {task.name: task for task in cognitive_tasks().tasks}


def match_to_sample(angles: Any, delay: float) -> Task:
    """A direction, a delay, the same direction or one a quarter turn further, an answer of 300 ms."""
    ring = [i * math.pi / 4 for i in range(8)]
    return two_sides(
        factors=(
            Factor("first", angles),
            Factor("same", Choice((0, 1))),
            Factor("by", Lookup("same", (math.pi / 2, 0.0))),
            Factor("second", Rotate("first", "by")),
        ),
        epochs=(
            Epoch("sample", Constant(300)),
            Epoch("delay", Constant(delay)),
            Epoch("test", Constant(300)),
            Epoch("answer", Constant(300), scored=True),
        ),
        inputs=tuple(
            Channel(f"{x:.2f}", (Bump("first", x, epochs=("sample",)), Bump("second", x, epochs=("test",))))
            for x in ring
        ),
        outputs=(Channel("choice", (Hold("same", epochs=("answer",), gain=2.0, offset=-1.0),)),),
        scoring=SignOfMean(epochs=("answer",)),
    )


# ------------------------------------------------------------------------------------------------------- memory


@pytest.mark.parametrize(
    "angles", [Uniform(0, 2 * math.pi), Choice(tuple(0.3 + i * math.pi / 2 for i in range(4)))], ids=["any", "four"]
)
def test_a_sample_from_a_continuum_must_be_kept_through_the_delay(angles: Any) -> None:
    """The test stimulus may be the same in a match and in a non-match: only the sample tells."""
    found = design(match_to_sample(angles, 12_000))
    assert (found.memory, found["memory"].verdict) == (12_600, "problem")


@pytest.mark.parametrize(
    ("name", "span"),
    [
        # delay 1600, second stimulus 600, wait 300, go 500: of the decisions the longest of each
        ("delay_dm_1", 3000),
        ("delay_context_dm_1", 3000),
        ("delay_multisensory_dm", 3000),
        # delay 1600 and an answer of 500, of categories up to 600, with the second stimulus
        ("dms", 2100),
        ("dnms", 2100),
        ("dmc", 2200),
        ("dnmc", 2200),
    ],
)
def test_cognitive_tasks_ask_for_the_memory_of_their_longest_delay(name: str, span: float) -> None:
    assert design(MEMBERS[name]).memory == pytest.approx(span, abs=20)


def test_what_is_never_shown_is_not_to_be_remembered() -> None:
    """The side decides and is not shown; of the brightness, which is, nothing depends."""
    task = two_sides(factors=(*two_sides().factors, Factor("brightness", Choice((0.5, 1)))))
    inputs = (Channel("light", (Hold("brightness", epochs=("stimulus",)),)), task.inputs[2])
    found = design(task.replace(inputs=inputs))
    assert found["answerable"].verdict == "problem"
    assert found.memory == 0
    assert "leave the answer open" in found["memory"].sentence


# -------------------------------------------------------------------------------------------------------- early


@pytest.mark.parametrize("name", ["delay_multisensory_dm", "delay_context_dm_1", "delay_context_dm_2", "delay_dm_1"])
def test_what_a_few_values_of_a_continuum_show_is_not_called_known(name: str) -> None:
    verdict, sentence = said(design(MEMBERS[name]), "early")
    assert verdict == ("note" if name == "delay_multisensory_dm" else "good")  # too many factors to compare all
    assert "answer is known" not in sentence and ("few values" in sentence or "Not examined: too many" in sentence)


# ----------------------------------------------------------------------------------------------------- branches


@pytest.mark.parametrize(("operator", "edge"), [(">", 0.03), ("<", 0.97)])
def test_a_rare_branch_in_which_nothing_is_shown(operator: Any, edge: float) -> None:
    """In three trials of a hundred both sides look the same."""
    more = (Factor("u", Uniform(0, 1)), Factor("shown", Compare("u", operator, edge)))
    task = two_sides(factors=(*two_sides().factors, *more))
    sides = [Hold(name, epochs=("stimulus",), when="shown") for name in ("left", "side")]
    verdict, sentence = said(design(with_input(with_input(task, 0, sides[0]), 1, sides[1])), "answerable")
    assert (verdict, "3.0 % of the trials (shown = 0) can only be guessed" in sentence) == ("note", True), sentence


def test_each_category_of_a_continuum_is_met() -> None:
    verdict, sentence = said(design(get("match_to_category", n_categories=8)), "unused")
    assert (verdict, "asked for 0" in sentence) == ("good", False)


def test_a_score_of_drawn_trials_has_its_uncertainty_beside_it() -> None:
    """Of 512 trials half are right: twice the standard error is 2 sqrt(0.25 / 512) = 4.4 %."""
    found = design(two_sides(factors=(*two_sides().factors, Factor("u", Uniform(0, 1)))))
    assert found["constant"].sentence.endswith("± 5 %.")
    assert found.constant == pytest.approx(0.5, abs=0.09)
    assert "±" not in design(two_sides())["constant"].sentence
