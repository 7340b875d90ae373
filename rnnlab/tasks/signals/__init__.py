"""What channels can do: one small frozen class for each kind, joined in the union `AnySignal`."""

from rnnlab.tasks.signals.base import Level, Place, Signal
from rnnlab.tasks.signals.history import ComparedSums, Delayed, LastPulse, RunningSum, TurnedBump
from rnnlab.tasks.signals.level import Hold, Ramp, Sequence, Sine
from rnnlab.tasks.signals.noise import Noise
from rnnlab.tasks.signals.pulses import Blocks, PulseTrain
from rnnlab.tasks.signals.ring import Bump

AnySignal = (
    Hold
    | Ramp
    | Sine
    | Sequence
    | Bump
    | PulseTrain
    | Blocks
    | LastPulse
    | Delayed
    | RunningSum
    | ComparedSums
    | TurnedBump
    | Noise
)
"""Every kind of signal that a channel may carry."""

__all__ = [
    "AnySignal",
    "Blocks",
    "Bump",
    "ComparedSums",
    "Delayed",
    "Hold",
    "LastPulse",
    "Level",
    "Noise",
    "Place",
    "PulseTrain",
    "Ramp",
    "RunningSum",
    "Sequence",
    "Signal",
    "Sine",
    "TurnedBump",
]
