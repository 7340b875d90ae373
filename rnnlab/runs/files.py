"""Whole files or none: writing that survives a kill at any moment, reading that notices any damage."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rnnlab.runs.errors import RunError

TEMPORARY = ".tmp-"
"""Prefix of files that are being written; those found later were left by a kill."""


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that, whatever happens, it is afterwards either the old one or the new one, never a part.

    Raises:
        RunError: when the disk is full, the folder is read-only and the like.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise RunError(path, f"cannot be written: {error.strerror or error}", remedy="choose another folder") from error


def _sync_folder(folder: Path) -> None:
    """Put the folder's own entry on disk: without it a power cut may bring the old name back."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows has no handle on a folder to sync
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a file of at most ``limit`` bytes. Raises RunError for a larger one, before reading it."""
    with reading(path), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise RunError(path, f"has {size} bytes, {limit} at most were expected", remedy="restore it from a copy")
        return file.read(limit + 1)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a loader raises (they know a dozen kinds) into a `RunError`. A missing file stays one."""
    try:
        yield
    except (RunError, FileNotFoundError):
        raise
    except MemoryError as error:
        raise RunError(path, "does not fit in memory") from error
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise RunError(path, f"cannot be read: {reason}", remedy="is the file complete and unchanged?") from error
