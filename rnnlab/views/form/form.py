"""`SpecForm`: a form for a description, made from its annotations and metadata."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rnnlab.spec import Spec, SpecError, codec
from rnnlab.tasks.beginnings import Beginning, Names
from rnnlab.views import parts
from rnnlab.views.facts import named
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About, Known, Path, Unread
from rnnlab.views.form.groups import fields_of
from rnnlab.views.form.making import place

Act = Callable[[Any], bool]


@dataclass(frozen=True)
class Draft:
    """What a person said in a form and what was not granted, kept while something else is looked at.

    Attributes:
        before: data of the value that was in force when it was said.
        wanted: data of what should stand there; an emptied box counts as it was.
        refused: place where something waits -> place named -> why that cannot be.
    """

    before: Any
    wanted: Any
    refused: Mapping[Path, Mapping[Path, str]]


class SpecForm:
    """A form for any value that a `Spec` is or holds: kinds to choose, numbers, switches, names, lists.

    What a person changes is a *draft*. As soon as it is a value that can be, ``act`` is called with it; if not, or if
    ``act`` refuses it, the value stays what it was, the form says at the field what is wrong, and what was typed stays
    on the screen, to be granted with a later change that makes it possible.

    Args:
        annotation: what may stand there: a `Spec` class or a union of them (`rnnlab.tasks.Epoch`, `AnySignal` ...).
        value: what stands there.
        references: kind of thing (``"factor"``, ``"epoch"``, ``"input"``, ``"output"``) -> names to choose from. A
            factor's own name does not belong there while the factor is edited.
        act: called with the whole changed value; says whether it was granted. It may call `show` and `complain`.
        label: what stands before the choice of a kind.
        said: called once a wish was dealt with, granted or not.
        possible: whether a value would be granted; what is new begins as the first of several that would.
        without: fields of the value that mean nothing where it stands.

    Attributes:
        value: the value that was granted last.
        layout: what stands on the page.

    Example:
        >>> from rnnlab.tasks import Constant, Epoch
        >>> heard = []
        >>> form = SpecForm(Epoch, Epoch("go", Constant(300), scored=True), {}, lambda value: not heard.append(value))
        >>> form.root.fields["grace"].control.box.value = 50
        >>> heard[-1].name, heard[-1].duration, heard[-1].grace
        ('go', Constant(value=300.0), 50.0)
    """

    def __init__(
        self,
        annotation: Any,
        value: Spec,
        references: Names,
        act: Act,
        label: str = "Kind",
        said: Callable[[], object] = lambda: None,
        possible: Callable[[Any], bool] = lambda _: True,
        without: tuple[str, ...] = (),
    ) -> None:
        self.annotation = annotation
        self.value = value
        self._act, self._said, self._possible = act, said, possible
        self._known = Known(dict(references), place, fields_of)
        self._data = codec.encode(value)
        self._draft = self._data
        self._complaints: dict[Path, str] = {}
        self._refused: dict[Path, dict[Path, str]] = {}
        self._unread: set[Path] = set()
        self._wishing = False
        self._now: dict[Path, Any] = {}
        about = About(annotation, label, outermost=True, without=without)
        self.root = place(about, self._data, self._known, self._wish)
        self.helper = parts.button("", self._toggle_help, kind="small")
        self.layout = parts.column(self.root.layout, parts.row(self.helper, css=sheets.FOOT))
        self._explains(False)

    def _toggle_help(self) -> None:
        self._explains(not self._explained)

    def _explains(self, shown: bool) -> None:
        """Show under each field what its help says, for those who cannot rest a pointer on it; or hide that."""
        self._explained = shown
        self.helper.label = "Hide explanations" if shown else "? Explain the fields"
        self.layout.stylesheets = [*self.layout.stylesheets[:1], sheets.EXPLAINED if shown else ""]

    # ------------------------------------------------------------------------------------------------- shown

    def show(self, value: Spec, references: Names | None = None) -> None:
        """Show this value and offer these names, in place. What waits to be mended stays, on top of the new value.

        A value of a class that has no place in the annotation needs a form of its own.
        """
        if references is not None:
            self._known.names = dict(references)
        if value == self.value:
            if not self._wishing:  # what is on the way would be taken back for a moment, and the browser left with that
                self.root.show(self._draft)
            return
        draft, before = self.draft, self._data
        self.value, self._data = value, codec.encode(value)
        self._unread = {box for box in self._unread if at(before, box) == at(self._data, box)}
        self._resume(draft)

    @property
    def draft(self) -> Draft | None:
        """What waits to be mended; None where all that was said is granted."""
        waits = self._draft != self._data or self._unread
        return Draft(self._data, self._draft, dict(self._refused)) if waits else None

    def resume(self, draft: Draft | None) -> None:
        """Show on top of the value what waited to be mended when something was looked at before; None drops all."""
        self._give_up(())
        self._resume(draft)

    def _resume(self, draft: Draft | None) -> None:
        wanted = self._data if draft is None else rebased(draft.wanted, draft.before, self._data)
        refused = {} if draft is None else draft.refused
        self._refused = {wish: dict(why) for wish, why in refused.items() if self._waits(wish, wanted)}
        self._draft = wanted
        self.root.show(self._draft)
        self._tell()

    def forget(self) -> None:
        """Drop what waits to be mended, and show the value granted last."""
        self.resume(None)

    def retry(self) -> None:
        """Offer what waits to be mended again: the rest may have changed so that it is possible now."""
        if self._draft != self._data and self._offer(self._draft):
            self._draft, self._refused = self._data, {}
        self._tell(self._complaints)
        self.root.show(self._draft)
        self._said()

    def complain(self, path: str, problem: str) -> None:
        """Say what is wrong at a place of the value (``"duration.low"``, ``"signals[1].level"``), or nearest to it.

        An empty problem takes all complaints back.
        """
        if not problem:
            self._quiet()
            return
        where = steps(path)
        self._complaints[where] = problem
        self.root.complain(where, problem)

    def explain(self, sentence: str, place: str) -> None:
        """Show a refusal of the whole (``"Task.epochs[1].grace: 20 ms of ..."``) where it belongs.

        Args:
            sentence: a `SpecError` as text.
            place: where the form's value stands in the whole, e.g. ``"Task.epochs[1]"``.
        """
        path, colon, problem = sentence.partition(": ")
        inside = (
            colon and path.lower().startswith(place.lower()) and path[len(place) : len(place) + 1] in ("", ".", "[")
        )
        self.complain(path[len(place) :] if inside else "", _sentence(problem if inside else sentence))

    def steered(self, now: Mapping[Path, Any]) -> None:
        """Say at each field what steering has put in force instead of it; an empty table takes all of that back."""
        if now or self._now:
            self._now = dict(now)
            self.root.steered(now)

    def _give_up(self, path: Path) -> None:
        """Forget what stands at or below a place and cannot be read."""
        for box in [each for each in self._unread if _in(each, path)]:
            self._unread.discard(box)
            self.root.complain(box, "")

    def _quiet(self) -> None:
        self._complaints.clear()
        self.root.quiet()

    # --------------------------------------------------------------------------------------- said by a person

    def _wish(self, path: Path, data: Any) -> None:
        """A person wants ``data`` at ``path``: try it with all that waits, and if that cannot be, by itself."""
        if isinstance(data, Unread):  # its control says why; everything else goes on as if it were not there
            self._unread.add(path)
            self._said()
            return
        self._give_up(path)
        data = self._begun(path, data) if isinstance(data, Beginning) else data
        draft = put(self._draft, path, data)
        self._draft = draft  # whoever grants shows the rest with it: a browser told the old one is left with that
        self._wishing = True
        try:
            refused = {} if self._offer(draft) else self._one_by_one(draft, path)
        finally:
            self._wishing = False
        self._refused = refused
        self._draft = draft if refused else self._data
        self._tell()
        self.root.show(self._draft)
        self._said()

    def _one_by_one(self, draft: Any, path: Path) -> dict[Path, dict[Path, str]]:
        """What still waits, where not all of it can be: the newest wish is tried by itself, and once that is granted
        whatever waited before."""
        told = dict(self._complaints)
        path = next((wish for wish in self._refused if _in(path, wish)), path)
        others = {wish: why for wish, why in self._refused.items() if self._waits(wish, draft) and not _in(wish, path)}
        if not others or not alike(draft, self._data, path):
            return others | {path: told}
        if not self._offer(put(self._data, path, at(draft, path))):
            return others | {path: dict(self._complaints)}
        for wish in list(others):
            if alike(draft, self._data, wish):
                granted = self._offer(put(self._data, wish, at(draft, wish)))
                others[wish] = {} if granted else dict(self._complaints)
        return {wish: why for wish, why in others.items() if why}

    def _waits(self, wish: Path, draft: Any) -> bool:
        return bool(at(draft, wish) != at(self._data, wish))

    def _begun(self, path: Path, beginning: Beginning) -> Any:
        """What can be, or else what fits best."""

        def can_be(data: Any) -> bool:
            try:
                return self._possible(codec.decode(self.annotation, put(self._draft, path, data), "value"))
            except SpecError:
                return False

        return next(filter(can_be, beginning.candidates), beginning.candidates[0])

    def _tell(self, newest: Mapping[Path, str] | None = None) -> None:
        """Say at each place why what waits cannot be."""
        said = {where: problem for why in self._refused.values() for where, problem in why.items()} | dict(newest or {})
        self._quiet()
        self._complaints.update(said)
        for where, problem in said.items():
            self.root.complain(where, problem)

    def _offer(self, data: Any) -> bool:
        """Whether these data are a value, and granted."""
        self._quiet()
        try:
            value = codec.decode(self.annotation, copy.deepcopy(data), "value")
        except SpecError as error:
            self.complain(error.path.removeprefix("value"), _told(error))
            return False
        before = self.value
        if not self._act(value):
            return False
        if self.value is before:  # not shown by whoever granted it
            self.value, self._data = value, codec.encode(value)
        return True


def put(data: Any, path: Path, wanted: Any) -> Any:
    """A copy of plain data with something else at a place of it."""
    if not path:
        return plain(wanted)
    inner = put(data[path[0]], path[1:], wanted)
    if isinstance(data, dict):
        return data | {str(path[0]): inner}
    return [inner if i == path[0] else item for i, item in enumerate(data)]


def at(data: Any, path: Path) -> Any:
    """What stands at a place of plain data; None where there is no such place.

    >>> at({"kind": "A", "of": [1, 2]}, ("of", 1)), at({"kind": "A"}, ("of", 1))
    (2, None)
    """
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def rebased(wanted: Any, before: Any, now: Any) -> Any:
    """Data with the changes that led from ``before`` to ``wanted`` made to ``now`` instead, as far as that goes.

    >>> rebased({"kind": "Hold", "level": 1, "gain": 2}, {"kind": "Hold", "level": 1, "gain": 1},
    ...         {"kind": "Hold", "level": 0, "gain": 1})
    {'kind': 'Hold', 'level': 0, 'gain': 2}
    """
    if wanted in (before, now):
        return now
    described = isinstance(wanted, dict) and isinstance(before, dict) and isinstance(now, dict)
    if described and wanted["kind"] == before["kind"] == now["kind"]:
        return {name: rebased(wanted[name], before[name], now[name]) for name in wanted}
    lists = isinstance(wanted, list) and isinstance(before, list) and isinstance(now, list)
    if lists and len(wanted) == len(before) == len(now):
        return [rebased(*items) for items in zip(wanted, before, now, strict=True)]
    return wanted


def _in(path: Path, whole: Path) -> bool:
    return path[: len(whole)] == whole


def alike(one: Any, other: Any, path: Path) -> bool:
    """Whether two data have the same place at ``path``, in things of the same kinds."""
    if type(one) is not type(other) or (isinstance(one, dict) and one["kind"] != other["kind"]):
        return not path
    if not path:
        return True
    if isinstance(one, list) and len(one) != len(other):
        return False
    return alike(one[path[0]], other[path[0]], path[1:])


def plain(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def steps(path: str) -> Path:
    """A place in words as steps.

    >>> steps("signals[1].level")
    ('signals', 1, 'level')
    """
    found = re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)
    return tuple(int(number) if number else name for name, number in found)


def _told(error: SpecError) -> str:
    return _sentence(f"{error.problem}; {error.remedy}" if error.remedy else error.problem)


def _sentence(words: str) -> str:
    return named(words[:1].upper() + words[1:])
