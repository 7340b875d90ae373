"""The experiment as a short Python file that trains it bit for bit."""

from __future__ import annotations

from html import escape
from typing import ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import bare, look, parts, text
from rnnlab.views.view import Part, View


class ScriptPart(Part):
    """The text, selectable, kept true while sliders move."""

    watches: ClassVar[tuple[str, ...]] = ("experiment",)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.code = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[look.CODE])
        self.caption = text.paragraph(
            "What is set on the left, as a Python file. It gives the same network, bit for bit."
        )
        self.layout = parts.column(self.caption, self.code)

    def refresh(self, changed: set[str]) -> None:
        self.code.object = f'<pre tabindex="0" aria-label="The script">{escape(self.session.script())}</pre>'


class ScriptView(View):
    """The script of the experiment."""

    title: ClassVar[str] = "The script"
    part: ClassVar[type[Part]] = ScriptPart
