"""The controls of what will be trained: the task's settings, the network, the training. One place for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.networks import NETWORKS
from rnnlab.runs import Training
from rnnlab.session import Session
from rnnlab.tasks import COLLECTIONS, TASKS, AnyTask, Collection, Curriculum, MultitaskSet, Preset, Task, collection_of
from rnnlab.tasks.families import SHELVES
from rnnlab.tasks.places import Place, places, written
from rnnlab.views import bare, look, parts, text, wording
from rnnlab.views.apart import apart
from rnnlab.views.controls import Control, GroupedChoice, control
from rnnlab.views.facts import Facts, named, of_field, of_setting, title_of
from rnnlab.views.form.about import Path
from rnnlab.views.form.places import below
from rnnlab.views.steerable import of_task
from rnnlab.views.titles import original
from rnnlab.views.titles import title as title_of_task
from rnnlab.views.view import Pace, Part

GROUPS = {"epochs": "Epochs", "stimulus": "Stimulus", "noise": "Noise", "trial": "Target and scoring"}
"""Groups of a task's settings, in the order of the screen."""

OWN = "It is changed on its board, on the page Task."
"""Said of a task without sliders."""

OWN_HERE = "It is changed on the board."
"""The same on the page of the board."""

NETWORK_FIELDS = (
    "n_units",
    "form",
    "nonlinearity",
    "cell_output",
    "rank",
    "random",
    "strength",
    "tau_adapt",
    "facilitating",
    "gate",
    "tau_attention",
    "n_layer",
    "layer_nonlinearity",
    "reset",
    "tau",
    "dt",
    "noise",
    "spectral_radius",
    "excitatory",
)
TRAINING_FIELDS = ("updates", "batch_size", "learning_rate", "gradient_clip", "stop_accuracy")


class Settings(Part):
    """Controls under headings. A wish that cannot be fulfilled is explained beside its control; the rest stays."""

    pace: ClassVar[Pace] = "prompt"
    watches: ClassVar[tuple[str, ...]] = (
        "experiment", "place", "settings", "task_name", "errors", "trained", "network_update",
    )  # fmt: skip
    prefix: ClassVar[str]

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.controls: dict[str, Control] = {}
        self.rows: list[Any] = []
        self.layout = parts.column(css=look.SETTINGS)
        self._built_for: Any = None
        self._drawn: Any = None

    # ------------------------------------------------------------------------------------- said by each of them

    def _subject(self) -> Any:
        """What decides which controls there are."""
        raise NotImplementedError

    def _groups(self) -> dict[str, list[Facts]]:
        """Heading -> settings under it."""
        raise NotImplementedError

    def _source(self) -> Any:
        """Where the values come from: as long as it is the same, so are they."""
        raise NotImplementedError

    def _value(self, name: str) -> Any:
        raise NotImplementedError

    def _wish(self, name: str, value: Any) -> None:
        raise NotImplementedError

    def _key(self, name: str) -> str:
        """The name of a setting in the session's errors."""
        return f"{self.prefix}.{name}"

    def _steered(self) -> Mapping[Path, Any]:
        """What steering has put in force instead of what the controls show, by name."""
        return below(self.session.steered, self.prefix)

    def _intro(self) -> Iterable[Any]:
        """What stands above the controls."""
        return ()

    def _outro(self) -> Iterable[Any]:
        """What stands below them."""
        return ()

    # -------------------------------------------------------------------------------------------- common to all

    def refresh(self, changed: set[str]) -> None:
        now = self._steered()
        state = self._source(), self.session.errors, now
        if state == self._drawn:
            return
        self._drawn = state
        if self._subject() != self._built_for:
            self._build()
        for name, each in self.controls.items():
            problem = self.session.errors.get(self._key(name), "")
            if not problem:
                each.show(self._value(name))
            each.complain(plain(problem or each.unread))
            each.steered(below(now, name))

    def _build(self) -> None:
        self._built_for = self._subject()
        self.controls, self.rows = {}, []
        for title, facts in self._groups().items():
            made = [self._add(control(each, self._value(each.name))) for each in facts]
            self.rows += [parts.heading(title, 3), *(each.layout for each in made)]
        self.layout.objects = [*self._intro(), *self.rows, *self._outro()]

    def _add(self, made: Control) -> Control:
        self.controls[made.facts.name] = made
        made.on_change(self._wish)
        return made


