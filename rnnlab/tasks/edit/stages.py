"""Edits of a curriculum: stages duplicated (which is how one is added), removed, moved, replaced."""

from __future__ import annotations

from rnnlab.spec import SpecError
from rnnlab.tasks.curriculum import Curriculum, Stage
from rnnlab.tasks.edit import parts
from rnnlab.tasks.multitask import MultitaskSet
from rnnlab.tasks.task import Task

PLACE = "Curriculum.stages"


def as_curriculum(task: Task | MultitaskSet) -> Curriculum:
    """A curriculum of one stage, to be duplicated and made harder."""
    return Curriculum(f"to {task.name}"[: parts.LONGEST_NAME], (Stage(task),))


def duplicate_stage(whole: Curriculum, index: int) -> Curriculum:
    """One more stage right behind another one, and equal to it."""
    return whole.replace(stages=tuple(parts.inserted(whole.stages, index + 1, whole.stages[index], PLACE)))


def remove_stage(whole: Curriculum, index: int) -> Curriculum:
    """One stage less.

    Raises:
        SpecError: it is the only one.
    """
    if len(whole.stages) == 1:
        raise SpecError(f"{PLACE}[0]", "it is the only stage", remedy="add another one first")
    return whole.replace(stages=tuple(parts.without(whole.stages, index)))


def move_stage(whole: Curriculum, index: int, to: int) -> Curriculum:
    """A stage taken out and put in again, so that it is at ``to``."""
    return whole.replace(stages=tuple(parts.moved(whole.stages, index, to, PLACE)))


def replace_stage(whole: Curriculum, index: int, stage: Stage) -> Curriculum:
    """Another stage in the place of one."""
    return whole.replace(stages=tuple(stage if i == index else one for i, one in enumerate(whole.stages)))
