"""Single units as panels."""

from __future__ import annotations

import numpy as np

from rnnlab.analysis import UnitOrder
from rnnlab.figures.panels import Curves, Panels, Series


def unit_order(result: UnitOrder) -> Panels:
    """The number of each unit, in order."""
    values = np.asarray(result.values, float)[result.order]
    names = tuple(f"unit {unit}" for unit in result.order)
    return (
        Curves(
            "units in order",
            result.label,
            (Series(np.arange(len(values)), values, line=False, dots=True, names=names),),
        ),
    )
