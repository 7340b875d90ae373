"""A task put together without code: the board of its epochs and channels, and the form of what is clicked there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.tasks import Task, edit
from rnnlab.tasks.edit import Side
from rnnlab.views import bare, parts, text, wording
from rnnlab.views.board import board
from rnnlab.views.chosen import Chosen, ChosenChannel, ChosenEpoch, ChosenFactor, Listed, from_data
from rnnlab.views.handing import Handing
from rnnlab.views.inspector import Inspector
from rnnlab.views.settings import plain
from rnnlab.views.timeline import Timeline
from rnnlab.views.view import Pace, Part, View

EDGE = "compose.edge"
"""Under which the session's errors hold why an epoch cannot last so long."""


class ComposerPart(Part):
    """The board, the inspector beside it; above them undo and redo, a new task, and files.

    Attributes:
        board: the time line and what stands below it.
        inspector: the form of what is chosen.
        handing: opens, saves and shares the task.
    """

    pace: ClassVar[Pace] = "prompt"
    watches: ClassVar[tuple[str, ...]] = (
        "experiment", "example", "place", "undoable", "redoable", "errors",
    )  # fmt: skip

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.board = Timeline(self._hear)
        self.inspector = Inspector(session, self.choose, self._tell_drafts)
        self._dragged: Task | None = None
        self._explained: Task | None = None
        self.undo = parts.button("Undo", session.undo, kind="small")
        self.redo = parts.button("Redo", session.redo, kind="small")
        self.last = bare.Html("", margin=0, stylesheets=[LAST])
        self.new = parts.button("New task", self._begin_anew, kind="small")
        adding = parts.row(*(parts.button(label, act, kind="small") for label, act in self._additions()), css=GROUP)
        self.handing = Handing(session)
        doing = parts.row(self.last, self.undo, self.redo, self.new, self.handing.buttons, css=GROUP + DOING)
        self.waiting = text.paragraph(css_class="error", role="status")
        tools = parts.row(adding, doing, css=parts.SPREAD + TOOLS)
        bench = parts.column(self.board, self.inspector.layout, css=BENCH)
        self.layout = parts.card(tools, self.handing.problem, self.waiting, bench, wide=True)
        self.choose(ChosenEpoch(self.task.epoch_names[0]))

    @property
    def task(self) -> Task:
        """What is composed: the task looked at."""
        return self.session.task

    def refresh(self, changed: set[str]) -> None:
        session = self.session
        if self._explained not in (None, self.task):
            self._explain("", "")
        if changed & {"experiment", "example"}:
            clean = session.results.clean
            if clean is not None:
                self.board.put(sheet=board(self.task, clean))
            if self._dragged is None:
                fresh = self.inspector.outdated or "place" in changed
                self.inspector.refresh()
                if fresh and not self.inspector.chosen.what:
                    self.choose(ChosenEpoch(self.task.epoch_names[0]))
                self.board.put(chosen=self.inspector.chosen.data())
        self.undo.disabled, self.redo.disabled = not session.undoable, not session.redoable
        self.last.object = _last(session.undoable)
        self.handing.refresh()

    def choose(self, chosen: Chosen) -> None:
        """Look at something else."""
        self.inspector.look_at(chosen)
        self.board.put(chosen=self.inspector.chosen.data())

    def _tell_drafts(self) -> None:
        """Mark what has a change that was not accepted: what is shown of the task is without it."""
        drafts = self.inspector.drafts
        self.board.put(drafts=[chosen.data() for chosen in drafts])
        where = ", ".join(chosen.title() for chosen in drafts)
        words = f"Not accepted yet: {where}. The board, the trials and the checks show the task without it."
        text.say(self.waiting, words if drafts else "")

    # ------------------------------------------------------------------------------------------- from the board

    def _hear(self, message: Mapping[str, Any]) -> None:
        """What a person did on the board."""
        wishes: dict[str, Callable[[Mapping[str, Any]], object]] = {
            "choose": lambda said: self.choose(from_data(said)),
            "stretch": lambda said: self.stretch(str(said["name"]), float(said["ms"]), done=bool(said["done"])),
            "cancel": lambda _: self._cancel(),
            "unread": self._unread,
            "move": self._move,
            "remove": lambda said: self.inspector.discard(from_data(said)),
            "undo": lambda _: self.session.undo(),
            "redo": lambda _: self.session.redo(),
        }
        act = wishes.get(str(message.get("act")))
        if act is not None:
            act(message)

    def stretch(self, epoch: str, ms: float, *, done: bool = True) -> None:
        """Let an epoch typically last ``ms``; ``done`` is False while its edge is still dragged."""
        held = None if done and self._dragged is None else not done  # a key or a typed number is no drag
        self._dragged = self._dragged or self.task
        change = partial(edit.stretch, name=epoch, ms=ms, dt=self.session.experiment.network.dt)
        granted = self.session.edit(change, f"duration of {wording.plain(epoch)}", EDGE, held=held)
        self._explain(epoch, "" if granted else self.session.errors.get(EDGE, ""))
        if done:
            self._end_drag()

    def _end_drag(self) -> None:
        self._dragged = None
        self.inspector.refresh()

    def _cancel(self) -> None:
        if self._dragged not in (None, self.task):
            self.session.take_back()
        self._explain("", "")
        self._end_drag()

    def _unread(self, said: Mapping[str, Any]) -> None:
        self._explain(str(said["name"]), f"{str(said['text'])!r} is no number of milliseconds")

    def _explain(self, epoch: str, problem: str) -> None:
        """What is wrong with what was asked of an epoch, until the task is another."""
        self._explained = self.task if problem else None
        self.board.put(problem={"epoch": epoch, "text": plain(problem)} if problem else {})

    def _move(self, said: Mapping[str, Any]) -> None:
        chosen = from_data(said)
        if isinstance(chosen, Listed):
            self.inspector.move(chosen, int(said["index"]))

    # ------------------------------------------------------------------------------------------------- additions

    def _additions(self) -> list[tuple[str, Callable[[], None]]]:
        channels = [(f"Add {side[:-1]}", partial(self._add_channel, side)) for side in ("inputs", "outputs")]
        others = [("Add factor", self._add_factor), ("Add catch trials", self._add_catch)]
        return [("Add epoch", self._add_epoch), *channels, *others]

    def _behind(self, kind: type[Listed]) -> int | None:
        """The place right behind what is chosen; None, the end, where that is something else."""
        chosen = self.inspector.chosen
        return chosen.index(self.task) + 1 if isinstance(chosen, kind) else None

    def _add_epoch(self) -> None:
        place = self._behind(ChosenEpoch)
        index = len(self.task.epochs) if place is None else place
        self.inspector.add(lambda task: edit.add_epoch(task, index), ChosenEpoch, "add an epoch")

    def _add_channel(self, side: Side) -> None:
        kind = partial(ChosenChannel, side)
        self.inspector.add(lambda task: edit.add_channel(task, side), kind, f"add an {side[:-1]}")

    def _add_factor(self) -> None:
        place = self._behind(ChosenFactor)
        self.inspector.add(lambda task: edit.add_factor(task, index=place), ChosenFactor, "add a factor")

    def _add_catch(self) -> None:
        self.inspector.add(edit.add_catch, ChosenFactor, "add catch trials")

    def _begin_anew(self) -> None:
        if self.session.edit_whole(lambda _: edit.blank(), "begin a new task", "compose.new"):
            self.inspector.forget()
            self.choose(ChosenEpoch(self.task.epoch_names[0]))


class ComposerView(View):
    """A task put together without code."""

    title: ClassVar[str] = "Composer"
    part: ClassVar[type[Part]] = ComposerPart


def _last(label: str) -> str:
    """What was done last, cut short where there is little room."""
    return f'<p title="{text.escape(label)}">Last: {text.escape(label)}</p>' if label else ""


BENCH = """
:host { display: grid !important; grid-template-columns: minmax(0, 1fr) 320px; gap: 16px; align-items: start; }
:host > * { min-width: 0; }
@container rnnlab (max-width: 940px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""

TOOLS = ":host { padding: 2px 0 24px; }"
"""The room below is for what came of a file or an address: nothing moves when that is said."""

GROUP = ":host { width: auto !important; flex: none; gap: 4px 6px; }"

DOING = ":host { flex: 0 1 auto; min-width: 0; justify-content: flex-end; margin-left: auto !important; }"

LAST = """
:host { flex: 0 1 auto; min-width: 0; max-width: 190px; }
p {
  margin: 0; font: 12px/1.45 var(--rl-font); color: var(--rl-muted); white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis;
}
"""
