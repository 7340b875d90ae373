"""Networks run with NumPy alone: trajectories, and interventions such as lesions."""

from rnnlab.simulation.interventions import (
    AnyIntervention,
    Clamp,
    Current,
    CutWeights,
    Group,
    InputNoise,
    InputOverride,
    InputPulse,
    Intervention,
    Kick,
    Lesion,
    ReplaceWeights,
    ScaleWeights,
    StateNoise,
    WeightsInTime,
)
from rnnlab.simulation.pairs import Pairs, pairs
from rnnlab.simulation.protocol import Protocol
from rnnlab.simulation.simulate import simulate
from rnnlab.simulation.simulator import Simulator
from rnnlab.simulation.trajectory import Trajectory

__all__ = [
    "AnyIntervention",
    "Clamp",
    "Current",
    "CutWeights",
    "Group",
    "InputNoise",
    "InputOverride",
    "InputPulse",
    "Intervention",
    "Kick",
    "Lesion",
    "Pairs",
    "Protocol",
    "ReplaceWeights",
    "ScaleWeights",
    "Simulator",
    "StateNoise",
    "Trajectory",
    "WeightsInTime",
    "pairs",
    "simulate",
]
