"""The checks of a task before training, with the distributions of its durations and conditions."""

from __future__ import annotations

from typing import ClassVar

from rnnlab.analysis import Check, Design
from rnnlab.figures.design import DesignFigure
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import bare, parts, text, wording
from rnnlab.views.origin import PAST, PRESENT
from rnnlab.views.view import Pace, Part, View

MARKS = {"good": ("✓", "Good"), "note": ("i", "Note"), "problem": ("!", "Problem")}
"""Sign and word of each verdict, so that none is told by its colour alone."""

BODY = """
:host {
  display: grid !important; gap: 8px 24px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, max(340px, 40%)), 1fr));
}
:host > * { min-width: 0; }
"""
"""Side by side where there is room."""

LIST = """
ul { list-style: none; margin: 0; padding: 0; }
li { display: grid; grid-template-columns: 22px minmax(0, 1fr); padding: 7px 0; border-top: 1px solid var(--rl-line); }
li:first-child { border-top: 0; }
p { margin: 0; font: 12px/1.45 var(--rl-font); color: var(--rl-muted); overflow-wrap: anywhere; }
p.title { font-size: 13px; font-weight: 600; color: var(--rl-text); }
p.title span { font-size: 11px; font-weight: 600; margin-left: 6px; color: var(--rl-muted); }
p.remedy { color: var(--rl-text); margin-top: 2px; }
.mark {
  width: 14px; height: 14px; margin-top: 2px; border-radius: 50%; text-align: center;
  font: 700 10px/14px var(--rl-font); color: var(--rl-muted); border: 1px solid var(--rl-line);
}
li.note .mark { color: var(--rl-accent); border-color: var(--rl-accent); }
li.note p.title span { color: var(--rl-accent); }
li.problem .mark { color: var(--rl-alarm); border-color: var(--rl-alarm); background: var(--rl-alarm-soft); }
li.problem p.title span { color: var(--rl-alarm); }
"""


class DesignPart(Part):
    """A list of checks, each with its verdict, what was found and what to change; durations and shares beside it."""

    watches: ClassVar[tuple[str, ...]] = ("example", "design")
    pace: ClassVar[Pace] = "patient"  # a check takes time from whatever is dragged

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure: DesignFigure | None = None
        self.summary = text.paragraph()
        self.list = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[LIST])
        self.picture = parts.column()
        self.body = parts.column(self.list, self.picture, css=BODY)
        self.layout = parts.card(parts.heading(DesignView.title), self.summary, self.body)
        self.layout.css_classes = ["rl-checks"]

    def refresh(self, changed: set[str]) -> None:
        self.session.ask("design")
        self.look_again("design")
        found, results = self.session.design, self.session.results
        if found is None or found.task != self.session.task.name:
            text.say(self.summary, results.why("design") or "Checking …")
            self.body.styles = PAST
            return
        self.body.styles = PRESENT
        self._draw(found)
        if self.list.object != (markup := listed(found)):
            self.list.object = markup
        text.say(self.summary, summed_up(found) + (" Checking again …" if "design" in results.computing else ""))

    def _draw(self, found: Design) -> None:
        if self.figure is not None:
            self.figure.update(found)
            return
        self.figure = DesignFigure(found, theme=self.theme)
        self.picture.append(parts.picture(self.figure.root, "How long epochs last and how often conditions come"))

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        if self.figure is not None:
            self.figure.restyle(theme)


class DesignView(View):
    """Checks before training."""

    title: ClassVar[str] = "Checks before training"
    part: ClassVar[type[Part]] = DesignPart


def listed(found: Design) -> str:
    """The checks as a list; every word is escaped."""
    return f'<ul aria-label="Checks of the task">{"".join(map(_item, found.checks))}</ul>'


def _item(check: Check) -> str:
    sign, word = MARKS[check.verdict]
    title = f'<p class="title">{text.escape(check.title)}<span>{word}</span></p>'
    remedy = f'<p class="remedy">{text.escape(wording.plain(check.remedy))}</p>' if check.remedy else ""
    said = f"{title}<p>{text.escape(wording.plain(check.sentence))}</p>{remedy}"
    return f'<li class="{check.verdict}"><div class="mark" aria-hidden="true">{sign}</div><div>{said}</div></li>'


def summed_up(found: Design) -> str:
    """All checks in a sentence."""
    counts = {verdict: sum(check.verdict == verdict for check in found.checks) for verdict in MARKS}
    if counts["problem"]:
        plural = "s" if counts["problem"] > 1 else ""
        return f"{counts['problem']} problem{plural}: the task cannot be learned as it is, or need not be."
    if counts["note"]:
        plural = "s" if counts["note"] > 1 else ""
        return f"Ready to train. {counts['note']} note{plural}: right where it is meant so."
    return "Ready to train: no problem found."
