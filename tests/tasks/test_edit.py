"""Edits of tasks: what each changes, what follows it, and what it refuses."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    TASKS,
    Channel,
    Choice,
    Compare,
    Constant,
    Epoch,
    Factor,
    FirstCrossing,
    Gate,
    Hold,
    LargestMean,
    LastPulse,
    Linear,
    Lookup,
    Noise,
    PulseTrain,
    Remainder,
    Several,
    SignOfMean,
    Task,
    TruncatedExponential,
    TruncatedNormal,
    Uniform,
    Until,
    WithinTolerance,
    WorstCondition,
    edit,
)
from rnnlab.tasks.epochs import Duration
from rnnlab.tasks.references import references
from rnnlab.tasks.streams import Streams


@pytest.fixture
def task() -> Task:
    """Three epochs, two inputs and outputs, factors that depend on one another."""
    return Task(
        name="small",
        factors=(
            Factor("side", Choice((0, 1))),
            Factor("other", Gate("not", ("side",))),
            Factor("sum", Linear((("side", 2), ("other", 1)))),
        ),
        epochs=(
            Epoch("wait", Uniform(100, 300)),
            Epoch("show", Constant(200), when="side"),
            Epoch("answer", Constant(400), scored=True, weight="sum"),
        ),
        inputs=(
            Channel("left", (Hold("side", epochs=("wait", "show")), Noise(0.1))),
            Channel("right", (PulseTrain(epochs=("show",)),)),
        ),
        outputs=(
            Channel("a", (LastPulse("right"),)),
            Channel("b", (Hold("other", epochs=("answer",)), Hold("sum", epochs=("show", "answer"), when="side"))),
        ),
        scoring=LargestMean(("answer",), outputs=("a", "b"), only="sum"),
    )


# ------------------------------------------------------------------------------------------------------ names


@pytest.fixture
def same_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random streams are called after the parts of a task: let "new x" have that of "x"."""
    stream = Streams.__getitem__
    monkeypatch.setattr(Streams, "__getitem__", lambda self, label: stream(self, label.replace("new ", "")))


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.usefixtures("same_streams")
def test_a_new_name_is_followed_everywhere(name: str) -> None:
    task = renamed = tasks.get(name)
    for epoch in task.epoch_names:
        renamed = edit.rename_epoch(renamed, epoch, f"new {epoch}")
    for factor in task.factor_names:
        renamed = edit.rename_factor(renamed, factor, f"new {factor}")
    for side in ("inputs", "outputs"):
        for channel in getattr(task, side):
            renamed = edit.rename_channel(renamed, side, channel.name, f"new {channel.name}")
    old, new = task.sample(20, seed=3), renamed.sample(20, seed=3)
    for what in ("inputs", "targets", "mask", "lengths"):
        np.testing.assert_array_equal(getattr(new, what), getattr(old, what))
    for table in ("factors", "epochs"):
        for part, values in getattr(old, table).items():
            np.testing.assert_array_equal(getattr(new, table)[f"new {part}"], values)
    outputs = np.random.default_rng(0).random(old.targets.shape, dtype=np.float32)
    np.testing.assert_array_equal(renamed.score(outputs, new).correct, task.score(outputs, old).correct)
    assert renamed.to_json().replace('"new ', '"') == task.to_json()


def test_names_are_followed_into_scorings_made_of_others(task: Task) -> None:
    for scoring in (
        WorstCondition(LargestMean(("answer",), only="side"), ("side", "other")),
        Several((LargestMean(("answer",)), FirstCrossing(0.5, ("show", "answer"), only="side"))),
    ):
        changed = edit.set_scoring(task, scoring)
        changed = edit.rename_epoch(edit.rename_factor(changed, "side", "which"), "answer", "go")
        assert changed.scoring.to_json() == scoring.to_json().replace('"side"', '"which"').replace('"answer"', '"go"')


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [("wait", "show", r"Task\.epochs\[1\]\.name"), ("wait", "", r"Task\.epochs\[0\]\.name"), ("w", "x", "Task.epochs")],
)
def test_a_name_that_cannot_be_is_refused(task: Task, old: str, new: str, place: str) -> None:
    with pytest.raises(SpecError, match=place):
        edit.rename_epoch(task, old, new)


def test_names_may_be_exchanged_one_after_the_other(task: Task) -> None:
    changed = edit.rename_channel(task, "inputs", "left", "middle")
    changed = edit.rename_channel(changed, "inputs", "right", "left")
    changed = edit.rename_channel(changed, "inputs", "middle", "right")
    assert changed.input_names == ("right", "left")
    assert changed.outputs[0].signals == (LastPulse("left"),)


