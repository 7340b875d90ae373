"""Random streams: one for each random thing of a task, all from one seed.

Because every factor, epoch and noise has a stream of its own, changing one of them (or leaving all noise out) leaves
the numbers of the others as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

Seed = int | Sequence[int] | np.random.Generator
"""A whole number from 0, several of them, or a generator (which then moves on)."""

_32 = 0xFFFFFFFF


class Streams:
    """Generators by label. The same seed and label give the same stream, whatever else is asked for.

    A label's generator is NumPy's ``SFC64(SeedSequence(seed, spawn_key=(crc32(label),)))``. A batch needs dozens, so
    what all labels share of `numpy.random.SeedSequence`'s mixing is done once.
    """

    def __init__(self, seed: Seed) -> None:
        self._entropy = _entropy(seed)

    def branch(self, index: int) -> list[int]:
        """A seed for part ``index`` of a whole that has these streams."""
        return [*self._entropy, index]

    def __getitem__(self, label: str) -> np.random.Generator:
        key = zlib.crc32(label.encode())
        pool = [_mixed(word, _hashed(key, *constants)) for word, constants in self._pool]
        seed: Any = _Known(_drawn(pool))  # NumPy's stubs know of no seed sequence but its own
        return np.random.Generator(np.random.SFC64(seed))

    @cached_property
    def _pool(self) -> list[tuple[int, tuple[int, int]]]:
        """Each word of the pool that the seed gives, with the constants by which a label's key is mixed into it."""
        n_words = sum(max(-(-int(number).bit_length() // 32), 1) for number in self._entropy)
        n_done = 16 + 4 * max(n_words - 4, 0)  # 4 steps fill the pool, 12 mix it, 4 bring in each word after the fourth
        words = np.random.SeedSequence(self._entropy).pool.tolist()
        return list(zip(words, _constants(0x43B0D7E5, 0x931E8875, n_done, 4), strict=True))


class _Known(ISeedSequence):
    """A seed whose words are known."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[np.uint64]:
        return self._words


def _constants(first: int, factor: int, start: int, n: int) -> list[tuple[int, int]]:
    """What ``n`` steps of a hash xor and multiply with, from step ``start`` on."""
    powers = [first * pow(factor, i, 1 << 32) & _32 for i in range(start, start + n + 1)]
    return list(pairwise(powers))


def _hashed(word: int, before: int, factor: int) -> int:
    word = (word ^ before) * factor & _32
    return word ^ word >> 16


def _mixed(word: int, other: int) -> int:
    word = (0xCA01F9DD * word - 0x4973F715 * other) & _32
    return word ^ word >> 16


_DRAWING = _constants(0x8B51F9DD, 0x58F38DED, 0, 6)


def _drawn(pool: Sequence[int]) -> NDArray[np.uint64]:
    """The three words of 64 bits that seed a generator from a pool of four."""
    half = [_hashed(pool[i % 4], *constants) for i, constants in enumerate(_DRAWING)]
    return np.array([low | high << 32 for low, high in zip(half[::2], half[1::2], strict=True)], dtype=np.uint64)


def _entropy(seed: Seed) -> list[int]:
    if isinstance(seed, np.random.Generator):
        return [int(word) for word in seed.integers(0, 2**32, size=4, dtype=np.uint32)]
    words = list(seed) if isinstance(seed, Sequence | np.ndarray) else [seed]
    if not words or not all(isinstance(w, int | np.integer) and not isinstance(w, bool) and w >= 0 for w in words):
        raise ValueError(f"seed: {seed!r} is no seed; give a whole number from 0, several, or a NumPy Generator")
    return [int(word) for word in words]
