"""Arrays said in a description: exact, canonical, and refused with a reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.networks import Given, LeakyRNN, Weights
from rnnlab.spec import SpecError


def test_every_number_comes_back_bit_for_bit() -> None:
    rng = np.random.default_rng(0)
    array = rng.standard_normal((7, 5)) * 10.0 ** rng.integers(-300, 300, (7, 5))
    given = Given.of(array)
    np.testing.assert_array_equal(given.array, array)
    np.testing.assert_array_equal(Given.from_json(given.to_json()).array, array)


def test_equal_arrays_have_one_spelling_and_one_digest() -> None:
    spellings = [
        Given("1 0;0.5 -2"),
        Given(" 1.0  0.0 ; 5e-1 -2"),
        Given.of([[1, 0], [0.5, -2]]),
        Given("1 -0; .5 -2.0"),
    ]
    assert {given.values for given in spellings} == {"1 0; 0.5 -2"}
    assert len({given.digest for given in spellings}) == 1
    assert Given("1 0 0.5 -2").digest not in {given.digest for given in spellings}


def test_a_long_array_is_printed_by_its_size() -> None:
    assert repr(Given("1 0; 0 1")) == "Given('1 0; 0 1')"
    assert repr(Given.of(np.eye(40))) == "<Given, 40 x 40>"


def test_an_array_given_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Given("1 2").array[0, 0] = 3


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("1 2; 3", r"Given\.values: rows of 1, 2 numbers; give rows of one length"),
        ("", r"Given\.values: rows of 0 numbers"),
        ("1 x", r"Given\.values: row 0: 'x' is not a number"),
        ("1 2; 3 nan", r"Given\.values: row 1: not all finite"),
        ("1 1e999", r"Given\.values: row 0: not all finite"),
    ],
)
def test_what_is_no_array_is_refused(values: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        Given(values)


@pytest.mark.parametrize(
    ("array", "message"),
    [(np.zeros((2, 2, 2)), "has 3 dimensions"), ([["a"]], "is not an array of numbers"), (1.0, "has 0 dimensions")],
)
def test_what_cannot_become_one_is_refused(array: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        Given.of(array)


def test_numpy_arrays_and_lists_are_taken_where_one_is_wanted() -> None:
    mask = np.tri(3, dtype=bool)
    by_array, by_list = Weights(connections=mask), Weights(connections=mask.astype(int).tolist())
    assert by_array == by_list == Weights(connections=Given("1 0 0; 1 1 0; 1 1 1"))
    config = LeakyRNN(n_units=3, weights_rec=by_array, signs=np.array([1.0, -1.0, 0.0]), tau=np.array([50, 60, 70]))
    assert config.signs == (1, -1, 0)
    assert LeakyRNN.from_json(config.to_json()) == config
    with pytest.raises(SpecError, match=r"Weights\.frozen: is not an array of numbers|Weights\.frozen: .*not an array"):
        Weights(frozen=[["x"]])  # type: ignore[arg-type]


def test_a_shape_that_does_not_fit_is_named() -> None:
    with pytest.raises(SpecError, match=r"^here: is 2x2; give 3 rows of 2 numbers$"):
        Given("1 0; 0 1").shaped((3, 2), "here")
    with pytest.raises(SpecError, match=r"^here: is 1x2; give 3 numbers$"):
        Given("1 2").shaped((3,), "here")
    assert Given("1 2").shaped((2,), "here").tolist() == [1, 2]
