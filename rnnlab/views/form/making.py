"""Which control fits which annotation: the one table of the form."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from rnnlab.spec import codec
from rnnlab.views.controls import Control
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known, Say
from rnnlab.views.form.fields import Fields, Kinds
from rnnlab.views.form.items import Items
from rnnlab.views.form.numbers import Number, NumberList
from rnnlab.views.form.places import Leaf, OneOrEach, Place
from rnnlab.views.form.words import Flag, Line, NumberOr, Pick, Term, Ticks


def place(about: About, data: Any, known: Known, say: Say, *, item: bool = False) -> Place:
    """What fits a place. The items of a list do without a label of their own."""
    kinds = {*codec.kinds(about.annotation).values()}
    if len(kinds) > 1:
        return Kinds(about, data, known, say)
    if kinds:
        return Fields(next(iter(kinds)), about, data, known, say)
    if about.item is not None and not _is_control(about):
        return Items(about, data, known, say)
    if float in about.members and tuple[float, ...] in about.members:
        return OneOrEach(about, data, say)
    return Leaf(_control(about, data, known, (sheets.UNLABELLED,) if item else ()), say)


def _is_control(about: About) -> bool:
    """Whether a list is one control: numbers are typed in one line, names are ticked where their order is theirs."""
    return about.item is float or (about.item is str and not about.ordered)


def _control(about: About, data: Any, known: Known, sheet: tuple[str, ...]) -> Control:
    members = about.members
    if any(get_origin(member) is tuple for member in members):
        if str in get_args(members[-1]) and about.item is None:
            return Term(about, data, known, *sheet)
        return Ticks(about, data, known) if about.item is str else NumberList(about, data)
    if float in members and len(members) > 1:
        return NumberOr(about, data, known, *sheet)
    if float in members or int in members:
        return Number(about, data)
    if bool in members:
        return Flag(about, data)
    if get_origin(members[0]) is Literal or about.refers:
        return Pick(about, data, known, *sheet)
    return Line(about, data)
