"""What the lab shows before anything is pressed: a small network that ships with the package."""

from __future__ import annotations

from pathlib import Path

import rnnlab
from rnnlab.runs import Run, load

EXAMPLE_RUN = Path(rnnlab.__file__).resolve().parent / "data" / "example_run"
"""Made by ``scripts/make_example_run.py``."""


def example_run() -> Run:
    """The run that ships with the package."""
    return load(EXAMPLE_RUN)
