"""Delayed responses under a fixation cue: go, anti, match, and the same on a circle."""

from __future__ import annotations

import math
from typing import Annotated

from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Uniform
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Compare, Component, Factor, Gate, Lookup, Rotate
from rnnlab.tasks.library.settings import AngleTolerance, NoiseLevel, count, grace, judged, ms
from rnnlab.tasks.presets import Range, lasting, preset
from rnnlab.tasks.scoring import AngularError, AnyScoring, LargestMean
from rnnlab.tasks.signals import Hold, Noise
from rnnlab.tasks.task import Task

YANG = "Yang, Joglekar, Song, Newsome & Wang 2019, Nature Neuroscience 22"
RESPONSES = ("response_1", "response_2")

Fixation = Annotated[Range, judged("Fixation", "Time before the stimulus.")]
Stimulus = Annotated[Range, judged("Stimulus", "How long a stimulus is shown.")]
Delay = Annotated[Range, judged("Delay", "How long it has to be remembered.")]
Go = Annotated[Range, judged("Go", "How long the answer is given, once fixation is off.")]
Smoothing = Annotated[Range, ms("Smoothing", "Width of the moving average over the inputs.", 1000)]
Grace = Annotated[float, grace("Time at the start of the answer that is not judged.")]
NOTE = "multitask-networks"


def _task(
    name: str,
    says: str,
    factors: tuple[Factor, ...],
    stimuli: tuple[tuple[Hold, ...], tuple[Hold, ...]],
    periods: tuple[tuple[str, Range], ...],
    scoring: AnyScoring,
    smoothing: Range,
    grace: float,
    noise: float,
    source: str = YANG,
) -> Task:
    """Fixation and two stimulus inputs; fixation and the factors ``target_1`` and ``target_2`` as outputs."""
    before = tuple(period for period, _ in periods if period != "go")
    channels = (("fixation", (Hold(1.0, epochs=before),)), ("stimulus_1", stimuli[0]), ("stimulus_2", stimuli[1]))
    return Task(
        name=name,
        description=says,
        source=source,
        factors=(Factor("smoothing", Uniform(*smoothing)), *factors),
        epochs=tuple(
            Epoch(period, lasting(time), scored=True, grace=grace if period == "go" else 0.0)
            for period, time in periods
        ),
        inputs=tuple(Channel(n, (*signals, Noise(noise)), smooth="smoothing") for n, signals in channels),
        outputs=(
            Channel("fixation", (Hold(1.0, epochs=before), Hold(0.0, epochs=("go",)))),
            *(
                Channel(response, (Hold(0.0, epochs=before), Hold(f"target_{i}", epochs=("go",))))
                for i, response in enumerate(RESPONSES, start=1)
            ),
        ),
        scoring=scoring,
    )


def _periods(fixation: Range, stimulus: Range, delay: Range, go: Range) -> tuple[tuple[str, Range], ...]:
    return ("fixation", fixation), ("stimulus", stimulus), ("delay", delay), ("go", go)


def _go(name: str, says: str, anti: bool, periods: tuple[tuple[str, Range], ...], *rest: float | Range) -> Task:
    smoothing, grace, noise = rest
    factors = (
        Factor("side", Choice((0, 1))),
        Factor("left", Gate("not", ("side",))),
        Factor("target_1", Lookup("side", (0.0, 1.0) if anti else (1.0, 0.0))),
        Factor("target_2", Lookup("side", (1.0, 0.0) if anti else (0.0, 1.0))),
    )
    stimuli = (Hold("left", epochs=("stimulus",)),), (Hold("side", epochs=("stimulus",)),)
    scoring = LargestMean(("go",), outputs=RESPONSES)
    return _task(name, says, factors, stimuli, periods, scoring, smoothing, grace, noise)  # type: ignore[arg-type]