# ------------------------------------------------------------------------------------------------------ epochs


def test_an_epoch_is_added_where_it_is_wanted(task: Task) -> None:
    changed = edit.add_epoch(task, 1)
    assert changed.epoch_names == ("wait", "epoch", "show", "answer")
    assert changed.epochs[1] == Epoch("epoch", Constant(300.0))
    assert edit.add_epoch(changed).epoch_names[-1] == "epoch_2"
    assert edit.remove_epoch(changed, "epoch") == task


def test_a_scored_epoch_gets_targets_of_zero_where_there_is_none(task: Task) -> None:
    changed = edit.add_epoch(task, None, Epoch("late", Constant(100), scored=True))
    assert changed.outputs[0] == task.outputs[0]  # has a target in the whole trial
    assert changed.outputs[1].signals == (*task.outputs[1].signals, Hold(0.0, epochs=("late",)))
    again = edit.replace_epoch(changed, "wait", changed.epochs[0].replace(scored=True))
    assert again.outputs[1].signals[-1] == Hold(0.0, epochs=("late", "wait"))


def test_what_acts_in_an_epoch_goes_with_it(task: Task) -> None:
    changed = edit.remove_epoch(task, "show")
    assert changed.inputs == (
        Channel("left", (Hold("side", epochs=("wait",)), Noise(0.1))),
        Channel("right", ()),
    )
    assert changed.outputs[1].signals[1] == Hold("sum", epochs=("answer",), when="side")


def test_a_scoring_that_looks_at_one_epoch_alone_keeps_it(task: Task) -> None:
    two = edit.add_epoch(task, None, Epoch("late", Constant(100), scored=True))
    with pytest.raises(SpecError, match=r"Task\.scoring\.epochs.*'answer' alone; let it look at another"):
        edit.remove_epoch(two, "answer")
    both = edit.set_scoring(two, LargestMean(("answer", "late")))
    assert edit.remove_epoch(both, "answer").scoring == LargestMean(("late",))
    with pytest.raises(SpecError, match=r"Task\.epochs: no epoch is scored"):
        edit.remove_epoch(edit.set_scoring(task, LargestMean()), "answer")


def test_an_epoch_is_moved(task: Task) -> None:
    assert edit.move_epoch(task, "answer", 0).epoch_names == ("answer", "wait", "show")
    assert edit.move_epoch(task, "wait", 2).epoch_names == ("show", "answer", "wait")
    assert edit.move_epoch(task, "show", 1) == task
    with pytest.raises(SpecError, match="give a whole number from 0 to 2"):
        edit.move_epoch(task, "wait", 3)


def test_the_copy_of_an_epoch_does_what_the_epoch_does(task: Task) -> None:
    changed = edit.duplicate_epoch(task, "answer")
    assert changed.epochs[2:] == (task.epochs[2], task.epochs[2].replace(name="answer_2"))
    assert changed.outputs[1].signals[0].epochs == ("answer", "answer_2")
    assert changed.scoring.epochs == ("answer", "answer_2")
    assert changed.inputs == task.inputs
    batch = changed.sample(5, noise=False)
    steps = [batch.targets[0][batch.window(name)[0]] for name in ("answer", "answer_2")]
    np.testing.assert_array_equal(*steps)


@pytest.mark.parametrize("duration", [Remainder(1500), Until(700, 900)])
def test_the_copy_of_an_epoch_without_a_duration_gets_one(task: Task, duration: Remainder | Until) -> None:
    ends = edit.replace_epoch(task, "wait", Epoch("wait", Constant(100)))
    ends = edit.replace_epoch(ends, "answer", Epoch("answer", duration, scored=True))
    usual = edit.typical(ends)
    changed = edit.duplicate_epoch(ends, "answer")
    assert edit.typical(changed) == usual | {"answer_2": usual["answer"]}


# --------------------------------------------------------------------------------------------------- durations


@pytest.mark.parametrize(
    ("draw", "mean"),
    [
        (Constant(120), 120),
        (Uniform(100, 300), 200),
        (Choice((100, 200, 600), (1, 1, 2)), 375),
        (TruncatedExponential(100, 50, 250), 50 + 100 - 200 / np.expm1(2)),  # its mean in closed form
        (TruncatedNormal(200, 50, 100, 300), 200),
    ],
)
def test_the_typical_duration_is_the_mean(task: Task, draw: Duration, mean: float) -> None:
    changed = edit.replace_epoch(task, "show", Epoch("show", draw))
    assert edit.typical(changed)["show"] == pytest.approx(mean, abs=0.05)
    drawn = draw.sample(np.random.default_rng(0), 20_000)
    assert drawn.mean() == pytest.approx(mean, rel=0.02)


