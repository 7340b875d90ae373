"""Frozen values to JSON and back: fields are checked, equal values have equal digests, errors name the place."""

from __future__ import annotations

import copy
import hashlib
import inspect
import json
import pickle
import string
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.spec import SCHEMA, Spec, SpecError, did_you_mean, quantity, shown


@dataclass(frozen=True)
class Circle(Spec):
    radius: float = quantity(1.0, unit="mm", above=0)


@dataclass(frozen=True)
class Square(Spec):
    side: float = quantity(unit="mm", low=0, high=10)
    colour: Literal["red", "green"] = "red"


@dataclass(frozen=True)
class Drawing(Spec):
    title: str
    shapes: tuple[Circle | Square, ...] = ()
    size: tuple[float, float] = (1.0, 1.0)
    frame: Circle | None = None
    copies: int = 1
    framed: bool = False
    label: float | str = 0.0

    def check(self) -> None:
        if self.copies > 100:
            raise self.refuse("copies", "too many", remedy="give at most 100")


DRAWING = Drawing("a", (Circle(2), Square(3, "green")), (3, 4), Circle(5), 2, True, "x")


def test_a_value_goes_to_json_and_back() -> None:
    again = Drawing.from_json(DRAWING.to_json())
    assert again == DRAWING
    assert again.digest == DRAWING.digest
    assert json.loads(DRAWING.to_json())["rnnlab"] == SCHEMA


def test_numbers_are_normalised_so_that_equal_values_have_equal_digests() -> None:
    assert Circle(2).digest == Circle(2.0).digest == Circle(np.float32(2)).digest
    assert Drawing("a", size=(0.0, 1)).digest == Drawing("a", size=(-0.0, 1)).digest
    assert Circle(2).digest != Circle(2.5).digest
    assert Drawing("a", copies=3.0).copies == 3


def test_the_digest_is_that_of_the_canonical_json() -> None:
    """A digest that changes orphans every file that cites it."""
    assert Circle(2).digest == hashlib.sha256(b'{"kind":"Circle","radius":2.0}').hexdigest()
    assert Circle(1).digest == hashlib.sha256(b'{"kind":"Circle"}').hexdigest()
    nested = b'{"kind":"Drawing","shapes":[{"kind":"Circle"},{"kind":"Square","side":0.0}],"title":"a"}'
    assert Drawing("a", (Circle(), Square(0))).digest == hashlib.sha256(nested).hexdigest()


def test_a_kind_that_gains_a_field_keeps_its_digests_and_reads_its_old_files() -> None:
    @dataclass(frozen=True)
    class Old(Spec):
        size: float = 1.0

    @dataclass(frozen=True)
    class New(Spec):
        size: float = 1.0
        colour: str = "red"

    New.__name__ = "Old"
    assert New(2.0).digest == Old(2.0).digest
    assert New(2.0, "green").digest != Old(2.0).digest
    assert New.from_json(Old(2.0).to_json()) == New(2.0)


def test_replace_reaches_into_nested_values() -> None:
    changed = DRAWING.replace(title="b", frame__radius=7)
    assert (changed.title, changed.frame) == ("b", Circle(7))
    assert DRAWING.frame == Circle(5)
    with pytest.raises(SpecError, match=r"Drawing\.titel: .*did you mean 'title'"):
        DRAWING.replace(titel="b")


def test_naming_unknown_fields_leaves_signature_copies_and_pickles_alone() -> None:
    assert list(inspect.signature(Square).parameters) == ["side", "colour"]
    square = Square(2, colour="green")
    assert copy.deepcopy(square) == pickle.loads(pickle.dumps(square)) == square
    with pytest.raises(TypeError, match="side"):
        Square(colour="green")


def test_a_kind_without_arguments_may_be_named() -> None:
    assert Drawing("a", frame="circle").frame == Circle()
    with pytest.raises(SpecError, match=r"Drawing\.frame: unknown kind 'Cirle'; did you mean 'Circle'"):
        Drawing("a", frame="Cirle")
    with pytest.raises(SpecError, match=r"shapes\[0\]: Square needs arguments"):
        Drawing("a", ("Square",))


