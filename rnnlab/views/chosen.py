"""What a person looks at on the board of a task: where it is, what may stand there, and what can be done with it.

Each kind is a few lines over `rnnlab.tasks.edit`; the inspector treats all of them alike.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from rnnlab.spec import Spec
from rnnlab.tasks import Channel, Epoch, Factor, Task, edit
from rnnlab.tasks.edit import Side
from rnnlab.tasks.scoring import AnyScoring
from rnnlab.tasks.signals import AnySignal
from rnnlab.views import wording
from rnnlab.views.facts import label_of


@dataclass(frozen=True)
class Chosen:
    """Base of the kinds.

    Attributes:
        what: the word for it between Python and the browser.
        annotation: what may stand there.
    """

    what: ClassVar[str] = ""
    annotation: ClassVar[Any] = None
    label: ClassVar[str] = "Kind"
    """What stands before the choice of its kind, or the list of what it holds."""

    ordered: ClassVar[bool] = False
    """Whether it is one of a list: it can be moved, duplicated and removed."""

    @property
    def form(self) -> str:
        """Those of one word are edited in the same form."""
        return self.what

    @property
    def without(self) -> tuple[str, ...]:
        """Fields that mean nothing there."""
        return ()

    def data(self) -> dict[str, str]:
        """For the browser."""
        return {"what": self.what, **dataclasses.asdict(self)}

    def there(self, task: Task) -> bool:
        """Whether the task has it."""
        return True

    def title(self) -> str:
        """What it is called above its form."""
        return ""

    def value(self, task: Task) -> Any:
        """What stands there."""
        raise NotImplementedError

    def put(self, task: Task, value: Any) -> Task:
        """The task with something else there. Raises `SpecError` where that cannot be."""
        raise NotImplementedError

    def named_as(self, value: Any) -> Chosen:
        """Itself, once ``value`` stands there: what is renamed stays chosen."""
        return self

    def followed(self, old: Chosen, new: Chosen) -> Chosen:
        """Itself, once ``old`` is called ``new``."""
        return new if self == old else self

    def place(self, task: Task) -> str:
        """Its path in the task, as errors name it."""
        raise NotImplementedError

    def remove(self, task: Task) -> Task:
        """The task without it."""
        raise NotImplementedError


class Listed(Chosen):
    """One of a list of named parts: an epoch, a channel, a factor."""

    ordered = True
    noun: ClassVar[str]
    name: str

    @property
    def field(self) -> str:
        """The field of the task that lists it."""
        raise NotImplementedError

    @property
    def _where(self) -> tuple[str, ...]:
        return (self.name,)

    def _edit(self, verb: str, task: Task, *rest: Any) -> Task:
        changed: Task = getattr(edit, f"{verb}_{self.noun}")(task, *self._where, *rest)
        return changed

    def names(self, task: Task) -> list[str]:
        """Of the whole list."""
        return [part.name for part in getattr(task, self.field)]

    def index(self, task: Task) -> int:
        """Its place in the list."""
        return self.names(task).index(self.name)

    def there(self, task: Task) -> bool:
        return self.name in self.names(task)

    def title(self) -> str:
        return named(self.noun, self.name)

    def value(self, task: Task) -> Any:
        return getattr(task, self.field)[self.index(task)]

    def put(self, task: Task, value: Any) -> Task:
        return self._edit("replace", task, value)

    def named_as(self, value: Any) -> Chosen:
        return self.called(value.name)

    def called(self, name: str) -> Listed:
        """The one of that name in the same list."""
        named: Listed = from_data(self.data() | {"name": name})  # type: ignore[assignment]  # of the same kind
        return named

    def place(self, task: Task) -> str:
        return f"Task.{self.field}[{self.index(task)}]"

    def remove(self, task: Task) -> Task:
        return self._edit("remove", task)

    def duplicate(self, task: Task) -> Task:
        """The task with a copy of it right behind it."""
        return self._edit("duplicate", task)

    def move(self, task: Task, index: int) -> Task:
        """The task with it at another place of its list."""
        return self._edit("move", task, index)


@dataclass(frozen=True)
class ChosenEpoch(Listed):
    """A card on the time line."""

    name: str
    what = "epoch"
    noun = "epoch"
    annotation = Epoch
    field = "epochs"


@dataclass(frozen=True)
class ChosenFactor(Listed):
    """A factor."""

    name: str
    what = "factor"
    noun = "factor"
    annotation = Factor
    field = "factors"


@dataclass(frozen=True)
class ChosenChannel(Listed):
    """The name of a row."""

    side: Side
    name: str
    what = "channel"
    noun = "channel"
    annotation = Channel

    @property
    def form(self) -> str:
        return f"{self.side} {self.what}"

    @property
    def without(self) -> tuple[str, ...]:
        return ("weight",) if self.side == "inputs" else ()

    @property
    def field(self) -> str:
        return self.side

    @property
    def _where(self) -> tuple[str, ...]:
        return self.side, self.name

    def title(self) -> str:
        return named(self.side[:-1], self.name)


@dataclass(frozen=True)
class ChosenCell(Chosen):
    """What a channel does in an epoch, beside what it does in the whole trial."""

    side: Side
    name: str
    epoch: str
    what = "cell"
    label = "Signals"
    annotation = tuple[AnySignal, ...]

    def there(self, task: Task) -> bool:
        return self.epoch in task.epoch_names and ChosenChannel(self.side, self.name).there(task)

    def title(self) -> str:
        return f"{wording.plain(self.name)} during {wording.plain(self.epoch)}"

    def value(self, task: Task) -> Any:
        acting = edit.cell(task, self.side, self.name, self.epoch)
        return tuple(each.signal for each in acting if not each.whole)

    def followed(self, old: Chosen, new: Chosen) -> Chosen:
        if isinstance(old, ChosenEpoch) and isinstance(new, ChosenEpoch) and self.epoch == old.name:
            return dataclasses.replace(self, epoch=new.name)
        if isinstance(new, ChosenChannel) and ChosenChannel(self.side, self.name) == old:
            return dataclasses.replace(self, name=new.name)
        return self

    def put(self, task: Task, value: Any) -> Task:
        """One signal more or less concerns this epoch alone; a changed one changes wherever it says that it is."""
        acting = [each for each in edit.cell(task, self.side, self.name, self.epoch) if not each.whole]
        if len(value) != len(acting):
            return edit.set_cell(task, self.side, self.name, self.epoch, value)
        for each, signal in zip(acting, value, strict=True):
            task = edit.replace_signal(task, self.side, self.name, each.index, signal)
        return task

    def place(self, task: Task) -> str:
        return f"{ChosenChannel(self.side, self.name).place(task)}.signals"

    def remove(self, task: Task) -> Task:
        return self.put(task, ())


@dataclass(frozen=True)
class ChosenScoring(Chosen):
    """How answers are scored."""

    what = "scoring"
    annotation = AnyScoring

    def title(self) -> str:
        return "Scoring"

    def value(self, task: Task) -> Any:
        return task.scoring

    def put(self, task: Task, value: Any) -> Task:
        return edit.set_scoring(task, value)

    def place(self, task: Task) -> str:
        return "Task.scoring"


@dataclass(frozen=True)
class Facts(Spec):
    """What is said about a task as a whole.

    Attributes:
        name: a short name.
        description: what the animal does.
        source: the paper it comes from.
        design: whether conditions come at random or equally often.
    """

    name: str
    description: str = ""
    source: str = ""
    design: Literal["random", "balanced"] = "random"


@dataclass(frozen=True)
class ChosenTask(Chosen):
    """The task's own words and its design."""

    what = "task"
    annotation = Facts

    def title(self) -> str:
        return "Task"

    def value(self, task: Task) -> Any:
        return Facts(task.name, task.description, task.source, task.design)

    def put(self, task: Task, value: Any) -> Task:
        return task.replace(**{field.name: getattr(value, field.name) for field in dataclasses.fields(value)})

    def place(self, task: Task) -> str:
        return "Task"


