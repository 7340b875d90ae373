"""What is picked out of a network and its trials: some units, a condition, a trial; figures mark it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.spec import Spec, SpecError

if TYPE_CHECKING:
    from rnnlab.tasks import Batch


@dataclass(frozen=True)
class Condition(Spec):
    """The trials in which a factor has a value, or one in a range.

    Attributes:
        factor: its name.
        low: the value, or the lower end of the range.
        high: the upper end, which belongs to it; None for one value.

    Example:
        >>> Condition("coherence", -0.5).among([-0.5, 0.0, 0.5])
        array([ True, False, False])
        >>> Condition("coherence", 0.0, 1.0).among([-0.5, 0.0, 0.5])
        array([False,  True,  True])
        >>> str(Condition("f1_hz", 10, 18))
        'f1 hz 10 to 18'
    """

    factor: str
    low: float | str
    high: float | None = None

    def check(self) -> None:
        if self.high is not None and (isinstance(self.low, str) or self.high < self.low):
            problem = f"{self.high:g} is no upper end of a range from {self.low!r}"
            raise SpecError("Condition.high", problem, value=self.high, remedy="give numbers, the lower one first")

    @classmethod
    def spanning(cls, factor: str, values: ArrayLike) -> Condition:
        """The one that has all these values of a factor; of words the first.

        >>> Condition.spanning("coherence", [0.5, 0.1, 0.5]), Condition.spanning("rule", ["anti"])
        (Condition(factor='coherence', low=0.1, high=0.5), Condition(factor='rule', low='anti', high=None))
        """
        array = np.asarray(values)
        if array.dtype.kind not in "biuf":
            return cls(factor, str(array[0]))
        low, high = float(array.min()), float(array.max())
        return cls(factor, low, high if high > low else None)

    def among(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Which of these values of the factor are of the condition."""
        array = np.asarray(values)
        if isinstance(self.low, str) or array.dtype.kind not in "biuf":
            return np.asarray(array.astype(str) == str(self.low))
        room = 1e-9 * max(1.0, abs(self.low))
        high = self.low if self.high is None else self.high
        return np.asarray((array >= self.low - room) & (array <= high + room))

    def trials(self, batch: Batch) -> NDArray[np.bool_]:
        """(trial,) which trials of a batch are of the condition; none where the factor is not drawn."""
        values = batch.factors.get(self.factor)
        if values is None or np.ndim(values) != 1:
            return np.zeros(batch.n_trials, bool)
        return self.among(values)

    def within(self, batch: Batch) -> Condition:
        """The same as one value, where the trials of this batch have only one in the range."""
        of, values = self.trials(batch), batch.factors.get(self.factor, np.zeros(0))
        found: NDArray[np.float64] = np.unique(values[of]) if of.any() else np.zeros(0)
        if self.high is None or len(found) != 1:
            return self
        return Condition(self.factor, float(found[0]))

    def __str__(self) -> str:
        low = self.low if isinstance(self.low, str) else f"{self.low:.3g}"
        ends = low if self.high is None else f"{low} to {self.high:.3g}"
        return f"{self.factor.replace('_', ' ')} {ends}"


@dataclass(frozen=True)
class Marked(Spec):
    """What is marked in every figure.

    Attributes:
        units: their numbers, in rising order, each once.
        condition: or None.
        trial: the number of an example trial, or None.

    Example:
        >>> Marked(units=(7, 3, 7)).units
        (3, 7)
        >>> bool(Marked()), bool(Marked(trial=0))
        (False, True)
    """

    units: tuple[int, ...] = ()
    condition: Condition | None = None
    trial: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "units", tuple(sorted(set(self.units))))

    def check(self) -> None:
        for name, number in (*(("units", unit) for unit in self.units), ("trial", self.trial or 0)):
            if number < 0:
                raise SpecError(f"Marked.{name}", f"got {number}", value=number, remedy="count from 0")

    def __bool__(self) -> bool:
        return bool(self.units) or self.condition is not None or self.trial is not None

    def fitting(self, n_units: int, batch: Batch | None) -> Marked:
        """What of it there is in a network of so many units, and in these trials."""
        units = tuple(unit for unit in self.units if unit < n_units)
        condition, trial = self.condition, self.trial
        if batch is not None:
            condition = None if condition is None or not condition.trials(batch).any() else condition
            trial = None if trial is None or trial >= batch.n_trials else trial
        fits = Marked(units, condition, trial)
        return self if fits == self else fits

    def mask(self, n_units: int) -> NDArray[np.bool_]:
        """(unit,) which units are marked."""
        marked = np.zeros(n_units, bool)
        marked[[unit for unit in self.units if unit < n_units]] = True
        return marked


UNMARKED = Marked()
"""Nothing."""
