"""Penalties: what a training makes small beside its loss."""

from typing import TypeAlias

from rnnlab.runs.penalties.base import Penalty
from rnnlab.runs.penalties.population import Clusters, Dimensionality, Inequality, SharedDrive, TrialVariance
from rnnlab.runs.penalties.rates import FinalRates, RateCap, Rates, RecurrentDrive
from rnnlab.runs.penalties.vanishing import VanishingGradient
from rnnlab.runs.penalties.weights import L1, L2, InDegree, Orthogonality, WeightCap, WiringCost

AnyPenalty: TypeAlias = (
    L1
    | L2
    | WeightCap
    | InDegree
    | Orthogonality
    | WiringCost
    | Rates
    | FinalRates
    | RecurrentDrive
    | RateCap
    | Inequality
    | SharedDrive
    | Dimensionality
    | Clusters
    | TrialVariance
    | VanishingGradient
)
"""Every penalty that a file may name."""

__all__ = [
    "L1",
    "L2",
    "AnyPenalty",
    "Clusters",
    "Dimensionality",
    "FinalRates",
    "InDegree",
    "Inequality",
    "Orthogonality",
    "Penalty",
    "RateCap",
    "Rates",
    "RecurrentDrive",
    "SharedDrive",
    "TrialVariance",
    "VanishingGradient",
    "WeightCap",
    "WiringCost",
]
