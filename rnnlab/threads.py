"""One thread for small products.

Linear algebra libraries spread a product over all cores, and at the sizes of small networks their threads spend more
time waiting for each other than computing: ten times slower and worse where other programs want the same cores.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

SMALL_NETWORK = 256
"""Up to this many units one thread is faster than several."""

_lock = threading.Lock()
_inside = 0
_limit: Any = None


@contextmanager
def one_thread(n_units: int = 1) -> Iterator[None]:
    """Keep NumPy's and SciPy's products to one thread inside, where the network has few units.

    Without a number of units always: for what must come out the same on however many cores, to the last bit.

    May be entered from several threads at a time: the number of threads is the process's, so the first to enter sets
    it and the last to leave restores it (where that is another thread, OpenBLAS may stay with one).
    """
    if n_units > SMALL_NETWORK:
        yield
        return
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside, _limit
    with _lock:
        _inside += 1
        if _inside == 1:
            _limit = _libraries("scipy.linalg" in sys.modules).limit(limits=1, user_api="blas")


def _leave() -> None:
    global _inside
    with _lock:
        _inside -= 1
        if _inside == 0:
            _limit.restore_original_limits()


@cache
def _libraries(with_scipy: bool) -> Any:
    """The linear algebra libraries of this process: looked for once, which takes milliseconds, and once more when
    SciPy has brought one of its own."""
    import numpy  # noqa: F401  what is not loaded yet cannot be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
