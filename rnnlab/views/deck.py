"""Several views in one place, one of them in sight. The others are built when first looked at and cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import parts, push
from rnnlab.views.view import Part, View


class Deck(Part):
    """A strip of buttons over the view that was chosen with them.

    Args:
        session: what the views look at.
        theme: of the views.
        views: title -> view, in order.
    """

    def __init__(self, session: Session, theme: Theme, views: Mapping[str, View]) -> None:
        super().__init__(session, theme)
        self.views = dict(views)
        names = {name for view in self.views.values() for name in view.part.watches}
        self.watches = tuple(sorted(names))  # type: ignore[misc]  # a deck watches what its views watch
        self.built: dict[str, Part] = {}
        self.chosen = ""
        self.tabs = {title: parts.button(title, partial(self.choose, title), kind="tab") for title in self.views}
        strip = parts.row(*self.tabs.values(), css=_STRIP)
        self.body = parts.column()
        self.layout = parts.card(strip, self.body, wide=True)
        self.choose(next(iter(self.views)))

    def choose(self, title: str) -> None:
        """Show this view instead of the one in sight."""
        with push.batch(self.layout):
            if title not in self.built:
                self.built[title] = self.views[title].show(self.theme)
                self.body.append(self.built[title].layout)
            self.chosen = title
            for name, part in self.built.items():
                part.shown = part.layout.visible = name == title
            for name, tab in self.tabs.items():
                tab.css_classes = ["rl-tab", "rl-chosen"] if name == title else ["rl-tab"]
            self.built[title].bring_up_to_date()

    @property
    def part(self) -> Part:
        """The part in sight."""
        return self.built[self.chosen]

    @property
    def due(self) -> bool:
        return self.part.due

    def draw_marks(self) -> None:
        if self.shown:
            self.part.draw_marks()

    def note(self, names: Any) -> None:
        for part in self.built.values():
            part.note(names)

    def bring_up_to_date(self) -> None:
        if self.shown:
            self.part.bring_up_to_date()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        for part in self.built.values():
            part.restyle(theme)


_STRIP = ":host { gap: 0 18px; border-bottom: 1px solid var(--rl-line); margin: -4px 0 8px !important; }"
