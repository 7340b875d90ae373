"""What every result of an analysis has in common: read-only arrays, and a short text that never prints them."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def frozen(values: ArrayLike, dtype: Any = None) -> NDArray[Any]:
    """A read-only copy, so that a frozen result is frozen all the way down."""
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def shape_of(array: NDArray[Any], *axes: str) -> str:
    """``shape_of(states, "point", "state")`` -> ``"(point 27, state 100)"``."""
    return "(" + ", ".join(f"{name} {size}" for name, size in zip(axes, array.shape, strict=True)) + ")"


class Result:
    """Base of the frozen results. A subclass lists its facts (name -> text) once, for both kinds of display."""

    def facts(self) -> dict[str, str]:
        """What a person should see of this result: shapes, units, and the numbers that sum it up."""
        raise NotImplementedError

    def __repr__(self) -> str:
        inside = "; ".join(f"{name}: {text}" for name, text in self.facts().items() if text)
        return f"{type(self).__name__}({inside})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
            for name, text in self.facts().items()
            if text
        )
        return f"<table><caption>{escape(type(self).__name__)}</caption>{rows}</table>"
