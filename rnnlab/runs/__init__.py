"""A run on disk: what was to be trained, the weights, the history, and all that an exact resume needs."""

from rnnlab.runs.errors import RunError
from rnnlab.runs.experiment import Experiment
from rnnlab.runs.going_back import branch, rewind
from rnnlab.runs.history import History
from rnnlab.runs.kept import Parent
from rnnlab.runs.losses import BinaryCrossEntropy, CodeLoss, CrossEntropy, MeanSquaredError
from rnnlab.runs.optimisers import SGD, Adam, AdamW
from rnnlab.runs.penalties import (
    L1,
    L2,
    Clusters,
    Dimensionality,
    FinalRates,
    InDegree,
    Inequality,
    Orthogonality,
    RateCap,
    Rates,
    RecurrentDrive,
    SharedDrive,
    TrialVariance,
    VanishingGradient,
    WeightCap,
    WiringCost,
)
from rnnlab.runs.run import Run, load
from rnnlab.runs.schedules import Cosine, Exponential, OnPlateau, Ramp, Steady, Steps
from rnnlab.runs.steering import Change
from rnnlab.runs.stopping import AccuracyReached, LossReached, Patience, Plateau, TimeBudget, TrialBudget
from rnnlab.runs.store import Progress, Snapshot
from rnnlab.runs.streams import stream
from rnnlab.runs.training import Training

__all__ = [
    "L1",
    "L2",
    "SGD",
    "AccuracyReached",
    "Adam",
    "AdamW",
    "BinaryCrossEntropy",
    "Change",
    "Clusters",
    "CodeLoss",
    "Cosine",
    "CrossEntropy",
    "Dimensionality",
    "Experiment",
    "Exponential",
    "FinalRates",
    "History",
    "InDegree",
    "Inequality",
    "LossReached",
    "MeanSquaredError",
    "OnPlateau",
    "Orthogonality",
    "Parent",
    "Patience",
    "Plateau",
    "Progress",
    "Ramp",
    "RateCap",
    "Rates",
    "RecurrentDrive",
    "Run",
    "RunError",
    "SharedDrive",
    "Snapshot",
    "Steady",
    "Steps",
    "TimeBudget",
    "Training",
    "TrialBudget",
    "TrialVariance",
    "VanishingGradient",
    "WeightCap",
    "WiringCost",
    "branch",
    "load",
    "rewind",
    "stream",
]
