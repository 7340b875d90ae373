"""Settings that many tasks of the library share."""

from __future__ import annotations

from typing import Annotated

from rnnlab.tasks.presets import Setting

STEP_NOISE = 1 / 20**0.5
"""σ of a noise that is drawn with standard deviation 1 at every step of 10 ms."""

NoiseLevel = Annotated[
    float,
    Setting("Input noise", "", 0, 0.5, 0.005, "noise", "Standard deviation of a leaky unit (100 ms) driven by it."),
]
Baseline = Annotated[float, Setting("Baseline", "", 0, 1, 0.05, "noise", "Level on every input in the whole trial.")]
High = Annotated[float, Setting("Target, chosen", "", -2, 2, 0.05, "trial", "Target of the chosen output.")]
Low = Annotated[float, Setting("Target, other", "", -2, 2, 0.05, "trial", "Target of the other outputs.")]
Catch = Annotated[
    float, Setting("Catch trials", "", 0, 0.9, 0.01, "trial", "Fraction of trials in which nothing is shown.", 0.95)
]
Tolerance = Annotated[
    float, Setting("Tolerance", "", 0.05, 1, 0.05, "trial", "How far from its target an output may be.")
]
AngleTolerance = Annotated[
    float, Setting("Tolerance", "rad", 0.05, 1.5, 0.05, "trial", "How far from its target an angle may be.", 3.0)
]


def ms(label: str, help: str, high: float = 2000, *, low: float = 0) -> Setting:
    """A duration."""
    return Setting(label, "ms", low, high, 10, "epochs", help)


def judged(label: str, help: str, high: float = 2000) -> Setting:
    """The duration of an epoch in which the network is judged, so that it cannot be 0."""
    return ms(label, help, high, low=10)


def grace(help: str = "Time at the start of the answer that is not judged.") -> Setting:
    return Setting("Grace", "ms", 0, 500, 10, "trial", help)


def strength(label: str, help: str, low: float = 0, high: float = 1, step: float = 0.05) -> Setting:
    """A property of the stimulus."""
    return Setting(label, "", low, high, step, "stimulus", help)


def count(label: str, help: str, low: int, high: int, limit: int) -> Setting:
    """A whole number of things."""
    return Setting(label, "", low, high, 1, "stimulus", help, limit)