def test_what_ends_at_a_time_typically_lasts_the_rest(task: Task) -> None:
    until = edit.replace_epoch(task, "show", Epoch("show", Until(500, 700)))
    assert edit.typical(until) == {"wait": 200, "show": 400, "answer": 400}
    rest = edit.replace_epoch(task, "wait", Epoch("wait", Remainder(1000)))
    assert edit.typical(rest) == {"wait": 600, "show": 200, "answer": 400}  # as if the epoch "show" may be skipped ...
    always = edit.replace_epoch(rest, "show", Epoch("show", Constant(200)))
    assert edit.typical(always) == {"wait": 400, "show": 200, "answer": 400}


@pytest.mark.parametrize(
    ("before", "ms", "after"),
    [
        (Constant(120), 250, Constant(250)),
        (Uniform(100, 300), 450, Uniform(350, 550)),
        (Uniform(100, 300), 110, Uniform(10, 210)),
        (Uniform(100, 300), 50, Uniform(0, 100)),  # the spread shrinks rather than go below 0
        (Choice((100, 200, 600), (1, 1, 2)), 475, Choice((200, 300, 700), (1, 1, 2))),
        (TruncatedNormal(200, 50, 100, 300), 300, TruncatedNormal(300, 50, 200, 400)),
        (TruncatedNormal(200, 50, 100, 300), 50, TruncatedNormal(50, 25, 0, 100)),
    ],
)
def test_an_epoch_is_stretched_and_stays_of_its_kind(task: Task, before: Duration, ms: float, after: Duration) -> None:
    changed = edit.stretch(edit.replace_epoch(task, "show", Epoch("show", before)), "show", ms)
    assert_alike(changed.epochs[1].duration, after)


def assert_alike(one: Duration, other: Duration) -> None:
    """The same kind, the same numbers but for rounding."""
    assert type(one) is type(other)
    for f in dataclasses.fields(one):
        assert getattr(one, f.name) == pytest.approx(getattr(other, f.name)), f.name


@pytest.mark.parametrize("ms", [400.0, 90.0, 30.0])
def test_an_exponential_waiting_time_keeps_its_shape(task: Task, ms: float) -> None:
    changed = edit.replace_epoch(task, "show", Epoch("show", TruncatedExponential(100, 50, 250)))
    duration = edit.stretch(changed, "show", ms).epochs[1].duration
    assert isinstance(duration, TruncatedExponential)
    assert (duration.high - duration.low) / duration.mean == pytest.approx(2)
    assert duration.low >= 0
    assert duration.sample(np.random.default_rng(0), 20_000).mean() == pytest.approx(ms, rel=0.02)


def test_a_scored_epoch_keeps_a_step_to_be_judged(task: Task) -> None:
    scored = edit.replace_epoch(task, "answer", Epoch("answer", Uniform(100, 300), scored=True, grace=50))
    least = edit.stretch(scored, "answer", 80, dt=20).epochs[2].duration
    assert (least.low, least.high) == pytest.approx((70, 90))
    with pytest.raises(SpecError, match=r"Task\.epochs\[2\]\.duration: 69 ms is too short .* at least 70 ms"):
        edit.stretch(scored, "answer", 69, dt=20)


@pytest.mark.parametrize("name", TASKS)
def test_every_epoch_of_the_library_can_be_stretched(name: str) -> None:
    task = tasks.get(name)
    for i, epoch in enumerate(task.epochs):
        usual = edit.typical(task)[epoch.name]
        changed = edit.stretch(task, epoch.name, usual) if usual >= 10 + epoch.grace else task
        assert_alike(changed.epochs[i].duration, epoch.duration)
        longer = _stretched(task, epoch.name, usual + 50)
        if longer is not None:
            assert edit.typical(longer)[epoch.name] == pytest.approx(usual + 50)
            assert type(longer.epochs[i].duration) is type(epoch.duration)
        else:  # only because of an epoch that ends at a given time or is the remainder
            assert any(isinstance(each.duration, Until | Remainder) for each in task.epochs)


def _stretched(task: Task, epoch: str, ms: float) -> Task | None:
    try:
        return edit.stretch(task, epoch, ms)
    except SpecError as error:
        assert error.path.startswith("Task.epochs[")
        return None


# ---------------------------------------------------------------------------------------------------- channels


def test_a_channel_is_added(task: Task) -> None:
    changed = edit.add_channel(edit.add_channel(task, "inputs"), "outputs", index=0)
    assert changed.inputs[-1] == Channel("input")
    assert changed.outputs[0] == Channel("output", (Hold(0.0, epochs=("answer",)),))
    assert edit.add_channel(changed, "inputs").input_names[-1] == "input_2"
    with pytest.raises(SpecError, match="'left' is taken"):
        edit.add_channel(task, "inputs", "left")