class TaskSettings(Settings):
    """Which task, and its settings: durations, coherences, noise.

    Args:
        session: whose task it is.
        theme: in force.
        gallery: what the button does that opens the gallery; left out, there is no such button.
        own: where a task is changed that has no sliders.
    """

    prefix = "task"

    def __init__(
        self, session: Session, theme: Theme, gallery: Callable[[], None] | None = None, own: str = OWN
    ) -> None:
        known: dict[str, Preset | Collection] = {**TASKS, **COLLECTIONS}
        about = Facts("", "Task", "choice", options={each.title: name for name, each in known.items()})
        groups = {heading: [known[name].title for name in names] for heading, names in SHELVES.items()}
        self.chooser = GroupedChoice(about, chosen_of(session), groups, "Not in the catalogue")
        self.chooser.on_change(lambda _, name: session.set_task(name))
        self.gallery = parts.button("Gallery of tasks", gallery, kind="small")
        self.gallery.visible = gallery is not None
        wide: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width", "stylesheets": [look.FIELD]}
        self.member = bare.Select(label="Look at", options=[""], **wide)
        self.member.param.watch(lambda event: self._look(event.new), "value")
        self.own, self._own = text.paragraph(), own
        self.in_force = text.paragraph(css_class="now", role="status")
        super().__init__(session, theme)

    def _intro(self) -> Iterable[Any]:
        return (self.chooser.layout, self.gallery, self.member, self.own, self.in_force)

    def refresh(self, changed: set[str]) -> None:
        preset = bool(self.session.task_name)
        if preset or self._built_for is None:
            super().refresh(changed)
        for row in self.rows:  # hidden only: an edge whose first move made a preset one's own must not wait for more
            row.visible = preset
        text.say(self.own, "" if preset else f"{without_sliders(self.session)} {self._own}")
        self.chooser.show(chosen_of(self.session))
        self._show_members()
        text.say(self.in_force, of_task(self.session))
        self.chooser.complain(plain(about_task(self.session.errors)))

    def _show_members(self) -> None:
        """Offer the tasks of a set or a curriculum, the one looked at chosen."""
        names = named_places(self.session.intent.whole)
        self.member.visible = len(names) > 1
        here = next(name for name, place in names.items() if place == self.session.place)
        if (self.member.options, self.member.value) != (list(names), here):
            self.member.param.update(options=list(names), value=here)

    def _look(self, name: str) -> None:
        place = named_places(self.session.intent.whole).get(name)
        if place is not None and place != self.session.place:
            self.session.look_at(place)

    def _subject(self) -> Any:
        return self.session.task_name

    def _groups(self) -> dict[str, list[Facts]]:
        if not self.session.task_name:
            return {}
        known = [of_setting(s) for s in TASKS[self.session.task_name].settings().values()]
        group = {s.name: s.group for s in TASKS[self.session.task_name].settings().values()}
        found = {title: [f for f in known if group[f.name] == key] for key, title in GROUPS.items()}
        return {title: facts for title, facts in found.items() if facts}

    def _source(self) -> Any:
        return self.session.task_name, self.session.settings

    def _value(self, name: str) -> Any:
        return self.session.settings[name]

    def _wish(self, name: str, value: Any) -> None:
        self.session.set_setting(name, value)


def chosen_of(session: Session) -> str:
    """The catalogue's name of the task, the set or the curriculum; its own name where it is from elsewhere, and its
    title where it was changed by hand."""
    whole = session.intent.whole
    known = session.task_name if isinstance(whole, Task) else collection_of(whole)
    if known or not original(session.task_name, whole):
        return known or whole.name
    return title_of_task(session.task_name, whole)


def without_sliders(session: Session) -> str:
    """Why the task looked at has no sliders."""
    whole = session.intent.whole
    if not isinstance(whole, Task):
        return f"This task of the {'set' if isinstance(whole, MultitaskSet) else 'curriculum'} has no sliders."
    if original(session.task_name, whole):
        return "A task that was changed by hand has no sliders."
    return "A task of your own has no sliders."


def named_places(whole: AnyTask) -> dict[str, Place]:
    """The tasks of a set or a curriculum as a person reads them, each with its place.

    >>> from rnnlab.tasks import collection
    >>> list(named_places(collection("weaker_evidence")))
    ['1: coherence 16 (random dots)', '2: coherence 8 (random dots)', '3: coherence 4 (random dots)']
    """
    notes = apart(whole) if isinstance(whole, Curriculum) else ()
    found = {}
    for place in places(whole):
        name, note = wording.plain(written(whole, place).name), notes[place[0]] if notes else ""
        found[place] = f"{note} ({name})" if note else name
    return {".".join(str(i + 1) for i in place) + f": {name}": place for place, name in found.items()}


class NetworkSettings(Settings):
    """The kind of network, its size, equation and noise, and the way to the rest of it.

    Args:
        session: whose network it is.
        theme: in force.
        rest: what the button does that leads there; left out, there is no such button.
    """

    prefix = "network"

    def __init__(self, session: Session, theme: Theme, rest: Callable[[], None] | None = None) -> None:
        self.rest = parts.button("Everything about the network", rest, kind="small")
        self.rest.visible = rest is not None
        super().__init__(session, theme)

    def _outro(self) -> Iterable[Any]:
        return (self.rest,)

    def _subject(self) -> Any:
        return type(self.session.experiment.network)

    def _steered(self) -> Mapping[Path, Any]:
        trained = self.session.trained
        return super()._steered() if trained is not None and type(trained.network) is self._subject() else {}

    def _groups(self) -> dict[str, list[Facts]]:
        options = {title_of(kind): kind for kind in NETWORKS}
        cell = self._subject()
        fields = [of_field(cell, name) for name in NETWORK_FIELDS if hasattr(self.session.experiment.network, name)]
        return {"Network": [Facts("kind", "Kind", "choice", options=options), *fields]}

    def _source(self) -> Any:
        return self.session.experiment.network

    def _value(self, name: str) -> Any:
        network = self.session.experiment.network
        return type(network).__name__ if name == "kind" else getattr(network, name)

    def _wish(self, name: str, value: Any) -> None:
        self.session.set_network(name, value, f"change {self.controls[name].facts.label}")


