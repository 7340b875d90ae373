"""What a person has picked out, which every view marks: units, a condition, a trial."""

from __future__ import annotations

from collections.abc import Iterable

import param

from rnnlab.analysis import Condition, Marked
from rnnlab.tasks import Batch


class Marking(param.Parameterized):
    """One selection for all views of a `rnnlab.session.Session`.

    Nothing is computed differently for it, and it is no part of the experiment: it is what one looks at.
    """

    marked = param.ClassSelector(
        class_=Marked, default=Marked(), doc="Units, condition and trial marked in every view."
    )

    def mark_units(self, units: Iterable[int], *, add: bool = False) -> None:
        """Mark these units instead of those marked before.

        With ``add`` they are marked too; if all of them were, they are marked no more.
        """
        new = {int(unit) for unit in units}
        before = set(self.marked.units)
        if add:
            new = before - new if new <= before else before | new
        self._mark(self.marked.replace(units=tuple(sorted(new))))

    def mark_condition(self, condition: Condition | None) -> None:
        """Mark the trials of a condition; None for none. A trial that is marked and not of it is marked no more."""
        batch, trial = self._marked_in()[1], self.marked.trial
        if condition is not None and batch is not None:
            condition = condition.within(batch)
            trial = trial if trial is not None and condition.trials(batch)[trial] else None
        self._mark(self.marked.replace(condition=condition, trial=trial))

    def mark_trial(self, trial: int | None) -> None:
        """Mark an example trial; None for none. A condition that it is not of is marked no more."""
        batch, condition = self._marked_in()[1], self.marked.condition
        if trial is not None and condition is not None and batch is not None and trial < batch.n_trials:
            condition = condition if condition.trials(batch)[trial] else None
        self._mark(self.marked.replace(trial=trial, condition=condition))

    def unmark(self) -> None:
        """Mark nothing."""
        self._mark(Marked())

    def _mark(self, marked: Marked) -> None:
        """Mark what of it there is."""
        fits = marked.fitting(*self._marked_in())
        if fits != self.marked:
            self.param.update(marked=fits)

    def _marked_in(self) -> tuple[int, Batch | None]:
        """Units of the network shown, and the example trials."""
        raise NotImplementedError
