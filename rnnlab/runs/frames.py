"""Messages between two processes: a small JSON header and raw arrays, with their lengths in front.

A frame is ``!II`` (bytes of header, bytes of arrays), the header, the arrays. The header is one JSON object; its key
``"arrays"`` lists ``[name, dtype, shape]`` in the order in which the bytes follow (little-endian, C order). Nothing
is pickled: a frame can hold numbers and text, never code.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

LENGTHS = struct.Struct("!II")
GREETING = b"rnnlab frames 1\n"
"""The line after which a pipe carries frames; what a process prints before it (while it imports, say) is no frame."""

MAX_HEADER = 32_000_000
"""A header longer than this is refused: it is noise on the pipe, not a message."""

_DTYPES = {name: np.dtype(name).newbyteorder("<") for name in ("float64", "float32", "int64", "int32", "bool")}


class FrameError(ValueError):
    """The bytes on the pipe are no frame (something else wrote to it, or it was cut in the middle)."""


def pack(header: Mapping[str, Any], arrays: Mapping[str, Any] | None = None) -> bytes:
    """One frame as bytes.

    Args:
        header: plain data; must not hold NaN or infinities (numbers that may be such go into ``arrays``).
        arrays: name -> array of float64, float32, int64, int32 or bool.

    >>> header, arrays = unpack(pack({"kind": "points"}, {"loss": np.array([0.5, 0.25])}))
    >>> header, arrays["loss"].tolist()
    ({'kind': 'points'}, [0.5, 0.25])
    """
    given = {name: _plain(name, array) for name, array in (arrays or {}).items()}
    listing = [[name, array.dtype.name, list(array.shape)] for name, array in given.items()]
    text = json.dumps({**header, "arrays": listing}, allow_nan=False, separators=(",", ":")).encode()
    body = [array.astype(_DTYPES[array.dtype.name], copy=False).tobytes() for array in given.values()]
    return b"".join([LENGTHS.pack(len(text), sum(map(len, body))), text, *body])


def _plain(name: str, array: Any) -> np.ndarray:
    plain = np.asarray(array)
    if plain.dtype.name not in _DTYPES:
        raise ValueError(f"array {name!r} has dtype {plain.dtype}; a frame carries {', '.join(_DTYPES)}")
    return plain


def unpack(frame: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The inverse of `pack`. Raises `FrameError`."""
    n_header, n_body = _lengths(frame[: LENGTHS.size])
    start = LENGTHS.size + n_header
    if len(frame) != start + n_body:
        raise FrameError(f"a frame of {start + n_body} bytes was announced, {len(frame)} came")
    return _decode(frame[LENGTHS.size : start], frame[start:])


def find_greeting(stream: BinaryIO) -> bool:
    """Skip to just behind the `GREETING`; False where the stream ends without one."""
    return any(line.endswith(GREETING) for line in iter(stream.readline, b""))


def read(stream: BinaryIO) -> tuple[dict[str, Any], dict[str, np.ndarray]] | None:
    """The next frame of a blocking binary stream, or None at its end (also when it ends inside a frame)."""
    lengths = _exactly(stream, LENGTHS.size)
    if lengths is None:
        return None
    n_header, n_body = _lengths(lengths)
    header, body = _exactly(stream, n_header), _exactly(stream, n_body)
    return None if header is None or body is None else _decode(header, body)


def _lengths(prefix: bytes) -> tuple[int, int]:
    if len(prefix) != LENGTHS.size:
        raise FrameError(f"a frame starts with {LENGTHS.size} bytes of lengths, {len(prefix)} came")
    n_header, n_body = LENGTHS.unpack(prefix)
    if n_header > MAX_HEADER:
        raise FrameError(f"a header of {n_header} bytes was announced, more than the {MAX_HEADER} a message may have")
    return n_header, n_body


def _exactly(stream: BinaryIO, n: int) -> bytes | None:
    """``n`` bytes, or None where the stream ends first."""
    parts: list[bytes] = []
    while n > 0:
        part = stream.read(n)
        if not part:
            return None
        parts.append(part)
        n -= len(part)
    return b"".join(parts)


def _decode(header: bytes, body: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    try:
        data = json.loads(header)
        listing = data.pop("arrays")
        arrays, offset = {}, 0
        for name, dtype, shape in listing:
            count = math.prod(shape)
            arrays[name] = np.frombuffer(body, _DTYPES[dtype], count, offset).reshape(shape).astype(dtype)
            offset += count * _DTYPES[dtype].itemsize
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FrameError(f"not a message: {error}") from error
    if offset != len(body):
        raise FrameError(f"{len(body)} bytes of arrays came, {offset} were listed")
    return data, arrays
