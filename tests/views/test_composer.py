"""The composer: what is done on the board and in the forms reaches the task, and what cannot be is explained there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnnlab.app.serve import MAX_MESSAGE
from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session, sharing
from rnnlab.session.sharing import MAX_TASK
from rnnlab.tasks import Channel, Constant, Hold, Task, Uniform, edit
from rnnlab.views.chosen import ChosenChannel, ChosenEpoch, ChosenFactor, ChosenScoring, from_data
from rnnlab.views.composer import ComposerPart
from rnnlab.views.exchange import ExchangePart
from rnnlab.views.inspector import Inspector


@pytest.fixture
def part(session: Session) -> ComposerPart:
    """The composer over a small new task: fixation, stimulus, response."""
    assert session.set_own_task(edit.blank())
    made = ComposerPart(session, LIGHT)
    session.param.watch(lambda *events: made.note({e.name for e in events}), list(made.watches))
    session.param.watch(lambda *_: made.bring_up_to_date(), list(made.watches))
    made.bring_up_to_date()
    return made


def say(part: ComposerPart, **message: Any) -> None:
    """Tell the composer what the browser would."""
    part.board._handle_msg({"n": part.board.answered + 1, **message})


def task(part: ComposerPart) -> Task:
    return part.session.experiment.described_task


def board(part: ComposerPart) -> Any:
    return json.loads(part.board.sheet)


def problem(part: ComposerPart) -> dict[str, str]:
    told: dict[str, str] = json.loads(part.board.problem)
    return told


def press(part: ComposerPart, label: str) -> None:
    """Press one of the buttons of the composer or of the inspector."""
    found = [b for b in part.layout.select(lambda v: getattr(v, "label", "") == label) if b.visible]
    assert len(found) == 1, f"{len(found)} buttons say {label!r}"
    found[0].clicks += 1


# --------------------------------------------------------------------------------------------------------- edges


def test_an_edge_moves_its_epoch_and_the_trials(part: ComposerPart) -> None:
    before = part.session.example
    say(part, act="stretch", name="stimulus", ms=700, done=False)
    assert task(part).epochs[1].duration == Constant(700)
    assert [epoch["ms"] for epoch in board(part)["epochs"]] == [300, 700, 400]
    assert part.session.example.n_steps - before.n_steps == 20


def test_the_drag_of_an_edge_is_one_step_to_undo(part: ComposerPart) -> None:
    before = task(part)
    for ms in (510, 520, 530):
        say(part, act="stretch", name="stimulus", ms=ms, done=False)
    say(part, act="stretch", name="stimulus", ms=530, done=True)
    say(part, act="undo")
    assert task(part) == before
    say(part, act="redo")
    assert task(part).epochs[1].duration == Constant(530)


def test_a_drag_is_one_step_however_slow_and_two_drags_are_two(
    part: ComposerPart, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(part.session._undo, "_clock", lambda: now[0])
    for ms in (510, 520):
        say(part, act="stretch", name="stimulus", ms=ms, done=False)
        now[0] += 100
    say(part, act="stretch", name="stimulus", ms=530, done=True)
    say(part, act="stretch", name="stimulus", ms=600, done=False)
    say(part, act="stretch", name="stimulus", ms=610, done=True)
    say(part, act="undo")
    assert task(part).epochs[1].duration == Constant(530)
    say(part, act="undo")
    assert task(part).epochs[1].duration == Constant(500)


def test_a_drag_that_is_cancelled_leaves_no_trace(part: ComposerPart) -> None:
    before, undoable = task(part), part.session.undoable
    say(part, act="stretch", name="stimulus", ms=800, done=False)
    say(part, act="stretch", name="stimulus", ms=3, done=False)
    say(part, act="cancel")
    assert task(part) == before
    assert part.session.undoable == undoable
    assert problem(part) == {}


def test_an_edge_that_cannot_be_there_is_explained_at_its_card_and_changes_nothing(part: ComposerPart) -> None:
    before = task(part)
    say(part, act="stretch", name="response", ms=2, done=True)
    assert task(part) == before
    assert problem(part)["epoch"] == "response"
    assert "too short" in problem(part)["text"] and "at least 10 ms" in problem(part)["text"]
    say(part, act="stretch", name="response", ms=450, done=True)
    assert problem(part) == {}


def test_a_duration_that_is_no_number_is_explained_at_its_card(part: ComposerPart) -> None:
    say(part, act="unread", name="stimulus", text="soon")
    assert problem(part) == {"epoch": "stimulus", "text": "'soon' is no number of milliseconds"}
    part.session.edit(edit.add_factor, "add a factor")
    part.bring_up_to_date()
    assert problem(part) == {}, "it goes with the task it spoke of"


def test_a_soft_edge_keeps_its_spread(part: ComposerPart) -> None:
    part.session.edit(
        lambda old: edit.replace_epoch(old, "stimulus", old.epochs[1].replace(duration=Uniform(400, 600))), ""
    )
    say(part, act="stretch", name="stimulus", ms=700, done=True)
    assert task(part).epochs[1].duration == Uniform(600, 800)


# ----------------------------------------------------------------------------------------------- parts of a list


def test_epochs_are_added_behind_the_chosen_one_duplicated_moved_and_removed(part: ComposerPart) -> None:
    say(part, act="choose", what="epoch", name="stimulus")
    press(part, "Add epoch")
    assert task(part).epoch_names == ("fixation", "stimulus", "epoch", "response")
    assert part.inspector.chosen == ChosenEpoch("epoch")
    press(part, "Duplicate")
    assert part.inspector.chosen == ChosenEpoch("epoch_2")
    press(part, "Earlier")
    assert task(part).epoch_names == ("fixation", "stimulus", "epoch_2", "epoch", "response")
    press(part, "Remove")
    assert part.inspector.chosen == ChosenEpoch("epoch")
    say(part, act="move", what="epoch", side="", name="epoch", index=0)
    assert task(part).epoch_names == ("epoch", "fixation", "stimulus", "response")
    for _ in range(5):
        press(part, "Undo")
    assert task(part) == edit.blank()


@pytest.mark.parametrize("side", ["inputs", "outputs"])
def test_channels_are_added_moved_and_removed(part: ComposerPart, side: str) -> None:
    before = [channel.name for channel in getattr(task(part), side)]
    press(part, f"Add {side[:-1]}")
    assert len(getattr(task(part), side)) == len(before) + 1
    chosen = part.inspector.chosen
    assert isinstance(chosen, ChosenChannel) and chosen.name not in before
    press(part, "Up")
    assert getattr(task(part), side)[-2].name == chosen.name
    press(part, "Remove")
    assert [channel.name for channel in getattr(task(part), side)] == before


def test_factors_are_added_and_duplicated(part: ComposerPart) -> None:
    press(part, "Add factor")
    press(part, "Duplicate")
    assert task(part).factor_names == ("sign", "factor", "factor_2")
    assert [item["label"] for item in board(part)["things"]["Factors"]] == ["sign", "factor", "factor 2"]


def test_catch_trials_are_added_once_and_their_share_is_looked_at(part: ComposerPart) -> None:
    press(part, "Add catch trials")
    assert task(part).epoch_names == ("fixation", "stimulus", "response", "catch")
    assert part.inspector.chosen == ChosenFactor("catch")
    batch = task(part).sample(2000)
    catch = batch.factors["catch"] == 1
    assert 0.07 < catch.mean() < 0.13 and not batch.targets[catch].any() and batch.mask[catch].any(axis=(1, 2)).all()
    assert (batch.lengths[catch] == 120).all()  # 300, 500 and 400 ms in steps of 10
    press(part, "Add catch trials")
    assert "catch" in str(part.inspector.problem.object) and 'role="alert"' in str(part.inspector.problem.object)
    assert len(task(part).epochs) == 4


def test_what_is_needed_elsewhere_is_not_removed_and_the_inspector_says_by_what(part: ComposerPart) -> None:
    say(part, act="remove", what="factor", name="sign")
    assert task(part) == edit.blank()
    said = str(part.inspector.problem.object)
    assert "needed by" in said and "stimulus" in said and 'role="alert"' in said
    say(part, act="choose", what="epoch", name="stimulus")
    assert str(part.inspector.problem.object) == ""


def test_a_new_task_can_be_begun_and_taken_back(part: ComposerPart) -> None:
    press(part, "Add factor")
    changed = task(part)
    press(part, "New task")
    assert task(part) == edit.blank()
    press(part, "Undo")
    assert task(part) == changed


# --------------------------------------------------------------------------------------------------------- forms


def wish(part: ComposerPart, value: Any) -> bool:
    """Say in the form in sight that this should stand there."""
    return part.inspector._wish(value)


def test_a_renamed_epoch_stays_chosen_and_is_followed(part: ComposerPart) -> None:
    say(part, act="choose", what="epoch", name="stimulus")
    assert wish(part, task(part).epochs[1].replace(name="look"))
    assert part.inspector.chosen == ChosenEpoch("look")
    assert json.loads(part.board.chosen)["name"] == "look"
    assert edit.cell(task(part), "inputs", "stimulus", "look")[0].signal == Hold("sign", epochs=("look",))


def test_a_cell_says_what_a_channel_does_in_an_epoch(part: ComposerPart) -> None:
    say(part, act="choose", what="cell", side="inputs", name="stimulus", epoch="fixation")
    assert wish(part, (Hold(0.3),))
    assert board(part)["rows"][1]["cells"][0]["words"] == "0.3"
    assert board(part)["rows"][1]["cells"][1]["words"] == "sign"
    press(part, "Clear")
    assert task(part) == edit.blank()


def test_a_signal_changed_in_a_cell_changes_in_all_its_epochs(part: ComposerPart) -> None:
    """The form says which these are."""
    say(part, act="choose", what="cell", side="inputs", name="fixation", epoch="stimulus")
    assert wish(part, (Hold(2.0, epochs=("fixation", "stimulus")),))
    assert task(part).inputs[0].signals == (Hold(2.0, epochs=("fixation", "stimulus")),)


def test_what_a_form_may_not_say_is_explained_in_it_and_changes_nothing(part: ComposerPart) -> None:
    say(part, act="choose", what="epoch", name="response")
    assert not wish(part, task(part).epochs[2].replace(name="stimulus"))
    assert task(part) == edit.blank()
    shown = [str(v.object) for v in part.inspector.body.select(lambda v: "error" in str(getattr(v, "object", "")))]
    assert any("is taken" in text for text in shown), shown


@pytest.mark.parametrize(
    "data",
    [
        {"what": "epoch", "name": "stimulus"},
        {"what": "channel", "side": "outputs", "name": "choice"},
        {"what": "cell", "side": "inputs", "name": "stimulus", "epoch": "stimulus"},
        {"what": "factor", "name": "sign"},
        {"what": "scoring"},
        {"what": "task"},
    ],
    ids=lambda data: data["what"],
)
def test_everything_on_the_board_can_be_chosen_and_granted_as_it_is(part: ComposerPart, data: dict[str, str]) -> None:
    say(part, act="choose", **data)
    assert json.loads(part.board.chosen) == data
    chosen = from_data(data)
    assert part.inspector.chosen == chosen and chosen.there(task(part))
    value = chosen.value(task(part))
    assert chosen.put(task(part), value) == task(part)
    assert chosen.named_as(value) == chosen
    assert part.inspector.forms[chosen.form].layout.visible
    assert [form.layout.visible for form in part.inspector.forms.values()].count(True) == 1


def test_what_an_undo_takes_away_is_no_longer_looked_at(part: ComposerPart) -> None:
    press(part, "Add factor")
    assert part.inspector.chosen == ChosenFactor("factor")
    press(part, "Undo")
    assert part.inspector.chosen.what == ""
    assert "Click an epoch" in str(part.inspector.note.object)


@pytest.mark.parametrize("said", [{"what": "nothing such"}, {}, {"what": "epoch", "name": "no such epoch"}])
def test_what_is_not_there_cannot_be_chosen(part: ComposerPart, said: dict[str, str]) -> None:
    say(part, act="choose", **said)
    assert part.inspector.chosen.what == ""


def test_the_task_s_words_and_design_are_changed_too(part: ComposerPart) -> None:
    say(part, act="choose", what="task")
    assert wish(part, part.inspector.chosen.value(task(part)).replace(name="mine", design="balanced"))
    assert (task(part).name, task(part).design) == ("mine", "balanced")


def test_a_refused_change_waits_for_the_person_to_come_back(session: Session) -> None:
    assert session.set_own_task(edit.blank())
    inspector = Inspector(session, lambda chosen: None)
    inspector.look_at(ChosenEpoch("response"))
    name = inspector.forms["epoch"].root.fields["name"].control.widget
    name.value = "stimulus"
    assert "is taken" in errors(inspector) and inspector.waiting.visible
    inspector.look_at(ChosenEpoch("fixation"))
    assert (name.value, errors(inspector), inspector.waiting.visible) == ("fixation", "", False)
    assert inspector.drafts == [ChosenEpoch("response")]
    inspector.look_at(ChosenScoring())
    inspector.look_at(ChosenEpoch("response"))
    assert name.value == "stimulus" and "is taken" in errors(inspector)
    inspector.drop.clicks += 1
    assert (name.value, errors(inspector), inspector.drafts) == ("response", "", [])


CELL = {"what": "cell", "side": "outputs", "name": "choice", "epoch": "response"}
"""A scored cell: its target must be there in all trials."""


def waiting(part: ComposerPart) -> list[dict[str, str]]:
    """What the board marks as changed but not accepted."""
    marked: list[dict[str, str]] = json.loads(part.board.drafts)
    return marked


def refuse(part: ComposerPart) -> None:
    """Ask for a target in some trials only, which is refused."""
    say(part, act="choose", **CELL)
    signal = part.inspector.forms["cell"].root.rows[0].inner.fields.fields["when"].control
    signal.widget.value = "sign"


def test_the_board_marks_what_is_not_accepted_until_it_is(part: ComposerPart) -> None:
    before = task(part)
    refuse(part)
    assert task(part) == before
    assert waiting(part) == [CELL] and "choice during response" in str(part.waiting.object)
    say(part, act="choose", what="epoch", name="fixation")
    say(part, act="stretch", name="fixation", ms=350, done=True)
    assert waiting(part) == [CELL]
    say(part, act="choose", **CELL)
    assert "no target" in errors(part.inspector)
    press(part, "Add")  # a second signal, for the other trials
    assert (waiting(part), str(part.waiting.object), errors(part.inspector)) == ([], "", "")
    assert [signal.when for signal in task(part).outputs[0].signals][-2:] == ["sign", ""]


def test_what_is_not_accepted_follows_a_new_name_and_ends_with_the_task(part: ComposerPart) -> None:
    refuse(part)
    say(part, act="choose", what="epoch", name="response")
    assert wish(part, task(part).epochs[2].replace(name="answer"))
    assert waiting(part) == [CELL | {"epoch": "answer"}]
    press(part, "New task")
    assert waiting(part) == []


def test_steps_name_the_field_that_they_change(part: ComposerPart) -> None:
    say(part, act="choose", what="cell", side="inputs", name="stimulus", epoch="stimulus")
    (signal,) = part.inspector.chosen.value(task(part))
    assert wish(part, (signal.replace(gain=0.5),))
    assert part.session.undoable == "change gain of stimulus during stimulus"
    say(part, act="choose", what="task")
    before = task(part)
    for change in ({"name": "mine"}, {"description": "Look."}, {"source": "Me"}):
        assert wish(part, part.inspector.chosen.value(task(part)).replace(**change))
    assert [part.session.undoable, part.session.undo() and part.session.undoable] == [
        "change source of task", "change description of task"
    ]  # fmt: skip
    assert part.session.undo() and part.session.undo() and task(part) == before


def test_a_part_called_by_what_it_is_is_not_called_so_twice() -> None:
    titles = [ChosenEpoch("epoch"), ChosenFactor("factor_2"), ChosenChannel("inputs", "input"), ChosenEpoch("epochal")]
    assert [each.title() for each in titles] == ["Epoch", "Factor 2", "Input", "Epoch epochal"]


def errors(inspector: Inspector) -> str:
    """What is complained about in the forms."""
    shown = inspector.body.select(lambda v: getattr(v, "visible", False) and "error" in str(getattr(v, "object", "")))
    return " ".join(str(v.object) for v in shown)


# ---------------------------------------------------------------------------------------------------------- text


@pytest.fixture
def exchange(session: Session) -> ExchangePart:
    made = ExchangePart(session, LIGHT)
    made.bring_up_to_date()
    return made


def test_the_panes_hold_the_task(exchange: ExchangePart, session: Session) -> None:
    assert Task.from_json(exchange.exchange.json) == session.experiment.task
    names: dict[str, Any] = {}
    exec(exchange.exchange.python, names)  # what the pane offers is a script that runs
    assert names["task"] == session.experiment.task


@pytest.fixture
def told(part: ComposerPart, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What the browser is told to do with files and addresses."""
    heard: list[dict[str, str]] = []
    monkeypatch.setattr(part.handing.buttons, "_send_msg", heard.append)
    return heard


