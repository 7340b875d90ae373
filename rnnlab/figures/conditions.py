"""Trials grouped by what was drawn for them: the conditions that colour a figure and head its examples."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis import Condition
from rnnlab.analysis.psychometric import SIGNED
from rnnlab.figures.scales import label
from rnnlab.tasks import Choice, Constant, Task
from rnnlab.tasks.derived import Derived

if TYPE_CHECKING:
    from rnnlab.tasks import Batch

MOST = 8
"""How many conditions a figure tells apart; the trials of a factor with more values are cut into as many parts."""


@dataclass(frozen=True)
class Conditions:
    """Trials of a batch by the value of one factor.

    Attributes:
        factor: its name, or "" where all trials are one condition.
        labels: one text per condition, e.g. ``"0.3"``.
        of: (trial,) index of each trial's condition.
        kind: ``"plain"`` (no factor), ``"categorical"``, or, for steps of a quantity, ``"graded"`` or ``"signed"``.
        each: the conditions themselves; none where all trials are one.
    """

    factor: str
    labels: tuple[str, ...]
    of: NDArray[np.intp]
    kind: str
    each: tuple[Condition, ...] = ()

    def places(self, batch: Batch, condition: Condition | None) -> NDArray[np.bool_]:
        """(condition,) which of them have mostly trials of a condition, whatever factor that is of; all for None."""
        if condition is None:
            return np.ones(len(self.labels), bool)
        mine = condition.trials(batch)
        counts = np.bincount(self.of, minlength=len(self.labels))
        shares = np.bincount(self.of, mine, minlength=len(self.labels)) / np.maximum(counts, 1)
        return np.asarray(shares > 0.5 if (shares > 0.5).any() else shares > 0)

    @property
    def title(self) -> str:
        """The factor in words, as the title of a legend."""
        return words(self.factor)

    @property
    def palette(self) -> str:
        """The role of the palette that colours them; see `rnnlab.figures.paint.colour`."""
        return f"{self.kind}:{len(self.labels)}"


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
        return Conditions("", ("all trials",), np.zeros(batch.n_trials, dtype=np.intp), "plain")
    if factor not in batch.factors:
        raise ValueError(f"factor {factor!r} is not drawn in this task; give one of: {', '.join(batch.factors)}")
    values = np.asarray(batch.factors[factor])
    levels, of = np.unique(values, return_inverse=True)
    if len(levels) > MOST:
        return _binned(factor, values)
    each = tuple(Condition(factor, _plain(level)) for level in levels)
    return Conditions(factor, tuple(text(level) for level in levels), of, _kind(levels), each)


def _plain(level: Any) -> float | str:
    return (
        float(level) if np.issubdtype(np.asarray(level).dtype, np.number) or isinstance(level, np.bool_) else str(level)
    )


def _kind(levels: NDArray) -> str:
    if len(levels) < 3 or not np.issubdtype(levels.dtype, np.number):
        return "categorical"
    return "signed" if levels[0] < 0 < levels[-1] else "graded"


def _first_that_varies(batch: Batch) -> str:
    varying = {name: len(np.unique(values)) for name, values in batch.factors.items() if np.ndim(values) == 1}
    few = [name for name in SIGNED if name in varying] + [name for name, n in varying.items() if 2 <= n <= MOST]
    return next(iter(few or [name for name, n in varying.items() if n > 1]), "")


def _binned(factor: str, values: NDArray) -> Conditions:
    """Equal parts of the trials, by rank."""
    edges = np.quantile(values, np.linspace(0, 1, MOST + 1))
    of = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, MOST - 1)
    labels = tuple(f"{text(a)} to {text(b)}" for a, b in itertools.pairwise(edges))
    each = tuple(Condition(factor, float(a), float(b)) for a, b in itertools.pairwise(edges))
    return Conditions(factor, labels, of, _kind(edges), each)


def text(value: object) -> str:
    """A factor's value in few characters."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, float, np.number)):
        return label(float(f"{float(value):.3g}"))
    return str(value)


def heading(batch: Batch, trial: int, most: int = 2) -> str:
    """What was drawn for one trial, e.g. ``"coherence 0.3 · direction 1"``, whatever trials stand beside it.

    What is the same in every trial of the task is left out, and so is that an epoch is not there, or follows from
    something else, which the picture shows; what is drawn goes before what follows from it.
    """
    drawn = {name: values[trial] for name, values in batch.factors.items() if np.ndim(values) == 1}
    told = _told(batch, drawn) or list(drawn)
    return " · ".join(f"{words(name)} {text(drawn[name])}" for name in told[:most]) or f"trial {trial}"


def _told(batch: Batch, drawn: dict[str, Any]) -> list[str]:
    """Names of the factors that tell a trial from others of its task, the most telling first."""
    if not isinstance(batch.task, Task):
        return list(drawn)
    rules = {factor.name: factor.rule for factor in batch.task.factors}
    same = {name for name, rule in rules.items() if isinstance(rule, Constant | Choice) and np.ptp(rule.support) == 0}
    derived = {name for name, rule in rules.items() if isinstance(rule, Derived)}
    seen = {epoch.when for epoch in batch.task.epochs if epoch.when in derived or drawn.get(epoch.when) == 0}
    return sorted((name for name in drawn if name not in same | seen), key=derived.__contains__)


def words(name: str) -> str:
    """A name from a description, for a reader."""
    return name.replace("_", " ")
