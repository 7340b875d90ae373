"""`FIGURES`: how each result is drawn, found from its class."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from bokeh.models import Model

from rnnlab.analysis import (
    Accuracy,
    AccuracyByDuration,
    Chronometric,
    ConditionRates,
    Decoding,
    Degrees,
    DemixedComponents,
    DynamicalSimilarity,
    Film,
    FixedPoints,
    FixedPointsAlong,
    Flow,
    Kernel,
    Lesions,
    LowRank,
    Lyapunov,
    MixedSelectivity,
    Modes,
    Perturbation,
    Populations,
    PrincipalComponents,
    Psychometric,
    PsychometricFit,
    Result,
    Rotations,
    Selection,
    Sequentiality,
    SilentUnits,
    Similarity,
    SortedWeights,
    Spectrum,
    SpectrumChange,
    StateSpace,
    TargetedDimensions,
    TaskVariance,
    Topology,
    Tuning,
    UnitOrder,
)
from rnnlab.figures import behaviour, causality, comparison, connectivity, motion, population, units
from rnnlab.figures.chart import ChartFigure
from rnnlab.figures.film import FilmFigure
from rnnlab.figures.fixed_points import FixedPointsFigure
from rnnlab.figures.fixed_points_along import FixedPointsAlongFigure
from rnnlab.figures.paint import LiveFigure
from rnnlab.figures.panels import Panels
from rnnlab.figures.perturbation import PerturbationFigure
from rnnlab.figures.psychometric import PsychometricFigure
from rnnlab.figures.state_space import StateSpaceFigure
from rnnlab.figures.theme import LIGHT, Theme
from rnnlab.spec import with_article

Build: TypeAlias = Callable[..., Any]
"""(result, theme=, height=) -> a `LiveFigure` with ``update(result)``."""


def chart(describe: Callable[[Any], Panels]) -> Build:
    """A figure whose panels are a function of the result."""
    return partial(ChartFigure, describe)


FIGURES: dict[type[Result], Build] = {
    # behaviour
    Accuracy: chart(behaviour.accuracy),
    Psychometric: lambda result, theme, height: PsychometricFigure(result, theme=theme, height=height),
    PsychometricFit: chart(behaviour.psychometric_fit),
    Chronometric: chart(behaviour.chronometric),
    AccuracyByDuration: chart(behaviour.accuracy_by_duration),
    Kernel: chart(behaviour.kernel),
    # units
    UnitOrder: chart(units.unit_order),
    ConditionRates: chart(units.condition_rates),
    Tuning: chart(units.tuning),
    MixedSelectivity: chart(units.mixed_selectivity),
    TaskVariance: chart(units.task_variance),
    Sequentiality: chart(units.sequentiality),
    SilentUnits: chart(units.silent_units),
    # population
    PrincipalComponents: chart(population.principal_components),
    StateSpace: lambda result, theme, height: StateSpaceFigure(result, theme=theme, height=height),
    TargetedDimensions: chart(population.targeted_dimensions),
    DemixedComponents: chart(population.demixed_components),
    Rotations: chart(population.rotations),
    Decoding: chart(population.decoding),
    # dynamics
    FixedPoints: lambda result, theme, height: FixedPointsFigure(result, theme=theme, height=height),
    FixedPointsAlong: lambda result, theme, height: FixedPointsAlongFigure(result, theme=theme, height=height),
    Film: lambda result, theme, height: FilmFigure(result, theme=theme, height=height),
    Flow: chart(motion.flow),
    Selection: chart(motion.selection),
    Lyapunov: chart(motion.lyapunov),
    Modes: chart(motion.modes),
    # connectivity
    Spectrum: chart(connectivity.spectrum),
    SpectrumChange: chart(connectivity.spectrum_change),
    SortedWeights: chart(connectivity.sorted_weights),
    Degrees: chart(connectivity.degrees),
    LowRank: chart(connectivity.low_rank),
    Populations: chart(connectivity.populations),
    # comparison
    Similarity: chart(comparison.similarity),
    DynamicalSimilarity: chart(comparison.dynamical_similarity),
    Topology: chart(comparison.topology),
    # causality
    Lesions: chart(causality.lesions),
    Perturbation: lambda result, theme, height: PerturbationFigure(result, theme=theme, height=height),
}
"""Class of a result -> what draws it."""


def live(result: Result, theme: Theme = LIGHT, height: int = 320) -> LiveFigure:
    """The figure of a result, to be updated with others of its class.

    Raises:
        ValueError: results of this class have no figure.
    """
    if type(result) not in FIGURES:
        known = ", ".join(kind.__name__ for kind in FIGURES)
        raise ValueError(f"result: no figure of {with_article(type(result).__name__)}; there are those of {known}")
    figure: LiveFigure = FIGURES[type(result)](result, theme=theme, height=height)
    return figure


def of(result: Result, theme: Theme = LIGHT, height: int = 320) -> Model:
    """A result of an analysis as a Bokeh figure.

    Example:
        >>> import rnnlab as rl
        >>> type(rl.figures.of(rl.analysis.spectrum([[0.0, -1.0], [1.0, 0.0]]))).__name__
        'figure'
    """
    return live(result, theme, height).root