def hand(part: ComposerPart, **message: str) -> None:
    part.handing.buttons._handle_msg(message)


def test_a_file_is_opened_and_one_that_is_no_task_is_explained(part: ComposerPart, told: list[dict[str, str]]) -> None:
    opened = edit.add_factor(edit.blank())
    hand(part, act="open", name="mine.json", text=opened.to_json())
    assert task(part) == opened
    assert told[-1] == {"what": "note", "text": "Opened mine.json"}
    hand(part, act="open", name="bad.json", text='{"kind": "Task", "name": 3}')
    assert task(part) == opened
    problem = str(part.handing.problem.object)
    assert "task" in problem and 'role="alert"' in problem


def test_a_task_is_saved_and_shared_by_the_browser(part: ComposerPart, told: list[dict[str, str]]) -> None:
    hand(part, act="save")
    hand(part, act="share")
    file, link = told
    assert file["name"] == "new_task.json"
    assert Task.from_json(file["text"]) == edit.blank()
    part.session.set_task("xor")
    assert part.session.open_shared(link["text"])
    assert task(part) == edit.blank()


def test_the_file_of_a_changed_task_of_the_catalogue_says_so(part: ComposerPart, told: list[dict[str, str]]) -> None:
    part.session.set_task("xor")
    hand(part, act="save")
    press(part, "Add factor")
    hand(part, act="save")
    assert [each["name"] for each in told if each["what"] == "file"] == ["xor.json", "xor_changed.json"]


