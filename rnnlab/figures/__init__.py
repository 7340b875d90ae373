"""Results as Bokeh figures: pure, one look, recoloured and updated in place.

Every figure is a function for scripts and papers (``trial(batch)`` gives a Bokeh figure) and a class for live use
(``TrialFigure(batch)`` with ``root``, ``update`` and ``restyle``).
"""

from rnnlab.figures.activity import ActivityFigure, activity
from rnnlab.figures.catalogue import FIGURES, live, of
from rnnlab.figures.chart import ChartFigure
from rnnlab.figures.conditions import Conditions, conditions
from rnnlab.figures.design import DesignFigure, design
from rnnlab.figures.film import FilmFigure, film
from rnnlab.figures.fixed_points import FixedPointsFigure, fixed_points
from rnnlab.figures.fixed_points_along import FixedPointsAlongFigure, fixed_points_along
from rnnlab.figures.learning import LearningFigure, learning
from rnnlab.figures.learning_names import learning_names
from rnnlab.figures.paint import LiveFigure, colour, restyle
from rnnlab.figures.perturbation import PerturbationFigure, perturbation
from rnnlab.figures.psychometric import PsychometricFigure, psychometric
from rnnlab.figures.running import RunningFigure, running
from rnnlab.figures.search import SearchFigure, search
from rnnlab.figures.state_space import StateSpaceFigure, state_space
from rnnlab.figures.structure import StructureFigure, structure
from rnnlab.figures.theme import DARK, FONT, LIGHT, THEMES, Theme
from rnnlab.figures.thumbnail import thumbnail
from rnnlab.figures.trial import TrialFigure, trial
from rnnlab.figures.weights import WeightsFigure, weights

__all__ = [
    "DARK",
    "FIGURES",
    "FONT",
    "LIGHT",
    "THEMES",
    "ActivityFigure",
    "ChartFigure",
    "Conditions",
    "DesignFigure",
    "FilmFigure",
    "FixedPointsAlongFigure",
    "FixedPointsFigure",
    "LearningFigure",
    "LiveFigure",
    "PerturbationFigure",
    "PsychometricFigure",
    "RunningFigure",
    "SearchFigure",
    "StateSpaceFigure",
    "StructureFigure",
    "Theme",
    "TrialFigure",
    "WeightsFigure",
    "activity",
    "colour",
    "conditions",
    "design",
    "film",
    "fixed_points",
    "fixed_points_along",
    "learning",
    "learning_names",
    "live",
    "of",
    "perturbation",
    "psychometric",
    "restyle",
    "running",
    "search",
    "state_space",
    "structure",
    "thumbnail",
    "trial",
    "weights",
]
