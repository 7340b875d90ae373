"""The address of a served page: it names the task, so that a link, or the browser's reload, brings the task back."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

import panel as pn
import param
from panel.custom import JSComponent

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.tasks import TaskSource
from rnnlab.views.bare import own_sheets_only
from rnnlab.views.view import Part


def asked_for() -> str:
    """The query of the address under which the page was asked for; "" outside a server."""
    given = pn.state.session_args or {}
    pairs = [(name, value) for name, values in given.items() for value in values]
    return urlencode(pairs)


class AddressBar(JSComponent):
    """Writes the query of the page's address, in place: no step for the browser's back button, no new loading."""

    query = param.String(default="")

    _process_param_change = own_sheets_only(JSComponent)

    _esm = """
export function render({model}) {
  model.on('query', () => {
    const address = new URL(window.location.href)
    address.search = model.query
    window.history.replaceState(window.history.state, '', address)
  })
}
"""


class AddressPart(Part):
    """Keeps the address of a served page true.

    Args:
        session: whose task it names.
        theme: in force.
        opened: the task that the plain address shows; it needs no query.
    """

    watches: ClassVar[tuple[str, ...]] = ("experiment", "task_name", "settings")

    def __init__(self, session: Session, theme: Theme, opened: TaskSource) -> None:
        super().__init__(session, theme)
        self.opened = opened
        self.layout: Any = AddressBar(width=0, height=0, margin=0)

    def refresh(self, changed: set[str]) -> None:
        self.layout.query = "" if self.session.experiment.task == self.opened else self._shared()

    def _shared(self) -> str:
        try:
            return self.session.shared()
        except ValueError:  # too large for an address: better a plain one than another task's
            return ""
