"""Example trials of the task as it is edited, with what the network makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from rnnlab.analysis import Marked
from rnnlab.figures.picks import Pick
from rnnlab.figures.theme import Theme
from rnnlab.figures.trial import AMPLE, COMPACT, WIDTH, Room, TrialFigure
from rnnlab.session import Session
from rnnlab.session.examples import Trials
from rnnlab.tasks import Batch
from rnnlab.views import look, parts, text
from rnnlab.views.form.sheets import glyph
from rnnlab.views.marking import take
from rnnlab.views.verdict import Verdict
from rnnlab.views.view import Pace, Part, View

SHOWN = {"as they come": False, "one of each condition": True}
"""What a person can choose to see, and whether it is one of each condition."""

MOST_LEAFED = 64
"""Trials that are looked through for one that has an epoch."""

ALIKE = "This task has no conditions to tell apart: these are trials as they come."


class TrialPart(Part):
    """Inputs, targets and outputs of a few trials; buttons to leaf through them, and one that deals others.

    Attributes:
        first: the first trial in sight.
        of_conditions: whether there is one of each condition, instead of trials as they come.
    """

    watches: ClassVar[tuple[str, ...]] = ("example", "network", "marked")
    pace: ClassVar[Pace] = "prompt"
    n_shown: ClassVar[int] = 3
    room: ClassVar[Room] = AMPLE
    width: ClassVar[int] = WIDTH

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.first, self.of_conditions = 0, False
        self._marked: tuple[Any, Any] = (None, None)
        self._epochs = session.example.task.epoch_names
        self.figure = TrialFigure(session.example, [0], theme=theme, width=self.width, room=self.room)
        self.figure.lift()
        self.figure.on_pick(self._picked)
        self.caption = text.paragraph()
        self.shown_of = text.paragraph(role="status")
        self.which = parts.select("Trials", list(SHOWN), self._choose)
        self.earlier = self._turner("‹", "Earlier trials", -1)
        self.later = self._turner("›", "Later trials", 1)
        self.deal = parts.button("Deal other trials", session.deal, kind="small")
        self.picture = parts.picture(self.figure.root, "Example trials")
        self.layout = self._lay_out()

    def _turner(self, sign: str, name: str, by: int) -> Any:
        made = parts.button(name, lambda: self._leaf(by), kind="glyph")
        made.stylesheets = [*made.stylesheets, glyph(sign)]
        return made

    @property
    def _choice(self) -> Any:
        return parts.row(self.which, self.earlier, self.shown_of, self.later, self.deal, css=CHOICE)

    def _lay_out(self) -> Any:
        head = parts.row(parts.heading("Trial"), self._choice, css=parts.SPREAD)
        self.picture.css_classes = ["rl-grows"]
        return parts.card(head, self.picture, self.caption)

    # ------------------------------------------------------------------------------------------------- choosing

    def _choose(self, words: str) -> None:
        self.first, self.of_conditions = 0, SHOWN[words]
        self._draw()

    def _leaf(self, by: int) -> None:
        self.first += by * self.n_shown
        self._draw()

    def _fit(self) -> Trials:
        """What is in sight: a whole page of what there is."""
        results = self.session.results
        each = results.exemplars if self.of_conditions else None
        among = self._of_condition() if each is None else ()
        n_all = len(each) if each is not None else len(among) or self.session.example.n_trials
        last = (n_all - 1) // self.n_shown * self.n_shown
        self.first = min(max(self.first, 0), last)
        self.earlier.disabled, self.later.disabled = self.first == 0, self.first == last
        end = min(self.first + self.n_shown, n_all)
        text.say(self.shown_of, f"{self.first + 1}–{end} of {n_all}")
        self._alike = self.of_conditions and each is None
        self._numbers = among[self.first : end] or tuple(range(self.first, end))
        return Trials(self.n_shown, self.first, self.of_conditions, among)

    def _of_condition(self) -> tuple[int, ...]:
        """The example trials of the condition that is marked."""
        condition = self.session.marked.condition
        return () if condition is None else tuple(np.flatnonzero(condition.trials(self.session.example)).tolist())

    def _picked(self, pick: Pick) -> None:
        if pick.trial is not None:
            if self.of_conditions and not self._alike:
                return  # these are no example trials
            pick = replace(pick, trial=self._numbers[pick.trial])
        take(self.session, pick)

    # -------------------------------------------------------------------------------------------------- drawing

    def refresh(self, changed: set[str]) -> None:
        marked = self.session.marked.condition, self.session.marked.trial
        if changed == {"marked"} and marked == self._marked:
            return
        self._marked = marked
        self._turn_to_new()
        self._draw()

    def _turn_to_new(self) -> None:
        """Where the task has an epoch more that only some trials have (catch trials), leaf to one of these."""
        before, self._epochs = self._epochs, self.session.example.task.epoch_names
        new = [name for name in self._epochs if name not in before]
        if len(new) != 1 or not set(before) <= set(self._epochs):
            return
        numbers = self._with(new[0])
        if not numbers and not self.of_conditions:
            self.which.value = next(words for words, of_conditions in SHOWN.items() if of_conditions)
            numbers = self._with(new[0])
        if numbers and not set(numbers) & set(range(self.first, self.first + self.n_shown)):
            self.first = numbers[0] // self.n_shown * self.n_shown

    def _with(self, epoch: str) -> list[int]:
        """Places, among all that can be leafed through, of the trials that have an epoch."""
        trials = Trials(MOST_LEAFED, 0, self.of_conditions, self._of_condition())
        edges = self.session.results.choice(trials).epochs[epoch]
        return [int(place) for place in np.flatnonzero(edges[:, 1] > edges[:, 0])]

    def _draw(self) -> None:
        trials = self._fit()
        self._mark()
        trajectory = self.session.results.glimpse(trials)
        if trajectory is None:
            batch = self.session.results.choice(trials)
            self.figure.update(batch, range(batch.n_trials))
        else:
            batch = trajectory.batch
            score = batch.task.score(trajectory.outputs, batch)
            self.figure.update(batch, range(batch.n_trials), trajectory.outputs, score.correct)
        text.say(self.caption, self._words())

    @property
    def _only(self) -> str:
        """Which trials these are, where they are those of the condition that is marked."""
        n = 0 if self.of_conditions and not self._alike else len(self._of_condition())
        marked = f"Only the {n} example trials with {self.session.marked.condition}, which is marked"
        return f"{marked}; click a heading again for all." if n else ""

    def _mark(self) -> None:
        """Frame the trial that is marked, where it is in sight."""
        trial, shown = self.session.marked.trial, not self.of_conditions or self._alike
        place = self._numbers.index(trial) if shown and trial in self._numbers else None
        self.figure.marked = Marked(trial=place)

    def _words(self) -> str:
        said = describe(self.session.example, self.session.results.mismatch)
        said = f"{self._only} {said}".strip()
        return f"{ALIKE} {said}" if self._alike else said

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self.figure.restyle(theme)


class TrialView(View):
    """Example trials."""

    title: ClassVar[str] = "Trial"
    part: ClassVar[type[Part]] = TrialPart


class TrialDock(TrialPart):
    """Example trials, low and side by side, that stay in sight while the task is composed; above them the verdict of
    the checks in a line."""

    watches: ClassVar[tuple[str, ...]] = ("example", "network", "marked", "design")
    n_shown: ClassVar[int] = 5
    room: ClassVar[Room] = COMPACT
    width: ClassVar[int] = 860

    def _lay_out(self) -> Any:
        self.verdict = Verdict()
        head = parts.row(self.verdict, self._choice, css=DOCK_HEAD)
        strip = parts.column(self.picture, css=STRIP)
        return parts.column(head, self.caption, strip, css=look.CARD + DOCK, css_classes=["rl-dock"])

    def refresh(self, changed: set[str]) -> None:
        if changed - {"design"}:
            super().refresh(changed - {"design"})
        self.verdict.tell(self.session.design, self.session.task.name)

    def _words(self) -> str:
        return f"{self._only} {ALIKE if self._alike else self.session.results.mismatch}".strip()


def describe(example: Batch, mismatch: str = "") -> str:
    """The trials in a sentence or two."""
    longest = int(example.lengths.max()) * example.dt
    epochs = ", ".join(example.task.epoch_names)
    said = f"{example.task.description} Epochs: {epochs}; up to {longest:g} ms in steps of {example.dt:g} ms."
    said += "" if mismatch else " Outputs are those without the network's own noise."
    return f"{said} {mismatch}".strip().replace("_", " ")


CHOICE = """
:host { width: auto !important; flex: 0 0 auto; gap: 4px 4px; flex-wrap: nowrap; }
:host > * { flex: none; width: auto !important; white-space: nowrap; }
:host > :first-child { margin-right: 6px !important; width: 220px !important; }
:host > :last-child { margin-left: 6px !important; }
"""

DOCK = """
:host {
  position: sticky; bottom: 0; top: 50px; z-index: 15; padding: 8px 12px 2px;
  border-radius: 6px 6px 0 0; box-shadow: 0 -8px 16px -12px rgb(0 0 0 / 0.45);
}
"""
"""In sight wherever the page is scrolled to: at its foot over the board, at its head over what stands below. There its
round corners are under the bar of the page, so that nothing is seen to move between the two."""

DOCK_HEAD = ":host { flex-wrap: nowrap; justify-content: space-between; gap: 4px 16px; }"

STRIP = """
:host {
  max-height: min(42vh, 330px); overflow-y: auto;
  scrollbar-width: thin; scrollbar-color: var(--rl-line) transparent;
}
:host > * { flex-shrink: 0; }
"""
"""Many channels are scrolled in it."""
