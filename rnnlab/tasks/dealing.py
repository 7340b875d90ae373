"""Dealing conditions out: each, and each value of a factor, as often as it is likely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import SpecError
from rnnlab.tasks.conditions import MAX_CONDITIONS, crossed, options
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.factors import Factor

Whole = NDArray[np.intp]
TINY = 1e-9
"""Sums of odds are as exact as this."""


def deal(factors: tuple[Factor, ...], n_trials: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Conditions for ``n_trials`` in random order, each as often as it is likely, to within one trial.

    So is each value of each factor: always where all odds are equal, and where they are not as far as the conditions
    leave room. With fewer trials than conditions, chance says which are left out; over many batches each comes as
    often as it is likely.

    Raises:
        SpecError: there are too many conditions.
    """
    found = crossed(factors)
    if found is None:
        raise SpecError(
            "task.design",
            f"more than {MAX_CONDITIONS} conditions cannot be balanced",
            remedy='give fewer values to choose from, or design="random"',
        )
    values, odds = found
    shape = [len(some) for some in options(factors).values()]
    which = _dealt(odds.reshape(shape) * n_trials, n_trials, rng)
    return {name: column[which] for name, column in values.items()}


def _dealt(expected: Floats, n_trials: int, rng: np.random.Generator) -> Whole:
    """Numbers of conditions, (trial,), from how often each is to come: an array with an axis for each factor."""
    offset, shuffled, chance = rng.random(), rng.permutation(n_trials), rng.random(expected.size)
    axes = range(expected.ndim)
    lines = [expected.sum(axis=tuple(i for i in axes if i != axis)).round(9) for axis in axes]
    # Equally spaced points: each condition's stretch holds its share of them, rounded up or down. The conditions lie in
    # random order, but a rare value of a factor is one stretch: so it comes exactly as often as it is likely.
    uneven = [np.expand_dims(lines[i], [k for k in axes if k != i]) for i in axes if np.ptp(lines[i]) > TINY * n_trials]
    order = np.lexsort((chance, *(np.broadcast_to(line, expected.shape).ravel() for line in uneven)))
    ends = np.cumsum(expected.ravel()[order])[:-1]
    which = order[np.searchsorted(ends, np.arange(n_trials) + offset, side="right")]
    _even_out(which, expected, lines, rng)
    return which[shuffled]


def _even_out(which: Whole, expected: Floats, lines: Sequence[Floats], rng: np.random.Generator) -> None:
    """Exchange values of factors in single trials, in place, until each comes to within one trial of its ``line``.

    What a trial has of the other factors it keeps, so that their balance is not touched.
    """
    counts = np.bincount(which, minlength=expected.size).reshape(expected.shape)
    spare, room = counts > np.floor(expected + TINY), counts < np.ceil(expected - TINY)
    numbers = np.arange(expected.size).reshape(expected.shape)
    for axis, line in enumerate(lines):
        giving, taking, number = (np.moveaxis(cube, axis, 0) for cube in (spare, room, numbers))
        over = counts.sum(axis=tuple(i for i in range(counts.ndim) if i != axis)) - line
        while over.max() > 1 - TINY or over.min() < TINY - 1:
            much, little = over.argmax(), over.argmin()
            free = np.flatnonzero(giving[much] & taking[little])
            if not len(free):
                break
            place = np.unravel_index(free[rng.integers(len(free))], giving.shape[1:])
            source, goal = (much, *place), (little, *place)
            which[np.flatnonzero(which == number[source])[0]] = number[goal]
            giving[source], taking[source], giving[goal], taking[goal] = False, True, True, False
            over += (np.arange(len(over)) == little) * 1.0 - (np.arange(len(over)) == much)