@pytest.mark.parametrize(
    ("make", "path", "words"),
    [
        (lambda: Circle(0), "Circle.radius", "0 mm is out of range; give more than 0 mm"),
        (lambda: Square(11), "Square.side", "at least 0 and at most 10 mm"),
        (lambda: Square(1, "gren"), "Square.colour", "did you mean 'green'"),
        (lambda: Circle(float("nan")), "Circle.radius", "not a finite number"),
        (lambda: Circle(10**400), "Circle.radius", "not a finite number"),
        (lambda: Circle("1"), "Circle.radius", "expected a number, got '1'; give a finite number"),
        (lambda: Circle(radios=1), "Circle.radios", "Circle has no field 'radios'; did you mean 'radius'?"),
        (lambda: Square(1, size=1), "Square.size", "Square has no field 'size'"),
        (lambda: Drawing("a", copies=float("nan")), "Drawing.copies", "got nan; give a finite whole number"),
        (lambda: Circle(True), "Circle.radius", "expected a number"),
        (lambda: Drawing("a", copies=True), "Drawing.copies", "expected a whole number"),
        (lambda: Drawing("a", copies=1.5), "Drawing.copies", "expected a whole number"),
        (lambda: Drawing("a", copies=101), "Drawing.copies", "too many"),
        (lambda: Drawing("a", size=(1, 2, 3)), "Drawing.size", "expected 2 values, got 3"),
        (lambda: Drawing("a", size=(1, "b")), "Drawing.size[1]", "expected a number"),
        (lambda: Drawing("a", size=1), "Drawing.size", "expected a list"),
        (lambda: Drawing("a", (3,)), "Drawing.shapes[0]", "3 does not fit; give Circle or Square"),
        (lambda: Drawing("\ud800"), "Drawing.title", "not valid Unicode"),
        (lambda: Square(1, np.array([1, 2])), "Square.colour", "unknown value"),
    ],
)
def test_a_wrong_field_is_refused_by_name(make, path: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        make()
    assert caught.value.path == path
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"shapes": [{"kind": "Circel"}]}, "drawing.shapes[0]", "unknown kind 'Circel'; did you mean 'Circle'?"),
        ({"shapes": [{"radius": 1}]}, "drawing.shapes[0]", "no kind given; known: Circle, Square"),
        ({"shapes": [{"kind": ["Circle"]}]}, "drawing.shapes[0]", "unknown kind"),
        ({"shapes": [{"kind": "Circle", "radios": 1}]}, "drawing.shapes[0].radios", "did you mean 'radius'"),
        ({"shapes": [{"kind": "Circle"}, {"kind": "Square"}]}, "drawing.shapes[1].side", "is missing"),
        ({"shapes": [{"kind": "Circle", "radius": -1}]}, "drawing.shapes[0].radius", "out of range"),
        ({"shapes": {"kind": "Circle"}}, "drawing.shapes", "expected a list"),
        ({"size": [1]}, "drawing.size", "expected 2 values, got 1"),
        ({"size": {"a": 1}}, "drawing.size", "expected a list"),
        ({"title": None}, "drawing.title", "expected text"),
        ({"kind": "Circle"}, "drawing", "unknown kind"),
        ({"rnnlab": SCHEMA + 1}, "drawing.rnnlab", "update rnnlab"),
        ({"rnnlab": "1"}, "drawing.rnnlab", "not a schema number"),
        ({"rnnlab": True}, "drawing.rnnlab", "not a schema number"),
        ({"copies": 101}, "drawing.copies", "too many; give at most 100"),
    ],
)
def test_a_wrong_file_is_refused_at_its_place(change: dict, path: str, words: str) -> None:
    data = json.loads(DRAWING.to_json()) | change
    with pytest.raises(SpecError) as caught:
        Drawing.from_json(json.dumps(data))
    assert caught.value.path == path
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON"),
        ("[1, 2]", "expected a JSON object"),
        ('{"title": NaN}', "NaN is not a JSON number"),
        ('{"title": "a", "size": [1, -Infinity]}', "-Infinity is not a JSON number"),
        ('{"title": "a", "size": [1, 1e400]}', "not a finite number"),
        ('{"title": "a", "size": [1, %s]}' % ("9" * 400), "not a finite number"),
        ('{"title": "a", "size": [1, %s]}' % ("9" * 6000), "not valid JSON"),
        ('{"title": "a", "title": "b"}', "key 'title' appears twice"),
        ('{"title": ' + "[" * 100_000, "nested too deeply"),
        ('{"title": ' + "[" * 200 + "]" * 200 + "}", "nested too deeply"),
        ('{"title": "\\ud800"}', "not valid Unicode"),
        ('{"title": "a"', "is the file complete?"),
        (b"\xff\xfe\x00", "not valid JSON"),
        (b'{"title": "\xff"}', "not valid JSON"),
    ],
)
def test_text_that_is_no_description_is_refused(text: str | bytes, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        Drawing.from_json(text)
    assert words in str(caught.value)
    assert caught.value.path.startswith("drawing")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (None, "expected JSON text, got None; give what to_json() makes"),
        (3, "expected JSON text, got 3; give what to_json() makes"),
        ([], "expected JSON text, got []; give what to_json() makes"),
        ({}, "expected JSON text, got {}; give what to_json() makes, or use from_data()"),
        (DRAWING, "expected JSON text, got Drawing("),
    ],
)
@pytest.mark.parametrize("kind", [Drawing, Circle])
def test_what_is_no_text_is_refused_as_such(kind: type[Spec], other: Any, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        kind.from_json(other)
    assert str(caught.value).startswith(f"{kind.__name__.lower()}: {words}")
    assert caught.value.value is other


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), np.float32("inf"), 10**400])
def test_where_a_number_or_a_text_may_stand_an_infinite_one_is_called_that(number: Any) -> None:
    with pytest.raises(SpecError) as caught:
        Drawing("a", label=number)
    assert caught.value.path == "Drawing.label"
    assert str(caught.value).endswith("is not a finite number; give a finite number or text")


