"""The training process makes room for the page, where the system lets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnlab.training import worker


@pytest.mark.parametrize(("refusal", "waits"), [(PermissionError, 0), (FileNotFoundError, 0), (BlockingIOError, 3)])
def test_who_may_not_stand_apart_waits_only_where_the_kernel_says_later(
    refusal: type[OSError], waits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where /proc is read-only: a training process would begin a third of a second later for nothing."""
    waited: list[float] = []

    def refuse(*_: object) -> int:
        raise refusal

    monkeypatch.setattr(worker.os, "setsid", lambda: None)
    monkeypatch.setattr(worker.time, "sleep", waited.append)
    monkeypatch.setattr(Path, "write_text", refuse)
    worker._stand_apart()
    assert len(waited) == waits
