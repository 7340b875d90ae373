"""`to_gymnasium`: any task as an environment for reinforcement learning."""

from __future__ import annotations

from typing import Any

from rnnlab.tasks.source import TaskSource


def to_gymnasium(task: TaskSource, dt: float = 10, *, actions: str = "auto", noise: bool = True) -> Any:
    """A task as a `gymnasium.Env`; needs Gymnasium, which comes with ``pip install "rnnlab[neurogym]"``.

    An episode is a trial and a step of the environment one time step. The observation is the inputs at that step. An
    action stands for what a network's outputs would be: with discrete actions 0 keeps all outputs at 0 and action k
    puts output k - 1 to 1; continuous ones, in [-1, 1], times the attribute ``action_scale`` are the outputs. The
    reward comes with the last step: how right the trial is, in [0, 1], by the task's own scoring (a trial that does
    not count there, such as a catch trial, may earn none whatever is done). ``info`` holds ``target`` and ``mask`` of
    the step, ``epoch``, the names of the epochs it is in, and at the end ``score``.

    Args:
        task: a `Task` or any other source of trials.
        dt: length of a time step in ms.
        actions: ``"discrete"``, ``"continuous"``, or ``"auto"``: discrete where the task is scored by a choice.
        noise: whether the inputs are noisy.

    Raises:
        ImportError: Gymnasium is not installed.
        ValueError: an argument is not usable.
        SpecError: something in the task is shorter than ``dt``.
    """
    if actions not in ("auto", "discrete", "continuous"):
        raise ValueError(f"actions: {actions!r} is unknown; give 'auto', 'discrete' or 'continuous'")
    try:
        from rnnlab.tasks.adapters.environment import TaskEnvironment
    except ImportError as error:
        raise ImportError(f'{error}; Gymnasium is an extra: pip install "rnnlab[neurogym]"') from error
    return TaskEnvironment(task, dt, actions, noise=noise)
