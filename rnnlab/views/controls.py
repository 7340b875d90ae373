"""A control for a setting: a widget with the setting's label as its name, and room for what is wrong with the value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bokeh.models import CustomJSTickFormatter

from rnnlab.spec import Spec
from rnnlab.views import bare, look, parts, text
from rnnlab.views.facts import Facts, title_of

Act = Callable[[str, Any], object]


class Control:
    """One setting on the screen. Subclasses make the widget and say how its value is read.

    Attributes:
        facts: of the setting.
        widget: the Panel widget.
        layout: the widget over the room for what is wrong.
        unread: why what a person left there cannot be read, or "".
    """

    def __init__(self, facts: Facts, value: Any) -> None:
        self.facts = facts
        self._silent = False
        self._act: Act | None = None
        self._told_unread: Callable[[str], object] = lambda _: None
        self.unread = ""
        self._shown = value
        self.widget = self._make(value)
        self._problem = text.paragraph(css_class="error", role="alert")
        self._problem.visible = False
        self._in_force: Any = None
        self.layout = parts.column(self.widget)
        self._listen()

    def _make(self, value: Any) -> Any:
        raise NotImplementedError

    def _listen(self) -> None:
        self.widget.param.watch(self._changed, "value")

    def read(self) -> Any:
        """The setting's value as the widget has it.

        Raises:
            ValueError: what was typed cannot be read.
        """
        return self.widget.value

    def on_change(self, act: Act) -> None:
        """Call ``act(name, value)`` for every change a person makes."""
        self._act = act

    def on_unread(self, act: Callable[[str], object]) -> None:
        """Call ``act(problem)`` when a person leaves something there that cannot be read."""
        self._told_unread = act

    def _changed(self, *_: Any) -> None:
        if self._silent or self._act is None:
            return
        self.unread = ""
        try:
            value = self.read()
        except ValueError as error:
            self.unread = str(error)
            self.complain(self.unread)
            self._told_unread(self.unread)
            return
        self.complain("")
        self._shown = value
        self._act(self.facts.name, value)

    def show(self, value: Any) -> None:
        """Move the widget to a setting's value without reporting a change. What a person left there and cannot be read
        stays, with its sentence, until the value is another."""
        if self.unread and value == self._shown:
            return
        self._silent, self.unread, self._shown = True, "", value
        try:
            self._show(value)
        finally:
            self._silent = False

    def _show(self, value: Any) -> None:
        if self.widget.value != value:
            self.widget.value = value

    def complain(self, problem: str) -> None:
        """Say beside the control what is wrong with it; an empty string takes it back."""
        text.say(self._problem, problem)
        if problem and self._problem not in self.layout:  # most controls never have anything to say
            self.layout.append(self._problem)
        if self._problem.visible != bool(problem):
            self._problem.visible = bool(problem)

    def steered(self, now: Mapping[tuple[str | int, ...], Any]) -> None:
        """Say beside the control what steering has put in force instead; where that is nothing, take it back."""
        said = f"Now {self._worded(now[()])} by steering." if () in now else ""
        if said and self._in_force is None:
            self._in_force = text.paragraph(css_class="now", role="status")
            self.layout.append(self._in_force)
        if self._in_force is not None:
            text.say(self._in_force, said)
            self._in_force.visible = bool(said)

    def _worded(self, value: Any) -> str:
        known = next((label for label, each in self.facts.options.items() if each == _plain(value)), None)
        if value is None or known is not None or isinstance(value, Spec):
            return known or (self.facts.empty if value is None else title_of(type(value)))
        unit = f"{text.GAP}{self.facts.unit}" if self.facts.unit else ""
        return ", ".join(map(text.number, value if isinstance(value, tuple) else (value,))) + unit


def _slider(widget: type[Any], label: str, value: Any, formatter: Any, **settings: Any) -> Any:
    sheets = [look.SLIDER, *settings.pop("sheets", [])]
    wide: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width", "stylesheets": sheets}
    return widget(label=label, value=value, format=formatter, **wide, **settings)


_SHORT = "return Number(tick.toPrecision(4)).toString().replace('-', '−') + unit"


def _short(unit: str) -> CustomJSTickFormatter:
    return CustomJSTickFormatter(code=_SHORT, args={"unit": f"{text.GAP}{unit}" if unit else ""})


class Slider(Control):
    """A number on a slider. Its ends give way to a value outside them: a file may hold any allowed value."""

    def _make(self, value: Any) -> Any:
        return _slider(self._kind, self.facts.label, value, _short(self.facts.unit), **self._ends(value))

    @property
    def _kind(self) -> type[Any]:
        return bare.IntSlider if self.facts.kind == "integer" else bare.FloatSlider

    @property
    def _notch(self) -> float:
        span = self.facts.high - self.facts.low
        return 1 if self.facts.kind == "integer" else 10.0 ** math.floor(math.log10(span / 50))

    def _ends(self, *values: Any) -> dict[str, Any]:
        ends = {
            "start": min(self.facts.low, *values),
            "end": max(self.facts.high, *values),
            "step": self.facts.step or self._notch,
        }
        return {k: int(v) for k, v in ends.items()} if self.facts.kind == "integer" else ends

    def _show(self, value: Any) -> None:
        if not self.widget.start <= value <= self.widget.end:
            self.widget.param.update(self._ends(value))
        super()._show(value)


class RangeSlider(Slider):
    """Lowest and highest value on a slider with two handles."""

    @property
    def _kind(self) -> type[Any]:
        return bare.RangeSlider

    def _ends(self, *values: Any) -> dict[str, Any]:
        return super()._ends(*values[0])

    def read(self) -> Any:
        low, high = self.widget.value
        return float(low), float(high)

    def _show(self, value: Any) -> None:
        if value[0] < self.widget.start or value[1] > self.widget.end:
            self.widget.param.update(self._ends(value))
        Control._show(self, tuple(value))


class LogSlider(Control):
    """A number on a slider that counts in factors: notches at 1, 1.5, 2, 3, 5, 7 of every decade."""

    def _make(self, value: Any) -> Any:
        decades = range(math.floor(math.log10(self.facts.low)), math.ceil(math.log10(self.facts.high)) + 1)
        notches = {float(f"{m}e{d}") for d in decades for m in (1, 1.5, 2, 3, 5, 7)}
        self._values = sorted({v for v in notches if self.facts.low <= v <= self.facts.high} | {float(value)})
        unit = f"{text.GAP}{self.facts.unit}" if self.facts.unit else ""
        names = [f"{v:g}{unit}" for v in self._values]
        formatter = CustomJSTickFormatter(code="return names[Math.round(tick)]", args={"names": names})
        ends = {"start": 0, "end": len(names) - 1, "step": 1}
        return _slider(bare.IntSlider, self.facts.label, self._place(value), formatter, **ends)

    def _place(self, value: float) -> int:
        return min(range(len(self._values)), key=lambda i: abs(math.log(self._values[i] / value)))

    def read(self) -> Any:
        return self._values[self.widget.value]

    def _show(self, value: Any) -> None:
        if self.read() != value:
            super()._show(self._place(value))


class Sliders(Control):
    """A list of numbers: one slim slider each, and buttons that make the list longer or shorter."""

    def _make(self, value: Any) -> Any:
        self._sliders: list[Any] = []
        self._rows = parts.column()
        self._more = parts.button("Add one", self._add, kind="small")
        self._fewer = parts.button("Remove last", self._remove, kind="small")
        self._title = text.paragraph(self.facts.label)
        self._show(value)
        return parts.column(self._title, self._rows, parts.row(self._more, self._fewer, css=_BELOW))

    def _listen(self) -> None:
        """Each slider listens for itself."""

    def _slider(self, value: float) -> Any:
        label = f"{self.facts.label} {len(self._sliders) + 1}"
        ends = {"start": self.facts.low, "end": max(self.facts.high, value), "step": self._step}
        slim = _slider(bare.FloatSlider, label, value, _short(self.facts.unit), sheets=[look.SLIM], **ends)
        slim.param.watch(self._changed, "value")
        return slim

    @property
    def _step(self) -> float:
        return self.facts.step or (self.facts.high - self.facts.low) / 100

    def _grow(self, n: int, values: Any) -> None:
        while len(self._sliders) < n:
            self._sliders.append(self._slider(values[len(self._sliders)]))
        del self._sliders[n:]
        if len(self._rows) != n:
            self._rows.objects = list(self._sliders)
        self._fewer.disabled = n < 2

    def _add(self) -> None:
        last = self._sliders[-1].value
        self._grow(len(self._sliders) + 1, [*self.read(), min(last + 2 * self._step, self.facts.high)])
        self._changed()

    def _remove(self) -> None:
        self._grow(len(self._sliders) - 1, self.read())
        self._changed()

    def read(self) -> Any:
        return tuple(slider.value for slider in self._sliders)

    def _show(self, value: Any) -> None:
        self._grow(len(value), value)
        for slider, number in zip(self._sliders, value, strict=True):
            if slider.value != number:
                slider.value = number


class Named(Sliders):
    """A list of so many numbers: a slider each under the name of what it is of."""

    def _make(self, value: Any) -> Any:
        layout = super()._make(value)
        self._more.visible = self._fewer.visible = self._title.visible = False
        return layout

    def _slider(self, value: float) -> Any:
        of = self.facts.each[len(self._sliders)]
        ends = {"start": self.facts.low, "end": max(self.facts.high, value), "step": self._step}
        slider = _slider(bare.FloatSlider, f"{self.facts.label}: {of}", value, _short(self.facts.unit), **ends)
        slider.param.watch(self._changed, "value")
        return slider


class Ticks(Control):
    """Some of the numbers 0, 1 ... that stand for something: a box to tick for each, under its name."""

    def _make(self, value: Any) -> Any:
        names = list(self.facts.among)
        ticked = [names[int(each)] for each in value]
        sheets = [look.FIELD, TICKS]
        return bare.CheckBoxGroup(
            label=self.facts.label, options=names, value=ticked, inline=True, margin=0, stylesheets=sheets
        )

    def _listen(self) -> None:
        super()._listen()
        self.layout.insert(0, text.paragraph(self.facts.label))

    def read(self) -> Any:
        return tuple(float(i) for i, name in enumerate(self.facts.among) if name in self.widget.value)

    def _show(self, value: Any) -> None:
        if set(self.read()) != set(value):
            self.widget.value = [self.facts.among[int(each)] for each in value]


TICKS = """
:host { padding: 2px 0 6px; }
.bk-input-group.bk-inline, .bk-inline { display: flex; flex-flow: row wrap; gap: 2px 12px; }
.bk-input-group label { font: 12px/20px var(--rl-font) !important; margin: 0 !important; }
"""

_BELOW = ":host { padding: 2px 0 6px; }"


class _Field(Control):
    """A control that is typed into or picked from."""

    widget_type: type[Any]

    def _make(self, value: Any) -> Any:
        wide: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width", "stylesheets": [look.FIELD]}
        return self.widget_type(label=self.facts.label, **self._starting_with(value), **wide)

    def _starting_with(self, value: Any) -> dict[str, Any]:
        return {"value": value}


class Switch(_Field):
    """Yes or no."""

    widget_type = bare.Checkbox


class Choice(_Field):
    """One of a few values. A value that is not among them is offered too, once it is there."""

    widget_type = bare.Select

    def _starting_with(self, value: Any) -> dict[str, Any]:
        self._values = dict(self.facts.options)
        label = self._label(value)  # which may add to the values
        return {"options": list(self._values), "value": label}

    def _label(self, value: Any) -> str:
        plain = _plain(value)
        known = next((label for label, each in self._values.items() if each == plain), None)
        return known or self._offer(plain)

    def _offer(self, value: Any) -> str:
        label = text.number(value)
        self._values[label] = value
        return label

    def read(self) -> Any:
        return self._values[self.widget.value]

    def _show(self, value: Any) -> None:
        label = self._label(value)
        if label not in self.widget.options:
            self.widget.options = list(self._values)
        super()._show(label)


class GroupedChoice(Choice):
    """One of many values, under headings. A value under none of them gets a heading too, while it is there.

    Args:
        groups: heading -> labels of the facts' options, in order.
        elsewhere: the heading of the others.
    """

    def __init__(self, facts: Facts, value: Any, groups: Mapping[str, Sequence[str]], elsewhere: str) -> None:
        self._groups = {heading: list(labels) for heading, labels in groups.items()}
        self._elsewhere = elsewhere
        super().__init__(facts, value)

    def _starting_with(self, value: Any) -> dict[str, Any]:
        label = super()._starting_with(value)["value"]
        return {"groups": self._headed(), "value": label}

    def _headed(self) -> dict[str, list[str]]:
        known = {label for labels in self._groups.values() for label in labels}
        others = [label for label in self._values if label not in known]
        return {**self._groups, self._elsewhere: others} if others else self._groups

    def _show(self, value: Any) -> None:
        self._values = dict(self.facts.options)  # one from elsewhere cannot be chosen once it is gone
        label = self._label(value)
        if self.widget.groups != (groups := self._headed()):
            self.widget.param.update(groups=groups, value=label)
        Control._show(self, label)


def _plain(value: Any) -> Any:
    """The name of a kind where the value is a description of that kind."""
    return type(value).__name__ if hasattr(value, "to_data") else value


class Whole(_Field):
    """A whole number that is typed."""

    widget_type = bare.IntInput

    def read(self) -> Any:
        if self.widget.value is None:
            raise ValueError(f"{self.facts.label}: give a whole number")
        return self.widget.value


class Words(_Field):
    """A line of text that is typed; said when Enter is pressed or the field is left."""

    widget_type = bare.TextInput

    def _starting_with(self, value: Any) -> dict[str, Any]:
        return {"value": value, "placeholder": self.facts.help}


class Typed(_Field):
    """Numbers that are typed, with commas between; pairs as ``18/10``."""

    widget_type = bare.TextInput

    def _starting_with(self, value: Any) -> dict[str, Any]:
        return {"value": _written(value)}

    def read(self) -> Any:
        items = [item.strip() for item in self.widget.value.replace(";", ",").split(",") if item.strip()]
        try:
            return tuple(_read_item(item, self.facts.kind) for item in items)
        except ValueError:
            example = "18/10, 22/14" if self.facts.kind == "pairs" else "0.1, 0.3, 0.5"
            raise ValueError(f"This cannot be read as numbers. Write them like this: {example}") from None

    def _show(self, value: Any) -> None:
        super()._show(_written(value))


def _written(value: Any) -> str:
    items = value if isinstance(value, tuple) else (value,)
    return ", ".join("/".join(f"{x:g}" for x in item) if isinstance(item, tuple) else f"{item:g}" for item in items)


def _read_item(item: str, kind: str) -> Any:
    if kind != "pairs":
        return float(item)
    first, second = item.split("/")
    return float(first), float(second)


KINDS: dict[str, type[Control]] = {
    "number": Slider,
    "integer": Slider,
    "range": RangeSlider,
    "numbers": Sliders,
    "pairs": Typed,
    "switch": Switch,
    "choice": Choice,
    "whole": Whole,
}
"""Kind of setting -> control."""


def control(facts: Facts, value: Any) -> Control:
    """The control that fits a setting and the value it has now."""
    if isinstance(value, tuple) and facts.kind == "number":
        return Typed(facts, value)
    if facts.among and all(each in range(len(facts.among)) for each in value):
        return Ticks(facts, value)
    if len(facts.each) == (len(value) if isinstance(value, tuple) else -1):
        return Named(facts, value)
    return (LogSlider if facts.logarithmic else KINDS[facts.kind])(facts, value)
