"""Behaviour with and without an intervention, and when it acted: in a window that a reader can drag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import BoxAnnotation, Model

from rnnlab.figures.chart import ChartFigure
from rnnlab.figures.levels import around
from rnnlab.figures.paint import paint
from rnnlab.figures.panels import Curves, Panels, Series, extent
from rnnlab.figures.scales import label
from rnnlab.figures.theme import LIGHT, Theme

if TYPE_CHECKING:
    from rnnlab.analysis import Perturbation

MOST_NAMED = 9
"""Levels whose values are written."""

NAMES = ("intact", "perturbed")


class PerturbationFigure(ChartFigure["Perturbation"]):
    """The curves of both, and the mean rate of the units through the trial with the window of the intervention.

    Args:
        result: what is shown.
        theme: colours.
        height: pixels.

    Attributes:
        window: the box over the rates; drag it, or one of its edges.
    """

    def __init__(self, result: Perturbation, theme: Theme = LIGHT, height: int = 320) -> None:
        self.window = BoxAnnotation(
            editable=True, resizable="x", movable="x", line_width=2, line_alpha=0.9, fill_alpha=0.14, level="underlay",
            left=result.window[0], right=result.window[1], left_limit=0, name="window",
        )  # fmt: skip
        self._placing = False
        super().__init__(panels, result, theme, height)
        roles = {"fill_color": "accent", "line_color": "accent", "hover_fill_color": "accent"}
        paint(self.window, theme, **roles, hover_line_color="accent")
        self._parts[1].plot.add_layout(self.window)

    def _show(self, panels: Panels) -> None:
        super()._show(panels)
        self.shown = replace(self.shown, units=True)  # those that are marked are those that are silenced

    def place(self, start: float, stop: float) -> None:
        """Put the window somewhere, ms."""
        self._placing = True
        if (self.window.left, self.window.right) != (start, stop):
            self.window.update(left=start, right=stop)
        self._placing = False

    def on_window(self, heard: Callable[[float, float], Any]) -> None:
        """Have ``heard`` called with the window's ends, ms, whenever one of them is moved."""

        def tell(_attr: str, _old: Any, _new: Any) -> None:
            start, stop = self.window.left, self.window.right
            if not self._placing and isinstance(start, int | float) and isinstance(stop, int | float) and stop > start:
                heard(float(start), float(stop))

        self.window.on_change("left", tell)
        self.window.on_change("right", tell)


def panels(result: Perturbation) -> Panels:
    """The two curves against the factor; the mean rates against time."""
    shares, all_ends = (result.intact, result.perturbed), (result.intact_ends, result.perturbed_ends)
    of = around(result.factor, result.levels, result.names) if result.factor else ()
    curves = tuple(
        Series(result.levels, 100 * share, label=name, low=100 * ends[0], high=100 * ends[1], dots=True, conditions=of)
        for name, share, ends in zip(NAMES, shares, all_ends, strict=True)
    )
    rates = tuple(Series(result.time, rate, label=name) for name, rate in zip(NAMES, result.rates, strict=True))
    some = f"unit {result.units[0]}" if len(result.units) == 1 else f"{len(result.units)} units"
    return (
        Curves(
            result.factor.replace("_", " ") or "all trials",
            "trials that are right (%)" if result.of == "correct" else f"trials with {result.of} (%)",
            curves,
            levels=(50.0,) if result.of != "correct" else (),
            palette="categorical",
            y_range=(-5.0, 105.0),
            x_range=extent([result.levels], 0.08),
            x_names=level_names(result),
        ),
        Curves(
            "time in the trial (ms)",
            f"mean rate of {some}",
            rates,
            palette="categorical",
            x_range=(0.0, float(np.max(result.time))),
        ),
    )


def level_names(result: Perturbation) -> dict[float, str]:
    """Where levels are written on the axis, and how: all of a few, some of many."""
    names = result.names or tuple(label(float(f"{level:.2g}")) for level in result.levels)
    step = -(-len(names) // MOST_NAMED)
    return {float(level): name for level, name in list(zip(result.levels, names, strict=True))[::step]}


def perturbation(result: Perturbation, theme: Theme = LIGHT, height: int = 320) -> Model:
    """Both as a Bokeh figure; the arguments are those of `PerturbationFigure`."""
    return PerturbationFigure(result, theme, height).root
