"""Steering by hand: what may change while it trains, the changes that were made, and the way back to a kept state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.runs import Change, Experiment
from rnnlab.runs.steering import in_force
from rnnlab.session import Session
from rnnlab.spec import Spec
from rnnlab.spec.paths import value_at
from rnnlab.tasks import CodeTask
from rnnlab.tasks.places import nearest
from rnnlab.views import bare, look, parts, text
from rnnlab.views.settings import plain
from rnnlab.views.steerable import is_number, steerable
from rnnlab.views.view import Part, View

RUNNING = ("starting", "training", "paused")

IDLE = "A training can be steered while it runs or stands still. Press Train first."
STILL = "The training stands still. What is changed now acts when it goes on: press Resume then."


class SteeringPart(Part):
    """A field to choose, its new value, a button; below, what was changed so far and which states are kept."""

    watches: ClassVar[tuple[str, ...]] = ("trained", "experiment", "phase", "errors", "place", "network_update")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self._offered: dict[str, str] = {}
        wide: dict[str, Any] = {"margin": 0, "stylesheets": [look.FIELD, look.INLINE]}
        self.field = parts.select("Change", [""], self._show_value)
        self.value = bare.TextInput(label="to", width=170, **wide)
        self.over = bare.IntInput(label="over updates", value=0, start=0, step=50, width=170, **wide)
        self.act = parts.button("Change it now", self._steer, primary=True)
        self.problem = text.paragraph(css_class="error", role="alert")
        self.said, self.made = text.paragraph(), bare.Html("", margin=0, stylesheets=[MADE])
        self.forget = parts.button("Forget them for the next training", session.forget_steering, kind="small")
        self.state = parts.select("Kept state", [""], lambda _: None)
        self.rewind = parts.button("Go back to it", lambda: self._go_back("rewind"), kind="small")
        self.branch = parts.button("Branch from it", lambda: self._go_back("branch"), kind="small")
        self.lost = text.paragraph(css_class="error", role="alert")
        self.back = parts.row(self.state, self.rewind, self.branch)
        self.about = text.paragraph()
        self.layout = parts.column(
            parts.heading("Change what is trained", 3), parts.row(self.field, self.value, self.over, self.act),
            self.problem, self.said, self.made, self.forget,
            parts.heading("Go back", 3), self.back, self.about, self.lost,
        )  # fmt: skip

    # -------------------------------------------------------------------------------------------------- shown

    def refresh(self, changed: set[str]) -> None:
        session, running = self.session, self.session.phase in RUNNING
        self._offer()
        if "network_update" in changed and not running:
            self._show_value(self.field.value)
        self.act.disabled = not session.can_steer
        errors = session.errors
        text.say(self.problem, plain(errors.get("steer", "")))
        text.say(self.said, "" if running else STILL if session.can_steer else IDLE)
        self.made.object = listed(session.trained, session.progress.update, self._offered)
        self.forget.visible = bool(session.experiment.steering) and not running
        if changed & {"trained", "phase"}:
            self._offer_states()
        text.say(self.lost, plain(errors.get("go_back", "")))

    def _offer(self) -> None:
        trained = self.session.trained
        now = None if trained is None else in_force(trained, self.session.progress.update)
        place = () if now is None or isinstance(now.task, CodeTask) else nearest(now.task, self.session.place)
        self._offered = {} if now is None else dict(steerable(now, place))
        labels = list(self._offered) or [""]
        if list(self.field.options) != labels:
            chosen = self.field.value if self.field.value in labels else labels[0]
            self.field.param.update(options=labels, value=chosen)
            self._show_value(chosen)

    def _show_value(self, label: str) -> None:
        """Begin with what is in force."""
        trained = self.session.trained
        if trained is not None and label in self._offered:
            found = value_at(in_force(trained, self.session.progress.update), self._offered[label])
            self.value.value = written(found)

    def _offer_states(self) -> None:
        states = [f"update {text.count(each)}" for each in self.session.states]
        self.rewind.disabled = self.branch.disabled = not states
        if list(self.state.options) != (states or [text.DASH]):
            self.state.param.update(options=states or [text.DASH], value=(states or [text.DASH])[-1])
        running = self.session.phase in RUNNING
        text.say(
            self.about,
            "Stop the training to go back in it."
            if running
            else "Going back drops what came after; a branch keeps it, in grey. Resume goes on from there."
            if states
            else "Nothing is kept of this training.",
        )

    # --------------------------------------------------------------------------------------- said by a person

    def _steer(self) -> None:
        path = self._offered.get(self.field.value)
        if path is None:
            return
        before = value_at(in_force(self.session.trained, self.session.progress.update), path)
        try:
            value = read(self.value.value_input or self.value.value, before)
        except ValueError as error:
            text.say(self.problem, str(error))
            return
        still = self.session.phase not in RUNNING
        if self.session.steer(path, value, int(self.over.value or 0)):
            text.say(self.said, "Noted. Press Resume." if still else "Told; it acts from the next update on.")

    def _go_back(self, how: str) -> None:
        states = self.session.states
        chosen = list(self.state.options).index(self.state.value)
        if chosen < len(states):
            getattr(self.session, how)(states[chosen])


class SteeringView(View):
    """What can be changed while it trains, and the way back."""

    title: ClassVar[str] = "Steering"
    part: ClassVar[type[Part]] = SteeringPart


def written(value: Any) -> str:
    """A value as it is typed: numbers and names with commas between them.

    >>> written((0.1, 0.2)), written(None)
    ('0.1, 0.2', 'all')
    """
    if value is None:
        return "all"
    return (
        ", ".join(map(written, value)) if isinstance(value, tuple) else f"{value:.12g}" if is_number(value) else value
    )


def read(typed: str, before: Any) -> Any:
    """What was typed, as a number, numbers or names, whichever was there before.

    >>> read("0.1, 0.2", (0.5,)), read("W_out", None), read("all", ("W_in",)), read("3", 1)
    ([0.1, 0.2], ['W_out'], None, 3)
    """
    words = [word.strip() for word in typed.split(",") if word.strip()]
    named = before is None or (isinstance(before, tuple) and any(isinstance(each, str) for each in before))
    if named:
        return None if words == ["all"] else words
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        raise ValueError(f"{typed!r} is no number; give one, or several with commas between them") from None
    whole = isinstance(before, int) and all(number.is_integer() for number in numbers)
    found: list[Any] = [int(number) for number in numbers] if whole else numbers
    if isinstance(before, tuple):
        return found
    if len(found) != 1:
        raise ValueError("Give one number")
    return found[0]


def listed(trained: Experiment | None, update: int = 0, offered: Mapping[str, str] | None = None) -> str:
    """The changes that were made and, behind them, those that are to come after ``update`` updates, as markup."""
    changes: tuple[Change, ...] = () if trained is None else trained.steering
    names = {path: label for label, path in (offered or {}).items()}
    rows = (
        f'<li title="{text.escape(change.path)}">{text.escape(sentence(change, names.get(change.path), update))}</li>'
        for change in changes
    )
    return f"<ol>{''.join(rows)}</ol>" if changes else ""


def sentence(change: Change, name: str | None = None, update: int | None = None) -> str:
    """A change in words.

    >>> sentence(Change(400, "training.learning_rate", 1e-4, over=100), "Learning rate")
    'After 400 updates: Learning rate to 0.0001, over 100 updates'
    >>> sentence(Change(400, "network.noise", 0.1), update=20)
    'Planned after 400 updates: network.noise to 0.1'
    """
    value = f" to {written(change.value)}" if not isinstance(change.value, Spec) else ""
    over = f", over {text.count(change.over)} updates" if change.over else ""
    when = "Planned after" if update is not None and change.update > update else "After"
    return f"{when} {text.count(change.update)} updates: {name or change.path}{value}{over}"


MADE = """
ol { margin: 4px 0 6px; padding: 0 0 0 20px; font: 12px/18px var(--rl-font); color: var(--rl-text); max-height: 160px; }
ol { overflow-y: auto; }
"""
