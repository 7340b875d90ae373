"""One training at a time in a folder.

A lock of the operating system's on a small file: it is gone when the process that holds it is, however that ended, so
there is nothing stale to clear up. The file names the process, for people, and is removed at the end.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rnnlab.runs.errors import RunError

LOCK = "training.lock"

PATIENCE = 1.0
"""Seconds to wait for a lock: a process that was just killed holds its own a little longer."""

_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 1 << 30, os.SEEK_SET)  # far behind the text, which stays readable
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def held(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Have a folder, which is made where there is none, to oneself inside; wait so many seconds for it at most.

    Raises:
        RunError: somebody else has it, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(folder, f"cannot be made: {error.strerror}", remedy="choose another folder") from error
    path = folder / LOCK
    handle = _taken(path, patience)
    try:
        yield
    finally:
        _give_back(path, handle)


def refuse_if_held(folder: Path, patience: float = PATIENCE) -> None:
    """Raise RunError where another training has the folder, and does not let go of it soon."""
    if (folder / LOCK).exists():
        with held(folder, patience):
            pass


def _taken(path: Path, patience: float) -> int:
    deadline = time.monotonic() + patience
    while (handle := _tried(path)) is None:
        if time.monotonic() > deadline:
            problem = f"is being trained by {_holder(path)}"
            raise RunError(path.parent, problem, remedy="end that first, or choose another folder")
        time.sleep(0.02)
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, str(os.getpid()).encode())
    return handle


def _tried(path: Path) -> int | None:
    """A handle that holds the lock, or None where somebody else does."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise RunError(path, f"cannot be written: {error.strerror}", remedy="choose another folder") from error
    try:
        _lock(handle)
    except OSError as error:
        if error.errno in _TAKEN:
            os.close(handle)
            return None
        # the file system knows no locks: better to train than to refuse
    if _is_still(path, handle):
        return handle
    os.close(handle)
    return None


def _is_still(path: Path, handle: int) -> bool:
    """Whether the file that was opened is the one that has the name: its last holder may just have removed it."""
    with suppress(OSError):
        return os.path.samestat(os.fstat(handle), path.stat())
    return False


def _holder(path: Path) -> str:
    with suppress(OSError, ValueError):
        holder = int(path.read_bytes()[:20])
        return "this process (close() ends that training)" if holder == os.getpid() else f"process {holder}"
    return "another process"


def _give_back(path: Path, handle: int) -> None:
    """Remove the file while the lock is held, where the system can; then let go."""
    with suppress(OSError):
        path.unlink()
    os.close(handle)
    if sys.platform == "win32":  # an open file cannot be removed there, nor one that the next holder has opened
        with suppress(OSError):
            path.unlink()