class TrainingSettings(Settings):
    """How long and how fast, when to stop, and the seed."""

    prefix = "training"

    def _subject(self) -> Any:
        return Training

    def _groups(self) -> dict[str, list[Facts]]:
        seed = Facts("seed", "Seed", "whole", help="Decides every random number of a training.")
        return {"Training": [*(of_field(Training, name) for name in TRAINING_FIELDS), seed]}

    def _source(self) -> Any:
        return self.session.experiment.training, self.session.experiment.seed

    def _value(self, name: str) -> Any:
        experiment = self.session.experiment
        return experiment.seed if name == "seed" else getattr(experiment.training, name)

    def _wish(self, name: str, value: Any) -> None:
        if name == "seed":
            self.session.set_seed(value)
        else:
            self.session.set_training(name, value, f"change {self.controls[name].facts.label}")

    def _key(self, name: str) -> str:
        return "seed" if name == "seed" else super()._key(name)


class RunFiles(Part):
    """Where a run is opened from and kept. What cannot be read or written is explained beside the field.

    A path counts once Enter or the button beside it is pressed: a field that is merely left does nothing.
    """

    pace: ClassVar[Pace] = "prompt"
    watches: ClassVar[tuple[str, ...]] = ("errors",)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.open = FileField("Open a run or an experiment", "runs/first, or mine.json", "Open", session.open)
        self.keep = FileField("Keep this run in", "a new folder, e.g. runs/mine", "Keep", session.keep)
        self.layout = parts.column(parts.heading("Files", 3), self.open.layout, self.keep.layout)

    def refresh(self, changed: set[str]) -> None:
        for name, field in (("open", self.open), ("keep", self.keep)):
            problem = self.session.errors.get(name, "")
            named = not problem.split(" ")[0].isalpha()  # begins with a path, which stays as it is
            field.complain(problem if named else problem[:1].upper() + problem[1:])


class FileField:
    """A path, a button that does something with it, and what came of it.

    Args:
        label: above the field.
        example: of a path, in the empty field.
        verb: on the button.
        act: what Enter and the button do with the path; says whether that was possible.
    """

    def __init__(self, label: str, example: str, verb: str, act: Callable[[str], bool]) -> None:
        wide: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width", "stylesheets": [look.FIELD]}
        self.path = bare.TextInput(label=label, placeholder=example, **wide)
        self.path.param.watch(lambda _: self._press(), "enter_pressed")
        self.path.param.watch(lambda _: self._tell(done=""), "value_input")
        self.button = parts.button(verb, self._press, kind="beside")
        self._problem = text.paragraph(css_class="error", role="alert")
        self._done = text.paragraph(role="status")
        self._verb, self._act = verb, act
        row = parts.row(self.path, self.button, css=_FILE_ROW)
        self.layout = parts.column(row, self._problem, self._done)
        self._tell(problem="", done="")

    def _press(self) -> None:
        path = self.path.value_input.strip()
        if path and self._act(path):
            self._tell(problem="", done=f"{_PAST[self._verb]} {path}.")

    def complain(self, problem: str) -> None:
        """Say beside the field what is wrong with its path; an empty string takes it back."""
        if problem:
            self._tell(problem=problem, done="")
        else:
            self._tell(problem="")

    def _tell(self, **words: str) -> None:
        for name, each in words.items():
            pane = {"problem": self._problem, "done": self._done}[name]
            text.say(pane, each)
            pane.visible = bool(each)


_PAST = {"Open": "Opened", "Keep": "Kept in", "Add": "Compared with"}
_FILE_ROW = ":host { flex-wrap: nowrap; gap: 6px; }"


def about_task(errors: Mapping[str, str]) -> str:
    """Why the last task asked for, by name or by the page's address, could not be had.

    >>> about_task({"open_shared": "address.task: the task in the address is damaged"})
    "The page's address: the task in the address is damaged"
    """
    if "task" in errors or "open_shared" not in errors:
        return errors.get("task", "")
    return f"The page's address: {errors['open_shared'].partition(': ')[2]}"


def plain(problem: str) -> str:
    """A problem without the place it names: the control beside it is the place.

    >>> plain("LeakyRNN.dt: 200 ms is longer than the time constant; give less")
    '200 ms is longer than the time constant; give less'
    """
    place, separator, rest = problem.partition(": ")
    words = rest if separator and " " not in place else problem
    return named(words[:1].upper() + words[1:])
