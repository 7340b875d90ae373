"""The experiment as a short Python file that trains it bit for bit."""

from __future__ import annotations

from html import escape
from typing import ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import bare, look, parts, text
from rnnlab.views.view import Part, View

COPY = """
const said = text => { source.label = text; setTimeout(() => { source.label = 'Copy' }, 1500) }
const written = navigator.clipboard?.writeText(code.tags[0]) ?? Promise.reject()
written.then(() => said('Copied'), () => said('Not allowed here'))
"""

HEAD = ":host { flex-wrap: nowrap; align-items: center; justify-content: space-between; }"


class ScriptPart(Part):
    """The text, selectable, kept true while sliders move."""

    watches: ClassVar[tuple[str, ...]] = ("experiment", "phase", "trained")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.code = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[look.CODE])
        self.caption = text.paragraph()
        self.copy = parts.button("Copy", kind="small")
        self.copy.js_on_click(args={"code": self.code}, code=COPY)
        head = parts.row(self.caption, self.copy, css=HEAD)
        self.layout = parts.column(head, self.code)

    def refresh(self, changed: set[str]) -> None:
        script = self.session.script()
        self.code.tags = [script]
        self.code.object = f'<pre tabindex="0" aria-label="The script">{escape(script)}</pre>'
        text.say(self.caption, describe(self.session))


class ScriptView(View):
    """The script of the experiment."""

    title: ClassVar[str] = "The script"
    part: ClassVar[type[Part]] = ScriptPart


def describe(session: Session) -> str:
    """What the script makes, and whether that is the network that is shown."""
    budget = session.experiment.training.updates
    said = (
        "What is set on the left, as a Python file. It trains from the first update to the last of "
        f"{text.count(budget)}, which gives the network that Train ends with, bit for bit on this machine."
    )
    done = session.progress.update
    if session.phase != "stopped" or session.stale or done >= budget:
        return said
    return f"{said} The network shown was stopped after {text.count(done)} updates and is not that one."
