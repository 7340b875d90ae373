"""`Lab`: which views stand where, over one session. Displays in a notebook, is served, is saved to an HTML file."""

from __future__ import annotations

from functools import cached_property, partial
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import panel as pn

from rnnlab.app.workspaces import DissectionWorkspace, NetworkWorkspace, TaskWorkspace, TrainingWorkspace
from rnnlab.figures.theme import THEMES
from rnnlab.networks import NETWORKS
from rnnlab.runs import Experiment, Run, Training
from rnnlab.session import Session
from rnnlab.tasks import TASKS
from rnnlab.views import Displayed, Frame, address, parts, push
from rnnlab.views.facts import of_field, of_setting
from rnnlab.views.transport import Transport
from rnnlab.views.workspace import Workspace

PLACES = ("Task", "Network", "Training", "Dissection")
"""The workspaces, in the order of their tabs."""

Source: TypeAlias = Run | Experiment | str | PathLike[str] | None


class Lab(Displayed):
    """The laboratory: choose and change a task, train a network on it, look inside while it learns.

    In a notebook, the last line of a cell::

        import rnnlab as rl
        rl.Lab()

    In a file for ``panel serve``: ``rl.Lab().servable()``. As a page that opens from disk, frozen as it is now:
    ``rl.Lab(run).save("lab.html")``.

    Args:
        source: a run or an experiment, or the path of a run's folder or of the JSON file of an experiment or a
            task. Nothing is the example run that ships with the package.
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
        """The layout of a page that this lab is made for: when the page is gone for good, the lab ends.

        A task that the page's address names is opened in the workspace of the task; the address follows the task from
        there on.
        """
        pn.config.reconnect = True
        opened = self.session.experiment.task
        self.session.begin_with(address.asked_for())
        made = LabPage(self.session, self.theme)
        if self.session.experiment.task != opened:
            made.go("Task")
        frame = made.frame
        if frame.served:
            pn.state.on_session_destroyed(self._end)
            bar = address.AddressPart(self.session, THEMES[self.theme], opened)
            frame.take_in([bar])
            frame.layout.append(bar.layout)
        return frame.layout

    def _end(self, _context: Any) -> None:
        self.session.close()

    def __repr__(self) -> str:
        session = self.session
        return f"Lab({session.experiment.task.name}, {session.phase}, {session.network_update} updates)"


class LabPage:
    """One page: the bar at the top, and below it the workspace that was chosen there.

    A workspace is built when it is first looked at; the lab opens with the training.

    Attributes:
        frame: keeps everything on the page up to date.
        workspaces: those built, by the name on the tab.
        place: the name of the one in sight.
    """

    def __init__(self, session: Session, theme: str) -> None:
        self.session = session
        places = {name: partial(self.go, name) for name in PLACES}
        self.transport = Transport(session, THEMES[theme], self._toggle_theme, places)
        training = TrainingWorkspace(session, THEMES[theme], self.open_gallery, partial(self.go, "Network"))
        self.workspaces: dict[str, Workspace] = {"Training": training}
        self.deck = training.deck
        self.body = parts.column(self.transport.layout, training.layout)
        contents = [self.transport, *training.contents]
        self.frame = Frame(contents, session, theme, self.body, helps=helps, warm=True)
        self.frame.draw("prompt", "steady", "patient")
        self._mark("Training")

    def go(self, place: str) -> None:
        """Show the workspace of this name."""
        with push.batch(self.frame.layout):
            if place == "Task":
                self.task  # noqa: B018  # built with the first look
            if place == "Dissection" and place not in self.workspaces:
                self._add(place, DissectionWorkspace(self.session, THEMES[self.frame.theme]))
            if place == "Network" and place not in self.workspaces:
                self._add(place, NetworkWorkspace(self.session, THEMES[self.frame.theme]))
            for name, workspace in self.workspaces.items():
                workspace.show(name == place)
            self._mark(place)

    def open_gallery(self) -> None:
        """Show the gallery of tasks."""
        with push.batch(self.frame.layout):
            if "Task" in self.workspaces:
                self.task.show_gallery(True)
            else:
                self.task = self._new_task(gallery=True)
            self.go("Task")

    @cached_property
    def task(self) -> TaskWorkspace:
        """The workspace of the task, built when it is first asked for."""
        return self._new_task()

    def _new_task(self, gallery: bool = False) -> TaskWorkspace:
        made = TaskWorkspace(self.session, THEMES[self.frame.theme], self.frame.take_in, gallery)
        self._put("Task", made)
        return made

    def _add(self, place: str, made: Workspace) -> None:
        self.frame.take_in(made.contents)
        self._put(place, made)

    def _put(self, place: str, made: Workspace) -> None:
        self.workspaces[place] = made
        self.body.append(made.layout)

    def _mark(self, place: str) -> None:
        self.place = place
        self.transport.mark(place)

    def _toggle_theme(self) -> None:
        self.frame.toggle_theme()


def helps(session: Session) -> dict[str, str]:
    """Label of a control -> its explanation, for the task that is chosen."""
    chosen = TASKS.get(session.task_name)
    facts = [of_setting(s) for s in chosen.settings().values()] if chosen else []
    facts += [of_field(Training, name) for name in ("updates", "batch_size", "learning_rate", "gradient_clip")]
    facts += [of_field(cell, name) for cell in NETWORKS.values() for name in ("n_units", "dt")]
    return {each.label: each.help for each in facts if each.help}
