"""Random streams: one for each random thing of a task, all from one seed.

Because every factor, epoch and noise has a stream of its own, changing one of them (or leaving all noise out) leaves
the numbers of the others as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
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
        self._known: dict[str, _Known] = {}

    def expect(self, labels: tuple[str, ...]) -> None:
        """Mix the seeds of all these labels together, as will be asked for: for many that is several times faster."""
        words = _mixed_at_once(_keys(labels), self._pool)
        self._known |= dict(zip(labels, map(_Known, words), strict=True))

    def branch(self, index: int) -> list[int]:
        """A seed for part ``index`` of a whole that has these streams."""
        return [*self._entropy, index]

    def __getitem__(self, label: str) -> np.random.Generator:
        if label not in self._known:
            self._known[label] = _Known(_drawn([_mixed(word, _hashed(_key(label), *c)) for word, c in self._pool]))
        seed: Any = self._known[label]  # NumPy's stubs know of no seed sequence but its own
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


def _key(label: str) -> int:
    return zlib.crc32(label.encode())


@lru_cache(maxsize=512)
def _keys(labels: tuple[str, ...]) -> NDArray[np.uint32]:
    return np.array([_key(label) for label in labels], dtype=np.uint32)


@lru_cache(maxsize=64)
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


_FIRST, _SECOND = np.array([[0xCA01F9DD], [0x4973F715]], dtype=np.uint32)
_ROUNDS, _FACTORS = np.array(_DRAWING, dtype=np.uint32).T[:, :, None]


def _mixed_at_once(keys: NDArray[np.uint32], pool: list[tuple[int, tuple[int, int]]]) -> NDArray[np.uint64]:
    """What `_drawn` gives for each of these keys, (key, 3). Numbers of 32 bits wrap around by themselves."""
    words, before, factors = np.array([(word, *c) for word, c in pool], dtype=np.uint32).T[:, :, None]
    hashed = (keys ^ before) * factors
    hashed ^= hashed >> 16
    mixed = _FIRST * words - _SECOND * hashed
    mixed ^= mixed >> 16
    half = (mixed[[0, 1, 2, 3, 0, 1]] ^ _ROUNDS) * _FACTORS
    half ^= half >> 16
    return np.ascontiguousarray((half[::2] | half[1::2].astype(np.uint64) << np.uint64(32)).T)


def _entropy(seed: Seed) -> list[int]:
    if isinstance(seed, np.random.Generator):
        return [int(word) for word in seed.integers(0, 2**32, size=4, dtype=np.uint32)]
    words = list(seed) if isinstance(seed, Sequence | np.ndarray) else [seed]
    if not words or not all(isinstance(w, int | np.integer) and not isinstance(w, bool) and w >= 0 for w in words):
        raise ValueError(f"seed: {seed!r} is no seed; give a whole number from 0, several, or a NumPy Generator")
    return [int(word) for word in words]
