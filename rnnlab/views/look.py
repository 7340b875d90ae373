"""How the lab looks: a few tokens, light and dark, and one short style sheet per kind of part.

Parts live in shadow roots, so each carries its own sheet; the tokens are set once on the page's frame and inherited.
System fonts only, nothing is fetched.
"""

from __future__ import annotations

from rnnlab.figures.theme import FONT, THEMES

MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace'

_ROLES = {
    "page": "page",
    "sheet": "surface",
    **{role: role for role in ("text", "muted", "accent", "epoch", "scored", "axis", "input", "target", "output")},
}
"""Tokens that are the figures' own colours, so that page and figures are one."""

_OWN = {
    "light": {
        "raised": "#f7f8fa",
        "line": "#dde1e7",
        "edge": "#848d99",
        "on-accent": "#ffffff",
        "accent-soft": "#e3eff5",
        "alarm": "#a3320b",
        "alarm-soft": "#fbece6",
    },
    "dark": {
        "raised": "#1c222a",
        "line": "#2a313b",
        "edge": "#737e8b",
        "on-accent": "#06202c",
        "accent-soft": "#193340",
        "alarm": "#ff9c76",
        "alarm-soft": "#38231b",
    },
}


def _tokens(name: str) -> str:
    values = {token: getattr(THEMES[name], role) for token, role in _ROLES.items()} | _OWN[name]
    lines = "; ".join(f"--rl-{token}: {value}" for token, value in values.items())
    return f":host(.rl-{name}) {{ {lines}; color-scheme: {name}; }}"


FRAME = f"""
{_tokens("light")}
{_tokens("dark")}
:host {{
  --rl-font: {FONT};
  --rl-mono: {MONO};
  container: rnnlab / inline-size;
  display: block;
  background: var(--rl-page);
  color: var(--rl-text);
  font: 13px/1.45 var(--rl-font);
  width: 100%;
}}
:host(.rl-served) {{ min-height: 100vh; }}
:host([data-lost]:not([data-lost=""]))::after {{
  content: attr(data-lost);
  position: fixed; z-index: 20; bottom: 18px; left: 50%; transform: translateX(-50%);
  padding: 8px 16px; border: 1px solid var(--rl-alarm); border-radius: 6px;
  background: var(--rl-alarm-soft); color: var(--rl-alarm); font-weight: 600;
}}
@media (prefers-reduced-motion: reduce) {{ * {{ transition: none !important; animation: none !important; }} }}
"""

