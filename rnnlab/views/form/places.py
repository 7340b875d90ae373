"""What stands at one place of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rnnlab.views import parts, text
from rnnlab.views.controls import Control
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known, Path, Say, Unread


class Place:
    """One place of a value on the screen. It shows plain data and says what a person wants there instead.

    Attributes:
        layout: what stands on the page.
    """

    layout: Any

    def show(self, data: Any) -> None:
        """Show these data, in place."""
        raise NotImplementedError

    def complain(self, path: Path, problem: str) -> None:
        """Say what is wrong at ``path`` (seen from here), or as near to it as there is room.

        An empty problem gives up what stands there and cannot be read: what is shown next takes its place.
        """
        raise NotImplementedError

    def quiet(self) -> None:
        """Take back all complaints but those about what cannot be read."""
        raise NotImplementedError

    def steered(self, now: Mapping[Path, Any]) -> None:
        """Say at each place (seen from here) what steering has put in force instead, and at no other any more."""
        raise NotImplementedError


class Leaf(Place):
    """A place with a control."""

    def __init__(self, control: Control, say: Say) -> None:
        self.control = control
        self.layout = control.layout
        control.on_change(lambda _, value: say((), value))
        control.on_unread(lambda problem: say((), Unread(problem)))

    def show(self, data: Any) -> None:
        self.control.show(data)

    def complain(self, path: Path, problem: str) -> None:
        if not problem:
            self.control.unread = ""
        self.control.complain(problem)

    def quiet(self) -> None:
        self.control.complain(self.control.unread)

    def steered(self, now: Mapping[Path, Any]) -> None:
        self.control.steered(now)


class OneOrEach(Place):
    """One for all units, or a list with one for each, whichever is there; a button changes between the two.

    Args:
        about: the place.
        make: makes the control of a number, or of a list of them.
        data: what is there.
        known: says how many there are of what the list has one for each of.
        say: called with what a person wants.
    """

    def __init__(self, about: About, make: Callable[[Any], Control], data: Any, known: Known, say: Say) -> None:
        self._about, self._make, self._known, self._say = about, make, known, say
        self.switch = parts.button("", self._switch)
        self.layout = parts.row(css=sheets.LINE)
        self._build(data)

    def _build(self, data: Any) -> None:
        self._data, self._listed = data, isinstance(data, list)
        self.leaf = Leaf(self._make(data), self._say)
        name = f"{self._about.label}: {'one for all' if self._listed else 'one for each'}"
        self.switch.label, self.switch.html_attributes = name, {"title": name}
        self.switch.stylesheets = [self.switch.stylesheets[0], sheets.glyph("1" if self._listed else "⋮")]
        self.layout.objects = [parts.column(self.leaf.layout, css=sheets.REST), self.switch]

    def _switch(self) -> None:
        """The number once for each, or the mean of the list for all."""
        if self._listed:
            self._say((), sum(self._data) / len(self._data) if self._data else 0.0)
        else:
            self._say((), [self._data] * max(len(self._known.names.get(self._about.each, ())), 2))

    @property
    def control(self) -> Control:
        return self.leaf.control

    def show(self, data: Any) -> None:
        if isinstance(data, list) is not self._listed:
            self._build(data)
        self._data = data
        self.leaf.show(data)

    def complain(self, path: Path, problem: str) -> None:
        self.leaf.complain(path, problem)

    def quiet(self) -> None:
        self.leaf.quiet()

    def steered(self, now: Mapping[Path, Any]) -> None:
        self.leaf.steered(now)


def below(now: Mapping[Path, Any], step: str | int) -> Mapping[Path, Any]:
    """What of it lies below a step."""
    return {path[1:]: value for path, value in now.items() if path and path[0] == step}


def complaint() -> Any:
    """Room for what is wrong with more than one control."""
    pane = text.paragraph(css_class="error", role="alert")
    pane.visible = False
    return pane


def tell(pane: Any, problem: str) -> None:
    """Let a `complaint` say what is wrong; an empty string takes it back."""
    text.say(pane, problem)
    if pane.visible != bool(problem):
        pane.visible = bool(problem)
