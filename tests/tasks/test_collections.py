"""Sets and curricula: those that are ready, the places of their tasks, and their edits."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.runs import Experiment, expression
from rnnlab.spec import SpecError
from rnnlab.tasks import COLLECTIONS, Curriculum, MultitaskSet, Stage, Task, collection, collection_of, edit, get
from rnnlab.tasks.collected import member_of
from rnnlab.tasks.families import COLLECTED, FAMILIES
from rnnlab.tasks.places import nearest, places, put, seen, written

TWO = MultitaskSet("two", (get("xor"), get("half_adder")))
STEPS = Curriculum("steps", tuple(Stage(get("random_dots", coherences=(c,))) for c in (16, 4)))
BOTH = collection("one_task_more")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_found_by_its_name_goes_to_json_and_is_drawn_from(name: str) -> None:
    whole = collection(name)
    assert (whole.name, collection_of(whole)) == (name, name)
    again = type(whole).from_json(whole.to_json())
    assert again == whole and collection_of(again) == name
    assert collection_of(whole.replace(description="mine")) == ""
    assert np.isfinite(whole.sample(8, dt=20, seed=1).inputs).all()
    assert sum(name in names for names in COLLECTED.values()) == 1
    assert not any(name in names for names in FAMILIES.values())


def test_an_unknown_collection_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SpecError, match="did you mean 'delay_tasks'"):
        collection("delay_task")


def test_a_rule_input_has_the_level_that_is_given() -> None:
    batch = TWO.replace(rule_level=0.5).sample(40, seed=2)
    rules = batch.inputs[:, 0, -2:]
    assert np.array_equal(np.unique(rules), [0, 0.5])
    assert np.array_equal(rules.argmax(axis=1), batch.factors["task"])


@pytest.mark.parametrize(
    ("whole", "expected"),
    [(get("xor"), [()]), (TWO, [(0,), (1,)]), (STEPS, [(0,), (1,)])],
)
def test_every_task_has_a_place(whole: Task | MultitaskSet | Curriculum, expected: list[tuple[int, ...]]) -> None:
    assert list(places(whole)) == expected
    for place in expected:
        assert put(whole, place, written(whole, place)) == whole


def test_a_task_inside_a_stage_that_is_a_set_has_a_place_of_two_numbers() -> None:
    assert len(places(BOTH)) == 16
    assert written(BOTH, (2, 3)) == get("delay_antimatch")
    changed = put(BOTH, (2, 3), get("delay_antimatch", noise=0.5))
    assert isinstance(changed, Curriculum)
    assert [stage == before for stage, before in zip(changed.stages, BOTH.stages, strict=True)] == [True] * 2 + [
        False,
        True,
    ]
    assert written(changed, (2, 3)).name == "delay_antimatch" and nearest(BOTH, (9, 9)) == (3, 3)


def test_a_task_of_a_set_is_seen_with_all_channels_and_its_rule() -> None:
    task = seen(TWO, (1,))
    assert task.input_names == TWO.input_names and task.output_names == TWO.output_names
    rules = task.sample(4).inputs[:, 0, -2:]
    assert np.array_equal(rules, [[0, 1]] * 4)


# ------------------------------------------------------------------------------------------------------- edits


def test_tasks_are_added_moved_duplicated_and_removed_with_their_odds() -> None:
    whole = edit.set_odds(TWO, 1, 3)
    assert whole.odds == (1, 3)
    more = edit.duplicate_task(whole, 1)
    assert [task.name for task in more.tasks] == ["xor", "half_adder", "half_adder_2"] and more.odds == (1, 3, 3)
    moved = edit.move_task(more, 2, 0)
    assert [task.name for task in moved.tasks] == ["half_adder_2", "xor", "half_adder"] and moved.odds == (3, 1, 3)
    assert edit.remove_task(edit.remove_task(moved, 2), 0) == TWO.replace(tasks=TWO.tasks[:1])
    assert edit.add_task(TWO, get("xor"), 0).tasks[0].name == "xor_2"
    with pytest.raises(SpecError, match="'xor' is the only task"):
        edit.remove_task(edit.as_set(get("xor")), 0)


def test_stages_are_added_moved_and_removed() -> None:
    more = edit.duplicate_stage(STEPS, 0)
    assert [stage == STEPS.stages[0] for stage in more.stages] == [True, True, False]
    assert edit.remove_stage(edit.move_stage(more, 2, 0), 2).stages == STEPS.stages[::-1]
    with pytest.raises(SpecError, match="the only stage"):
        edit.remove_stage(edit.as_curriculum(get("xor")), 0)


def test_the_channels_of_one_stage_are_edited_in_all() -> None:
    """Otherwise the stages would not have the same ones, and no channel of a curriculum could ever be changed."""
    task = STEPS.stages[0].task
    assert isinstance(task, Task)
    first = task.input_names[0]
    for changed, names in (
        (edit.add_channel(task, "inputs", "cue"), (*task.input_names, "cue")),
        (edit.rename_channel(task, "inputs", first, "left"), ("left", *task.input_names[1:])),
        (edit.move_channel(task, "inputs", first, 1), task.input_names[::-1]),
        (edit.remove_channel(edit.add_channel(task, "inputs", "cue", 0), "inputs", "cue"), task.input_names),
    ):
        after = put(STEPS, (0,), changed)
        assert isinstance(after, Curriculum)
        assert [stage.task.input_names for stage in after.stages] == [names, names]
        second = after.stages[1].task
        assert isinstance(second, Task) and second.factors == STEPS.stages[1].task.factors  # type: ignore[union-attr]


def test_a_set_from_the_catalogue_is_one_word_in_a_script_and_an_edited_one_names_what_it_keeps() -> None:
    twenty = collection("cognitive_20")
    assert expression.expression(twenty) == 'rl.tasks.collection("cognitive_20")'
    assert isinstance(twenty, MultitaskSet)
    task = twenty.tasks[4]
    assert member_of(task) == ("cognitive_20", 4) and member_of(task.replace(description="mine")) is None
    two = MultitaskSet("two", twenty.tasks[:2])
    source = expression.expression(two)
    assert source.count("collection(") == 2
    import rnnlab as rl

    assert eval(source, {"rl": rl}) == two  # our own words
    assert Experiment(task=two, network=rl.networks.LeakyRNN()).script().count("collection(") == 2
