"""Random streams: one for each random thing of a task, all from one seed.

Because every factor, epoch and noise has a stream of its own, changing one of them (or leaving all noise out) leaves
the numbers of the others as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

Seed = int | Sequence[int] | np.random.Generator
"""A whole number from 0, several of them, or a generator (which then moves on)."""


class Streams:
    """Generators by label. The same seed and label give the same stream, whatever else is asked for."""

    def __init__(self, seed: Seed) -> None:
        self._entropy = _entropy(seed)

    def branch(self, index: int) -> list[int]:
        """A seed for part ``index`` of a whole that has these streams."""
        return [*self._entropy, index]

    def __getitem__(self, label: str) -> np.random.Generator:
        key = zlib.crc32(label.encode())
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence(self._entropy, spawn_key=(key,))))


def _entropy(seed: Seed) -> list[int]:
    if isinstance(seed, np.random.Generator):
        return [int(word) for word in seed.integers(0, 2**32, size=4, dtype=np.uint32)]
    words = list(seed) if isinstance(seed, Sequence | np.ndarray) else [seed]
    if not words or not all(isinstance(w, int | np.integer) and not isinstance(w, bool) and w >= 0 for w in words):
        raise ValueError(f"seed: {seed!r} is no seed; give a whole number from 0, several, or a NumPy Generator")
    return [int(word) for word in words]
