"""How forms look: labels in a column on the left, compact boxes on the right."""

from __future__ import annotations

_HELP = """
:host([title])::after {
  content: attr(title); display: var(--rl-help, none); padding: 0 0 6px; font: 11px/1.4 var(--rl-font);
  color: var(--rl-muted); overflow-wrap: anywhere;
}
"""
"""What stands on an element for a pointer that rests there, in plain sight where the form says so."""

EXPLAINED = ":host { --rl-help: block; }"
"""For a form whose fields are explained."""

FOOT = ":host { padding: 6px 0 0; justify-content: flex-end; }"
"""The row below a form."""

_BOX = f"""
{_HELP}
:host {{ min-width: 0; }}
.bk-input {{ min-height: 26px !important; padding: 2px 7px !important; width: 100%; box-sizing: border-box; }}
.bk-spin-wrapper {{ min-width: 0; }}
.bk-spin-wrapper .bk-spin-btn {{ display: none !important; }}
.bk-spin-wrapper input.bk-input {{ padding-right: 4px !important; }}
"""

LABELLED = f"""
{_BOX}
.bk-input-group {{
  display: grid; grid-template-columns: var(--rl-labels, 104px) minmax(0, 1fr); align-items: center; gap: 0 8px;
  padding: 2px 0; width: 100%;
}}
.bk-input-group > label {{
  font: 12px/14px var(--rl-font); color: var(--rl-muted); margin: 0; white-space: normal; overflow-wrap: anywhere;
}}
"""
"""A labelled box in one line."""

UNLABELLED = f"""
{_BOX}
:host::after {{ display: none !important; }}
.bk-input-group {{ padding: 2px 0; width: 100%; }}
.bk-input-group > label {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
"""
"""A box whose label only screen readers hear, because it continues another one."""

LINE = """
:host { display: flex !important; flex-flow: row nowrap; align-items: center; gap: 0 8px; min-width: 0; }
:host > * { min-width: 0 !important; }
"""
"""Boxes that make one line."""

SHORT = ":host { flex: 0 0 76px; width: auto !important; }"
"""A number that belongs to the choice before it."""

REST = ":host { flex: 1 1 0; width: auto !important; }"
"""Takes what a line has left."""

SLIDER = """
.bk-input-group { padding: 0; }
.bk-slider-title { display: none; }
.noUi-target { margin: 10px 8px !important; }
"""
"""A slider that moves the number before it."""

INNER = """
:host {
  border-left: 2px solid var(--rl-line); padding-left: 8px; margin: 0 0 4px 1px !important; box-sizing: border-box;
  --rl-labels: 93px;
}
"""
"""The fields of a value inside another one."""

FLAG = ":host { padding-left: calc(var(--rl-labels, 104px) + 8px) !important; box-sizing: border-box; }"
"""A box to tick stands under the other boxes."""

CHECKS = f"""
{_HELP}
:host {{ min-width: 0; }}
.bk-input-group {{ padding: 3px 0; }}
label {{ font: 12px/18px var(--rl-font) !important; color: var(--rl-text) !important; overflow-wrap: anywhere; }}
.bk-input-group.bk-inline, .bk-inline {{ display: flex; flex-flow: row wrap; gap: 2px 12px; }}
.bk-input-group label {{ margin: 0 !important; display: flex; align-items: center; gap: 7px; min-height: 20px; }}
.bk-input-group input {{ flex: none; margin: 0; }}
"""

TITLE = """
p { margin: 0; width: var(--rl-labels, 104px); font: 12px/15px var(--rl-font); color: var(--rl-muted); }
p small { display: block; font-size: 11px; }
"""
"""The label of something that is more than one box."""

FOLD = """
:host { flex: 1 1 0; width: auto !important; }
:host .bk-btn {
  width: 100%; text-align: left; font-size: 12px !important; padding: 2px 4px !important; min-height: 26px !important;
  border: 0 !important; background: none !important; overflow: hidden; text-overflow: ellipsis;
}
:host .bk-btn:hover { background: var(--rl-accent-soft) !important; }
:host .bk-btn::before { content: "▸"; content: "▸" / ""; display: inline-block; width: 14px; color: var(--rl-muted); }
:host(.rl-open) .bk-btn::before { content: "▾"; content: "▾" / ""; }
"""
"""The line under which the fields of an item are folded."""

_GLYPH = """
:host { flex: none; width: auto !important; }
:host .bk-btn {
  width: 24px; min-height: 24px !important; padding: 0 !important; border: 0 !important; overflow: hidden;
  font-size: 0 !important; background: none !important; color: var(--rl-muted) !important;
}
:host .bk-btn::before { font-size: 12px; line-height: 24px; }
:host .bk-btn:hover:enabled { color: var(--rl-text) !important; background: var(--rl-accent-soft) !important; }
"""


def glyph(sign: str) -> str:
    """A style that shows a sign in the place of a button's words, which screen readers go on to say."""
    return f'{_GLYPH} .bk-btn::before {{ content: "{sign}"; content: "{sign}" / ""; }}'


def number(symbol: str) -> str:
    """A style of a labelled number with room for a slider, and for its unit behind it."""
    room = 84 + 6 * max(len(symbol) - 2, 0)
    return f":host {{ flex: 0 0 calc(var(--rl-labels, 104px) + {room}px); width: auto !important; }}"


def unit(symbol: str, columns: str = "var(--rl-labels, 104px) minmax(0, 1fr)") -> str:
    """A style that writes a unit behind a box. Units are the package's own words."""
    return (
        f".bk-input-group {{ display: grid; grid-template-columns: {columns} auto; align-items: center; gap: 0 8px; }}"
        f'.bk-input-group::after {{ content: "{symbol}"; margin-left: -4px; }}'
        ".bk-input-group::after { font: 12px/1 var(--rl-font); color: var(--rl-muted); }"
    )
