"""Specs as Python source, laid out the way ruff and black leave it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rnnlab import networks, runs, tasks
from rnnlab.runs.presets import settings_of
from rnnlab.spec import Spec
from rnnlab.tasks import Task, collection_of
from rnnlab.tasks.collected import member_of

WIDTH = 88
LONGEST = 120
"""Text longer than this is cut into pieces."""

_HOMES = (("rl.tasks", tasks), ("rl.networks", networks), ("rl.runs", runs))
_AT_THE_TOP = ("Change", "Experiment", "Training")


class NotSayableError(Exception):
    """A spec whose class has no public name."""


def expression(value: Any, indent: int = 0, used: int = 0, *, spelled: bool = False) -> str:
    """Source whose value is ``value``; fields that have their default are left out.

    Args:
        value: a spec, or anything that a field of one holds.
        indent: columns that the line the expression begins on is indented by.
        used: columns already taken on that line.
        spelled: spell a task out, also where the catalogue has it; otherwise that is looked for.

    Raises:
        NotSayableError: a class has no public name in `rnnlab`, `rnnlab.tasks`, `rnnlab.networks` or `rnnlab.runs`.
    """
    if name := collection_of(value):
        return f"rl.tasks.collection({quoted(name)})"
    flat = _spelled(value) if spelled else _flat(value)
    if used + len(flat) <= WIDTH:
        return flat
    if isinstance(value, str) and used + len(flat) > LONGEST:
        return _bracketed("(", [quoted(piece) for piece in _pieces(value)], ")", indent, separator="")
    inner = indent + 4
    if isinstance(value, Task) and not spelled and (settings := _settings(value)) is not None:
        return catalogue_call(value.name, settings, indent, used)
    if isinstance(value, tuple) and value:
        return _bracketed("(", [expression(item, inner, inner + 1) for item in value], ")", indent)
    if isinstance(value, Spec) and (given := _given(value)):
        items = [f"{name}={expression(item, inner, inner + len(name) + 2)}" for name, item in given.items()]
        return _bracketed(f"{public_name(type(value))}(", items, ")", indent)
    return flat


def catalogue_call(name: str, settings: Mapping[str, Any], indent: int = 0, used: int = 0) -> str:
    """The call that gets a task of the catalogue."""
    items = _call_items(name, settings)
    line = f"rl.tasks.get({', '.join(items)})"
    return line if used + len(line) <= WIDTH else _bracketed("rl.tasks.get(", items, ")", indent)


def _call_items(name: str, settings: Mapping[str, Any]) -> list[str]:
    return [quoted(name), *(f"{setting}={_flat(value)}" for setting, value in settings.items())]


@lru_cache(maxsize=64)
def _settings(task: Task) -> dict[str, Any] | None:
    """The settings with which the catalogue makes it, if it does."""
    return settings_of(task)


def _flat(value: Any) -> str:
    if isinstance(value, Task) and (member := member_of(value)) is not None:
        return f"rl.tasks.collection({quoted(member[0])}).tasks[{member[1]}]"
    if isinstance(value, Task) and (settings := _settings(value)) is not None:
        return f"rl.tasks.get({', '.join(_call_items(value.name, settings))})"
    return _spelled(value)


def _spelled(value: Any) -> str:
    """`_flat`, without looking for ``value`` itself in the catalogue."""
    if isinstance(value, Spec):
        arguments = ", ".join(f"{name}={_flat(item)}" for name, item in _given(value).items())
        return f"{public_name(type(value))}({arguments})"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_flat, value)) + ("," if len(value) == 1 else "") + ")"
    return quoted(value) if isinstance(value, str) else repr(value)


def _given(spec: Spec) -> dict[str, Any]:
    """The fields that differ from their default."""
    return {
        f.name: getattr(spec, f.name)
        for f in dataclasses.fields(spec)
        if f.init and (f.default is dataclasses.MISSING or getattr(spec, f.name) != f.default)
    }


def public_name(cls: type) -> str:
    """What a script calls the class."""
    if cls.__name__ in _AT_THE_TOP:
        return f"rl.{cls.__name__}"
    for prefix, module in _HOMES:
        if getattr(module, cls.__name__, None) is cls:
            return f"{prefix}.{cls.__name__}"
    raise NotSayableError(cls.__name__)


def quoted(text: str) -> str:
    """A string literal in double quotes, unless single ones need fewer escapes."""
    if text.count('"') > text.count("'"):
        return "'" + json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return json.dumps(text, ensure_ascii=False)


def _pieces(text: str, size: int = 72) -> list[str]:
    """``text`` cut after spaces where there are some."""
    pieces, start = [], 0
    while len(text) - start > size:
        cut = text.rfind(" ", start + 1, start + size) + 1 or start + size
        pieces.append(text[start:cut])
        start = cut
    return [*pieces, text[start:]]


def _bracketed(start: str, items: list[str], stop: str, indent: int, separator: str = ",") -> str:
    lines = "".join(f"{' ' * (indent + 4)}{item}{separator}\n" for item in items)
    return f"{start}\n{lines}{' ' * indent}{stop}"
