"""The families of the catalogue: every task has one place in them."""

from __future__ import annotations

from collections import Counter

from rnnlab.tasks import TASKS
from rnnlab.tasks.families import FAMILIES, family


def test_every_task_is_in_exactly_one_family() -> None:
    placed = Counter(name for names in FAMILIES.values() for name in names)
    assert placed == Counter(TASKS.keys())


def test_every_family_is_worth_a_heading() -> None:
    assert all(len(names) >= 3 for names in FAMILIES.values())


def test_a_task_is_found_under_its_heading() -> None:
    assert family("context_decision") == "Context and rules"
    assert {family(name) for name in TASKS} == set(FAMILIES)


def test_titles_tell_tasks_apart() -> None:
    """Where only titles are shown, as in a list, no two tasks look the same."""
    titles = Counter(preset.title for preset in TASKS.values())
    assert titles.most_common(1)[0][1] == 1


def test_every_task_says_in_a_sentence_what_it_asks_and_where_it_is_from() -> None:
    for name, preset in TASKS.items():
        task = preset()
        assert 0 < len(task.description) < 120, name
        assert task.source, name
