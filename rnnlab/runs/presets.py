"""Which settings of a catalogue task make a given task?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from rnnlab.spec import SpecError
from rnnlab.tasks import TASKS, AnyTask, Preset, Task

MAX_TRIES = 3_000
"""Tasks made before giving up; a script then spells the task out."""

Candidates = dict[str, list[Any]]
"""Kind of a setting -> values worth trying for it."""


def settings_of(task: AnyTask) -> dict[str, Any] | None:
    """Settings with which the catalogue makes exactly this task, or None where none were found.

    The numbers in which the task differs from the catalogue's default are tried for every setting; what brings the
    two closer is kept, until they are equal.
    """
    preset = TASKS.get(task.name)
    if preset is None or not isinstance(task, Task):
        return None
    wanted = _leaves(task.to_data())
    found: dict[str, Any] = {}
    missed = _differences(preset, found, wanted) or set()
    candidates = _candidates(task, [wanted[path] for path in sorted(missed) if path in wanted])
    tries, before = 0, len(missed) + 1
    while 0 < len(missed) < before:  # again, because a setting may be refused until another one has changed
        before = len(missed)
        for change in _changes(preset, candidates):
            tries += 1
            left = _differences(preset, found | change, wanted)
            if left is not None and len(left) < len(missed):
                found, missed = found | change, left
            if not missed or tries == MAX_TRIES:
                break
    return found if preset(**found) == task else None


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Path -> what stands there, for every number and word of plain data."""
    if not isinstance(value, dict | list):
        return {path: value}
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return {p: leaf for key, item in pairs for p, leaf in _leaves(item, f"{path}.{key}").items()}


def _number_lists(value: Any) -> Iterator[tuple[float, ...]]:
    if isinstance(value, list) and value and all(isinstance(item, int | float) for item in value):
        yield tuple(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _number_lists(item)


def _differences(preset: Preset[...], settings: dict[str, Any], wanted: dict[str, Any]) -> set[str] | None:
    """Paths at which the preset's task and the wanted one differ; None where the settings are refused."""
    try:
        made = _leaves(preset(**settings).to_data())
    except SpecError:
        return None
    return {path for path in {*made, *wanted} if made.get(path) != wanted.get(path)}


def _candidates(task: Task, differing: list[Any]) -> Candidates:
    numbers = sorted({value for value in differing if isinstance(value, int | float)})
    lists = list(dict.fromkeys(_number_lists(task.to_data())))
    pairs = [tuple(zip(a, b, strict=True)) for a, b in product(lists, repeat=2) if len(a) == len(b)]
    return {"number": numbers, "integer": numbers, "numbers": lists, "pairs": pairs}


def _changes(preset: Preset[...], candidates: Candidates) -> Iterator[dict[str, Any]]:
    """One setting each."""
    for name, setting in preset.settings().items():
        if setting.kind == "range":
            ends = sorted({*candidates["number"], *setting.default})
            yield from ({name: (low, high)} for low in ends for high in ends if low <= high)
        else:
            yield from ({name: value} for value in candidates[setting.kind])