@preset("Delayed go")
def delay_go(
    *,
    fixation: Fixation = (300.0, 700.0),
    stimulus: Stimulus = (200.0, 1600.0),
    delay: Delay = (200.0, 1600.0),
    go: Go = (300.0, 700.0),
    smoothing: Smoothing = (20.0, 400.0),
    grace: Grace = 50.0,
    noise: NoiseLevel = 0.01,
) -> Task:
    """One of two stimuli flashes; after a delay the fixation light goes off, and the animal responds on the side of the
    stimulus. Until then it fixates.

    As DelayGo of the multitask-networks project. Durations are drawn for every trial, not once a batch; the grace is 50
    ms (a tenth of a typical go period, as there); the noise, which is not stated there, is small.
    """
    says = "Respond on the side of the stimulus, after a delay."
    return _go("delay_go", says, False, _periods(fixation, stimulus, delay, go), smoothing, grace, noise)


@preset("Delayed anti")
def delay_anti(
    *,
    fixation: Fixation = (300.0, 700.0),
    stimulus: Stimulus = (200.0, 1600.0),
    delay: Delay = (200.0, 1600.0),
    go: Go = (300.0, 700.0),
    smoothing: Smoothing = (20.0, 400.0),
    grace: Grace = 50.0,
    noise: NoiseLevel = 0.01,
) -> Task:
    """One of two stimuli flashes; after a delay the fixation light goes off, and the animal responds on the side where
    there was no stimulus. Until then it fixates.

    As DelayAnti of the multitask-networks project; departs from it as delay_go does.
    """
    says = "Respond on the side opposite to the stimulus, after a delay."
    return _go("delay_anti", says, True, _periods(fixation, stimulus, delay, go), smoothing, grace, noise)


def _angle(
    name: str,
    says: str,
    turn: float,
    n_angles: int,
    tolerance: float,
    periods: tuple[tuple[str, Range], ...],
    *rest: float | Range,
) -> Task:
    smoothing, grace, noise = rest
    factors = (
        Factor("angle", Choice(tuple(2 * math.pi * i / n_angles for i in range(n_angles)))),
        Factor("answer", Rotate("angle", turn)),
        Factor("sine", Component("angle", "sin")),
        Factor("cosine", Component("angle", "cos")),
        Factor("target_1", Component("answer", "sin")),
        Factor("target_2", Component("answer", "cos")),
    )
    stimuli = (Hold("sine", epochs=("stimulus",)),), (Hold("cosine", epochs=("stimulus",)),)
    scoring = AngularError(tolerance, code="vector", epochs=("go",), outputs=RESPONSES)
    return _task(name, says, factors, stimuli, periods, scoring, smoothing, grace, noise)  # type: ignore[arg-type]


Angles = Annotated[int, count("Angles", "How many directions there are.", 2, 16, 360)]


@preset("Delayed go, angles")
def delay_go_angle(
    *,
    n_angles: Angles = 8,
    fixation: Fixation = (300.0, 700.0),
    stimulus: Stimulus = (200.0, 1600.0),
    delay: Delay = (200.0, 1600.0),
    go: Go = (300.0, 700.0),
    smoothing: Smoothing = (20.0, 400.0),
    grace: Grace = 50.0,
    noise: NoiseLevel = 0.01,
    tolerance: AngleTolerance = math.pi / 8,
) -> Task:
    """A direction is shown as its sine and cosine; after a delay the fixation light goes off, and the animal responds
    in that direction. Until then it fixates.

    As DelayGoContinuous of the multitask-networks project, with the fixation input off in go; departs from it as
    delay_go does. Right is a direction nearer to the target's than to its neighbours'.
    """
    says = "Respond in the direction of the stimulus, after a delay."
    periods = _periods(fixation, stimulus, delay, go)
    return _angle("delay_go_angle", says, 0.0, n_angles, tolerance, periods, smoothing, grace, noise)


