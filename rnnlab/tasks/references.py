"""Names that one part of a task uses for another: a signal's epochs, a derived factor's sources.

A field declared with `names` holds names of one kind of thing. `references` finds every such name inside a spec, so
that unknown names are refused in one place, with the path of the field.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal

from rnnlab.spec import Spec

Named = Literal["factor", "epoch", "input", "output"]


def names(what: Named, default: Any = dataclasses.MISSING, *, help: str = "") -> Any:
    """Declare a field that names a factor, an epoch or a channel (numbers beside names are left alone).

    Args:
        what: the kind of thing named.
        default: the value when none is given; left out, the field is required. An empty string names nothing.
        help: one sentence for a person who hovers over the field.
    """
    metadata = {"refers": what, "help": help}
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def references(spec: Spec, what: Named) -> Iterator[tuple[str, str]]:
    """Every (path inside ``spec``, name) by which ``spec`` refers to a thing of kind ``what``."""
    for f in dataclasses.fields(spec):
        value = getattr(spec, f.name)
        if f.metadata.get("refers") == what:
            if not (value == "" and f.default == ""):
                yield from _strings(value, f.name)
        elif isinstance(value, Spec):
            yield from ((f"{f.name}.{path}", name) for path, name in references(value, what))
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, Spec):
                    yield from ((f"{f.name}[{i}].{path}", name) for path, name in references(item, what))


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _strings(item, f"{path}[{i}]")
