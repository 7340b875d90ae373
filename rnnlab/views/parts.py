"""The plain parts a page is made of: buttons, rows, cards, headings. Each call makes a fresh one."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from bokeh.models import Button, Plot, Slider

from rnnlab.views import bare, look


def button(
    label: str, act: Callable[[], Any] | None = None, *, primary: bool = False, kind: str = "", **settings: Any
) -> Any:
    """A button that says plainly what it does.

    ``kind`` is ``"small"``, ``"tab"``, ``"place"`` (a workspace), ``"beside"`` (a field) or nothing.
    """
    made = bare.Button(
        label=label,
        color="primary" if primary else "default",
        stylesheets=[look.BUTTON],
        css_classes=[f"rl-{kind}"] if kind else [],
        margin=0,
        **settings,
    )
    if act is not None:
        made.on_click(lambda _: act())
    return made


def heading(text: str, level: int = 2) -> Any:
    """A heading; ``text`` is shown as text."""
    markup = headed(text, level)
    wide: dict[str, Any] = {"sizing_mode": "stretch_width", "css_classes": ["rl-heading"]} if level > 2 else {}
    return bare.Html(markup, margin=0, stylesheets=[look.HEADING], **wide)


def headed(text: str, level: int = 2) -> str:
    """What a heading shows, to change it in place."""
    return f"<h{level}>{escape(text)}</h{level}>"


_GONE = f":host(.{bare.GONE}) {{ display: none !important; }}"


def row(*items: Any, css: str = "", **settings: Any) -> Any:
    """Parts side by side, wrapping where they do not fit."""
    return bare.Row(*items, margin=0, sizing_mode="stretch_width", stylesheets=[look.ROW + css + _GONE], **settings)


_SHRINK = ":host { min-width: 0 !important; }"
"""Panel holds a column as wide as the widgets of a row stand beside each other; here rows wrap."""


def column(*items: Any, css: str = "", **settings: Any) -> Any:
    """Parts one under the other."""
    return bare.Column(*items, margin=0, sizing_mode="stretch_width", stylesheets=[_SHRINK + css + _GONE], **settings)


def card(*items: Any, wide: bool = False) -> Any:
    """A sheet with a thin border; ``wide`` takes a whole row of the page."""
    return column(*items, css=look.CARD, css_classes=["rl-wide"] if wide else [])


SPREAD = ":host { justify-content: space-between; }"
"""For a row whose items stand at its two ends."""


def select(label: str, options: Any, act: Callable[[Any], Any]) -> Any:
    """A small choice beside a figure."""
    made = bare.Select(label=label, options=options, margin=0, stylesheets=[look.FIELD, look.INLINE])
    made.param.watch(lambda event: act(event.new), "value")
    return made


def number(label: str, value: int, act: Callable[[Any], Any], **ends: int) -> Any:
    """A small whole number beside a figure."""
    made = bare.IntInput(label=label, value=value, margin=0, width=130, stylesheets=[look.FIELD, look.INLINE], **ends)
    made.param.watch(lambda event: act(event.new), "value")
    return made


def picture(figure: Any, description: str) -> Any:
    """A Bokeh figure or layout, named for those who cannot see it, on the ground of the card that holds it."""
    plots = [model for model in figure.references() if isinstance(model, Plot)]
    pressed = any(isinstance(model, Button | Slider) for model in figure.references())
    for named in plots if pressed else [figure]:  # an image holds nothing that can be pressed
        named.html_attributes = {"role": "img", "aria-label": description}
    for plot in plots:
        _let_ground_through(plot)
    return bare.Picture(figure, margin=0, sizing_mode="stretch_width")


def _let_ground_through(plot: Plot) -> None:
    """Without a ground of its own a canvas is wiped before it is drawn: no edge of the last theme stays behind."""
    plot.tags = [tag for tag in plot.tags if tag not in _GROUNDS]
    plot.update(background_fill_color=None, border_fill_color=None)
    plot.toolbar.stylesheets = [look.TOOLBAR]


_GROUNDS = ("paint background_fill_color=surface", "paint border_fill_color=surface")
