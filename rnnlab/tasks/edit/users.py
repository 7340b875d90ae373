"""Who refers to a part of a task, and what becomes of that when the part is renamed, removed or copied."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from rnnlab.spec import Spec, SpecError
from rnnlab.tasks.edit import parts
from rnnlab.tasks.edit.parts import KINDS, What
from rnnlab.tasks.references import Named, references, renamed
from rnnlab.tasks.scoring import AnyScoring
from rnnlab.tasks.task import Task

Relist = Callable[[tuple[str, ...], str], tuple[str, ...]]
"""A list of names and its place to another list."""


def with_part(task: Task, what: What, name: str, part: Any) -> dict[str, Any]:
    """The fields of a task in which ``part`` stands where the part ``name`` stood, its name followed by the others."""
    place = parts.find(task, what, name)
    new = {name: part.name}
    fields: dict[str, Any] = {
        field: tuple(renamed(each, KINDS[what], new) for each in getattr(task, field)) for field in KINDS
    }
    fields[what] = parts.exchanged(fields[what], place, part)
    return {**fields, "scoring": renamed(task.scoring, KINDS[what], new)}


def users(task: Task, what: What, name: str) -> tuple[str, ...]:
    """The parts that refer to a part, in words: ``input 'left'``."""
    return tuple(
        f"{kind} {part.name!r}"
        for field, kind in KINDS.items()
        for part in getattr(task, field)
        if refers(part, KINDS[what], name)
    )


def refers(spec: Spec, kind: Named, name: str) -> bool:
    """Whether a spec refers to that thing."""
    return any(each == name for _, each in references(spec, kind))


def refuse_used(task: Task, what: What, name: str, by: Iterable[str]) -> None:
    """Raise where something still refers to the part."""
    by = list(by)
    if by:
        path = f"Task.{what}[{parts.find(task, what, name)}]"
        most = ", ".join(by[:4]) + (f" and {len(by) - 4} more" if len(by) > 4 else "")
        problem = f"{KINDS[what]} {name!r} is needed by {most}"
        raise SpecError(path, problem, value=name, remedy="let them use another one, or remove them, first")


def narrowed(scoring: AnyScoring, kind: Named, name: str) -> AnyScoring:
    """A scoring whose lists of names no longer hold ``name``.

    Raises:
        SpecError: it was the only name in a list, where none named would mean all.
    """

    def fewer(names: tuple[str, ...], path: str) -> tuple[str, ...]:
        left = tuple(each for each in names if each != name)
        if names and not left:
            remedy = f"let it look at another {kind}, or at all of them, first"
            raise SpecError(path, f"the scoring looks at {kind} {name!r} alone", value=name, remedy=remedy)
        return left

    return relisted(scoring, kind, fewer)


def widened(scoring: AnyScoring, kind: Named, name: str, copy: str) -> AnyScoring:
    """A scoring whose lists of names hold ``copy`` behind ``name``."""
    return relisted(scoring, kind, lambda names, _: beside(names, name, copy))


def beside(names: tuple[str, ...], name: str, copy: str) -> tuple[str, ...]:
    """A list of names with ``copy`` behind ``name`` wherever that is in it."""
    return tuple(each for old in names for each in ((old, copy) if old == name else (old,)))


def relisted(scoring: AnyScoring, kind: Named, change: Relist) -> AnyScoring:
    """A scoring with every list of names of that kind changed, in its parts too."""
    found: AnyScoring = _relisted(scoring, kind, change, "Task.scoring")
    return found


def _relisted(value: Any, kind: Named, change: Relist, path: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_relisted(item, kind, change, f"{path}[{i}]") for i, item in enumerate(value))
    if not isinstance(value, Spec):
        return value
    changes: dict[str, Any] = {}
    for f in dataclasses.fields(value):
        held, place = getattr(value, f.name), f"{path}.{f.name}"
        if isinstance(held, tuple) and f.metadata.get("refers") == kind:
            changes[f.name] = change(held, place)
        else:
            changes[f.name] = _relisted(held, kind, change, place)
    return value.replace(**changes)
