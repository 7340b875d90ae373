"""Trials grouped by what was drawn for them: the conditions that colour a figure and head its examples."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.psychometric import SIGNED
from rnnlab.figures.scales import label

if TYPE_CHECKING:
    from rnnlab.tasks import Batch

MOST = 8
"""How many conditions a figure tells apart; a factor with more values is cut into as many equal parts."""


@dataclass(frozen=True)
class Conditions:
    """Trials of a batch by the value of one factor.

    Attributes:
        factor: its name, or "" where all trials are one condition.
        labels: one text per condition, e.g. ``"coherence 0.3"``.
        of: (trial,) index of each trial's condition.
        ordered: whether the conditions are steps of a quantity.
    """

    factor: str
    labels: tuple[str, ...]
    of: NDArray[np.intp]
    ordered: bool

    @property
    def palette(self) -> str:
        """The role of the palette that colours them; see `rnnlab.figures.paint.colour`."""
        if not self.factor:
            return "plain"
        return f"{'ordered' if self.ordered else 'categorical'}:{len(self.labels)}"


def conditions(batch: Batch, factor: str | None = None) -> Conditions:
    """Group the trials of a batch by a factor.

    Args:
        batch: the trials.
        factor: name of one of ``batch.factors``; None for the task's signed evidence or else the first that varies,
            "" for no grouping.

    Raises:
        ValueError: no factor of that name.
    """
    factor = _first_that_varies(batch) if factor is None else factor
    if not factor:
        return Conditions("", ("all trials",), np.zeros(batch.n_trials, dtype=np.intp), False)
    if factor not in batch.factors:
        raise ValueError(f"factor {factor!r} is not drawn in this task; give one of: {', '.join(batch.factors)}")
    values = np.asarray(batch.factors[factor])
    levels, of = np.unique(values, return_inverse=True)
    if len(levels) > MOST:
        return _binned(factor, values)
    ordered = len(levels) > 2 and np.issubdtype(values.dtype, np.number)
    return Conditions(factor, tuple(f"{factor} {text(level)}" for level in levels), of, bool(ordered))


def _first_that_varies(batch: Batch) -> str:
    varying = {name: len(np.unique(values)) for name, values in batch.factors.items() if np.ndim(values) == 1}
    few = [name for name in SIGNED if name in varying] + [name for name, n in varying.items() if 2 <= n <= MOST]
    return next(iter(few or [name for name, n in varying.items() if n > 1]), "")


def _binned(factor: str, values: NDArray) -> Conditions:
    """Equal parts of the trials, by rank."""
    edges = np.quantile(values, np.linspace(0, 1, MOST + 1))
    of = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, MOST - 1)
    labels = tuple(f"{factor} {text(a)} to {text(b)}" for a, b in itertools.pairwise(edges))
    return Conditions(factor, labels, of, True)


def text(value: object) -> str:
    """A factor's value in few characters."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, float, np.number)):
        return label(float(f"{float(value):.3g}"))
    return str(value)


def heading(batch: Batch, trial: int, most: int = 2) -> str:
    """What was drawn for one trial, e.g. ``"coherence 0.3 · direction 1"``; constants are left out."""
    drawn = [(name, values) for name, values in batch.factors.items() if np.ndim(values) == 1]
    varying = [(name, values) for name, values in drawn if len(np.unique(values)) > 1] or drawn
    return " · ".join(f"{_words(name)} {text(values[trial])}" for name, values in varying[:most]) or f"trial {trial}"


def _words(name: str) -> str:
    return name.replace("_", " ")
