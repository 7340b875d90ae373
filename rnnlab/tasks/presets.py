"""Presets: functions with settings that make a task, and the facts from which sliders are made.

A preset is a function of keyword settings, each annotated with a `Setting`::

    @preset("Waiting")
    def waiting(*, delay: Annotated[Range, Setting("Delay", "ms", 0, 2000, 10, "epochs")] = (200, 400)) -> Task:
        ...
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, Literal, ParamSpec, get_args, get_type_hints

from rnnlab.spec import SpecError, did_you_mean, shown
from rnnlab.tasks.draws import Constant, Uniform
from rnnlab.tasks.task import Task

P = ParamSpec("P")

Range = tuple[float, float]
"""Lowest and highest value: a range slider."""

Numbers = tuple[float, ...]
"""A list of numbers."""

Pairs = tuple[tuple[float, float], ...]
"""A list of pairs of numbers."""

Kind = Literal["number", "integer", "range", "numbers", "pairs"]
_KINDS: dict[Any, Kind] = {float: "number", int: "integer", Range: "range", Numbers: "numbers", Pairs: "pairs"}


@dataclass(frozen=True)
class Setting:
    """The facts of one setting.

    Attributes:
        label: what it is called on the screen.
        unit: e.g. ``"ms"``.
        low: the least it can be; also where its slider begins.
        high: where its slider ends (more is allowed).
        step: notch of the slider.
        group: the part of the task it belongs to.
        help: one sentence.
        limit: the most it can be, if there is such a thing.
        each: of a list of numbers what each is of; it has so many.
        among: of a list of numbers 0, 1 ... what they stand for.
        name, default, kind: filled in from the function.
    """

    label: str
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    step: float = 0.1
    group: Literal["epochs", "stimulus", "noise", "trial"] = "trial"
    help: str = ""
    limit: float = math.inf
    each: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    name: str = ""
    default: Any = None
    kind: Kind = "number"

    def read(self, value: Any, path: str) -> Any:
        """``value`` as this setting wants it, or a `SpecError` at ``path``."""
        if self.kind in ("number", "integer"):
            return self._number(value, path)
        if self.kind == "range":
            return self._range(value, path)
        items = _listed(value, path)
        if not items:
            raise SpecError(path, "is empty", value=value, remedy="give at least one")
        if self.kind == "pairs":
            return tuple(self._pair(item, f"{path}[{i}]") for i, item in enumerate(items))
        return tuple(self._number(item, f"{path}[{i}]") for i, item in enumerate(items))

    def _number(self, value: Any, path: str) -> float:
        value = value.item() if hasattr(value, "item") else value
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            problem = f"expected a number, got {shown(value)}"
            raise SpecError(path, problem, value=value, remedy="give a finite number")
        if self.kind == "integer" and value != int(value):
            raise SpecError(path, f"expected a whole number, got {shown(value)}", value=value)
        if not self.low <= value <= self.limit:
            most = f" and at most {self.limit:g}" if self.limit < math.inf else ""
            unit = f" {self.unit}" if self.unit else ""
            remedy = f"give at least {self.low:g}{most}{unit}"
            raise SpecError(path, f"{value:g}{unit} is out of range", value=value, remedy=remedy)
        return int(value) if self.kind == "integer" else float(value)

    def _pair(self, value: Any, path: str) -> Range:
        items = _listed(value, path)
        if len(items) != 2:
            raise SpecError(path, f"expected two numbers, got {shown(value)}", value=value)
        return self._number(items[0], path), self._number(items[1], path)

    def _range(self, value: Any, path: str) -> Range:
        """Two numbers in order; a single number stands for itself twice."""
        if not isinstance(value, Iterable):
            value = (value, value)
        low, high = self._pair(value, path)
        if low > high:
            raise SpecError(path, f"({low:g}, {high:g}) goes down", value=value, remedy="give (lowest, highest)")
        return low, high


def _listed(value: Any, path: str) -> list[Any]:
    if isinstance(value, str | bytes | dict) or not isinstance(value, Iterable):
        raise SpecError(path, f"expected a list of numbers, got {shown(value)}", value=value)
    return list(value)


@dataclass(frozen=True)
class Preset(Generic[P]):
    """A function that makes a task, with what is known of its settings. Calling it checks them first."""

    name: str
    title: str
    make: Callable[P, Task]

    def __call__(self, *args: P.args, **settings: P.kwargs) -> Task:
        """The task with these settings; those not given keep their defaults.

        Raises:
            SpecError: a setting is unknown or out of range; the path names it.
        """
        facts = self._facts
        for name in settings:
            if name not in facts:
                raise SpecError(f"{self.name}.{name}", f"unknown setting {name!r}", remedy=did_you_mean(name, facts))
        checked: Any = {name: facts[name].read(value, f"{self.name}.{name}") for name, value in settings.items()}
        try:
            return self.make(*args, **checked)
        except SpecError as error:
            raise self._blamed(error, checked) from None

    def _blamed(self, error: SpecError, settings: dict[str, Any]) -> SpecError:
        """The same error at the setting that is the cause: the only one that was changed, if there is only one."""
        if error.path.split("[")[0].split(".")[0] == self.name:
            return error
        changed = [name for name, value in settings.items() if value != self._facts[name].default]
        path = f"{self.name}.{changed[0]}" if len(changed) == 1 else self.name
        remedy = error.remedy or "change it back"
        return SpecError(path, f"{error.path}: {error.problem}", value=error.value, remedy=remedy)

    def settings(self) -> dict[str, Setting]:
        """Name -> facts of every setting, in order."""
        return dict(self._facts)

    @property
    def description(self) -> str:
        """What the animal does, in a paragraph."""
        return self.make.__doc__.strip().split("\n\n")[0] if self.make.__doc__ else ""

    @cached_property
    def _facts(self) -> dict[str, Setting]:
        hints = get_type_hints(self.make, include_extras=True)
        return {
            name: _complete(get_args(hints[name]), name, parameter.default)
            for name, parameter in inspect.signature(self.make).parameters.items()
        }


def _complete(annotated: tuple[Any, ...], name: str, default: Any) -> Setting:
    kind, setting = annotated
    return replace(setting, name=name, default=default, kind=_KINDS[kind])


def preset(title: str) -> Callable[[Callable[P, Task]], Preset[P]]:
    """Make a preset of a function; its name becomes the preset's."""

    def wrap(make: Callable[P, Task]) -> Preset[P]:
        made = Preset(make.__name__, title, make)
        made.__dict__.update({"__doc__": make.__doc__, "__wrapped__": make})
        return made

    return wrap


def lasting(duration: Range) -> Uniform | Constant:
    """The draw for a range of durations: fixed if it has no width."""
    low, high = duration
    return Constant(low) if low == high > 0 else Uniform(low, high)


def check_answer(name: str, high: float, low: float) -> None:
    """Refuse targets by which the answer cannot be told."""
    if high <= low:
        problem = f"{high:g} is not more than low = {low:g}, so no target marks the answer"
        raise SpecError(f"{name}.high", problem, value=high, remedy=f"give more than {low:g}")
