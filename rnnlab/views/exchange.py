"""A task as text: JSON and Python to copy, files to save and open, an address to share.

Files are read and written by the browser and cross as text. What comes in is data: `Session.open_task` reads it
strictly and evaluates nothing.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import panel as pn
import param
from panel.custom import JSComponent

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import parts, push, text
from rnnlab.views.bare import own_sheets_only
from rnnlab.views.settings import plain
from rnnlab.views.timeline import beside
from rnnlab.views.view import Part, View


class Exchange(JSComponent):
    """The panes and buttons in the browser.

    Attributes:
        json: the task as JSON.
        python: the task as Python.
        shareable: whether the page has an address that opens a lab.
    """

    json = param.String("")
    python = param.String("")
    shareable = param.Boolean(True)

    _process_param_change = own_sheets_only(JSComponent)
    _esm = beside("exchange.js")

    def __init__(self, act: Any, **settings: Any) -> None:
        self._act = act
        wide = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [beside("exchange.css")]}
        super().__init__(**{**wide, **settings})

    def tell(self, **message: str) -> None:
        """Have the browser do something: save a ``file``, show a ``link``, say a ``note``."""
        self._send_msg(message)

    def _handle_msg(self, data: Any) -> None:
        with push.batch(self):
            self._act(data)


def _has_an_address() -> bool:
    """Whether this is a served page, and no cell of a notebook."""
    return pn.state.curdoc is not None and pn.state.curdoc.session_context is not None


class ExchangePart(Part):
    """The task on the screen as text, kept true once a slider rests."""

    watches: ClassVar[tuple[str, ...]] = ("experiment", "errors")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.exchange = Exchange(self._hear, shareable=_has_an_address())
        self.problem = text.paragraph(css_class="error", role="alert")
        self.layout = parts.card(parts.heading(ExchangeView.title), self.problem, self.exchange, wide=True)

    def refresh(self, changed: set[str]) -> None:
        self.exchange.param.update(json=self.session.task_json(), python=self.session.task_python())
        text.say(self.problem, self.session.errors.get("open_task", ""))

    def _hear(self, message: Any) -> None:
        acts = {"open": self._open, "save": self._save, "share": self._share}
        act = acts.get(str(message.get("act")))
        if act is not None:
            act(message)

    def _open(self, message: Any) -> None:
        opened = self.session.open_task(str(message["text"]))
        text.say(self.problem, "" if opened else self.session.errors.get("open_task", ""))
        self.exchange.tell(what="note", text=f"Opened {message['name']}" if opened else "")

    def _save(self, _: Any) -> None:
        name = re.sub(r"\W+", "_", self.session.experiment.task.name).strip("_") or "task"
        self.exchange.tell(what="file", name=f"{name}.json", text=self.session.task_json())

    def _share(self, _: Any) -> None:
        try:
            self.exchange.tell(what="link", text=self.session.shared())
        except ValueError as error:
            self.exchange.tell(what="note", text=plain(str(error)))


class ExchangeView(View):
    """The task as text."""

    title: ClassVar[str] = "The task as text"
    part: ClassVar[type[Part]] = ExchangePart
