"""Catch trials: trials in which nothing is shown and nothing should be done."""

from __future__ import annotations

from collections.abc import Mapping

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Constant
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Factor, Gate
from rnnlab.tasks.scoring import Several
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task


def with_catch(task: Task, probability: float, duration: float, targets: Mapping[str, float] | float = 0.0) -> Task:
    """The same task with some catch trials among its trials.

    A catch trial is one long epoch ``catch`` in place of all others: no stimulus (only what is on the inputs in the
    whole trial, such as noise), targets held, everything judged. It does not count in the accuracy. The factor
    ``catch`` tells such trials, the factor ``shown`` the others.

    Args:
        task: the task.
        probability: of a catch trial, from 0 (the task as it is) to below 1.
        duration: length of a catch trial, ms.
        targets: what the outputs should hold in it: one number, or output -> number.

    Raises:
        SpecError: an argument is out of range, or the task has catch trials already.
    """
    if not 0 <= probability < 1:
        raise SpecError("catch", f"{probability:g} is no probability of catch trials", remedy="give 0 to below 1")
    if probability == 0:
        return task
    held = targets if isinstance(targets, Mapping) else dict.fromkeys(task.output_names, float(targets))
    catch = Epoch("catch", Constant(duration), scored=True, when="catch")
    scoring = task.scoring
    if isinstance(scoring, Several):
        scoring = scoring.replace(of=tuple(part.replace(only=part.only or "shown") for part in scoring.of))
    else:
        scoring = scoring.replace(only=scoring.only or "shown")
    return task.replace(
        factors=(
            Factor("catch", Choice((0, 1), weights=(1 - probability, probability))),
            Factor("shown", Gate("not", ("catch",))),
            *task.factors,
        ),
        epochs=(*(epoch.replace(when=epoch.when or "shown") for epoch in task.epochs), catch),
        outputs=tuple(_holding(output, held[output.name]) for output in task.outputs),
        scoring=scoring,
    )


def _holding(output: Channel, level: float) -> Channel:
    return output.replace(signals=(*output.signals, Hold(level, epochs=("catch",))))
