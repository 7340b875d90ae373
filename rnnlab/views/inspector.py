"""What stands beside the board: the form of what was clicked there, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rnnlab.session import Session
from rnnlab.spec import SpecError
from rnnlab.tasks import Task
from rnnlab.tasks.checks import counting
from rnnlab.views import parts, text, wording
from rnnlab.views.chosen import Chosen, ChosenCell, ChosenChannel, ChosenFactor, Listed, changed
from rnnlab.views.form import SpecForm
from rnnlab.views.form.form import Draft
from rnnlab.views.form.items import Items
from rnnlab.views.settings import plain

FIELD = "compose.form"
"""Under which the session's errors hold what is refused here."""

HINT = "Click an epoch, a channel, a cell between them, a factor or the scoring to say what it is."


class Inspector:
    """Buttons and a form for one thing of the task at a time.

    Args:
        session: whose task it is.
        choose: called with what is to be looked at from now on.
        drafted: called when `drafts` may have changed.

    Attributes:
        chosen: what is looked at.
        forms: kind of thing -> its form, made when first needed and then kept.
    """

    def __init__(
        self, session: Session, choose: Callable[[Chosen], None], drafted: Callable[[], object] = lambda: None
    ) -> None:
        self.session = session
        self.choose, self.drafted = choose, drafted
        self._kept: dict[Chosen, Draft] = {}
        self._seen, self._place = self.task, session.place
        self.chosen = Chosen()
        self.forms: dict[str, SpecForm] = {}
        self.heading = parts.heading("Task")
        self.earlier = parts.button("Earlier", lambda: self._move(-1), kind="small")
        self.later = parts.button("Later", lambda: self._move(1), kind="small")
        self.duplicate = parts.button("Duplicate", self._duplicate, kind="small")
        self.remove = parts.button("Remove", self._remove, kind="small")
        self.channel = parts.button("The whole channel", self._open_channel, kind="small")
        self.note = text.paragraph()
        self.problem = text.paragraph(css_class="error", role="alert")
        self.body = parts.column()
        self.retry = parts.button("Try again", self._retry, kind="small")
        self.drop = parts.button("Discard this change", self._drop, kind="small")
        waiting = text.paragraph("Not accepted yet; the task is as it was.", css_class="error")
        self.waiting = parts.column(waiting, parts.row(self.retry, self.drop, css=BUTTONS), visible=False)
        buttons = parts.row(self.earlier, self.later, self.duplicate, self.remove, self.channel, css=BUTTONS)
        self.layout = parts.column(self.heading, buttons, self.note, self.problem, self.waiting, self.body, css=PANEL)

    @property
    def task(self) -> Task:
        """What is composed: the task looked at."""
        return self.session.task

    # -------------------------------------------------------------------------------------------- showing

    def look_at(self, chosen: Chosen) -> None:
        """Show the form of something else."""
        if chosen == self.chosen:
            self.refresh()
            return
        self._complain("")
        self._switch(chosen)
        self.refresh()
        self._unfold()

    @property
    def outdated(self) -> bool:
        """Whether what is shown is of another task than the one that is looked at."""
        return another(self._seen, self.task) or self._place != self.session.place

    def refresh(self) -> None:
        """Show the task as it is now."""
        if self.outdated:
            self.forget()
        self._seen, self._place = self.task, self.session.place
        if not self.chosen.there(self.task):
            self._switch(Chosen())
        self.heading.object = f"<h2>{text.escape(self.chosen.title() or 'Nothing chosen')}</h2>"
        self._show_buttons()
        self._show_note()
        self._show_form()
        self._show_draft()

    def _show_buttons(self) -> None:
        chosen, task = self.chosen, self.task
        listed = isinstance(chosen, Listed)
        for button in (self.earlier, self.later, self.duplicate):
            button.visible = listed
        self.channel.visible = isinstance(chosen, ChosenCell)
        self.remove.visible = listed or isinstance(chosen, ChosenCell)
        self.remove.label = "Remove" if listed else "Clear"
        if isinstance(chosen, Listed):
            place, names = chosen.index(task), chosen.names(task)
            self.earlier.label, self.later.label = ("Earlier", "Later") if chosen.what == "epoch" else ("Up", "Down")
            self.earlier.disabled, self.later.disabled = place == 0, place == len(names) - 1
        elif isinstance(chosen, ChosenCell):
            self.remove.disabled = not chosen.value(task)
            return
        self.remove.disabled = False

    def _show_note(self) -> None:
        note = "" if self.chosen.what else HINT
        if isinstance(self.chosen, ChosenCell):
            channel = ChosenChannel(self.chosen.side, self.chosen.name).value(self.task)
            always = ", ".join(wording.signal(signal) for signal in channel.signals if not signal.epochs)
            note = f"In the whole trial: {always}." if always else ""
        text.say(self.note, note)

    def _show_form(self) -> None:
        what = self.chosen.form
        if what:
            value, names = self.chosen.value(self.task), references(self.task, self.chosen)
            if what not in self.forms:
                kind, label, without = self.chosen.annotation, self.chosen.label, self.chosen.without
                made = SpecForm(kind, value, names, self._wish, label, self._show_draft, self._possible, without)
                self.forms[what] = made
                self.body.append(made.layout)
            else:
                self.forms[what].show(value, names)
            if self.chosen in self._kept:
                self.forms[what].resume(self._kept.pop(self.chosen))
        for kind, form in self.forms.items():
            form.layout.visible = kind == what

    def _unfold(self) -> None:
        """Open a list of one thing: there is nothing else to look at."""
        form = self.forms.get(self.chosen.form)
        if form is not None and isinstance(form.root, Items) and len(form.root.rows) == 1:
            form.root.rows[0].open()

    def _complain(self, problem: str) -> None:
        text.say(self.problem, plain(problem))

    # ------------------------------------------------------------------------------------------- not accepted

    @property
    def drafts(self) -> list[Chosen]:
        """What has a change that was not accepted: it waits in its form for the person to come back."""
        kept = [chosen for chosen in self._kept if chosen.there(self.task)]
        return [self.chosen, *kept] if self._draft is not None else kept

    @property
    def _draft(self) -> Draft | None:
        """What waits in the form in sight."""
        form = self.forms.get(self.chosen.form)
        return None if form is None else form.draft

    def forget(self) -> None:
        """Drop what was not accepted: the task it was meant for is gone."""
        self._kept.clear()
        for form in self.forms.values():
            form.forget()

    def _switch(self, chosen: Chosen) -> None:
        """Look at something else; what was not accepted is kept for when this is looked at again."""
        if chosen == self.chosen:
            return
        if (draft := self._draft) is not None:
            self._kept[self.chosen] = draft
            self.forms[self.chosen.form].forget()
        self.chosen = chosen

    def _follow(self, old: Chosen, new: Chosen) -> None:
        """An epoch or a channel has another name: what was not accepted in its cells stays theirs."""
        self._kept = {chosen.followed(old, new): draft for chosen, draft in self._kept.items()}

    def _show_draft(self) -> None:
        waits = self._draft is not None
        if self.waiting.visible != waits:
            self.waiting.visible = waits
        self.drafted()

    def _retry(self) -> None:
        self.forms[self.chosen.form].retry()

    def _drop(self) -> None:
        self.forms[self.chosen.form].forget()
        self._show_draft()

    # -------------------------------------------------------------------------------------------- wishing

    def _wish(self, value: Any) -> bool:
        """Put a value in the place of what is looked at; where it cannot be, say so at the field that is named."""
        chosen = self.chosen
        place = chosen.place(self.task)
        named = chosen.named_as(value)
        change = f"change {changed(chosen.value(self.task), value)}{_words(chosen)}"
        self.chosen = named
        if self._try(lambda task: chosen.put(task, value), change, named):
            self._follow(chosen, named)
            self.choose(self.chosen)
            return True
        self.chosen = chosen
        self.forms[chosen.form].explain(self.session.errors.get(FIELD, ""), place)
        return False

    def _possible(self, value: Any) -> bool:
        """Whether a value can stand in the place of what is looked at."""
        try:
            self.chosen.put(self.task, value)
        except SpecError:
            return False
        return True

    def _edit(self, change: Callable[[Task], Task], label: str, then: Chosen | None = None) -> bool:
        granted = self._try(change, label, self.chosen if then is None else then)
        self._complain("" if granted else self.session.errors.get(FIELD, ""))
        self.choose(self.chosen)
        return granted

    def _try(self, change: Callable[[Task], Task], label: str, then: Chosen) -> bool:
        """Change the task; what is looked at from then on is known before anything is drawn."""
        before = self.chosen
        self._switch(then)
        granted = self.session.edit(change, label, FIELD)
        if not granted:
            self._switch(before)
        return granted

    def _move(self, by: int) -> None:
        if isinstance(chosen := self.chosen, Listed):
            self.move(chosen, chosen.index(self.task) + by)

    def move(self, chosen: Listed, index: int) -> None:
        """Put something at another place of its list."""
        self._edit(lambda task: chosen.move(task, index), f"move {_words(chosen)}", chosen)

    def _duplicate(self) -> None:
        if isinstance(chosen := self.chosen, Listed):
            place = chosen.index(self.task) + 1
            if self._edit(chosen.duplicate, f"duplicate {_words(chosen)}"):
                self.choose(chosen.called(chosen.names(self.task)[place]))

    def _remove(self) -> None:
        self.discard(self.chosen)

    def discard(self, chosen: Chosen) -> None:
        """Take something out of the task; what stood behind it is looked at next."""
        self._switch(chosen)
        then = chosen
        if isinstance(chosen, Listed):
            names, place = chosen.names(self.task), chosen.index(self.task)
            left = names[:place] + names[place + 1 :]
            then = chosen.called(left[min(place, len(left) - 1)]) if left else Chosen()
        if self._edit(chosen.remove, f"{'remove' if chosen.ordered else 'clear'} {_words(chosen)}", then):
            self._kept.pop(chosen, None)
            self._show_draft()

    def add(self, change: Callable[[Task], Task], kind: Callable[[str], Listed], label: str) -> None:
        """Put something new into the task and look at it."""
        before = set(kind("").names(self.task))
        if self._edit(change, label):
            new = next(name for name in kind("").names(self.task) if name not in before)
            self.choose(kind(new))

    def _open_channel(self) -> None:
        if isinstance(self.chosen, ChosenCell):
            self.choose(ChosenChannel(self.chosen.side, self.chosen.name))


def _words(chosen: Chosen) -> str:
    title = chosen.title()
    return title[:1].lower() + title[1:]


def another(one: Task, other: Task) -> bool:
    """Whether a task is no edited form of one, but another: its name and its epochs differ."""
    return one.name != other.name and one.epochs != other.epochs


def references(task: Task, chosen: Chosen) -> dict[str, list[str]]:
    """What a part of a task may name: kind -> names. A factor does not depend on itself, an input on no input."""
    own = chosen.name if isinstance(chosen, ChosenFactor) else ""
    side = chosen.side if isinstance(chosen, ChosenChannel | ChosenCell) else ""
    return {
        "factor": [name for name in task.factor_names if name != own],
        "counting": [name for name in counting(task.factors) if name != own],
        "epoch": list(task.epoch_names),
        "input": [] if side == "inputs" else list(task.input_names),
        "output": list(task.output_names),
        "noisy": [] if side == "outputs" else ["inputs"],
    }


PANEL = """
:host { min-width: 0; }
:host > * { flex-shrink: 0; }
"""

BUTTONS = ":host { gap: 4px 6px; padding: 0 0 6px; min-height: 0; }"
