"""What can be said about the place at which a task stands in a set or a curriculum: the fields of each level above it.

A task of a set has how often it comes, the set its rules; a stage has what ends it, the curriculum its words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from rnnlab.spec import Spec, quantity
from rnnlab.tasks import AnyTask, Curriculum, MultitaskSet, Stage, edit
from rnnlab.tasks.places import Place
from rnnlab.views import wording


def _as_in(kind: type[Spec], name: str) -> Any:
    """A field with the default and the metadata that another kind has it with."""
    declared = next(each for each in dataclasses.fields(kind) if each.name == name)
    return field(default=declared.default, metadata=declared.metadata)


@dataclass(frozen=True)
class Share(Spec):
    """How often a task of a set comes."""

    odds: float = quantity(1.0, low=0, soft=(0, 5), step=0.5, help="How often it comes, beside the odds of the others.")


@dataclass(frozen=True)
class AboutSet(Spec):
    """What is said about a set as a whole."""

    mixing: Literal["trials", "batches"] = _as_in(MultitaskSet, "mixing")
    rules: bool = _as_in(MultitaskSet, "rules")
    rule_level: float = _as_in(MultitaskSet, "rule_level")
    name: str = ""
    description: str = ""
    source: str = ""
    groups: ClassVar = {"Name and source": ("name", "description", "source")}


@dataclass(frozen=True)
class Ending(Spec):
    """What ends a stage."""

    metric: Literal["accuracy", "worst_condition", "worst_task", "loss"] = _as_in(Stage, "metric")
    threshold: float = _as_in(Stage, "threshold")
    last: int = _as_in(Stage, "last")
    updates: int | None = _as_in(Stage, "updates")


@dataclass(frozen=True)
class AboutCurriculum(Spec):
    """What is said about a curriculum as a whole."""

    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class Level:
    """Some fields of a set or a curriculum.

    Attributes:
        title: above them.
        value: what they are.
        put: gives the whole with others; raises `SpecError` where that cannot be.
        place: where they stand, as errors name it.
    """

    title: str
    value: Spec
    put: Callable[[Any], AnyTask]
    place: str

    @property
    def form(self) -> str:
        """Those of one word are edited in the same form."""
        return type(self.value).__name__


def levels(whole: AnyTask, place: Place) -> list[Level]:
    """The levels above the task at a place, the nearest one first.

    >>> from rnnlab.tasks import collection
    >>> [level.title for level in levels(collection("one_task_more"), (1, 2))]
    ['Task delay match', 'Set of stage 2', 'Stage 2', 'Curriculum']
    """
    match whole:
        case MultitaskSet():
            return _of_set(whole, place[0])
        case Curriculum():
            return _of_curriculum(whole, place)
    return []


def _of_set(whole: MultitaskSet, i: int) -> list[Level]:
    odds = Share(edit.odds_of(whole)[i])
    facts = {each.name: getattr(whole, each.name) for each in dataclasses.fields(AboutSet)}
    return [
        Level(
            f"Task {wording.plain(whole.tasks[i].name)}",
            odds,
            lambda share: edit.set_odds(whole, i, share.odds),
            f"MultitaskSet.odds[{i}]",
        ),
        Level("Set", AboutSet(**facts), lambda about: _replaced(whole, about), "MultitaskSet"),
    ]


def _of_curriculum(whole: Curriculum, place: Place) -> list[Level]:
    i = place[0]
    stage = whole.stages[i]

    def put_task(task: Any) -> AnyTask:
        return edit.replace_stage(whole, i, stage.replace(task=task))

    inner = [
        dataclasses.replace(
            level,
            title=f"Set of stage {i + 1}" if isinstance(level.value, AboutSet) else level.title,
            put=_through(level.put, put_task),
        )
        for level in levels(stage.task, place[1:])
    ]
    ending = Ending(**{each.name: getattr(stage, each.name) for each in dataclasses.fields(Ending)})
    return [
        *inner,
        Level(
            f"Stage {i + 1}",
            ending,
            lambda value: edit.replace_stage(whole, i, _replaced(stage, value)),
            "Stage",
        ),
        Level(
            "Curriculum",
            AboutCurriculum(whole.name, whole.description),
            lambda about: _replaced(whole, about),
            "Curriculum",
        ),
    ]


def _through(inner: Callable[[Any], AnyTask], outer: Callable[[Any], AnyTask]) -> Callable[[Any], AnyTask]:
    return lambda value: outer(inner(value))


def _replaced(spec: Any, facts: Spec) -> Any:
    return spec.replace(**{each.name: getattr(facts, each.name) for each in dataclasses.fields(facts)})
