"""`Given`: an array said in a description, number by number."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np

from rnnlab.spec import Spec, SpecError, shown
from rnnlab.spec.codec import hints, kinds


@dataclass(frozen=True, repr=False)
class Given(Spec):
    """An array, as text: numbers separated by spaces, rows by semicolons.

    Every number is written so that it comes back bit for bit. Where a description wants an array of this kind, a NumPy
    array or a list may be given instead; it becomes this.

    Example:
        >>> Given("1 0; 0.5 -2").array
        array([[ 1. ,  0. ],
               [ 0.5, -2. ]])
        >>> Given.of([[1, 0], [0.5, -2]]) == Given("1 0;0.50 -2")
        True
    """

    values: str = field(metadata={"start": "0", "help": "the numbers, separated by spaces, rows by semicolons"})

    def check(self) -> None:
        """Numbers must be finite and rows equally long."""
        rows = [self._row(i, text.split()) for i, text in enumerate(self.values.split(";"))]
        lengths = {len(row) for row in rows}
        if lengths != {len(rows[0])} or not rows[0]:
            problem = f"rows of {', '.join(map(str, sorted(lengths)))} numbers"
            raise self.refuse("values", problem, remedy="give rows of one length, separated by ';'")
        object.__setattr__(self, "values", _text(rows))  # one spelling, so that equal arrays have equal digests

    def _row(self, i: int, words: list[str]) -> list[float]:
        try:
            row = [float(word) + 0.0 for word in words]
        except ValueError:
            wrong = next(word for word in words if not _is_number(word))
            raise self.refuse("values", f"row {i}: {shown(wrong)} is not a number", remedy="give numbers") from None
        if not all(map(math.isfinite, row)):
            raise self.refuse("values", f"row {i}: not all finite", remedy="give finite numbers")
        return row

    def __repr__(self) -> str:
        """A long array by its size: descriptions are printed."""
        if len(self.values) <= 60:
            return f"Given({self.values!r})"
        return f"<Given, {' x '.join(map(str, self.array.shape))}>"

    @classmethod
    def of(cls, array: Any) -> Self:
        """From anything NumPy makes a vector or a matrix of; a vector becomes a single row.

        Raises:
            ValueError: it is no array of numbers, or has more than two dimensions.
        """
        try:
            numbers = np.asarray(array, np.float64)
        except (TypeError, ValueError):
            raise SpecError("Given.values", f"{shown(array)} is not an array of numbers") from None
        if numbers.ndim not in (1, 2):
            raise SpecError("Given.values", f"has {numbers.ndim} dimensions", remedy="give a vector or a matrix")
        return cls(_text(np.atleast_2d(numbers).tolist()))

    @cached_property
    def array(self) -> np.ndarray:
        """(rows, columns), float64, read-only."""
        array = np.array([[float(word) for word in row.split()] for row in self.values.split(";")])
        array.flags.writeable = False
        return array

    def shaped(self, shape: tuple[int, ...], where: str) -> np.ndarray:
        """The array in a shape it must have; a single row does for a vector.

        Raises:
            SpecError: at ``where``, if it has another.
        """
        wanted = shape if len(shape) == 2 else (1, *shape)
        if self.array.shape != wanted:
            found = "x".join(map(str, self.array.shape))
            numbers = f"{wanted[1]} numbers" if len(shape) == 1 else f"{wanted[0]} rows of {wanted[1]} numbers"
            raise SpecError(where, f"is {found}", remedy=f"give {numbers}")
        return self.array.reshape(shape)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _text(rows: list[list[float]]) -> str:
    return "; ".join(" ".join(repr(number).removesuffix(".0") for number in row) for row in rows)


def accept_arrays(spec: Spec) -> None:
    """Turn NumPy arrays and lists in the fields of a freshly made spec into what the fields take: `Given`, or a list
    of Python numbers."""
    cls: type = type(spec)
    for name, annotation in hints(cls).items():
        value = getattr(spec, name)
        if isinstance(value, np.ndarray | list) and Given in kinds(annotation).values():
            try:
                object.__setattr__(spec, name, Given.of(value))
            except SpecError as error:
                raise error.moved("Given.values", f"{cls.__name__}.{name}") from None
        elif isinstance(value, np.ndarray):
            object.__setattr__(spec, name, _plain(value))


def _plain(array: np.ndarray) -> Any:
    """Whole numbers as such: signs are."""
    whole = array.dtype.kind in "fiub" and np.isfinite(array).all() and (array == np.round(array)).all()
    return (array.astype(int) if whole else array).tolist()
