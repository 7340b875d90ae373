"""Weights that are cut, scaled or replaced for a while."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from rnnlab.networks import Cell, Given, Network, Parameters
from rnnlab.networks.given import accept_arrays
from rnnlab.simulation.interventions.base import WEIGHTS, Intervention
from rnnlab.simulation.interventions.chosen import AnyUnits, Group, indices, unit_indices
from rnnlab.spec import SpecError, quantity, with_article

MATRICES = ("W_rec", "W_in", "W_out")


@dataclass(frozen=True, kw_only=True)
class WeightEdit(Intervention):
    """Base of the kinds below: a pathway, which is one matrix's entries to some receivers from some senders.

    Units are chosen by number or as a group; inputs (which send through W_in) and outputs (which receive through
    W_out) by number. Of an LSTM's unit all four gates receive, and get the same factors or values. W_rec of a low-rank
    network is the whole matrix W_to W_from^T / N with its random part, of any rank once it is changed.
    """

    rank: ClassVar[int] = WEIGHTS

    of: Literal["W_rec", "W_in", "W_out"] = "W_rec"
    """Which matrix: recurrent, input or read-out weights."""
    receivers: AnyUnits | None = field(
        default=None, metadata={"low": 0, "empty": "all", "help": "what the weights lead to, the rows; nothing: all"}
    )
    senders: AnyUnits | None = field(
        default=None, metadata={"low": 0, "empty": "all", "help": "what they come from, the columns; nothing: all"}
    )

    def __post_init__(self) -> None:
        accept_arrays(self)
        super().__post_init__()

    def check_network(self, network: Network) -> None:
        config, p = network.config, network.parameters
        kind = with_article(type(config).__name__)
        if self.of == "W_in" and not config.inputs_reach_units:
            problem = f"inputs of {kind} do not lead to its units"
            raise self.refuse("of", problem, remedy="give W_rec or W_out")
        there = {name: matrix for name in MATRICES if (matrix := config.matrix(p, name)) is not None}
        if self.of not in there:
            remedy = f"give {' or '.join(there)}" if there else "give another intervention, such as a Kick"
            raise self.refuse("of", f"{kind} has no matrix {self.of} to change", remedy=remedy)
        rows, columns = self._pathway(config, np.asarray(there[self.of]).shape)
        self._check_values((rows.shape[1], len(columns)))

    def _check_values(self, shape: tuple[int, int]) -> None:
        """Raise `SpecError` unless the values fit a pathway of that shape."""

    def _pathway(self, config: Cell, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Indices of rows, (gate, receiver), and of columns of a matrix of that shape."""
        n_rows, n_columns = shape
        by_unit = self.of != "W_out"
        n_receivers = config.n_units if by_unit else n_rows
        rows = self._chosen("receivers", "output", config, n_receivers, units=by_unit)
        columns = self._chosen("senders", "input", config, n_columns, units=self.of != "W_in")
        gates = range(0, max(n_rows, 1), max(n_receivers, 1))
        return np.stack([rows + first for first in gates]), columns

    def _chosen(self, name: str, what: str, config: Cell, n: int, *, units: bool) -> np.ndarray:
        chosen, where = getattr(self, name), f"{type(self).__name__}.{name}"
        if chosen is None:
            return np.arange(n)
        if units:
            return unit_indices(chosen, config, where)
        if isinstance(chosen, Group):
            raise SpecError(where, f"a group of units, but these are {what}s", remedy=f"give {what}s by number")
        return indices(chosen, n, what, where)

    def parameters(self, config: Cell, p: Parameters) -> Parameters:
        changed = np.array(config.matrix(p, self.of))
        rows, columns = self._pathway(config, changed.shape)
        entries = (rows[:, :, None], columns)
        changed[entries] = self.new(changed[entries])
        return dict(p) | {self.of: changed}

    @abstractmethod
    def new(self, old: np.ndarray) -> np.ndarray | float:
        """What becomes of the pathway's weights, (gate, receiver, sender)."""


def check_shape(values: float | Given, shape: tuple[int, int], where: str) -> None:
    """Raise `SpecError` at ``where`` unless an array given has that shape."""
    if isinstance(values, Given):
        values.shaped(shape, where)


