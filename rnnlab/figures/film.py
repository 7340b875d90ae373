"""A training as a film: state space and spectrum of every saved state, with a slider that needs no Python behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import Div, HoverTool, Line, Model, MultiLine, Range1d, Scatter, Slider

from rnnlab.analysis import Marked
from rnnlab.analysis.numbers import grouped
from rnnlab.figures.conditions import conditions
from rnnlab.figures.paint import LiveFigure, blank, dress, paint
from rnnlab.figures.picks import Box, Pick
from rnnlab.figures.shown import Shown
from rnnlab.figures.space import WRAP, Columns, calls, lines
from rnnlab.figures.state_space import DRAWN, Scene, kinds_of, radius_of, scene_data
from rnnlab.figures.theme import FONT, LIGHT, Theme

if TYPE_CHECKING:
    from rnnlab.analysis import Film, Spectrum

TURNING = (*DRAWN, "paths")
STILL = ("eigenvalues", "disc")
"""Sources of the plane of eigenvalues that change with the state."""

SLIDER = """
:host { flex: 1 1 260px; min-width: 200px; max-width: 560px; }
.bk-slider-title { display: none; }
.bk-input-group { padding: 0; }
.noUi-target {
  height: 4px; width: calc(100% - 24px) !important; margin: 8px 12px !important;
  border: 0; border-radius: 2px; box-shadow: none;
  background: color-mix(in srgb, currentColor 22%, transparent);
}
.noUi-connect { background: var(--rl-accent, currentColor) !important; }
.noUi-horizontal .noUi-handle {
  width: 16px; height: 16px; top: -6px; right: -8px; border-radius: 50%; cursor: grab; box-shadow: none;
  border: 2px solid var(--rl-accent, currentColor); background: var(--rl-sheet, Canvas);
}
.noUi-handle:before, .noUi-handle:after { display: none; }
.noUi-handle:focus-visible { outline: 2px solid var(--rl-accent, currentColor); outline-offset: 2px; }
"""
"""As the sliders of the page that it stands on, and plain where it stands alone."""

SAID = f":host {{ font: 12px/1.6 {FONT}; color: inherit; font-variant-numeric: tabular-nums; }}"


class FilmFigure(LiveFigure):
    """Trajectories and fixed points of a saved state, beside the eigenvalues of its recurrent weights.

    The slider above goes through the states, **Play** from one to the next. Axes and limits are those of all states
    together. Behind each fixed point is drawn where it was in the states before.

    Args:
        film: what is shown, the last state at first.
        theme: colours.
        height: pixels of the plots.
    """

    def __init__(self, film: Film, theme: Theme = LIGHT, height: int = 420) -> None:
        super().__init__(theme, (*TURNING, *STILL, "circle", "camera", "look", "groups", "film"))
        self._scene = Scene(self.sources, theme, height, turning=TURNING, wide=1.38)
        path = MultiLine(xs="xs", ys="ys", line_alpha="alpha", line_width=1.6, line_dash="dotted")
        self._scene.space.plot.add_glyph(self.sources["paths"], paint(path, theme, line_color="text"))
        self._plane = self._build_plane(theme, height)
        self.slider = Slider(start=0, end=1, step=1, value=0, show_value=False, title="", stylesheets=[SLIDER])
        self.said = Div(text="", stylesheets=[SAID])
        self.root: Model = self._build_root()
        self.readers = [(self._scene.space.plot, self._at)]
        self.legends = [(self._scene.groups, self._scene.entry)]
        self.update(film, last=True)
        for plot in (self._scene.space.plot, self._plane):
            dress(plot, theme)

    def _build_root(self) -> Model:
        space = self._scene.space
        models: dict[str, Any] = {
            **space.models,
            "film": self.sources["film"],
            "other": [self.sources[name] for name in STILL],
            "slider": self.slider,
            "said": self.said,
        }
        self.slider.js_on_change("value", calls("show", models))
        self.sources["film"].js_on_change("data", calls("show", models))
        self.play = space.button("Play", "play", slider=self.slider)
        side_by_side = row(space.plot, self._plane, sizing_mode="stretch_width", stylesheets=[WRAP])
        film = row(self.play, self.slider, self.said, stylesheets=[WRAP])
        return column(film, side_by_side, row(*space.buttons, stylesheets=[WRAP]))

    def _build_plane(self, theme: Theme, height: int) -> Any:
        side = height - 170
        x, y = Range1d(start=-1, end=1), Range1d(start=-1, end=1)
        plot = blank(theme, height=side + 52, x_label="real part of the eigenvalues", x_range=x, y_range=y)
        plot.yaxis[0].axis_label = "imaginary part"
        plot.update(sizing_mode="fixed", width=side + 94)
        for name, dash in (("circle", "dashed"), ("disc", "dotted")):
            line = Line(x="x", y="y", line_dash=dash, line_width=1.3)
            plot.add_glyph(self.sources[name], paint(line, theme, line_color="reference"))
        dot = Scatter(x="x", y="y", size=6, line_width=1)
        drawn = plot.add_glyph(
            self.sources["eigenvalues"], paint(dot, theme, fill_color="output", line_color="surface")
        )
        tips = [("", "@x{0.000} + @y{0.000} i"), ("size", "@modulus{0.000}")]
        plot.add_tools(HoverTool(renderers=[drawn], tooltips=tips, visible=False))
        return plot

    def update(self, film: Film, last: bool = False) -> None:
        """Show another film, or the same with more states. Nothing is rebuilt; who looks at the last state goes on
        looking at the last, who looks at another one at that, or the nearest there is.

        Args:
            film: what is shown.
            last: go to its last state.
        """
        shown = len(film) - 1 if last else self._still_at(film)
        frames = [self._frame(film, state) for state in range(len(film))]
        common = self._scene.show(film.spaces[shown], self.theme, film.box)
        self._scene.offer(set().union(*(kinds_of(space) for space in film.spaces)))
        self._set_plane(film)
        captions = [caption(film, state) for state in range(len(film))]
        self._fill(common | frames[shown] | {"circle": circle(1.0), "film": reel(frames) | {"caption": captions}})
        self._film, self.shown = film, Shown(units=film.spaces[shown].units_have_axes, factors=None)
        self.mark(self.marked)
        self.said.text = captions[shown]
        self.slider.update(end=max(len(film) - 1, 1), value=shown, title=captions[shown])
        self.slider.visible = self.play.visible = len(film) > 1

    def _still_at(self, film: Film) -> int:
        """Where the state that is looked at now is in another film."""
        updates, at = self._film.updates, int(self.slider.value)
        return len(film) - 1 if at >= len(updates) - 1 else int(np.abs(film.updates - updates[at]).argmin())

    def mark(self, marked: Marked) -> None:
        """Mark units and a condition in every state, in place."""
        self.marked = marked
        self._fill(self._scene.mark(marked))

    def _at(self, box: Box) -> Pick | None:
        """What is there in the state that the slider is at; a film releases nothing."""
        pick = self._scene.pick(box, self._frame(self._film, min(int(self.slider.value), len(self._film) - 1)))
        return None if pick is None or pick.condition is None else pick

    def _frame(self, film: Film, state: int) -> Columns:
        """Columns of all that changes from state to state."""
        space, middle, radius = film.spaces[state], film.box.mean(axis=0), radius_of(film.box)
        data = scene_data(space, conditions(space.batch, space.factor), middle, radius)
        for kind in ("stable", "saddle", "unstable", "marginal"):
            data[kind]["number"] = [int(film.branch_of[state][point]) for point in data[kind]["number"]]
        paths = [film.path(int(branch), state) - middle for branch in film.branch_of[state]]
        data["paths"] = lines([path for path in paths if len(path) > 1], radius)
        return data | {"eigenvalues": eigenvalues(film.spectra[state]), "disc": circle(film.spectra[state].disc)}

    def _set_plane(self, film: Film) -> None:
        reach = 1.08 * max(1.0, *(max(each.radius, each.disc) for each in film.spectra))
        for axis in (self._plane.x_range, self._plane.y_range):
            axis.update(start=-reach, end=reach, reset_start=-reach, reset_end=reach)


def reel(frames: list[Columns]) -> dict[str, list[Any]]:
    """``"source.column"`` -> that column in every state; what is drawn of it the browser computes."""
    drawn = ("x", "y", "xs", "ys", "alpha", "width")
    return {
        f"{name}.{each}": [frame[name][each] for frame in frames]
        for name, columns in frames[0].items()
        for each in columns
        if name in STILL or each not in drawn
    }


def caption(film: Film, state: int) -> str:
    """What the slider says: ``"After 400 updates: 2 stable, 1 saddle"``."""
    points = film.spaces[state].points
    found = ", ".join(f"{n} {kind}" for kind, n in points.counts().items()) if points is not None else ""
    return f"After {grouped(film.updates[state])} updates: {found or 'no fixed point'}"


def circle(radius: float) -> dict[str, Any]:
    """A circle around 0."""
    angle = np.linspace(0, 2 * np.pi, 121)
    return {"x": radius * np.cos(angle), "y": radius * np.sin(angle)}


def eigenvalues(result: Spectrum) -> dict[str, Any]:
    """Columns of the eigenvalues."""
    values = result.eigenvalues
    return {"x": values.real.copy(), "y": values.imag.copy(), "modulus": np.abs(values)}


def film(film: Film, theme: Theme = LIGHT, height: int = 420) -> Model:
    """A film as a Bokeh layout with its slider; the arguments are those of `FilmFigure`."""
    return FilmFigure(film, theme, height).root
