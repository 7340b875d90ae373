"""What is marked in all views: said in words, typed, chosen and cleared; and how a figure's clicks come to mean it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import param

from rnnlab.analysis import Condition, Marked
from rnnlab.figures.conditions import conditions
from rnnlab.figures.paint import LiveFigure
from rnnlab.figures.picks import Pick
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.tasks import Batch
from rnnlab.views import bare, look, parts, text
from rnnlab.views.view import Pace, Part, View

NONE = "none"
"""The choice of no condition."""

HINT = "Nothing is marked. Click in a figure, or drag a box; Shift adds."

MOST_NAMED = 12
"""So many units are named one by one."""


def link(figure: LiveFigure, session: Session) -> None:
    """Mark in the session what is clicked in a figure; before it is shown."""
    figure.on_pick(lambda pick: take(session, pick))


def take(session: Session, pick: Pick) -> None:
    """Mark what was picked; what is marked already is marked no more."""
    marked = session.marked
    with param.parameterized.batch_call_watchers(session):
        if pick.units:
            session.mark_units(() if pick.units == marked.units and not pick.add else pick.units, add=pick.add)
        if pick.condition is not None:
            known = pick.condition.within(session.example)
            session.mark_condition(None if known == marked.condition and not pick.units else known)
        if pick.trial is not None:
            session.mark_trial(None if pick.trial == marked.trial else pick.trial)


class MarkedPart(Part):
    """One line: what is marked, fields to say it with the keyboard, and a button that clears it."""

    pace: ClassVar[Pace] = "prompt"
    watches: ClassVar[tuple[str, ...]] = ("marked", "example", "network")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.units = bare.TextInput(
            label="Marked units", placeholder="3, 17, 20-25", width=210, margin=0, stylesheets=[look.FIELD, look.INLINE]
        )
        self.units.param.watch(self._typed, "value")
        self.condition = parts.select("Condition", {NONE: ""}, self._choose)
        self.said = text.paragraph(role="status")
        self.problem = text.paragraph(css_class="error", role="alert")
        self.problem.visible = False
        self.clear = parts.button("Clear marks", session.unmark, kind="small")
        row = parts.row(self.units, self.condition, self.said, self.clear, css=LINE)
        self.layout = parts.column(row, self.problem, css=look.CARD + BAR, css_classes=["rl-wide"])

    def refresh(self, changed: set[str]) -> None:
        marked = self.session.marked
        self._complain("")
        written = numbers(marked.units)
        if self.units.value != written:
            self.units.value = written
        self._offer(marked.condition)
        text.say(self.said, describe(marked, self.session.network.n_units, self.session.example))
        self.clear.visible = bool(marked)

    def _offer(self, chosen: Condition | None) -> None:
        known = {str(each): each for each in every(self.session.example)}
        if chosen is not None and chosen not in known.values():
            known[str(chosen)] = chosen
        options = {NONE: "", **known}
        if self.condition.options != options or self.condition.value != (chosen or ""):
            self.condition.param.update(options=options, value=chosen or "")
        self.condition.visible = len(options) > 1

    # ----------------------------------------------------------------------------------------- said by a person

    def _typed(self, _event: Any) -> None:
        if self.units.value == numbers(self.session.marked.units):
            return
        try:
            self.session.mark_units(read(self.units.value, self.session.network.n_units))
        except ValueError as error:
            self._complain(str(error))
        else:
            self.refresh({"marked"})

    def _choose(self, condition: Condition | str) -> None:
        wanted = condition or None
        if wanted != self.session.marked.condition:
            self.session.mark_condition(wanted)  # type: ignore[arg-type]  # a word stands for none only

    def _complain(self, problem: str) -> None:
        text.say(self.problem, problem)
        self.problem.visible = bool(problem)


class MarkedView(View):
    """What is marked in all views."""

    title: ClassVar[str] = "Marked"
    part: ClassVar[type[Part]] = MarkedPart


def every(batch: Batch) -> list[Condition]:
    """The conditions of each factor that varies in these trials."""
    return [each for name in varying(batch) for each in conditions(batch, name).each]


def varying(batch: Batch) -> list[str]:
    """Factors that are one number for each trial, and not the same one."""
    return [name for name, drawn in batch.factors.items() if conditions_of(drawn) > 1]


def conditions_of(drawn: Any) -> int:
    """How many values a factor has in these trials; 0 where it is not one value for each."""
    return len(np.unique(drawn)) if np.ndim(drawn) == 1 else 0


def numbers(units: tuple[int, ...]) -> str:
    """Units in few words.

    >>> numbers((3, 17, 20, 21, 22))
    '3, 17, 20-22'
    """
    runs: list[list[int]] = []
    for unit in units:
        if runs and unit == runs[-1][-1] + 1:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    said = [[str(run[0])] if len(run) == 1 else [f"{run[0]}-{run[-1]}"] for run in runs]
    return ", ".join(each for run in said for each in run)


def read(typed: str, n_units: int) -> tuple[int, ...]:
    """The units that a person typed.

    >>> read("3, 17; 20-22", 100)
    (3, 17, 20, 21, 22)

    Raises:
        ValueError: something else stands there, or there is no such unit.
    """
    units: list[int] = []
    for item in typed.replace(";", ",").replace("–", "-").split(","):
        first, dash, last = (part.strip() for part in item.partition("-"))
        if not first and not dash:
            continue
        if not first.isdigit() or (dash and not last.isdigit()):
            raise ValueError(f"{item.strip()!r} is no unit. Write numbers and ranges with commas between: 3, 17, 20-25")
        ends = int(first), int(last or first)
        if max(ends) >= n_units:
            raise ValueError(f"There is no unit {max(ends)} in a network of {n_units}; they count from 0.")
        units += range(min(ends), max(ends) + 1)
    return tuple(units)


def describe(marked: Marked, n_units: int, example: Batch) -> str:
    """What is marked, in words."""
    if not marked:
        return HINT
    said = []
    if marked.units:
        names = numbers(marked.units) if len(marked.units) <= MOST_NAMED else ""
        many = f"{len(marked.units)} of {n_units} units"
        said.append(f"unit {names}" if len(marked.units) == 1 else f"{many}{f' ({names})' if names else ''}")
    if marked.condition is not None:
        said.append(f"{marked.condition} ({int(marked.condition.trials(example).sum())} example trials)")
    if marked.trial is not None:
        said.append(f"trial {marked.trial}")
    return f"Marked in every view: {'; '.join(said)}."


BAR = ":host { padding: 7px 12px; }"

LINE = """
:host { align-items: center; gap: 4px 18px; min-height: 30px; }
:host > * { flex: 0 1 auto !important; width: auto !important; }
:host > :nth-child(3) { flex: 1 1 240px !important; }
"""
