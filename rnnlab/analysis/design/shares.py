"""Does every condition have its share?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnlab.analysis._result import FloatArray, frozen
from rnnlab.analysis.design._case import Case
from rnnlab.analysis.design._check import Check, per_cent
from rnnlab.analysis.numbers import grouped
from rnnlab.tasks import Choice, Factor
from rnnlab.tasks.conditions import crossed
from rnnlab.tasks.draws import Draw

NAME, TITLE = "conditions", "Every condition has its share"

RARE = 0.01
"""A value that comes in a smaller part of the trials is rare, unless all values of its factor are."""

N_BINS = 12
"""Of a factor drawn from a continuum."""


@dataclass(frozen=True, eq=False)
class Share:
    """How often the values of one drawn factor come.

    Attributes:
        factor: its name.
        levels: (level,) its values, or the middles of bins of a continuum.
        share: (level,) part of the trials, which sums to 1.
        listed: whether these are its values and not bins.
    """

    factor: str
    levels: FloatArray
    share: FloatArray
    listed: bool


def shares(case: Case) -> tuple[Share, ...]:
    """The shares of every factor that is drawn and can vary."""
    found = [_share(factor, case) for factor in case.task.factors if isinstance(factor.rule, Draw)]
    return tuple(share for share in found if len(share.levels) > 1)


def _share(factor: Factor, case: Case) -> Share:
    rule = factor.rule
    if isinstance(rule, Choice):
        odds = np.array(rule.weights or (1.0,) * len(rule.values))
        levels, which = np.unique(rule.values, return_inverse=True)
        return Share(factor.name, frozen(levels), frozen(np.bincount(which.ravel(), odds / odds.sum())), True)
    values = case.drawn.factors[factor.name]
    if np.ptp(values) == 0:
        return Share(factor.name, frozen(values[:1]), frozen([1.0]), True)
    counts, edges = np.histogram(values, N_BINS)
    return Share(factor.name, frozen((edges[1:] + edges[:-1]) / 2), frozen(counts / counts.sum()), False)


def check_conditions(case: Case) -> Check:
    """Whether each value that a factor lists comes, and often enough to be learned, and whether any trial counts."""
    drawn = case.task.score(case.drawn.targets, case.drawn)
    if drawn.counted is not None and not drawn.counted.any():
        sentence = "No trial counts in the accuracy: the factor named in the scoring's `only` is always 0."
        return Check(NAME, TITLE, "problem", sentence, "Let it be other than 0 in some trials, or name none.")
    listed = [share for share in shares(case) if share.listed]
    never = [_named(s, int(i)) for s in listed for i in np.flatnonzero(s.share == 0)]
    if never:
        sentence = f"{_several(never)} never comes: its odds are 0."
        remedy = "Give it odds above 0, or remove the value; leave it where it is held out on purpose."
        return Check(NAME, TITLE, "note", sentence, remedy)
    rare = [(s, int(i)) for s in listed for i in np.flatnonzero(s.share < min(RARE, 0.1 / len(s.share)))]
    if rare:
        worst, i = min(rare, key=lambda place: float(place[0].share[place[1]]))
        sentence = f"{_named(worst, i)} comes in {_of_hundred(float(worst.share[i]))} only."
        remedy = "Raise its odds, or train with larger batches, so that a network meets it often enough."
        return Check(NAME, TITLE, "note", sentence, remedy)
    together = _rarest(case)
    if together:
        sentence = f"{together[0]} comes in {_of_hundred(together[1])} only."
        remedy = "Raise the odds of these values, so that a network meets them together often enough."
        return Check(NAME, TITLE, "note", sentence, remedy)
    return Check(NAME, TITLE, "good", _all_well(case))


def _rarest(case: Case) -> tuple[str, float] | None:
    """The rarest combination of chosen factors, by its values that are not the commonest, and its share, where it is
    rare among as many combinations as there are."""
    found = crossed(case.task.factors)
    if found is None:
        return None
    values, odds = found
    rarest = int(odds.argmin())
    seldom, share = [], 1.0
    for name, column in values.items():
        of = {value: float(odds[column == value].sum()) for value in np.unique(column)}
        if of[column[rarest]] < (1 - 1e-9) * max(of.values()):
            seldom.append(f"{name} = {column[rarest]:.4g}")
            share *= of[column[rarest]]
    rare = len(seldom) > 1 and share < min(RARE, 0.1 / len(odds))
    return (" with ".join(seldom), share) if rare else None


def _named(share: Share, i: int) -> str:
    return f"{share.factor} = {share.levels[i]:.4g}"


def _several(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"Each of {', '.join(names[:3])}{' …' if len(names) > 3 else ''}"


def _of_hundred(share: float) -> str:
    return f"{per_cent(share)} of the trials" if share >= 5e-4 else f"1 of {grouped(1 / share)} trials"


def _all_well(case: Case) -> str:
    found = shares(case)
    if not found:
        return "All trials are of one condition."
    least = min((float(s.share.min()) for s in found if s.listed), default=None)
    conditions = case.task.conditions()
    n = len(next(iter(conditions.values()))) if conditions else 0
    counted = f"{n} conditions" if n > 1 else f"{len(found)} drawn factors"
    rarest = f" The rarest value of a factor comes in {per_cent(least)} of the trials." if least else ""
    return f"There are {counted}.{rarest}"
