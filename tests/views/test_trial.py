"""The example trials on the page: leafed through, one of each condition, and low beside the board with the verdict."""

from __future__ import annotations

import dataclasses

import pytest

from rnnlab.analysis import design
from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.tasks import Task, edit, get
from rnnlab.tasks.catch import with_catch
from rnnlab.views.trial import TrialDock, TrialPart
from rnnlab.views.verdict import line


@pytest.fixture(params=[TrialPart, TrialDock])
def part(request: pytest.FixtureRequest, session: Session) -> TrialPart:
    made: TrialPart = request.param(session, LIGHT)
    made.bring_up_to_date()
    return made


def heads(part: TrialPart) -> list[str]:
    return [head.rstrip(" ✓✗") for head in part.figure.sources["heads"].data["text"]]


def test_trials_are_leafed_through_from_the_first_to_the_last(part: TrialPart) -> None:
    seen = list(heads(part))
    assert part.earlier.disabled and "1–" in part.shown_of.object
    while not part.later.disabled:
        part.later.clicks += 1
        assert f"{part.first + 1}–" in part.shown_of.object
        seen += heads(part)
    assert len(seen) == part.session.example.n_trials == 24
    assert "–24 of 24" in part.shown_of.object
    part.earlier.clicks += 1
    assert not part.later.disabled


def test_one_of_each_condition_is_shown(part: TrialPart, session: Session) -> None:
    assert session.set_task("delay_go")
    part.later.clicks += 1
    part.which.value = "one of each condition"
    assert part.first == 0 and "1–2 of 2" in part.shown_of.object
    assert [head.rpartition(" · ")[2] for head in heads(part)] == ["side 0", "side 1"]
    part.which.value = "as they come"
    assert len(heads(part)) == part.n_shown


def test_it_says_so_where_no_conditions_can_be_told_apart(part: TrialPart, session: Session) -> None:
    assert session.set_task("sine_wave")
    part.which.value = "one of each condition"
    part.note({"example"})
    part.bring_up_to_date()
    assert "no conditions to tell apart" in part.caption.object
    assert len(heads(part)) == part.n_shown


@pytest.mark.parametrize("words", ["as they come", "one of each condition"])
def test_it_turns_to_the_catch_trials_that_were_added(part: TrialPart, session: Session, words: str) -> None:
    part.which.value = words
    assert session.edit(edit.add_catch, "add catch trials", "compose.new")
    part.note({"example"})
    part.bring_up_to_date()
    drawn = part.figure.sources["bands"].data["name"]
    assert "catch" in drawn and any("catch 1" in head for head in heads(part))
    assert part.which.value == words


def test_it_shows_conditions_where_no_example_is_a_catch_trial(part: TrialPart, session: Session) -> None:
    def seldom(task: Task) -> Task:
        return with_catch(task, 1e-9, 500)

    assert session.edit(seldom, "add catch trials", "compose.new")
    part.note({"example"})
    part.bring_up_to_date()
    assert part.which.value == "one of each condition"
    assert "catch" in part.figure.sources["bands"].data["name"]


def test_a_page_that_is_not_there_any_more_gives_way_to_the_last_one(part: TrialPart, session: Session) -> None:
    part.which.value = "one of each condition"
    part.later.clicks += 1
    assert session.set_task("delay_go")
    part.note({"example"})
    part.bring_up_to_date()
    assert "1–2 of 2" in part.shown_of.object and part.later.disabled


def test_the_verdict_is_that_of_the_worst_checks() -> None:
    good, noted = line(design(get("xor"))), line(design(get("parametric_memory")))
    assert (good["mark"], good["count"]) == ("good", "Ready to train")
    assert (noted["mark"], noted["count"]) == ("note", "2 notes")
    first = next(check for check in design(get("parametric_memory")).checks if check.verdict == "note")
    assert "stimulus_1" in first.sentence
    assert noted["words"] == first.sentence.replace("_", " ") and noted["remedy"] == first.remedy.replace("_", " ")


def test_the_dock_shows_the_verdict_when_it_comes(session: Session) -> None:
    dock = TrialDock(session, LIGHT)
    dock.bring_up_to_date()
    assert dock.verdict.count == "Checking …"
    found = design(get("parametric_memory"))
    session.param.update(design=found)
    dock.note({"design"})
    dock.bring_up_to_date()
    assert dock.verdict.count == "Checking …"  # that is the verdict of another task
    session.param.update(design=dataclasses.replace(found, task=session.task.name))
    dock.note({"design"})
    dock.bring_up_to_date()
    assert (dock.verdict.mark, dock.verdict.sign) == ("note", "i")
