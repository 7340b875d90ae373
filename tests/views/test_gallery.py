"""The gallery: what stands on its cards, what a choice does, and when its pictures are drawn."""

from __future__ import annotations

import threading

import pytest

from rnnlab.figures.theme import DARK, LIGHT
from rnnlab.session import Session
from rnnlab.tasks import COLLECTIONS, TASKS, Task, collection, edit
from rnnlab.tasks.families import COLLECTED, FAMILIES
from rnnlab.views import gallery
from rnnlab.views.gallery import KNOWN, Album, GalleryPart, GalleryView, card


def test_every_task_has_a_card_under_its_family(session: Session) -> None:
    part = GalleryPart(session, LIGHT)
    assert [heading for heading, _ in part.cards.families] == [*FAMILIES, *COLLECTED]
    cards = {each["name"]: each for _, family in part.cards.families for each in family}
    assert set(cards) == {*TASKS, *COLLECTIONS}
    for name, known in TASKS.items():
        each, task = cards[name], known()
        assert (each["title"], each["says"], each["paper"]) == (known.title, task.description, task.source)
    for name, whole in COLLECTIONS.items():
        each, made = cards[name], collection(name)
        assert (each["title"], each["says"]) == (whole.title, made.description)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("context_decision", ["Mante", "pycog", "colour", "2013"]),
        ("flip_flop", ["Sussillo", "pulse"]),
        ("delayed_discrimination", ["Romo", "delayed discrimination"]),
    ],
)
def test_a_card_is_found_by_name_paper_and_the_system_it_comes_from(name: str, words: list[str]) -> None:
    assert [word for word in words if word.lower() not in card(name)["words"].lower()] == []


def test_a_choice_sets_the_task_and_says_that_it_is_done(session: Session) -> None:
    done: list[str] = []
    part = GalleryPart(session, LIGHT, lambda: done.append(session.task_name))
    part.cards.picked = ["flip_flop", 1]
    assert session.experiment.task == TASKS["flip_flop"]()
    assert done == ["flip_flop"]
    part.note({"task_name"})
    part.bring_up_to_date()
    assert part.cards.chosen == "flip_flop"


def test_a_set_is_chosen_and_marked(session: Session) -> None:
    part = GalleryPart(session, LIGHT)
    part.cards.picked = ["delay_tasks", 1]
    assert session.experiment.task == collection("delay_tasks")
    part.note({"experiment"})
    part.bring_up_to_date()
    assert part.cards.chosen == "delay_tasks"


def test_choosing_the_same_task_again_brings_its_settings_back(session: Session) -> None:
    part = GalleryPart(session, LIGHT)
    part.cards.picked = ["flip_flop", 1]
    session.set_setting("n_bits", 2)
    part.cards.picked = ["flip_flop", 2]
    assert session.settings["n_bits"] == 3


def test_a_choice_that_is_no_task_changes_nothing(session: Session) -> None:
    part = GalleryPart(session, LIGHT, lambda: pytest.fail("done"))
    before = session.experiment
    part.cards.picked = ["__class__", 1]
    assert session.experiment is before


def test_a_choice_that_cannot_be_leaves_the_gallery_open(session: Session) -> None:
    """The flip-flop's pulses are shorter than a time step of 200 ms, which a sine wave can do with."""
    session.set_task("sine_wave")
    assert session.set_network("tau", 500.0) and session.set_network("dt", 200.0)
    part = GalleryPart(session, LIGHT, lambda: pytest.fail("done"))
    part.cards.picked = ["flip_flop", 1]
    assert session.task_name == "sine_wave"
    assert "task" in session.errors


def test_pictures_are_drawn_once_by_one_thread() -> None:
    drawn_by: list[str] = []

    def draw(_: Task) -> str:
        drawn_by.append(threading.current_thread().name)
        return "svg"

    album = Album({name: TASKS[name] for name in ("flip_flop", "xor")}, draw)
    assert drawn_by == [], "nothing before somebody asks"
    album.begin()
    album.begin()
    assert album.drawn(wait=True) == {"flip_flop": "svg", "xor": "svg"}
    assert album.drawn(wait=True) == {"flip_flop": "svg", "xor": "svg"}
    assert drawn_by == ["rnnlab-thumbnails"] * 2


def test_pictures_that_are_still_being_drawn_come_with_the_ticks(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    album = Album(KNOWN, lambda task: "svg" if go_on.wait(120) else "late")
    monkeypatch.setattr(gallery, "ALBUM", album)
    part = GalleryPart(session, LIGHT)
    part.bring_up_to_date()
    assert part.cards.pictures == {}
    assert part.stale
    go_on.set()
    album.drawn(wait=True)
    part.bring_up_to_date()
    assert set(part.cards.pictures) == set(KNOWN)
    assert not part.stale


def test_by_itself_the_gallery_has_all_its_pictures_and_one_drawing_serves_both_themes(session: Session) -> None:
    part = GalleryView(session).show()
    pictures = part.cards.pictures
    assert set(pictures) == set(KNOWN)
    part.restyle(DARK)
    assert part.cards.pictures is pictures
    assert all("var(--rl-" in picture for picture in pictures.values())


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("multitask", "Sets of tasks"),
        ("set", "Sets of tasks"),
        ("curriculum", "Curricula"),
        ("stages", "Curricula"),
        ("shaping", "Curricula"),
    ],
)
def test_sets_and_curricula_are_found_by_what_they_are(words: str, heading: str) -> None:
    found = {name for name in KNOWN if words in card(name)["words"].lower()}
    assert set(COLLECTED[heading]) <= found


def test_no_card_is_the_one_on_the_screen_once_that_was_changed(session: Session) -> None:
    part = GalleryPart(session, LIGHT)
    part.cards.picked = ["flip_flop", 1]
    assert session.edit(edit.add_factor, "add a factor")
    part.note({"experiment"})
    part.bring_up_to_date()
    assert part.cards.chosen not in KNOWN
