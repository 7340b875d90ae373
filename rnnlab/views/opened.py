"""A fixed point that was opened: its eigenvalues, and what they say; and the script of all that was opened."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np

from rnnlab.analysis import FixedPoints
from rnnlab.figures import live
from rnnlab.figures.paint import LiveFigure
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import bare, look, parts, text
from rnnlab.views.script import COPY

HEIGHT = 250
"""Pixels of the plane of eigenvalues."""


BESIDE = """
:host { display: grid !important; grid-template-columns: minmax(0, 1fr); gap: 4px 20px; align-items: start; }
:host > * { min-width: 0; }
:host(.rl-two) { grid-template-columns: minmax(0, 1fr) 300px; }
@container rnnlab (max-width: 1180px) { :host(.rl-two) { grid-template-columns: minmax(0, 1fr); } }
"""
"""Of what holds a figure and, beside it, the point that is open; see `Opened.beside`."""


class Opened:
    """The place beside the state space where a fixed point that was clicked is looked at.

    Args:
        theme: in force.
        close: called when it is to be closed.
    """

    def __init__(self, theme: Theme, close: Callable[[], object]) -> None:
        self.theme = theme
        self.figure: LiveFigure | None = None
        self.picture = parts.column()
        self.said = text.paragraph(css_class="lead", role="status")
        shut = parts.button("Close the point", close, kind="small")
        self.layout = parts.column(parts.heading("Point", 3), self.said, self.picture, shut)
        self.layout.visible = False

    def show(self, points: FixedPoints | None, number: int | None) -> None:
        """Show the point of this number, or nothing."""
        self.layout.visible = number is not None
        if number is None or points is None:
            return
        modes = points.modes(number)
        if self.figure is None:
            self.figure = live(modes, self.theme, HEIGHT)
            self.picture.append(parts.picture(self.figure.root, "Eigenvalues of the Jacobian at the point"))
        else:
            self.figure.update(modes)  # type: ignore[attr-defined]  # every figure of the catalogue has it
        text.say(self.said, describe(points, number))

    @property
    def beside(self) -> list[str]:
        """The classes of what holds the figure and this."""
        return ["rl-two"] if self.layout.visible else []

    def restyle(self, theme: Theme) -> None:
        """Change to another theme in place."""
        self.theme = theme
        if self.figure is not None:
            self.figure.restyle(theme)


class OpenedScript:
    """What was opened in state space, as a script to copy; folded away where nothing was."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.code = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[look.CODE])
        copy = parts.button("Copy", kind="small")
        copy.js_on_click(args={"code": self.code}, code=COPY)
        said = text.paragraph("The same from Python:")
        self.layout = parts.column(parts.row(said, copy, css=parts.SPREAD), self.code)
        self.layout.visible = False

    def show(self) -> None:
        """Say what is open now."""
        explored = self.session.explored
        self.layout.visible = bool(explored.states)
        script = self.session.explored_script(str(self.session.run_folder or "runs/mine"))
        if self.layout.visible and self.code.tags != [script]:
            self.code.tags = [script]
            self.code.object = f'<pre tabindex="0" aria-label="What was opened, as a script">{escape(script)}</pre>'


def describe(points: Any, number: int) -> str:
    """One fixed point in a few sentences."""
    n, kind = int(points.n_unstable[number]), points.stability[number]
    slowest = points.time_constants[number][0]
    outputs = ", ".join(f"{value:.3g}" for value in points.outputs[number])
    grows = {0: "no direction grows", 1: "1 direction grows"}.get(n, f"{n} directions grow")
    course = "decays" if slowest > 0 else "grows"
    time = f"The slowest mode {course} by e in {abs(slowest):.3g} ms. " if np.isfinite(slowest) else ""
    by_step = int(points.n_unstable_by_step[number])
    long = f" ({by_step} of them only because the time step is long)" if by_step else ""
    return (
        f"Point {number}, {kind}: {grows} of {points.states.shape[1]}{long}. {time}"
        f"Residual speed {points.speed[number]:.1e} per step. Output ({outputs})."
    )
