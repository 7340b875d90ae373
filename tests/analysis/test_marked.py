"""What is marked: the trials of a condition, what of a selection there is elsewhere, and that it is a plain value."""

from __future__ import annotations

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.analysis import Condition, Marked
from rnnlab.spec import SpecError


@pytest.fixture(scope="module")
def batch() -> rl.tasks.Batch:
    return rl.tasks.get("perceptual_discrimination").sample(24, dt=20, seed=3)


def test_a_condition_has_the_trials_with_its_value_and_no_others(batch: rl.tasks.Batch) -> None:
    values = batch.factors["coherence"]
    one = Condition("coherence", float(values[5]))
    assert one.trials(batch).tolist() == [value == values[5] for value in values]
    middle = float(np.median(values))
    assert Condition("coherence", -9, middle).trials(batch).tolist() == [value <= middle for value in values]
    assert not Condition("contrast", 1).trials(batch).any()


def test_a_range_around_one_value_is_that_value(batch: rl.tasks.Batch) -> None:
    value = float(batch.factors["coherence"].min())
    assert Condition("coherence", value - 1e-3, value + 1e-3).within(batch) == Condition("coherence", value)
    whole = Condition("coherence", -9, 9)
    assert whole.within(batch) == whole


def test_words_are_values_too() -> None:
    assert Condition("context", "colour").among(np.array(["motion", "colour"])).tolist() == [False, True]


def test_what_is_marked_is_kept_as_far_as_it_is_there(batch: rl.tasks.Batch) -> None:
    value = float(batch.factors["coherence"][0])
    marked = Marked((1, 40), Condition("coherence", value), trial=3)
    assert marked.fitting(100, batch) is marked
    assert marked.fitting(40, batch[:2]) == Marked((1,), Condition("coherence", value))
    assert marked.mask(3).tolist() == [False, True, False]


def test_it_is_a_plain_value() -> None:
    marked = Marked((7, 3), Condition("coherence", -0.5, 0.0), trial=2)
    assert Marked.from_json(marked.to_json()) == marked == Marked((3, 7), Condition("coherence", -0.5, 0.0), 2)


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: Marked(units=(-1,)), "units"),
        (lambda: Marked(trial=-2), "trial"),
        (lambda: Condition("c", 1.0, 0.5), "high"),
        (lambda: Condition("c", "red", 1.0), "high"),
    ],
)
def test_what_cannot_be_is_refused_by_name(make: object, place: str) -> None:
    with pytest.raises(SpecError, match=place):
        make()  # type: ignore[operator]
