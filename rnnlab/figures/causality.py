"""Causes as panels: what is lost without each part."""

from __future__ import annotations

import numpy as np

from rnnlab.analysis import Lesions
from rnnlab.figures.panels import Curves, Panels, Series

MOST_NAMES = 12
"""So many lesions are named on the axis; more are named under the pointer."""


def lesions(result: Lesions) -> Panels:
    """The effect of each lesion with its interval, the most harmful first; dashed: none."""
    order = result.order
    effect, low, high = (100 * np.asarray(v, float)[order] for v in (result.effect, result.low, result.high))
    names = tuple(result.names[i] for i in order)
    units = [result.units[i] for i in order]
    dots = Series(np.arange(len(order)), effect, "", low, high, line=False, dots=True, names=names, units=units)
    every = 1 if len(names) <= MOST_NAMES else -(-len(names) // MOST_NAMES)
    shown = {float(i): name if every == 1 else str(i + 1) for i, name in enumerate(names) if i % every == 0}
    return (
        Curves(
            "what was silenced" if every == 1 else "rank of what was silenced, the most harmful first",
            "change of accuracy (percentage points)",
            (dots,),
            levels=(0.0,),
            x_names=shown,
        ),
    )
