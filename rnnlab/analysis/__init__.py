"""Questions asked of tasks, networks and trajectories. Pure functions, frozen results; NumPy and SciPy only."""

from rnnlab.analysis._intervals import wilson
from rnnlab.analysis._result import Result
from rnnlab.analysis.accuracy import Accuracy, accuracy
from rnnlab.analysis.accuracy_by_duration import AccuracyByDuration, accuracy_by_duration
from rnnlab.analysis.catalogue import ANALYSES, Analysis
from rnnlab.analysis.chronometric import Chronometric, chronometric
from rnnlab.analysis.condition_rates import ConditionRates, condition_rates
from rnnlab.analysis.decoding import Decoding, decoding
from rnnlab.analysis.degrees import Degrees, degrees
from rnnlab.analysis.demixed import DemixedComponents, demixed_components
from rnnlab.analysis.design import Check, Design, Durations, Share, design
from rnnlab.analysis.dynamical_similarity import DynamicalSimilarity, dynamical_similarity
from rnnlab.analysis.film import Film, film, saved_states
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.fixed_points_along import Branch, Event, FixedPointsAlong, fixed_points_along
from rnnlab.analysis.flow import Flow, Plane, flow, plane_along, plane_of_modes, plane_through
from rnnlab.analysis.lesions import Lesions, lesions
from rnnlab.analysis.low_rank import LowRank, low_rank
from rnnlab.analysis.lyapunov import Lyapunov, lyapunov
from rnnlab.analysis.marked import UNMARKED, Condition, Marked
from rnnlab.analysis.mixed_selectivity import MixedSelectivity, mixed_selectivity
from rnnlab.analysis.modes import Modes, modes_of
from rnnlab.analysis.paths import Path, between_inputs, scaled, through_training, typical_input
from rnnlab.analysis.perturbation import Perturbation, perturbation
from rnnlab.analysis.populations import Populations, populations
from rnnlab.analysis.principal_components import PrincipalComponents, principal_components
from rnnlab.analysis.psychometric import Psychometric, psychometric
from rnnlab.analysis.psychometric_fit import PsychometricFit, psychometric_fit
from rnnlab.analysis.questions import CONTROLS, CancelledError, Control, Question, Subject, ask
from rnnlab.analysis.questions.behaviour import (
    AccuracyByDurationQuestion,
    AccuracyQuestion,
    ChronometricQuestion,
    PsychometricFitQuestion,
    PsychometricQuestion,
    ReverseCorrelationQuestion,
)
from rnnlab.analysis.questions.causality import LesionsQuestion, PerturbationQuestion
from rnnlab.analysis.questions.comparison import DynamicalSimilarityQuestion, SimilarityQuestion, TopologyQuestion
from rnnlab.analysis.questions.connectivity import (
    DegreesQuestion,
    LowRankQuestion,
    PopulationsQuestion,
    SortedWeightsQuestion,
    SpectrumChangeQuestion,
    SpectrumQuestion,
)
from rnnlab.analysis.questions.dynamics import FixedPointsAlongQuestion, FixedPointsQuestion
from rnnlab.analysis.questions.motion import FlowQuestion, LyapunovQuestion, SelectionQuestion
from rnnlab.analysis.questions.population import (
    DecodingQuestion,
    DemixedComponentsQuestion,
    PrincipalComponentsQuestion,
    RotationsQuestion,
    TargetedDimensionsQuestion,
)
from rnnlab.analysis.questions.space import FilmQuestion, StateSpaceQuestion
from rnnlab.analysis.questions.units import (
    ConditionRatesQuestion,
    MixedSelectivityQuestion,
    PeakOrderQuestion,
    SequentialityQuestion,
    SilentUnitsQuestion,
    TaskVarianceQuestion,
    TuningQuestion,
)
from rnnlab.analysis.released import beside, lifted, released
from rnnlab.analysis.reverse_correlation import Kernel, reverse_correlation
from rnnlab.analysis.rotations import Rotations, rotations
from rnnlab.analysis.selection import Selection, selection
from rnnlab.analysis.sequentiality import Sequentiality, sequentiality
from rnnlab.analysis.silent_units import SilentUnits, silent_units
from rnnlab.analysis.similarity import Similarity, linear_cka, procrustes, rsa, similarity
from rnnlab.analysis.slow_manifolds import SlowManifold
from rnnlab.analysis.sorted_weights import SortedWeights, sorted_weights
from rnnlab.analysis.spectrum import Spectrum, spectrum
from rnnlab.analysis.spectrum_change import SpectrumChange, spectrum_change
from rnnlab.analysis.state_space import StateSpace, state_space
from rnnlab.analysis.structure import Structure, structure
from rnnlab.analysis.targeted import TargetedDimensions, targeted_dimensions
from rnnlab.analysis.task_variance import TaskVariance, task_variance
from rnnlab.analysis.topology import Topology, topology
from rnnlab.analysis.tuning import Tuning, tuning
from rnnlab.analysis.units import UnitOrder, peak_order, selectivity
from rnnlab.analysis.vitals import Vitals, vitals

