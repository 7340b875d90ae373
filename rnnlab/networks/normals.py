"""Standard normal noise, fast: 16 raw bits choose one of 65 536 equally probable Gaussian quantiles.

Every draw is fresh and a pure function of the generator; mean 0 and variance 1 are exact, and no draw is further out
than 4.3. It costs a third of a true Gaussian draw, which at a hundred units is a third of a simulation.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

_N_QUANTILES = 1 << 16


@cache
def quantile_table(dtype: str = "float64") -> np.ndarray:
    """The 65 536 quantiles at (i + 1/2) / 65 536, rescaled to variance exactly 1. Read-only."""
    from scipy.special import ndtri

    upper = ndtri((np.arange(_N_QUANTILES // 2) + 0.5) / _N_QUANTILES + 0.5)
    quantiles = np.concatenate([-upper[::-1], upper])
    table = (quantiles / quantiles.std()).astype(dtype)
    table.flags.writeable = False
    return table


def fill_table_normals(rng: np.random.Generator, out: np.ndarray) -> np.ndarray:
    """Fill ``out`` (C-contiguous floats) with table normals from ``rng``; returns it."""
    n_words = -(-out.size // 4)
    bits: Any = rng.bit_generator.random_raw(n_words)
    indices = np.asarray(bits, dtype="<u8").view("<u2")[: out.size]
    np.take(quantile_table(out.dtype.name), indices, out=out.reshape(-1), mode="wrap")
    return out


def fill_normals(rng: np.random.Generator, out: np.ndarray) -> np.ndarray:
    """Fill ``out`` (C-contiguous floats) with NumPy's own standard normals; returns it."""
    rng.standard_normal(out=out, dtype=out.dtype.type)
    return out
