"""Descriptions in a form: the fields of one kind, and the choice of a kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from rnnlab.spec import codec
from rnnlab.tasks.beginnings import Beginning, beginning, wanting
from rnnlab.views import parts, text
from rnnlab.views.facts import title_of
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known, Path, Say, of_field
from rnnlab.views.form.fold import Fold
from rnnlab.views.form.picks import Options, Pick
from rnnlab.views.form.places import Place, below, complaint, tell


class Fields(Place):
    """The fields of one kind of `Spec`, one under the other."""

    def __init__(
        self, kind: type, about: About, data: dict[str, Any], known: Known, say: Say, names: list[str] | None = None
    ) -> None:
        self._problem = complaint()
        self.fields: dict[str, Place] = {}
        for name in shown(kind, about.without) if names is None else names:
            self.fields[name] = known.make(of_field(kind, name, about), data[name], known, _under(name, say))
        self.layout = parts.column(*(field.layout for field in self.fields.values()))

    def holds(self, name: object) -> bool:
        """Whether it has a field of this name."""
        return name in self.fields

    def show(self, data: dict[str, Any]) -> None:
        for name, field in self.fields.items():
            field.show(data[name])

    def complain(self, path: Path, problem: str) -> None:
        if path and path[0] in self.fields:
            self.fields[str(path[0])].complain(path[1:], problem)
            return
        if self._problem not in self.layout:
            self.layout.append(self._problem)
        tell(self._problem, problem)

    def quiet(self) -> None:
        tell(self._problem, "")
        for field in self.fields.values():
            field.quiet()

    def steered(self, now: Mapping[Path, Any]) -> None:
        for name, field in self.fields.items():
            field.steered(below(now, name))


def shown(kind: type, without: tuple[str, ...] = ()) -> list[str]:
    """The fields of a kind as a form lists them: its own before those that all kinds of its sort have."""
    unused = (*getattr(kind, "unused", ()), *without)
    fields = [field for field in dataclasses.fields(kind) if field.init and field.name not in unused]
    return [field.name for field in sorted(fields, key=lambda field: bool(field.kw_only))]


def _under(step: str, say: Say) -> Say:
    return lambda path, data: say((step, *path), data)


class KindPick(Pick):
    """Which kind of thing stands in a place."""

    def __init__(self, about: About, kinds: dict[str, type], kind: str | None, known: Known) -> None:
        none: Options = [(about.empty or "none", None)] if type(None) in about.members else []
        self._none, self._kinds = none, kinds
        super().__init__(About(Literal[tuple(kinds)], about.label, help=about.help), kind, known)

    def _options(self, value: Any) -> Options:
        """Those that can be made; one that names what there is nothing of cannot."""
        names = self._known.names
        can_be = [name for name, kind in self._kinds.items() if name == value or not wanting(kind, names)]
        return self._none + [(title_of(self._kinds[name]), name) for name in can_be]


class Kinds(Place):
    """A place where one of several kinds may stand, or nothing: which one, and its fields."""

    def __init__(self, about: About, data: dict[str, Any] | None, known: Known, say: Say) -> None:
        self._about, self._known, self._say = about, known, say
        self._kinds = {kind.__name__: kind for kind in codec.kinds(about.annotation).values()}
        self._data = data
        self.chooser = KindPick(about, self._kinds, _kind(data), known)
        self.chooser.on_change(lambda _, kind: say((), self._begin(kind)))
        self._meaning = text.paragraph()
        self._body = parts.column(css="" if about.outermost else sheets.INNER)
        self.layout = parts.column(self.chooser.layout, self._body)
        self._build(data)

    def _begin(self, kind: str | None) -> Beginning | None:
        return None if kind is None else beginning(self._kinds[kind], self._data, self._known.names)

    def _build(self, data: dict[str, Any] | None) -> None:
        self._built = _kind(data)
        self._body.visible = data is not None
        self.fields: Fields | None = None
        if data is None:
            self._body.objects = []
            return
        kind = self._kinds[data["kind"]]
        self.fields = self._known.fields(kind, self._about, data, self._known, self._say)
        text.tell(self._meaning, meaning(kind))
        self._body.objects = [self._meaning, self.fields.layout]

    def show(self, data: dict[str, Any] | None) -> None:
        self._data = data
        self.chooser.show(_kind(data))
        if _kind(data) != self._built:
            self._build(data)
        if self.fields is not None and data is not None:
            self.fields.show(data)

    def complain(self, path: Path, problem: str) -> None:
        if self.fields is not None and path and self.fields.holds(path[0]):
            self.fields.complain(path, problem)
        else:
            self.chooser.complain(problem)

    def quiet(self) -> None:
        self.chooser.complain("")
        if self.fields is not None:
            self.fields.quiet()

    def steered(self, now: Mapping[Path, Any]) -> None:
        self.chooser.steered(now)
        if self.fields is not None:
            self.fields.steered(now)


class Folded(Place):
    """A description that always stands there, inside another one: its fields, or those of ``names``, under a fold."""

    def __init__(
        self, kind: type, about: About, data: dict[str, Any], known: Known, say: Say, names: list[str] | None = None
    ) -> None:
        self._data = data
        self.fold = Fold(about.label, lambda: Fields(kind, about, self._data, known, say, names))
        self.layout = parts.column(parts.row(self.fold.line, css=sheets.LINE), self.fold.body)

    def show(self, data: dict[str, Any]) -> None:
        self._data = data
        self.fold.show(data)

    def complain(self, path: Path, problem: str) -> None:
        self.fold.open()
        if self.fold.inner is not None:
            self.fold.inner.complain(path, problem)

    def quiet(self) -> None:
        self.fold.quiet()

    def steered(self, now: Mapping[Path, Any]) -> None:
        self.fold.steered(now)


def _kind(data: dict[str, Any] | None) -> str | None:
    return None if data is None else str(data["kind"])


def meaning(kind: type) -> str:
    """The first sentence of what is said of a kind, with the names of its fields in double backticks.

    >>> from rnnlab.tasks import Constant, Previous
    >>> meaning(Constant)
    'The same number in every trial.'
    >>> meaning(Previous)
    'The value that factor ``of`` had ``back`` trials ago: the choice before, or the one before that.'
    """
    words = " ".join((kind.__doc__ or "").split())
    return words.partition(". ")[0].removesuffix(".") + "."
