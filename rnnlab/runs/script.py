"""The short Python file that makes a run again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rnnlab import tasks
from rnnlab.runs.expression import NotSayableError, catalogue_call, expression, quoted
from rnnlab.spec import with_article
from rnnlab.tasks import TASKS, AnyTask, CodeTask, Task

if TYPE_CHECKING:
    from rnnlab.runs.experiment import Experiment

_TEMPLATE = '''\
"""Train {network_name} of {n_units} units on {name}."""

import rnnlab as rl

task = {task}
network = {network}
{note}training = {training}
experiment = rl.Experiment({experiment})

# run again, this goes on with what is there; name another folder to begin anew
for event in rl.train(experiment, out={out}, resume=True):
    if hasattr(event, "accuracy"):
        print(event)
'''


def script(
    experiment: Experiment,
    out: str | None = None,
    settings: Mapping[str, Any] | None = None,
    note: str = "",
    *,
    spelled: bool = False,
) -> str:
    """Python source that trains ``experiment`` again, to the same weights bit for bit.

    A task of the catalogue appears as its name and settings, any other is spelled out; fields that have their default
    are left out.

    Args:
        experiment: what to reproduce.
        out: folder that the script writes to; left out, one under ``runs/`` named after the task.
        settings: the settings of the catalogue that made the task, if they are known; otherwise they are looked for.
        note: a comment on the training.
        spelled: spell the task out without looking for settings (which can take a second).

    Raises:
        NotCitableError: task, network or loss is Python code.
    """
    task, network = experiment.task, experiment.network
    if experiment.code is not None:
        place, part = experiment.code
        raise part.not_citable(place)
    assert not isinstance(task, CodeTask)
    return _TEMPLATE.format(
        network_name=with_article(type(network).__name__),
        n_units=network.n_units,
        name=task.name,
        task=_task(task, settings, spelled=spelled),
        network=expression(network, used=len("network = ")),
        note=f"# {note}\n" if note else "",
        training=expression(experiment.training, used=len("training = ")),
        experiment=_arguments(experiment),
        out=quoted(out if out is not None else "runs/" + re.sub(r"\W+", "_", task.name)),
    )


def task_script(task: AnyTask, settings: Mapping[str, Any] | None = None, *, spelled: bool = False) -> str:
    """Python source that makes ``task`` again and draws trials from it; the arguments are those of `script`."""
    return (
        f"import rnnlab as rl\n\ntask = {_task(task, settings, spelled=spelled)}\nbatch = task.sample(n_trials=128)\n"
    )


def _arguments(experiment: Experiment) -> str:
    usual = f"task=task, network=network, training=training, seed={experiment.seed}"
    if not experiment.steering:
        return usual
    steering = expression(experiment.steering, indent=4, used=len("    steering=,"))
    return "\n" + "".join(f"    {item},\n" for item in [*usual.split(", "), f"steering={steering}"])


def _task(task: AnyTask, known: Mapping[str, Any] | None, *, spelled: bool) -> str:
    used = len("task = ")
    if known is not None and isinstance(task, Task) and task.name in TASKS and tasks.get(task.name, **known) == task:
        return catalogue_call(task.name, known, used=used)
    try:
        return expression(task, used=used, spelled=spelled)
    except NotSayableError:  # a kind without a public name: embed the description
        return f'rl.tasks.{type(task).__name__}.from_json(\n    r"""{task.to_json()}"""\n)'
