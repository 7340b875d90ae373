"""Derived factors against plain arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnlab.spec import SpecError
from rnnlab.tasks import (
    Category,
    Choice,
    Compare,
    Component,
    Factor,
    Gate,
    Linear,
    Lookup,
    Normal,
    Product,
    Rotate,
    Uniform,
)
from tests.tasks.language import factor_values

BITS = (Factor("a", Choice((0, 1))), Factor("b", Choice((0, 1))))
ANGLE = Factor("angle", Uniform(0, 2 * math.pi))


@pytest.mark.parametrize(
    ("operator", "truth"),
    [("and", 0b1000), ("or", 0b1110), ("xor", 0b0110), ("nand", 0b0111), ("nor", 0b0001), ("xnor", 0b1001)],
)
def test_gates(operator: str, truth: int) -> None:
    got = factor_values(*BITS, Factor("gate", Gate(operator, ("a", "b"))))
    row = (got["a"] + 2 * got["b"]).astype(int)
    assert np.array_equal(got["gate"], (truth >> row) & 1)
    assert set(np.unique(row)) == {0, 1, 2, 3}


@pytest.mark.parametrize("operator", ["==", "!=", ">", ">=", "<", "<="])
def test_comparisons(operator: str) -> None:
    got = factor_values(*BITS, Factor("c", Compare("a", operator, "b")), Factor("d", Compare("a", operator, 1)))
    expected = [eval(f"{a} {operator} {b}") for a, b in zip(got["a"], got["b"], strict=True)]
    assert np.array_equal(got["c"], expected)
    assert np.array_equal(got["d"], [eval(f"{a} {operator} 1") for a in got["a"]])


def test_sums_and_products() -> None:
    got = factor_values(
        Factor("x", Uniform(0, 1)),
        Factor("y", Normal(0, 1)),
        Factor("sum", Linear((("x", 2), ("y", -1)), offset=3)),
        Factor("product", Product(("x", "y", 5))),
    )
    assert np.allclose(got["sum"], 2 * got["x"] - got["y"] + 3)
    assert np.allclose(got["product"], 5 * got["x"] * got["y"])


def test_lookup_among_numbers_and_factors() -> None:
    got = factor_values(
        Factor("context", Choice((0, 1, 2))),
        Factor("x", Uniform(0, 1)),
        Factor("picked", Lookup("context", ("x", 7, "context"))),
        Factor("long", Lookup("context", (1,) * 40)),
    )
    expected = np.select([got["context"] == 0, got["context"] == 1], [got["x"], 7.0], 2.0)
    assert np.array_equal(got["picked"], expected)


def test_angles() -> None:
    got = factor_values(
        ANGLE,
        Factor("opposite", Rotate("angle")),
        Factor("half", Category("angle", 2)),
        Factor("six", Category("angle", 6)),
    )
    apart = np.mod(got["opposite"] - got["angle"], 2 * math.pi)
    assert np.allclose(apart, math.pi)
    assert ((got["opposite"] >= 0) & (got["opposite"] < 2 * math.pi)).all()
    assert np.array_equal(got["half"], got["angle"] >= math.pi)
    assert np.array_equal(got["six"], got["angle"] // (math.pi / 3))


def test_the_order_in_which_factors_are_written_does_not_matter() -> None:
    x, y = Factor("x", Uniform(0, 1)), Factor("y", Linear((("x", 2),)))
    z = Factor("z", Product(("y", "x")))
    one, other = factor_values(x, y, z), factor_values(z, y, x)
    assert all(np.array_equal(one[name], other[name]) for name in "xyz")


def test_factors_keep_their_numbers_when_others_come_and_go() -> None:
    alone = factor_values(Factor("x", Uniform(0, 1)))
    together = factor_values(Factor("w", Uniform(0, 1)), Factor("x", Uniform(0, 1)))
    assert np.array_equal(alone["x"], together["x"])
    assert not np.array_equal(together["w"], together["x"])


def test_the_first_trials_do_not_depend_on_how_many_follow() -> None:
    few, many = factor_values(*BITS, n_trials=10), factor_values(*BITS, n_trials=100)
    assert np.array_equal(few["a"], many["a"][:10])


@pytest.mark.parametrize(
    ("factors", "path", "words"),
    [
        ((Factor("a", Lookup("b", (1, 2))),), "Task.factors[0].rule.factor", "unknown factor 'b'"),
        ((*BITS, Factor("c", Gate("and", ("a", "bb")))), "Task.factors[2].rule.of[1]", "did you mean 'b'"),
        ((*BITS, Factor("c", Linear((("a", 1), ("d", 1))))), "Task.factors[2].rule.terms[1][0]", "unknown factor 'd'"),
        ((*BITS, Factor("a", Choice((1,)))), "Task.factors[2].name", "'a' is taken by factors[0]"),
        ((Factor("x", Rotate("y")), Factor("y", Rotate("x"))), "Task.factors[0].rule", "circle among x, y"),
        ((Factor("x", Rotate("x")),), "Task.factors[0].rule", "depends on itself"),
        ((ANGLE, Factor("c", Lookup("angle", (1, 2)))), "Task.factors[1].rule.factor", "does not count"),
        ((Factor("n", Choice((0, 2))), Factor("c", Lookup("n", (1, 2)))), "Task.factors[1].rule.factor", "can be 2"),
        (
            (Factor("n", Choice((0, 0.5))), Factor("c", Lookup("n", (1, 2)))),
            "Task.factors[1].rule.factor",
            "can be 0.5",
        ),
        ((Factor("n", Choice((-1, 0))), Factor("c", Lookup("n", (1, 2)))), "Task.factors[1].rule.factor", "can be -1"),
        ((Factor("", Choice((1,))),), "Task.factors[0].name", "is no name"),
        ((Factor("<b>", Choice((1,))),), "Task.factors[0].name", "is no name"),
        ((Factor("n" * 61, Choice((1,))),), "Task.factors[0].name", "is no name"),
    ],
)
def test_wrong_factors_are_refused(factors: tuple[Factor, ...], path: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        factor_values(*factors)
    assert caught.value.path == path
    assert words in str(caught.value)


def test_values_beyond_all_numbers_do_not_count() -> None:
    huge = Factor("huge", Choice((1e308, -1e308)))
    for rule in (Product(("huge", "huge")), Linear((("huge", 9.0),))):
        with pytest.raises(SpecError, match=r"'x' can be -?inf"):
            factor_values(huge, Factor("x", rule), Factor("y", Lookup("x", (1, 2))))


def test_a_derived_factor_needs_a_source() -> None:
    for make in (lambda: Product((2.0,)), lambda: Gate("and", ()), lambda: Linear(())):
        with pytest.raises(SpecError, match="names no factor"):
            make()


def test_lookups_of_lookups_are_followed() -> None:
    """What a derived factor can be is worked out, so that tables can be chained."""
    got = factor_values(
        *BITS,
        Factor("x", Gate("xor", ("a", "b"))),
        Factor("y", Lookup("x", (3, 1))),
        Factor("z", Lookup("y", (0, 5, 0, 6))),
    )
    assert np.array_equal(got["z"], np.where(got["x"] == 0, 6, 5))
    with pytest.raises(SpecError, match="can be 3"):
        factor_values(
            *BITS,
            Factor("x", Gate("xor", ("a", "b"))),
            Factor("y", Lookup("x", (3, 1))),
            Factor("z", Lookup("y", (0, 5))),
        )


@pytest.mark.parametrize(
    ("operator", "truth"),
    [("not", 0b0101), ("first", 0b1010), ("not_first", 0b0101), ("second", 0b1100), ("not_second", 0b0011)],
)
def test_gates_of_one_of_their_sources(operator: str, truth: int) -> None:
    got = factor_values(*BITS, Factor("gate", Gate(operator, ("a", "b"))))
    row = (got["a"] + 2 * got["b"]).astype(int)
    assert np.array_equal(got["gate"], (truth >> row) & 1)
    with pytest.raises(SpecError, match="no second factor"):
        Gate("second", ("a",))


def test_components_of_an_angle() -> None:
    got = factor_values(ANGLE, Factor("x", Component("angle")), Factor("y", Component("angle", "sin", 2)))
    assert np.allclose(got["x"], np.cos(got["angle"]))
    assert np.allclose(got["y"], 2 * np.sin(got["angle"]))


@pytest.mark.parametrize(
    "rule", [Compare("coherence", ">", 0.0), Compare("coherence", ">", "x"), Gate("not", ("positive",))]
)
def test_truth_values_of_a_continuum_count(rule: Compare | Gate) -> None:
    """A comparison is 0 or 1, whatever it compares: the sign of a coherence looks up high and low targets."""
    continuum = (Factor("coherence", Normal(0, 1)), Factor("x", Uniform(-1, 1)))
    positive = Factor("positive", Compare("coherence", ">", 0.0))
    got = factor_values(*continuum, positive, Factor("truth", rule), Factor("target", Lookup("truth", (0.2, 1.0))))
    assert np.array_equal(got["target"], np.where(got["truth"] != 0, 1.0, 0.2))
    assert set(np.unique(got["target"])) == {0.2, 1.0}
