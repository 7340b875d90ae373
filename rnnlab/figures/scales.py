"""Numbers for axes and lines: round ticks, steady ranges, and lines thinned to what a screen can show."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def nice_step(span: float, n: int) -> float:
    """The smallest of 1, 2, 5 x 10^k that cuts ``span`` into at most ``n`` pieces.

    >>> nice_step(1300, 4)
    500.0
    """
    if not span > 0 or not math.isfinite(span):
        return 1.0
    base = 10.0 ** math.floor(math.log10(span / n))
    return next(float(f * base) for f in (1, 2, 5, 10, 20) if f * base * n >= span * (1 - 1e-9))


def nice_ticks(low: float, high: float, n: int) -> list[float]:
    """Round numbers from ``low`` to ``high``, at most ``n`` + 1 of them.

    >>> nice_ticks(0, 1300, 4)
    [0.0, 500.0, 1000.0]
    """
    step = nice_step(high - low, n)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def steady_end(value: float) -> float:
    """The end of an axis that holds ``value`` and changes seldom while the value grows.

    >>> steady_end(1234), steady_end(1900)
    (1500.0, 2000.0)
    """
    if not value > 0 or not math.isfinite(value):
        return 1.0
    base = 10.0 ** math.floor(math.log10(value))
    return next(float(f * base) for f in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if f * base >= value * (1 - 1e-9))


def steady_decades(values: Floats) -> tuple[float, float]:
    """Ends of a log axis that hold all positive finite ``values``, at 1, 2 or 5 x 10^k, at least a factor 10 apart."""
    good = values[np.isfinite(values) & (values > 0)]
    if not good.size:
        return 0.1, 1.0
    low, high = _round_log(float(good.min()), down=True), _round_log(float(good.max()), down=False)
    return min(low, high / 10), high


def _round_log(value: float, down: bool) -> float:
    base = 10.0 ** math.floor(math.log10(value))
    steps = [f * base for f in (1, 2, 5, 10)]
    return max(s for s in steps if s <= value * 1.0001) if down else min(s for s in steps if s >= value * 0.9999)


def label(value: float) -> str:
    """A tick's text: short, with a true minus sign.

    >>> label(0.5), label(-1.0), label(1000.0)
    ('0.5', '−1', '1000')
    """
    return f"{value:.6g}".replace("-", "−")


def decimate(x: Floats, y: Floats, limit: int = 2000) -> tuple[Floats, Floats]:
    """Thin a line to at most ``limit`` points that look the same: the least and the greatest of each stretch, in order.

    Stretches have a length that is a power of two and start at the line's start, so the picture of what is past stays
    still while the line grows.

    Args:
        x: (point,) ascending.
        y: (point,); stretches of NaN stay gaps.
        limit: how many points may remain, at least 4.

    Returns:
        the thinned x and y.
    """
    n = len(x)
    if n <= limit:
        return x, y
    size = 1 << math.ceil(math.log2(2 * n / (limit - 2)))
    whole = n // size * size
    blocks = y[:whole].reshape(-1, size)
    low = np.where(np.isnan(blocks), np.inf, blocks).argmin(axis=1)
    high = np.where(np.isnan(blocks), -np.inf, blocks).argmax(axis=1)
    pair = np.sort(np.stack([low, high], axis=1), axis=1) + np.arange(0, whole, size)[:, None]
    keep = np.concatenate([pair.ravel(), _ends(y, whole, n)])
    return x[keep], y[keep]


def _ends(y: Floats, start: int, stop: int) -> NDArray[np.intp]:
    """Indices of the least and the greatest of the unfinished last stretch."""
    tail = y[start:stop]
    if not len(tail) or np.isnan(tail).all():
        return np.empty(0, dtype=np.intp)
    return start + np.unique([np.nanargmin(tail), np.nanargmax(tail)])


def decimate_steps(n: int, limit: int) -> NDArray[np.intp]:
    """At most ``limit`` of the steps 0 ... n - 1, evenly spread, with the last."""
    stride = math.ceil(n / limit)
    return np.arange((n - 1) % stride, n, stride) if n else np.empty(0, dtype=np.intp)
