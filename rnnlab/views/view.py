"""What a view is: a figure with its controls, over a session.

A `View` is a recipe. It computes nothing and owns nothing that matters: what it shows is the session's, and each
showing (a `Part`) has models of its own, because a Bokeh model belongs to one document.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal, TypeAlias

from rnnlab.figures.theme import THEMES, Theme
from rnnlab.session import Session
from rnnlab.views.display import Displayed

Pace: TypeAlias = Literal["prompt", "steady", "patient"]


POINTED = {"marked", "explored", "running"}
"""Parameters of a session that say what a person points at, and what runs while he looks: drawn at once, for little."""


class Part:
    """One showing of something over a session: the layout on the page, and how it is brought up to date.

    Attributes:
        watches: names of the session's parameters that this part shows.
        pace: a prompt part follows a slider at once, a steady one with the next tick; a patient one waits until the
            slider has come to rest.
        layout: what stands on the page.
        shown: whether a person can see it; what nobody sees is not brought up to date.
        stale: names of what has changed since the last refresh.
    """

    watches: ClassVar[tuple[str, ...]] = ()
    pace: ClassVar[Pace] = "patient"
    layout: Any

    def __init__(self, session: Session, theme: Theme) -> None:
        self.session = session
        self.theme = theme
        self.shown = True
        self.stale: set[str] = set(self.watches)

    def note(self, names: Iterable[str]) -> None:
        """Remember that these parameters of the session have changed."""
        self.stale |= set(names) & set(self.watches)

    @property
    def due(self) -> bool:
        """Whether something has changed that someone can see."""
        return self.shown and bool(self.stale)

    def draw_marks(self) -> None:
        """Draw what a person pointed at, at once, whatever the pace; what else has changed waits."""
        if self.shown and self.stale & POINTED:
            others, self.stale = self.stale - POINTED, self.stale & POINTED
            self.bring_up_to_date()
            self.stale |= others

    def bring_up_to_date(self) -> None:
        """Draw what has changed, where someone can see it."""
        if self.due:
            changed, self.stale = self.stale, set()
            self.refresh(changed)

    def look_again(self, name: str) -> None:
        """While a slow result is on its way: refresh with the next tick too, since "there is none" changes nothing."""
        if name in self.session.results.computing:
            self.stale.add(name)

    def refresh(self, changed: set[str]) -> None:
        """Draw anew what depends on these parameters of the session. Only ever changes models in place."""
        raise NotImplementedError

    def restyle(self, theme: Theme) -> None:
        """Change to another theme in place."""
        self.theme = theme


class View(Displayed):
    """Something to look at in a session, by itself: displays in a notebook, served, and saved to HTML.

    The lab puts the same parts together on one page.

    Args:
        session: what is looked at.
        theme: ``"light"`` or ``"dark"``.
    """

    title: ClassVar[str]
    part: ClassVar[type[Part]]

    def __init__(self, session: Session, theme: str = "light") -> None:
        self.session = session
        self.theme = theme

    def show(self, theme: Theme | None = None) -> Part:
        """A new showing, drawn, that nobody keeps up to date yet."""
        part = self.part(self.session, theme or THEMES[self.theme])
        part.bring_up_to_date()
        return part

    def __panel__(self) -> Any:
        from rnnlab.views.frame import Frame

        return Frame([self.show()], self.session, self.theme).layout