def test_what_was_said_of_a_task_goes_with_it(part: ComposerPart, told: list[dict[str, str]]) -> None:
    hand(part, act="share")
    part.session.set_network("n_units", 20)
    assert [message["what"] for message in told] == ["link"]
    press(part, "Add factor")
    assert told[-1] == {"what": "changed"}
    press(part, "Add factor")
    assert len(told) == 2


def test_a_refusal_stands_in_one_line_until_something_else_is_done(
    part: ComposerPart, told: list[dict[str, str]]
) -> None:
    problem = part.handing.problem
    for refused, words in (
        ({"act": "large", "name": "<b>.json"}, "&lt;b&gt;.json is larger than the file of a task may be (2 MB)"),
        ({"act": "open", "name": "bad.json", "text": "[1]"}, "expected a JSON object"),
        ({"act": "open", "name": "bad.json", "text": "[1]"}, "expected a JSON object"),
    ):
        hand(part, **refused)
        assert words in problem.object and 'role="alert"' in problem.object
        assert told[-1] == {"what": "note", "text": ""}, "what was said before is over"
    hand(part, act="save")
    assert problem.object == "" and told[-1]["what"] == "file"
    hand(part, act="large", name="large.json")
    press(part, "Add factor")
    assert problem.object == ""


def test_a_task_without_an_address_says_so_beside_share(part: ComposerPart, told: list[dict[str, str]]) -> None:
    assert part.handing.buttons.limit == ""
    wide = tuple(Channel(f"c{i}", (Hold(i * 0.7123 % 1),)) for i in range(1500))
    assert part.session.edit(lambda task: task.replace(inputs=wide), "widen")
    assert part.handing.buttons.limit == "too large for an address"
    hand(part, act="share")
    assert "more than the 16000 an address may have; save it to a file" in part.handing.problem.object
    press(part, "Undo")
    assert (part.handing.buttons.limit, part.handing.problem.object) == ("", "")


def test_what_could_not_be_opened_again_is_not_handed_over(
    part: ComposerPart, told: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MAX_PARTS", 1)
    hand(part, act="save")
    assert "could not be opened again" in part.handing.problem.object
    assert "file" not in [message["what"] for message in told]


def test_the_largest_file_fits_into_one_message(part: ComposerPart) -> None:
    assert part.handing.buttons.most_bytes == MAX_TASK
    assert len(json.dumps('"' * MAX_TASK)) + 100_000 < MAX_MESSAGE


def test_only_an_output_has_a_weight(part: ComposerPart) -> None:
    """That of an input can be 1 alone: nothing to choose."""
    for side, name, weighed in (("inputs", "stimulus", False), ("outputs", "choice", True)):
        say(part, act="choose", what="channel", side=side, name=name)
        chosen = part.inspector.chosen
        assert ("weight" in part.inspector.forms[chosen.form].root.fields) == weighed
