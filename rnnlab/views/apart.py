"""In what the stages of a curriculum differ that are one task in easier and harder forms."""

from __future__ import annotations

from collections.abc import Callable

from rnnlab.tasks import Curriculum, Task
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.epochs import Duration
from rnnlab.views import wording

Words = dict[str, str]
"""Name of an epoch or a factor -> how long it lasts, or how it is drawn."""


def apart(whole: Curriculum) -> tuple[str, ...]:
    """For each stage the durations and factors that are not the same in all of them; "" where there are none to name.

    >>> from rnnlab.tasks import collection
    >>> apart(collection("weaker_evidence"))
    ('coherence 16', 'coherence 8', 'coherence 4')
    """
    tasks = [stage.task for stage in whole.stages]
    single = [task for task in tasks if isinstance(task, Task)]
    if len(single) < len(tasks):
        return ("",) * len(tasks)
    told = [_differing(single, of) for of in (_epochs, _factors)]
    return tuple(", ".join(filter(None, both)) for both in zip(*told, strict=True))


def _differing(tasks: list[Task], of: Callable[[Task], Words]) -> list[str]:
    each = [of(task) for task in tasks]
    shared = [name for name in each[0] if all(name in words for words in each)]
    names = [name for name in shared if len({words[name] for words in each}) > 1]
    return [", ".join(f"{wording.plain(name)} {words[name]}" for name in names) for words in each]


def _epochs(task: Task) -> Words:
    return {epoch.name: _duration(epoch.duration) for epoch in task.epochs}


def _duration(value: Duration) -> str:
    drawn = wording.draw(value, " ms") if isinstance(value, Draw) else wording.duration(value)
    return drawn.removesuffix(", uniform")


def _factors(task: Task) -> Words:
    return {factor.name: wording.rule(factor.rule) for factor in task.factors}
