"""Integration over time and around a circle, and patterns in time: sums, angles, sequences, oscillations."""

from __future__ import annotations

import math
from typing import Annotated

from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch, Remainder
from rnnlab.tasks.factors import Compare, Factor, Gate, Linear, Lookup
from rnnlab.tasks.library.papers import TOLMACHEV
from rnnlab.tasks.library.parts import line, neighbour, one_answer, ring, spacing
from rnnlab.tasks.library.random_dots import SONG
from rnnlab.tasks.library.settings import AngleTolerance, Baseline, NoiseLevel, count, judged, ms
from rnnlab.tasks.presets import Range, Setting, lasting, preset
from rnnlab.tasks.scoring import AngularError, RSquared
from rnnlab.tasks.signals import AnySignal, Blocks, Hold, RunningSum, Sine, TurnedBump
from rnnlab.tasks.task import Task

SIDES = ("right", "left")
Whole = Annotated[float, judged("Whole trial", "Length of a trial.", 6000)]
Gain = Annotated[float, Setting("Gain", "1/s", 0.1, 10, 0.1, "stimulus", "Of the sum, for a second at a level of 1.")]
Turning = Annotated[
    float, Setting("Turning", "rad/s", 1, 50, 0.5, "stimulus", "Radians turned in a second at a speed of 1.")
]
Shortest = Annotated[float, ms("Shortest block", "Least time between jumps of the speed.", 1000, low=10)]
Mean = Annotated[float, ms("Mean block", "Mean time between jumps of the speed.", 2000, low=10)]
Limits = Annotated[Range, judged("Pulse", "How long the pulse lasts.")]


def _blocks(low: float, shortest: float, mean: float, gap: float) -> tuple[Blocks, Blocks]:
    """The two halves of one train of blocks: to the right, and to the left."""
    train = Blocks(low, 1.0, shortest, mean, gap, source="speed")
    return train.replace(part="positive"), train.replace(part="negative")


def _sums(gain: float) -> tuple[Channel, ...]:
    """A sum to the right on one output, a sum to the left on the other."""
    right, left = SIDES
    return (
        Channel(right, (RunningSum(right, gain, minus=left, rectified=True),)),
        Channel(left, (RunningSum(left, gain, minus=right, rectified=True),)),
    )


def _integrating(
    name: str,
    says: str,
    shown: dict[str, AnySignal],
    task: dict[str, tuple[Channel, ...]],
    noise: float,
    factors: tuple[Factor, ...],
    epochs: tuple[Epoch, ...],
    scoring: RSquared | AngularError,
) -> Task:
    return Task(
        name=name,
        description=says,
        source=TOLMACHEV,
        factors=factors,
        epochs=epochs,
        inputs=(
            *(line(side, signal, noise=noise) for side, signal in shown.items()),
            line("constant", Hold(1.0), noise=noise),
        ),
        outputs=task["outputs"],
        scoring=scoring,
    )  # fmt: skip


def _whole(trial: float) -> tuple[Epoch, ...]:
    return (Epoch("trial", lasting((trial, trial)), scored=True),)


