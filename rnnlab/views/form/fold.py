"""A fold: a line on which a person presses to see the fields under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rnnlab.views import parts
from rnnlab.views.form import sheets
from rnnlab.views.form.about import Path
from rnnlab.views.form.places import Place


class Fold:
    """A line over a place that is made when first looked at.

    Attributes:
        line: the button that opens and closes it.
        body: what is under it.
        inner: the place, None as long as nobody has looked.
    """

    def __init__(self, label: str, make: Callable[[], Place]) -> None:
        self._make = make
        self._now: Mapping[Path, Any] = {}
        self.inner: Place | None = None
        self.line = parts.button(label, self.toggle, kind="fold")
        self.line.stylesheets = [*self.line.stylesheets, sheets.FOLD]
        self.body = parts.column(css=sheets.INNER, visible=False)

    def name(self, label: str) -> None:
        """Call it something else."""
        if self.line.label != label:
            self.line.label = label

    def toggle(self) -> None:
        """Open it, or close it."""
        self.open(not self.body.visible)

    def open(self, wide: bool = True) -> None:
        """Show what is in it, or hide that."""
        if wide and self.inner is None:
            self.inner = self._make()
            self.inner.steered(self._now)
            self.body.append(self.inner.layout)
        self.body.visible = wide
        self.line.css_classes = ["rl-fold", "rl-open"] if wide else ["rl-fold"]

    def show(self, data: Any) -> None:
        """Show these data, if anybody has looked."""
        if self.inner is not None:
            self.inner.show(data)

    def quiet(self) -> None:
        """Take back all complaints inside."""
        if self.inner is not None:
            self.inner.quiet()

    def steered(self, now: Mapping[Path, Any]) -> None:
        """Say inside what steering has put in force, now or once somebody looks."""
        self._now = now
        if self.inner is not None:
            self.inner.steered(now)