def test_an_output_is_added_beside_one_that_alone_is_scored() -> None:
    """Two outputs are where every choice among outputs begins, and the sign of one is where a new task does."""
    more = edit.add_channel(edit.blank(), "outputs")
    assert more.output_names == ("choice", "output")
    assert more.scoring == edit.blank().scoring.replace(outputs=("choice",))
    edit.set_scoring(more, LargestMean(epochs=("response",)))


def test_a_channel_that_a_target_looks_back_at_stays(task: Task) -> None:
    with pytest.raises(SpecError, match=r"Task\.inputs\[1\]: input 'right' is needed by output 'a'; let them use"):
        edit.remove_channel(task, "inputs", "right")
    assert edit.remove_channel(task, "inputs", "left").input_names == ("right",)


def test_the_scoring_forgets_an_output_that_goes(task: Task) -> None:
    three = edit.duplicate_channel(task, "outputs", "b")
    assert three.output_names == ("a", "b", "b_2")
    assert three.scoring.outputs == ("a", "b", "b_2")
    assert edit.remove_channel(three, "outputs", "a").scoring.outputs == ("b", "b_2")
    with pytest.raises(SpecError, match=r"Task\.scoring\.outputs: the scoring looks at output 'b' alone"):
        edit.remove_channel(edit.set_scoring(task, SignOfMean(outputs=("b",))), "outputs", "b")
    with pytest.raises(SpecError, match="is the only output"):
        edit.remove_channel(edit.blank(), "outputs", "choice")


def test_channels_change_places(task: Task) -> None:
    changed = edit.move_channel(task, "outputs", "b", 0)
    assert changed.output_names == ("b", "a")
    np.testing.assert_array_equal(changed.sample(4).targets[:, :, ::-1], task.sample(4).targets)


def test_a_side_that_is_none_is_refused(task: Task) -> None:
    with pytest.raises(SpecError, match="give 'inputs' or 'outputs'"):
        edit.add_channel(task, "input")  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------- cells


def test_a_cell_holds_what_acts_in_its_epoch(task: Task) -> None:
    hold, noise = edit.cell(task, "inputs", "left", "show")
    assert (hold.index, hold.signal, hold.whole, hold.shared) == (0, task.inputs[0].signals[0], False, True)
    assert (noise.index, noise.signal, noise.whole, noise.shared) == (1, Noise(0.1), True, True)
    assert [each.signal for each in edit.cell(task, "inputs", "left", "answer")] == [Noise(0.1)]
    assert not edit.cell(task, "inputs", "right", "show")[0].shared


def test_a_cell_is_changed_and_the_other_cells_are_not(task: Task) -> None:
    stronger = Hold("side", gain=3.0, epochs=("wait", "show"))
    changed = edit.set_cell(task, "inputs", "left", "show", [stronger])
    old, new = task.sample(10, noise=False), changed.sample(10, noise=False)
    window = old.window("show")
    np.testing.assert_array_equal(new.inputs[~window], old.inputs[~window])
    np.testing.assert_allclose(new.inputs[window][:, 0], 3 * old.inputs[window][:, 0])
    assert changed.inputs[1] == task.inputs[1]


def test_a_signal_given_unchanged_stays_shared(task: Task) -> None:
    shared = task.inputs[0].signals[0]
    changed = edit.set_cell(task, "inputs", "left", "show", [shared, Hold(0.5)])
    assert changed.inputs[0].signals == (shared, Noise(0.1), Hold(0.5, epochs=("show",)))
    assert edit.set_cell(changed, "inputs", "left", "show", [shared]) == task
    emptied = edit.set_cell(task, "inputs", "left", "show", [])
    assert emptied.inputs[0].signals == (Hold("side", epochs=("wait",)), Noise(0.1))


def test_a_target_that_is_needed_stays(task: Task) -> None:
    with pytest.raises(SpecError, match=r"Task\.outputs\[1\]\.signals: 'b' has no target in .* 'answer'"):
        edit.set_cell(task, "outputs", "b", "answer", [])
    with pytest.raises(SpecError, match=r"Task\.outputs\[0\]\.signals"):
        edit.remove_signal(task, "outputs", "a", 0)


