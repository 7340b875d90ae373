"""Forms over every kind of description: they show the value, change what they say they change, and refuse in place."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest

from rnnlab.networks import AnyNetwork, LeakyRNN
from rnnlab.runs import Training
from rnnlab.runs.optimisers import SGD
from rnnlab.spec import Spec, codec
from rnnlab.tasks import (
    TASKS,
    Channel,
    Choice,
    Constant,
    Epoch,
    Factor,
    Gate,
    Hold,
    LargestMean,
    Noise,
    Remainder,
    Task,
    Uniform,
)
from rnnlab.tasks.beginnings import as_kind
from rnnlab.tasks.epochs import Duration
from rnnlab.tasks.factors import Linear, Lookup, Rule
from rnnlab.tasks.scoring import AnyScoring
from rnnlab.tasks.signals import AnySignal
from rnnlab.views.facts import label_of, title_of
from rnnlab.views.form import SpecForm
from rnnlab.views.form.about import Path
from rnnlab.views.form.fields import Fields, Folded, Kinds
from rnnlab.views.form.form import alike, put, steps
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
    if kind is LeakyRNN:
        return LeakyRNN(n_units=2)
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


# ------------------------------------------------------------------------------------------------- the family


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


def plain(value: Any) -> Any:
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


# --------------------------------------------------------------------------------------------------- behaviour


def field(form: SpecForm, *path: str | int) -> Any:
    """The control at a place of a form."""
    return dict(leaves(form.root))[path]


def test_what_was_refused_is_granted_with_what_makes_it_possible() -> None:
    form, heard = form_of(Epoch("e", Uniform(100, 200)))
    field(form, "duration", "low").box.value = 900
    assert heard == []
    assert form._complaints == {("duration", "low"): "900 is more than high = 200; give low <= high"}
    assert field(form, "duration", "low").read() == 900
    field(form, "duration", "high").box.value = 1000
    assert heard == [Epoch("e", Uniform(900, 1000))]
    assert form._complaints == {}
    assert not field(form, "duration", "low")._problem.visible


def test_what_waits_does_not_hold_up_the_rest() -> None:
    form, heard = form_of(Epoch("e", Uniform(100, 200)))
    field(form, "duration", "low").box.value = 900
    field(form, "name").widget.value = "go"
    assert heard == [Epoch("go", Uniform(100, 200))]
    assert form.value == heard[-1]
    assert field(form, "duration", "low").read() == 900
    assert field(form, "duration", "low")._problem.visible
    field(form, "duration", "low").box.value = 100
    assert form.value == heard[-1]
    assert form._complaints == {}


def test_a_refusal_of_the_whole_stands_at_its_field_and_changes_nothing() -> None:
    value = Epoch("e", Constant(500), scored=True)

    def refuse(wish: Epoch) -> bool:
        form.explain("Task.epochs[1].grace: 40 ms are too many; give less", "task.epochs[1]")
        return False

    form = SpecForm(Epoch, value, NAMES, refuse)
    field(form, "grace").box.value = 40
    assert form.value == value
    assert field(form, "grace").read() == 40
    assert "40 ms are too many; give less" in field(form, "grace")._problem.object
    form.show(value)
    assert field(form, "grace").read() == 40
    form.show(value.replace(name="other"))  # changed elsewhere: what waits stays, on top of that
    assert (field(form, "name").read(), field(form, "grace").read()) == ("other", 40)
    assert field(form, "grace")._problem.visible
    form.forget()
    assert field(form, "grace").read() == 0
    assert not field(form, "grace")._problem.visible


def test_what_was_refused_is_offered_again_when_asked_for() -> None:
    allowed: list[Epoch] = []
    value = Epoch("e", Constant(500), scored=True)
    form = SpecForm(Epoch, value, NAMES, lambda wish: wish in allowed)
    field(form, "grace").box.value = 40
    form.retry()
    assert form.value == value and form.draft is not None
    allowed.append(value.replace(grace=40.0))
    form.retry()
    assert form.value == allowed[0] and form.draft is None


@pytest.mark.parametrize(
    ("sentence", "path"),
    [
        ("Task.epochs[1].duration.low: is wrong", ("duration", "low")),
        ("task.epochs[1]: is wrong", ()),
        ("Task.epochs[10].grace: is wrong", ()),
        ("Task.inputs[0].signals[0].epochs[0]: unknown epoch", ()),
        ("Something is wrong", ()),
    ],
)
def test_a_sentence_finds_its_place(sentence: str, path: tuple[str, ...]) -> None:
    form, _ = form_of(Epoch("e", Uniform(100, 200)))
    form.explain(sentence, "Task.epochs[1]")
    assert list(form._complaints) == [path]
    foreign = not path and not sentence.startswith("task.epochs[1]")
    assert form._complaints[path] == (sentence if foreign else "Is wrong")
    form.complain("", "")
    assert form._complaints == {}


def test_whoever_grants_may_show_another_value() -> None:
    shown = Epoch("e 2", Constant(500))

    def rename(wish: Epoch) -> bool:
        form.show(shown)
        return True

    form = SpecForm(Epoch, Epoch("e", Constant(500)), NAMES, rename)
    field(form, "name").widget.value = "f"
    assert form.value == shown
    assert field(form, "name").widget.value == "e 2"


def test_showing_keeps_the_boxes() -> None:
    """A box that is replaced would lose the focus."""
    form, _ = form_of(Channel("c", (Hold(1.0, epochs=("first",)),)))
    before = dict(leaves(form.root))
    form.show(Channel("d", (Hold("f", epochs=("second",)),)))
    after = dict(leaves(form.root))
    assert before.keys() == after.keys()
    assert all(after[path].widget is before[path].widget for path in before)
    assert field(form, "signals", 0, "level").read() == "f"


def test_names_follow_what_there_is() -> None:
    form, heard = form_of(Channel("c", (Hold("f", epochs=("first",)),)))
    level, epochs = field(form, "signals", 0, "level"), field(form, "signals", 0, "epochs")
    assert level.choice.options == ["a number", "f", "g"]
    form.show(form.value, {"factor": ["h"], "epoch": ["second", "third"]})
    assert level.choice.options == ["a number", "h", "f"], "a name that is gone is still shown where it is used"
    assert epochs.ticks.options == ["second", "third", "first"]
    assert epochs.read() == ["first"]
    assert heard == []


def test_names_are_ticked_in_their_own_order() -> None:
    form, heard = form_of(LargestMean(epochs=("second",)))
    field(form, "epochs").ticks.value = ["second", "first"]
    assert heard == [LargestMean(epochs=("first", "second"))]


def test_a_number_becomes_a_factor_and_a_number_again() -> None:
    form, heard = form_of(Hold(0.5))
    level = field(form, "level")
    level.choice.value = "g"
    assert heard == [Hold("g")]
    assert not level.box.visible
    level.choice.value = "a number"
    assert heard[-1] == Hold(0.5)
    assert level.box.visible


def test_nothing_can_be_said() -> None:
    form, heard = form_of(LargestMean(threshold=0.5))
    field(form, "threshold").choice.value = "none"
    assert heard == [LargestMean()]


def test_lists_grow_shrink_and_change_their_order() -> None:
    form, heard = form_of(Gate("and", ("f",)))
    items: Any = form.root
    items = items.fields["of"]
    items._add()
    assert heard[-1].of == ("f", "f")
    field(form, "of", 1).widget.value = "g"
    assert heard[-1].of == ("f", "g")
    items.rows[1]._move()
    assert heard[-1].of == ("g", "f")
    assert field(form, "of", 0).read() == "g"
    items.rows[0]._remove()
    assert heard[-1].of == ("f",)
    assert [row._up.disabled for row in items.rows] == [True]
    items.rows[0]._remove()
    assert heard[-1].of == ("f",), "a gate over nothing cannot be"
    assert form.value.of == ("f",)


def test_pairs_of_name_and_number() -> None:
    form, heard = form_of(Linear(terms=(("f", 1.0), ("g", -1.0))))
    field(form, "terms", 1).box.value = -2
    field(form, "terms", 0).choice.value = "g"
    assert heard[-1] == Linear(terms=(("g", 1.0), ("g", -2.0)))


def test_new_parts_have_names_of_their_own() -> None:
    task = TASKS["perceptual_discrimination"]()
    form, heard = form_of(task)
    root: Any = form.root
    root.fields["factors"]._add()
    root.fields["factors"]._add()
    assert heard[-1].factor_names == (*task.factor_names, "factor", "factor 2")


def test_a_complaint_opens_the_fold_it_lies_in() -> None:
    form, _ = form_of(Channel("c", (Hold(), Noise())))
    items: Any = form.root
    items = items.fields["signals"]
    assert [row.fold.body.visible for row in items.rows] == [False, False]
    form.complain("signals[1].sigma", "Too loud")
    assert [row.fold.body.visible for row in items.rows] == [False, True]
    assert "Too loud" in field(form, "signals", 1, "sigma")._problem.object


def test_a_kind_that_cannot_be_yet_shows_its_fields() -> None:
    value = Factor("a", Choice((0, 1)))
    form = SpecForm(Factor, value, {"factor": ("b",)}, lambda wish: not isinstance(wish.rule, Lookup))
    root: Any = form.root
    root.fields["rule"].chooser.widget.value = "Look-up table"
    assert form.value == value
    assert field(form, "rule", "table", 1).read() == 1.0


def test_durations_have_units_and_sliders_and_factors_do_not() -> None:
    form, _ = form_of(Epoch("e", Constant(300)))
    box = field(form, "duration", "value")
    assert box._slider is not None
    assert any('"ms"' in sheet for sheet in box.box.stylesheets)
    form, _ = form_of(Factor("f", Constant(300)))
    assert field(form, "rule", "value")._slider is None


def test_kinds_keep_what_they_share() -> None:
    form, heard = form_of(Epoch("e", Constant(500)))
    root: Any = form.root
    for title, bounds in (("Uniform", (250, 750)), ("Truncated exponential", (250, 750)), ("Fixed", (500, 500))):
        root.fields["duration"].chooser.widget.value = title
        assert heard[-1].duration.bounds == bounds


def test_an_empty_box_is_answered() -> None:
    form, heard = form_of(Remainder(1000))
    field(form, "total").box.value = None
    assert heard == []
    assert "Give a number" in field(form, "total")._problem.object


@pytest.mark.parametrize("path", ["", "a", "a.b[0].c", "signals[1].level", "of[0]"])
def test_places_in_words_are_steps(path: str) -> None:
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps(path)).removeprefix(".")
    assert words == path


def test_putting_changes_a_copy() -> None:
    data = {"kind": "A", "of": [{"kind": "B", "x": 1}, {"kind": "C", "x": 2}]}
    assert put(data, ("of", 1, "x"), (3, 4))["of"] == [{"kind": "B", "x": 1}, {"kind": "C", "x": [3, 4]}]
    assert data["of"][1] == {"kind": "C", "x": 2}
    other = {"kind": "A", "of": [{"kind": "B", "x": 1}, {"kind": "D", "x": 2}]}
    assert alike(data, other, ("of", 0, "x"))
    assert not alike(data, other, ("of", 1, "x"))


def test_a_slider_and_its_box_are_one() -> None:
    form, heard = form_of(Training())
    rate = field(form, "learning_rate")
    rate._slider.value = -2.0
    assert heard == [Training(learning_rate=0.01)]
    assert rate.box.value == 0.01
    rate.box.value = 0.5
    assert heard[-1] == Training(learning_rate=0.5)
    assert rate._slider.end == pytest.approx(rate._slider.value)
    assert len(heard) == 2


def test_one_number_for_all_units_or_one_for_each() -> None:
    network = LeakyRNN(n_units=2, tau=(50.0, 100.0))
    form, heard = form_of(network, AnyNetwork)
    assert field(form, "tau").widget.value == "50, 100"
    field(form, "tau").widget.value = "80"
    assert heard == [network.replace(tau=80.0)]
    assert isinstance(field(form, "tau"), Number)


def test_nothing_may_stand_in_a_place() -> None:
    form, _ = form_of(LeakyRNN(n_units=4), AnyNetwork)
    kinds: Any = form.root
    areas = dict(held_in(kinds.fields, "Connections and areas"))["areas"]
    assert areas.fields is None
    areas.chooser.widget.value = "Areas"
    assert areas.fields is not None
    areas.chooser.widget.value = "none"
    assert areas.fields is None
    assert form.value == LeakyRNN(n_units=4)


def test_signs_are_typed_as_whole_numbers() -> None:
    form, heard = form_of(LeakyRNN(n_units=2), AnyNetwork)
    field(form, "signs").widget.value = "1, -1"
    assert heard == [LeakyRNN(n_units=2, signs=(1, -1))]
    field(form, "signs").widget.value = ""
    assert heard[-1] == LeakyRNN(n_units=2)


def test_names_of_arrays_are_typed() -> None:
    form, heard = form_of(LeakyRNN(), AnyNetwork)
    field(form, "train").widget.value = "W_rec, W_out"
    assert heard == [LeakyRNN(train=("W_rec", "W_out"))]
    field(form, "train").widget.value = "W_reck"
    assert "did you mean 'W_rec'" in field(form, "train")._problem.object.replace("&#x27;", "'")


def test_what_a_pointer_would_be_told_is_shown_for_a_press_of_a_button() -> None:
    form = SpecForm(Epoch, Epoch("go", Constant(300), scored=True), {}, lambda _: True)
    assert not any("--rl-help: block" in sheet for sheet in form.layout.stylesheets)
    form.helper.clicks += 1
    assert any("--rl-help: block" in sheet for sheet in form.layout.stylesheets)
    assert form.helper.label == "Hide explanations"
    form.helper.clicks += 1
    assert not any("--rl-help: block" in sheet for sheet in form.layout.stylesheets)


def test_a_number_or_none_is_switched_and_typed() -> None:
    """The most updates of a stage: none, or a whole number."""
    from rnnlab.views.levels import Ending

    heard: list[Any] = []
    form = SpecForm(Ending, Ending(), {}, lambda value: not heard.append(value))
    control = form.root.fields["updates"].control
    assert control.choice.value == "no limit" and not control.box.visible
    control.choice.value = "a number"
    assert heard[-1].updates == 1000 and control.box.visible
    control.box.value = 250
    assert heard[-1].updates == 250 and type(heard[-1].updates) is int
    control.choice.value = "no limit"
    assert heard[-1].updates is None and not control.box.visible


def test_one_number_for_all_units_becomes_one_for_each_and_back() -> None:
    heard: list[Any] = []
    names = {"unit": [str(i) for i in range(4)]}
    form = SpecForm(LeakyRNN, LeakyRNN(n_units=4), names, lambda value: not heard.append(value))
    tau = form.root.fields["tau"]
    tau.switch.clicks += 1
    assert heard[-1].tau == (100.0,) * 4
    tau.control.widget.value = "50, 100, 100, 150"
    assert heard[-1].tau == (50, 100, 100, 150)
    tau.switch.clicks += 1
    assert heard[-1].tau == 100.0
