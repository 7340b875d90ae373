"""A task in the address of a page, and tasks from files: data from strangers, read strictly and within bounds.

The query of an address is ``preset=NAME&SETTING=VALUE...`` for a task of the catalogue (``preset=NAME`` for a set or a
curriculum of it), else ``task=...``: the JSON of the task, the set or the curriculum, compressed by zlib, in the
letters of base64url. Nothing of it is ever evaluated.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from rnnlab.runs.described import kind_of_task
from rnnlab.runs.files import write_whole
from rnnlab.session.intent import Intent
from rnnlab.spec import SpecError, shown
from rnnlab.spec.codec import parse
from rnnlab.tasks import TASKS, AnyTask, Setting, Task, collection_of
from rnnlab.tasks.places import places, written

MAX_QUERY = 16_000
"""Characters of the longest query that is written or read. The largest task of the catalogue takes 1 400."""

MAX_TASK = 2_000_000
"""Bytes of the largest description of a task that is read or written. The largest of the catalogue takes 14 000."""

MAX_PARTS = 5000
"""Epochs, channels or factors of the largest task that is read or written."""

PARTS = ("epochs", "inputs", "outputs", "factors")

MAX_TASKS = 100
"""Tasks of the largest set, and stages of the longest curriculum, that is read or written: each task of a set has the
channels of all."""

WHOLES = ("tasks", "stages")

IGNORED = re.compile(r"token|bokeh-.*")
"""Names in a query that belong to the server."""


def query_of(intent: Intent) -> str:
    """The query of an address that brings the task of an intent back.

    Raises:
        ValueError: the task is too large for an address.
    """
    if name := collection_of(intent.whole):
        return urlencode({"preset": name})
    if intent.task_name and isinstance(intent.whole, Task):
        written = {name: _written(value) for name, value in intent.changed.items()}
        return urlencode({"preset": intent.task_name, **written}, safe=",:", quote_via=quote)
    task = intent.whole
    text = task.to_json(indent=None)
    _check_written("share", task, text)
    query = f"task={_packed(text)}"
    if len(query) > MAX_QUERY:
        problem = f"the task takes {len(query)} characters, more than the {MAX_QUERY} an address may have"
        raise ValueError(f"share: {problem}; save it to a file and share that")
    return query


def with_query(intent: Intent, query: str) -> Intent:
    """The intent with the task that a query names; itself where it names none, or the task that is there already.

    Raises:
        SpecError: the query cannot be read, or names what cannot be.
    """
    fields = _fields(query)
    if "task" in fields and "preset" in fields:
        raise SpecError("address", "names a task and a preset", remedy="give one of them")
    if "task" in fields:
        _only(fields, "task")
        task = unpacked(fields["task"])
        return intent if task == intent.experiment.task else intent.with_own_task(task)
    if "preset" not in fields:
        return intent
    made = intent.with_task(fields.pop("preset"))
    if not isinstance(made.whole, Task):
        _only(fields, "preset")
        return intent if made.whole == intent.whole else made
    known = TASKS[made.task_name].settings()
    settings = {name: _read(known[name], text) if name in known else text for name, text in fields.items()}
    return made.with_settings(settings)


def _fields(query: str) -> dict[str, str]:
    query = query.removeprefix("?")
    if len(query) > MAX_QUERY:
        raise SpecError("address", f"{len(query)} characters are more than the {MAX_QUERY} that are read")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise SpecError("address", f"cannot be read: {error}", remedy="was it copied completely?") from None
    fields = {name: text for name, text in pairs if not IGNORED.fullmatch(name)}
    if len({name for name, _ in pairs}) < len(pairs):
        raise SpecError("address", "names something twice", remedy="give each once")
    return fields


def _only(fields: Mapping[str, str], name: str) -> None:
    for other in fields:
        if other != name:
            what = "a task" if name == "task" else "a set or a curriculum"
            raise SpecError(f"address.{other}", f"{shown(other)} means nothing beside {what}", remedy="leave it out")


# ------------------------------------------------------------------------------------------------------- settings


def _written(value: Any) -> str:
    """A number as it is, a list with commas, a list of pairs with colons inside the pairs."""
    if isinstance(value, tuple):
        return ",".join(":".join(map(_written, item)) if isinstance(item, tuple) else _written(item) for item in value)
    return repr(value).removesuffix(".0")


def _read(setting: Setting, text: str) -> Any:
    """The opposite of `_written`, for a setting of that kind; what is no number is left for the setting to refuse."""
    if setting.kind in ("number", "integer"):
        return _number(text)
    items = text.split(",")
    return tuple(tuple(map(_number, item.split(":"))) if setting.kind == "pairs" else _number(item) for item in items)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


# ------------------------------------------------------------------------------------------------------ whole tasks


def packed(task: AnyTask) -> str:
    """A task in letters that may stand in an address.

    >>> from rnnlab.tasks import get
    >>> unpacked(packed(get("sine_wave"))) == get("sine_wave")
    True
    """
    return _packed(task.to_json(indent=None))


def _packed(text: str) -> str:
    data = zlib.compress(text.encode(), 9)
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unpacked(text: str) -> AnyTask:
    """The opposite of `packed`.

    Raises:
        SpecError: it is damaged or too large, or what is in it is no task.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise _damaged()
    unzip = zlib.decompressobj()
    try:
        data = unzip.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), MAX_TASK + 1)
    except (binascii.Error, zlib.error):
        raise _damaged() from None
    if len(data) > MAX_TASK:
        raise SpecError("address.task", f"holds more than {MAX_TASK} bytes, no task that can be shared")
    if not unzip.eof or unzip.unused_data:
        raise _damaged()
    return read_task(data)


