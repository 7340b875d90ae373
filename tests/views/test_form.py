"""How a form behaves: what is refused stands at its field, names follow what there is, lists grow and shrink."""

from __future__ import annotations

from typing import Any

import pytest

from rnnlab.networks import AnyNetwork, LeakyRNN
from rnnlab.runs import Training
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
    Uniform,
)
from rnnlab.tasks.factors import Linear, Lookup
from rnnlab.views.form import SpecForm
from rnnlab.views.form.form import alike, put, steps
from rnnlab.views.form.numbers import Number
from tests.views.forms import NAMES, form_of, held_in, leaves


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


def test_what_is_refused_is_not_taken_back_for_a_moment() -> None:
    """Whoever refuses may show the value as it is; a browser that is told both is left with the wrong one."""
    value = Epoch("e", Constant(500), scored=True)

    def refuse(_: Epoch) -> bool:
        form.show(value)
        form.explain("Task.epochs[2].grace: too long", "Task.epochs[2]")
        return False

    form = SpecForm(Epoch, value, NAMES, refuse)
    heard: list[float] = []
    box = field(form, "grace").box
    box.param.watch(lambda event: heard.append(event.new), "value")
    box.value = 50
    assert heard == [50] and form._complaints == {("grace",): "Too long"}
    form.show(value)
    assert heard == [50]


@pytest.mark.parametrize("other", [False, True])
def test_what_mends_a_refusal_is_not_taken_back_for_a_moment(other: bool) -> None:
    """Whoever grants shows the value; a box told the number that was refused before is left with it in a browser."""

    def grant(wish: Epoch) -> bool:
        form.show(wish)
        return True

    form = SpecForm(Epoch, Epoch("e", Uniform(100, 500), scored=True), NAMES, grant)
    box = field(form, "grace").box
    box.value = -5
    if other:  # something else waits too: the number is granted by itself
        field(form, "duration", "low").box.value = -1
    heard: list[float] = []
    box.param.watch(lambda event: heard.append(event.new), "value")
    box.value = 50
    assert heard == [50] and form.value.grace == 50
    assert (form.draft is not None) is other


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


def test_every_refused_field_keeps_its_own_sentence_until_it_is_mended() -> None:
    form, heard = form_of(LeakyRNN(n_units=8), AnyNetwork)
    wanted = {"excitatory": 1.7, "tau": -5.0, "dt": 0.0}
    field(form, "excitatory").choice.value = "a number"
    heard.clear()
    for name, number in wanted.items():
        field(form, name).box.value = number
    assert heard == [] and set(form._complaints) == {(name,) for name in wanted}
    for name in wanted:
        assert field(form, name)._problem.visible and "out of range" in field(form, name)._problem.object
    field(form, "n_units").box.value = 9
    assert [network.n_units for network in heard] == [9], "what can be is granted, whatever else waits"
    for i, (name, good) in enumerate({"tau": 50.0, "excitatory": 0.5, "dt": 5.0}.items()):
        field(form, name).box.value = good
        assert getattr(form.value, name) == good and not field(form, name)._problem.visible
        left = [("excitatory",), ("dt",)][i:] if i < 1 else [("dt",)][i - 1 :]
        assert list(form._complaints) == left
        assert all(field(form, *path)._problem.visible for path in left)
    assert form.draft is None and form.value.excitatory == 0.5


def test_a_sentence_follows_what_the_others_have_become() -> None:
    form, heard = form_of(Epoch("e", Uniform(100, 200)))
    field(form, "duration", "low").box.value = 900
    field(form, "grace").box.value = -1
    assert set(form._complaints) == {("duration", "low"), ("grace",)}
    field(form, "duration", "high").box.value = 300
    assert "high = 300" in form._complaints["duration", "low"] and ("grace",) in form._complaints
    field(form, "duration", "high").box.value = 1000
    assert list(form._complaints) == [("grace",)] and heard[-1].duration == Uniform(900, 1000)
    form.forget()
    assert form._complaints == {} and form.value.grace == 0


def test_what_cannot_be_read_stays_with_its_sentence_until_something_else_stands_there() -> None:
    form, heard = form_of(Epoch("e", Uniform(100, 200), scored=True))
    field(form, "grace").box.value = None
    assert form.draft is not None and heard == []
    field(form, "name").widget.value = "go"
    field(form, "weight").box.value = -1
    assert [epoch.name for epoch in heard] == ["go"] and field(form, "grace").box.value is None
    assert "Give a number" in field(form, "grace")._problem.object and field(form, "weight")._problem.visible
    field(form, "weight").box.value = 2
    field(form, "grace").box.value = 20
    assert (form.value.grace, form.value.weight) == (20, 2) and form.draft is None
    field(form, "grace").box.value = None
    form.forget()
    assert field(form, "grace").box.value == 20 and not field(form, "grace")._problem.visible


def test_an_emptied_box_stays_empty_while_whoever_grants_shows_the_rest() -> None:
    shown: list[Epoch] = []

    def granted(epoch: Epoch) -> bool:
        shown.append(epoch)
        form.show(epoch)
        return True

    form = SpecForm(Epoch, Epoch("e", Uniform(100, 200), scored=True, grace=10), {}, granted)
    grace, weight = field(form, "grace"), field(form, "weight")
    grace.box.value = None
    weight.box.value = 3
    assert shown[-1].weight == 3 and grace.box.value is None and grace._problem.visible
    form.show(shown[-1].replace(weight=1))  # undone
    assert weight.box.value == 1 and grace.box.value is None and grace._problem.visible
    grace.box.value = 10
    assert shown[-1].grace == 10 and not grace._problem.visible and form.draft is None
    grace.box.value = None
    form.show(shown[-1].replace(grace=30))  # from elsewhere
    assert grace.box.value == 30 and not grace._problem.visible and form.draft is None


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
