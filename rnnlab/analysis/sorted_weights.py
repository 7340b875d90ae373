"""Weights with the units in an order that shows what is wired to what: by group, or by tuning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis._weights import recurrent


@dataclass(frozen=True, repr=False, eq=False)
class SortedWeights(Result):
    """A recurrent matrix with its units put in order, and the mean weights between groups.

    Attributes:
        name: of the matrix.
        weights: (to, from), sorted.
        order: (unit,) which unit stands in each place.
        signs: (unit,) in that order: +1 where it only excites, -1 where it only inhibits, 0 where it does both.
        groups: names of the groups, in order.
        edges: (group + 1,) places where groups begin, and the end.
        means: (group, group) mean weight (to, from) between two groups, without units' weights to themselves.
        counts: (group,) units in each.
        by: what the units are sorted by.
    """

    name: str
    weights: FloatArray
    order: NDArray[np.intp]
    signs: NDArray[np.int8]
    groups: tuple[str, ...]
    edges: NDArray[np.intp]
    means: FloatArray
    counts: NDArray[np.intp]
    by: str

    @property
    def within(self) -> float:
        """Mean weight within groups; NaN where each is one unit."""
        known = np.diagonal(self.means)[self.counts > 1]
        return float(known.mean()) if known.size else float("nan")

    @property
    def between(self) -> float:
        """Mean weight between groups; NaN where there is one."""
        off = self.means[~np.eye(len(self.means), dtype=bool)]
        return float(off.mean()) if off.size else float("nan")

    def facts(self) -> dict[str, str]:
        sizes = ", ".join(f"{name}: {count}" for name, count in zip(self.groups, self.counts, strict=True))
        known = {"within groups": self.within, "between them": self.between}
        return {
            "matrix": f"{self.name} {shape_of(self.weights, 'to', 'from')}",
            "sorted by": self.by,
            "groups": sizes,
            "mean weight": ", ".join(f"{value:+.3g} {where}" for where, value in known.items() if np.isfinite(value)),
        }


def sorted_weights(
    source: Any,
    by: Any,
    *,
    label: str = "",
    n_groups: int = 4,
    separate_signs: bool = True,
    matrix: str | None = None,
) -> SortedWeights:
    """Sort a recurrent matrix by what its units do.

    Args:
        source: a Network, a Run, or a square array (to, from).
        by: (unit,) whole numbers are groups (clusters); other numbers (tuning, selectivity, time of the peak) are
            sorted and cut into ``n_groups`` groups of equal size. Or a result that has ``.labels`` or ``.values``.
        label: what ``by`` is; that of the result by default.
        n_groups: into how many groups numbers are cut.
        separate_signs: where every unit excites or inhibits, put all that excite first, each kind sorted.
        matrix: which matrix, for networks that have several (an LSTM's gates).

    Raises:
        ValueError: not one number for each unit.

    >>> found = sorted_weights([[0.0, 1.0, 5.0], [2.0, 0.0, 6.0], [3.0, 4.0, 0.0]], [1, 0, 1])
    >>> found.order.tolist(), found.means.tolist()
    ([1, 0, 2], [[nan, 4.0], [2.5, 4.0]])
    """
    name, W, _ = recurrent(source, matrix)
    values = _values(by)
    if values.shape != (len(W),):
        raise ValueError(f"by: shape {values.shape}; give one number for each of {len(W)} units")
    signs = np.subtract((W > 0).any(axis=0), (W < 0).any(axis=0), dtype=np.int8)
    split = separate_signs and bool(signs.all()) and len(np.unique(signs)) == 2
    of, names = _groups(values, n_groups)
    if split:
        of = of + len(names) * (signs < 0)
        names = [f"{name} {kind}" for kind in ("E", "I") for name in names]
    present = np.unique(of)
    order = np.lexsort([np.nan_to_num(values, nan=np.inf), of])
    counts = np.array([(of == group).sum() for group in present])
    shown = by if not isinstance(by, np.ndarray | list | tuple) else None
    return SortedWeights(
        name=name,
        weights=frozen(W[np.ix_(order, order)]),
        order=frozen(order),
        signs=frozen(signs[order]),
        groups=tuple(names[group] for group in present),
        edges=frozen(np.concatenate([[0], np.cumsum(counts)]), np.intp),
        means=frozen(_means(W, of, present)),
        counts=frozen(counts, np.intp),
        by=label or getattr(shown, "label", "") or "group",
    )


def _values(by: Any) -> FloatArray:
    for name in ("labels", "values"):
        if hasattr(by, name) and not callable(getattr(by, name)):
            by = getattr(by, name)
            break
    array = np.asarray(by)
    return array if array.dtype.kind in "iu" else array.astype(float)


def _groups(values: NDArray[Any], n_groups: int) -> tuple[NDArray[np.intp], list[str]]:
    """(unit,) index of each unit's group, and the groups' names."""
    if values.dtype.kind in "iu":
        kinds, of = np.unique(values, return_inverse=True)
        return of.astype(np.intp), [str(kind) for kind in kinds]
    if n_groups < 1:
        raise ValueError(f"n_groups={n_groups}; give at least 1")
    rank = np.argsort(np.argsort(np.nan_to_num(values, nan=np.inf), kind="stable"), kind="stable")
    of = rank * min(n_groups, len(values)) // len(values)
    return of.astype(np.intp), [_span(values[of == group]) for group in range(int(of.max()) + 1)]


def _span(values: ArrayLike) -> str:
    low, high = np.min(values), np.max(values)
    return f"{low:.4g} to {high:.4g}"


def _means(W: FloatArray, of: NDArray[np.intp], present: NDArray[np.intp]) -> FloatArray:
    member = (of == present[:, None]).astype(float)
    sums = member @ (W * ~np.eye(len(W), dtype=bool)) @ member.T
    size = member.sum(axis=1)
    pairs = np.outer(size, size) - np.diag(size)
    return np.divide(sums, pairs, out=np.full_like(sums, np.nan), where=pairs > 0)
