"""`ANALYSES`: every analysis there is. What is listed here is in the lab, in the docs and under the family tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from rnnlab.analysis.accuracy import accuracy
from rnnlab.analysis.accuracy_by_duration import accuracy_by_duration
from rnnlab.analysis.chronometric import chronometric
from rnnlab.analysis.condition_rates import condition_rates
from rnnlab.analysis.decoding import decoding
from rnnlab.analysis.degrees import degrees
from rnnlab.analysis.demixed import demixed_components
from rnnlab.analysis.design import design
from rnnlab.analysis.dynamical_similarity import dynamical_similarity
from rnnlab.analysis.film import film
from rnnlab.analysis.fixed_points import fixed_points
from rnnlab.analysis.fixed_points_along import fixed_points_along
from rnnlab.analysis.flow import flow
from rnnlab.analysis.lesions import lesions
from rnnlab.analysis.low_rank import low_rank
from rnnlab.analysis.lyapunov import lyapunov
from rnnlab.analysis.mixed_selectivity import mixed_selectivity
from rnnlab.analysis.perturbation import perturbation
from rnnlab.analysis.populations import populations
from rnnlab.analysis.principal_components import principal_components
from rnnlab.analysis.psychometric import psychometric
from rnnlab.analysis.psychometric_fit import psychometric_fit
from rnnlab.analysis.questions import Question
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
from rnnlab.analysis.reverse_correlation import reverse_correlation
from rnnlab.analysis.rotations import rotations
from rnnlab.analysis.selection import selection
from rnnlab.analysis.sequentiality import sequentiality
from rnnlab.analysis.silent_units import silent_units
from rnnlab.analysis.similarity import similarity
from rnnlab.analysis.sorted_weights import sorted_weights
from rnnlab.analysis.spectrum import spectrum
from rnnlab.analysis.spectrum_change import spectrum_change
from rnnlab.analysis.state_space import state_space
from rnnlab.analysis.targeted import targeted_dimensions
from rnnlab.analysis.task_variance import task_variance
from rnnlab.analysis.topology import topology
from rnnlab.analysis.tuning import tuning
from rnnlab.analysis.units import peak_order, selectivity

Family: TypeAlias = Literal[
    "task", "behaviour", "units", "population", "dynamics", "connectivity", "comparison", "causality"
]


@dataclass(frozen=True)
class Analysis:
    """One entry of the catalogue.

    Attributes:
        title: its name on the screen.
        family: what it is about.
        sentence: what it shows, for a reader who has not met it.
        paper: where it comes from.
        function: the plain function for scripts.
        question: the description of what is asked of a network; None where it is not asked of one.
    """

    title: str
    family: Family
    sentence: str
    paper: str
    function: Callable[..., Any]
    question: type[Question] | None = None


ANALYSES: dict[str, Analysis] = {
    # ------------------------------------------------------------------------------------------------------- task
    "design": Analysis(
        "Design of the task",
        "task",
        "Whether a task can be learned at all, before anything is trained: answerable, balanced, not given away.",
        "Geirhos et al. 2020, Nature Machine Intelligence 2 (shortcut learning)",
        design,
    ),
    # -------------------------------------------------------------------------------------------------- behaviour
    "accuracy": Analysis(
        "Accuracy",
        "behaviour",
        "The share of fresh trials in which the network is right, beside what knowing nothing would give.",
        "Wilson 1927, JASA 22 (the interval)",
        accuracy,
        AccuracyQuestion,
    ),
    "psychometric": Analysis(
        "Psychometric curve",
        "behaviour",
        "How often the network makes one choice, against how strong the evidence for it is.",
        "Wichmann & Hill 2001, Perception & Psychophysics 63",
        psychometric,
        PsychometricQuestion,
    ),
    "psychometric_fit": Analysis(
        "Psychometric fit",
        "behaviour",
        "Threshold and slope of the choices, and in how many trials the evidence seems to be ignored (lapses).",
        "Wichmann & Hill 2001, Perception & Psychophysics 63; Venzon & Moolgavkar 1988, Applied Statistics 37",
        psychometric_fit,
        PsychometricFitQuestion,
    ),
    "chronometric": Analysis(
        "Reaction times",
        "behaviour",
        "When an output first reaches its level: the mean for each strength of evidence, and the distribution.",
        "Roitman & Shadlen 2002, Journal of Neuroscience 22",
        chronometric,
        ChronometricQuestion,
    ),
    "accuracy_by_duration": Analysis(
        "Accuracy against duration",
        "behaviour",
        "How right the network is when an epoch is made shorter or longer: whether it uses all of the evidence.",
        "Kiani, Hanks & Shadlen 2008, Journal of Neuroscience 28",
        accuracy_by_duration,
        AccuracyByDurationQuestion,
    ),
    "reverse_correlation": Analysis(
        "Reverse correlation",
        "behaviour",
        "Which moments of the stimulus decisions follow: the noise on the inputs, correlated with what was decided.",
        "Ahumada 1996, Perception 25; Neri & Heeger 2002, Nature Neuroscience 5",
        reverse_correlation,
        ReverseCorrelationQuestion,
    ),
    # ------------------------------------------------------------------------------------------------------ units
    "condition_rates": Analysis(
        "Rates by condition",
        "units",
        "What units do on average in each condition, lined up at the start of an epoch.",
        "Mante, Sussillo, Shenoy & Newsome 2013, Nature 503",
        condition_rates,
        ConditionRatesQuestion,
    ),
    "tuning": Analysis(
        "Tuning and selectivity",
        "units",
        "How the rate of each unit depends on a factor: its mean at each level, the slope, and d' between the ends.",
        "Green & Swets 1966, Signal Detection Theory and Psychophysics; Hedges & Olkin 1985 (the interval)",
        tuning,
        TuningQuestion,
    ),
    "mixed_selectivity": Analysis(
        "Mixed selectivity",
        "units",
        "Which units respond to one factor, to the sum of two, or to their combination alone.",
        "Rigotti et al. 2013, Nature 497",
        mixed_selectivity,
        MixedSelectivityQuestion,
    ),
    "task_variance": Analysis(
        "Clusters by variance",
        "units",
        "Where in the trial, or in which condition, each unit varies from trial to trial, and which units do so alike.",
        "Yang, Joglekar, Song, Newsome & Wang 2019, Nature Neuroscience 22",
        task_variance,
        TaskVarianceQuestion,
    ),
    "sequentiality": Analysis(
        "Sequentiality",
        "units",
        "Whether units peak one after the other, each for a short time, or keep up their activity.",
        "Orhan & Ma 2019, Nature Neuroscience 22",
        sequentiality,
        SequentialityQuestion,
    ),
    "silent_units": Analysis(
        "Silent units",
        "units",
        "Units that never send anything, or always the same.",
        "Yang, Joglekar, Song, Newsome & Wang 2019, Nature Neuroscience 22 (which leaves such units out)",
        silent_units,
        SilentUnitsQuestion,
    ),
    "peak_order": Analysis(
        "Time of the peak",
        "units",
        "When each unit is most active on average: a slanted row of peaks is a sequence.",
        "Harvey, Coen & Tank 2012, Nature 484",
        peak_order,
        PeakOrderQuestion,
    ),
    "selectivity": Analysis(
        "Order by selectivity",
        "units",
        "Units in the order of how well they tell two conditions apart: sorts a heat map of activity.",
        "Green & Swets 1966, Signal Detection Theory and Psychophysics",
        selectivity,
    ),
    # ------------------------------------------------------------------------------------------------- population
    "principal_components": Analysis(
        "Principal components",
        "population",
        "The few directions in which the states move most, and how many dimensions they take up.",
        "Cunningham & Yu 2014, Nature Neuroscience 17",
        principal_components,
        PrincipalComponentsQuestion,
    ),
    "state_space": Analysis(
        "State space",
        "population",
        "Trials and fixed points in the three directions in which the states move most, to be turned.",
        "Mante, Sussillo, Shenoy & Newsome 2013, Nature 503",
        state_space,
        StateSpaceQuestion,
    ),
    "targeted_dimensions": Analysis(
        "Targeted dimensions",
        "population",
        "The direction along which the population carries each variable of the task, and when it does so most.",
        "Mante, Sussillo, Shenoy & Newsome 2013, Nature 503",
        targeted_dimensions,
        TargetedDimensionsQuestion,
    ),
    "demixed_components": Analysis(
        "Demixed components",
        "population",
        "Which part of the activity depends on time, on each factor, and on their combinations.",
        "Kobak et al. 2016, eLife 5",
        demixed_components,
        DemixedComponentsQuestion,
    ),
    "rotations": Analysis(
        "Rotations",
        "population",
        "Whether the activity of all conditions turns the same way, more than chance would have it.",
        "Churchland et al. 2012, Nature 487",
        rotations,
        RotationsQuestion,
    ),
    "decoding": Analysis(
        "Decoding in time",
        "population",
        "When a factor can be read from the population, and whether the readout of one time serves at another.",
        "Meyers et al. 2008, Journal of Neurophysiology 100",
        decoding,
        DecodingQuestion,
    ),
    # --------------------------------------------------------------------------------------------------- dynamics
    "fixed_points": Analysis(
        "Fixed points",
        "dynamics",
        "States that stay where they are under a constant input, stable or not: the skeleton of the dynamics.",
        "Sussillo & Barak 2013, Neural Computation 25",
        fixed_points,
        FixedPointsQuestion,
    ),
    "fixed_points_along": Analysis(
        "Fixed points along a path",
        "dynamics",
        "How fixed points move, are born, die or change their stability as an input, a weight or the training goes on.",
        "Driscoll, Shenoy & Sussillo 2024, Nature Neuroscience 27",
        fixed_points_along,
        FixedPointsAlongQuestion,
    ),
    "film": Analysis(
        "Film of the training",
        "dynamics",
        "Fixed points, spectrum and trajectories of every saved state, one after the other in the same frame.",
        "Driscoll, Shenoy & Sussillo 2024, Nature Neuroscience 27",
        film,
        FilmQuestion,
    ),
    "flow": Analysis(
        "Flow on a plane",
        "dynamics",
        "Where activity goes from each point of a plane through state space, and how fast.",
        "Sussillo & Barak 2013, Neural Computation 25",
        flow,
        FlowQuestion,
    ),
    "selection": Analysis(
        "Selection vectors",
        "dynamics",
        "Which part of each input moves the state along its slow direction, and whether that turns with the context.",
        "Mante, Sussillo, Shenoy & Newsome 2013, Nature 503",
        selection,
        SelectionQuestion,
    ),
    "lyapunov": Analysis(
        "Lyapunov exponents",
        "dynamics",
        "Whether small differences grow or die, and in how many directions.",
        "Benettin, Galgani, Giorgilli & Strelcyn 1980, Meccanica 15; Engelken, Wolf & Abbott 2023, PRR 5",
        lyapunov,
        LyapunovQuestion,
    ),
    # ----------------------------------------------------------------------------------------------- connectivity
    "spectrum": Analysis(
        "Spectrum",
        "connectivity",
        "The eigenvalues of the recurrent weights, beside the disc that a random matrix would fill.",
        "Rajan & Abbott 2006, PRL 97",
        spectrum,
        SpectrumQuestion,
    ),
    "spectrum_change": Analysis(
        "Spectrum before and after",
        "connectivity",
        "Which eigenvalues training moved out of the random disc.",
        "Rajan & Abbott 2006, PRL 97",
        spectrum_change,
        SpectrumChangeQuestion,
    ),
    "sorted_weights": Analysis(
        "Sorted weights",
        "connectivity",
        "What is wired to what, once units stand in the order of what they do.",
        "Yang, Joglekar, Song, Newsome & Wang 2019, Nature Neuroscience 22",
        sorted_weights,
        SortedWeightsQuestion,
    ),
    "degrees": Analysis(
        "Degrees",
        "connectivity",
        "How many connections each unit has and how strong they are, beside what independence would give.",
        "Song, Sjöström, Reigl, Nelson & Chklovskii 2005, PLoS Biology 3",
        degrees,
        DegreesQuestion,
    ),
    "low_rank": Analysis(
        "Low-rank part",
        "connectivity",
        "The few directions that training wrote into the weights: what they read, and where they lead.",
        "Mastrogiuseppe & Ostojic 2018, Neuron 99; Schuessler et al. 2020, NeurIPS 33",
        low_rank,
        LowRankQuestion,
    ),
    "populations": Analysis(
        "Populations",
        "connectivity",
        "Whether units fall into groups by what their connections have in common, and into how many.",
        "Dubreuil, Valente, Beiran, Mastrogiuseppe & Ostojic 2022, Nature Neuroscience 25",
        populations,
        PopulationsQuestion,
    ),
    # ------------------------------------------------------------------------------------------------- comparison
    "similarity": Analysis(
        "Similarity of activity",
        "comparison",
        "How alike the activity of networks is, whatever basis it is written in.",
        "Kornblith et al. 2019, ICML; Williams et al. 2021, NeurIPS 34; Kriegeskorte et al. 2008",
        similarity,
        SimilarityQuestion,
    ),
    "dynamical_similarity": Analysis(
        "Similarity of dynamics",
        "comparison",
        "How alike the dynamics behind the activity are (DSA), whatever paths it takes.",
        "Ostrow, Eisen, Kozachkov & Fiete 2023, NeurIPS 36",
        dynamical_similarity,
        DynamicalSimilarityQuestion,
    ),
    "topology": Analysis(
        "Topology of fixed points",
        "comparison",
        "Whether networks have the same fixed points, linked in the same way.",
        "Maheswaranathan, Williams, Golub, Ganguli & Sussillo 2019, NeurIPS 32",
        topology,
        TopologyQuestion,
    ),
    # -------------------------------------------------------------------------------------------------- causality
    "lesions": Analysis(
        "Lesions",
        "causality",
        "What behaviour loses when each unit, cluster, area or sign is silenced, ranked, on the same noisy trials.",
        "Yang, Joglekar, Song, Newsome & Wang 2019, Nature Neuroscience 22; Agresti & Min 2005 (the interval)",
        lesions,
        LesionsQuestion,
    ),
    "perturbation": Analysis(
        "Silenced for a while",
        "causality",
        "What choices become when units are silenced, held or pushed in a window of time, on the same noisy trials.",
        "Hanks, Kopec, Brunton, Duan, Erlich & Brody 2015, Nature 520",
        perturbation,
        PerturbationQuestion,
    ),
}
"""Every analysis by name, family by family."""
