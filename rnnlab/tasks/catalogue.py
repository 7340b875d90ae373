"""The catalogue of tasks."""

from __future__ import annotations

from typing import Any

from rnnlab.spec import SpecError, did_you_mean
from rnnlab.tasks.library.delayed_discrimination import delayed_discrimination
from rnnlab.tasks.library.flip_flop import flip_flop
from rnnlab.tasks.library.perceptual_discrimination import perceptual_discrimination
from rnnlab.tasks.presets import Preset
from rnnlab.tasks.task import Task

TASKS: dict[str, Preset] = {
    "perceptual_discrimination": perceptual_discrimination,
    "delayed_discrimination": delayed_discrimination,
    "flip_flop": flip_flop,
}
"""Name -> preset."""


def get(name: str, **settings: Any) -> Task:
    """The task of that name, with some of its settings changed.

    >>> get("perceptual_discrimination", coherences=(0.1, 0.3)).output_names
    ('choice_0', 'choice_1')

    Raises:
        SpecError: there is no such task or setting, or a setting is out of range.
    """
    if name not in TASKS:
        raise SpecError("task", f"unknown task {name!r}", value=name, remedy=did_you_mean(name, TASKS))
    return TASKS[name](**settings)
