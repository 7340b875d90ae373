"""What is needed to try a form out: every kind of description, its controls and what they may be given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from rnnlab.networks import AnyNetwork, LeakyRNN
from rnnlab.networks.variant import FullVariant
from rnnlab.runs import Training
from rnnlab.runs.optimisers import SGD
from rnnlab.spec import Spec, codec
from rnnlab.tasks import (
    TASKS,
    Epoch,
    Task,
    Uniform,
)
from rnnlab.tasks.beginnings import as_kind
from rnnlab.tasks.epochs import Duration
from rnnlab.tasks.factors import Rule
from rnnlab.tasks.scoring import AnyScoring
from rnnlab.tasks.signals import AnySignal
from rnnlab.views.form import SpecForm
from rnnlab.views.form.about import Path
from rnnlab.views.form.fields import Fields, Folded, Kinds
from rnnlab.views.form.groups import Grouped
from rnnlab.views.form.items import Items
from rnnlab.views.form.numbers import Number, NumberList
from rnnlab.views.form.picks import NumberOr, Pick, Term
from rnnlab.views.form.places import Leaf, OneOrEach
from rnnlab.views.form.words import Flag, Line, Ticks, Written

NAMES = {
    "factor": ("f", "g"),
    "epoch": ("first", "second"),
    "input": ("in 1", "in 2"),
    "output": ("out 1", "out 2"),
}


def reachable(*annotations: Any) -> Iterator[type[Spec]]:
    """Every class of `Spec` that values of these annotations may hold."""
    seen: list[type[Spec]] = []
    waiting = list(annotations)
    while waiting:
        annotation = waiting.pop(0)
        if get_origin(annotation) is tuple:
            waiting += [each for each in get_args(annotation) if each is not Ellipsis]
        for kind in codec.kinds(annotation).values():
            if kind not in seen:
                seen.append(kind)
                waiting += codec.hints(kind).values()
    return iter(seen)


KINDS = list(reachable(Task, AnyNetwork, Training))
TABLES = {
    "Duration": Duration,
    "Rule": Rule,
    "AnySignal": AnySignal,
    "AnyScoring": AnyScoring,
    "AnyNetwork": AnyNetwork,
    "Schedule": codec.hints(Training)["schedule"],
    "Penalty": get_args(codec.hints(Training)["penalties"])[0],
}


def example(kind: type[Spec]) -> Any:
    """A value of a kind in which every field by itself can be changed."""
    if kind is Task:
        return TASKS["perceptual_discrimination"]()
    if kind is Epoch:
        return Epoch("first", Uniform(100, 300), scored=True)
    if issubclass(kind, LeakyRNN | FullVariant):
        return kind(n_units=2)  # of which one may excite and one inhibit
    if kind is SGD:
        return SGD(momentum=0.9)
    return codec.decode(kind, as_kind(kind, None, NAMES), kind.__name__)


def form_of(value: Any, annotation: Any = None) -> tuple[SpecForm, list[Any]]:
    """A form and the values that it asked for; all are granted."""
    heard: list[Any] = []
    names = _names_in(value) if isinstance(value, Task) else NAMES
    return SpecForm(annotation or type(value), value, names, lambda wish: not heard.append(wish)), heard


def _names_in(task: Task) -> dict[str, tuple[str, ...]]:
    return {
        "factor": task.factor_names,
        "epoch": task.epoch_names,
        "input": task.input_names,
        "output": task.output_names,
    }


def leaves(place: Any, path: Path = (), unfold: bool = True) -> Iterator[tuple[Path, Any]]:
    """Every control that stands in a form, with its place; folds are opened, or left out."""
    if isinstance(place, Leaf | OneOrEach):
        yield path, place.control
    elif isinstance(place, Kinds):
        if place.fields is not None:
            yield from leaves(place.fields, path, unfold)
    elif isinstance(place, Fields):
        for name, inner in place.fields.items():
            yield from leaves(inner, (*path, name), unfold)
        for group in place.groups.values() if isinstance(place, Grouped) else ():
            if group.fold.inner is None:
                group.fold.open()
            yield from leaves(group.fold.inner, path, unfold)
    elif isinstance(place, Folded):
        if place.fold.inner is None and unfold:
            place.fold.open()
        if place.fold.inner is not None:
            yield from leaves(place.fold.inner, path, unfold)
    elif isinstance(place, Items):
        for i, row in enumerate(place.rows):
            if row.inner is None and unfold:
                row.open()
            if row.inner is not None:
                yield from leaves(row.inner, (*path, i), unfold)


def held(root: Fields) -> Iterator[tuple[Path, Any]]:
    """The places of the fields themselves, under whatever heading."""
    for group in [root, *(group.fold.inner for group in getattr(root, "groups", {}).values())]:
        yield from (((name,), place) for name, place in group.fields.items())


def held_in(root: Any, heading: str) -> list[tuple[str, Any]]:
    """The fields under a heading, which is opened."""
    group = root.groups[heading]
    group.fold.open()
    return list(group.fold.inner.fields.items())


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def differing(one: Any, other: Any, path: Path = ()) -> set[Path]:
    """The places at which two data differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return set().union(*(differing(one[key], other[key], (*path, key)) for key in one))
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return set().union(*(differing(a, b, (*path, i)) for i, (a, b) in enumerate(zip(one, other, strict=True))))
    return set() if one == other else {path}


def wishes(control: Any) -> Iterator[Any]:
    """What a person might do to a control: each is a function that does it."""
    if isinstance(control, Number):
        value = control.read()
        for number in (value + 1, value - 1, value * 1.25, value / 2, value + 0.25):
            yield lambda number=number: setattr(control.box, "value", round(number) if type(value) is int else number)
    elif isinstance(control, NumberList):
        yield lambda: setattr(control.widget, "value", "1, 2")
        yield lambda: setattr(control.widget, "value", "1, -1")
        yield lambda: setattr(control.widget, "value", "0")
        yield lambda: setattr(control.widget, "value", "3, 1")
    elif isinstance(control, Flag):
        yield lambda: setattr(control.widget, "value", [] if control.read() else control.widget.options)
    elif isinstance(control, Ticks):
        for names in ([], control.ticks.options, *([name] for name in control.ticks.options)):
            yield lambda names=names: setattr(control.ticks, "value", names)
    elif isinstance(control, NumberOr | Term):
        for label in control.choice.options:
            yield lambda label=label: setattr(control.choice, "value", label)
        yield lambda: setattr(control.box, "value", control.box.value + 1)
    elif isinstance(control, Pick):
        for label in control.widget.options:
            yield lambda label=label: setattr(control.widget, "value", label)
    elif isinstance(control, Written):
        yield lambda: setattr(control.widget, "value", "W_out")  # an array that every cell has
        yield lambda: setattr(control.widget, "value", "[[0.5]]")
    else:
        assert isinstance(control, Line), control
        yield lambda: setattr(control.widget, "value", "1 2; 3 4")
        yield lambda: setattr(control.widget, "value", "another")


def start_again(form: SpecForm, value: Any) -> None:
    """Show the value as at first; what waited is forgotten."""
    form.forget()
    form.complain("", "")
    form.show(value)


def inside(place: Path, path: Path) -> bool:
    return place[: len(path)] == path


def plain(value: Any) -> Any:
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
