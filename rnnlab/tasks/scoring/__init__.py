"""Scoring: which trials a network got right."""

from rnnlab.tasks.scoring.base import Score, Scoring
from rnnlab.tasks.scoring.choices import FirstCrossing, LargestLast, LargestMean, SignOfMean
from rnnlab.tasks.scoring.combined import Several, WorstCondition
from rnnlab.tasks.scoring.values import AngularError, RSquared, WithinTolerance

AnyScoring = (
    LargestMean
    | LargestLast
    | SignOfMean
    | FirstCrossing
    | WithinTolerance
    | RSquared
    | AngularError
    | WorstCondition
    | Several
)
"""Every way in which a task can be scored."""

__all__ = [
    "AngularError",
    "AnyScoring",
    "FirstCrossing",
    "LargestLast",
    "LargestMean",
    "RSquared",
    "Score",
    "Scoring",
    "Several",
    "SignOfMean",
    "WithinTolerance",
    "WorstCondition",
]
