"""What stands above the task: its title, its sentence, its paper, and what is wrong with a choice."""

from __future__ import annotations

from html import unescape

from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.tasks import Task, edit, get
from rnnlab.views.task import TaskHead, head


def test_a_task_of_the_catalogue_has_its_title_sentence_and_paper() -> None:
    shown = unescape(head("context_decision", get("context_decision")))
    for words in ("Context-dependent decision", "Report motion or colour", "Mante, Sussillo, Shenoy & Newsome 2013"):
        assert words in shown


def test_a_task_from_elsewhere_has_its_name() -> None:
    shown = head("", get("flip_flop").replace(name="my_own_memory", source=""))
    assert "My own memory" in shown
    assert "cite" not in shown


def test_names_are_text(hostile_task: Task) -> None:
    shown = head("", hostile_task)
    assert "<img" not in shown and "&lt;img" in shown


def test_a_task_that_cannot_be_chosen_is_explained(session: Session) -> None:
    part = TaskHead(session, LIGHT)
    part.bring_up_to_date()
    assert not part.problem.visible
    assert not session.set_task("no_such_task")
    part.note({"errors"})
    part.bring_up_to_date()
    assert part.problem.visible and "no_such_task" in part.problem.object


def test_an_address_that_cannot_be_read_is_explained(session: Session) -> None:
    part = TaskHead(session, LIGHT)
    assert not session.open_shared("preset=no_such_task")
    part.bring_up_to_date()
    assert part.problem.visible and "The page&#x27;s address: " in part.problem.object
    session.set_task("echo")
    part.note({"errors"})
    part.bring_up_to_date()
    assert not part.problem.visible


def test_the_button_says_what_it_does_next(session: Session) -> None:
    pressed: list[bool] = []
    part = TaskHead(session, LIGHT, lambda: pressed.append(True))
    assert part.gallery.label == "Gallery of tasks"
    part.gallery.clicks += 1
    part.mark(gallery=True)
    assert pressed and part.gallery.label == "Back to the task"
    assert not TaskHead(session, LIGHT).gallery.visible


def brought_up_to_date(session: Session) -> TaskHead:
    part = TaskHead(session, LIGHT)
    part.bring_up_to_date()
    return part


def test_a_task_changed_by_hand_says_so_and_the_original_comes_back(session: Session) -> None:
    session.set_task("delayed_discrimination")
    part = brought_up_to_date(session)
    assert "(changed)" not in part.words.object and "after Romo" not in part.words.object and not part.back.visible
    assert session.edit(edit.add_factor, "add a factor")
    part.note({"experiment"})
    part.bring_up_to_date()
    assert "<h2>Delayed discrimination (changed)</h2>" in part.words.object
    assert "<cite>after Romo" in part.words.object and part.back.visible
    part.back.clicks += 1
    assert session.experiment.task == get("delayed_discrimination")
    assert session.undo() and session.experiment.task != get("delayed_discrimination")


def test_sliders_do_not_make_it_another_task(session: Session) -> None:
    session.set_task("delayed_discrimination")
    assert session.set_setting("delay", (0.0, 900.0))
    part = brought_up_to_date(session)
    assert "(changed)" not in part.words.object and not part.back.visible


def test_a_changed_set_says_so_and_comes_back(session: Session) -> None:
    session.set_task("delay_tasks")
    whole = session.experiment.task
    assert session.edit(edit.add_factor, "add a factor")
    part = brought_up_to_date(session)
    assert "Four delay tasks (changed)" in part.words.object
    part.back.clicks += 1
    assert session.experiment.task == whole
