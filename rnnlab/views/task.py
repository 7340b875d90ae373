"""Which task is on the screen, what it asks and where it comes from, and the way to the gallery."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.tasks import AnyTask, Task, edit
from rnnlab.views import bare, parts, text
from rnnlab.views.settings import about_task, plain
from rnnlab.views.titles import original, title
from rnnlab.views.view import Pace, Part


class TaskHead(Part):
    """The title of the task, the set or the curriculum, its sentence and paper; a button that opens and shuts the
    gallery, one that brings the catalogue's task back, and two that make a set or a curriculum of a single task.

    Args:
        session: whose task it is.
        theme: in force.
        gallery: what the button does; left out, there is no such button.
    """

    pace: ClassVar[Pace] = "steady"
    watches: ClassVar[tuple[str, ...]] = ("experiment", "task_name", "errors")

    def __init__(self, session: Session, theme: Theme, gallery: Callable[[], None] | None = None) -> None:
        super().__init__(session, theme)
        self.words = bare.Html("", margin=0, stylesheets=[WORDS])
        self.gallery = parts.button("Gallery of tasks", gallery)
        self.gallery.visible = gallery is not None
        self.problem = text.paragraph(css_class="error", role="alert")
        self.wider = [
            parts.button("Make a set of it", lambda: self._widen(edit.as_set, "a set"), kind="small"),
            parts.button(
                "Make a curriculum of it", lambda: self._widen(edit.as_curriculum, "a curriculum"), kind="small"
            ),
        ]
        self.back = parts.button("Back to the original", self._go_back, kind="small")
        row = parts.row(self.words, self.back, *self.wider, self.gallery, css=ROW)
        self.layout = parts.column(row, self.problem, css=HEAD)

    def mark(self, gallery: bool) -> None:
        """Say what the button does next, for a gallery that is open or shut."""
        self.gallery.label = "Back to the task" if gallery else "Gallery of tasks"

    def refresh(self, changed: set[str]) -> None:
        session = self.session
        whole = session.intent.whole
        for button in self.wider:
            button.visible = isinstance(whole, Task)
        self.back.visible = bool(original(session.task_name, whole))
        self.words.object = head(session.task_name, whole)
        text.say(self.problem, plain(about_task(session.errors)))
        self.problem.visible = bool(about_task(session.errors))

    def _go_back(self) -> None:
        if name := original(self.session.task_name, self.session.intent.whole):
            self.session.set_task(name)

    def _widen(self, make: Callable[[Task], AnyTask], what: str) -> None:
        self.session.edit_whole(lambda whole: make(whole) if isinstance(whole, Task) else whole, f"make {what} of it")


def head(task_name: str, task: AnyTask) -> str:
    """A task's title, sentence and paper as markup; ``task_name`` is the catalogue's, or empty.

    What was changed by hand is not the task of that paper any more: it says so.
    """
    source = getattr(task, "source", "")
    after = "after " if source and original(task_name, task) else ""
    paper = f"<cite>{after}{text.escape(source)}</cite>" if source else ""
    return f"<div><h2>{text.escape(title(task_name, task))}</h2><p>{text.escape(task.description)}</p>{paper}</div>"


HEAD = """
:host {
  background: var(--rl-sheet); border-bottom: 1px solid var(--rl-line); padding: 10px 16px; box-sizing: border-box;
}
"""

ROW = ":host { flex-wrap: nowrap; gap: 16px; justify-content: space-between; }"

WORDS = """
:host { flex: 1 1 auto; min-width: 0; }
div { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 12px; font: 13px/20px var(--rl-font); }
h2 { margin: 0; font-size: 15px; font-weight: 650; letter-spacing: -0.01em; color: var(--rl-text); }
p { margin: 0; color: var(--rl-text); }
cite { font-style: normal; font-size: 12px; color: var(--rl-muted); }
"""