@preset("Integration")
def integration(
    *,
    trial: Whole = 2000.0,
    shortest: Shortest = 100.0,
    mean: Mean = 200.0,
    gap: Annotated[float, ms("Gap", "Time without input after each block.")] = 100.0,
    gain: Gain = 1.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """Blocks of input of random strength come on the right or on the left; the outputs report at all times the sum so
    far, right minus left: on one output where it is positive, on the other where it is negative.

    As trainRNNbrain's Integration, which leaves times and weight to its user: those here are rnnlab's. The sum is an
    integral over seconds, so that it does not depend on the time step.
    """
    positive, negative = _blocks(-1.0, shortest, mean, gap)
    return _integrating(
        "integration", "Report the sum of everything so far, right minus left.",
        dict(zip(SIDES, (positive, negative), strict=True)), {"outputs": _sums(gain)}, noise, (), _whole(trial),
        RSquared(),
    )  # fmt: skip


def _pulse() -> tuple[Factor, ...]:
    return (
        Factor("side", Choice((0, 1))),
        Factor("right", Gate("not", ("side",))),
        Factor("left", Gate("first", ("side",))),
    )


def _pulsed(pulse: Range, trial: float) -> tuple[Epoch, ...]:
    return (
        Epoch("wait", lasting((100.0, 100.0)), scored=True),
        Epoch("pulse", lasting(pulse), scored=True),
        Epoch("hold", Remainder(trial), scored=True),
    )


def _once() -> dict[str, AnySignal]:
    return {side: Hold(side, epochs=("pulse",)) for side in SIDES}


@preset("Integration of one pulse")
def integration_pulse(
    *,
    pulse: Limits = (100.0, 1500.0),
    trial: Whole = 2000.0,
    gain: Gain = 1.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """A single pulse of random length comes on the right or on the left, 100 ms into the trial; the outputs report how
    much has come so far, and hold it.

    As trainRNNbrain's IntegrationSimplified, which leaves times and weight to its user: those here are rnnlab's.
    """
    return _integrating(
        "integration_pulse", "Report how long the pulse has lasted so far.", _once(), {"outputs": _sums(gain)}, noise,
        _pulse(), _pulsed(pulse, trial), RSquared(),
    )  # fmt: skip


def _turned(n: int, turning: float) -> tuple[Channel, ...]:
    right, left = SIDES
    return tuple(
        Channel(
            f"angle_{i}",
            (TurnedBump(0.0, i * spacing(n), spacing(n), shape="linear", channel=right, minus=left, gain=turning),),
        )
        for i in range(n)
    )


RingSize = Annotated[int, count("Outputs", "Channels on the ring.", 3, 12, 64)]


@preset("Integration of an angle")
def angle_integration(
    *,
    trial: Whole = 2200.0,
    shortest: Shortest = 100.0,
    mean: Mean = 220.0,
    turning: Turning = 15.0,
    n_outputs: RingSize = 3,
    noise: NoiseLevel = 0.0,
) -> Task:
    """The speed of turning, to the right or to the left, jumps from time to time; a ring of outputs reports at all
    times the angle turned so far: the compass in the head, which without landmarks can only add up.

    As trainRNNbrain's AngleIntegration (220 steps of a tenth of the time constant, 10 ms each here; 0.15 rad a step at
    full speed; about ten blocks). The first 100 ms are not judged, as there.
    """
    positive, negative = _blocks(-1.0, shortest, mean, 0.0)
    epochs = (Epoch("start", lasting((100.0, 100.0))), Epoch("turning", Remainder(trial), scored=True))
    return _integrating(
        "angle_integration", "Report the angle turned so far.", dict(zip(SIDES, (positive, negative), strict=True)),
        {"outputs": _turned(n_outputs, turning)}, noise, (), epochs, RSquared(),
    )  # fmt: skip


@preset("Integration of one turn")
def angle_integration_pulse(
    *,
    pulse: Limits = (100.0, 1500.0),
    trial: Whole = 2000.0,
    turning: Turning = 4.0,
    n_outputs: RingSize = 3,
    noise: NoiseLevel = 0.0,
) -> Task:
    """A single turn of random length, to the right or to the left, 100 ms into the trial; a ring of outputs reports the
    angle turned so far, and holds it.

    As trainRNNbrain's AngleIntegrationSimplified, which leaves times and weight to its user: those here are rnnlab's.
    """
    return _integrating(
        "angle_integration_pulse", "Report the angle turned so far, and hold it.", _once(),
        {"outputs": _turned(n_outputs, turning)}, noise, _pulse(), _pulsed(pulse, trial), RSquared(),
    )  # fmt: skip


@preset("Addition of angles")
def angle_addition(
    *,
    look: Annotated[float, ms("First look", "Time with the angles before the answer.")] = 300.0,
    answer: Annotated[float, judged("Answer", "How long angles and answer go together.")] = 900.0,
    n_channels: Annotated[int, count("Channels", "On each of the three rings.", 3, 12, 64)] = 6,
    n_angles: Annotated[int, count("Angles", "How many each ring can show.", 2, 15, 360)] = 15,
    noise: NoiseLevel = 0.0,
    tolerance: AngleTolerance = 0.2,
) -> Task:
    """Two rings of inputs show an angle each; a ring of outputs reports their sum: where a target is in the head's
    frame of reference, given where it is on the retina and where the eyes point.

    As trainRNNbrain's ReferenceFrame or AngleAddition (two-neighbour code, 15 x 15 angles, 120 steps of 10 ms, judged
    from 300 ms on). There the angles went away at 200 ms and the target with them, before it was judged; here both
    stay.
    """
    angles = tuple(2 * math.pi * i / n_angles for i in range(n_angles))
    return Task(
        name="angle_addition",
        description="Report the sum of two angles.",
        source=TOLMACHEV,
        factors=(
            Factor("angle_1", Choice(angles)),
            Factor("angle_2", Choice(angles)),
            Factor("sum", Linear((("angle_1", 1.0), ("angle_2", 1.0)))),
        ),
        epochs=(
            Epoch("look", lasting((look, look))),
            Epoch("answer", lasting((answer, answer)), scored=True),
        ),
        inputs=(
            *ring("first", "angle_1", n_channels, noise=noise),
            *ring("second", "angle_2", n_channels, noise=noise),
        ),
        outputs=tuple(Channel(f"sum_{i}", (neighbour("sum", i, n_channels, "answer"),)) for i in range(n_channels)),
        scoring=AngularError(tolerance, code="linear", chance=one_answer(n_angles, tolerance)),
    )


# ------------------------------------------------------------------------------------------ patterns in time

SEQUENCES = ((5, 1, 0), (3, 1, 2), (3, 7, 8), (5, 7, 6), (5, 1, 2), (3, 1, 0), (3, 7, 6), (5, 7, 8))
"""Dots of a 3 x 3 grid (counted by rows) that the eyes visit from the middle, dot 4, in each of eight sequences."""

OPTIONS = {4: (3, 5), 5: (1, 7), 3: (1, 7), 1: (0, 2), 7: (6, 8)}
"""The two dots that are offered beside the current one."""


@preset("Sequences of eye movements")
def eye_sequences(
    *,
    rest: Annotated[float, ms("Rest", "Time before fixation, not judged.")] = 1000.0,
    fixation: Annotated[float, judged("Fixation", "Time with the middle dot.")] = 1000.0,
    movement: Annotated[float, judged("Movement", "Time for each of the three movements.")] = 500.0,
    noise: NoiseLevel = 0.01,
    baseline: Baseline = 0.0,
) -> Task:
    """One of eight cues tells which sequence of three eye movements to make on a grid of nine dots; at each movement
    the present dot and the two it may go to are shown. The outputs are the horizontal and the vertical position of
    the eye.

    As pycog's lee (Figure 8): the cue is on for the whole trial; everything but the rest is judged. What is stated of
    it contradicts itself: a trial of 4000 ms, and epochs of 1000, 1000 and three times 500 ms, which make 3500. The
    epochs are kept, because inputs and targets are told by them, and the trial ends with the last movement: nothing
    says what the eye should do in the 500 ms left over. All inputs of pycog have a baseline of 0.2, which is
    ``baseline=0.2`` here; by itself there is none, so that a dot or a cue that is off is told by 0. Inputs are not cut
    at zero here, which is up to the network. Where pycog trained until the root mean square error was at most 0.05, the
    score here is R².
    """
    visited = tuple((4, *sequence) for sequence in SEQUENCES)
    phases = ("movement_1", "movement_2", "movement_3")

    def dot(k: int) -> Channel:
        held = [Hold(1.0, epochs=("fixation",))] if k == 4 else []
        held += [Hold(f"dot_{k}_{i}", epochs=(phase,)) for i, phase in enumerate(phases)]
        return line(f"dot_{k}", *held, noise=noise, baseline=baseline)

    def lit(k: int, i: int) -> tuple[float, ...]:
        return tuple(float(k in (dots[i], *OPTIONS[dots[i]])) for dots in visited)

    def place(axis: int, i: int) -> tuple[float, ...]:
        """Where the eye should be during movement i, -0.5 to 0.5; the vertical axis points up."""
        return tuple((dots[i + 1] % 3 - 1) / 2 if axis == 0 else (1 - dots[i + 1] // 3) / 2 for dots in visited)

    cues = range(len(SEQUENCES))
    return Task(
        name="eye_sequences",
        description="Move the eyes in the sequence that the cue asks for.",
        source=f"Lee, Seitz & Assad 2006, Journal of Neurophysiology 95; {SONG}",
        factors=(
            Factor("sequence", Choice(tuple(cues))),
            *(Factor(f"cue_{i}", Compare("sequence", "==", float(i))) for i in cues),
            *(Factor(f"dot_{k}_{i}", Lookup("sequence", lit(k, i))) for k in range(9) for i in range(3)),
            *(Factor(f"{axis}_{i}", Lookup("sequence", place(a, i))) for a, axis in enumerate("xy") for i in range(3)),
        ),
        epochs=(
            Epoch("rest", lasting((rest, rest))),
            Epoch("fixation", lasting((fixation, fixation)), scored=True),
            *(Epoch(phase, lasting((movement, movement)), scored=True) for phase in phases),
        ),
        inputs=(
            *(dot(k) for k in range(9)),
            *(line(f"cue_{i}", Hold(f"cue_{i}"), noise=noise, baseline=baseline) for i in cues),
        ),
        outputs=tuple(
            Channel(
                axis,
                (
                    Hold(0.0, epochs=("fixation",)),
                    *(Hold(f"{axis}_{i}", epochs=(phase,)) for i, phase in enumerate(phases)),
                ),
            )
            for axis in "xy"
        ),
        scoring=RSquared(),
    )


@preset("Sine wave")
def sine_wave(
    *,
    period: Annotated[float, judged("Period", "Of the oscillation.")] = 800.0,
    n_periods: Annotated[int, count("Periods", "How many make a trial.", 1, 10, 100)] = 2,
    amplitude: Annotated[float, Setting("Amplitude", "", 0.1, 2, 0.1, "stimulus", "Of the oscillation.")] = 0.9,
) -> Task:
    """There is no input: the output has to go up and down as a sine wave, for which a network needs a limit cycle.

    As pycog's sinewave: 0.9 sin(2π t / 800 ms) for two periods, all judged. pycog trained until the root mean square
    error was at most 0.05; the score here is R².
    """
    return Task(
        name="sine_wave",
        description="Oscillate.",
        source=SONG,
        epochs=(Epoch("oscillation", lasting((n_periods * period,) * 2), scored=True),),
        outputs=(Channel("wave", (Sine(period, amplitude),)),),
        scoring=RSquared(),
    )
