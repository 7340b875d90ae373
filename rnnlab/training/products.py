"""The routine that multiplies matrices for compiled loops: that of the library that torch multiplies with, or SciPy's.

What numba calls by itself is SciPy's, which adds to nothing and takes a third more time for matrices of a few hundred
rows. The routine (``sgemm`` of BLAS) is called by its address in the process.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import scipy.linalg.cython_blas  # noqa: F401  `rnnlab.threads` has to find its library before the first product
import torch
from numba.extending import get_cython_function_address

SYMBOL = "rnnlab_sgemm"
"""The name under which compiled loops know the routine."""


def address_in_torch() -> int | None:
    """Of the routine in torch's library, where that lets it be found."""
    for library in sorted((Path(torch.__file__).parent / "lib").glob("*torch_cpu*")):
        try:
            return ctypes.cast(ctypes.CDLL(str(library)).sgemm_, ctypes.c_void_p).value
        except (OSError, AttributeError):
            continue
    return None


def address_in_scipy() -> int:
    """Of the same routine in SciPy's library."""
    return int(get_cython_function_address("scipy.linalg.cython_blas", "sgemm"))


def multiplies(address: int) -> bool:
    """Whether the routine there does what it should."""
    routine = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 13)(address)
    a, b, out = (np.arange(n_rows * n_columns, dtype=np.float32) for n_rows, n_columns in ((2, 3), (3, 4), (2, 4)))
    plain, sizes, factors = np.array([ord("N")], np.uint8), np.array([4, 2, 3]), np.array([1, 0], np.float32)
    columns, rows, between = (sizes[i:].ctypes.data for i in range(3))
    one, nothing = (factors[i:].ctypes.data for i in range(2))
    flags, (a_, b_, out_) = (plain.ctypes.data,) * 2, (array.ctypes.data for array in (a, b, out))
    routine(*flags, columns, rows, between, one, b_, columns, a_, between, nothing, out_, columns)
    return np.array_equal(out, (a.reshape(2, 3) @ b.reshape(3, 4)).ravel())


def chosen() -> int:
    """Where the routine lies that compiled loops call."""
    found = address_in_torch()
    return address_in_scipy() if found is None or not multiplies(found) else found


llvm.add_symbol(SYMBOL, chosen())
