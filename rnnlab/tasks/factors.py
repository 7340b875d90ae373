"""Factors: the numbers that make one trial differ from another (coherence, direction, answer).

A factor is drawn once per trial, or derived from other factors by a closed set of operations, or taken from an earlier
trial. Truth values are 0 and 1;
a factor that chooses among things counts them from 0; angles are radians.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from rnnlab.spec import Spec, quantity
from rnnlab.tasks.derived import Derived, Support
from rnnlab.tasks.draws import (
    Choice,
    Constant,
    Exponential,
    Floats,
    Normal,
    TruncatedExponential,
    TruncatedNormal,
    Uniform,
)
from rnnlab.tasks.history import Markov, Previous
from rnnlab.tasks.references import names

TWO_PI = 2 * math.pi

TRUTH = (0.0, 1.0)
"""What a comparison or a gate can be, whatever it is of."""


@dataclass(frozen=True)
class Lookup(Derived):
    """An entry of a table, picked by a factor that counts 0, 1, 2 ...: a number, or another factor's value.

    The contingencies of an experiment: which answer a direction calls for, which stimulus a context selects.

    >>> Lookup("direction", (1.0, 0.2)).derive({"direction": np.array([0.0, 1.0, 0.0])})
    array([1. , 0.2, 1. ])
    """

    factor: str = names("factor", among="counting", help="The factor that counts.")
    table: tuple[float | str, ...] = names("factor", start=(0.0, 1.0), help="Numbers or names of factors.")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        index = factors[self.factor].astype(np.intp)
        if self._numbers is not None:
            return self._numbers[index]
        rows = [factors[e] if isinstance(e, str) else np.full(index.shape, e) for e in self.table]
        return np.stack(rows)[index, np.arange(index.size)]

    @cached_property
    def _numbers(self) -> Floats | None:
        """The table, if it names no factor."""
        return None if any(isinstance(entry, str) for entry in self.table) else np.array(self.table, dtype=float)

    def support(self, supports: Mapping[str, Support]) -> Support:
        known = [supports[entry] if isinstance(entry, str) else (entry,) for entry in self.table]
        if any(values is None for values in known):
            return None
        return tuple(sorted({float(value) for values in known for value in values or ()}))

    def check_sources(self, supports: Mapping[str, Support]) -> None:
        values = supports[self.factor]
        if values is None:
            problem = f"{self.factor!r} does not count (it can take any value)"
            raise self.refuse("factor", problem, remedy="look up by a Choice factor")
        last = len(self.table) - 1
        wrong = [v for v in values if not (v.is_integer() and 0 <= v <= last)]
        if wrong:
            remedy = f"the table has entries 0 to {last}" if self.table else "the table is empty"
            raise self.refuse("factor", f"{self.factor!r} can be {wrong[0]:g}", remedy=remedy)


@dataclass(frozen=True)
class Linear(Derived):
    """offset + Σ weight · factor.

    >>> Linear((("f1", 1), ("f2", -1))).derive({"f1": np.array([18.0]), "f2": np.array([10.0])})
    array([8.])
    """

    terms: tuple[tuple[str, float], ...] = names("factor", help="Pairs of factor and weight.")
    offset: float = quantity(0.0, help="What is added to the sum.")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        total = np.full_like(next(iter(factors.values())), self.offset)
        for name, weight in self.terms:
            total = total + weight * factors[name]
        return total


@dataclass(frozen=True)
class Product(Derived):
    """The product of numbers and factors."""

    of: tuple[float | str, ...] = names("factor", help="Numbers or names of factors.")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        total = np.ones_like(next(iter(factors.values())))
        for entry in self.of:
            total = total * (factors[entry] if isinstance(entry, str) else entry)
        return total


_COMPARISONS = {
    "==": np.equal,
    "!=": np.not_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
}


@dataclass(frozen=True)
class Compare(Derived):
    """1 where ``left`` compares so with ``right`` (same, different, greater ...), else 0."""

    left: str = names("factor", help="A factor.")
    operator: Literal["==", "!=", ">", ">=", "<", "<="] = field(
        default="==", metadata={"help": "How the two are compared."}
    )
    right: float | str = names("factor", 0.0, help="A number or a factor.")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        right = factors[self.right] if isinstance(self.right, str) else self.right
        return _COMPARISONS[self.operator](factors[self.left], right).astype(float)

    def support(self, supports: Mapping[str, Support]) -> Support:
        return super().support(supports) or TRUTH


@dataclass(frozen=True)
class Gate(Derived):
    """A logic gate over truth values (any number but 0 counts as true); xor is odd parity.

    "not" and "first" ask for the first of its factors only, "second" for the second; "not_first" and "not_second" are
    their opposites.

    >>> Gate("xor", ("a", "b")).derive({"a": np.array([0.0, 1, 1]), "b": np.array([0.0, 0, 1])})
    array([0., 1., 0.])
    """

    operator: Literal[
        "and", "or", "xor", "nand", "nor", "xnor", "not", "first", "second", "not_first", "not_second"
    ] = field(default="and", metadata={"help": "How they are joined."})
    of: tuple[str, ...] = names("factor", (), needed=True, ordered=True, help="The factors it joins.")

    def check(self) -> None:
        super().check()
        if self.operator.endswith("second") and len(self.of) < 2:
            raise self.refuse("of", f"has no second factor for {self.operator!r}", remedy="name two")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        bits = np.stack([factors[name] != 0 for name in self.of])
        opposite = {
            "nand": "and", "nor": "or", "xnor": "xor", "not": "first", "not_first": "first", "not_second": "second"
        }  # fmt: skip
        joined = {
            "and": bits.all(axis=0),
            "or": bits.any(axis=0),
            "xor": bits.sum(axis=0) % 2 == 1,
            "first": bits[0],
            "second": bits[-1] if len(bits) == 1 else bits[1],
        }[opposite.get(self.operator, self.operator)]
        return (joined ^ (self.operator in opposite)).astype(float)

    def support(self, supports: Mapping[str, Support]) -> Support:
        return super().support(supports) or TRUTH


@dataclass(frozen=True)
class Rotate(Derived):
    """``angle`` turned by ``by`` radians, wrapped to [0, 2π): the opposite is ``by = π``."""

    angle: str = names("factor", help="A factor in radians.")
    by: float | str = names("factor", math.pi, unit="rad", help="Radians, or a factor in radians.")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        by = factors[self.by] if isinstance(self.by, str) else self.by
        return np.mod(factors[self.angle] + by, TWO_PI)


@dataclass(frozen=True)
class Component(Derived):
    """gain · cos or gain · sin of ``angle``: a direction as a point in the plane."""

    angle: str = names("factor", help="A factor in radians.")
    axis: Literal["cos", "sin"] = field(default="cos", metadata={"help": "Which of its coordinates."})
    gain: float = quantity(1.0, help="Distance of the point from the middle.")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        return self.gain * (np.cos if self.axis == "cos" else np.sin)(factors[self.angle])


@dataclass(frozen=True)
class Category(Derived):
    """Which of ``n`` equal sectors of the circle an angle in radians falls in, from 0: floor(n · angle / 2π)."""

    angle: str = names("factor", help="A factor in radians.")
    n: int = quantity(2, low=1, help="Number of sectors.")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        turns = np.mod(factors[self.angle], TWO_PI) / TWO_PI
        return np.minimum(np.floor(turns * self.n), self.n - 1)

    def support(self, supports: Mapping[str, Support]) -> Support:
        return super().support(supports) or tuple(float(i) for i in range(self.n))


Rule = (
    Choice
    | Uniform
    | Normal
    | Exponential
    | TruncatedExponential
    | TruncatedNormal
    | Constant
    | Markov
    | Previous
    | Lookup
    | Linear
    | Product
    | Compare
    | Gate
    | Rotate
    | Component
    | Category
)
"""Everything that a factor can be."""


@dataclass(frozen=True)
class Factor(Spec):
    """A named number of each trial, drawn or derived."""

    name: str = field(metadata={"help": "What it is called. Random numbers go by it: another name deals other trials."})
    rule: Rule = field(metadata={"help": "How its number comes about in each trial."})
