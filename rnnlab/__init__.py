"""rnnlab: an interactive laboratory for recurrent neural networks in cognitive neuroscience.

    >>> import rnnlab as rl
    >>> task = rl.tasks.get("perceptual_discrimination", coherences=(0.1, 0.3))
    >>> batch = task.sample(n_trials=128, dt=10, seed=0)
    >>> batch.inputs.shape
    (128, 200, 2)

Importing the package is cheap: every room is loaded when it is first used, and neither torch, panel nor bokeh before
something needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnnlab import analysis, figures, networks, runs, session, simulation, spec, tasks, training, views
    from rnnlab.app.lab import Lab
    from rnnlab.events import Event
    from rnnlab.runs import Change, Experiment, Run, RunError, Training, branch, load, rewind
    from rnnlab.simulation import Lesion, Trajectory, simulate
    from rnnlab.spec import SpecError
    from rnnlab.training import resume, train, train_ensemble

__version__ = "0.1.0"

_ROOMS = ("analysis", "figures", "networks", "runs", "session", "simulation", "spec", "tasks", "training", "views")

_HOMES = {
    "Change": "rnnlab.runs",
    "Event": "rnnlab.events",
    "Experiment": "rnnlab.runs",
    "Lab": "rnnlab.app.lab",
    "Lesion": "rnnlab.simulation",
    "Run": "rnnlab.runs",
    "RunError": "rnnlab.runs",
    "SpecError": "rnnlab.spec",
    "Training": "rnnlab.runs",
    "Trajectory": "rnnlab.simulation",
    "branch": "rnnlab.runs",
    "load": "rnnlab.runs",
    "resume": "rnnlab.training",
    "rewind": "rnnlab.runs",
    "simulate": "rnnlab.simulation",
    "train": "rnnlab.training",
    "train_ensemble": "rnnlab.training",
}
"""Public name -> module it lives in."""

__all__ = [
    "Change",
    "Event",
    "Experiment",
    "Lab",
    "Lesion",
    "Run",
    "RunError",
    "SpecError",
    "Training",
    "Trajectory",
    "analysis",
    "branch",
    "figures",
    "load",
    "networks",
    "resume",
    "rewind",
    "runs",
    "session",
    "simulate",
    "simulation",
    "spec",
    "tasks",
    "train",
    "train_ensemble",
    "training",
    "views",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"rnnlab.{name}")
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'rnnlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
