"""Sessions that are closed again, and the promise that no training process is left behind."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from rnnlab.session import Session, all_workers
from tests.session.helpers import seconds_until, small


@pytest.fixture(scope="module")
def module_session() -> Iterator[Session]:
    """One session, its process warm, for all tests of a module that leave it fit for the next."""
    session = Session(small())
    session.warm()
    yield session
    session.close()


@pytest.fixture
def session(module_session: Session) -> Iterator[Session]:
    """The module's session, idle, with the small experiment."""
    module_session.set_experiment(small())
    yield module_session
    if module_session.can_stop:
        module_session.stop()
    module_session.wait()


@pytest.fixture
def idle() -> Iterator[Session]:
    """A session in which nothing is trained; it starts no process."""
    made = Session(small())
    yield made
    made.close()


@pytest.fixture
def own_session() -> Iterator[Session]:
    """A session for one test, whose process may come to harm."""
    session = Session(small())
    yield session
    session.close()


@pytest.fixture(scope="session", autouse=True)
def nothing_left_running() -> Iterator[None]:
    """After all tests of this room, none of the processes it started is there."""
    yield
    seconds_until(lambda: not all_workers, limit=3)
    assert not [child for child in psutil.Process().children(recursive=True) if "rnnlab" in _command(child)]


def _command(process: psutil.Process) -> str:
    """What a process was started with; nothing of one that has ended, whether or not somebody has waited for it."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
