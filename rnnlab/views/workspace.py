"""A workspace: parts that are in sight together, and leave it together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnlab.views.view import Part


class Workspace:
    """One of the pages of a lab. What is out of sight is not brought up to date, and current when shown again.

    Args:
        layout: what stands on the page.
        contents: the parts in it.
    """

    def __init__(self, layout: Any, contents: Sequence[Part]) -> None:
        self.layout = layout
        self.contents = list(contents)
        self.shown = True

    def show(self, shown: bool) -> None:
        """Come into sight, or leave it."""
        self.shown = self.layout.visible = shown
        for part in self.contents:
            part.shown = shown and self.holds(part)
            part.bring_up_to_date()

    def holds(self, part: Part) -> bool:
        """Whether this part can be seen while the workspace is."""
        return part in self.contents
