"""Boxes for numbers: one with a slider beside it where its field says how far that goes, and lists that are typed."""

from __future__ import annotations

import math
from typing import Any, get_args

from rnnlab.views import bare, look, parts
from rnnlab.views.controls import Control, Typed
from rnnlab.views.form import sheets
from rnnlab.views.form.about import About


def box(about: About, value: float | None, *sheet: str) -> Any:
    """A box that a number is typed into; the arrow keys move it by a notch. Its label stands to its left."""
    whole = int in about.members
    unit = [sheets.unit(about.unit)] if about.unit else []
    made = (bare.IntInput if whole else bare.FloatInput)(
        label=about.label,
        value=value,
        step=_notch(about),
        margin=0,
        sizing_mode="stretch_width",
        stylesheets=[look.FIELD, sheets.LABELLED, *unit, *sheet],
        **({} if whole else {"format": written(value)}),
    )
    told = {"title": about.help, "data-number": "whole number" if whole else "number", "data-allowed": about.allowed}
    made.html_attributes = {name: words for name, words in told.items() if words}
    return made


def written(value: float | None) -> str | None:
    """The format of a number: six digits behind the point are enough, unless it is very small."""
    return None if value is not None and 0 < abs(value) < 1e-4 else "0[.][000000]"


def _notch(about: About) -> Any:
    if about.step is not None:
        return about.step
    if int in about.members:
        return 1
    if about.soft is not None:
        low, high = about.soft
        return low if _in_factors(about) else 10.0 ** math.floor(math.log10((high - low) / 20))
    return 10.0 if about.unit == "ms" else 0.1


def _in_factors(about: About) -> bool:
    """Whether a slider counts in factors: nothing says how far a notch goes, and the range spans decades."""
    return about.step is None and int not in about.members and about.facts.logarithmic


class Number(Control):
    """A number in a box, and a slider beside it where the field says how far that goes.

    The slider's ends give way to a value outside them.
    """

    def __init__(self, about: About, value: Any) -> None:
        self._about = about
        super().__init__(about.facts, value)

    def _make(self, value: Any) -> Any:
        self._slider: Any = None
        if self._about.soft is None:
            self.box = box(self._about, value)
            return self.box
        self.box = box(self._about, value, sheets.number(self._about.unit))
        place = self._place(value)
        self._slider = bare.FloatSlider(
            label=self._about.label, value=place, margin=0, sizing_mode="stretch_width",
            show_value=False, stylesheets=[look.SLIDER, sheets.SLIDER, sheets.REST], **self._ends(place),
        )  # fmt: skip
        return parts.row(self.box, self._slider, css=sheets.LINE)

    def _listen(self) -> None:
        self.box.param.watch(self._changed, "value")
        if self._slider is not None:
            self._slider.param.watch(self._dragged, "value")

    def _dragged(self, _event: Any) -> None:
        if not self._silent:
            self.box.value = self._number(self._slider.value)  # which reports the change

    def read(self) -> Any:
        if self.box.value is None:
            raise ValueError("Give a number")
        return self.box.value

    def _show(self, value: Any) -> None:
        if self.box.value != value:
            self.box.value = value
            if isinstance(value, float) and self.box.format != written(value):
                self.box.format = written(value)
        if self._slider is not None and self._number(self._slider.value) != value:
            place = self._place(value)
            if not self._slider.start <= place <= self._slider.end:
                self._slider.param.update(self._ends(place))
            self._slider.value = place

    # ------------------------------------------------------------------------------ places on the slider

    def _place(self, value: float) -> float:
        if not _in_factors(self._about):
            return float(value)
        return math.log10(value) if value > 0 else math.log10(self._about.facts.low)

    def _number(self, place: float) -> Any:
        if _in_factors(self._about):
            return float(f"{10**place:.2g}")
        return round(place) if int in self._about.members else round(place, 9)

    def _ends(self, *places: float) -> dict[str, float]:
        low, high = self._about.soft or (0.0, 1.0)
        start, end, step = (
            self._place(low),
            self._place(high),
            0.05 if _in_factors(self._about) else _notch(self._about),
        )
        return {"start": min(start, *places), "end": max(end, *places), "step": float(step)}


class NumberList(Typed):
    """Numbers that are typed with commas between; a single one stands by itself where the field allows that."""

    def __init__(self, about: About, value: Any) -> None:
        self._about = about
        super().__init__(about.facts, _tuple(value))
        unit = [sheets.unit(about.unit)] if about.unit else []
        self.widget.stylesheets = [look.FIELD, sheets.LABELLED, *unit]
        self.widget.placeholder = about.empty
        self.widget.html_attributes = {"title": about.help}

    def read(self) -> Any:
        whole = float not in get_args(self._about.listed)
        numbers = [int(number) if whole and number.is_integer() else number for number in super().read()]
        if not numbers and type(None) in self._about.members:
            return None
        return numbers[0] if len(numbers) == 1 and float in self._about.members else numbers

    def _show(self, value: Any) -> None:
        super()._show(_tuple(value))


def _tuple(value: Any) -> Any:
    return tuple(value or ()) if isinstance(value, list | None) else value
