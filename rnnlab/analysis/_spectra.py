"""Eigenvalues of many matrices, on several cores: most of the time of a search that knows where to look."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

SMALLEST, FEWEST = 50, 8
"""Matrices of less than so many rows, or fewer of them, are not worth another thread."""
MOST_THREADS = 4


def spectra(matrices: NDArray[Any]) -> NDArray[np.complex128]:
    """(matrix, n) the eigenvalues of each matrix (matrix, n, n). NumPy lets other threads run meanwhile."""
    n_threads = min(MOST_THREADS, os.cpu_count() or 1, len(matrices) // FEWEST)
    if n_threads < 2 or matrices.shape[-1] < SMALLEST:
        return np.linalg.eigvals(matrices).astype(complex)
    with ThreadPoolExecutor(n_threads) as threads:
        parts = list(threads.map(np.linalg.eigvals, np.array_split(matrices, n_threads)))
    return np.concatenate([part.astype(complex) for part in parts])