def test_text_that_is_too_long_is_refused_before_it_is_parsed(monkeypatch) -> None:
    monkeypatch.setattr("rnnlab.spec.codec.MAX_CHARACTERS", 100)
    with pytest.raises(SpecError, match="characters are more than"):
        Drawing.from_json(DRAWING.to_json())


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_mutated_file_gives_a_value_or_a_spec_error(data: st.DataObject) -> None:
    text = DRAWING.to_json()
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 12)))
    junk = data.draw(st.text(alphabet=string.printable + "é\ud800\x00", max_size=12))
    try:
        value = Drawing.from_json(text[:start] + junk + text[stop:])
    except SpecError as error:
        assert error.path.startswith("drawing")
        assert error.problem
    else:
        assert Drawing.from_json(value.to_json()) == value


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Circle", "Square"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "radius", "side", "title", "shapes", "size"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(["kind", "title", "shapes", "size", "frame", "copies", "label"]), json_values))
def test_any_data_gives_a_value_or_a_spec_error(data: dict) -> None:
    try:
        value = Drawing.from_data(data)
    except SpecError as error:
        assert error.path.startswith("drawing")
    else:
        assert Drawing.from_data(value.to_data()) == value


def test_an_error_survives_pickling() -> None:
    error = SpecError("task.name", "is bad", value=3, remedy="mend it")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.path, again.value, again.remedy) == (str(error), "task.name", 3, "mend it")
    assert str(error) == "task.name: is bad; mend it"


def test_moving_an_error_replaces_only_a_whole_first_name() -> None:
    assert SpecError("Task.epochs[0]", "x").moved("Task", "a.task").path == "a.task.epochs[0]"
    assert SpecError("TaskSet.name", "x").moved("Task", "a").path == "a.TaskSet.name"


def test_did_you_mean() -> None:
    assert did_you_mean("Constnt", ["Constant", "Uniform"]) == "did you mean 'Constant'?"
    assert did_you_mean("zzz", ["b", "a"]) == "known: a, b"


def test_shown_is_short_whatever_it_shows() -> None:
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert len(shown(deep)) <= 60
    assert len(shown("x" * 10**6)) <= 60
    assert shown(10**5000) == "<int>"
    assert shown("abc") == "'abc'"
