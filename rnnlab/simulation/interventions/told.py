"""What an intervention does, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rnnlab.simulation.interventions.base import Intervention
from rnnlab.simulation.interventions.chosen import AnyUnits, Group
from rnnlab.simulation.interventions.lesions import Clamp, Lesion
from rnnlab.simulation.interventions.pushes import Kick

MOST_NAMED = 12
"""Units that are named; more are counted."""


def told(intervention: Intervention) -> str:
    """A short sentence without its full stop; kinds that are rarely met are named only.

    >>> told(Clamp((3, 7), value=0.5, start=500, stop=900))
    'units 3 and 7 clamped at 0.5 from 500 to 900 ms'
    >>> told(Kick((4,), amount=-1, start=600, trials=(0, 1)))
    'unit 4 pushed by -1 at 600 ms, in 2 trials'
    """
    trials = "" if intervention.trials is None else f", in {len(intervention.trials)} trials"
    return _done(intervention) + _when(intervention) + trials


def _done(intervention: Intervention) -> str:
    match intervention:
        case Lesion(units=units):
            return f"{_units(units)} silenced"
        case Clamp(units=units, value=value, of=of):
            held = f"clamped at {_level(value)}" if of == "rate" else f"held in state {_level(value)}"
            return f"{_units(units)} {held}"
        case Kick(units=units, amount=amount):
            return f"{_units(units)} pushed by {_level(amount)}"
    return re.sub(r"(?<=.)(?=[A-Z])", " ", type(intervention).__name__).lower()


def _units(units: AnyUnits) -> str:
    if isinstance(units, Group):
        areas = "" if units.areas is None else f" of {_named('area', units.areas)}"
        return " ".join(["all", *([units.sign] if units.sign else []), "units"]) + areas
    return _named("unit", units) if len(units) <= MOST_NAMED else f"{len(units)} units"


def _named(what: str, numbers: Sequence[int]) -> str:
    *most, last = map(str, numbers)
    return f"{what}s {', '.join(most)} and {last}" if most else f"{what} {last}"


def _level(value: float | tuple[float, ...]) -> str:
    return f"{len(value)} values" if isinstance(value, tuple) else f"{value:g}"


def _when(intervention: Intervention) -> str:
    start, stop = intervention.start, intervention.stop
    if isinstance(intervention, Kick):
        return " at the beginning" if start is None else f" at {start:g} ms"
    if start is not None and stop is not None:
        return f" from {start:g} to {stop:g} ms"
    if start is None and stop is None:
        return ""
    return f" until {stop:g} ms" if start is None else f" from {start:g} ms on"
