"""The loops through time of `rnnlab.training.bptt`, compiled with numba.

At fifty units half of a step goes by in calls from Python and in passes over memory that the call before has only just
written. Here a step is one matrix product (BLAS) and two passes over its result, and nothing is called from Python. The
numbers are those of the plain loops to rounding: products are summed in another order, and exponentials and logarithms
come from polynomials that are as exact as float32 (see `_exp`).

Arrays are (step, trial, unit), float32 and contiguous; ``keep`` and ``alpha`` are (unit,). A pass over a step does
little at a time and has few arrays: only then does the compiler see that it may do many numbers at once.
`rnnlab.training.loops` says when they are taken: this module is imported where numba is installed only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from rnnlab.training.jit import compiled, inlined
from rnnlab.training.products import SYMBOL

_Byte, _Int, _Float = (types.CPointer(kind) for kind in (types.uint8, types.int64, types.float32))
_sgemm = types.ExternalFunction(
    SYMBOL,
    types.void(_Byte, _Byte, _Int, _Int, _Int, _Float, _Float, _Int, _Float, _Int, _Float, _Float, _Int),
)


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


@inlined
def _add_product(out: Any, a: Any, b: Any) -> None:
    """out += a b, of contiguous float32 matrices."""
    n_rows, n_between, n_columns = a.shape[0], a.shape[1], b.shape[1]
    plain = _address(np.uint8(ord("N")))
    columns, between = _address(np.int64(n_columns)), _address(np.int64(n_between))
    one, rows = _address(np.float32(1)), _address(np.int64(n_rows))
    # BLAS counts along columns first and so sees each matrix turned: out' += b' a'.
    _sgemm(plain, plain, columns, rows, between, one, _data(b), columns, _data(a), between, one, _data(out), columns)


_ONE, _TWO = np.float32(1), np.float32(2)
_LOG2_E = np.float32(1 / np.log(2))
_HALF = np.float32(0.5)
_LIMIT = np.float32(126)
"""Powers of two beyond it leave the range of float32."""


def _power_of_two() -> tuple[np.float32, ...]:
    """Coefficients, lowest first, of a polynomial for 2^f where |f| <= 1/2: good to 2e-8, under float32's rounding."""
    nodes = np.cos(np.linspace(0, np.pi, 201)) / 2
    fitted = np.polynomial.chebyshev.Chebyshev.fit(nodes, 2**nodes, 6, domain=[-0.5, 0.5])
    return tuple(np.float32(c) for c in fitted.convert(kind=np.polynomial.Polynomial).coef)


_C0, _C1, _C2, _C3, _C4, _C5, _C6 = _power_of_two()


@inlined
def _exp(v: Any) -> Any:
    """e^v = 2^k 2^f with whole k and |f| <= 1/2: a form that the compiler does for many numbers at once."""
    y = v * _LOG2_E
    y = -_LIMIT if y < -_LIMIT else _LIMIT if y > _LIMIT else y  # what is not a number stays that
    k = np.floor(y + _HALF)
    f = y - k
    p = _C0 + f * (_C1 + f * (_C2 + f * (_C3 + f * (_C4 + f * (_C5 + f * _C6)))))
    return p * np.int32((np.int32(k) + np.int32(127)) << np.int32(23)).view(np.float32)  # the bits of 2^k


@inlined
def _log1p(t: Any) -> Any:
    """log(1 + t) of t from 0 to 1: 2 artanh(z) of z = t / (2 + t), at most a third, by its series."""
    z = t / (_TWO + t)
    y = z * z
    series = _ONE + y * (_A1 + y * (_A2 + y * (_A3 + y * (_A4 + y * (_A5 + y * _A6)))))
    return _TWO * z * series


_A1, _A2, _A3, _A4, _A5, _A6 = (np.float32(1 / k) for k in (3, 5, 7, 9, 11, 13))


