"""The network that a training begins with."""

from __future__ import annotations

from rnnlab.networks import Network
from rnnlab.runs.experiment import Experiment
from rnnlab.runs.streams import stream


def untrained(experiment: Experiment) -> Network:
    """The network a training of this experiment begins with."""
    task, rng = experiment.task, stream(experiment.seed, "initialise")
    return Network.initialised(experiment.network, task.n_inputs, task.n_outputs, rng, task.name)
