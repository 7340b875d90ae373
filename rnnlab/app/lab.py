"""`Lab`: which views stand where, over one session. Displays in a notebook, is served, is saved to an HTML file."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import panel as pn

from rnnlab.figures.theme import THEMES
from rnnlab.networks import NETWORKS
from rnnlab.runs import Experiment, Run, Training
from rnnlab.session import Session
from rnnlab.tasks import TASKS
from rnnlab.views import VIEWS, Deck, Displayed, Frame, look, parts
from rnnlab.views.facts import of_field, of_setting
from rnnlab.views.settings import NetworkSettings, RunFiles, TaskSettings, TrainingSettings
from rnnlab.views.transport import Transport

Source: TypeAlias = Run | Experiment | str | PathLike[str] | None

IN_SIGHT = ("trial", "learning")
"""Views that are always in sight."""

IN_TURN = ("activity", "weights", "fixed_points", "psychometric", "script")
"""Views that take turns below them."""


class Lab(Displayed):
    """The laboratory: choose and change a task, train a network on it, look inside while it learns.

    In a notebook, the last line of a cell::

        import rnnlab as rl
        rl.Lab()

    In a file for ``panel serve``: ``rl.Lab().servable()``. As a page that opens from disk, frozen as it is now:
    ``rl.Lab(run).save("lab.html")``.

    Args:
        source: a run or an experiment, or the path of a run's folder or of an experiment's JSON file. Nothing is the
            example run that ships with the package.
        theme: ``"light"`` or ``"dark"``; there is a button for it on the page.

    Attributes:
        session: what is on the screen as plain values: ``lab.session.experiment``, ``.network``, ``.history`` ...

    Raises:
        ValueError: no such theme.
        RunError, SpecError, OSError: what the path names cannot be read.
    """

    def __init__(self, source: Source = None, theme: str = "light") -> None:
        if theme not in THEMES:
            raise ValueError(f"theme: unknown theme {theme!r}; give one of: {', '.join(THEMES)}")
        self.theme = theme
        self.session = Session.from_path(Path(source)) if isinstance(source, str | PathLike) else Session(source)

    # --------------------------------------------------------------------------------------------------- showing

    def __panel__(self) -> Any:
        return self.build().layout

    def build(self) -> Frame:
        """A page of its own over this lab's session. Any number of pages may show the same lab."""
        return LabPage(self.session, self.theme).frame

    def servable(self, **settings: Any) -> Any:
        """Make this the page of a script run by ``panel serve``, which runs the script anew for every page."""
        return self.page().servable(**{"title": self.title, **settings})

    def page(self) -> Any:
        """The layout of a page that this lab is made for: when the page is gone for good, the lab ends."""
        pn.config.reconnect = True
        layout = self.__panel__()
        if pn.state.curdoc is not None and pn.state.curdoc.session_context is not None:
            pn.state.on_session_destroyed(self._end)
        return layout

    def _end(self, _context: Any) -> None:
        self.session.close()

    def __repr__(self) -> str:
        session = self.session
        return f"Lab({session.experiment.task.name}, {session.phase}, {session.network_update} updates)"


class LabPage:
    """One page: the bar at the top, the settings on the left, the views beside them.

    Attributes:
        frame: keeps everything on the page up to date.
    """

    def __init__(self, session: Session, theme: str) -> None:
        colours = THEMES[theme]
        self.transport = Transport(session, colours, self._toggle_theme)
        self.settings = [kind(session, colours) for kind in (TaskSettings, NetworkSettings, TrainingSettings, RunFiles)]
        self.in_sight = [VIEWS[name](session).show(colours) for name in IN_SIGHT]
        self.deck = Deck(session, colours, {VIEWS[name].title: VIEWS[name](session) for name in IN_TURN})
        side = parts.column(*(part.layout for part in self.settings), css=look.SIDE)
        main = parts.column(*(part.layout for part in self.in_sight), self.deck.layout, css=look.MAIN)
        body = parts.column(side, main, css=look.BODY)
        contents = [self.transport, *self.settings, *self.in_sight, self.deck]
        page = parts.column(self.transport.layout, body)
        self.frame = Frame(contents, session, theme, page, helps=helps, warm=True)
        self.frame.draw("prompt", "steady", "patient")

    def _toggle_theme(self) -> None:
        self.frame.toggle_theme()


def helps(session: Session) -> dict[str, str]:
    """Label of a control -> its explanation, for the task that is chosen."""
    chosen = TASKS.get(session.task_name)
    facts = [of_setting(s) for s in chosen.settings().values()] if chosen else []
    facts += [of_field(Training, name) for name in ("updates", "batch_size", "learning_rate", "gradient_clip")]
    facts += [of_field(cell, name) for cell in NETWORKS.values() for name in ("n_units", "dt")]
    return {each.label: each.help for each in facts if each.help}
