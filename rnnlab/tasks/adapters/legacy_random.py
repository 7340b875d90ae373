"""Code that draws from Python's and NumPy's global generators, made repeatable and kept from disturbing others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def seeded(rng: np.random.Generator) -> Iterator[int]:
    """Seed both global generators from ``rng`` for a while, then put them back. Yields the seed used."""
    seed = int(rng.integers(2**32, dtype=np.uint32))
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - what such code uses
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield seed
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
