"""What the lab opens: at first a small network that ships with the package; and what lies beside a run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import rnnlab
from rnnlab.runs import History, Run, RunError, load, store

EXAMPLE_RUN = Path(rnnlab.__file__).resolve().parent / "data" / "example_run"
"""Made by ``scripts/make_example_run.py``."""


def example_run() -> Run:
    """The run that ships with the package."""
    return load(EXAMPLE_RUN)


def siblings(path: Path, task_name: str, most: int) -> tuple[History, ...]:
    """How other trainings of the same task went whose runs lie in the same folder: at most so many, the newest."""
    try:
        folders = [each for each in path.resolve().parent.iterdir() if each != path.resolve() and store.is_run(each)]
        folders.sort(key=lambda each: (each / store.MANIFEST).stat().st_mtime)
    except OSError:
        return ()
    found: list[History] = []
    for folder in folders[-2 * most :]:
        with suppress(RunError, OSError):
            run = load(folder)
            if run.experiment.task.name == task_name:
                found.append(run.history)
    return tuple(found[-most:])
