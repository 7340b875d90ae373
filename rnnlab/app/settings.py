"""`--set PATH=VALUE`: change one field of an experiment by its path.

A path names fields from the experiment down: ``training.updates``, ``network.nonlinearity``,
``task.epochs[1].duration`` or, where the items of a list have names, ``task.epochs.stimulus.duration.value``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rnnlab.spec import SpecError, did_you_mean, shown

if TYPE_CHECKING:
    from rnnlab.runs import Experiment


def parse_setting(text: str) -> tuple[str, Any]:
    """``"training.updates=400"`` -> ``("training.updates", 400)``.

    A value is JSON where it can be (numbers, true, lists, objects), several with commas between them are a list, and
    anything else is text.

    Raises:
        ValueError: there is no ``=``.

    Example:
        >>> parse_setting("task.coherences=0.1,0.3")
        ('task.coherences', [0.1, 0.3])
        >>> parse_setting("network.nonlinearity=tanh")
        ('network.nonlinearity', 'tanh')
    """
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise ValueError(f"--set {text}: expected PATH=VALUE; for example --set training.updates=400")
    return path.strip(), _value(value.strip())


def _value(text: str) -> Any:
    for candidate in (text, f"[{text}]") if "," in text else (text,):
        try:
            return json.loads(candidate)
        except ValueError:
            continue
    return text


def apply_settings(experiment: Experiment, settings: Iterable[tuple[str, Any]]) -> Experiment:
    """The experiment with fields changed, all at once, so that fields which depend on each other may both change.

    Raises:
        SpecError: a path leads nowhere, or a value does not fit; the message names the path.
    """
    read, data = type(experiment).from_data, experiment.to_data()
    for path, value in settings:
        replaced = _assign(data, path, value)
        if isinstance(value, str) and isinstance(replaced, dict):  # a kind by its name: its fields may follow
            data = read(data, "experiment").to_data()
    return read(data, "experiment")


def _assign(data: Any, path: str, value: Any) -> Any:
    """Put ``value`` at ``path`` and return what was there."""
    *way, last = _keys(path)
    place = "experiment"
    for key in way:
        found = _index(data, key, place)
        data, place = data[found], _extend(place, found)
    found = _index(data, last, place)
    replaced, data[found] = data[found], value
    return replaced


def _keys(path: str) -> list[str]:
    return [key for key in re.split(r"[.\[\]]+", path.removeprefix("experiment.")) if key]


def _extend(place: str, key: str | int) -> str:
    return f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}"


def _index(data: Any, key: str, place: str) -> str | int:
    """Where ``key`` is in ``data``: a field of a spec, a position in a list, or the name of an item of a list."""
    if isinstance(data, dict):
        if key in data:
            return key
        raise SpecError(
            f"{place}.{key}", f"there is no field {key!r}", remedy=did_you_mean(key, data.keys() - {"kind"})
        )
    if isinstance(data, list):
        return _position(data, key, place)
    raise SpecError(f"{place}.{key}", f"{place} is {shown(data)}, which has no fields")


def _position(items: list[Any], key: str, place: str) -> int:
    names = {item["name"]: i for i, item in enumerate(items) if isinstance(item, dict) and "name" in item}
    if key in names:
        return names[key]
    if key.isdecimal() and int(key) < len(items):
        return int(key)
    remedy = did_you_mean(key, names) if names else f"give a number below {len(items)}" if items else "put one there"
    raise SpecError(f"{place}.{key}", f"there is no item {key!r} in a list of {len(items)}", remedy=remedy)