def test_signals_are_added_changed_moved_and_removed(task: Task) -> None:
    changed = edit.add_signal(task, "inputs", "left", Hold(2.0), 0)
    assert changed.inputs[0].signals[0] == Hold(2.0)
    changed = edit.replace_signal(changed, "inputs", "left", 0, Hold(3.0))
    changed = edit.move_signal(changed, "inputs", "left", 0, 2)
    assert changed.inputs[0].signals == (*task.inputs[0].signals, Hold(3.0))
    assert edit.remove_signal(changed, "inputs", "left", 2) == task
    with pytest.raises(SpecError, match=r"Task\.inputs\[0\]\.signals: 2 is no place"):
        edit.remove_signal(task, "inputs", "left", 2)


# ----------------------------------------------------------------------------------------------------- factors


def test_a_factor_that_is_used_stays(task: Task) -> None:
    with pytest.raises(SpecError, match=r"Task\.factors\[2\]: factor 'sum' is needed by epoch 'answer', output 'b', "):
        edit.remove_factor(task, "sum")
    for name in task.factor_names:
        with pytest.raises(SpecError, match="is needed by"):
            edit.remove_factor(task, name)
    more = edit.add_factor(task, "extra", Compare("side", "==", 1.0))
    assert edit.remove_factor(more, "extra") == task


def test_factors_are_added_copied_and_moved(task: Task) -> None:
    assert edit.add_factor(task).factors[-1] == Factor("factor", Choice((0.0, 1.0)))
    copied = edit.duplicate_factor(task, "side")
    assert copied.factor_names == ("side", "side_2", "other", "sum")
    assert edit.move_factor(copied, "side_2", 3).factor_names == ("side", "other", "sum", "side_2")
    looked = edit.replace_factor(task, "other", Factor("against", Lookup("side", (1.0, 0.5))))
    assert looked.factors[2].rule == Linear((("side", 2), ("against", 1)))
    with pytest.raises(SpecError, match="in a circle"):
        edit.replace_factor(task, "other", Factor("other", Compare("sum")))


# ------------------------------------------------------------------------------------------------------- whole


def test_a_new_task_can_be_done_and_trained() -> None:
    task = edit.blank()
    batch = task.sample(64, balanced=True)
    assert batch.inputs.shape == (64, 120, 2) and set(batch.factors["sign"]) == {-1.0, 1.0}
    assert task.score(batch.targets, batch).accuracy == 1
    assert task.score(-batch.targets, batch).accuracy == 0


def test_scoring_design_and_words(task: Task) -> None:
    changed = edit.set_design(edit.set_scoring(task, WithinTolerance(0.3)), "balanced")
    changed = edit.set_facts(changed, name="mine", description="Wait.")
    assert (changed.name, changed.description, changed.source) == ("mine", "Wait.", task.source)
    assert (changed.scoring, changed.design) == (WithinTolerance(0.3), "balanced")
    with pytest.raises(SpecError, match=r"Task\.nam"):
        edit.set_facts(task, nam="x")


# ---------------------------------------------------------------------------------------- over the whole library


def _copies(task: Task) -> Iterator[Task]:
    yield from (edit.duplicate_epoch(task, name) for name in task.epoch_names)
    yield from (edit.duplicate_factor(task, name) for name in task.factor_names)
    yield from (edit.duplicate_channel(task, "inputs", name) for name in task.input_names)


@pytest.mark.parametrize("name", TASKS)
def test_a_copy_of_any_part_gives_a_task_with_trials(name: str) -> None:
    task = tasks.get(name)
    n_parts = sum(len(getattr(task, what)) for what in ("epochs", "inputs", "factors"))
    for changed in _copies(task):
        assert sum(len(getattr(changed, what)) for what in ("epochs", "inputs", "factors")) == n_parts + 1
        assert changed.sample(2).n_trials == 2


@pytest.mark.parametrize("name", TASKS)
def test_an_epoch_can_be_added_anywhere_and_taken_out_again(name: str) -> None:
    task = tasks.get(name)
    usual = edit.typical(task)
    for index in range(len(task.epochs) + 1):
        more = edit.add_epoch(task, index)
        assert edit.typical(more) == pytest.approx({**usual, "epoch": 300.0})
        assert more.sample(2).n_trials == 2
        assert edit.remove_epoch(more, "epoch") == task


@pytest.mark.parametrize("name", TASKS)
def test_what_is_removed_is_no_longer_named(name: str) -> None:
    task = tasks.get(name)
    for epoch in task.epoch_names:
        try:
            changed = edit.remove_epoch(task, epoch)
        except SpecError as error:
            assert error.path.startswith(("Task.epochs", "Task.scoring", "Task.outputs"))
            continue
        assert epoch not in [n for part in (*changed.inputs, *changed.outputs) for _, n in references(part, "epoch")]
        assert changed.sample(2).n_trials == 2
