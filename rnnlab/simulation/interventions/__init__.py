"""Doing something to a network while it runs.

Whatever order they are given in, inputs are changed first, then weights (and currents, which count among them), then
states are kicked and shaken, then clamped, then lesioned. Among those of one sort the order given counts: two scalings
multiply, of two overrides or clamps of the same thing the last holds.
"""

from typing import TypeAlias

from rnnlab.simulation.interventions.base import Intervention, Span
from rnnlab.simulation.interventions.chosen import AnyUnits, Group
from rnnlab.simulation.interventions.inputs import InputNoise, InputOverride, InputPulse
from rnnlab.simulation.interventions.lesions import Clamp, Lesion
from rnnlab.simulation.interventions.pushes import Current, Kick, StateNoise
from rnnlab.simulation.interventions.weights import CutWeights, ReplaceWeights, ScaleWeights, WeightsInTime

AnyIntervention: TypeAlias = (
    Lesion
    | Clamp
    | CutWeights
    | ScaleWeights
    | ReplaceWeights
    | WeightsInTime
    | Kick
    | Current
    | StateNoise
    | InputPulse
    | InputOverride
    | InputNoise
)
"""What a description may name."""

__all__ = [
    "AnyIntervention",
    "AnyUnits",
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
    "ReplaceWeights",
    "ScaleWeights",
    "Span",
    "StateNoise",
    "WeightsInTime",
]
