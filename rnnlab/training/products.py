"""Products of matrices for compiled loops, by the library that torch multiplies with, or else SciPy's.

What numba calls by itself is SciPy's, which adds to nothing and takes a third more time for matrices of a few hundred
rows. The routine (``sgemm`` of BLAS) is called by its address in the process.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import scipy.linalg.cython_blas  # noqa: F401  `rnnlab.threads` has to find its library before the first product
import torch
from numba import njit, types
from numba.core import cgutils
from numba.extending import get_cython_function_address, intrinsic

_SYMBOL = "rnnlab_sgemm"
_Byte, _Int, _Float = (types.CPointer(kind) for kind in (types.uint8, types.int64, types.float32))
_sgemm = types.ExternalFunction(
    _SYMBOL,
    types.void(_Byte, _Byte, _Int, _Int, _Int, _Float, _Float, _Int, _Float, _Int, _Float, _Float, _Int),
)


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


def _address_of(context: Any, kind: Any) -> Any:
    """Where a number lies that is put in memory for this."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return cgutils.alloca_once_value(builder, arguments[0])

    return types.CPointer(kind)(kind), code


def _data_of(context: Any, array: Any) -> Any:
    """Where the first number of a float32 array lies."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return _Float(array), code


_address: Any = intrinsic(_address_of)
_data: Any = intrinsic(_data_of)


@njit(inline="always")
def add_product(out: Any, a: Any, b: Any) -> None:
    """out += a b, of contiguous float32 matrices."""
    n_rows, n_between, n_columns = a.shape[0], a.shape[1], b.shape[1]
    plain = _address(np.uint8(ord("N")))
    columns, between = _address(np.int64(n_columns)), _address(np.int64(n_between))
    one, rows = _address(np.float32(1)), _address(np.int64(n_rows))
    # BLAS counts along columns first and so sees each matrix turned: out' += b' a'.
    _sgemm(plain, plain, columns, rows, between, one, _data(b), columns, _data(a), between, one, _data(out), columns)


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


llvm.add_symbol(_SYMBOL, chosen())
