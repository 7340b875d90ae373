"""Every kind of description has a form: it shows the value, and each control changes its own field."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from rnnlab.runs import Training
from rnnlab.spec import Spec, codec
from rnnlab.tasks import (
    Task,
)
from rnnlab.views.facts import label_of, title_of
from rnnlab.views.form.about import Path
from rnnlab.views.form.fields import Fields
from rnnlab.views.form.numbers import NumberList
from rnnlab.views.form.picks import NumberOr
from tests.views.forms import (
    KINDS,
    TABLES,
    at,
    differing,
    example,
    form_of,
    held,
    inside,
    leaves,
    plain,
    reachable,
    start_again,
    wishes,
)


@pytest.mark.parametrize("kind", list(reachable(Task)))
def test_every_field_says_what_it_is(kind: type[Spec]) -> None:
    for field in dataclasses.fields(kind):
        if field.name not in kind.unused:
            assert field.metadata.get("help"), f"{kind.__name__}.{field.name}"
            assert label_of(kind, field.name)
    assert title_of(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_shows_its_value(kind: type[Spec]) -> None:
    value = example(kind)
    form, heard = form_of(value)
    data = codec.encode(value)
    found = dict(leaves(form.root))
    for path, control in found.items():
        assert plain(control.read()) == at(data, path), path
    assert heard == []
    if isinstance(form.root, Fields):
        assert {path[0] for path, _ in held(form.root)} == set(data) - {"kind", *kind.unused}


@pytest.mark.parametrize("kind", KINDS)
def test_each_control_changes_its_field_and_no_other(kind: type[Spec]) -> None:
    value = example(kind)
    before = codec.encode(value)
    form, _ = form_of(value)
    for path, control in list(leaves(form.root, unfold=kind is not Task)):
        granted: list[Path] = []
        for wish in list(wishes(control)):
            wish()
            changed = differing(before, codec.encode(form.value))
            assert all(inside(place, path) for place in changed), (path, changed)
            granted += changed
            start_again(form, value)
        assert granted or (kind is Training and path == ("device",)), path


@pytest.mark.parametrize("kind", KINDS)
def test_an_emptied_box_waits_for_its_number_and_nothing_is_lost(kind: type[Spec]) -> None:
    value = example(kind)
    form, heard = form_of(value)
    for _, control in leaves(form.root):
        box = getattr(control, "box", None)
        if box is None or not box.visible:
            continue
        number, box.value = box.value, None
        waits = form.draft
        assert waits is not None and heard == [] and control.unread and control._problem.visible
        form.show(form.value)
        assert box.value is None
        fresh = form_of(value)[0]
        fresh.resume(waits)
        assert fresh.draft is None and codec.encode(fresh.value) == codec.encode(value)
        box.value = number
        assert heard.pop() == value and form.draft is None and not control._problem.visible
        box.value = None
        form.forget()
        assert box.value == number and form.draft is None and not control._problem.visible and heard == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_out_of_bounds_is_refused_at_its_field(kind: type[Spec]) -> None:
    value = example(kind)
    form, heard = form_of(value)
    controls = dict(leaves(form.root, unfold=False))
    for name, facts in ((field.name, field.metadata) for field in dataclasses.fields(kind)):
        bounds = {"low": -1.0, "above": 0.0, "high": 1.0}
        for bound, beyond in bounds.items():
            if facts.get(bound) is None or name in kind.unused:
                continue
            start_again(form, value)
            control = controls[name,]
            if isinstance(control, NumberOr):
                control.choice.value = "a number"
            before = form.value
            heard.clear()
            _give(control, facts[bound] + beyond)
            assert heard == []
            assert form.value is before
            where = next(iter(form._complaints))
            assert where[0] == name, form._complaints
            assert control._problem.visible
            assert "give" in control._problem.object.lower()


def _give(control: Any, number: float) -> None:
    if isinstance(control, NumberList):
        control.widget.value = f"{number:g}"
        return
    control.box.value = round(number) if int in control._about.members else float(number)


@pytest.mark.parametrize("name", TABLES)
def test_every_kind_can_be_chosen(name: str) -> None:
    table = {kind.__name__: kind for kind in codec.kinds(TABLES[name]).values()}
    form, heard = form_of(example(next(iter(table.values()))), TABLES[name])
    root: Any = form.root
    for new in [*list(table)[1:], *list(table)[::-1][1:]]:
        root.chooser.widget.value = title_of(table[new])
        assert root._built == new
        assert type(heard[-1]).__name__ == new, form._complaints


@pytest.mark.parametrize("name", TABLES)
def test_another_value_is_shown_in_place_and_reported_to_nobody(name: str) -> None:
    kinds = {*codec.kinds(TABLES[name]).values()}
    form, heard = form_of(example(next(iter(kinds))), TABLES[name])
    layout = form.layout
    for kind in kinds:
        value = example(kind)
        form.show(value)
        data = codec.encode(value)
        assert all(plain(control.read()) == at(data, path) for path, control in leaves(form.root))
    assert heard == []
    assert form.layout is layout
