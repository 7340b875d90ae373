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
from tests.tasks.golden import facts

TWO = MultitaskSet("two", (get("xor"), get("half_adder")))
STEPS = Curriculum("steps", tuple(Stage(get("random_dots", coherences=(c,))) for c in (16, 4)))
BOTH = collection("one_task_more")

GOLDEN = {
    "cognitive_20": ("3de3b463f2058968", 427760246, 20391.60, 19972.94),
    "delay_tasks": ("c0d3b8556c7c4ade", 3429868042, 26222.54, 11164.00),
    "weaker_evidence": ("759dbc475abc5165", 1019815827, 3998.17, 1360.00),
    "longer_delays": ("2358743da1bc37d1", 898748897, 3184.53, 680.40),
    "one_task_more": ("f400a6096a2bae5b", 3429868042, 26222.54, 11164.00),
    "cognitive_20/go": ("32ed5c30da2badc0", 3653094747, 11777.75, 18907.15),
    "cognitive_20/reaction_go": ("6a776fe4bed9f7e2", 1308876205, 10334.00, 18829.45),
    "cognitive_20/delay_go": ("03624d232e3e4c1b", 2277644908, 9289.91, 20070.55),
    "cognitive_20/anti": ("b44c53f581580d08", 3870402687, 11777.75, 18907.15),
    "cognitive_20/reaction_anti": ("d1c4c8272d409b34", 1896855689, 10334.00, 18829.45),
    "cognitive_20/delay_anti": ("4f7dd6e9a259dac7", 3100540744, 9289.91, 20070.55),
    "cognitive_20/dm_1": ("ccf72e141e929327", 3589677653, 11692.25, 17029.20),
    "cognitive_20/dm_2": ("63dcfd62c68475b3", 444210727, 11554.02, 17029.36),
    "cognitive_20/context_dm_1": ("9d0a2c6cc1d87e27", 4114760122, 17161.01, 17029.20),
    "cognitive_20/context_dm_2": ("38a8d5ed1a851aba", 3519084739, 17161.01, 17029.36),
    "cognitive_20/multisensory_dm": ("3f3b46f8bf29a231", 4100264636, 17083.88, 17027.20),
    "cognitive_20/delay_dm_1": ("4e1a653c83ec380b", 3700012591, 12339.48, 23037.30),
    "cognitive_20/delay_dm_2": ("75114d599ce9bd48", 338664636, 12306.72, 23037.46),
    "cognitive_20/delay_context_dm_1": ("2ecbb30f4a092810", 637285590, 14540.26, 23037.30),
    "cognitive_20/delay_context_dm_2": ("0e38f23fcc9dbeb6", 25071023, 14540.26, 23037.46),
    "cognitive_20/delay_multisensory_dm": ("6710af777572edbc", 990384132, 14580.30, 23035.30),
    "cognitive_20/dms": ("4abd4dfda832392b", 689258652, 11659.41, 20972.49),
    "cognitive_20/dnms": ("c250f40c68225e18", 2172963771, 11659.41, 21205.70),
    "cognitive_20/dmc": ("9c0d020eba8b6cdd", 1849895578, 10884.12, 18135.17),
    "cognitive_20/dnmc": ("67dc012a405c7afd", 2624724739, 10884.12, 18081.78),
}
"""As those of the presets, at steps of 20 ms: first digits of the digest, and `facts` of 64 trials with seed 2026."""


@pytest.mark.parametrize("name", GOLDEN)
def test_digests_and_trials_are_golden(name: str) -> None:
    whole, _, part = name.partition("/")
    made = collection(whole)
    if part:
        assert isinstance(made, MultitaskSet)
        made = next(task for task in made.tasks if task.name == part)
    checksum, shown, wanted = facts(made.sample(64, dt=20, seed=2026))
    assert (made.digest[:16], checksum) == GOLDEN[name][:2]
    assert (shown, wanted) == pytest.approx(GOLDEN[name][2:], rel=1e-5)


def test_every_set_and_every_task_of_the_twenty_is_golden() -> None:
    twenty = collection("cognitive_20")
    assert isinstance(twenty, MultitaskSet)
    assert set(GOLDEN) == {*COLLECTIONS, *(f"cognitive_20/{task.name}" for task in twenty.tasks)}


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
