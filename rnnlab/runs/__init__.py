"""A run on disk: what was to be trained, the weights, the history, and all that an exact resume needs."""

from rnnlab.runs.errors import RunError
from rnnlab.runs.experiment import Experiment
from rnnlab.runs.history import History
from rnnlab.runs.losses import BinaryCrossEntropy, CodeLoss, CrossEntropy, MeanSquaredError
from rnnlab.runs.optimisers import SGD, Adam, AdamW
from rnnlab.runs.run import Run, load
from rnnlab.runs.schedules import Cosine, Exponential, OnPlateau, Ramp, Steady, Steps
from rnnlab.runs.store import Progress, Snapshot
from rnnlab.runs.streams import stream
from rnnlab.runs.training import Training

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "BinaryCrossEntropy",
    "CodeLoss",
    "Cosine",
    "CrossEntropy",
    "Experiment",
    "Exponential",
    "History",
    "MeanSquaredError",
    "OnPlateau",
    "Progress",
    "Ramp",
    "Run",
    "RunError",
    "Snapshot",
    "Steady",
    "Steps",
    "Training",
    "load",
    "stream",
]
