"""What a person wants: a task made of a preset and its settings, a network, a training, a seed. Frozen and pure.

Where the task is a set or a curriculum, one of its tasks is looked at, and settings and edits are of that one.

Every ``with_`` method gives the changed intent, or raises (`SpecError`, ValueError) and leaves this one as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rnnlab.networks import NETWORKS, AnyNetwork
from rnnlab.runs import Change, Cosine, Experiment, Ramp, Training
from rnnlab.runs.presets import settings_of
from rnnlab.runs.script import script, task_script
from rnnlab.spec import SpecError, did_you_mean, shown
from rnnlab.spec.paths import keys
from rnnlab.tasks import COLLECTIONS, TASKS, AnyTask, CodeTask, Task, collection
from rnnlab.tasks.places import Place, nearest, put, seen, written

MOST_UNITS = 1024
"""Networks that are made in the lab have at most so many: the eigenvalues of more hold up the page for seconds."""


@dataclass(frozen=True)
class Intent:
    """An experiment, and what in it came from a task of the catalogue.

    Attributes:
        experiment: what a training would train.
        task_name: the preset the task looked at was made with, or "" for a task from elsewhere.
        settings: the preset's settings in force, all of them.
        place: of the task looked at in a set or a curriculum; see `rnnlab.tasks.places`.
    """

    experiment: Experiment
    task_name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    place: Place = ()

    @classmethod
    def of(cls, experiment: Experiment, place: Place = ()) -> Intent:
        """The intent behind an experiment; its task is recognised where the catalogue can make it.

        Raises:
            SpecError: task, network or loss is Python code.
        """
        if experiment.code is not None:
            where, part = experiment.code
            problem = f"{part.name!r} is Python code, and the lab trains in a process of its own"
            raise SpecError(where, problem, remedy="train it with rl.train, look at it with rl.figures")
        assert not isinstance(experiment.task, CodeTask)
        place = nearest(experiment.task, place)
        task = written(experiment.task, place)
        changed = settings_of(task)
        if changed is None:
            return cls(experiment, place=place)
        return cls(experiment, task.name, defaults(task.name) | changed, place)

    @property
    def whole(self) -> AnyTask:
        """All that is learned: a task, a set or a curriculum."""
        assert not isinstance(self.experiment.task, CodeTask)  # which `of` refuses
        return self.experiment.task

    @property
    def task(self) -> Task:
        """The task looked at, as it is written down."""
        return written(self.whole, self.place)

    @property
    def seen(self) -> Task:
        """The task looked at, as the network sees it."""
        return seen(self.whole, self.place)

    def looking_at(self, place: Place) -> Intent:
        """The same, with another task of the set or the curriculum looked at."""
        return Intent.of(self.experiment, place)

    def with_task(self, name: str) -> Intent:
        """Another task of the catalogue, with its default settings; or a set or curriculum of it."""
        if name in COLLECTIONS:
            return self.with_own_task(collection(name))
        _known(name, {**TASKS, **COLLECTIONS}, "task")
        steering = self._steering_of_others("task") if name != self.whole.name else self.experiment.steering
        experiment = self.experiment.replace(task=TASKS[name](), steering=steering)
        return Intent(experiment, name, defaults(name))

    def with_setting(self, name: str, value: Any) -> Intent:
        """One setting of the task changed."""
        return self.with_settings({name: value})

    def with_settings(self, values: Mapping[str, Any]) -> Intent:
        """Some settings of the task changed, all at once."""
        if not self.task_name:
            raise SpecError("task", "this task was not made from the catalogue", remedy="choose a task first")
        known = TASKS[self.task_name].settings()
        read = {
            name: known[_known(name, known, self.task_name)].read(value, f"{self.task_name}.{name}")
            for name, value in values.items()
        }
        return self._with_made_task(self.task_name, {**self.settings, **read})

    def _with_made_task(self, name: str, settings: Mapping[str, Any]) -> Intent:
        whole = put(self.whole, self.place, TASKS[name](**settings))
        return replace(self, experiment=self._with(task=whole), task_name=name, settings=dict(settings))

    def with_own_task(self, task: AnyTask) -> Intent:
        """A task from elsewhere, or a set or a curriculum."""
        return Intent.of(self._with(task=task))

    def with_edited_task(self, task: Task) -> Intent:
        """The task looked at changed by hand: no longer one of the catalogue, even where a preset would make it too."""
        if task == self.task:
            return self
        return Intent(self._with(task=put(self.whole, self.place, task)), place=self.place)

    def with_edited_whole(self, whole: AnyTask, place: Place) -> Intent:
        """The set or the curriculum changed by hand, and what is looked at in it from then on."""
        experiment = self._with(task=whole)
        place = nearest(whole, place)
        if written(whole, place) == self.task:
            return replace(self, experiment=experiment, place=place)
        return Intent.of(experiment, place)

    def put_back(self, other: Intent) -> Intent:
        """All that another intent wants; what was steered since then stays, where that fits."""
        try:
            return replace(other, experiment=other.experiment.replace(steering=self.experiment.steering))
        except SpecError:
            return other

    def with_network(self, name: str, value: Any) -> Intent:
        """One field of the network changed; the field ``kind`` changes the kind of network, keeping what both have."""
        if name == "kind":
            return self._with_network_kind(value)
        if name == "n_units" and isinstance(value, int):
            _check_units(value)
        return replace(self, experiment=self._with(**{f"network__{name}": value}))

    def _with_network_kind(self, kind: str) -> Intent:
        old, make = self.experiment.network, NETWORKS[_known(kind, NETWORKS, "network.kind")]
        kept = {name: getattr(old, name) for name in ("n_units", "dt") if hasattr(old, name)}
        network = old if type(old) is make else make(**kept)
        return replace(self, experiment=self._with(network=network))

    def with_whole_network(self, network: AnyNetwork) -> Intent:
        """Another network. If it is to train a start for each place in the batch now, it gets as many."""
        _check_units(network.n_units)
        if network.start == "places" != self.experiment.network.start:
            network = network.replace(n_starts=self.experiment.training.batch_size)
        return replace(self, experiment=self._with(network=network))

    def with_whole_training(self, training: Training) -> Intent:
        """Another training. A schedule that is new to it goes on as long as it does."""
        old = self.experiment.training
        for name in ("schedule", "noise_schedule"):
            kind, schedule = type(getattr(old, name)), getattr(training, name)
            if isinstance(schedule, Cosine | Ramp) and not isinstance(schedule, kind):
                training = training.replace(**{name: schedule.replace(updates=training.updates)})
        return replace(self, experiment=self._with(training=training, **self._starts(training.batch_size)))

    def with_training(self, name: str, value: Any) -> Intent:
        """One field of the training changed."""
        starts = self._starts(value) if name == "batch_size" else {}
        return replace(self, experiment=self._with(**{f"training__{name}": value}, **starts))

    def _starts(self, batch_size: Any) -> dict[str, Any]:
        """What of the network follows the number of trials per update: the starts, where each place has its own."""
        return {"network__n_starts": batch_size} if self.experiment.network.start == "places" else {}

    def unsteered(self) -> Intent:
        """Without changes on the way."""
        return replace(self, experiment=self.experiment.replace(steering=()))

    def with_seed(self, seed: int) -> Intent:
        """Another seed."""
        return replace(self, experiment=self.experiment.replace(seed=seed))

    def _with(self, **changes: Any) -> Experiment:
        """The experiment with some fields changed. What it was steered to on the way is left out where it leads nowhere
        then: a factor that the new task does not have."""
        try:
            return self.experiment.replace(**changes)
        except SpecError:
            (part,) = {name.partition("__")[0] for name in changes}
            left = self._steering_of_others(part)
            if left == self.experiment.steering:
                raise
            return self.experiment.replace(**changes, steering=left)

    def _steering_of_others(self, part: str) -> tuple[Change, ...]:
        """The changes on the way that are not of a part of the experiment."""
        return tuple(change for change in self.experiment.steering if keys(change.path)[0] != part)

    def script(self, out: str | None = None) -> str:
        """A short Python file that trains this experiment."""
        return script(self.experiment, out, **self._making)

    def task_script(self) -> str:
        """A short Python file that makes this task and draws trials from it."""
        return task_script(self.whole, **self._making)

    @property
    def _making(self) -> dict[str, Any]:
        """How the task was made, where that is known; of the tasks of a set it is looked for."""
        if not isinstance(self.whole, Task):
            return {}
        return {"settings": self.changed or None, "spelled": not self.task_name}

    @property
    def changed(self) -> dict[str, Any]:
        """The preset's settings that differ from their defaults."""
        usual = defaults(self.task_name) if self.task_name else {}
        return {name: value for name, value in self.settings.items() if value != usual[name]}


def _check_units(n_units: int) -> None:
    if n_units > MOST_UNITS:
        problem = f"{n_units} units are more than the {MOST_UNITS} that a page can follow while they learn"
        raise SpecError("network.n_units", problem, value=n_units, remedy="train larger ones with rnnlab train")


def defaults(task_name: str) -> dict[str, Any]:
    """A preset's settings with their default values."""
    return {name: setting.default for name, setting in TASKS[task_name].settings().items()}


def _known(name: Any, table: Mapping[str, Any], path: str) -> str:
    if not isinstance(name, str) or name not in table:
        raise SpecError(path, f"unknown name {shown(name)}", value=name, remedy=did_you_mean(name, table))
    return name
