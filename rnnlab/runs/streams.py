"""Random numbers as pure functions of (seed, purpose, index).

Every random thing in a training has a purpose (``"batch"``, ``"noise"`` ...) and belongs to one update. Its generator
is made afresh from those three, so no generator has a state to save: a training that goes on at update 700 draws
exactly what the uninterrupted one drew there, and what one purpose draws never shifts what another one sees.
"""

from __future__ import annotations

from zlib import crc32

from numpy.random import SFC64, Generator, SeedSequence


def stream(seed: int, purpose: str, index: int = 0) -> Generator:
    """The generator of one purpose at one index.

    Args:
        seed: the experiment's seed.
        purpose: what is drawn: ``"initialise"``, ``"batch"``, ``"noise"``, ``"validation"``, ``"validation-noise"`` ...
        index: the update (counted from 0) or whatever else the purpose counts.

    Example:
        >>> float(stream(0, "batch", 7).random()) == float(stream(0, "batch", 7).random())
        True
        >>> float(stream(0, "batch", 7).random()) == float(stream(0, "noise", 7).random())
        False
    """
    return Generator(SFC64(SeedSequence(seed, spawn_key=(crc32(purpose.encode()), index))))
