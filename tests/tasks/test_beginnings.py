"""What a form begins with: a value that can be, for every kind, from every other."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from rnnlab.spec import Spec, codec
from rnnlab.tasks import Channel, Choice, Constant, Epoch, Hold, Normal, Remainder, Until
from rnnlab.tasks.beginnings import another, as_kind
from rnnlab.tasks.epochs import Duration
from rnnlab.tasks.factors import Rule
from rnnlab.tasks.scoring import AnyScoring, LargestMean, SignOfMean
from rnnlab.tasks.signals import AnySignal

NAMES = {"factor": ("f", "g"), "epoch": ("e",), "input": ("i",), "output": ("o", "p")}
TABLES = {
    "Duration": Duration,
    "Rule": Rule,
    "AnySignal": AnySignal,
    "AnyScoring": AnyScoring,
}


def kinds(name: str) -> list[type[Spec]]:
    return list({*codec.kinds(TABLES[name]).values()})


@pytest.mark.parametrize("name", TABLES)
def test_every_kind_begins_as_a_value_that_can_be(name: str) -> None:
    for kind in kinds(name):
        made = codec.decode(kind, as_kind(kind, None, NAMES), "value")
        assert type(made) is kind


@pytest.mark.parametrize("name", TABLES)
def test_every_kind_can_take_the_place_of_every_other(name: str) -> None:
    for old, new in itertools.permutations(kinds(name), 2):
        data = as_kind(new, as_kind(old, None, NAMES), NAMES)
        assert type(codec.decode(TABLES[name], data, f"{old.__name__} to {new.__name__}")) is new


@pytest.mark.parametrize("name", ["AnySignal", "AnyScoring"])
def test_what_all_kinds_have_is_kept(name: str) -> None:
    """Where a signal is, in which trials; which trials count."""
    shared = {"AnySignal": {"epochs": ["e"], "when": "g"}, "AnyScoring": {"only": "f"}}[name]
    for old, new in itertools.permutations(kinds(name), 2):
        data = as_kind(new, as_kind(old, None, NAMES) | shared, NAMES)
        assert {key: data[key] for key in shared} == shared


@pytest.mark.parametrize(
    ("old", "kind", "wanted"),
    [
        (Constant(500), "Uniform", {"low": 250, "high": 750}),
        (Constant(-2), "Uniform", {"low": -3, "high": -1}),
        (Constant(500), "Choice", {"values": [250, 750], "weights": []}),
        (Choice((100, 300, 200)), "Uniform", {"low": 100, "high": 300}),
        (Choice((100, 300, 200)), "Constant", {"value": 200}),
        (Until(200, 600), "Uniform", {"low": 200, "high": 600}),
        (Remainder(2000), "Constant", {"value": 500}),
        (Normal(5, 1), "TruncatedNormal", {"mean": 5, "sd": 1, "low": 3, "high": 7}),
        (Normal(-5, 1), "TruncatedExponential", {"mean": 5, "low": -7, "high": -3}),
    ],
)
def test_draws_keep_where_their_numbers_lie(old: Any, kind: str, wanted: dict[str, Any]) -> None:
    new = codec.kinds(Duration) | codec.kinds(Rule)
    assert as_kind(new[kind], old.to_data(), NAMES) == {"kind": kind, **wanted}


def test_one_more_is_of_the_plainest_kind_and_has_a_new_name() -> None:
    assert another(AnySignal, [Hold().to_data()], NAMES)["kind"] == "Hold"
    assert another(AnySignal, [], NAMES)["kind"] == "Hold"
    scorings = [LargestMean().to_data(), SignOfMean(outputs=("o",)).to_data()]
    assert another(AnyScoring, scorings, NAMES) == scorings[-1], "several differ in their outputs"
    first = another(Channel, [], NAMES)
    second = another(Channel, [first], NAMES)
    third = another(Channel, [first, second], NAMES)
    assert [each["name"] for each in (first, second, third)] == ["channel", "channel 2", "channel 3"]
    assert another(float | str, ["g"], NAMES, "factor") == "g"
    assert another(float | str, [], NAMES, "factor") == "f"
    assert another(float | str, [], {}, "factor") == 1.0


def test_nothing_is_made_up_where_there_is_no_name() -> None:
    signal = as_kind(codec.kinds(AnySignal)["LastPulse"], None, {})
    assert signal["channel"] == ""
    epoch = codec.decode(Epoch, as_kind(Epoch, None, {}), "epoch")
    assert epoch.duration == Constant(500)
