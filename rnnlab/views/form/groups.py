"""The fields of a kind that has many: the usual ones in sight, the rest folded under headings."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from rnnlab.spec import codec
from rnnlab.views import parts
from rnnlab.views.form.about import About, Known, Path, Say
from rnnlab.views.form.fields import Fields, Folded, shown


class Group(Folded):
    """Some fields under a heading that says how many of them are not as usual."""

    def __init__(
        self, heading: str, names: list[str], kind: type, about: About, data: dict[str, Any], known: Known, say: Say
    ) -> None:
        super().__init__(kind, about, data, known, say, names)
        self.heading, self.names = heading, names
        self._usual = usual(kind)
        self._name()

    def _name(self) -> None:
        changed = sum(self._data[name] != self._usual.get(name, self._data[name]) for name in self.names)
        self.fold.name(f"{self.heading} · {changed} set" if changed else self.heading)

    def show(self, data: dict[str, Any]) -> None:
        super().show(data)
        self._name()


class Grouped(Fields):
    """The fields of a kind with groups: those under no heading, then the headings.

    Attributes:
        in_sight: what holds the fields under no heading.
        groups: the rest, by heading.
    """

    def __init__(self, kind: type, about: About, data: dict[str, Any], known: Known, say: Say) -> None:
        names, headings = shown(kind, about.without), getattr(kind, "groups", {})
        grouped = {name for under in headings.values() for name in under}
        super().__init__(kind, about, data, known, say, [name for name in names if name not in grouped])
        self.in_sight = self.layout
        self.groups = {
            heading: Group(heading, [name for name in under if name in names], kind, about, data, known, say)
            for heading, under in headings.items()
        }
        self.layout = parts.column(self.in_sight, *(group.layout for group in self.groups.values()))

    def holds(self, name: object) -> bool:
        return super().holds(name) or self._of(name) is not None

    def _of(self, name: object) -> Group | None:
        return next((group for group in self.groups.values() if name in group.names), None)

    def show(self, data: dict[str, Any]) -> None:
        super().show(data)
        for group in self.groups.values():
            group.show(data)

    def complain(self, path: Path, problem: str) -> None:
        group = self._of(path[0]) if path else None
        if group is None:
            super().complain(path, problem)
        else:
            group.complain(path, problem)

    def quiet(self) -> None:
        super().quiet()
        for group in self.groups.values():
            group.quiet()

    def steered(self, now: Mapping[Path, Any]) -> None:
        super().steered(now)
        for group in self.groups.values():
            group.steered(now)


def usual(kind: type) -> dict[str, Any]:
    """The data of the fields that have a default."""
    declared = [field for field in dataclasses.fields(kind) if field.default is not dataclasses.MISSING]
    return {field.name: codec.encode(field.default) for field in declared}


def fields_of(kind: type, about: About, data: dict[str, Any], known: Known, say: Say) -> Fields:
    """The fields of a kind, under headings where it has any."""
    made = Grouped if getattr(kind, "groups", {}) else Fields
    return made(kind, about, data, known, say)
