"""The pages of a lab between which the tabs at the top change: which views stand where on each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import VIEWS, Deck, look, parts, push
from rnnlab.views.dissection import DissectionPart
from rnnlab.views.gallery import ALBUM, GalleryPart
from rnnlab.views.network import NetworkPart
from rnnlab.views.settings import OWN_HERE, NetworkSettings, RunFiles, TaskSettings, TrainingSettings
from rnnlab.views.task import TaskHead
from rnnlab.views.training import TrainingForm
from rnnlab.views.trial import TrialDock
from rnnlab.views.view import Part
from rnnlab.views.workspace import Workspace

IN_SIGHT = ("trial", "learning")
"""Views that are always in sight beside a training."""

OF_ALL = ("marked",)
"""What is marked in all views, between them."""

IN_TURN = ("activity", "weights", "fixed_points", "psychometric", "running", "steering", "script")
"""Views that take turns below them."""

OF_THE_EDITOR = ("network", "structure")
"""Views of the workspace in which the network is described."""

OF_THE_TASK = ("members", "composer", "design", "exchange", "gallery")
"""Views of the task's own workspace, which shows the trials too."""

OF_THE_NETWORK = ("dissection",)
"""Views of the workspace in which the network is taken apart."""


class TrainingWorkspace(Workspace):
    """The settings on the left, the views beside them.

    Attributes:
        deck: the views that take turns.
    """

    def __init__(
        self, session: Session, theme: Theme, gallery: Callable[[], None], network: Callable[[], None]
    ) -> None:
        self.settings = [
            TaskSettings(session, theme, gallery),
            NetworkSettings(session, theme, network),
            *(kind(session, theme) for kind in (TrainingSettings, TrainingForm, RunFiles)),
        ]
        in_sight = [VIEWS[name](session).show(theme) for name in IN_SIGHT]
        marked = VIEWS["marked"](session).show(theme)
        self.deck = Deck(session, theme, {VIEWS[name].title: VIEWS[name](session) for name in IN_TURN})
        side = parts.column(*(part.layout for part in self.settings), css=look.SIDE)
        main = parts.column(*(part.layout for part in in_sight), marked.layout, self.deck.layout, css=look.MAIN)
        body = parts.column(side, main, css=look.BODY)
        super().__init__(parts.column(body), [*self.settings, *in_sight, marked, self.deck])


class NetworkWorkspace(Workspace):
    """The network: its form, the equations that it makes, and its structure."""

    def __init__(self, session: Session, theme: Theme) -> None:
        editor = NetworkPart(session, theme)
        structure = VIEWS["structure"](session).show(theme)
        editor.bring_up_to_date()
        side = parts.column(editor.editor, css=look.SIDE)
        main = parts.column(editor.beside, structure.layout, css=look.MAIN)
        super().__init__(parts.column(parts.column(side, main, css=look.BODY + look.SIDE_WIDE)), [editor, structure])


class TaskWorkspace(Workspace):
    """The task: what it is and where it comes from, its settings, the board on which it is composed, its trials and
    checks, the same as text; or the gallery to choose another.

    Args:
        session: whose task it is.
        theme: in force.
        take_in: called with its parts, as they are made.
        gallery: open with the gallery; the board is made when that is shut.
    """

    def __init__(
        self, session: Session, theme: Theme, take_in: Callable[[Sequence[Part]], None], gallery: bool = False
    ) -> None:
        self.session, self.take_in = session, take_in
        self.head = TaskHead(session, theme, self.toggle_gallery)
        self.gallery: GalleryPart | None = None
        self.at_gallery = False
        self.composing: Any = None
        super().__init__(parts.column(self.head.layout), [self.head])
        take_in(self.contents)
        if gallery:
            self.show_gallery(True)
        else:
            self.compose()
            ALBUM.begin()

    def holds(self, part: Part) -> bool:
        return part is self.head or (part is self.gallery) == self.at_gallery

    def toggle_gallery(self) -> None:
        """Open the gallery, or shut it."""
        self.show_gallery(not self.at_gallery)

    def show_gallery(self, shown: bool) -> None:
        """Show the gallery instead of the task, or the task again."""
        with push.batch(self.layout):
            if shown and self.gallery is None:
                self._make_gallery()
            self.at_gallery = shown
            if not shown:
                self.compose()
            if self.composing is not None:
                self.composing.visible = not shown
            if self.gallery is not None:
                self.shelves.visible = shown
            self.head.mark(shown)
            self.show(self.shown)

    def _make_gallery(self) -> None:
        self.gallery = GalleryPart(self.session, self.head.theme, lambda: self.show_gallery(False))
        self.shelves = parts.column(parts.column(self.gallery.layout, css=look.MAIN))
        self._put(self.shelves, [self.gallery])

    def compose(self) -> None:
        """Make the board, its settings, trials and checks, where that was not done yet."""
        if self.composing is not None:
            return
        session, theme = self.session, self.head.theme
        settings, trials = TaskSettings(session, theme, own=OWN_HERE), TrialDock(session, theme)
        members, composer, design, exchange = (VIEWS[name](session).show(theme) for name in OF_THE_TASK[:-1])
        views = [members, composer, trials, design, exchange]
        side = parts.column(settings.layout, css=look.SIDE, css_classes=["rl-side"])
        main = parts.column(*(view.layout for view in views), css=look.STACK)
        self.composing = parts.column(side, main, css=look.BODY + look.SIDE_LAST)
        trials.bring_up_to_date()
        self._put(self.composing, [settings, *views])

    def _put(self, layout: Any, contents: Sequence[Part]) -> None:
        self.contents += contents
        self.take_in(contents)
        self.layout.append(layout)


class DissectionWorkspace(Workspace):
    """Every analysis by family, and the answer to the one that was chosen."""

    def __init__(self, session: Session, theme: Theme) -> None:
        part, marked = DissectionPart(session, theme), VIEWS["marked"](session).show(theme)
        part.bring_up_to_date()
        part.main.insert(0, marked.layout)
        super().__init__(parts.column(part.layout), [part, marked])
