"""The bar at the top: what training does now, and the buttons that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.session import Progress, Session
from rnnlab.views import bare, parts, text
from rnnlab.views.origin import origin
from rnnlab.views.view import Pace, Part

PHASES = {
    "idle": "Ready",
    "starting": "Starting",
    "training": "Training",
    "paused": "Paused",
    "stopping": "Stopping",
    "stopped": "Stopped",
    "finished": "Finished",
    "diverged": "Diverged",
    "failed": "Failed",
}
"""The phases of a training, in a word."""

STALE = "Settings changed"
"""What is said of a training that is not of what is set now; what helps is said too, where there is room."""

INSTEAD = "Train begins a new network in place of this trained one."
"""Said while a trained network is shown that was opened."""

ALARMS = ("diverged", "failed")

REMEDY_OF_DIVERGED = ". Change it under Steering, or go back there to an earlier state; then Resume."
"""To go on as it is would end in the same."""


class Transport(Part):
    """The workspaces; train, pause, resume, stop, start afresh; the phase; how far, how fast and how well.

    Args:
        session: whose training it is.
        theme: in force.
        toggle_theme: what the button for it does; left out, there is no such button.
        places: name of a workspace -> what its tab does.
    """

    pace: ClassVar[Pace] = "prompt"
    watches: ClassVar[tuple[str, ...]] = ("phase", "message", "progress", "stale", "trained", "experiment")

    def __init__(
        self,
        session: Session,
        theme: Theme,
        toggle_theme: Callable[[], None] | None = None,
        places: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        super().__init__(session, theme)
        self.places = {name: parts.button(name, go, kind="place") for name, go in (places or {}).items()}
        for tab in self.places.values():
            tab.js_on_click(code="scrollTo(0, 0)")  # what is read there begins at its head
        self.train = parts.button("Train", self._after(session.train), primary=True)
        self.pause = parts.button("Pause", self._after(session.pause), primary=True)
        self.resume = parts.button("Resume", self._after(session.resume), primary=True)
        self.stop = parts.button("Stop", self._after(session.stop))
        self.afresh = parts.button("Start afresh", self._after(session.start_afresh))
        self.phase = bare.Html("", margin=0, stylesheets=[PHASE], css_classes=["rl-phase"])
        self.numbers = bare.Html("", margin=0, stylesheets=[NUMBERS])
        self.alarm = text.paragraph(css_class="error", role="alert")
        self.theme_button = parts.button("", toggle_theme, kind="small")
        self.theme_button.visible = toggle_theme is not None
        name = parts.heading("rnnlab", level=1)
        buttons = [self.train, self.pause, self.resume, self.stop, self.afresh]
        tabs = [parts.row(*self.places.values(), css=PLACES)] if self.places else []
        row = parts.row(name, *tabs, *buttons, self.phase, self.numbers, self.theme_button, css=ROW)
        self.layout = parts.column(row, self.alarm, css=BAR)
        self.restyle(theme)

    def mark(self, place: str) -> None:
        """Show which workspace is in sight."""
        for name, tab in self.places.items():
            tab.css_classes = ["rl-place", "rl-chosen"] if name == place else ["rl-place"]

    def _after(self, act: Callable[[], None]) -> Callable[[], None]:
        """Press, and show at once what that changed."""

        def pressed() -> None:
            act()
            self.stale |= set(self.watches)
            self.bring_up_to_date()

        return pressed

    def refresh(self, changed: set[str]) -> None:
        session = self.session
        if changed - {"progress"}:
            self._set_buttons()
            self.phase.object = self._phase_text()
            problem = session.message[:1].upper() + session.message[1:] if session.phase in ALARMS else ""
            problem += REMEDY_OF_DIVERGED if session.phase == "diverged" else ""
            text.say(self.alarm, problem)
            self.alarm.visible = bool(problem)
        budget = session.experiment.training.updates
        self.numbers.object = readout(session.progress, budget, session.phase, origin(session))

    def _set_buttons(self) -> None:
        session = self.session
        held = session.can_resume
        running = session.phase in ("starting", "training", "stopping")
        self.resume.visible = held
        self.pause.visible = running
        self.train.visible = not held and not running
        self.pause.disabled = not session.can_pause
        self.train.disabled = not session.can_train
        self.stop.disabled = not session.can_stop
        self.afresh.disabled = session.phase == "idle"

    def _phase_text(self) -> str:
        session = self.session
        stale = session.stale and session.phase != "idle"
        said = "" if session.phase in ALARMS else session.message
        said = INSTEAD if session.phase == "idle" and session.trained is not None else said
        said = said[:1].upper() + said[1:] + ("." if said and not said.endswith(".") else "")
        remedy = f"{'Train' if self.train.visible else 'Start afresh'} trains them."
        told = " ".join(filter(None, [f"{STALE}; {remedy}" if stale else "", said]))
        note = f"{STALE}<i>; {remedy}</i> {escape(said)}" if stale else escape(said)
        return (
            f'<div role="status" title="{escape(told)}"><b class="{escape(session.phase)}">{PHASES[session.phase]}</b>'
            f"<span>{note.strip()}</span></div>"
        )

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self.theme_button.label = "Light" if theme.name == "dark" else "Dark"


def readout(progress: Progress, budget: int, phase: str = "training", of: str = "") -> str:
    """The numbers of the bar as markup: a bar for the share that is done, and a list of names and values.

    ``of`` says what they belong to, where that is not what is edited; they are set back then.
    """
    rate = progress.trials_per_second if phase == "training" else None
    left = progress.seconds_left if phase in ("training", "paused") else None
    rows = {
        "updates": f"{text.count(progress.update)} / {text.count(progress.budget or budget)}",
        "trials/s": text.DASH if rate is None else text.count(rate),
        "time left": text.seconds(left),
        "batch loss": text.decimal(progress.loss),
        "correct": text.percent(progress.accuracy),
    }
    cells = "".join(
        f"<div{' class=none' if value == text.DASH else ''}><dt>{name}</dt><dd>{escape(value)}</dd></div>"
        for name, value in rows.items()
    )
    done = f"{100 * progress.fraction:.1f}%"
    past, note = (" past", f"<p>{escape(of[:1].upper() + of[1:])}:</p>") if of else ("", "")
    return f'<div class="done{past}" style="width:{done}"></div>{note}<dl class="numbers{past}">{cells}</dl>'


BAR = """
:host {
  position: sticky; top: 0; z-index: 20; background: var(--rl-sheet); border-bottom: 1px solid var(--rl-line);
  min-height: 56px; box-sizing: border-box; padding: 0 16px; justify-content: center;
}
"""

ROW = """
:host { gap: 6px 8px; min-height: 55px; position: static; flex-wrap: nowrap; }
@container rnnlab (max-width: 1100px) { :host { gap: 6px 3px; } }
@container rnnlab (max-width: 860px) { :host { flex-wrap: wrap; padding: 8px 0; } }
"""

PLACES = """
:host { width: auto !important; flex: 0 0 auto; gap: 0 2px; flex-wrap: nowrap; margin: 0 8px 0 4px !important; }
"""

PHASE = """
:host { flex: 1 1 120px; min-width: 60px; padding: 0 8px; box-sizing: border-box; overflow: hidden; }
div { font: 12px/15px var(--rl-font); max-height: 48px; overflow: hidden; }
b { display: block; font-weight: 600; color: var(--rl-text); font-size: 13px; line-height: 18px; }
b.training, b.starting { color: var(--rl-accent); }
b.diverged, b.failed { color: var(--rl-alarm); }
span {
  color: var(--rl-muted); overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
}
i { font-style: normal; }
@container rnnlab (max-width: 1280px) { i { display: none; } }
"""

NUMBERS = """
:host { position: static !important; }
dl { display: flex; gap: 0 14px; margin: 0; }
dt { font: 11px/15px var(--rl-font); color: var(--rl-muted); white-space: nowrap; }
dd {
  margin: 0; font: 500 13px/18px var(--rl-font); color: var(--rl-text); font-variant-numeric: tabular-nums;
  white-space: nowrap; min-width: 44px;
}
dl > div:first-child dd { min-width: 84px; }
dl.past { font-style: italic; }
dl.past dt, dl.past dd { color: var(--rl-muted); font-weight: 400; line-height: 14px; }
p { margin: 0; font: 600 11px/14px var(--rl-font); color: var(--rl-text); white-space: nowrap; }
@container rnnlab (max-width: 1100px) {
  dl { gap: 0 10px; margin-right: 8px; }
  dl > div.none { display: none; }
}
.done { position: absolute; left: 0; bottom: -1px; height: 2px; background: var(--rl-accent); }
.done.past { background: var(--rl-edge); }
"""
