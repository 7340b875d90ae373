"""Every kind of control: it shows a value, reports a person's change and nothing else, and says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from rnnlab.networks import NETWORKS, LeakyRNN
from rnnlab.networks.nonlinearity import Tanh
from rnnlab.runs import Training
from rnnlab.tasks import TASKS
from rnnlab.views import bare, parts
from rnnlab.views.controls import Choice, LogSlider, RangeSlider, Slider, Sliders, Switch, Typed, Whole, control
from rnnlab.views.facts import Facts, of_field, of_setting
from rnnlab.views.settings import NETWORK_FIELDS, TRAINING_FIELDS

CASES: list[tuple[Facts, Any, Any, type]] = [
    (Facts("a", "A", "number", "ms", 0, 10, 0.5), 2.0, 3.5, Slider),
    (Facts("a", "A", "integer", "", 1, 9, 1), 2, 5, Slider),
    (Facts("a", "A", "number", "", 1e-4, 1e-2), 1e-3, 2e-3, LogSlider),
    (Facts("a", "A", "range", "ms", 0, 100, 10), (10.0, 20.0), (30.0, 80.0), RangeSlider),
    (Facts("a", "A", "numbers", "", 0, 1, 0.05), (0.1, 0.2), (0.3, 0.4, 0.5), Sliders),
    (Facts("a", "A", "pairs"), ((1.0, 2.0),), ((3.0, 4.0), (5.0, 6.0)), Typed),
    (Facts("a", "A", "switch"), False, True, Switch),
    (Facts("a", "A", "choice", options={"never": None, "half": 0.5}), None, 0.5, Choice),
    (Facts("a", "A", "whole"), 3, 12_345, Whole),
]


@pytest.mark.parametrize(("facts", "before", "after", "kind"), CASES)
def test_a_control_shows_values_without_reporting_them(facts: Facts, before: Any, after: Any, kind: type) -> None:
    made = control(facts, before)
    assert type(made) is kind
    heard: list[Any] = []
    made.on_change(lambda name, value: heard.append(value))
    assert made.read() == before
    made.show(after)
    assert made.read() == after
    assert heard == []


def test_a_person_s_change_is_reported_once_with_its_name() -> None:
    made = control(Facts("noise", "Noise", "number", "", 0, 1, 0.1), 0.1)
    heard: list[Any] = []
    made.on_change(lambda name, value: heard.append((name, value)))
    made.widget.value = 0.4
    assert heard == [("noise", 0.4)]


def test_a_slider_gives_way_to_a_value_outside_it() -> None:
    made = control(Facts("a", "A", "number", "", 0, 10, 1), 5.0)
    made.show(40.0)
    assert (made.widget.value, made.widget.end) == (40.0, 40.0)
    ranged = control(Facts("a", "A", "range", "", 0, 10, 1), (1.0, 2.0))
    ranged.show((0.0, 30.0))
    assert (ranged.widget.value, ranged.widget.end) == ((0.0, 30.0), 30.0)


def test_a_choice_offers_a_value_it_did_not_know() -> None:
    made = control(Facts("a", "A", "choice", options={"half": 0.5}), 0.5)
    made.show(0.7)
    assert made.read() == 0.7
    assert "0.7" in made.widget.options


def test_a_choice_knows_a_description_by_its_kind() -> None:
    made = control(of_field(LeakyRNN, "nonlinearity"), Tanh())
    assert made.widget.value == "tanh"
    made.widget.value = "ReLU"
    assert made.read() == "Relu"


def test_a_list_grows_and_shrinks_and_never_becomes_empty() -> None:
    made = control(Facts("a", "Level", "numbers", "", 0, 1, 0.1), (0.2,))
    heard: list[Any] = []
    made.on_change(lambda name, value: heard.append(value))
    assert isinstance(made, Sliders)
    assert made._fewer.disabled
    made._add()
    assert heard[-1] == (0.2, pytest.approx(0.4))
    assert [slider.label for slider in made._rows] == ["Level 1", "Level 2"]
    made._remove()
    assert heard[-1] == (0.2,)
    assert made._fewer.disabled


@pytest.mark.parametrize("line", ["", "1/2, x", "1", "1/2/3"])
def test_what_cannot_be_read_is_answered_beside_the_control(line: str) -> None:
    made = control(Facts("pairs", "Pairs", "pairs"), ((1.0, 2.0),))
    heard: list[Any] = []
    made.on_change(lambda name, value: heard.append(value))
    made.widget.value = line
    if line:
        assert heard == []
        assert made._problem.visible
        assert "18/10" in made._problem.object
    else:
        assert heard == [()]


def test_complaints_come_and_go_and_are_text() -> None:
    made = control(Facts("a", "A", "switch"), True)
    assert not made._problem.visible
    made.complain("<b>no</b>")
    assert made._problem.visible
    assert "&lt;b&gt;no" in made._problem.object
    made.complain("")
    assert not made._problem.visible


@pytest.mark.parametrize("task", TASKS)
def test_every_setting_of_every_task_has_a_control(task: str) -> None:
    for setting in TASKS[task].settings().values():
        made = control(of_setting(setting), setting.default)
        assert made.read() == setting.default
        assert made.facts.help


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_field_on_the_screen_has_a_control(kind: str) -> None:
    network = NETWORKS[kind]()
    for name in NETWORK_FIELDS:
        if hasattr(network, name):
            value = getattr(network, name)
            assert control(of_field(NETWORKS[kind], name), value).read() in (value, type(value).__name__)
    training = Training()
    for name in TRAINING_FIELDS:
        assert control(of_field(Training, name), getattr(training, name)).read() == getattr(training, name)


def test_a_layout_that_is_not_visible_says_so_by_its_class() -> None:
    column = parts.column(css_classes=["rl-side"])
    model = column.get_root()
    assert model.css_classes == ["rl-side"]
    column.visible = False
    assert model.css_classes == ["rl-side", bare.GONE] and f":host(.{bare.GONE})" in "".join(column.stylesheets)
    column.css_classes = ["rl-wide"]
    assert model.css_classes == ["rl-wide", bare.GONE]
    column.visible = True
    assert model.css_classes == ["rl-wide"]


def test_numbers_that_stand_for_something_are_ticked_by_name() -> None:
    facts = of_setting(TASKS["delayed_logic"].settings()["rules"])
    made, told = control(facts, (0.0, 1.0, 4.0)), []
    made.on_change(lambda name, value: told.append((name, value)))
    assert made.widget.value == ["xor", "xnor", "and"] and len(made.widget.options) == 10
    made.widget.value = ["xor", "nor"]
    assert told == [("rules", (0.0, 3.0))]
    made.show((9.0,))
    assert made.widget.value == ["not second"] and len(told) == 1


def test_numbers_of_something_each_stand_under_its_name() -> None:
    facts = of_setting(TASKS["ax_cpt"].settings()["odds"])
    made = control(facts, (1.0, 1.0, 1.0, 0.5))
    assert [slider.label for slider in made._sliders] == ["Odds: AX", "Odds: AY", "Odds: BX", "Odds: BY"]
    assert not made._more.visible and made.read() == (1.0, 1.0, 1.0, 0.5)


@pytest.mark.parametrize("name", TASKS)
def test_every_list_of_numbers_with_names_has_as_many_as_its_task(name: str) -> None:
    for setting in TASKS[name].settings().values():
        assert not setting.each or len(setting.each) == len(setting.default)
        assert not setting.among or all(value in range(len(setting.among)) for value in setting.default)
