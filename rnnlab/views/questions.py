"""One analysis on the page: what it is, its settings, its answer and the controls beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rnnlab.analysis import ANALYSES, CONTROLS, Question
from rnnlab.figures import LiveFigure, PerturbationFigure
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import bare, look, parts, push, text
from rnnlab.views.answer import Answer
from rnnlab.views.compared import ComparedRuns
from rnnlab.views.form import SpecForm, sheets
from rnnlab.views.form.fields import Fields
from rnnlab.views.marking import varying
from rnnlab.views.window import WindowDrag

HEIGHT, SMALL = 380, 230
"""Pixels of the figure, and of those of the controls."""

ABOUT = """
p { margin: 0 0 6px; font: 12px/1.5 var(--rl-font); color: var(--rl-text); max-width: 110ch; }
p span { color: var(--rl-muted); }
"""

BODY = """
:host { display: grid !important; grid-template-columns: minmax(0, 1fr) 250px; gap: 8px 24px; align-items: start; }
:host > * { min-width: 0; }
@container rnnlab (max-width: 1180px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""

ROOM = f":host {{ min-height: {HEIGHT + 70}px; }}"
"""So that nothing jumps when the answer comes."""

BESIDE = """
:host { display: flex !important; flex-flow: row wrap; gap: 8px 0; align-items: flex-start; }
:host > .rl-control {
  flex: 1 1 320px !important; width: auto !important; min-width: 0; max-width: 560px; margin-right: 24px !important;
}
"""


class QuestionCard:
    """The place of one analysis: built when it is chosen, and put away when others were looked at since.

    Args:
        name: its entry in `rnnlab.analysis.ANALYSES`.
        session: whose network is asked.
        theme: in force.
    """

    def __init__(self, name: str, session: Session, theme: Theme) -> None:
        self.name, self.session, self.theme, self.analysis = name, session, theme, ANALYSES[name]
        kind = self.analysis.question
        assert kind is not None, "only analyses that are asked of a network have a card"
        self.question: Question = kind()
        self.form = SpecForm(kind, self.question, names(session), self._wish)
        regroup = self._regroup if "factor" in kind.__dataclass_fields__ else None
        self.answer = Answer(
            self.analysis.title, theme, HEIGHT, session, built=self._take, regroup=regroup, explores=True
        )
        self.window = WindowDrag(session, self._moved)
        self.runs = ComparedRuns(session)
        self.runs.layout.visible = False
        self.beside: dict[str, Answer] = {}
        self.titles = {CONTROLS[each].title: each for each in kind.controls}
        self.ticks = self._ticks()
        self._grid = parts.column(css=BESIDE)
        self._settings = parts.column(parts.heading("Settings", 3), self.form.layout)
        compared = [parts.heading("Controls", 3), self.ticks] if self.titles else []
        self._fill_in(self.question)
        side = parts.column(self._settings, self.runs.layout, *compared)
        body = parts.column(parts.column(self.answer.layout, css=ROOM), side, css=BODY)
        self.layout = parts.column(self._about(), body, self._grid)

    def _about(self) -> Any:
        said, paper = escape(self.analysis.sentence), escape(self.analysis.paper)
        markup = f"<p>{said} <span>{paper}.</span></p>"
        return bare.Html(markup, margin=0, sizing_mode="stretch_width", stylesheets=[ABOUT])

    def _ticks(self) -> Any:
        boxes = bare.CheckBoxGroup(
            options=list(self.titles), value=self._wanted(), margin=0, stylesheets=[look.FIELD, sheets.CHECKS]
        )
        boxes.param.watch(lambda _: self._choose_controls(), "value")
        return boxes

    def _wanted(self) -> list[str]:
        return [title for title, name in self.titles.items() if name in self.session.controls]

    # ----------------------------------------------------------------------------------------- said by a person

    def _wish(self, question: Question) -> bool:
        self.question = question
        self.session.inquire(question)
        return True

    def _regroup(self, factor: str) -> None:
        """Ask the same with the conditions of this factor."""
        self.session.inquire(self.question.replace(factor=factor))

    def _choose_controls(self) -> None:
        mine = [self.titles[title] for title in self.ticks.value]
        others = [name for name in self.session.controls if name not in self.titles.values()]
        if sorted([*mine, *others]) != sorted(self.session.controls):
            self.session.inquire(self.question, (*mine, *others))

    def _take(self, figure: LiveFigure) -> None:
        """A figure was built: a window over it can be dragged."""
        if isinstance(figure, PerturbationFigure):
            self.window.follow(figure)

    def _moved(self, question: Question) -> None:
        """The window was dragged: all but the answer from many trials follows at once."""
        self.question = question
        with push.batch(self.layout):
            self._fill_in(question)
            self.window.glance(question)

    def _fill_in(self, question: Question) -> None:
        """Show the question in its form, without the fields that mean nothing in it."""
        known = names(self.session)
        self.form.show(question, known)
        shown = {each.name: matters(each.metadata, question, known) for each in dataclasses.fields(question)}
        for name, place in self.form.root.fields.items() if isinstance(self.form.root, Fields) else ():
            place.layout.visible = shown[name]
        self._settings.visible = any(shown.values())

    # ------------------------------------------------------------------------------------------------- showing

    @property
    def restless(self) -> bool:
        """Whether a hand is at its figure, so that it has to be looked at again."""
        return self.window.restless

    def show(self) -> None:
        """Show what is known of the session's question, which is this one."""
        if self.window.restless:
            if not self.window.rests():
                return
            self.session.inquire(self.question)
        self.question = self.session.question
        self.window.place(self.question)
        self.runs.layout.visible = self.question.of_several
        self.runs.show()
        self._fill_in(self.question)
        replies = self.session.replies
        self.answer.show(replies.get(""))
        if self.ticks.value != self._wanted():
            self.ticks.value = self._wanted()
        for name in self.titles.values():
            self._show_control(name, name in self.session.controls)

    def _show_control(self, name: str, wanted: bool) -> None:
        if name not in self.beside:
            reply = self.session.replies.get(name)
            if not wanted or reply is None:
                return
            control = CONTROLS[name]
            title = control.title[:1].upper() + control.title[1:]
            head = parts.heading(title, 3), text.paragraph(control.sentence)
            self.beside[name] = Answer(
                f"{self.analysis.title}, {control.title}", self.theme, SMALL, self.session, *head
            )
            self.beside[name].layout.css_classes = ["rl-control"]
            self._grid.append(self.beside[name].layout)
        self.beside[name].layout.visible = wanted
        if wanted:
            self.beside[name].show(self.session.replies.get(name))

    def mark(self) -> None:
        """Mark what the session says."""
        for each in (self.answer, *self.beside.values()):
            each.mark()

    def restyle(self, theme: Theme) -> None:
        """Change to another theme in place."""
        self.theme = theme
        for each in (self.answer, *self.beside.values()):
            each.restyle(theme)


def names(session: Session) -> dict[str, list[str]]:
    """What a question may name: kind -> names, of the task as edited."""
    task = session.example.task
    return {
        "factor": varying(session.example),
        "epoch": list(task.epoch_names),
        "input": list(task.input_names),
        "output": list(task.output_names),
        "matrix": list(session.network.config.recurrent_matrices(session.network.parameters)),
    }


def matters(facts: Mapping[str, Any], question: Question, known: Mapping[str, Sequence[str]]) -> bool:
    """Whether a field, by its metadata, means anything in a question: not what other fields have no use for, nor a
    choice among one thing."""
    used = all(getattr(question, name) in values for name, values in facts.get("only", {}).items())
    return used and not (facts.get("refers") == "matrix" and len(known["matrix"]) < 2)
