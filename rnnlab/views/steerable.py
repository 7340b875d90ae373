"""The fields that may change while it trains, by the names that a person reads, and what was made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rnnlab.runs import Experiment
from rnnlab.session import Session
from rnnlab.spec import Spec, codec
from rnnlab.spec.paths import located
from rnnlab.tasks import CodeTask, Constant, Curriculum, MultitaskSet, Task
from rnnlab.tasks.places import Place, nearest, path_of, written
from rnnlab.views import text
from rnnlab.views.facts import label_of, title_of


def steerable(experiment: Experiment, place: Place = ()) -> Iterator[tuple[str, str]]:
    """What may change on the way: a name as a person reads it, and the path of the field.

    Of a set or a curriculum the numbers of the task at ``place``, its odds in the set and what ends its stage.
    """
    yield "Learning rate", "training.learning_rate"
    yield "Largest gradient", "training.gradient_clip"
    if hasattr(experiment.network, "noise"):
        yield "Recurrent noise", "network.noise"
    yield "Arrays that learn", "network.train"
    for i, name in enumerate(_numbered(experiment.training.penalties)):
        yield f"Penalty {name}: weight", f"training.penalties[{i}].weight"
    whole = experiment.task
    if isinstance(whole, Curriculum):
        stage = f"task.stages[{place[0]}]"
        yield f"Stage {place[0] + 1}: threshold", f"{stage}.threshold"
        yield from _odds(whole.stages[place[0]].task, f"{stage}.task")
    yield from _odds(whole, "task")
    if not isinstance(whole, CodeTask):
        yield from _of_task(written(whole, place), path_of(whole, place))


def _odds(whole: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(whole, MultitaskSet) and whole.odds:
        yield "Odds of the tasks", f"{path}.odds"


def _of_task(task: Task, path: str) -> Iterator[tuple[str, str]]:
    for side in ("factors", "epochs", "inputs"):
        for part in getattr(task, side):
            named = f"{side[:-1].capitalize()} {part.name}".replace("_", " ")
            numbers = _numbers(part, named, f"{path}.{side}.{part.name}")
            yield from (each for each in numbers if each[1] != f"{path}.inputs.{part.name}.weight")  # never judged


def _numbers(part: Any, label: str, path: str) -> Iterator[tuple[str, str]]:
    """The numbers in a part of a task, and lists of them."""
    kind: type = type(part)
    for name in codec.hints(kind):
        value, here = getattr(part, name), f"{path}.{name}"
        words = label if (kind, name) == (Constant, "value") or name == "rule" else _under(label, kind, name)
        if isinstance(value, Spec):
            yield from _numbers(value, words, here)
        elif isinstance(value, tuple) and value and all(isinstance(each, Spec) for each in value):
            for i, item in enumerate(_numbered(value)):
                yield from _numbers(value[i], f"{label}: {item.lower()}", f"{here}[{i}]")
        elif is_number(value) or (isinstance(value, tuple) and value and all(map(is_number, value))):
            yield words, here


def _under(label: str, kind: type, name: str) -> str:
    """A field by the name of what it is in: behind a colon the first, behind a comma what is in that."""
    own = label_of(kind, name).lower()
    if label.endswith(": duration"):
        own = {"low": "shortest", "high": "longest"}.get(name, own)
    return f"{label}, {own}" if ": " in label else f"{label}: {own}"


def _numbered(parts: Sequence[Spec]) -> list[str]:
    """What parts are called, with a number where there are several of a kind."""
    titles = [title_of(type(part)) for part in parts]
    return [f"{t} {titles[: i + 1].count(t)}" if titles.count(t) > 1 else t for i, t in enumerate(titles)]


def is_number(value: Any) -> bool:
    """Whether it is a number, and not yes or no."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def of_task(session: Session) -> str:
    """What steering has put in force of the task looked at, in a sentence; nothing where that is as it stands."""
    now = {path: value for path, value in session.steered.items() if path[0] == "task"}
    trained = session.trained
    if not now or trained.task.name != session.experiment.task.name:
        return ""
    named = {located(trained, path): label for label, path in steerable(trained, nearest(trained.task, session.place))}
    said = [f"{named[path]} {_listed(value)}" for path, value in now.items() if path in named]
    return f"Now by steering: {'; '.join(said)}." if said else ""


def _listed(value: Any) -> str:
    return ", ".join(map(text.number, value if isinstance(value, tuple) else (value,)))
