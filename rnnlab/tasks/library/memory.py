"""Memory of a value: hold a number, an angle or a direction until it is asked for."""

from __future__ import annotations

import math
from typing import Annotated

from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Uniform
from rnnlab.tasks.epochs import Epoch, Until
from rnnlab.tasks.factors import Component, Factor, Rotate
from rnnlab.tasks.library.papers import TOLMACHEV
from rnnlab.tasks.library.parts import line, neighbour, ring
from rnnlab.tasks.library.settings import (
    AngleTolerance,
    NoiseLevel,
    count,
    grace,
    judged,
    ms,
)
from rnnlab.tasks.presets import Range, Setting, lasting, preset
from rnnlab.tasks.scoring import AngularError, RSquared
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task

Onset = Annotated[Range, judged("Onset", "When the stimulus comes.")]
Stimulus = Annotated[float, ms("Stimulus", "How long it is shown.", low=10)]
RecallOnset = Annotated[float, judged("Onset of recall", "From the start of the trial.", 4000)]
Recall = Annotated[float, judged("Recall", "How long it is reported.")]
Grace = Annotated[float, grace("Time at the start of recall that is not judged.")]
BEFORE = ("onset", "stimulus", "delay")


def _recalled(onset: Range, stimulus: float, recall_onset: float, recall: float, grace: float) -> tuple[Epoch, ...]:
    """Everything is judged; recall begins at a fixed time, whatever the onset of the stimulus."""
    return (
        Epoch("onset", lasting(onset), scored=True),
        Epoch("stimulus", lasting((stimulus, stimulus)), scored=True),
        Epoch("delay", Until(recall_onset, recall_onset), scored=True),
        Epoch("recall", lasting((recall, recall)), scored=True, grace=grace),
    )


@preset("Memory for a number")
def memory_number(
    *,
    onset: Onset = (20.0, 390.0),
    stimulus: Stimulus = 100.0,
    recall_onset: RecallOnset = 600.0,
    recall: Recall = 600.0,
    grace: Grace = 200.0,
    limits: Annotated[Range, Setting("Numbers", "", -2, 2, 0.1, "stimulus", "The least and the greatest.")] = (
        0.0,
        1.0,
    ),
    noise: NoiseLevel = 0.0,
) -> Task:
    """A number is shown briefly, as the level of an input; it has to be reported when the recall cue comes on, and zero
    until then. The sheet of memory that learns it is a line attractor.

    As trainRNNbrain's MemoryNumber (120 steps of a tenth of the time constant, 10 ms each here; onset 200 ms jittered
    by -200 to +190, but not in the first 20 ms). Numbers are drawn, not 256 evenly spaced ones.
    """
    return _number(
        "memory_number", 1.0, limits, _recalled(onset, stimulus, recall_onset, recall, grace), noise, constant=True
    )


@preset("Memory for the opposite number")
def memory_anti_number(
    *,
    onset: Onset = (20.0, 1400.0),
    stimulus: Stimulus = 100.0,
    recall_onset: RecallOnset = 1600.0,
    recall: Recall = 1600.0,
    grace: Grace = 100.0,
    limits: Annotated[Range, Setting("Numbers", "", -2, 2, 0.1, "stimulus", "The least and the greatest.")] = (
        -2.0,
        2.0,
    ),
    noise: NoiseLevel = 0.0,
) -> Task:
    """A number is shown briefly, as the level of an input; minus that number has to be reported when the recall cue
    comes on, and zero until then.

    As the MemoryAntiNumber first published with RNN_training_pipeline (320 steps of 10 ms, 32 numbers; drawn from the
    whole range here; a grace of 100 ms, which is not stated there).
    """
    return _number(
        "memory_anti_number", -1.0, limits, _recalled(onset, stimulus, recall_onset, recall, grace), noise, False
    )


def _number(name: str, gain: float, limits: Range, epochs: tuple[Epoch, ...], noise: float, constant: bool) -> Task:
    one = (line("constant", Hold(1.0), noise=noise),) if constant else ()
    return Task(
        name=name,
        description="Report the number shown" if gain > 0 else "Report minus the number shown",
        source=TOLMACHEV,
        factors=(Factor("value", Uniform(*limits)),),
        epochs=epochs,
        inputs=(
            line("value", Hold("value", epochs=("stimulus",)), noise=noise),
            line("recall", Hold(1.0, epochs=("recall",)), noise=noise),
            *one,
        ),
        outputs=(Channel("value", (Hold(0.0, epochs=BEFORE), Hold("value", gain=gain, epochs=("recall",)))),),
        scoring=RSquared(),
    )