@inlined
def _send(code: Any, x: Any) -> Any:
    """f(x)."""
    if code == 0:
        return np.float32(0) if x <= 0 else x  # what is not a number stays that
    if code == 1:
        return _ONE - _TWO / (_exp(_TWO * x) + _ONE)
    if code == 2:
        return _ONE / (_exp(-x) + _ONE)
    if code == 3:
        return (np.float32(0) if x <= 0 else x) + _log1p(_exp(-abs(x)))
    return x


@inlined
def _slope(code: Any, r: Any) -> Any:
    """f'(x), given r = f(x)."""
    if code == 0:
        return _ONE if r > 0 else np.float32(0)
    if code == 1:
        return _ONE - r * r
    if code == 2:
        return r - r * r
    if code == 3:
        return _ONE - _exp(-r)
    return _ONE


@compiled
def value(code: int, x: Any) -> Any:
    """f(x), of one number."""
    return _send(code, x)


@compiled
def current_forward(X: Any, R: Any, given: Any, W: Any, keep: Any, code: int, first: int) -> None:
    """X[s + 1] = keep X[s] + R[s] W + given[s], and R[s + 1] = f(X[s + 1]).

    X holds all steps, or two that take turns; the first of R is step ``first`` of it. What was given is overwritten.
    """
    _, n_trials, n_units = R.shape
    n_kept = X.shape[0]
    for s in range(R.shape[0] - 1):
        g, r, old, new = given[s], R[s + 1], X[(first + s) % n_kept], X[(first + s + 1) % n_kept]
        _add_product(g, R[s], W)
        for i in range(n_trials):
            for j in range(n_units):
                new[i, j] = g[i, j] + keep[j] * old[i, j]
        for i in range(n_trials):
            for j in range(n_units):
                r[i, j] = _send(code, new[i, j])


@compiled
def current_backward(G: Any, later: Any, W: Any, R: Any, keep: Any, code: int) -> None:
    """G[s] = f'(X[s]) (G[s] + G[s + 1] W) + keep G[s + 1], from the last to the first; ``later`` follows the last."""
    _, n_trials, n_units = G.shape
    for s in range(G.shape[0] - 1, -1, -1):
        g, r = G[s], R[s]
        _add_product(g, later, W)
        for i in range(n_trials):
            for j in range(n_units):
                g[i, j] *= _slope(code, r[i, j])
        for i in range(n_trials):
            for j in range(n_units):
                g[i, j] += keep[j] * later[i, j]
        later = g


@compiled
def rate_forward(X: Any, D: Any, W: Any, alpha: Any, keep: Any, code: int, adds: bool) -> None:
    """D[s] = f(D[s] + X[s] W), then X[s + 1] = keep X[s] + alpha D[s], added to what is there if it ``adds``."""
    _, n_trials, n_units = X.shape
    for s in range(D.shape[0]):
        d, old, new = D[s], X[s], X[s + 1]
        _add_product(d, old, W)
        if not adds:
            new[:] = 0
        for i in range(n_trials):
            for j in range(n_units):
                d[i, j] = _send(code, d[i, j])
        for i in range(n_trials):
            for j in range(n_units):
                new[i, j] += keep[j] * old[i, j] + alpha[j] * d[i, j]


@compiled
def rate_backward(G: Any, Q: Any, later: Any, W: Any, D: Any, keep: Any, code: int) -> None:
    """Q[s] = f'(D[s]) G[s + 1], then G[s] = G[s] + Q[s] W + keep G[s + 1], from the last step to the first.

    D holds what f made of the drives.
    """
    _, n_trials, n_units = G.shape
    for s in range(G.shape[0] - 1, -1, -1):
        g, q, d = G[s], Q[s], D[s]
        for i in range(n_trials):
            for j in range(n_units):
                q[i, j] = later[i, j] * _slope(code, d[i, j])
        _add_product(g, q, W)
        for i in range(n_trials):
            for j in range(n_units):
                g[i, j] += keep[j] * later[i, j]
        later = g
