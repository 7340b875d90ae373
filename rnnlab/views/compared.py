"""The runs that are laid beside the network shown, for questions about several."""

from __future__ import annotations

from functools import partial

from rnnlab.session import Session
from rnnlab.views import parts, text
from rnnlab.views.settings import FileField

NONE = "None yet. Name a run's folder, or a folder with runs in it, such as an ensemble's."


class ComparedRuns:
    """The list of compared runs, each with a button that takes it away, and a field for more.

    Args:
        session: whose list it is.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.field = FileField("Compare with", "runs/ensemble, or runs/other", "Add", self._add)
        self.said = text.paragraph()
        self.list = parts.column()
        self._names: list[str] = []
        head = parts.heading("Compared runs", 3)
        self.layout = parts.column(head, self.said, self.list, self.field.layout)

    def _add(self, path: str) -> bool:
        if not self.session.compare(path):
            self.field.complain(self.session.errors.get("compare", ""))
            return False
        self._asked_again()
        return True

    def _remove(self, name: str) -> None:
        self.session.compare_no_more(name)
        self._asked_again()

    def _asked_again(self) -> None:
        self.show()
        self.session.inquire()

    def show(self) -> None:
        """Show the session's list."""
        names = [each.name for each in self.session.compared]
        text.say(self.said, f"{len(names)} beside the network shown." if names else NONE)
        if names != self._names:
            self._names = names
            self.list[:] = [parts.button(f"Remove {name}", partial(self._remove, name), kind="small") for name in names]
