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
from rnnlab.session.sharing import MAX_TASK
from rnnlab.tasks import AnyTask
from rnnlab.views import push, text
from rnnlab.views.bare import beside, own_sheets_only
from rnnlab.views.settings import plain
from rnnlab.views.titles import original

REFUSED = "open_task"
"""Under which the session's errors hold why a file could not be opened."""

NO_ADDRESS = "too large for an address"
"""Beside Share while the page's address cannot name the task."""


class Buttons(JSComponent):
    """The buttons in the browser, with what came of them beside.

    Attributes:
        shareable: whether the page has an address that opens a lab.
        limit: what stands beside Share while the task has no address.
        most_bytes: of a file that is sent.
    """

    shareable = param.Boolean(True)
    limit = param.String("")
    most_bytes = param.Integer(MAX_TASK)

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
        problem: why that could not be, until something else is done.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.buttons = Buttons(self._hear, shareable=_has_an_address())
        self.problem = text.paragraph(css_class="error", role="alert")
        self._spoken_of: AnyTask | None = None
        self._limit_of: AnyTask | None = None
        self._refused = self._dismissed = ""

    def refresh(self) -> None:
        """Take back what was said of another task, and say whether this one has an address."""
        if self._spoken_of not in (None, self._task):
            self._spoken_of, self._refused = None, ""
            self.buttons.tell(what="changed")
        if self._limit_of is not self._task:
            self._limit_of = self._task
            self.buttons.limit = NO_ADDRESS if self._why_no_address() else ""
        self._explain()

    @property
    def _task(self) -> AnyTask:
        return self.session.intent.whole

    @property
    def _unopened(self) -> str:
        return self.session.errors.get(REFUSED, "")

    def _why_no_address(self) -> str:
        try:
            self.session.shared()
        except ValueError as error:
            return str(error)
        return ""

    def _explain(self) -> None:
        """The latest refusal beside the buttons; one that was followed by something else is over."""
        earlier = self._unopened == self._dismissed
        text.say(self.problem, self._refused or ("" if earlier else self._unopened))

    def _hear(self, message: Mapping[str, Any]) -> None:
        acts = {"open": self._open, "large": self._refuse_large, "save": self._save, "share": self._share}
        act = acts.get(str(message.get("act")))
        if act is not None:
            self._refused, self._dismissed = "", self._unopened
            act(message)
            self._spoken_of = self._task
            self._explain()
            if self.problem.object:
                self.buttons.tell(what="note", text="")

    def _open(self, message: Mapping[str, Any]) -> None:
        if self.session.open_task(str(message["text"])):
            self.buttons.tell(what="note", text=f"Opened {message['name']}")
        else:
            self._dismissed = ""

    def _refuse_large(self, message: Mapping[str, Any]) -> None:
        most = f"{MAX_TASK / 1e6:g} MB"
        self._refused = f"{message['name']} is larger than the file of a task may be ({most}); choose another file"

    def _save(self, _: Mapping[str, Any]) -> None:
        name = re.sub(r"\W+", "_", self._task.name).strip("_") or "task"
        name += "_changed" if original(self.session.task_name, self._task) else ""
        try:
            self.buttons.tell(what="file", name=f"{name}.json", text=self.session.task_file())
        except ValueError as error:
            self._refused = plain(str(error))

    def _share(self, _: Mapping[str, Any]) -> None:
        try:
            self.buttons.tell(what="link", text=self.session.shared())
        except ValueError as error:
            self._refused = plain(str(error))
