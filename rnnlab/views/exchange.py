"""The task as text, JSON and Python, to read and to copy."""

from __future__ import annotations

from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import parts
from rnnlab.views.bare import beside, own_sheets_only
from rnnlab.views.view import Part, View


class Exchange(JSComponent):
    """The panes in the browser.

    Attributes:
        json: the task as JSON.
        python: the task as Python.
    """

    json = param.String("")
    python = param.String("")

    _process_param_change = own_sheets_only(JSComponent)
    _esm = beside("clipboard.js", "exchange.js")

    def __init__(self, **settings: Any) -> None:
        sheets = [beside("clipboard.css", "exchange.css")]
        super().__init__(**{"sizing_mode": "stretch_width", "margin": 0, "stylesheets": sheets, **settings})


class ExchangePart(Part):
    """The task on the screen as text, kept true once a slider rests."""

    watches: ClassVar[tuple[str, ...]] = ("experiment",)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.exchange = Exchange()
        self.layout = parts.card(parts.heading(ExchangeView.title), self.exchange, wide=True)

    def refresh(self, changed: set[str]) -> None:
        self.exchange.param.update(json=self.session.task_json(), python=self.session.task_python())


class ExchangeView(View):
    """The task as text."""

    title: ClassVar[str] = "The task as text"
    part: ClassVar[type[Part]] = ExchangePart
