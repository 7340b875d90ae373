"""Whatever kind a form offers for something new begins as what can be, in every task."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from rnnlab.session import Session
from rnnlab.spec import SpecError, codec
from rnnlab.tasks import TASKS, Choice, Lookup, Task, edit
from rnnlab.tasks.beginnings import another, beginning, wanting
from rnnlab.tasks.factors import Rule
from rnnlab.tasks.scoring import AnyScoring
from rnnlab.tasks.signals import AnySignal
from rnnlab.views.chosen import Chosen, ChosenCell, ChosenFactor, ChosenScoring
from rnnlab.views.inspector import Inspector, references

SAMPLE = [*list(TASKS)[::7], ""]
"""Tasks of the catalogue from all its families; "" is a new one."""


def kinds(table: Any) -> list[type]:
    return list({*codec.kinds(table).values()})


def made(name: str) -> Task:
    return TASKS[name]() if name else edit.blank()


def begun(task: Task, chosen: Chosen, kind: type, old: Any, around: Any = lambda data: data) -> str:
    """Why none of the beginnings can be; "" where one can, or where the kind is not offered."""
    names = references(task, chosen)
    if wanting(kind, names):
        return ""
    problems = []
    for data in beginning(kind, old, names).candidates:
        try:
            chosen.put(task, codec.decode(chosen.annotation, around(data), "value"))
            return ""
        except SpecError as error:
            problems.append(str(error))
    return f"{kind.__name__}: {problems[0]}"


def _and(there: list[Any], data: Any) -> list[Any]:
    return [*there, data]


def cells(task: Task) -> Iterator[ChosenCell]:
    for side in ("inputs", "outputs"):
        for channel in getattr(task, side)[:1]:
            yield ChosenCell(side, channel.name, task.epoch_names[-1])


@pytest.mark.parametrize("name", SAMPLE)
def test_a_new_factor_can_become_of_every_kind(name: str) -> None:
    task = edit.add_factor(made(name))
    new = next(factor for factor in task.factors if factor.name not in made(name).factor_names)
    chosen = ChosenFactor(new.name)
    rules = (
        begun(task, chosen, kind, new.rule.to_data(), lambda data: new.to_data() | {"rule": data})
        for kind in kinds(Rule)
    )
    assert list(filter(None, rules)) == []


@pytest.mark.parametrize("name", SAMPLE)
def test_one_more_signal_can_become_of_every_kind(name: str) -> None:
    task = made(name)
    for chosen in cells(task):
        there = codec.encode(chosen.value(task))
        first = another(AnySignal, there, references(task, chosen))
        one_more = partial(_and, there)
        found = (begun(task, chosen, kind, first, one_more) for kind in kinds(AnySignal))
        assert list(filter(None, found)) == []


@pytest.mark.parametrize("name", SAMPLE)
def test_the_scoring_can_become_of_every_kind(name: str) -> None:
    task = made(name)
    found = (begun(task, ChosenScoring(), kind, task.scoring.to_data()) for kind in kinds(AnyScoring))
    assert list(filter(None, found)) == []


def test_what_has_nothing_to_name_is_not_offered() -> None:
    task = edit.blank()  # its only factor, the sign, is -1 or 1 and counts nothing
    on_input, on_output = (references(task, cell) for cell in cells(task))
    table = {kind.__name__: kind for kind in (*kinds(Rule), *kinds(AnySignal), *kinds(AnyScoring))}
    assert wanting(table["Lookup"], references(task, ChosenFactor(""))) == "factor"
    assert not wanting(table["Gate"], references(task, ChosenFactor("")))
    assert wanting(table["Gate"], references(task, ChosenFactor("sign"))) == "factor"
    assert wanting(table["Delayed"], on_input) and not wanting(table["Delayed"], on_output)
    assert wanting(table["Noise"], on_output) and not wanting(table["Noise"], on_input)
    assert wanting(table["AngularError"], references(task, ChosenScoring()))


def test_a_look_up_table_begins_as_long_as_the_factor_counts_that_it_looks_up_by(session: Session) -> None:
    assert session.set_own_task(edit.add_factor(edit.add_factor(edit.blank(), "which", Choice((0, 1, 2))), "answer"))
    inspector = Inspector(session, lambda chosen: None)
    inspector.look_at(ChosenFactor("answer"))
    form: Any = inspector.forms["factor"]
    form.root.fields["rule"].chooser.widget.value = "Look-up table"
    assert session.experiment.described_task.factors[-1].rule == Lookup("which", (0, 1, 2))
    assert inspector.drafts == []