def _damaged() -> SpecError:
    return SpecError("address.task", "the task in the address is damaged", remedy="was the address copied completely?")


def read_task(text: str | bytes) -> AnyTask:
    """A task, a set of tasks or a curriculum from its JSON, of bounded size.

    Raises:
        SpecError: it is too large, or no task.
    """
    text = text.removeprefix(b"\xef\xbb\xbf") if isinstance(text, bytes) else text.removeprefix("\ufeff")  # a BOM
    size = len(text if isinstance(text, bytes) else text.encode(errors="replace"))
    if size > MAX_TASK:
        raise SpecError("task", f"{size} bytes are more than the {MAX_TASK} that are read")
    data = parse(text, "task")
    _check_parts(data, "task")
    kind = (kind_of_task(data) if isinstance(data, dict) else None) or Task
    if isinstance(data, dict) and data.get("kind", kind.__name__) != kind.__name__:
        problem = f"holds a description of the kind {shown(data['kind'])}"
        raise SpecError("task", problem, remedy="give the JSON of a Task, a MultitaskSet or a Curriculum")
    return kind.from_json(text, "task")


def _check_parts(data: Any, path: str) -> None:
    """Refuse lists that would take long to read, also those of the tasks inside."""
    if not isinstance(data, dict):
        return
    for what in (*PARTS, *WHOLES):
        items, most = data.get(what), MAX_PARTS if what in PARTS else MAX_TASKS
        if isinstance(items, list) and len(items) > most:
            raise SpecError(f"{path}.{what}", f"{len(items)} are more than the {most} that are read")
        if isinstance(items, list) and what in WHOLES:
            for i, item in enumerate(items):
                _check_parts(item, f"{path}.{what}[{i}]")
    _check_parts(data.get("task"), f"{path}.task")


def task_from(source: str | Path) -> AnyTask:
    """A task from its JSON, given as text, or from a file that holds it, given as a `Path`.

    Text is never taken for a path: it may come from anybody's browser, and paths are this machine's.

    Raises:
        SpecError: it is too large, or no task.
        OSError: there is no such file, or it cannot be read.
    """
    if isinstance(source, str):
        return read_task(source)
    with source.expanduser().open("rb") as file:
        return read_task(file.read(MAX_TASK + 1))


def file_text(task: AnyTask) -> str:
    """What a file of a task holds.

    Raises:
        ValueError: the task is too large to be opened again.
    """
    text = task.to_json()
    _check_written("save", task, text)
    return text


def _check_written(act: str, task: AnyTask, text: str) -> None:
    """Refuse what `read_task` would refuse for its size."""
    remedy = "it could not be opened again; take some away, or keep the Python that makes it"
    for part in (task, *(written(task, place) for place in places(task))):
        for what in (*PARTS, *WHOLES):
            n_parts, most = len(getattr(part, what, ())), MAX_PARTS if what in PARTS else MAX_TASKS
            if n_parts > most:
                raise ValueError(f"{act}: the task has {n_parts} {what}, more than the {most} that are read; {remedy}")
    size = len(text.encode())
    if size > MAX_TASK:
        raise ValueError(f"{act}: the task takes {size} bytes, more than the {MAX_TASK} that are read; {remedy}")


def save(task: AnyTask, path: str | Path) -> Path:
    """Write a task's JSON; ``.json`` is added to a name without an ending.

    Raises:
        ValueError: there is a file already that holds no task, or the task is too large to be opened again.
        RunError, OSError: it cannot be written.
    """
    text = file_text(task)
    target = Path(path).expanduser()
    target = target if target.suffix else target.with_suffix(".json")
    if target.exists() and not _holds_task(target):
        raise ValueError(f"{target}: is there already and holds no task; choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, text.encode())
    return target


def _holds_task(path: Path) -> bool:
    try:
        task_from(path)
    except (SpecError, OSError):
        return False
    return True