@preset("Memory for the opposite angle")
def memory_anti_angle(
    *,
    onset: Onset = (20.0, 200.0),
    stimulus: Stimulus = 100.0,
    recall_onset: RecallOnset = 1200.0,
    recall: Recall = 800.0,
    grace: Grace = 100.0,
    n_channels: Annotated[int, count("Channels", "Inputs and outputs on the ring.", 3, 12, 64)] = 3,
    noise: NoiseLevel = 0.0,
    tolerance: AngleTolerance = 0.3,
) -> Task:
    """An angle is shown briefly on a ring of inputs, two neighbours of which share it; when the recall cue comes on the
    opposite angle has to be reported in the same code. The memory that learns it is a ring attractor.

    As trainRNNbrain's MemoryAntiAngle (200 steps of a tenth of the time constant, 10 ms each here; 71 angles, drawn
    from the whole circle here). The jitter of 100 ms is on, where its batches ignored it.
    """
    turned = (
        Channel(f"angle_{i}", (Hold(0.0, epochs=BEFORE), neighbour("opposite", i, n_channels, "recall")))
        for i in range(n_channels)
    )
    return Task(
        name="memory_anti_angle",
        description="Report the angle opposite to the one shown.",
        source=TOLMACHEV,
        factors=(Factor("angle", Uniform(0, 2 * math.pi)), Factor("opposite", Rotate("angle"))),
        epochs=_recalled(onset, stimulus, recall_onset, recall, grace),
        inputs=(
            *ring("angle", "angle", n_channels, "stimulus", noise=noise),
            line("constant", Hold(1.0), noise=noise),
            line("recall", Hold(1.0, epochs=("recall",)), noise=noise),
        ),
        outputs=tuple(turned),
        scoring=AngularError(tolerance, code="linear", epochs=("recall",)),
    )


@preset("Memory for the opposite direction")
def memory_anti_direction(
    *,
    onset: Onset = (20.0, 1400.0),
    stimulus: Stimulus = 100.0,
    recall_onset: RecallOnset = 1600.0,
    recall: Recall = 1600.0,
    grace: Grace = 100.0,
    n_angles: Annotated[int, count("Angles", "How many directions there are.", 2, 36, 360)] = 36,
    amplitude: Annotated[float, Setting("Amplitude", "", 0.1, 4, 0.1, "stimulus", "Length of the vector.")] = 2.0,
    noise: NoiseLevel = 0.0,
    tolerance: AngleTolerance = 0.3,
) -> Task:
    """A direction is shown briefly as its cosine and sine; when the recall cue comes on the opposite direction has to
    be reported in the same way.

    As the MemoryAntiAngle first published with RNN_training_pipeline (320 steps of 10 ms, 36 angles; a grace of 100 ms,
    which is not stated there).
    """
    axes = ("cos", "sin")
    return Task(
        name="memory_anti_direction",
        description="Report the direction opposite to the one shown.",
        source=TOLMACHEV,
        factors=(
            Factor("angle", Choice(tuple(2 * math.pi * i / n_angles for i in range(n_angles)))),
            Factor("opposite", Rotate("angle")),
            Factor("cos", Component("angle", "cos", amplitude)),
            Factor("sin", Component("angle", "sin", amplitude)),
            Factor("opposite_cos", Component("opposite", "cos", amplitude)),
            Factor("opposite_sin", Component("opposite", "sin", amplitude)),
        ),
        epochs=_recalled(onset, stimulus, recall_onset, recall, grace),
        inputs=(
            *(line(axis, Hold(axis, epochs=("stimulus",)), noise=noise) for axis in axes),
            line("recall", Hold(1.0, epochs=("recall",)), noise=noise),
        ),
        outputs=tuple(
            Channel(axis, (Hold(0.0, epochs=BEFORE), Hold(f"opposite_{axis}", epochs=("recall",)))) for axis in axes
        ),
        scoring=AngularError(tolerance, code="vector", epochs=("recall",)),
    )
