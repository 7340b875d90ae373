"""The parts of a task in a few words: what stands on a card, in a cell, beside a factor."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rnnlab.spec import Spec
from rnnlab.tasks import draws, epochs, factors, history, scoring, signals
from rnnlab.tasks.references import references
from rnnlab.views.text import DASH

_LONGEST_LIST = 5


def plain(name: str) -> str:
    """A name as it is read: ``evidence_0`` is *evidence 0*."""
    return name.replace("_", " ")


def kind(spec: Spec) -> str:
    """The name of a kind as words.

    >>> from rnnlab.tasks import LargestMean, RSquared
    >>> kind(LargestMean()), kind(RSquared())
    ('largest mean', 'R squared')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", type(spec).__name__)
    return f"R {words[2:].lower()}" if words.startswith("R ") else words.lower()


def level(value: float | str) -> str:
    """A number, or the name of the factor that holds it."""
    if isinstance(value, str):
        return plain(value)
    return (f"{value:.4g}" if abs(value) < 10_000 else f"{value:g}").replace("-", "−")


def listed(values: Iterable[Any], last: str = "or") -> str:
    """Values with commas between them, a long list cut short.

    >>> listed([1, 2, 3]), listed(["a"]), listed(range(9))
    ('1, 2 or 3', 'a', '0, 1, 2, 3 … 8')
    """
    words = [level(value) for value in values]
    if len(words) > _LONGEST_LIST:
        return f"{', '.join(words[: _LONGEST_LIST - 1])} … {words[-1]}"
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def draw(value: draws.Draw, unit: str = "") -> str:
    """A distribution.

    >>> from rnnlab.tasks import Choice, Uniform
    >>> draw(Uniform(300, 900), " ms"), draw(Choice((8, 16), weights=(3, 1)))
    ('300–900 ms, uniform', '8 or 16, odds 3 to 1')
    """
    match value:
        case draws.Constant(number):
            return f"{level(number)}{unit}"
        case draws.Choice(values, weights):
            odds = f", odds {listed(weights, 'to')}" if len({level(weight) for weight in weights}) > 1 else ""
            return f"{listed(values)}{unit}{odds}"
        case draws.TruncatedExponential(mean, low, high):
            return f"{_between(low, high)}{unit}, exponential, mean {level(mean)}"
        case draws.TruncatedNormal(mean, sd, low, high):
            return f"{_between(low, high)}{unit}, normal, {level(mean)} ± {level(sd)}"
        case draws.Exponential(mean, low):
            return f"from {level(low)}{unit}, exponential, mean {level(low + mean)}"
        case draws.Normal(mean, sd):
            return f"normal, {level(mean)} ± {level(sd)}{unit}"
    low, high = value.bounds
    return f"{_between(low, high)}{unit}, {kind(value)}"


def _between(low: float, high: float) -> str:
    return f"{level(low)}{DASH}{level(high)}" if low >= 0 else f"{level(low)} to {level(high)}"


def duration(value: epochs.Duration) -> str:
    """How long an epoch lasts; nothing for a fixed time, which its card shows as a number."""
    match value:
        case epochs.Remainder(total):
            return f"rest of {level(total)} ms"
        case epochs.Until(low, high):
            return f"until {_between(low, high) if low < high else level(low)} ms"
        case draws.Constant():
            return ""
    return draw(value, " ms")


def rule(value: factors.Rule) -> str:
    """How a factor comes about."""
    match value:
        case history.Markov(values, repeat):
            return f"{listed(values)}, again with probability {level(repeat)}"
        case history.Previous(of, back):
            return f"{plain(of)} {'in the trial before' if back == 1 else f'{back} trials ago'}"
        case draws.Draw():
            return draw(value)
        case factors.Lookup(factor, table):
            return f"{listed(table)} by {plain(factor)}"
        case factors.Linear(terms, offset):
            named = [plain(name) if weight == 1 else f"{level(weight)} · {plain(name)}" for name, weight in terms]
            return " + ".join([*named, level(offset)] if offset else named).replace("+ −", "− ")
        case factors.Product(of):
            return " × ".join(level(each) for each in of)
        case factors.Compare(left, operator, right):
            return f"{plain(left)} {_SIGNS.get(operator, operator)} {level(right)}"
        case factors.Gate(operator, of):
            return _gate(plain(operator), of)
        case factors.Rotate(angle, by):
            return f"{plain(angle)} turned by {level(by)} rad"
        case factors.Component(angle, axis):
            return f"{axis} of {plain(angle)}"
    return f"{kind(value)} of {listed(name for _, name in references(value, 'factor'))}"


def _gate(operator: str, of: tuple[str, ...]) -> str:
    if operator in ("not", "first", "not first"):
        return f"{operator.removesuffix(' first').removeprefix('first')} {plain(of[0])}".strip()
    if operator in ("second", "not second"):
        return f"{operator.removesuffix('second')}{plain(of[1])}"
    return f" {operator} ".join(plain(name) for name in of)


_SIGNS = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤"}


def signal(value: signals.Signal) -> str:
    """What a channel does."""
    said = _signal(value)
    return f"{said} if {plain(value.when)}" if value.when else said


def _signal(value: signals.Signal) -> str:
    match value:
        case signals.Hold(level=held, gain=gain, offset=offset):
            return _scaled(held, gain, offset)
        case signals.Ramp(start=start, end=end):
            return f"{level(start)} → {level(end)}"
        case signals.Sine(period=period):
            return f"sine, {level(period)}" + ("" if isinstance(period, str) else " ms")
        case signals.Sequence(levels=levels):
            return f"{listed(levels, 'then')}"
        case signals.TurnedBump(channel=channel):
            return f"bump turned by {plain(channel)}"
        case signals.Bump(angle=angle):
            return f"tuned to {level(angle)}"
        case signals.PulseTrain():
            return "pulses"
        case signals.LastPulse(channel=channel):
            return f"last pulse of {plain(channel)}"
        case signals.Delayed(channel=channel, by=by):
            return f"{plain(channel)} {level(by)} ms ago"
        case signals.RunningSum(channel=channel, minus=minus):
            return f"∫ {plain(channel)}" + (f" − {plain(minus)}" if minus else "")
        case signals.ComparedSums(channel=channel, minus=minus, operator=operator, bound=bound):
            return f"∫ {plain(channel)}" + (f" − {plain(minus)}" if minus else "") + f" {operator} {level(bound)}"
        case signals.Noise(sigma=sigma):
            return f"noise {level(sigma)}"
    return kind(value)


def _scaled(held: float | str, gain: float, offset: float) -> str:
    if not isinstance(held, str):
        return level(gain * held + offset)
    scaled = plain(held) if gain == 1 else f"{level(float(f'{gain:.3g}'))} · {plain(held)}"
    return f"{scaled} + {level(float(f'{offset:.3g}'))}".replace("+ −", "− ") if offset else scaled


def how_scored(value: scoring.AnyScoring) -> str:
    """The scoring."""
    only = f", if {plain(value.only)}" if value.only else ""
    match value:
        case scoring.WorstCondition(of=inner, factors=names):
            return f"{how_scored(inner)}, worst of {listed(names, 'and')}{only}"
        case scoring.Several(of=parts):
            return " and ".join(how_scored(part) for part in parts) + only
    where = getattr(value, "epochs", ())
    return kind(value) + (f" in {listed(where, 'and')}" if where else "") + only
