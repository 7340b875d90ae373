"""Edits of factors: added, removed, moved, duplicated, changed."""

from __future__ import annotations

from rnnlab.tasks.draws import Choice
from rnnlab.tasks.edit import parts, users
from rnnlab.tasks.factors import Factor, Rule
from rnnlab.tasks.task import Task


def add_factor(task: Task, name: str = "", rule: Rule | None = None, index: int | None = None) -> Task:
    """One more factor, so that it is at ``index`` (None: at the end): 0 or 1 by chance, unless a rule is given."""
    new = Factor(name or parts.fresh("factor", task.factor_names), Choice((0.0, 1.0)) if rule is None else rule)
    return task.replace(factors=parts.inserted(task.factors, index, new, "Task.factors"))


def remove_factor(task: Task, name: str) -> Task:
    """One factor less.

    Raises:
        SpecError: something depends on it; the message says what.
    """
    place = parts.find(task, "factors", name)
    scored = ("the scoring",) if users.refers(task.scoring, "factor", name) else ()
    users.refuse_used(task, "factors", name, (*users.users(task, "factors", name), *scored))
    return task.replace(factors=parts.without(task.factors, place))


def move_factor(task: Task, name: str, index: int) -> Task:
    """A factor taken out and put in again, so that it is at ``index``. Order matters to the reader only."""
    place = parts.find(task, "factors", name)
    return task.replace(factors=parts.moved(task.factors, place, index, "Task.factors"))


def duplicate_factor(task: Task, name: str) -> Task:
    """A copy of a factor right behind it, drawn on its own where it is drawn. Nothing depends on it yet."""
    place = parts.find(task, "factors", name)
    copy = task.factors[place].replace(name=parts.fresh(name, task.factor_names))
    return task.replace(factors=parts.inserted(task.factors, place + 1, copy, "Task.factors"))


def replace_factor(task: Task, name: str, factor: Factor) -> Task:
    """Another factor in the place of one; a new name is followed wherever the factor is used."""
    return task.replace(**users.with_part(task, "factors", name, factor))


def rename_factor(task: Task, name: str, new: str) -> Task:
    """Another name for a factor, wherever it is used."""
    return replace_factor(task, name, task.factors[parts.find(task, "factors", name)].replace(name=new))
