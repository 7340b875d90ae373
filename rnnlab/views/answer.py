"""One answer on the page: its figure, found from the class of the result, and its numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from rnnlab.analysis import FixedPoints, Result, StateSpace
from rnnlab.figures import FixedPointsFigure, LiveFigure, StateSpaceFigure, live
from rnnlab.figures.picks import Pick
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.session.inquiries import Reply
from rnnlab.views import bare, parts, text
from rnnlab.views.marking import take
from rnnlab.views.opened import BESIDE, Opened
from rnnlab.views.settings import plain

FACTS = """
table { border-collapse: collapse; font: 12px/1.45 var(--rl-font); }
th { text-align: left; font-weight: 400; color: var(--rl-muted); padding: 2px 14px 2px 0; vertical-align: top;
  white-space: nowrap; }
td { color: var(--rl-text); padding: 2px 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
"""


OPENS = (
    "Click a fixed point for its eigenvalues; activity is released on both sides of it, along its slowest mode, and "
    "runs for 2 s without noise under the same input."
)

HINT = (
    "Click near a course to mark its condition. Click elsewhere to release activity from there: of the states visited, "
    "the one nearest in this view is moved in the plane of the screen to where you clicked, and runs for 2 s without "
    "noise under the input of the fixed points."
)

NOTE = """
:host { align-items: center; gap: 2px 12px; min-height: 30px; }
:host > * { flex: 0 1 auto !important; width: auto !important; }
"""


class Answer:
    """A place for the answers to one question, of the network itself or of one control.

    Args:
        name: of the analysis, for those who cannot see the figure.
        theme: in force.
        height: of the figure in pixels.
        session: in which what is clicked is marked, and which says what is.
        head: what stands above it.
        built: called with the figure once it is there.
        explores: whether activity can be released in it, where it is a space.
        regroup: called with a factor whose conditions are to be drawn instead; None where that cannot be chosen.
    """

    def __init__(
        self,
        name: str,
        theme: Theme,
        height: int,
        session: Session,
        *head: Any,
        built: Callable[[LiveFigure], object] = lambda _: None,
        regroup: Callable[[str], object] | None = None,
        explores: bool = False,
    ) -> None:
        self._name, self.theme, self._height, self.session = name, theme, height, session
        self.figure: LiveFigure | None = None
        self._built, self._regroup, self._explores = built, regroup, explores
        self._shown: Result | None = None
        self._picture = parts.column()
        self.problem = text.paragraph(css_class="error", role="alert")
        self.missing = text.paragraph(role="status")
        self.instead = parts.button("", self._draw_instead, kind="small")
        self._note = parts.row(self.missing, self.instead, css=NOTE)
        self._note.visible = False
        self.forget = parts.button("Clear what was released", session.clear_explored, kind="small")
        self._said = text.paragraph()
        self._hint = parts.row(self._said, self.forget, css=NOTE)
        self.opened = Opened(theme, self._close)
        self._hint.visible = False
        self.facts = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[FACTS])
        self._body = parts.column(self._picture, self.opened.layout, css=BESIDE)
        shown = self.problem, self._body, self._hint, self._note, self.facts
        self.layout = parts.column(*head, *shown)

    def show(self, reply: Reply | None) -> None:
        """Show a reply; None leaves what is there, but for a problem that is over."""
        problem = "" if reply is None else plain(reply.problem)
        text.say(self.problem, problem)
        self.problem.visible = bool(problem)
        result = None if reply is None else reply.result
        if result is not None and result is not self._shown:
            self._draw(result)
        self._picture.visible = self.facts.visible = not problem and self.figure is not None
        self._say_missing()

    def _draw(self, result: Result) -> None:
        self._shown = result
        if self.figure is None:
            self.figure = live(result, self.theme, self._height)
            self.figure.on_pick(self._picked)
            self._built(self.figure)
            self._picture.append(parts.picture(self.figure.root, self._name))
        else:
            self.figure.update(result)  # type: ignore[attr-defined]  # every figure of the catalogue has it
        self.figure.mark(self.session.marked)
        self._release()
        self.facts.object = table(result)

    def mark(self) -> None:
        """Mark what the session says, and say what of it is not to be seen here."""
        if self.figure is not None:
            self.figure.mark(self.session.marked)
            self._release()
        self._say_missing()

    def _picked(self, pick: Pick) -> None:
        take(self.session, pick)
        space, points = self._shown, self._points
        if points is not None and pick.point is not None:
            self.session.open_asked(points, pick.point)
        if self._explores and isinstance(space, StateSpace) and pick.place is not None and pick.seen_from is not None:
            self.session.release_in(space, pick.place, pick.seen_from)

    def _release(self) -> None:
        """Show the point that was opened and the activity that was released by hand, where there are any."""
        figure, result, points, seen = self.figure, self._shown, self._points, self.session.explored
        number = self.session.opened_asked(points)
        if self._explores and isinstance(figure, StateSpaceFigure) and isinstance(result, StateSpace):
            figure.open(self.session.released_in(result))
            self._hint.visible, self.forget.visible = True, bool(seen.in_space or seen.asked_sides)
            text.say(self._said, f"{OPENS} {HINT}" if points is not None else HINT)
        elif points is not None and isinstance(figure, FixedPointsFigure):
            figure.open(self.session.released_beside(points), number)
            self._hint.visible, self.forget.visible = True, bool(seen.asked_sides)
            text.say(self._said, OPENS)
        self.opened.show(points, number)
        if self._body.css_classes != self.opened.beside:
            self._body.css_classes = self.opened.beside

    @property
    def _points(self) -> FixedPoints | None:
        """The fixed points that can be opened in it."""
        shown = self._shown.points if isinstance(self._shown, StateSpace) else self._shown
        return shown if self._explores and isinstance(shown, FixedPoints) else None

    def _close(self) -> None:
        if self._points is not None:
            self.session.open_asked(self._points, None)

    def _say_missing(self) -> None:
        figure, marked = self.figure, self.session.marked
        said = [] if figure is None or not self._picture.visible else figure.shown.hides(marked)
        self._note.visible = bool(said)
        if figure is None or not said:
            return
        text.say(self.missing, f"Marked, but not to be seen here: {'; '.join(said)}.")
        self.instead.visible = self._regroup is not None and figure.shown.hides_condition(marked)
        if self.instead.visible and marked.condition is not None:
            self.instead.label = f"Draw {marked.condition.factor.replace('_', ' ')} here"

    def _draw_instead(self) -> None:
        condition = self.session.marked.condition
        if condition is not None and self._regroup is not None:
            self._regroup(condition.factor)

    def clear(self) -> None:
        """Show nothing."""
        for each in (self._picture, self.facts, self.problem, self._note, self.opened.layout):
            each.visible = False

    def restyle(self, theme: Theme) -> None:
        """Change to another theme in place."""
        self.theme = theme
        self.opened.restyle(theme)
        if self.figure is not None:
            self.figure.restyle(theme)


MINUS = re.compile(r"(?<![\w.])-(?=\d)")
"""A hyphen that stands for a minus sign: not within a word, a range or a power of ten."""


def table(result: Result) -> str:
    """The facts of a result as a table; all of it is shown as text, with true minus signs as on the axes.

    What a fact says in JSON the settings beside it and the script below say in words.
    """
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(MINUS.sub('−', fact))}</td></tr>"
        for name, fact in result.facts().items()
        if fact and not fact.startswith("{")
    )
    return f"<table>{rows}</table>"
