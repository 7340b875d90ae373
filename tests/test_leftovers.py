"""The guard of all tests: what a session leaves running is blamed on the test that made it."""

from __future__ import annotations

import threading

import pytest

from rnnlab.session.background import Background
from tests.conftest import expect_only, session_threads


def test_what_is_left_running_is_named() -> None:
    earlier, go_on = session_threads(), threading.Event()
    background = Background()
    background.ask("points", 1, go_on.wait)
    with pytest.raises(AssertionError, match="left running: \\['rnnlab-results'\\]"):
        expect_only(earlier, seconds=0.05)
    go_on.set()
    background.close()
    expect_only(earlier)
