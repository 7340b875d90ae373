"""Buttons that hand a task over: open it from a file, save it to one, share it by an address.

Files are read and written by the browser and cross as text. What comes in is data: `Session.open_task` reads it
strictly and evaluates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from rnnlab.session import Session
from rnnlab.tasks import Task
from rnnlab.views import push, text
from rnnlab.views.bare import beside, own_sheets_only
from rnnlab.views.settings import plain

REFUSED = "open_task"
"""Under which the session's errors hold why a file could not be opened."""


class Buttons(JSComponent):
    """The buttons in the browser, with what came of them beside.

    Attributes:
        shareable: whether the page has an address that opens a lab.
    """

    shareable = param.Boolean(True)

    _process_param_change = own_sheets_only(JSComponent)
    _esm = beside("clipboard.js", "handing.js")

    def __init__(self, act: Callable[[Mapping[str, Any]], object], **settings: Any) -> None:
        self._act = act
        sheets = [beside("clipboard.css", "handing.css")]
        super().__init__(**{"margin": 0, "stylesheets": sheets, **settings})

    def tell(self, **message: str) -> None:
        """Have the browser do something: save a ``file``, show a ``link``, say a ``note``, forget what has changed."""
        self._send_msg(message)

    def _handle_msg(self, data: Any) -> None:
        with push.batch(self):
            self._act(data)


def _has_an_address() -> bool:
    """Whether this is a served page, and no cell of a notebook."""
    return pn.state.curdoc is not None and pn.state.curdoc.session_context is not None


class Handing:
    """Open, save and share the task of a session.

    Attributes:
        buttons: what a person presses.
        problem: why a file could not be opened.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.buttons = Buttons(self._hear, shareable=_has_an_address())
        self.problem = text.paragraph(css_class="error", role="alert")
        self._spoken_of: Task | None = None

    def refresh(self) -> None:
        """Take back what was said of another task."""
        if self._spoken_of not in (None, self._task):
            self._spoken_of = None
            self.buttons.tell(what="changed")
        text.say(self.problem, self.session.errors.get(REFUSED, ""))

    @property
    def _task(self) -> Task:
        return self.session.experiment.described_task

    def _hear(self, message: Mapping[str, Any]) -> None:
        acts = {"open": self._open, "save": self._save, "share": self._share}
        act = acts.get(str(message.get("act")))
        if act is not None:
            act(message)
            self._spoken_of = self._task

    def _open(self, message: Mapping[str, Any]) -> None:
        opened = self.session.open_task(str(message["text"]))
        text.say(self.problem, "" if opened else self.session.errors.get(REFUSED, ""))
        self.buttons.tell(what="note", text=f"Opened {message['name']}" if opened else "")

    def _save(self, _: Mapping[str, Any]) -> None:
        name = re.sub(r"\W+", "_", self._task.name).strip("_") or "task"
        self.buttons.tell(what="file", name=f"{name}.json", text=self.session.task_json())

    def _share(self, _: Mapping[str, Any]) -> None:
        try:
            self.buttons.tell(what="link", text=self.session.shared())
        except ValueError as error:
            self.buttons.tell(what="note", text=plain(str(error)))
