"""`Claim`: a published result, as networks to train, numbers to measure on them, and what these have to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import rnnlab as rl

Values: TypeAlias = dict[str, float]
"""What was measured on one seed's networks, by name. NaN: there was nothing to measure."""

Runs: TypeAlias = Mapping[str, rl.runs.Run]
"""The networks of one seed, by name."""


@dataclass(frozen=True)
class Claim:
    """A published result and how it is tried here.

    Attributes:
        title: a short name.
        says: what was published.
        paper: where.
        here: what is trained and measured here, and where that departs from the paper.
        shows: name -> what each measured value is, with its unit.
        criterion: when it holds for a seed, in words.
        holds: the same of the values. NaN compares as false.
        measures: the values of one seed's networks.
        trains: the experiments of one seed, by name.
    """

    title: str
    says: str
    paper: str
    here: str
    shows: Mapping[str, str]
    criterion: str
    holds: Callable[[Values], bool]
    measures: Callable[[Runs], Values]
    trains: Callable[[int], dict[str, rl.Experiment]]
