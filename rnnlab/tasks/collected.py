"""Sets of tasks and curricula that are ready to be trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rnnlab.spec import SpecError, did_you_mean
from rnnlab.tasks.catalogue import TASKS, get
from rnnlab.tasks.curriculum import Curriculum, Stage
from rnnlab.tasks.library.cognitive import cognitive_tasks
from rnnlab.tasks.library.delayed_response import YANG
from rnnlab.tasks.multitask import MultitaskSet
from rnnlab.tasks.task import Task

DRISCOLL = "Driscoll, Shenoy & Sussillo 2024, Nature Neuroscience"

DELAYED = ("delay_go", "delay_anti", "delay_match", "delay_antimatch")


@dataclass(frozen=True)
class Collection:
    """A set or a curriculum of the catalogue.

    Attributes:
        title: what it is called on the screen.
        make: makes it.
    """

    title: str
    make: Callable[[], MultitaskSet | Curriculum]


def _delay_tasks(odds: tuple[float, ...] = ()) -> MultitaskSet:
    return MultitaskSet(
        "delay_tasks",
        tuple(get(name) for name in DELAYED),
        odds,
        description="Four tasks with a delay: respond to the stimulus or opposite to it, to a match or to a non-match.",
        source=DRISCOLL,
    )


def _one_task_more() -> Curriculum:
    n = len(DELAYED)
    odds = [(1.0,) * k + (0.0,) * (n - k) for k in range(1, n)]
    stages = (Stage(_delay_tasks(each), 0.95, metric="worst_task") for each in (*odds, ()))
    return Curriculum("one_task_more", tuple(stages), "The four tasks with a delay, one more of them in each stage.")


def _weaker_evidence() -> Curriculum:
    return Curriculum(
        "weaker_evidence",
        tuple(
            Stage(get("random_dots", coherences=(c,)), threshold) for c, threshold in ((16, 0.95), (8, 0.9), (4, 0.8))
        ),
        "Random dots, with fewer and fewer of them moving together.",
    )


def _longer_delays() -> Curriculum:
    delays = ((0.0, 200.0), (200.0, 600.0), (600.0, 1200.0))
    return Curriculum(
        "longer_delays",
        tuple(Stage(get("delayed_discrimination", delay=delay)) for delay in delays),
        "Which of two frequencies is higher, with the first further and further back.",
    )


COLLECTIONS: dict[str, Collection] = {
    "cognitive_20": Collection("Twenty cognitive tasks", cognitive_tasks),
    "delay_tasks": Collection("Four delay tasks", _delay_tasks),
    "weaker_evidence": Collection("Weaker and weaker evidence", _weaker_evidence),
    "longer_delays": Collection("Longer and longer delays", _longer_delays),
    "one_task_more": Collection("One task more at a time", _one_task_more),
}
"""Name -> collection; what it makes has the same name."""


@lru_cache(maxsize=len(COLLECTIONS))
def _made(name: str) -> MultitaskSet | Curriculum:
    return COLLECTIONS[name].make()


def collection(name: str) -> MultitaskSet | Curriculum:
    """The set or curriculum of that name.

    >>> collection("delay_tasks").epoch_names
    ('fixation', 'stimulus', 'delay', 'go', 'first', 'second', 'second_delay')

    Raises:
        SpecError: there is none.
    """
    if name not in COLLECTIONS:
        raise SpecError("collection", f"unknown name {name!r}", value=name, remedy=did_you_mean(name, COLLECTIONS))
    return _made(name)


def collection_of(task: object) -> str:
    """The name under which the catalogue has exactly this; "" where it has not."""
    name = getattr(task, "name", "")
    return name if name in COLLECTIONS and _made(name) == task else ""


@lru_cache(maxsize=1)
def _members() -> dict[Task, tuple[str, int]]:
    """Tasks of the sets that are not in the catalogue by themselves, and where they are."""
    sets = {name: _made(name) for name in COLLECTIONS}
    return {
        task: (name, i)
        for name, made in sets.items()
        if isinstance(made, MultitaskSet)
        for i, task in enumerate(made.tasks)
        if task.name not in TASKS
    }


def member_of(task: Task) -> tuple[str, int] | None:
    """The name of the set in which the catalogue has exactly this task, and the task's number there.

    >>> member_of(collection("cognitive_20").tasks[6])
    ('cognitive_20', 6)
    """
    return _members().get(task) if task.source == YANG else None
