"""The single tasks of a set or a curriculum, by their places.

A place is numbers from 0: of the stage or the task, and in a stage that is a set, of the task in it. A single task has
the place ``()``.
"""

from __future__ import annotations

from typing import TypeAlias

from rnnlab.tasks.curriculum import AnyTask, Curriculum
from rnnlab.tasks.edit.following import followed
from rnnlab.tasks.multitask import MultitaskSet
from rnnlab.tasks.task import Task

Place: TypeAlias = tuple[int, ...]


def places(whole: AnyTask) -> tuple[Place, ...]:
    """Of every single task, in order.

    >>> from rnnlab.tasks import collection, get
    >>> places(get("xor")), places(collection("delay_tasks")), places(collection("one_task_more"))[3:6]
    (((),), ((0,), (1,), (2,), (3,)), ((0, 3), (1, 0), (1, 1)))
    """
    match whole:
        case Task():
            return ((),)
        case MultitaskSet():
            return tuple((i,) for i in range(len(whole.tasks)))
        case Curriculum():
            return tuple((i, *inner) for i, stage in enumerate(whole.stages) for inner in places(stage.task))


def nearest(whole: AnyTask, place: Place) -> Place:
    """The place, or one near it where there is none of its numbers.

    >>> from rnnlab.tasks import collection
    >>> nearest(collection("delay_tasks"), (9,)), nearest(collection("one_task_more"), ())
    ((3,), (0, 0))
    """
    if isinstance(whole, Task):
        return ()
    n = len(whole.tasks) if isinstance(whole, MultitaskSet) else len(whole.stages)
    first = min(place[0], n - 1) if place else 0
    inner = nearest(whole.stages[first].task, place[1:]) if isinstance(whole, Curriculum) else ()
    return (first, *inner)


def written(whole: AnyTask, place: Place) -> Task:
    """The task at a place as it is written down: with its own channels."""
    match whole:
        case Task():
            return whole
        case MultitaskSet():
            return whole.tasks[place[0]]
        case Curriculum():
            return written(whole.stages[place[0]].task, place[1:])


def seen(whole: AnyTask, place: Place) -> Task:
    """The task at a place as the network sees it: with all channels of its set, and its rule input.

    >>> from rnnlab.tasks import collection
    >>> whole = collection("delay_tasks")
    >>> written(whole, (1,)).n_inputs, seen(whole, (1,)).n_inputs
    (3, 7)
    """
    match whole:
        case Task():
            return whole
        case MultitaskSet():
            return whole.members[place[0]]
        case Curriculum():
            return seen(whole.stages[place[0]].task, place[1:])


def path_of(whole: AnyTask, place: Place) -> str:
    """Where the task at a place stands in an experiment, for `rnnlab.Change`.

    >>> from rnnlab.tasks import collection
    >>> path_of(collection("delay_tasks"), (1,)), path_of(collection("one_task_more"), (2, 0))
    ('task.tasks[1]', 'task.stages[2].task.tasks[0]')
    """
    path = "task"
    for i in place:
        path += f".stages[{i}].task" if isinstance(whole, Curriculum) else f".tasks[{i}]"
        whole = whole.stages[i].task if isinstance(whole, Curriculum) else whole
    return path


def put(whole: AnyTask, place: Place, task: Task) -> AnyTask:
    """The whole with another task at a place. The other stages of a curriculum get the same channels, where each of
    them is a single task.

    Raises:
        SpecError: that cannot be.
    """
    match whole:
        case Task():
            return task
        case MultitaskSet():
            return whole.replace(tasks=tuple(task if (i,) == place else one for i, one in enumerate(whole.tasks)))
        case Curriculum():
            return _put_into_stage(whole, place, task)


def _put_into_stage(whole: Curriculum, place: Place, task: Task) -> Curriculum:
    first, before = place[0], whole.stages[place[0]].task
    after = put(before, place[1:], task)
    assert isinstance(after, Task | MultitaskSet)
    return whole.replace(
        stages=tuple(
            stage.replace(task=after if i == first else followed(stage.task, before, after))
            for i, stage in enumerate(whole.stages)
        )
    )
