"""Changes of a task, of a set or of a curriculum: pure functions from one to another, which the composer is made of.

Every one gives a whole, valid task, or raises `SpecError` at the place that stands against it and leaves the task as it
is. Names are followed: what is renamed is renamed wherever it is referred to. What is removed is taken out of lists of
names that hold others too; a signal goes with the last epoch it is in; anything else that refers to it has to be
changed first, and the error says what that is.

>>> from rnnlab.tasks import edit, get
>>> task = edit.duplicate_epoch(get("delay_go"), "delay")
>>> task.epoch_names
('fixation', 'stimulus', 'delay', 'delay_2', 'go')
>>> edit.typical(edit.stretch(task, "delay_2", 350))["delay_2"]
350.0
"""

from rnnlab.tasks.edit.cells import Acting, add_signal, cell, move_signal, remove_signal, replace_signal, set_cell
from rnnlab.tasks.edit.channels import (
    add_channel,
    duplicate_channel,
    move_channel,
    remove_channel,
    rename_channel,
    replace_channel,
)
from rnnlab.tasks.edit.durations import stretch, typical
from rnnlab.tasks.edit.epochs import add_epoch, duplicate_epoch, move_epoch, remove_epoch, rename_epoch, replace_epoch
from rnnlab.tasks.edit.factors import (
    add_factor,
    duplicate_factor,
    move_factor,
    remove_factor,
    rename_factor,
    replace_factor,
)
from rnnlab.tasks.edit.parts import Side
from rnnlab.tasks.edit.sets import add_task, as_set, duplicate_task, move_task, odds_of, remove_task, set_odds
from rnnlab.tasks.edit.stages import as_curriculum, duplicate_stage, move_stage, remove_stage, replace_stage
from rnnlab.tasks.edit.whole import add_catch, blank, set_design, set_facts, set_scoring

__all__ = [
    "Acting",
    "Side",
    "add_catch",
    "add_channel",
    "add_epoch",
    "add_factor",
    "add_signal",
    "add_task",
    "as_curriculum",
    "as_set",
    "blank",
    "cell",
    "duplicate_channel",
    "duplicate_epoch",
    "duplicate_factor",
    "duplicate_stage",
    "duplicate_task",
    "move_channel",
    "move_epoch",
    "move_factor",
    "move_signal",
    "move_stage",
    "move_task",
    "odds_of",
    "remove_channel",
    "remove_epoch",
    "remove_factor",
    "remove_signal",
    "remove_stage",
    "remove_task",
    "rename_channel",
    "rename_epoch",
    "rename_factor",
    "replace_channel",
    "replace_epoch",
    "replace_factor",
    "replace_signal",
    "replace_stage",
    "set_cell",
    "set_design",
    "set_facts",
    "set_odds",
    "set_scoring",
    "stretch",
    "typical",
]
