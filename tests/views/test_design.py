"""The checks on the page: in words, escaped, renewed when the task changes, and never in the way."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from rnnlab.analysis import Check, design
from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.tasks import Task, get
from rnnlab.views import DesignView
from rnnlab.views.design import listed, summed_up
from rnnlab.views.verdict import Verdict
from rnnlab.views.wording import plain
from tests.views.conftest import HOSTILE


def settled(session: Session, part: object) -> None:
    deadline = time.monotonic() + 120
    while part.stale:  # type: ignore[attr-defined]
        assert time.monotonic() < deadline
        time.sleep(0.01)
        part.note(session.drain())  # type: ignore[attr-defined]
        part.bring_up_to_date()  # type: ignore[attr-defined]


def test_every_check_is_listed_with_its_verdict_in_a_word() -> None:
    found = design(get("parametric_memory"))
    items = re.findall(r'<li class="(\w+)">(.*?)</li>', listed(found))
    assert [verdict for verdict, _ in items] == [check.verdict for check in found.checks]
    for (verdict, markup), check in zip(items, found.checks, strict=True):
        words = unescape(re.sub(r"<[^>]+>", " ", markup))
        assert verdict.capitalize() in words
        assert all(plain(part) in words for part in (check.title, check.sentence, check.remedy))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("perceptual_discrimination", "Ready to train: no problem found."),
        ("delayed_discrimination", "Ready to train. 1 note: right where it is meant so."),
        ("parametric_memory", "Ready to train. 2 notes: right where it is meant so."),
    ],
)
def test_all_checks_in_a_sentence(name: str, sentence: str) -> None:
    assert summed_up(design(get(name))) == sentence


def test_the_checks_follow_the_task(session: Session) -> None:
    part = DesignView(session).show(LIGHT)
    assert "Checking" in part.summary.object
    settled(session, part)
    assert "no problem found" in part.summary.object
    assert session.set_task("delayed_discrimination")
    part.note({"example"})
    part.bring_up_to_date()
    settled(session, part)
    figure = part.figure
    assert "stimulus 1" in part.list.object, "epochs are called what the board calls them"
    assert session.set_network("tau", 20)
    part.note({"example"})
    part.bring_up_to_date()
    settled(session, part)
    assert "time constants of 20 ms" in part.list.object
    assert part.figure is figure


def test_names_are_shown_as_text(session: Session, hostile_task: Task) -> None:
    assert session.set_own_task(hostile_task), session.errors
    part = DesignView(session).show(LIGHT)
    settled(session, part)
    assert part.list.object
    assert "<img" not in part.list.object
    check = Check("mask", HOSTILE, "note", HOSTILE, HOSTILE)
    found = design(get("xor"))
    object.__setattr__(found, "checks", (check,))
    assert "<img" not in listed(found) and listed(found).count("&lt;img") == 3


def test_the_verdict_of_another_task_is_none(session: Session) -> None:
    found, verdict = design(get("delayed_discrimination")), Verdict()
    verdict.tell(found, "delayed_discrimination")
    assert (verdict.mark, verdict.count) == ("note", "1 note")
    verdict.tell(found, "xor")
    assert (verdict.mark, verdict.count, verdict.words, verdict.remedy) == ("", "Checking …", "", "")
    part = DesignView(session).show(LIGHT)
    settled(session, part)
    session.set_task("xor")
    part.note({"example"})
    part.bring_up_to_date()
    assert "Checking" in part.summary.object and "no problem" not in part.summary.object
    settled(session, part)
    assert "no problem found" in part.summary.object