@dataclass(frozen=True)
class CutWeights(WeightEdit):
    """Connections that are gone.

    Example:
        >>> silenced = CutWeights(senders=Group(sign="inhibitory"), receivers=Group(areas=(1,)), start=500)
        >>> CutWeights.from_json(silenced.to_json()) == silenced
        True
    """

    def new(self, old: np.ndarray) -> float:
        return 0.0


@dataclass(frozen=True)
class ScaleWeights(WeightEdit):
    """Weights times a factor: one for all of a pathway, or a matrix (receiver, sender) of them.

    Example:
        >>> ScaleWeights(0.5, of="W_in", senders=(0,)).new(2.0)
        1.0
    """

    factor: float | Given = field(
        metadata={"soft": (0.0, 2.0), "step": 0.1, "help": "one number, or a matrix (receiver, sender)"}
    )

    def _check_values(self, shape: tuple[int, int]) -> None:
        check_shape(self.factor, shape, "ScaleWeights.factor")

    def new(self, old: np.ndarray) -> np.ndarray:
        return old * (self.factor.array.astype(old.dtype) if isinstance(self.factor, Given) else self.factor)


@dataclass(frozen=True)
class ReplaceWeights(WeightEdit):
    """Other weights in the place of a pathway's: one number for all, or a matrix (receiver, sender).

    Example:
        >>> ReplaceWeights([[0.0, 1.0]], receivers=(3,), senders=(0, 1)).values
        Given('0 1')
    """

    values: float | Given = field(
        metadata={"soft": (-2.0, 2.0), "step": 0.1, "help": "one number, or a matrix (receiver, sender)"}
    )

    def _check_values(self, shape: tuple[int, int]) -> None:
        check_shape(self.values, shape, "ReplaceWeights.values")

    def new(self, old: np.ndarray) -> np.ndarray | float:
        return self.values.array.astype(old.dtype) if isinstance(self.values, Given) else self.values


@dataclass(frozen=True)
class WeightsInTime(WeightEdit):
    """Weights times a matrix that changes: one matrix after the other, each for ``every`` ms.

    The first holds from ``start`` on; the last stays until ``stop``. With nothing chosen and one matrix a time step
    this is PsychRNN's ``t_connectivity``.

    Example:
        >>> fading = WeightsInTime(([[1.0, 1.0]], [[0.5, 1.0]]), receivers=(2,), senders=(0, 1), start=100, every=50)
        >>> [(piece.start, piece.stop) for piece in fading.pieces(dt=10)]
        [(100.0, 150.0), (150.0, None)]
    """

    factors: tuple[Given, ...] = field(metadata={"help": "matrices (receiver, sender), one for each stretch of time"})
    every: float | None = quantity(
        None, unit="ms", above=0, empty="a time step", help="how long each holds; nothing: one time step"
    )

    def __post_init__(self) -> None:
        if hasattr(self.factors, "__iter__") and not isinstance(self.factors, str):
            taken = tuple(Given.of(f) if isinstance(f, np.ndarray | list | tuple) else f for f in self.factors)
            object.__setattr__(self, "factors", taken)
        super().__post_init__()

    def check(self) -> None:
        super().check()
        if not self.factors:
            raise self.refuse("factors", "no matrices", remedy="give at least one")

    def _check_values(self, shape: tuple[int, int]) -> None:
        for i, factor in enumerate(self.factors):
            check_shape(factor, shape, f"WeightsInTime.factors[{i}]")

    def pieces(self, dt: float) -> Iterator[ScaleWeights]:
        """A scaling for each matrix whose time comes before the stop."""
        first, every, last = self.start or 0.0, self.every or dt, len(self.factors) - 1
        place = {name: getattr(self, name) for name in ("of", "receivers", "senders", "trials")}
        for i, factor in enumerate(self.factors):
            start, stop = first + i * every, self.stop if i == last else first + (i + 1) * every
            if self.stop is not None and start >= self.stop:
                return
            stop = stop if stop is None or self.stop is None else min(stop, self.stop)
            yield ScaleWeights(factor, start=start, stop=stop, **place)

    def new(self, old: np.ndarray) -> np.ndarray:
        """What the first of them makes of the weights."""
        return old * self.factors[0].array.astype(old.dtype)
