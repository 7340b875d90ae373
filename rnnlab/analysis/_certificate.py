"""Whether a set of fixed points can be the whole set: the index sum.

The index of a fixed point is the sign of ``det(I - J)``, with J the Jacobian of the one-step map: +1 for attractors
and for saddles with an even number of real eigenvalues above 1, -1 with an odd number. Where ``x - F(x)`` points
outwards on a large enough sphere, whatever happens inside, the indices of *all* fixed points sum to +1 (Lefschetz;
Brouwer degree). A sum that differs proves that a point is missing; a sum that agrees does not prove that none is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ISOLATED = 0.01
"""Above this value of the Newton-Kantorovich quantity a point's index is left undefined."""
STEEPEST = 1e6
"""Curvature of F that may be met: where the quantity is smaller by this factor, it is not looked at."""


@dataclass(frozen=True)
class Rule:
    """What the index sum over all fixed points of a network must be: ``expected``, or None where nothing is known.

    ``because`` completes "applies because ..." or "does not apply, because ...". Where ``unique``, the network has
    exactly one fixed point whatever its index (or, where nothing is expected of its index and it is 0, perhaps a
    continuum); where ``complete``, the points were not searched for but solved for;
    where ``loose``, states that are no roots may be among them.
    """

    expected: int | None
    because: str
    unique: bool = False
    complete: bool = False
    loose: bool = False


def indices(
    jacobians: NDArray[Any],
    residuals: NDArray[Any],
    curvature: Callable[[NDArray[np.intp]], NDArray[Any]] = lambda places: np.ones(len(places)),
) -> NDArray[np.int8]:
    """(point,) sign of det(I - J); 0 where it cannot be told, as on a line of fixed points.

    A root is known to be isolated when ``|r| |(I - J)^-1|^2`` times the curvature of F is well below 1 (Newton and
    Kantorovich).

    Args:
        jacobians: (point, to, from) of the one-step map.
        residuals: (point,) length of F(x) - x, rounding included.
        curvature: of F at some of the points, by their places; it is asked for where it may matter, and counts as 1 at
            least.
    """
    found = [_sign_and_inverse(np.eye(len(jacobian)) - jacobian) for jacobian in jacobians]
    signs, inverse = np.array(found, float).reshape(-1, 2).T
    with np.errstate(invalid="ignore", over="ignore"):
        share = residuals * inverse**2
        doubtful = np.flatnonzero((share < ISOLATED) & (share * STEEPEST >= ISOLATED))
        if doubtful.size:
            share[doubtful] *= np.maximum(1.0, curvature(doubtful))
    return np.where(share < ISOLATED, signs, 0).astype(np.int8)


def _sign_and_inverse(matrix: NDArray[Any]) -> tuple[float, float]:
    """Sign of the determinant, and the size of the inverse (LAPACK's estimate of its largest sum over a column)."""
    from scipy.linalg.lapack import dgecon, dgetrf

    size = float(np.abs(matrix).sum(axis=0).max())
    factors, pivots, _ = dgetrf(matrix)
    share = float(dgecon(factors, size)[0]) if np.isfinite(size) else 0.0
    swaps = int((pivots != np.arange(len(matrix))).sum())
    sign = float(np.sign(np.diagonal(factors)).prod()) * (-1) ** swaps
    return sign, 1 / (share * size) if share * size > 0 else np.inf


def balanced(rule: Rule, index: NDArray[np.int8]) -> bool | None:
    """Whether the points found may be all: None where the index cannot tell."""
    if rule.complete:
        return True
    if rule.unique and (rule.expected is not None or index.all()):
        return None if len(index) > 1 else len(index) == 1
    if (index == 0).any():
        return None
    return None if rule.expected is None else int(index.sum()) == rule.expected


def certificate(rule: Rule, index: NDArray[np.int8], continuum: bool = False, n_kinked: int = 0) -> str:
    """The verdict in words: "complete: ...", "balanced: ...", "at least one missing: ..." or "does not apply, because
    ...".

    Args:
        rule: in force for the network.
        index: (point,) of the points found.
        continuum: whether marginal points were shown to be part of one.
        n_kinked: how many of those without an index have none since they lie on a kink.
    """
    verdict = balanced(rule, index)
    if rule.complete:
        return f"complete: {rule.because}"
    if rule.unique and (verdict is not None or index.all()):
        return _of_one(rule, len(index))
    undecided = int((index == 0).sum())
    if undecided and not rule.loose:
        return "does not apply, because " + _undecided(undecided, len(index), continuum, n_kinked)
    if verdict is None:
        return f"does not apply, because {rule.because}"
    total = int(index.sum())
    if verdict:
        return (
            f"balanced: the indices sum to {total:+d}, as those of all fixed points must ({rule.because}); "
            "points missing in pairs of opposite index would not show"
        )
    return (
        f"at least one missing: the indices sum to {total:+d}, those of all fixed points to {rule.expected:+d} "
        f"({rule.because})"
    )


def _of_one(rule: Rule, n_points: int) -> str:
    """The verdict on a network that has exactly one fixed point."""
    if n_points > 1:
        return f"does not apply, because {n_points} states stand still to the tolerance, and only one can be a root"
    which = "balanced" if n_points else "at least one missing"
    unless = "" if n_points or rule.expected is not None else ", unless an eigenvalue is exactly 1"
    return f"{which}: there is exactly one fixed point, since {rule.because}{unless}"


def _undecided(n: int, n_points: int, continuum: bool, n_kinked: int) -> str:
    """Why the index of some points cannot be told."""
    kink = "at the threshold of some units, where the derivative jumps"
    if n_kinked == n:
        return f"{_of(n, n_points)} {kink}"
    kind = "part of a line or surface of them, to the tolerance" if continuum else "singular, as at a bifurcation"
    others = f", and {_of(n_kinked, n_points)} {kink}" if n_kinked else ""
    return f"{_of(n - n_kinked, n_points)} marginal: {kind}{others}"


def _of(count: int, total: int) -> str:
    which = "the point" if total == 1 else f"{count} of {total} points"
    return f"{which} {'is' if count == 1 else 'are'}"
