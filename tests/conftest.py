"""What every test gets: one thread (the machine is shared) and no way to the outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def example_run() -> Path:
    """The folder of the small trained network that ships with the package."""
    return ROOT / "rnnlab" / "data" / "example_run"
