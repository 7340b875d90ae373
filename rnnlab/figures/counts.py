"""Counts of updates under the pointer and on an axis, written as in sentences."""

from __future__ import annotations

from bokeh.models import CustomJSHover

from rnnlab.analysis.numbers import LONG, grouped
from rnnlab.figures.paint import ACT
from rnnlab.figures.scales import nice_step

N_NAMED = 50
"""Most places of an axis that have a name of their own."""

GROUPED = f"""
const whole = Math.round(value)
return Math.abs(whole) < {LONG} ? whole.toString() : whole.toString().replace(/\\B(?=(\\d{{3}})+$)/g, "\\u00a0")
"""


def counting() -> CustomJSHover:
    """What writes ``@x{custom}`` of a tooltip as `rnnlab.analysis.numbers.grouped` does."""
    return CustomJSHover(code=GROUPED, tags=[f"{ACT}grouped"])


def names_up_to(end: float) -> dict[float, str]:
    """Names for the ticks of an axis that ends there, where Bokeh would write its thousands together.

    >>> names_up_to(8000)
    {}
    >>> list(names_up_to(20000))[-1]
    20000.0
    """
    step = nice_step(end, N_NAMED)
    places = [i * step for i in range(int(end // step) + 1)]
    return {place: grouped(place) for place in places if place >= LONG}
