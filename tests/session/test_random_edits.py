"""Any sequence of edits on any task gives a sound task or says what stands against it, and all of it comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnlab.session.intent import Intent
from rnnlab.session.undo import Undo
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    TASKS,
    Channel,
    Compare,
    Constant,
    Epoch,
    Factor,
    FirstCrossing,
    Gate,
    Hold,
    LargestMean,
    LastPulse,
    Ramp,
    Remainder,
    RSquared,
    Task,
    Uniform,
    Until,
    WithinTolerance,
    WorstCondition,
    edit,
    get,
)
from tests.session.helpers import small

PLACE = re.compile(r"Task(\.\w+(\[\d+\])*)*")
NETWORK = small().replace(network__dt=1.0)


class Dice:
    """Draws what an edit is given: mostly what there is, sometimes what there is not."""

    def __init__(self, data: st.DataObject, task: Task) -> None:
        self.draw, self.task = data.draw, task

    def one(self, names: tuple[str, ...]) -> str:
        return self.draw(st.sampled_from([*names, *names, "nothing"]))

    def word(self) -> str:
        return self.draw(st.sampled_from(["a", "b", "stimulus", "", "<b>", "x" * 61]))

    def index(self) -> int:
        return self.draw(st.sampled_from([0, 0, 0, 1, 1, 2, 5, -1]))

    def side(self) -> edit.Side:
        return self.draw(st.sampled_from(["inputs", "outputs"]))

    def epoch(self) -> str:
        return self.one(self.task.epoch_names)

    def factor(self) -> str:
        return self.one(self.task.factor_names)

    def channel(self, side: edit.Side) -> str:
        return self.one(tuple(channel.name for channel in getattr(self.task, side)))

    def ms(self) -> float:
        return self.draw(st.floats(-10, 3000) | st.just(float("nan")))

    def duration(self) -> Any:
        low, more = self.draw(st.integers(10, 800)), self.draw(st.integers(0, 500))
        return self.draw(
            st.sampled_from(
                [Constant(low), Uniform(low, low + more), Until(low, low + more), Remainder(low + 10 * more)]
            )
        )

    def changed_epoch(self, name: str) -> Epoch:
        """Another one of that name, or of another."""
        return self.new_epoch().replace(name=self.draw(st.sampled_from([name, "a"])), when="")

    def new_epoch(self) -> Epoch:
        return Epoch(self.word(), self.duration(), self.draw(st.booleans()), when=self.draw(st.sampled_from(["", "a"])))

    def signal(self) -> Any:
        where = tuple({self.epoch() for _ in range(self.draw(st.integers(0, 2)))})
        level = self.draw(st.sampled_from([0.5, self.factor()]))
        past = LastPulse(self.channel("inputs"), epochs=where)
        return self.draw(st.sampled_from([Hold(level, epochs=where), Ramp(0.0, level, epochs=where), past]))

    def rule(self) -> Any:
        return self.draw(
            st.sampled_from([Constant(0.5), Compare(self.factor(), ">", 0.0), Gate("xor", (self.factor(), "a"))])
        )

    def scoring(self) -> Any:
        epochs, outputs = (self.epoch(),), (self.channel("outputs"),)
        return self.draw(
            st.sampled_from(
                [
                    LargestMean(epochs, 0.5),
                    LargestMean(),
                    WithinTolerance(0.5, outputs=outputs, only=self.factor()),
                    RSquared(),
                    WorstCondition(LargestMean(epochs), (self.factor(), "a")),
                    FirstCrossing(0.5, epochs),
                ]
            )
        )


def on_channel(function: Callable[..., Task], *also: str) -> Callable[[Dice], Task]:
    """An edit of a channel of either side."""

    def change(dice: Dice) -> Task:
        side = dice.side()
        return function(dice.task, side, dice.channel(side), *(getattr(dice, what)() for what in also))

    return change


EDITS: dict[str, Callable[[Dice], Task]] = {
    "add epoch": lambda d: edit.add_epoch(d.task, d.index()),
    "add scored epoch": lambda d: edit.add_epoch(d.task, None, d.new_epoch()),
    "remove epoch": lambda d: edit.remove_epoch(d.task, d.epoch()),
    "move epoch": lambda d: edit.move_epoch(d.task, d.epoch(), d.index()),
    "duplicate epoch": lambda d: edit.duplicate_epoch(d.task, d.epoch()),
    "replace epoch": lambda d: edit.replace_epoch(d.task, name := d.epoch(), d.changed_epoch(name)),
    "rename epoch": lambda d: edit.rename_epoch(d.task, d.epoch(), d.word()),
    "stretch": lambda d: edit.stretch(d.task, d.epoch(), d.ms()),
    "add channel": lambda d: edit.add_channel(d.task, d.side(), d.word()),
    "replace channel": lambda d: edit.replace_channel(d.task, "inputs", d.channel("inputs"), Channel(d.word())),
    "remove channel": on_channel(edit.remove_channel),
    "move channel": on_channel(edit.move_channel, "index"),
    "duplicate channel": on_channel(edit.duplicate_channel),
    "rename channel": on_channel(edit.rename_channel, "word"),
    "set cell": lambda d: edit.set_cell(d.task, "outputs", d.channel("outputs"), d.epoch(), [d.signal()]),
    "empty cell": lambda d: edit.set_cell(d.task, "inputs", d.channel("inputs"), d.epoch(), []),
    "add signal": on_channel(edit.add_signal, "signal", "index"),
    "replace signal": on_channel(edit.replace_signal, "index", "signal"),
    "remove signal": on_channel(edit.remove_signal, "index"),
    "move signal": on_channel(edit.move_signal, "index", "index"),
    "add factor": lambda d: edit.add_factor(d.task, d.word(), d.rule()),
    "remove factor": lambda d: edit.remove_factor(d.task, d.factor()),
    "move factor": lambda d: edit.move_factor(d.task, d.factor(), d.index()),
    "duplicate factor": lambda d: edit.duplicate_factor(d.task, d.factor()),
    "rename factor": lambda d: edit.rename_factor(d.task, d.factor(), d.word()),
    "replace factor": lambda d: edit.replace_factor(d.task, d.factor(), Factor(d.word(), d.rule())),
    "score": lambda d: edit.set_scoring(d.task, d.scoring()),
    "design": lambda d: edit.set_design(d.task, d.draw(st.sampled_from(["random", "balanced", "none"]))),
}

granted = dict.fromkeys(EDITS, 0)


def check_sound(task: Task) -> None:
    """It goes to JSON and back, has durations, and trials unless these are too short or too many for a step of 1 ms."""
    assert Task.from_json(task.to_json()) == task
    assert all(ms >= 0 for ms in edit.typical(task).values())
    try:
        batch = task.sample(3, dt=1.0)
    except SpecError as error:
        assert PLACE.fullmatch(error.path.replace("task", "Task", 1))
        return
    for array in (batch.inputs, batch.targets, batch.mask):
        assert np.isfinite(array).all()
    assert batch.mask.any(axis=(1, 2)).all()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from([*TASKS, *["perceptual_discrimination"] * 10]), st.integers(1, 12))
def random_edits(data: st.DataObject, name: str, n: int) -> None:
    intents, undo = [Intent(NETWORK.replace(task=get(name)), name)], Undo()
    for _ in range(n):
        now = intents[-1]
        what = data.draw(st.sampled_from(list(EDITS)))
        try:
            after = now.with_edited_task(EDITS[what](Dice(data, now.experiment.described_task)))
        except SpecError as error:
            assert PLACE.fullmatch(error.path) and error.problem, (what, str(error))
            continue
        undo.note(now, after, what)
        if after.experiment.task != now.experiment.task:
            granted[what] += 1
            intents.append(after)
    check_sound(intents[-1].experiment.described_task)
    check_undo(undo, intents)


def check_undo(undo: Undo, intents: list[Intent]) -> None:
    came: list[Intent] = []
    for there, way in ((intents[-2::-1], undo.undo), (intents[1:], undo.redo)):
        came = [intents[-1] if way == undo.undo else intents[0]]
        while way(came[-1], came.append):
            pass
        assert len(came) == len(there) + 1
        assert all(one.experiment.task is other.experiment.task for one, other in zip(came[1:], there, strict=True))


def test_random_edits() -> None:
    random_edits()
    assert sum(granted.values()) > 50
    assert sum(times > 0 for times in granted.values()) > len(EDITS) / 2  # nothing is learned where all are refused
