"""What one person wants: a task, a network, a training, a seed; changed by wishes, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from rnnlab.networks import AnyNetwork
from rnnlab.runs import Experiment, Training
from rnnlab.session import sharing
from rnnlab.session.intent import Intent
from rnnlab.session.undo import ANYWHERE, Undo
from rnnlab.session.wishes import Change, Wishes
from rnnlab.tasks import COLLECTIONS, TASKS, AnyTask, Collection, Preset, Task
from rnnlab.tasks.places import Place


class Wanted(param.Parameterized):
    """The wishes of a `rnnlab.session.Session`, and what is in force of them.

    Every method that changes something says whether it was granted. What is not granted leaves all as it is and puts a
    sentence into `errors`.
    """

    experiment = param.Parameter(doc="What a training would train: a frozen Experiment.")
    place = param.Parameter((), doc="Where in a set or a curriculum the task is that is looked at.")
    task_name = param.String("", doc="The catalogue's name of the task looked at, or '' for a task from elsewhere.")
    settings = param.Dict({}, doc="That task's settings, all of them.")
    errors = param.Dict({}, doc="Field -> why the last wish about it cannot be; e.g. 'task.noise', 'network.dt'.")
    undoable = param.String("", doc="What `undo` would take back, in words, or ''.")
    redoable = param.String("", doc="What `redo` would do again, in words, or ''.")

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self._wishes = Wishes()
        self._undo = Undo()

    def _adopt(self, intent: Intent) -> None:
        """Put an intent in force, all at once or (raising) not at all."""
        raise NotImplementedError

    @property
    def intent(self) -> Intent:
        """What is wanted now, frozen."""
        return Intent(self.experiment, self.task_name, self.settings, self.place)

    @property
    def task(self) -> Task:
        """The task looked at, as it is written down: the experiment's, or one of its set or curriculum."""
        return self.intent.task

    # --------------------------------------------------------------------------------------------------- wishes

    def set_task(self, name: str) -> bool:
        """Choose a task of the catalogue, with its default settings, or a set or a curriculum of it."""
        known: dict[str, Preset | Collection] = {**TASKS, **COLLECTIONS}
        title = known[name].title if name in known else name
        return self._wish("task", lambda intent: intent.with_task(name), f"choose {title}")

    def set_own_task(self, task: AnyTask) -> bool:
        """Choose a task, a set of tasks or a curriculum from elsewhere."""
        return self._wish("task", lambda intent: intent.with_own_task(task), f"choose {task.name}")

    def set_setting(self, name: str, value: Any) -> bool:
        """Change one setting of the task. Changes of one setting that follow each other quickly are undone together."""
        known = TASKS[self.task_name].settings() if self.task_name else {}
        label = f"change {known[name].label if name in known else name}"
        return self._wish(f"task.{name}", lambda intent: intent.with_setting(name, value), label)

    def set_network(self, name: str, value: Any, label: str = "") -> bool:
        """Change one field of the network; ``kind`` chooses another kind ("LeakyRNN", "LSTM").

        ``label`` says what that does, for `undo`: ``"change Units"``.
        """
        label = label or f"change {name} of the network"
        return self._wish(f"network.{name}", lambda intent: intent.with_network(name, value), label)

    def set_training(self, name: str, value: Any, label: str = "") -> bool:
        """Change one field of the training."""
        label = label or f"change {name} of the training"
        return self._wish(f"training.{name}", lambda intent: intent.with_training(name, value), label)

    def set_seed(self, seed: int) -> bool:
        """Change the seed, which decides every random number of a training."""
        return self._wish("seed", lambda intent: intent.with_seed(seed), "change the seed")

    def edit_network(self, change: Callable[[AnyNetwork], AnyNetwork], label: str, *, held: bool | None = None) -> bool:
        """Change the network by hand; a refusal is put into ``errors["network"]``. See `edit`."""
        return self._wish(
            "network",
            lambda intent: intent.with_whole_network(change(intent.experiment.network)),
            label,
            once=True,
            held=held,
        )

    def edit_training(self, change: Callable[[Training], Training], label: str) -> bool:
        """Change the training by hand; a refusal is put into ``errors["training"]``. See `edit`."""
        return self._wish(
            "training",
            lambda intent: intent.with_whole_training(change(intent.experiment.training)),
            label,
            once=True,
        )

    def forget_steering(self) -> bool:
        """Drop the changes on the way, so that a training begun now does not make them again."""
        return self._wish("steering", lambda intent: intent.unsteered())

    def set_experiment(self, experiment: Experiment) -> bool:
        """Replace everything."""
        self._wishes = Wishes()
        return self._wish("experiment", lambda _: Intent.of(experiment), f"open {experiment.task.name}")

    def edit(
        self, change: Callable[[Task], Task], label: str, field: str = ANYWHERE, *, held: bool | None = None
    ) -> bool:
        """Change the task looked at by hand.

        Args:
            change: gives the changed task (see `rnnlab.tasks.edit`), or raises.
            label: what it does, for `undo`: ``"remove epoch delay"``.
            field: the control that it comes from: where a refusal is put into `errors`, and whose quick changes are
                undone together. Without one, each change is undone by itself.
            held: whether that control is still held, as an edge that is dragged: all it does until it is let go is
                undone together, however long that takes. None where it cannot be held.
        """

        return self._wish(
            field, lambda intent: intent.with_edited_task(change(intent.task)), label, once=True, held=held
        )

    def edit_whole(
        self, change: Callable[[AnyTask], AnyTask], label: str, field: str = ANYWHERE, *, then: Place | None = None
    ) -> bool:
        """Change the set or the curriculum by hand; see `edit`.

        Args:
            change: gives the changed whole, or raises.
            label: what it does, for `undo`: ``"remove the task delay go"``.
            field: the control that it comes from.
            then: the place that is looked at from then on; left out, the same one.
        """
        return self._wish(
            field,
            lambda intent: intent.with_edited_whole(change(intent.whole), intent.place if then is None else then),
            label,
            once=True,
        )

    def look_at(self, place: Place) -> None:
        """Look at another task of the set or the curriculum. That changes nothing, and is not undone."""
        with param.parameterized.batch_call_watchers(self):
            self._adopt(self.intent.looking_at(place))
            self._wishes.settle("task")
            self._undo.rest()
            self._tell_wishes()

    def _wish(
        self, field: str, change: Change, label: str = "", *, once: bool = False, held: bool | None = None
    ) -> bool:
        before = self.intent
        with param.parameterized.batch_call_watchers(self):
            granted = self._wishes.make(field, change, lambda: self.intent, self._adopt, once=once)
            self._done(before, label or f"change {field}", field, held)
        return granted

    def _done(self, before: Intent, label: str, field: str = ANYWHERE, held: bool | None = None) -> None:
        self._undo.note(before, self.intent, label, field, held)
        self._tell_wishes()

    def _tell_wishes(self) -> None:
        self.param.update(errors=dict(self._wishes.errors), undoable=self._undo.undoable, redoable=self._undo.redoable)

    # ----------------------------------------------------------------------------------------------------- undo

    def undo(self) -> bool:
        """Take the last change back: a task chosen, a setting moved, an edit, a file opened.

        What a training was steered to on the way stays. Why it cannot be is put into ``errors["undo"]``.
        """
        return self._travel("undo", self._undo.undo)

    def take_back(self) -> bool:
        """`undo` as if the change had never been: `redo` does not know it. For a drag that is given up."""
        return self._travel("undo", self._undo.take_back)

    def redo(self) -> bool:
        """Do the change again that was taken back last. Why it cannot be is put into ``errors["redo"]``."""
        return self._travel("redo", self._undo.redo)

    def _travel(self, field: str, move: Callable[..., bool]) -> bool:
        with param.parameterized.batch_call_watchers(self):
            try:
                moved = move(self.intent, self._adopt)
            except (ValueError, MemoryError) as error:
                self._wishes.complain(field, error)
                moved = False
            else:
                self._wishes.settle("task", "network", "training", "seed")
            self._tell_wishes()
        return moved

    # ---------------------------------------------------------------------------------------- scripts and files

    def script(self, out: str | None = None) -> str:
        """A short Python file that trains what is wanted now, bit for bit."""
        return self.intent.script(out)

    def task_python(self) -> str:
        """A short Python file that makes the task and draws trials from it."""
        return self.intent.task_script()

    def task_json(self) -> str:
        """The task as a JSON document."""
        return self.intent.whole.to_json()

    def task_file(self) -> str:
        """The same for a file, which `open_task` opens again.

        Raises:
            ValueError: the task is too large for that.
        """
        return sharing.file_text(self.intent.whole)

    def open_task(self, source: str | Path) -> bool:
        """Choose a task from its JSON, given as text, or in a file, given as a `Path`.

        What cannot be read leaves everything as it is and puts a sentence into ``errors["open_task"]``.
        """
        return self._hand_in("open_task", lambda intent: intent.with_own_task(sharing.task_from(source)), "open a task")

    def save_task(self, path: str | Path) -> bool:
        """Write the task's JSON to a file, which nothing but another task may stand in the place of.

        Why that cannot be is put into ``errors["save_task"]``.
        """
        return self._hand_in("save_task", lambda intent: _saved(intent, path), "")

    def shared(self) -> str:
        """The query of an address that brings the task back: ``preset=...``, or ``task=...`` for one from elsewhere.

        Raises:
            ValueError: the task is too large for an address.
        """
        return sharing.query_of(self.intent)

    def open_shared(self, query: str) -> bool:
        """Choose the task that the query of an address names; a query that names none changes nothing.

        What cannot be read leaves everything as it is and puts a sentence into ``errors["open_shared"]``.
        """
        return self._hand_in("open_shared", lambda intent: sharing.with_query(intent, query), "open a shared task")

    def begin_with(self, query: str) -> bool:
        """`open_shared` as the beginning: there is nothing before it to go back to."""
        begun = self.open_shared(query)
        self._undo = Undo()
        self._tell_wishes()
        return begun

    def _hand_in(self, field: str, change: Change, label: str) -> bool:
        """A change with what comes from outside; it is refused or granted once and for all."""
        before = self.intent
        with param.parameterized.batch_call_watchers(self):
            try:
                intent = change(before)
                if intent != before:
                    self._adopt(intent)
            except (ValueError, OSError, MemoryError) as error:
                self._wishes.complain(field, error)
            else:
                self._wishes.settle(*([] if intent == before else ["task"]))
            self._done(before, label)
        return field not in self.errors


def _saved(intent: Intent, path: str | Path) -> Intent:
    """The intent as it is, its task written down."""
    sharing.save(intent.whole, path)
    return intent
