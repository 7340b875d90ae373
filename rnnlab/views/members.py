"""The tasks of a set, the stages of a curriculum: which one is looked at, and what can be said about its place."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from rnnlab.figures.theme import Theme
from rnnlab.figures.thumbnail import thumbnail
from rnnlab.session import Session
from rnnlab.tasks import TASKS, AnyTask, Curriculum, MultitaskSet, Stage, Task, edit
from rnnlab.tasks.families import FAMILIES
from rnnlab.tasks.places import Place, places, written
from rnnlab.views import look, parts, push, text, wording
from rnnlab.views.apart import apart
from rnnlab.views.bare import beside, own_sheets_only
from rnnlab.views.chosen import changed
from rnnlab.views.controls import GroupedChoice
from rnnlab.views.facts import Facts
from rnnlab.views.form import SpecForm
from rnnlab.views.levels import Level, levels
from rnnlab.views.settings import plain
from rnnlab.views.view import Pace, Part, View

FIELD = "members"
"""Under which the session's errors hold what is refused here."""


class Members(JSComponent):
    """The tasks in the browser.

    Args:
        act: called with the place that a person wants to look at.

    Attributes:
        sheet: what stands there, as JSON.
    """

    sheet = param.String("{}")

    _process_param_change = own_sheets_only(JSComponent)
    _esm = beside("members.js")

    def __init__(self, act: Callable[[Place], object], **settings: Any) -> None:
        self._act = act
        wide = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [beside("members.css")]}
        super().__init__(**{**wide, **settings})

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        with push.batch(self):
            self._act(tuple(int(number) for number in data["place"]))


