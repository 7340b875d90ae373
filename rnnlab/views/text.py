"""Words and numbers on the screen. Every string that could come from a person or a file is escaped here."""

from __future__ import annotations

import math
import re
from html import escape
from typing import Any

from rnnlab.analysis.numbers import GAP, grouped
from rnnlab.views import bare

__all__ = ["GAP", "count", "decimal", "escape", "paragraph", "percent", "say", "seconds"]

DASH = "–"


def paragraph(text: str = "", *, css_class: str = "note", **attributes: str) -> Any:
    """A pane that shows ``text`` as text, whatever is in it. Change it with `say`."""
    pane = bare.Html(_markup(text, css_class, attributes), margin=0, sizing_mode="stretch_width", stylesheets=[NOTE])
    pane.tags = [css_class, attributes]
    return pane


def say(pane: Any, text: str) -> None:
    """Let a `paragraph` say something else; nothing is sent where it already says so."""
    css_class, attributes = pane.tags
    if pane.object != (markup := _markup(text, css_class, attributes)):
        pane.object = markup


def tell(pane: Any, text: str) -> None:
    """Let a `paragraph` say something with names of fields in it, in double backticks: they are set in italics."""
    css_class, attributes = pane.tags
    markup = re.sub(r"``(\w+)``", r"<i>\1</i>", _markup(text, css_class, attributes)).replace("`", "")
    if pane.object != markup:
        pane.object = markup


def _markup(text: str, css_class: str, attributes: dict[str, str]) -> str:
    if not text:
        return ""
    named = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
    return f'<p class="{escape(css_class)}"{named}>{escape(text)}</p>'


NOTE = """
p { margin: 0; font: 12px/1.45 var(--rl-font); color: var(--rl-muted); overflow-wrap: anywhere; }
p.error { color: var(--rl-alarm); padding: 4px 0 6px 8px; border-left: 2px solid var(--rl-alarm); }
p.now { color: var(--rl-text); padding: 0 0 0 8px; margin-bottom: 4px; border-left: 2px solid var(--rl-accent); }
p.lead, p i { color: var(--rl-text); }
"""


def count(number: float) -> str:
    """A whole number as everywhere on the page: ``1200``, ``12 500``."""
    return grouped(number)


def percent(fraction: float | None, digits: int = 1) -> str:
    """A fraction of one as a percentage, or a dash where there is none."""
    return DASH if fraction is None or math.isnan(fraction) else f"{100 * fraction:.{digits}f}{GAP}%"


def decimal(number: float | None, digits: int = 3) -> str:
    """``number`` with that many significant digits, or a dash where there is none."""
    if number is None or not math.isfinite(number):
        return DASH
    return f"{number:.{digits}g}"


def seconds(duration: float | None) -> str:
    """A stretch of time as a person would say it: ``8 s``, ``2 min 05 s``, ``1 h 12 min``."""
    if duration is None or not math.isfinite(duration):
        return DASH
    whole = max(0, round(duration))
    if whole < 60:
        return f"{whole}{GAP}s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}{GAP}min {rest:02d}{GAP}s"
    return f"{minutes // 60}{GAP}h {minutes % 60:02d}{GAP}min"


def number(value: Any) -> str:
    """A setting's value, without trailing zeros; ranges with a dash between."""
    if isinstance(value, tuple | list):
        return DASH.join(number(item) for item in value)
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
