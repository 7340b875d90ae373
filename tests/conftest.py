"""What every test gets: one thread (the machine is shared), and the blame for what it leaves running."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator
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


# ------------------------------------------------------------------------------------------ what a test leaves behind

KEPT_FOR_A_MODULE = {"module_session", "lab"}
"""Fixtures whose sessions, and so their threads, outlive a test."""

SECONDS_TO_END = 10.0

EARLIER = pytest.StashKey[set[threading.Thread]]()
"""The threads that a test, or a module, found when it began."""


def session_threads() -> set[threading.Thread]:
    """The threads of sessions. That of a training process lives exactly as long as the process."""
    return {t for t in threading.enumerate() if t.name.startswith(("rnnlab-worker", "rnnlab-results"))}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    now = session_threads()
    item.stash[EARLIER] = now
    _module(item).stash.setdefault(EARLIER, now)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """A test whose session goes on working fails itself, not whichever test is disturbed by it."""
    yield
    if nextitem is None or _module(nextitem) is not _module(item):
        expect_only(_module(item).stash[EARLIER])
    elif not KEPT_FOR_A_MODULE & set(getattr(item, "fixturenames", ())):
        expect_only(item.stash[EARLIER])


def _module(item: pytest.Item) -> pytest.Item | pytest.Collector:
    return item.getparent(pytest.Module) or item


def expect_only(earlier: set[threading.Thread], seconds: float = SECONDS_TO_END) -> None:
    """Fail where a session still has threads that were not there earlier, after it had time to end them."""
    deadline = time.monotonic() + seconds
    while (left := session_threads() - earlier) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not left, f"left running: {sorted(thread.name for thread in left)}; close the session"