class MembersPart(Part):
    """All tasks of a set or a curriculum with a trial of each; forms for the place of the one looked at; buttons to
    add, move, duplicate and remove. Of a single task there is nothing to show.

    Attributes:
        members: the tasks in the browser.
        forms: kind of fields -> their form, made when first needed and then kept.
    """

    pace: ClassVar[Pace] = "steady"
    watches: ClassVar[tuple[str, ...]] = ("experiment", "place", "errors")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.heading = parts.heading("Set")
        self.members = Members(session.look_at)
        self.forms: dict[str, SpecForm] = {}
        self._columns: dict[str, tuple[Any, Any]] = {}
        self._levels: dict[str, Level] = {}
        self.adding = GroupedChoice(Facts("", "Add a task", "choice", options=ADDABLE), "", HEADINGS, "Which?")
        self.adding.widget.stylesheets = [look.FIELD, look.INLINE]
        self.adding.on_change(lambda _, name: self._add(name))
        self.of_task = _buttons(self._edit_task, TASK_BUTTONS)
        self.of_stage = _buttons(self._edit_stage, STAGE_BUTTONS)
        self.only = parts.button("Keep this task alone", self._keep_alone, kind="small")
        self.problem = text.paragraph(css_class="error", role="alert")
        self.body = parts.column(css=FORMS)
        buttons = parts.row(*self.of_stage, *self.of_task, self.only, self.adding.layout, css=BUTTONS)
        self.layout = parts.card(self.heading, self.members, buttons, self.problem, self.body, wide=True)

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self, changed: set[str]) -> None:
        whole, place = self.session.intent.whole, self.session.place
        self.layout.visible = not isinstance(whole, Task)
        if isinstance(whole, Task):
            return
        if changed & {"experiment", "place"}:
            kind = "Set" if isinstance(whole, MultitaskSet) else "Curriculum"
            self.heading.object = f"<h2>{kind}: {text.escape(wording.plain(whole.name))}</h2>"
            self.members.sheet = json.dumps(sheet(whole, place), ensure_ascii=False)
            self._show_buttons(whole, place)
            for form in self.forms.values() if "place" in changed else ():
                form.forget()
            self._show_forms(levels(whole, place))
        text.say(self.problem, plain(self.session.errors.get(FIELD, "")))

    def _show_buttons(self, whole: MultitaskSet | Curriculum, place: Place) -> None:
        within = set_at(whole, place)
        for button in self.of_task:
            button.visible = within is not None
        self.adding.layout.visible = within is not None
        for button in self.of_stage:
            button.visible = isinstance(whole, Curriculum)
        if within is not None:
            _enable(self.of_task, place[-1], len(within.tasks))
        if isinstance(whole, Curriculum):
            _enable(self.of_stage, place[0], len(whole.stages))

    def _show_forms(self, found: list[Level]) -> None:
        self._levels = {level.form: level for level in found}
        for level in found:
            if level.form not in self.forms:
                self._make(level)
            self.forms[level.form].show(level.value)
            self._columns[level.form][0].object = f"<h3>{text.escape(level.title)}</h3>"
        for form, (_, column) in self._columns.items():
            column.visible = form in self._levels
        wanted = [self._columns[level.form][1] for level in found]
        if wanted != [column for column in self.body if column.visible]:
            self.body.objects = [*wanted, *(column for column in self.body if column not in wanted)]

    def _make(self, level: Level) -> None:
        made = SpecForm(type(level.value), level.value, {}, lambda value: self._wish(level.form, value))
        heading = parts.heading(level.title, 3)
        self.forms[level.form] = made
        self._columns[level.form] = heading, parts.column(heading, made.layout, css=FORM)

    # ------------------------------------------------------------------------------------- said by a person

    def _wish(self, form: str, value: Any) -> bool:
        level = self._levels[form]
        change = f"change {changed(level.value, value)}{level.title[:1].lower()}{level.title[1:]}"
        granted = self.session.edit_whole(lambda _: level.put(value), change, f"{FIELD}.{form}")
        if not granted:
            self.forms[form].explain(self.session.errors.get(f"{FIELD}.{form}", ""), level.place)
        return granted

    def _edit(self, change: Callable[[Any], Any], label: str, then: Place) -> None:
        self.session.edit_whole(change, label, FIELD, then=then)

    def _edit_task(self, what: str) -> None:
        *outer, i = self.session.place
        name = wording.plain(self.session.task.name)
        acts: dict[str, tuple[Callable[[MultitaskSet], MultitaskSet], int]] = {
            "Task earlier": (lambda whole: edit.move_task(whole, i, i - 1), i - 1),
            "Task later": (lambda whole: edit.move_task(whole, i, i + 1), i + 1),
            "Duplicate task": (lambda whole: edit.duplicate_task(whole, i), i + 1),
            "Remove task": (lambda whole: edit.remove_task(whole, i), i),
        }
        change, then = acts[what]
        verb = {"D": "duplicate", "R": "remove"}.get(what[0], "move")
        place = self.session.place
        self._edit(lambda whole: in_set(whole, place, change), f"{verb} the task {name}", (*outer, then))

    def _edit_stage(self, what: str) -> None:
        i, *inner = self.session.place
        acts: dict[str, tuple[Callable[[Curriculum], Curriculum], int]] = {
            "Stage earlier": (lambda whole: edit.move_stage(whole, i, i - 1), i - 1),
            "Stage later": (lambda whole: edit.move_stage(whole, i, i + 1), i + 1),
            "Add a stage like it": (lambda whole: edit.duplicate_stage(whole, i), i + 1),
            "Remove stage": (lambda whole: edit.remove_stage(whole, i), i),
        }
        change, then = acts[what]
        verb = {"A": "add a stage behind", "R": "remove"}.get(what[0], "move")
        self._edit(change, f"{verb} stage {i + 1}", (then, *inner))

    def _add(self, name: str) -> None:
        self.adding.show("")
        if name not in TASKS:
            return
        place = self.session.place
        *outer, i = place
        task = TASKS[name]()
        self._edit(
            lambda whole: in_set(whole, place, lambda inner: edit.add_task(inner, task, i + 1)),
            f"add the task {wording.plain(name)}",
            (*outer, i + 1),
        )

    def _keep_alone(self) -> None:
        task = self.session.task
        self._edit(lambda _: task, f"keep {wording.plain(task.name)} alone", ())


class MembersView(View):
    """The tasks of a set, the stages of a curriculum."""

    title: ClassVar[str] = "Set or curriculum"
    part: ClassVar[type[Part]] = MembersPart


def _buttons(act: Callable[[str], None], labels: tuple[str, ...]) -> list[Any]:
    return [parts.button(label, functools.partial(act, label), kind="small") for label in labels]


