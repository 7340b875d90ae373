"""The few array operations that NumPy and torch spell differently.

A cell is written once, over arrays: operators, ``abs``, ``@`` and ``.T`` mean the same in both libraries. What does
not is here. torch is never imported: a tensor can only arrive here when somebody else has.
"""

from __future__ import annotations

import sys
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any
"""A NumPy array or a torch tensor."""


def namespace(x: Array) -> Any:
    """The module whose functions apply to ``x``: torch for its tensors, NumPy for everything else."""
    return sys.modules["torch"] if type(x).__module__.partition(".")[0] == "torch" else np


def relu(x: Array) -> Array:
    """max(x, 0), with gradient 0 at 0. NaN stays NaN, so that a divergence shows."""
    return np.maximum(x, 0.0) if namespace(x) is np else namespace(x).relu(x)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * x)) if namespace(x) is np else namespace(x).sigmoid(x)


def softplus(x: Array) -> Array:
    """log(1 + exp(x)) without overflow, and without losing exp(x) where x is very negative."""
    if namespace(x) is np:
        return relu(x) + np.log1p(np.exp(-abs(x)))
    return namespace(x).nn.functional.softplus(x, threshold=80.0)  # the formula above has no torch gradient at 0


def softmax(x: Array) -> Array:
    """exp(x) along the last axis, as shares of their sum; without overflow."""
    if namespace(x) is not np:
        return namespace(x).softmax(x, dim=-1)
    powers = np.exp(x - x.max(axis=-1, keepdims=True, initial=-np.inf))
    return powers / powers.sum(axis=-1, keepdims=True)


def normal_cdf(x: Array) -> Array:
    """The standard normal distribution function."""
    if namespace(x) is np:
        from scipy.special import ndtr  # GELU is the only nonlinearity that needs SciPy

        return ndtr(x)
    return namespace(x).special.ndtr(x)


def indicator(condition: Array, like: Array) -> Array:
    """1 where ``condition`` holds, else 0, in the dtype of ``like``."""
    return np.asarray(condition, np.asarray(like).dtype) if namespace(like) is np else condition.to(like.dtype)


def matching(constant: Array | float, like: Array) -> Array:
    """A constant (a Python number, or a NumPy array) that combines with ``like`` and leaves it its type and dtype."""
    if isinstance(constant, int | float):
        return constant
    if namespace(like) is np:
        return constant.astype(like.dtype, copy=False)
    return namespace(like).tensor(constant, dtype=like.dtype, device=like.device)


def pick(where: Array, there: Array, elsewhere: Array) -> Array:
    """``there`` where ``where`` (booleans of the same kind of array) holds, else ``elsewhere``."""
    return namespace(elsewhere).where(where, there, elsewhere)


def between(x: Array, low: Array | float, high: Array | float) -> Array:
    """x, cut off at ``low`` and ``high``."""
    return np.clip(x, low, high) if namespace(x) is np else x.clamp(low, high)


def detached(x: Array) -> Array:
    """x, through which no gradient passes."""
    return x if namespace(x) is np else x.detach()


def scaled(xi: Array, scale: Array | float) -> Array:
    """Standard normals (..., channel) given a strength: one for all, one a channel, or a matrix that mixes them."""
    factor = matching(scale, xi)
    return xi @ factor.T if getattr(scale, "ndim", 0) == 2 else factor * xi


def repeat_rows(row: Array, n: int) -> Array:
    """The vector ``row`` n times, shape (n, len(row)); of a matrix the rows by turns, or all as they are."""
    if row.ndim == 2:
        return row if len(row) == n else row[np.arange(n) % len(row)]
    return np.repeat(row[None, :], n, axis=0) if namespace(row) is np else row.expand(n, -1)


def zeros(like: Array, n: int) -> Array:
    """(len(like), n) zeros of the kind and dtype of ``like``."""
    xp = namespace(like)
    if xp is np:
        return np.zeros((len(like), n), like.dtype)
    return xp.zeros((len(like), n), dtype=like.dtype, device=like.device)


def repeated(rows: Array, n: int) -> Array:
    """Each row n times in a row, (n k, ...)."""
    return np.repeat(rows, n, axis=0) if namespace(rows) is np else rows.repeat_interleave(n, dim=0)


def repeated_eye(state: Array) -> Array:
    """The unit vectors of states (k, n), for each of them in turn: (k n, n)."""
    (k, n), xp = state.shape, namespace(state)
    if xp is np:
        return np.tile(np.eye(n, dtype=state.dtype), (k, 1))
    return xp.eye(n, dtype=state.dtype, device=state.device).repeat(k, 1)


def times(matrices: Array, vectors: Array) -> Array:
    """Matrices (trial, to, from) times vectors (trial, from): (trial, to)."""
    return (matrices @ vectors[:, :, None])[:, :, 0]


def concatenate(parts: list[Array]) -> Array:
    """Arrays joined along their last axis."""
    xp = namespace(parts[0])
    return np.concatenate(parts, axis=-1) if xp is np else xp.cat(parts, dim=-1)


def stack_steps(steps: list[Array]) -> Array:
    """Arrays (trial, channel), one per time step, as one (trial, time, channel)."""
    xp = namespace(steps[0])
    return np.stack(steps, axis=1) if xp is np else xp.stack(steps, dim=1)


def plus_diagonal(matrices: Array, vectors: Array) -> Array:
    """Matrices (..., n, n), freshly made and free to change, plus vectors (..., n) on their diagonals."""
    xp = namespace(matrices)
    if xp is not np:
        return matrices + xp.diag_embed(vectors)
    np.einsum("...ii->...i", matrices)[...] += vectors
    return matrices
