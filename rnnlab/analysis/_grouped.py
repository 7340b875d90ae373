"""Trials grouped by what was drawn for them, and the mean activity of each group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray

MOST_LEVELS = 8
"""Values of a factor that are told apart; the trials of a factor with more are cut into as many equal parts."""


@dataclass(frozen=True)
class Levels:
    """One factor's values, and which of them each trial has.

    Attributes:
        name: of the factor.
        names: (level,) text of each value.
        values: (level,) numbers: the values themselves, the mean of a part, or 0, 1 ... where they are words.
        of: (trial,) index of each trial's level.
    """

    name: str
    names: tuple[str, ...]
    values: FloatArray
    of: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.names)


def levels(name: str, values: ArrayLike, most: int = MOST_LEVELS) -> Levels:
    """Group trials by one factor.

    Raises:
        ValueError: the factor is not one value a trial, some are not finite, or all are the same.
    """
    array = np.asarray(values)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name}: shape {array.shape}; give one value for each trial")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name}: some values are not finite; leave those trials out")
    kinds, of = np.unique(array, return_inverse=True)
    if len(kinds) < 2:
        raise ValueError(f"{name}: the same in every trial; choose a factor that varies")
    if array.dtype.kind not in "biuf":
        return Levels(name, tuple(str(kind) for kind in kinds), np.arange(len(kinds), dtype=float), of)
    numbers = array.astype(float)
    if len(kinds) > most:
        edges = np.quantile(numbers, np.linspace(0, 1, most + 1)[1:-1])
        _, of = np.unique(np.searchsorted(edges, numbers, side="right"), return_inverse=True)
    means = np.bincount(of, numbers) / np.bincount(of)
    return Levels(name, tuple(f"{mean:.3g}" for mean in means), means, of)


def three_axes(rates: ArrayLike, name: str = "rates") -> FloatArray:
    """Activity as (trial, time, unit), checked.

    Raises:
        ValueError: other axes, an empty one, or numbers that are not finite.
    """
    array = np.asarray(rates)
    array = array if array.dtype.kind == "f" else array.astype(float)
    if array.ndim != 3 or not array.size:
        raise ValueError(f"{name}: shape {array.shape}; give (trial, time, unit) with at least one of each")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: some are not finite; leave out the steps after a trial's end")
    return array


def same_trials(rates: FloatArray, groups: Levels) -> Levels:
    """The groups, if they are of these trials."""
    if len(groups.of) != len(rates):
        raise ValueError(f"{groups.name}: {len(groups.of)} values for {len(rates)} trials; give one for each trial")
    return groups


def all_levels(rates: FloatArray, factors: Mapping[str, ArrayLike], most: int = MOST_LEVELS) -> list[Levels]:
    """The levels of each of several factors of these trials."""
    if not factors:
        raise ValueError("factors: none given; name at least one that varies from trial to trial")
    return [same_trials(rates, levels(name, values, most)) for name, values in factors.items()]


def crossed(groups: list[Levels]) -> tuple[NDArray[np.intp], tuple[int, ...]]:
    """(trial,) number of each trial's combination of levels, the last factor fastest, and the numbers of levels."""
    shape = tuple(len(group) for group in groups)
    return np.ravel_multi_index(tuple(group.of for group in groups), shape).astype(np.intp), shape


def group_means(rates: FloatArray, of: NDArray[np.intp], n: int) -> FloatArray:
    """(group, time, unit) mean over the trials of each group; NaN for one without trials."""
    counts = np.bincount(of, minlength=n)
    share = (of == np.arange(n)[:, None]) / np.where(counts, counts, np.nan)[:, None]
    flat = share.astype(rates.dtype) @ rates.reshape(len(rates), -1)
    return flat.reshape(n, *rates.shape[1:]).astype(float)