def _enable(buttons: list[Any], i: int, n: int) -> None:
    """The first does not go earlier, the last not later, the only one does not go."""
    for button, disabled in zip(buttons, (i == 0, i == n - 1, False, n == 1), strict=True):
        button.disabled = disabled


# ------------------------------------------------------------------------------------------------------ what is said


def set_at(whole: AnyTask, place: Place) -> MultitaskSet | None:
    """The set that the task at a place is of; None where it is of none."""
    inner = whole.stages[place[0]].task if isinstance(whole, Curriculum) else whole
    return inner if isinstance(inner, MultitaskSet) else None


def in_set(whole: AnyTask, place: Place, change: Callable[[MultitaskSet], MultitaskSet]) -> AnyTask:
    """The whole with the set around a place changed."""
    if isinstance(whole, Curriculum):
        stage = whole.stages[place[0]]
        inner = in_set(stage.task, place[1:], change)
        return edit.replace_stage(whole, place[0], stage.replace(task=inner))
    return change(whole) if isinstance(whole, MultitaskSet) else whole


def sheet(whole: MultitaskSet | Curriculum, place: Place) -> dict[str, Any]:
    """What the browser draws: the tasks in groups, one for each stage."""
    if isinstance(whole, MultitaskSet):
        return {"label": "Tasks of the set", "groups": [{"title": "", "note": "", "items": _items(whole, (), place)}]}
    notes = apart(whole)
    groups = [
        {
            "title": f"Stage {i + 1}",
            "note": until(stage),
            "items": _items(stage.task, (i,), place, notes[i]),
        }
        for i, stage in enumerate(whole.stages)
    ]
    return {"label": "Stages of the curriculum", "groups": groups}


def _items(whole: Task | MultitaskSet, outer: Place, current: Place, differs: str = "") -> list[dict[str, Any]]:
    odds = edit.odds_of(whole) if isinstance(whole, MultitaskSet) else ()
    found = []
    for inner in places(whole):
        task, place = written(whole, inner), (*outer, *inner)
        note = f"{text.percent(odds[inner[0]] / sum(odds), 0)} of trials" if odds else differs
        of_stage = f"Stage {outer[0] + 1}: " if outer else ""
        name = wording.plain(task.name)
        label = f"{of_stage}{name}" + (f", {note}" if note else "")
        said = {"name": name, "note": note, "label": label, "says": task.description}
        found.append({"place": place, "current": place == current, "picture": _picture(task), **said})
    return found


@functools.lru_cache(maxsize=256)
def _picture(task: Task) -> str:
    return thumbnail(task)


def until(stage: Stage) -> str:
    """What ends a stage, in a few words.

    >>> from rnnlab.tasks import get
    >>> until(Stage(get("xor"), 0.85)), until(Stage(get("xor"), 0.01, 500, "loss"))
    ('until 85\u00a0% are correct', 'until the loss is 0.01, at most 500 updates')
    """
    reached = {
        "accuracy": "{} are correct",
        "worst_condition": "{} are correct in the worst condition",
        "worst_task": "{} are correct in the worst task",
        "loss": "the loss is {}",
    }[stage.metric]
    value = f"{stage.threshold:g}" if stage.metric == "loss" else f"{100 * stage.threshold:g}{text.GAP}%"
    most = "" if stage.updates is None else f", at most {text.count(stage.updates)} updates"
    return f"until {reached.format(value)}{most}"


ADDABLE = {"choose one …": "", **{preset.title: name for name, preset in TASKS.items()}}
HEADINGS = {
    "": ["choose one …"],
    **{heading: [TASKS[name].title for name in names] for heading, names in FAMILIES.items()},
}

TASK_BUTTONS = ("Task earlier", "Task later", "Duplicate task", "Remove task")
STAGE_BUTTONS = ("Stage earlier", "Stage later", "Add a stage like it", "Remove stage")

BUTTONS = """
:host { gap: 4px 6px; padding: 8px 0 4px; align-items: center; }
:host > * { flex: none; width: auto !important; }
"""

FORMS = """
:host {
  display: grid !important; gap: 6px 24px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 270px), 1fr));
}
:host > * { min-width: 0; }
:host > .scroll-button { display: none; }
"""
"""Panel's own button would be the first cell of the grid."""

FORM = ":host { --rl-labels: 104px; }"