def named(noun: str, name: str) -> str:
    """A part with its name, unless that says already what it is.

    >>> named("epoch", "delay"), named("epoch", "epoch_2")
    ('Epoch delay', 'Epoch 2')
    """
    words = wording.plain(name)
    said = words.lower().split()[:1] == [noun]
    return f"{noun.capitalize()}{words[len(noun) :] if said else f' {words}'}"


def changed(before: Any, after: Any) -> str:
    """The field in which two values differ, as ``"gain of "``; "" where it is more than one field, or a whole part.

    >>> from rnnlab.tasks import Hold
    >>> changed(Hold("x"), Hold("x", gain=2))
    'gain of '
    """
    if isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        pairs = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        return changed(*pairs[0]) if len(pairs) == 1 else ""
    if not isinstance(before, Spec) or type(before) is not type(after):
        return ""
    names = [f.name for f in dataclasses.fields(before) if getattr(before, f.name) != getattr(after, f.name)]
    if len(names) != 1:
        return ""
    inner = changed(getattr(before, names[0]), getattr(after, names[0]))
    return inner or f"{_called(label_of(type(before), names[0]))} of "


def _called(label: str) -> str:
    """A label inside a sentence; σ, SD and the like stay as they are."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


KINDS: dict[str, type[Chosen]] = {
    kind.what: kind for kind in (ChosenEpoch, ChosenFactor, ChosenChannel, ChosenCell, ChosenScoring, ChosenTask)
}
"""Word -> kind."""


def from_data(data: Mapping[str, Any]) -> Chosen:
    """What the browser names; nothing where it names nothing known."""
    kind = KINDS.get(str(data.get("what", "")))
    if kind is None:
        return Chosen()
    return kind(**{field.name: str(data.get(field.name, "")) for field in dataclasses.fields(kind)})
