"""What the units do in the example trials: all of them as a heat map, one of them by condition."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from rnnlab.analysis import peak_order, selectivity
from rnnlab.figures.activity import ActivityFigure
from rnnlab.figures.conditions import conditions
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.simulation import Trajectory
from rnnlab.views import parts, text
from rnnlab.views.marking import link, varying
from rnnlab.views.view import Part, View

PEAK, SELECTIVITY, OWN = "time of the peak", "selectivity", "number"


class ActivityPart(Part):
    """A heat map whose rows can be clicked, sorted as one likes."""

    watches: ClassVar[tuple[str, ...]] = ("example", "network", "marked")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure: ActivityFigure | None = None
        self._following = False
        self._drawn: Trajectory | None = None
        self._how: tuple[Any, ...] = ()
        self.trial = parts.number("Trial", 0, self._choose_trial, start=0, end=session.example.n_trials - 1)
        self.sort = parts.select("Sort units by", [PEAK, SELECTIVITY, OWN], self._redraw)
        self.factor = parts.select("Colour traces by", [""], self._redraw)
        self.unit = parts.number("Unit", 0, self._choose, start=0)
        self.caption = text.paragraph()
        self.picture = parts.column()
        self.controls = parts.row(self.trial, self.sort, self.factor, self.unit)
        self.layout = parts.column(self.controls, self.picture, self.caption)

    # ---------------------------------------------------------------------------------------------------- drawing

    def refresh(self, changed: set[str]) -> None:
        trajectory = self.session.results.trajectory
        self.picture.visible = self.controls.visible = trajectory is not None
        if trajectory is None:
            text.say(self.caption, self.session.results.why("trajectory"))
            return
        self._offer_factors(trajectory)
        self.trial.end, self.unit.end = trajectory.n_trials - 1, trajectory.n_units - 1
        self._follow(trajectory)
        self._draw(trajectory)
        text.say(self.caption, self._describe(trajectory))

    def _follow(self, trajectory: Trajectory) -> None:
        """Turn to what is marked: its trial or the first of its condition, its factor, its unit."""
        marked, self._following = self.session.marked, True
        if marked.trial is not None:
            self.trial.value = marked.trial
        elif marked.condition is not None:
            of = marked.condition.trials(trajectory.batch)
            if of.any() and not of[self._trial(trajectory)]:
                self.trial.value = int(of.argmax())
        if marked.condition is not None and marked.condition.factor in self.factor.options.values():
            self.factor.value = marked.condition.factor
        if marked.units:
            self.unit.value = marked.units[0]
        self._following = False

    def _draw(self, trajectory: Trajectory) -> None:
        how = self._trial(trajectory), self.sort.value, self._factor
        if self.figure is not None and trajectory is self._drawn and how == self._how:
            self.figure.mark(self.session.marked)
            return
        self._drawn, self._how = trajectory, how
        shown = {"trial": self._trial(trajectory), "order": order(trajectory, self.sort.value), "factor": self._factor}
        if self.figure is not None:
            self.figure.marked = self.session.marked
            self.figure.update(trajectory, **shown)
            return
        self.figure = ActivityFigure(trajectory, theme=self.theme, height=380, marked=self.session.marked, **shown)
        self.figure.lift()
        link(self.figure, self.session)
        self.picture.append(parts.picture(self.figure.root, "Rates of all units over one trial, and of one unit"))

    def _offer_factors(self, trajectory: Trajectory) -> None:
        names = varying(trajectory.batch)
        options = {name.replace("_", " "): name for name in names} | {"nothing": ""}
        self.factor.visible = bool(names)
        if self.factor.options != options:
            chosen = conditions(trajectory.batch).factor
            self.factor.param.update(options=options, value=chosen if chosen in options.values() else "")

    @property
    def _factor(self) -> str:
        return self.factor.value

    def _trial(self, trajectory: Trajectory) -> int:
        return int(np.clip(self.trial.value or 0, 0, trajectory.n_trials - 1))

    def _redraw(self, _value: Any) -> None:
        if not self._following:
            self.stale |= set(self.watches)
            self.bring_up_to_date()

    def _describe(self, trajectory: Trajectory) -> str:
        units = list(self.session.marked.units) or [0 if self.figure is None else self.figure.unit]
        rates = trajectory.rates[:, :, units]
        whose = f"Unit {units[0]}" if len(units) == 1 else f"The {len(units)} marked units"
        return (
            f"{trajectory.n_units} units in trial {self._trial(trajectory)} of the {trajectory.n_trials} from 0 to "
            f"{trajectory.n_trials - 1}, sorted by {self.sort.value} (over all of them). "
            f"{whose}: rate {text.decimal(float(rates.min()))} to "
            f"{text.decimal(float(rates.max()))}. Click a row, or drag over some, to mark units; click a trace to mark "
            "its condition."
        )

    # ----------------------------------------------------------------------------------------- said by a person

    def _choose(self, unit: int | None) -> None:
        if not self._following and unit is not None:
            self.note({"marked"})
            self.session.mark_units([unit])
            self.bring_up_to_date()

    def _choose_trial(self, trial: int | None) -> None:
        if not self._following and trial is not None:
            self.note({"marked"})
            self.session.mark_trial(trial)
            self.bring_up_to_date()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        if self.figure is not None:
            self.figure.restyle(theme)


class ActivityView(View):
    """Activity of the units."""

    title: ClassVar[str] = "Activity"
    part: ClassVar[type[Part]] = ActivityPart


def order(trajectory: Trajectory, by: str) -> Any:
    """Units in the order a person asked for; None for their own."""
    if by == PEAK:
        inside = np.arange(trajectory.n_steps) < np.asarray(trajectory.batch.lengths)[:, None]
        return peak_order(trajectory.rates, trajectory.dt, inside)
    groups = conditions(trajectory.batch)
    if by == OWN or len(groups.labels) < 2:
        return None
    return selectivity(trajectory.rates, groups.of == 0, groups.of == len(groups.labels) - 1)
