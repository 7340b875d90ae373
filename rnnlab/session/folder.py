"""Where a session's trainings are kept: a folder of its own that goes when the session does."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from rnnlab.runs import store


class Folder:
    """A private folder for runs, made when first needed and removed at the end.

    A training in the lab is always written down, so that one that was stopped can go on, and one that was worth it can
    be kept (`copy_run`).
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._n = 0

    def fresh(self) -> Path:
        """A new, empty place for one run; the one before it is removed."""
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="rnnlab-"))
            weakref.finalize(self, shutil.rmtree, self._path, ignore_errors=True)
        self._remove(self._n - 1)  # not the last one: its process may still be writing
        self._n += 1
        return self._path / f"run-{self._n}"

    def _remove(self, n: int) -> None:
        if self._path is not None:
            shutil.rmtree(self._path / f"run-{n}", ignore_errors=True)

    def own(self, run: Path) -> Path:
        """A folder with that run which may be written to: itself if it lies here, else a copy."""
        return run if self._path is not None and run.parent == self._path else copy_run(run, self.fresh())

    def close(self) -> None:
        """Remove everything."""
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None


def copy_run(source: str | Path, target: str | Path) -> Path:
    """Copy a run, also while a training writes to it: what arrives is whole.

    Raises:
        RunError: ``source`` is not a run, or ``target`` cannot be written.
    """
    return store.copy(source, target)