__all__ = [
    "ANALYSES",
    "CONTROLS",
    "UNMARKED",
    "Accuracy",
    "AccuracyByDuration",
    "AccuracyByDurationQuestion",
    "AccuracyQuestion",
    "Analysis",
    "Branch",
    "CancelledError",
    "Check",
    "Chronometric",
    "ChronometricQuestion",
    "Condition",
    "ConditionRates",
    "ConditionRatesQuestion",
    "Control",
    "Decoding",
    "DecodingQuestion",
    "Degrees",
    "DegreesQuestion",
    "DemixedComponents",
    "DemixedComponentsQuestion",
    "Design",
    "Durations",
    "DynamicalSimilarity",
    "DynamicalSimilarityQuestion",
    "Event",
    "Film",
    "FilmQuestion",
    "FixedPoints",
    "FixedPointsAlong",
    "FixedPointsAlongQuestion",
    "FixedPointsQuestion",
    "Flow",
    "FlowQuestion",
    "Kernel",
    "Lesions",
    "LesionsQuestion",
    "LowRank",
    "LowRankQuestion",
    "Lyapunov",
    "LyapunovQuestion",
    "Marked",
    "MixedSelectivity",
    "MixedSelectivityQuestion",
    "Modes",
    "Path",
    "PeakOrderQuestion",
    "Perturbation",
    "PerturbationQuestion",
    "Plane",
    "Populations",
    "PopulationsQuestion",
    "PrincipalComponents",
    "PrincipalComponentsQuestion",
    "Psychometric",
    "PsychometricFit",
    "PsychometricFitQuestion",
    "PsychometricQuestion",
    "Question",
    "Result",
    "ReverseCorrelationQuestion",
    "Rotations",
    "RotationsQuestion",
    "Selection",
    "SelectionQuestion",
    "Sequentiality",
    "SequentialityQuestion",
    "Share",
    "SilentUnits",
    "SilentUnitsQuestion",
    "Similarity",
    "SimilarityQuestion",
    "SlowManifold",
    "SortedWeights",
    "SortedWeightsQuestion",
    "Spectrum",
    "SpectrumChange",
    "SpectrumChangeQuestion",
    "SpectrumQuestion",
    "StateSpace",
    "StateSpaceQuestion",
    "Structure",
    "Subject",
    "TargetedDimensions",
    "TargetedDimensionsQuestion",
    "TaskVariance",
    "TaskVarianceQuestion",
    "Topology",
    "TopologyQuestion",
    "Tuning",
    "TuningQuestion",
    "UnitOrder",
    "Vitals",
    "accuracy",
    "accuracy_by_duration",
    "ask",
    "beside",
    "between_inputs",
    "chronometric",
    "condition_rates",
    "decoding",
    "degrees",
    "demixed_components",
    "design",
    "dynamical_similarity",
    "film",
    "fixed_points",
    "fixed_points_along",
    "flow",
    "lesions",
    "lifted",
    "linear_cka",
    "low_rank",
    "lyapunov",
    "mixed_selectivity",
    "modes_of",
    "peak_order",
    "perturbation",
    "plane_along",
    "plane_of_modes",
    "plane_through",
    "populations",
    "principal_components",
    "procrustes",
    "psychometric",
    "psychometric_fit",
    "released",
    "reverse_correlation",
    "rotations",
    "rsa",
    "saved_states",
    "scaled",
    "selection",
    "selectivity",
    "sequentiality",
    "silent_units",
    "similarity",
    "sorted_weights",
    "spectrum",
    "spectrum_change",
    "state_space",
    "structure",
    "targeted_dimensions",
    "task_variance",
    "through_training",
    "topology",
    "tuning",
    "typical_input",
    "vitals",
    "wilson",
]
