"""Questions asked of tasks, networks and trajectories. Pure functions, frozen results; NumPy and SciPy only."""

from rnnlab.analysis._intervals import wilson
from rnnlab.analysis._result import Result
from rnnlab.analysis.accuracy import Accuracy, accuracy
from rnnlab.analysis.catalogue import ANALYSES, Analysis
from rnnlab.analysis.decoding import Decoding, decoding
from rnnlab.analysis.demixed import DemixedComponents, demixed_components
from rnnlab.analysis.design import Check, Design, Durations, Share, design
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.flow import Flow, Plane, flow, plane_along, plane_of_modes, plane_through
from rnnlab.analysis.lyapunov import Lyapunov, lyapunov
from rnnlab.analysis.modes import Modes, modes_of
from rnnlab.analysis.principal_components import PrincipalComponents, principal_components
from rnnlab.analysis.psychometric import Psychometric, psychometric
from rnnlab.analysis.questions import CONTROLS, CancelledError, Control, Question, Subject, ask
from rnnlab.analysis.questions.behaviour import AccuracyQuestion, PsychometricQuestion
from rnnlab.analysis.questions.connectivity import SpectrumQuestion
from rnnlab.analysis.questions.dynamics import FixedPointsQuestion
from rnnlab.analysis.questions.population import PrincipalComponentsQuestion
from rnnlab.analysis.questions.units import PeakOrderQuestion
from rnnlab.analysis.rotations import Rotations, rotations
from rnnlab.analysis.selection import Selection, selection
from rnnlab.analysis.spectrum import Spectrum, spectrum
from rnnlab.analysis.targeted import TargetedDimensions, targeted_dimensions
from rnnlab.analysis.units import UnitOrder, peak_order, selectivity

__all__ = [
    "ANALYSES",
    "CONTROLS",
    "Accuracy",
    "AccuracyQuestion",
    "Analysis",
    "CancelledError",
    "Check",
    "Control",
    "Decoding",
    "DemixedComponents",
    "Design",
    "Durations",
    "FixedPoints",
    "FixedPointsQuestion",
    "Flow",
    "Lyapunov",
    "Modes",
    "PeakOrderQuestion",
    "Plane",
    "PrincipalComponents",
    "PrincipalComponentsQuestion",
    "Psychometric",
    "PsychometricQuestion",
    "Question",
    "Result",
    "Rotations",
    "Selection",
    "Share",
    "Spectrum",
    "SpectrumQuestion",
    "Subject",
    "TargetedDimensions",
    "UnitOrder",
    "accuracy",
    "ask",
    "decoding",
    "demixed_components",
    "design",
    "fixed_points",
    "flow",
    "lyapunov",
    "modes_of",
    "peak_order",
    "plane_along",
    "plane_of_modes",
    "plane_through",
    "principal_components",
    "psychometric",
    "rotations",
    "selection",
    "selectivity",
    "spectrum",
    "targeted_dimensions",
    "wilson",
]