BODY = """
:host { display: grid !important; grid-template-columns: 296px minmax(0, 1fr); align-items: start; }
@container rnnlab (max-width: 1180px) { :host { grid-template-columns: 252px minmax(0, 1fr); } }
@container rnnlab (max-width: 720px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""

SIDE_WIDE = """
:host { grid-template-columns: 376px minmax(0, 1fr) !important; }
@container rnnlab (max-width: 1180px) { :host { grid-template-columns: 336px minmax(0, 1fr) !important; } }
@container rnnlab (max-width: 820px) { :host { grid-template-columns: minmax(0, 1fr) !important; } }
"""
"""For a body whose side holds a long form."""

SIDE = """
:host {
  container: side / inline-size;
  background: var(--rl-sheet); border-right: 1px solid var(--rl-line);
  padding: 4px 16px 24px; box-sizing: border-box; min-width: 0;
  position: sticky; top: 57px; height: calc(100vh - 57px); overflow-y: auto; overflow-x: hidden;
  scrollbar-width: thin; scrollbar-color: var(--rl-line) transparent;
}
:host(.rl-notebook) { height: auto; max-height: 860px; top: 57px; }
:host > * { flex-shrink: 0; max-height: none !important; }
@container rnnlab (max-width: 720px) { :host { position: static; height: auto; } }
"""

SIDE_LAST = """
@container rnnlab (max-width: 1180px) {
  :host { grid-template-columns: minmax(0, 1fr) !important; }
  :host > .rl-side { order: 1; position: static; height: auto; border: 0; border-block: 1px solid var(--rl-line); }
}
"""
"""For a body whose side goes below its main part where there is little room."""

SETTINGS = """
@container side (min-width: 520px) {
  :host { display: grid !important; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 0 28px; }
  :host > .rl-heading { grid-column: 1 / -1; }
}
"""
"""For controls under headings: side by side where there is room."""

MAIN = """
:host {
  display: grid !important; gap: 12px; padding: 12px; box-sizing: border-box; min-width: 0;
  grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
}
:host > * { min-width: 0; }
@container rnnlab (max-width: 1180px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""

STACK = """
:host {
  display: flex !important; flex-direction: column; gap: 12px; padding: 12px; box-sizing: border-box; min-width: 0;
}
:host > * { min-width: 0; flex-shrink: 0; }
"""
"""For parts one under the other, one of which stays in sight."""

CARD = """
:host {
  background: var(--rl-sheet); border: 1px solid var(--rl-line); border-radius: 6px;
  padding: 6px 12px 10px; box-sizing: border-box; min-width: 0; align-self: stretch !important;
  height: auto !important;
}
:host(.rl-wide) { grid-column: 1 / -1; }
:host > .rl-grows { flex: 1 0 auto !important; }
"""
"""What grows in a card takes the room that the card beside it makes."""

HEADING = """
h1, h2, h3 { margin: 0; color: var(--rl-text); font-family: var(--rl-font); }
h1 { font-size: 15px; font-weight: 650; letter-spacing: -0.01em; }
h2 { font-size: 13px; font-weight: 600; line-height: 30px; }
h3 {
  font-size: 12px; font-weight: 600; line-height: 1.4; padding: 14px 0 4px; margin-bottom: 4px;
  border-bottom: 1px solid var(--rl-line);
}
"""

ROW = """
:host {
  display: flex !important; flex-flow: row wrap; align-items: center !important; align-content: center; gap: 4px 10px;
  min-width: 0;
}
:host > * { align-self: center !important; }
"""

_CHEVRON = (
    "right 9px center / 10px 6px no-repeat url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
    "viewBox='0 0 10 6'%3E%3Cpath d='M1 1l4 4 4-4' fill='none' stroke='%237d8794' stroke-width='1.6'/%3E%3C/svg%3E\")"
)
"""An arrow for choices that shows on light and on dark."""

FOCUS = "outline: 2px solid var(--rl-accent); outline-offset: 2px;"

BUTTON = f"""
:host {{ margin: 0 !important; }}
.bk-btn, :host(.solid) .bk-btn.bk-btn-default, :host(.solid) .bk-btn.bk-btn-primary {{
  font: 500 13px/20px var(--rl-font); padding: 4px 12px; min-height: 30px; border-radius: 5px; cursor: pointer;
  border: 1px solid var(--rl-edge); background: var(--rl-sheet); color: var(--rl-text); box-shadow: none;
  white-space: nowrap; transition: background-color 80ms;
}}
:host(.solid) .bk-btn.bk-btn-primary {{
  background: var(--rl-accent); border-color: var(--rl-accent); color: var(--rl-on-accent);
}}
:host(.solid) .bk-btn.bk-btn-default:hover:enabled {{ background: var(--rl-accent-soft); }}
:host(.solid) .bk-btn.bk-btn-primary:hover:enabled {{ filter: brightness(1.08); }}
.bk-btn:active {{ transform: none; }}
.bk-btn:focus {{ outline: none; }}
.bk-btn:focus-visible {{ {FOCUS} }}
:host(.solid) .bk-btn:disabled, .bk-btn[disabled] {{
  background: transparent !important; border-color: var(--rl-line) !important; color: var(--rl-muted) !important;
  cursor: default; opacity: 0.72;
}}
:host(.rl-small) .bk-btn {{ font-size: 12px !important; padding: 1px 9px !important; min-height: 26px !important; }}
:host(.rl-beside) {{ align-self: end !important; padding-bottom: 5px; }}
:host(.rl-beside) .bk-btn {{ padding: 3px 10px !important; min-height: 28px !important; }}
:host(.rl-tab) .bk-btn {{
  border: 0 !important; border-radius: 0 !important; background: none !important; color: var(--rl-muted) !important;
  padding: 4px 2px !important; min-height: 32px; box-shadow: none;
}}
:host(.rl-tab) .bk-btn:hover {{ color: var(--rl-text) !important; }}
:host(.rl-tab.rl-chosen) .bk-btn {{
  color: var(--rl-text) !important; box-shadow: inset 0 -2px 0 var(--rl-accent) !important; font-weight: 600 !important;
}}
/* pressed with the mouse, and not yet chosen: the page has heard it, though the answer is still to come */
:host(:is(.rl-tab, .rl-place):not(.rl-chosen)) .bk-btn:focus:not(:focus-visible) {{
  color: var(--rl-text) !important; box-shadow: inset 0 -2px 0 var(--rl-accent);
  animation: rl-heard 0.8s ease-in-out 40 alternate;
}}
@keyframes rl-heard {{ to {{ box-shadow: inset 0 -2px 0 var(--rl-line); }} }}
@media (prefers-reduced-motion: reduce) {{ .bk-btn {{ animation: none !important; }} }}
:host(.rl-place) .bk-btn {{
  border: 0 !important; background: none !important; color: var(--rl-muted) !important; padding: 4px 9px !important;
}}
:host(.rl-place) .bk-btn:hover {{ color: var(--rl-text) !important; }}
:host(.rl-place.rl-chosen) .bk-btn {{
  color: var(--rl-text) !important; background: var(--rl-accent-soft) !important; font-weight: 600 !important;
}}
"""

SLIDER = f"""
:host {{ margin: 0 !important; }}
.bk-input-group {{ padding: 3px 0 0; }}
.bk-slider-title {{
  display: flex; justify-content: space-between; gap: 8px; font: 12px/18px var(--rl-font); color: var(--rl-muted);
}}
.bk-slider-value {{ color: var(--rl-text); font-weight: 500; font-variant-numeric: tabular-nums; white-space: nowrap; }}
.noUi-target {{
  background: var(--rl-line); border: 0; box-shadow: none; height: 4px; border-radius: 2px;
  margin: 7px 8px 11px !important; width: calc(100% - 16px) !important;
}}
.noUi-connects {{ border-radius: 2px; }}
.noUi-connect {{ background: var(--rl-accent) !important; }}
.noUi-horizontal .noUi-handle, .noUi-handle {{
  width: 16px !important; height: 16px !important; top: -6px !important; right: -8px !important;
  border-radius: 50%; border: 2px solid var(--rl-accent); background: var(--rl-sheet); box-shadow: none; cursor: grab;
}}
.noUi-handle:before, .noUi-handle:after {{ display: none; }}
.noUi-handle .noUi-touch-area {{ position: absolute; inset: -6px; width: auto; height: auto; }}
.noUi-handle:hover {{ background: var(--rl-accent-soft); }}
.noUi-handle:focus {{ outline: none; }}
.noUi-handle:focus-visible {{ {FOCUS} }}
.noUi-handle:active {{ cursor: grabbing; background: var(--rl-accent); }}
.noUi-tooltip {{ display: none !important; }}
[disabled] .noUi-handle, .noUi-target[disabled] {{ cursor: default; border-color: var(--rl-edge); }}
.noUi-target[disabled] .noUi-connect {{ background: var(--rl-edge) !important; }}
"""

SLIM = """
.bk-input-group { display: flex; flex-direction: row; align-items: center; gap: 6px; padding: 0; }
.bk-slider-title { order: 2; font-size: 0; min-width: 34px; justify-content: flex-end; gap: 0; }
.bk-slider-value { font-size: 12px; }
.noUi-target { flex: 1; width: auto !important; margin: 10px 8px !important; }
"""

FIELD = f"""
:host {{ margin: 0 !important; --color: var(--rl-muted); --disabled-color: var(--rl-line); }}
.bk-input-group {{ padding: 3px 0 5px; gap: 2px; }}
label, .bk-input-group > label {{ font: 12px/18px var(--rl-font); color: var(--rl-muted); }}
.bk-input, select.bk-input, input.bk-input {{
  font: 13px/18px var(--rl-font); color: var(--rl-text); background-color: var(--rl-sheet);
  border: 1px solid var(--rl-edge); border-radius: 5px; min-height: 28px; padding: 3px 8px;
  font-variant-numeric: tabular-nums;
}}
select:not([multiple]).bk-input {{ padding-right: 26px; cursor: pointer; background: {_CHEVRON} var(--rl-sheet); }}
.bk-input:focus, .bk-input:focus-visible {{ {FOCUS} box-shadow: none; border-color: var(--rl-accent); }}
.bk-input:disabled {{ color: var(--rl-muted); border-color: var(--rl-line); cursor: default; }}
.bk-input-group.bk-checkbox, label.bk {{ gap: 8px; }}
input[type="checkbox"] {{ accent-color: var(--rl-accent); width: 15px; height: 15px; }}
input[type="checkbox"]:focus-visible {{ {FOCUS} }}
"""

INLINE = """
.bk-input-group { flex-direction: row; align-items: center; gap: 6px; padding: 0; white-space: nowrap; }
.bk-input { min-height: 26px !important; padding-top: 2px !important; padding-bottom: 2px !important; }
"""

TOOLBAR = """
:host(.bk-inner), :host { background: var(--rl-sheet) !important; border-radius: 5px; height: auto !important; }
"""

CODE = """
pre {
  margin: 4px 0 0; padding: 10px 12px; overflow: auto; font: 12px/1.55 var(--rl-mono); tab-size: 4; max-height: 420px;
  color: var(--rl-text); background: var(--rl-raised); border: 1px solid var(--rl-line); border-radius: 5px;
}
"""
