"""A run as one page: its figures, interactive, in a file that opens from disk with the network off.

The page carries everything it needs: Bokeh's script, the figures, the experiment as JSON (in an element with the id
``experiment``), and the script that makes the run again. It follows the reader's light or dark setting. Its content
policy allows no request and no evaluation of text as code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from bokeh.embed import json_item
from bokeh.model import Model
from bokeh.settings import settings
from numpy.typing import NDArray

from rnnlab import analysis, figures
from rnnlab.analysis import FixedPoints
from rnnlab.analysis.numbers import grouped
from rnnlab.analysis.psychometric import SIGNED
from rnnlab.analysis.questions.space import colouring
from rnnlab.figures.activity import ActivityFigure, traces
from rnnlab.figures.learning_names import learning_names
from rnnlab.figures.paint import roles_of
from rnnlab.figures.space import script
from rnnlab.figures.weights import matrices
from rnnlab.runs import Run, load
from rnnlab.runs.files import write_whole
from rnnlab.simulation import Trajectory, simulate
from rnnlab.tasks import Batch, Curriculum, Score

N_TRIALS = 256
"""Trials simulated for the page."""

FRAME = 960
"""Pixels of a figure's frame on a wide screen, for fitting names."""

N_FILMED = 24
"""Trials of each state in the film of the training."""

MOST_STATES = 12
"""States of the film, evenly chosen."""

MOST_NUMBERS = 240_000
"""How many numbers the traces of all units may be together; longer ones are thinned."""


CHANGED = {False: "changes made on the way", True: "stages and changes made on the way"}


@dataclass(frozen=True)
class Section:
    """One figure of the page, with its title and a sentence about what it shows."""

    name: str
    title: str
    says: str
    root: Model


