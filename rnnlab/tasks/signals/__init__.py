"""What channels can do: one small frozen class for each kind, joined in the union `AnySignal`."""

from rnnlab.tasks.signals.base import Level, Place, Signal
from rnnlab.tasks.signals.history import LastPulse, RunningSum
from rnnlab.tasks.signals.level import Hold, Ramp, Sine
from rnnlab.tasks.signals.noise import Noise
from rnnlab.tasks.signals.pulses import PulseTrain
from rnnlab.tasks.signals.ring import Bump

AnySignal = Hold | Ramp | Sine | Bump | PulseTrain | LastPulse | RunningSum | Noise
"""Every kind of signal that a channel may carry."""

__all__ = [
    "AnySignal",
    "Bump",
    "Hold",
    "LastPulse",
    "Level",
    "Noise",
    "Place",
    "PulseTrain",
    "Ramp",
    "RunningSum",
    "Signal",
    "Sine",
]
