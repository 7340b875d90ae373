"""Weights in other systems' files, read as data: bounded, checked, and never unpickled."""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.spec import SpecError

MAX_BYTES = 500_000_000
"""A file, or an array in one, larger than this is refused."""


class UnreadableError(ValueError):
    """A file of weights that cannot be used; the message names it, what is wrong and what to do."""

    def __init__(self, path: Path, problem: str, remedy: str = "") -> None:
        super().__init__(f"{path}: {problem}" + (f"; {remedy}" if remedy else ""))


@contextmanager
def reading(path: Path, remedy: str) -> Iterator[None]:
    """Turn whatever a damaged file makes a reader raise into one error, and name the file in those of weights."""
    try:
        yield
    except UnreadableError:
        raise
    except OSError as error:
        raise UnreadableError(path, error.strerror or str(error), "give the path of a file") from error
    except SpecError as error:
        raise UnreadableError(path, str(error)) from error
    except Exception as error:  # zlib, tokenize, ast and NumPy have a dozen kinds of their own for damaged files
        raise UnreadableError(path, str(error) or type(error).__name__, remedy) from error


def check_size(path: Path) -> None:
    """Refuse a file that is too large before reading it."""
    if (size := path.stat().st_size) > MAX_BYTES:
        raise UnreadableError(path, f"has {size} bytes, {MAX_BYTES} at most are read")


def read_npz(path: Path, names: tuple[str, ...]) -> dict[str, np.ndarray | None]:
    """The arrays of those names that an ``.npz`` file holds, float64; None for one that is pickled Python.

    Members of other names are not touched. Nothing is unpickled.
    """
    found: dict[str, np.ndarray | None] = {}
    with zipfile.ZipFile(path) as archive:
        members = [info.filename for info in archive.infolist()]
        for name in names:
            if members.count(f"{name}.npy") > 1:
                raise UnreadableError(path, f"{name} is there twice")
            if f"{name}.npy" in members:
                found[name] = _member(path, archive, name)
    return found


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> np.ndarray | None:
    size = archive.getinfo(f"{name}.npy").file_size
    if size > MAX_BYTES:
        raise UnreadableError(path, f"{name} would take {size} bytes, {MAX_BYTES} at most are read")
    with archive.open(f"{name}.npy") as file:
        version = np.lib.format.read_magic(file)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = header(file)
    if dtype.hasobject:
        return None
    if dtype.kind not in "fiub" or math.prod(shape) * dtype.itemsize > size:
        raise UnreadableError(path, f"{name} is no array of numbers", "give one of real numbers, float32 or float64")
    with archive.open(f"{name}.npy") as file:
        array = np.lib.format.read_array(file, allow_pickle=False)
    return np.asarray(array, np.float64)


def read_json(path: Path) -> dict[str, Any]:
    """A strict JSON object."""
    data = json.loads(path.read_bytes(), parse_constant=_refused, object_pairs_hook=_once)
    if not isinstance(data, dict):
        raise UnreadableError(path, "is no JSON object", "give the parameters of a network")
    return data


def _refused(name: str) -> float:
    raise ValueError(f"{name} is not a number JSON has")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("a key appears twice")
    return table


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an ``.npz`` file, whole or not at all."""
    if not path.parent.is_dir():
        raise UnreadableError(path, "cannot be written: its folder does not exist", "make the folder first")
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        with temporary.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub takes one keyword for an option
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
