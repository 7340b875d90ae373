"""Edits of a task as a whole: its scoring, its design, its words; and a new one to begin with."""

from __future__ import annotations

from typing import Literal

import numpy as np

from rnnlab.spec import SpecError
from rnnlab.tasks.catch import levels_at_rest, with_catch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Constant
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Factor
from rnnlab.tasks.scoring import AnyScoring, SignOfMean
from rnnlab.tasks.signals import Hold, Noise
from rnnlab.tasks.task import Task


def blank() -> Task:
    """A small whole task to begin with: fixation, a stimulus of either sign, and a response that reports the sign."""
    return Task(
        name="new task",
        description="Report the sign of the stimulus.",
        factors=(Factor("sign", Choice((-1.0, 1.0))),),
        epochs=(
            Epoch("fixation", Constant(300.0), scored=True),
            Epoch("stimulus", Constant(500.0)),
            Epoch("response", Constant(400.0), scored=True),
        ),
        inputs=(
            Channel("fixation", (Hold(1.0, epochs=("fixation", "stimulus")),)),
            Channel("stimulus", (Hold("sign", epochs=("stimulus",)), Noise(0.05))),
        ),
        outputs=(Channel("choice", (Hold(0.0, epochs=("fixation",)), Hold("sign", epochs=("response",)))),),
        scoring=SignOfMean(epochs=("response",)),
    )


CATCH_SHARE = 0.1
"""Of the trials, where nobody says how many catch trials there should be."""


def add_catch(task: Task) -> Task:
    """A tenth of the trials show nothing and want nothing, for as long as a trial typically lasts.

    They are an epoch ``catch``, and a factor of that name has their share; see `rnnlab.tasks.with_catch`. Outputs hold
    the low one of their targets, which they also have before an answer. All of a catch trial is judged: the epoch's
    weight has it count in the loss as much as another trial does.

    Raises:
        SpecError: there are catch trials already, or the inputs show nothing that could be left out.
    """
    batch = task.sample(64, seed=0, noise=False)
    length = float(np.median(batch.lengths))
    changed = with_catch(task, CATCH_SHARE, length * batch.dt, levels_at_rest(task))
    judged = float(batch.mask.mean(axis=2).sum(axis=1).mean())
    weight = float(f"{judged / length:.2g}")
    return changed.replace(epochs=(*changed.epochs[:-1], changed.epochs[-1].replace(weight=weight)))


def set_scoring(task: Task, scoring: AnyScoring) -> Task:
    """Another way to tell which trials are correct."""
    return task.replace(scoring=scoring)


def set_design(task: Task, design: Literal["random", "balanced"]) -> Task:
    """Whether conditions come at random or equally often."""
    return task.replace(design=design)


def set_facts(task: Task, **facts: str) -> Task:
    """Other words about the task: its ``name``, ``description`` or ``source``."""
    for fact in facts:
        if fact not in ("name", "description", "source"):
            raise SpecError(f"Task.{fact}", f"{fact!r} is no fact", remedy="give name, description or source")
    return task.replace(**facts)
