"""Which control fits which annotation: the one table of the form."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from rnnlab.spec import codec
from rnnlab.views.controls import Control
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known, Say
from rnnlab.views.form.fields import Folded, Kinds
from rnnlab.views.form.groups import fields_of
from rnnlab.views.form.items import Items
from rnnlab.views.form.numbers import Number, NumberList
from rnnlab.views.form.picks import NumberOr, Pick, Term
from rnnlab.views.form.places import Leaf, OneOrEach, Place
from rnnlab.views.form.words import Flag, Line, Ticks, Written


def place(about: About, data: Any, known: Known, say: Say, *, item: bool = False) -> Place:
    """What fits a place. The items of a list do without a label of their own, and are folded by the list."""
    if codec.kinds(about.annotation):
        return _described(about, data, known, say, item=item)
    if about.item is not None and not _in_a_line(about):
        return Items(about, data, known, say)
    sheet = (sheets.UNLABELLED,) if item else ()
    if about.single is not None:
        return OneOrEach(about, lambda value: _one_or_each(about, value, known, sheet), data, known, say)
    return Leaf(_control(about, data, known, sheet), say)


def _described(about: About, data: Any, known: Known, say: Say, *, item: bool) -> Place:
    kinds = list({*codec.kinds(about.annotation).values()})
    if len(kinds) > 1 or type(None) in about.members:
        return Kinds(about, data, known, say)
    if item or about.outermost:
        return fields_of(kinds[0], about, data, known, say)
    return Folded(kinds[0], about, data, known, say)


def _in_a_line(about: About) -> bool:
    """Whether a list is one control: it may be none, is of numbers, or of names whose order is their own."""
    if about.single is not None or type(None) in about.members:
        return True
    return _numeric(about.item) or (about.item is str and not about.ordered)


def _numeric(annotation: Any) -> bool:
    words = get_args(annotation) if get_origin(annotation) is Literal else ()
    return annotation in (float, int) or (bool(words) and all(isinstance(word, int) for word in words))


def _one_or_each(about: About, data: Any, known: Known, sheet: tuple[str, ...]) -> Control:
    return (
        _list(about, data, known, sheet)
        if isinstance(data, list)
        else _control(about.within(about.single, about.label), data, known, sheet)
    )


def _list(about: About, data: Any, known: Known, sheet: tuple[str, ...]) -> Control:
    inner = [each for each in get_args(about.listed) if each is not Ellipsis]
    if all(_numeric(each) for each in inner):
        return NumberList(about, data)
    if inner == [str] and about.refers:
        return Ticks(about, data, known)
    if about.refers and inner == [str, float]:
        return Term(about, data, known, *sheet)
    return Written(about, data)


def _control(about: About, data: Any, known: Known, sheet: tuple[str, ...]) -> Control:
    members = about.members
    if about.listed is not None:
        return _list(about, data, known, sheet)
    if {float, int} & {*members} and len(members) > 1:
        return NumberOr(about, data, known, *sheet)
    if float in members or int in members:
        return Number(about, data)
    if bool in members:
        return Flag(about, data)
    if get_origin(members[0]) is Literal or about.refers:
        return Pick(about, data, known, *sheet)
    return Line(about, data)