@preset("Delayed anti, angles")
def delay_anti_angle(
    *,
    n_angles: Angles = 8,
    fixation: Fixation = (300.0, 700.0),
    stimulus: Stimulus = (200.0, 1600.0),
    delay: Delay = (200.0, 1600.0),
    go: Go = (300.0, 700.0),
    smoothing: Smoothing = (20.0, 400.0),
    grace: Grace = 50.0,
    noise: NoiseLevel = 0.01,
    tolerance: AngleTolerance = math.pi / 8,
) -> Task:
    """A direction is shown as its sine and cosine; after a delay the fixation light goes off, and the animal responds
    in the opposite direction. Until then it fixates.

    As DelayAntiContinuous of the multitask-networks project, where the opposite is θ + π; departs from it as
    delay_go_angle does.
    """
    says = "Respond opposite to the direction of the stimulus, after a delay."
    periods = _periods(fixation, stimulus, delay, go)
    return _angle("delay_anti_angle", says, math.pi, n_angles, tolerance, periods, smoothing, grace, noise)


def _match(name: str, says: str, respond_to: str, periods: tuple[tuple[str, Range], ...], *rest: float | Range) -> Task:
    smoothing, grace, noise = rest
    factors = (
        Factor("first", Choice((0, 1))),
        Factor("second", Choice((0, 1))),
        Factor("not_first", Gate("not", ("first",))),
        Factor("not_second", Gate("not", ("second",))),
        Factor("same", Compare("first", "==", "second")),
        Factor("different", Compare("first", "!=", "second")),
        Factor("target_1", Gate("and", (respond_to, "not_second"))),
        Factor("target_2", Gate("and", (respond_to, "second"))),
    )
    stimuli = (
        (Hold("not_first", epochs=("first",)), Hold("not_second", epochs=("second",))),
        (Hold("first", epochs=("first",)), Hold("second", epochs=("second",))),
    )
    # A network that keeps still is right in half of the trials, which no other constant answer is.
    scoring = LargestMean(("go",), threshold=0.5, chance=0.5, outputs=RESPONSES)
    return _task(name, says, factors, stimuli, periods, scoring, smoothing, grace, noise)  # type: ignore[arg-type]


Second = Annotated[Range, judged("Second delay", "Time from the second stimulus to the answer.")]


def _match_periods(
    fixation: Range, stimulus: Range, delay: Range, second_delay: Range, go: Range
) -> tuple[tuple[str, Range], ...]:
    return (
        ("fixation", fixation),
        ("first", stimulus),
        ("delay", delay),
        ("second", stimulus),
        ("second_delay", second_delay),
        ("go", go),
    )


@preset("Delayed match response")
def delay_match(
    *,
    fixation: Fixation = (300.0, 700.0),
    stimulus: Stimulus = (200.0, 1600.0),
    delay: Delay = (200.0, 1600.0),
    second_delay: Second = (200.0, 1600.0),
    go: Go = (300.0, 700.0),
    smoothing: Smoothing = (20.0, 400.0),
    grace: Grace = 50.0,
    noise: NoiseLevel = 0.01,
) -> Task:
    """Two stimuli come one after the other, each on one of two sides. If both were on the same side the animal responds
    there when the fixation light goes off; otherwise it makes no response at all.

    As DelayMatchToSample of the multitask-networks project; departs from it as delay_go does. An output below one half
    is no response.
    """
    says = "Respond on the side of two stimuli if it was the same one."
    periods = _match_periods(fixation, stimulus, delay, second_delay, go)
    return _match("delay_match", says, "same", periods, smoothing, grace, noise)


@preset("Delayed non-match response")
def delay_antimatch(
    *,
    fixation: Fixation = (300.0, 700.0),
    stimulus: Stimulus = (200.0, 1600.0),
    delay: Delay = (200.0, 1600.0),
    second_delay: Second = (200.0, 1600.0),
    go: Go = (300.0, 700.0),
    smoothing: Smoothing = (20.0, 400.0),
    grace: Grace = 50.0,
    noise: NoiseLevel = 0.01,
) -> Task:
    """Two stimuli come one after the other, each on one of two sides. If they were on different sides the animal
    responds on that of the second when the fixation light goes off; otherwise it makes no response at all.

    As DelayAntiMatchToSample of the multitask-networks project; departs from it as delay_match does.
    """
    says = "Respond on the side of the second of two stimuli if the first was on the other."
    periods = _match_periods(fixation, stimulus, delay, second_delay, go)
    return _match("delay_antimatch", says, "different", periods, smoothing, grace, noise)
