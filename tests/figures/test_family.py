"""What every figure keeps to: one look, recoloured and updated in place, one document per object."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from bokeh.document import Document
from bokeh.models import Axis, ColumnDataSource, Grid, Legend, Plot

from rnnlab import analysis, figures, tasks
from rnnlab.figures import DARK, FONT, LIGHT, LiveFigure, Theme
from rnnlab.figures.paint import LEFT
from rnnlab.figures.weights import matrices
from tests.figures.conftest import Material, make_along, make_history, untrained

Build = Callable[[Material, Theme], LiveFigure]
Update = Callable[[Material, LiveFigure], None]


def _curve(material: Material, factor: str) -> analysis.Psychometric:
    return analysis.psychometric(
        material.batch.task.score(material.trajectory.outputs, material.batch), material.batch, factor
    )


def _order(material: Material, by: str) -> analysis.UnitOrder:
    rates, direction = material.trajectory.rates, material.batch.factors["direction"]
    if by == "peak":
        return analysis.peak_order(rates, material.batch.dt)
    return analysis.selectivity(rates, direction == direction.min(), direction == direction.max())


def _space(material: Material, factor: str, points: analysis.FixedPoints | None = None) -> analysis.StateSpace:
    return analysis.state_space(material.trajectory, points, factor=factor)


def _film(material: Material, excitatory: tuple[float, ...]) -> analysis.Film:
    states = {10 * k: untrained(excitatory=share or None) for k, share in enumerate(excitatory)}
    return analysis.film(states, material.batch[:6], np.zeros(2), factor="direction", n_starts=8)


def _perturbation(material: Material, start: float) -> analysis.Perturbation:
    busy = int(material.trajectory.rates.max(axis=(0, 1)).argmax())
    question = analysis.PerturbationQuestion(units=(busy,), start=start, stop=1500, n_trials=16)
    return analysis.ask(material.network, question, material.batch.task)


def _going(material: Material, n_steps: int) -> tuple[np.ndarray, ...]:
    course = material.trajectory
    shown = course.rates[0], course.inputs[0], course.outputs[0]
    return (10.0 * np.arange(1, n_steps + 1), *(np.asarray(each[:n_steps], float) for each in shown))


FAMILY: dict[str, tuple[Build, Update]] = {
    "trial": (
        lambda m, theme: figures.TrialFigure(m.batch, theme=theme),
        lambda m, f: f.update(m.batch, [3, 4], m.trajectory.outputs),
    ),
    "learning": (
        lambda m, theme: figures.LearningFigure(make_history(100), theme=theme),
        lambda m, f: f.update(make_history(5000), 64, 0.5, 0.95),
    ),
    "activity": (
        lambda m, theme: figures.ActivityFigure(m.trajectory, theme=theme),
        lambda m, f: f.update(m.trajectory, 2, [2, 0, 1], "direction"),
    ),
    "weights": (
        lambda m, theme: figures.WeightsFigure(matrices(m.network), theme=theme),
        lambda m, f: f.update(matrices(untrained(excitatory=0.75)), disc=0.8),
    ),
    "structure": (
        lambda m, theme: figures.StructureFigure(analysis.structure(m.network), theme=theme),
        lambda m, f: f.update(analysis.structure(untrained(excitatory=0.75, autapses=False))),
    ),
    "fixed_points": (
        lambda m, theme: figures.FixedPointsFigure(None, theme=theme),
        lambda m, f: f.update(m.points, m.trajectory),
    ),
    "state_space": (
        lambda m, theme: figures.StateSpaceFigure(_space(m, "direction"), theme=theme),
        lambda m, f: f.update(_space(m, "signed_coherence", m.points)),
    ),
    "film": (
        lambda m, theme: figures.FilmFigure(_film(m, (0.0, 0.5)), theme=theme),
        lambda m, f: f.update(_film(m, (0.0, 0.5, 0.9))),
    ),
    "perturbation": (
        lambda m, theme: figures.PerturbationFigure(_perturbation(m, 0.0), theme=theme),
        lambda m, f: f.update(_perturbation(m, 800.0)),
    ),
    "of": (
        lambda m, theme: figures.live(_order(m, "peak"), theme),
        lambda m, f: f.update(_order(m, "selectivity")),
    ),
    "fixed_points_along": (
        lambda m, theme: figures.FixedPointsAlongFigure(None, theme=theme),
        lambda m, f: f.update(make_along()),
    ),
    "running": (
        lambda m, theme: figures.RunningFigure(*_going(m, 0), theme=theme),
        lambda m, f: f.update(*_going(m, 20), silenced=(1,)),
    ),
    "search": (
        lambda m, theme: figures.SearchFigure(None, theme=theme),
        lambda m, f: f.update(m.points),
    ),
    "design": (
        lambda m, theme: figures.DesignFigure(analysis.design(m.batch.task), theme=theme),
        lambda m, f: f.update(analysis.design(tasks.get("delayed_discrimination"))),
    ),
    "psychometric": (
        lambda m, theme: figures.PsychometricFigure(_curve(m, "signed_coherence"), theme=theme),
        lambda m, f: f.update(_curve(m, "coherence"), "choice_1"),
    ),
}
TURNED = ("state_space", "film")
"""Figures whose axes turn: these have their names in space."""

every = pytest.mark.parametrize("name", FAMILY)


def test_every_figure_is_in_the_family() -> None:
    assert {name for name in figures.__all__ if name in FAMILY} == set(FAMILY)
    assert {name for name in figures.__all__ if name.endswith("Figure")} - {"LiveFigure"} == {
        type(build(_any_material(), LIGHT)).__name__ for build, _ in FAMILY.values()
    }


def _any_material() -> Material:
    from tests.figures.conftest import make_material

    return make_material()


@every
def test_an_update_changes_data_and_builds_nothing(name: str, material: Material) -> None:
    build, update = FAMILY[name]
    figure = build(material, LIGHT)
    before, root = set(figure.root.references()), figure.root
    data = {key: source.data for key, source in figure.sources.items()}
    update(material, figure)
    assert figure.root is root
    assert set(figure.root.references()) == before
    assert any(source.data is not data[key] for key, source in figure.sources.items())


@every
def test_every_column_of_a_source_has_one_length(name: str, material: Material) -> None:
    build, update = FAMILY[name]
    figure = build(material, LIGHT)
    for _ in range(2):
        for source in figure.sources.values():
            assert len({len(column) for column in source.data.values()}) <= 1, source.name
        update(material, figure)


@every
def test_restyling_gives_what_building_in_that_theme_gives(name: str, material: Material) -> None:
    build, update = FAMILY[name]
    dark, switched = build(material, DARK), build(material, LIGHT)
    update(material, dark)
    update(material, switched)
    light = _colours(switched)
    switched.restyle(DARK)
    assert _colours(switched) == _colours(dark)
    assert light != _colours(dark)
    switched.restyle(LIGHT)
    assert _colours(switched) == light


def _colours(figure: LiveFigure) -> list[str]:
    """Every colour and palette in force, in an order that does not depend on the models' ids."""
    found = []
    for model in figure.root.references():
        for name, value in model.properties_with_values(include_defaults=True).items():
            if name.endswith("_color") or name == "palette":
                shown = "from data" if hasattr(value, "field") else getattr(value, "value", value)
                found.append(f"{type(model).__name__}.{name}={shown}")
    return sorted(found)