class Exhibit:
    """What is computed once of a run and shown in several figures."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.batch: Batch = run.task.sample(N_TRIALS, dt=run.network.dt, seed=run.experiment.seed)

    @cached_property
    def trajectory(self) -> Trajectory:
        return simulate(self.run, self.batch, seed=self.run.experiment.seed)

    @cached_property
    def score(self) -> Score:
        return self.run.task.score(self.trajectory.outputs, self.batch)

    @cached_property
    def activity(self) -> ActivityFigure:
        inside = np.arange(self.batch.n_steps) < self.batch.lengths[:, None]
        order = analysis.peak_order(self.trajectory.rates, self.batch.dt, inside)
        return ActivityFigure(self.trajectory, order=order)

    @cached_property
    def rows(self) -> list[int]:
        """The unit of each row of the heat map, which a tap selects."""
        return self.activity.tap_rows()

    def sections(self) -> list[Section]:
        """The figures that apply to this run, in reading order."""
        parts = [self._trials(), self._learning(), self._psychometric(), self._activity()]
        parts += [self._weights(), self._fixed_points(), self._state_space(), self._film()]
        return [part for part in parts if part is not None]

    def _trials(self) -> Section:
        root = figures.trial(self.batch, outputs=self.trajectory.outputs, correct=self.score.correct, width=FRAME)
        return Section("trial", "Trials", "Three trials that were not used for training.", root)

    def _learning(self) -> Section | None:
        history, training = self.run.history, self.run.experiment.training
        if not history.n_updates:
            return None
        names = learning_names(self.run.experiment, history, stages=self.run.stages, parent=self.run.parent)
        root = figures.learning(history, training.batch_size, self.score.chance, training.stop_accuracy, **names)
        said = f"{grouped(history.n_updates)} updates of {training.batch_size} trials."
        changes = (
            f" Dotted lines: {CHANGED[isinstance(self.run.experiment.task, Curriculum)]}." if names["marks"] else ""
        )
        return Section("learning", "Learning", said + changes, root)

    def _psychometric(self) -> Section | None:
        if self.score.choices is None or not any(name in self.batch.factors for name in SIGNED):
            return None
        curve = analysis.psychometric(self.score, self.batch)
        root = figures.psychometric(curve, self.run.task.output_names[curve.choice])
        return Section("psychometric", "Choices", f"{N_TRIALS} trials; bars are 95 % intervals.", root)

    def _activity(self) -> Section:
        says = "Rates in one trial, and of one unit averaged by condition. Click a row for another unit."
        self.rows  # noqa: B018  # which the page can tap
        return Section("activity", "Activity", says, self.activity.root)

    def _weights(self) -> Section:
        spectrum = analysis.spectrum(self.run.network, self._gate)
        arrays = matrices(self.run.network, self._gate)
        values, disc, edge = spectrum.eigenvalues, spectrum.disc, spectrum.edge
        root = figures.weights(arrays, eigenvalues=values, spectrum=spectrum.name, disc=disc, edge=edge)
        return Section("weights", "Weights", f"Spectral radius {spectrum.radius:.3g}.", root)

    @cached_property
    def _gate(self) -> str:
        return next(iter(self.run.network.config.recurrent_matrices(self.run.network.parameters)))

    @cached_property
    def points(self) -> FixedPoints:
        return analysis.fixed_points(self.run, inputs=np.zeros(self.batch.inputs.shape[2]))

    def _fixed_points(self) -> Section:
        points = self.points
        found = ", ".join(f"{count} {kind}" for kind, count in points.counts().items()) or "none found"
        says = f"Under zero input: {found}. Certificate that none is missing: {points.certificate}."
        return Section("fixed_points", "Fixed points", says, figures.fixed_points(points, self.trajectory))

    def _state_space(self) -> Section:
        space = analysis.state_space(self.trajectory, self.points, factor=colouring(self.batch, ""))
        says = "Trials in the three directions in which the states move most. Drag to turn, or press the buttons."
        return Section("state_space", "State space", says, figures.state_space(space))

    def _film(self) -> Section | None:
        states = analysis.saved_states(self.run)
        if len(states) < 2:
            return None
        kept = [list(states)[k] for k in np.unique(np.linspace(0, len(states) - 1, MOST_STATES).round().astype(int))]
        quiet = self.run.task.sample(N_FILMED, dt=self.run.network.dt, seed=self.run.experiment.seed, noise=False)
        held, factor = np.zeros(quiet.inputs.shape[2]), colouring(quiet, "")
        made = analysis.film({update: states[update] for update in kept}, quiet, held, factor=factor)
        says = "The saved states one after the other, in one frame; the slider goes through them. Drag to turn."
        return Section("film", "The training as a film", says, figures.film(made))

    def traces(self) -> dict[str, Any]:
        """Rates of every unit by condition, for a reader who taps a row: unit of each row, times, and rates."""
        shown, n = self.activity, len(self.activity.order)
        every = [traces(self.trajectory, [unit], shown.groups, shown.shift) for unit in range(n)]
        times = every[0]["xs"]
        stride = -(-n * sum(map(len, times)) // MOST_NUMBERS)
        return {
            "units": self.rows,
            "xs": [[float(t) for t in line[::stride]] for line in times],
            "ys": [[_short(line[::stride]) for line in unit["ys"]] for unit in every],
        }


def _short(values: NDArray) -> list[float]:
    """Four digits of each are more than a screen shows."""
    return [float(f"{value:.4g}") for value in values]


def export_html(run: Run | str | Path, path: str | Path) -> Path:
    """Write the page of a run; an existing file is replaced whole.

    Args:
        run: a finished or stopped run, or its folder.
        path: the file to write.

    Returns:
        the path written.

    Raises:
        RunError: no run in that folder, or the file cannot be written.
    """
    page = run_page(run if isinstance(run, Run) else load(run))
    target = Path(path)
    write_whole(target, page.encode())
    return target


def run_page(run: Run) -> str:
    """The page as text."""
    from rnnlab import __version__

    exhibit = Exhibit(run)
    sections = exhibit.sections()
    return Template(_part("page.html")).substitute(
        version=escape(__version__),
        title=escape(run.task.name.replace("_", " ")),
        summary=escape(_summary(run, exhibit.score)),
        colours=_colours(),
        css=_part("page.css"),
        bokeh=_bokeh(),
        sections="\n".join(_section(section) for section in sections),
        script=escape(run.script()),
        equation=escape(run.experiment.network.equation),
        experiment=_json(run.experiment.to_data()),
        figures=_json({section.name: json_item(section.root, section.name) for section in sections}),
        themes=_json(_themes([section.root for section in sections])),
        traces=_json(exhibit.traces()),
        space=script(),
        js=_part("page.js"),
    )


def _bokeh() -> str:
    """Bokeh's own JavaScript and nothing else: its `Resources` would add what other packages registered with it."""
    folder = Path(settings.bokehjs_path()) / "js"
    code = [(folder / name).read_text(encoding="utf-8") for name in ("bokeh.min.js", "bokeh-widgets.min.js")]
    return "\n".join(f"<script>{each}</script>" for each in code)


def _part(name: str) -> str:
    return (files("rnnlab.app") / "page" / name).read_text(encoding="utf-8")


def _summary(run: Run, score: Score) -> str:
    network = run.experiment.network
    return (
        f"{type(network).__name__}, {run.network.n_units} units, after {grouped(run.update)} updates: "
        f"{100 * score.accuracy:.1f} % correct on {N_TRIALS} fresh trials (chance {100 * score.chance:.0f} %)."
    )


def _section(section: Section) -> str:
    return (
        f"<section><h2>{escape(section.title)}</h2><p>{escape(section.says)}</p>"
        f'<div class="figure" id="{section.name}"></div></section>'
    )


def _json(value: Any) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


_TOKENS = ("page", "surface", "text", "muted", "grid", "accent")


def _colours() -> str:
    """The page's own colours, light and dark."""
    light, dark = (_variables(figures.THEMES[name]) for name in ("light", "dark"))
    return (
        f":root {{ color-scheme: light dark; --font: {figures.FONT}; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    )


def _variables(theme: figures.Theme) -> str:
    return "; ".join(f"--{token}: {getattr(theme, token)}" for token in _TOKENS)


def _themes(roots: list[Model]) -> dict[str, dict[str, Any]]:
    """Theme -> role -> colour, for every role that the figures use."""
    roles = set().union(*(roles_of(root) for root in roots))
    return {name: {role: figures.colour(theme, role) for role in roles} for name, theme in figures.THEMES.items()}
