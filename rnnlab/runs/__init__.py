"""A run on disk: what was to be trained, the weights, the history, and all that an exact resume needs."""

from rnnlab.runs.errors import RunError
from rnnlab.runs.experiment import Experiment, Training
from rnnlab.runs.history import History
from rnnlab.runs.run import Run, load
from rnnlab.runs.store import Progress, Snapshot
from rnnlab.runs.streams import stream

__all__ = ["Experiment", "History", "Progress", "Run", "RunError", "Snapshot", "Training", "load", "stream"]
