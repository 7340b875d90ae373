"""Parts that many tasks of the library share: noisy inputs, outputs of which one is the answer."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rnnlab.tasks.channels import Channel
from rnnlab.tasks.factors import Factor, Lookup
from rnnlab.tasks.signals import AnySignal, Bump, Hold, Noise


def line(name: str, *signals: AnySignal, noise: float, baseline: float = 0.0) -> Channel:
    """An input with some noise, and a baseline in the whole trial if that is not 0."""
    held = (Hold(baseline),) if baseline else ()
    return Channel(name, (*held, *signals, Noise(noise)))


def targets(answer: str, n: int, high: float, low: float) -> tuple[Factor, ...]:
    """Factors ``target_0`` ...: high where ``answer`` counts to it, else low."""
    return tuple(
        Factor(f"target_{i}", Lookup(answer, tuple(high if i == k else low for k in range(n)))) for i in range(n)
    )


def choices(
    names: Iterable[str], answer: Iterable[str], before: Iterable[str] = (), low: float = 0.0
) -> tuple[Channel, ...]:
    """Outputs that show the factors ``target_0`` ... in the epochs ``answer`` and ``low`` in the epochs ``before``."""
    waiting = (Hold(low, epochs=tuple(before)),) if tuple(before) else ()
    return tuple(Channel(name, (*waiting, Hold(f"target_{i}", epochs=tuple(answer)))) for i, name in enumerate(names))


def spacing(n: int) -> float:
    """Angle between neighbours of n channels on a ring."""
    return 2 * math.pi / n


def ring(name: str, angle: str | float, n: int, *epochs: str, noise: float = 0.0) -> tuple[Channel, ...]:
    """n inputs on a ring of which the two neighbours of ``angle`` share 1 linearly, in these epochs."""
    return tuple(line(f"{name}_{i}", neighbour(angle, i, n, *epochs), noise=noise) for i in range(n))


def neighbour(angle: str | float, i: int, n: int, *epochs: str) -> Bump:
    """Channel i of a ring of n in the linear two-neighbour code."""
    return Bump(angle, preferred=i * spacing(n), width=spacing(n), shape="linear", epochs=epochs)


def one_answer(n: int, tolerance: float) -> float:
    """The share of n evenly spaced angles, all equally likely, to which the best single answer is close enough."""
    return min(1.0, (math.floor(2 * tolerance / spacing(n)) + 1) / n)
