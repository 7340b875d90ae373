"""The tasks of a set and the stages of a curriculum on the page."""

from __future__ import annotations

import json

import pytest

from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.tasks import TASKS, Curriculum, MultitaskSet, collection, edit, get
from rnnlab.tasks.places import places
from rnnlab.views.levels import levels
from rnnlab.views.members import MembersPart
from rnnlab.views.settings import TaskSettings
from rnnlab.views.task import TaskHead


@pytest.fixture
def part(session: Session) -> MembersPart:
    session.set_task("delay_tasks")
    made = MembersPart(session, LIGHT)
    session.param.watch(lambda *events: up_to_date(made, {event.name for event in events}), list(made.watches))
    made.bring_up_to_date()
    return made


def up_to_date(part: MembersPart, names: set[str]) -> None:
    part.note(names)
    part.bring_up_to_date()


def names(session: Session) -> list[str]:
    whole = session.experiment.task
    assert isinstance(whole, MultitaskSet)
    return [task.name for task in whole.tasks]


def press(part: MembersPart, label: str) -> None:
    (button,) = [each for each in (*part.of_task, *part.of_stage, part.only) if each.label == label]
    assert button.visible and not button.disabled
    button.clicks += 1


def items(part: MembersPart) -> list[dict[str, object]]:
    return [item for group in json.loads(part.members.sheet)["groups"] for item in group["items"]]


def test_every_task_of_a_set_is_there_with_a_picture_and_its_share(part: MembersPart) -> None:
    shown = items(part)
    assert [item["name"] for item in shown] == ["delay go", "delay anti", "delay match", "delay antimatch"]
    assert [item["current"] for item in shown] == [True, False, False, False]
    assert all(str(item["note"]).startswith("25") for item in shown)
    assert all("<svg" in str(item["picture"]) for item in shown)


def test_stages_of_one_task_say_in_what_they_differ(part: MembersPart) -> None:
    part.session.set_task("longer_delays")
    assert [item["note"] for item in items(part)] == ["delay 0–200 ms", "delay 200–600 ms", "delay 600–1200 ms"]
    assert items(part)[2]["label"] == "Stage 3: delayed discrimination, delay 600–1200 ms"
    part.session.set_task("weaker_evidence")
    assert [item["note"] for item in items(part)] == ["coherence 16", "coherence 8", "coherence 4"]


def test_equal_stages_have_nothing_to_say(part: MembersPart) -> None:
    part.session.set_task("xor")
    course = edit.duplicate_stage(edit.as_curriculum(get("xor")), 0)
    assert part.session.set_own_task(course)
    assert [item["note"] for item in items(part)] == ["", ""]


def test_a_press_looks_at_a_task(part: MembersPart) -> None:
    part.members._handle_msg({"place": [2]})
    assert part.session.place == (2,)
    assert [item["current"] for item in items(part)] == [False, False, True, False]


def test_tasks_are_moved_duplicated_removed_and_added(part: MembersPart) -> None:
    session = part.session
    press(part, "Task later")
    assert names(session)[:2] == ["delay_anti", "delay_go"] and session.place == (1,)
    press(part, "Duplicate task")
    assert names(session)[2] == "delay_go_2" and session.place == (2,)
    press(part, "Remove task")
    part.adding.widget.value = TASKS["xor"].title
    assert names(session)[3] == "xor" and session.place == (3,)
    assert part.adding.read() == ""
    while session.undo():
        pass
    assert session.experiment.task != collection("delay_tasks")  # back to what the lab began with
    press_all = [session.redo() for _ in range(6)]
    assert press_all.count(True) == 5 and names(session)[3] == "xor"


def test_odds_and_rules_are_typed_and_refused_beside_their_field(part: MembersPart) -> None:
    part.forms["Share"].root.fields["odds"].control.box.value = 2.0  # type: ignore[attr-defined]
    assert part.session.experiment.task.odds == (2, 1, 1, 1)
    assert part.session.undoable == "change odds of task delay go"
    part.forms["AboutSet"].root.fields["rule_level"].control.box.value = 0.5  # type: ignore[attr-defined]
    assert part.session.experiment.task.rule_level == 0.5
    part.forms["Share"].root.fields["odds"].control.box.value = -1.0  # type: ignore[attr-defined]
    assert part.session.experiment.task.odds == (2, 1, 1, 1)
    assert "out of range" in part.forms["Share"].root.fields["odds"].control._problem.object  # type: ignore[attr-defined]


def test_stages_are_edited_and_each_shows_its_own_ending(part: MembersPart) -> None:
    session = part.session
    session.set_task("weaker_evidence")
    assert [group["title"] for group in json.loads(part.members.sheet)["groups"]] == ["Stage 1", "Stage 2", "Stage 3"]
    press(part, "Add a stage like it")
    assert len(session.experiment.task.stages) == 4 and session.place == (1,)
    ending = part.forms["Ending"].root.fields  # type: ignore[attr-defined]
    ending["threshold"].control.box.value = 0.7
    assert session.experiment.task.stages[1].threshold == 0.7
    ending["threshold"].control.box.value = 1.5
    assert session.experiment.task.stages[1].threshold == 0.7
    assert "more than all trials" in ending["threshold"].control._problem.object
    session.look_at((0,))
    assert ending["threshold"].control.box.value == 0.95  # and not what was refused for another stage
    press(part, "Stage later")
    assert session.experiment.task.stages[1].threshold == 0.95
    press(part, "Keep this task alone")
    assert session.experiment.task == get("random_dots", coherences=(16,)) and not part.layout.visible


def test_every_level_above_a_task_puts_its_value_back(session: Session) -> None:
    for name in ("delay_tasks", "one_task_more", "longer_delays"):
        whole = collection(name)
        for place in places(whole):
            for level in levels(whole, place):
                assert level.put(level.value) == whole


def test_a_task_becomes_a_set_or_a_curriculum(session: Session) -> None:
    session.set_task("xor")
    head = TaskHead(session, LIGHT)
    head.bring_up_to_date()
    head.wider[1].clicks += 1
    assert session.experiment.task == edit.as_curriculum(get("xor"))
    assert isinstance(session.experiment.task, Curriculum) and session.undo()
    head.wider[0].clicks += 1
    assert session.experiment.task == edit.as_set(get("xor"))
    head.note({"experiment"})
    head.bring_up_to_date()
    assert not any(button.visible for button in head.wider)


def test_the_sliders_follow_the_task_looked_at(session: Session) -> None:
    settings = TaskSettings(session, LIGHT)
    session.set_task("delay_tasks")
    settings.note({"task_name", "experiment"})
    settings.bring_up_to_date()
    assert settings.chooser.widget.value == "Four delay tasks" and settings.member.visible
    settings.member.value = settings.member.options[2]
    assert session.place == (2,)
    settings.note({"task_name", "place"})
    settings.bring_up_to_date()
    assert "second_delay" in settings.controls and settings.member.value.endswith("delay match")
    session.set_task("xor")
    settings.note({"task_name", "experiment"})
    settings.bring_up_to_date()
    assert not settings.member.visible