@every
def test_nothing_is_left_in_the_colours_of_another_theme(name: str, material: Material) -> None:
    build, update = FAMILY[name]
    figure = build(material, DARK)
    update(material, figure)
    only_light = {LIGHT.surface, LIGHT.text, LIGHT.muted, LIGHT.axis, LIGHT.grid, LIGHT.output}
    drawn = [text for text in _colours(figure) if any(colour in text for colour in only_light)]
    assert drawn == []


@every
def test_fonts_are_the_readers_own_and_axes_are_labelled(name: str, material: Material) -> None:
    build, update = FAMILY[name]
    figure = build(material, LIGHT)
    update(material, figure)
    models = figure.root.references()
    for model in models:
        if isinstance(model, Axis | Legend):
            fonts = [value for key, value in model.properties_with_values().items() if key.endswith("text_font")]
            assert set(fonts) == {FONT}
    for plot in (model for model in models if isinstance(model, Plot)):
        assert plot.toolbar.autohide
        assert plot.toolbar.logo is None
        assert plot.output_backend == "canvas"
        assert plot.min_border_left >= LEFT or name in TURNED
        assert all(isinstance(grid, Grid) for grid in plot.grid)
        labelled = [plot.yaxis[0].axis_label, plot.xaxis[0].axis_label or plot.xaxis[0].major_label_text_font_size]
        assert all(labelled) or name == "trial" or name in TURNED


@every
def test_figures_go_into_documents_and_to_json(name: str, material: Material) -> None:
    build, update = FAMILY[name]
    for theme in (LIGHT, DARK):
        figure, document = build(material, theme), Document()
        document.add_root(figure.root)
        update(material, figure)
        assert document.to_json().content["roots"]


@every
def test_an_update_sends_few_messages(name: str, material: Material) -> None:
    build, update = FAMILY[name]
    figure, document = build(material, LIGHT), Document()
    document.add_root(figure.root)
    update(material, figure)
    changed: list[object] = []
    document.on_change(lambda event: changed.append(event))
    update(material, figure)
    assert len(changed) <= len(figure.sources)
    assert all(isinstance(event.model, ColumnDataSource) for event in changed)


def test_no_panel_comes_with_the_figures() -> None:
    code = "import sys, rnnlab.figures; print(sorted({'panel', 'torch', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_arrays_travel_as_binary(material: Material) -> None:
    figure = figures.TrialFigure(material.batch)
    assert isinstance(figure.sources["inputs"].data["y"], np.ndarray)
    assert figure.sources["inputs"].data["y"].dtype == np.float32
