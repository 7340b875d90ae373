"""How many points a search had found after so many starts."""

from __future__ import annotations

from collections.abc import Sequence
from math import lgamma
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

FIRST = ("starts", "starts, each by itself (exact)", "starts, each by itself (approx)")


class Counted(Protocol):
    """What is asked of a round of a search."""

    @property
    def starts(self) -> str: ...
    @property
    def n_starts(self) -> int: ...
    @property
    def n_new(self) -> int: ...


def curve(rounds: Sequence[Counted], n_led: Array) -> tuple[Array, Array]:
    """(count,) numbers of starts, and of points that the search had found with so many.

    Within the first starts it is the mean over their orders (the rarefaction of Hurlbert 1971, Ecology 52): how many
    points some of them would have found. From there on the totals after each round.

    Args:
        rounds: of the search, in order.
        n_led: (point,) how many of the first starts led to each.
    """
    starts, points = [0.0], [0.0]
    for each in rounds:
        if each.starts in FIRST and n_led.any():
            some = _counts(each.n_starts)
            starts += [starts[-1] + n for n in some]
            points += [points[-1] + found for found in rarefied(n_led, each.n_starts, some)]
            points[-1] = max(points[-1], sum(r.n_new for r in rounds[: list(rounds).index(each) + 1]))
        else:
            starts.append(starts[-1] + each.n_starts)
            points.append(points[-1] + each.n_new)
    return np.array(starts), np.array(points)


def _counts(n: int) -> list[int]:
    return sorted({round(value) for value in np.geomspace(1, n, 40)})


def rarefied(n_led: Array, n: int, some: Sequence[int]) -> list[float]:
    """Points that a random k of n starts lead to, on average, for each k of ``some``.

    >>> [round(found, 3) for found in rarefied(np.array([2, 1]), 3, [1, 2, 3])]
    [1.0, 1.667, 2.0]
    """
    return [sum(1 - _none_of(int(led), n, k) for led in n_led if led) for k in some]


def _none_of(led: int, n: int, k: int) -> float:
    """Probability that none of ``led`` among n is drawn with k."""
    if k > n - led:
        return 0.0
    log = lgamma(n - led + 1) - lgamma(n - led - k + 1) - lgamma(n + 1) + lgamma(n - k + 1)
    return float(np.exp(log))
