"""Delayed discrimination: was the first or the second of two stimuli the higher one?"""

from __future__ import annotations

from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Factor, Linear, Lookup
from rnnlab.tasks.presets import Pairs, Range, Setting, check_answer, lasting, preset
from rnnlab.tasks.scoring import LargestMean
from rnnlab.tasks.signals import Hold, Noise
from rnnlab.tasks.task import Task

NAME = "delayed_discrimination"


@preset("Delayed discrimination")
def delayed_discrimination(
    *,
    fixation: Annotated[Range, Setting("Fixation", "ms", 0, 2000, 10, "epochs", "Time before the first stimulus.")] = (
        0.0,
        250.0,
    ),
    stimulus_1: Annotated[Range, Setting("First stimulus", "ms", 0, 2000, 10, "epochs", "How long f1 is shown.")] = (
        100.0,
        500.0,
    ),
    delay: Annotated[Range, Setting("Delay", "ms", 0, 4000, 10, "epochs", "How long f1 has to be remembered.")] = (
        0.0,
        500.0,
    ),
    stimulus_2: Annotated[Range, Setting("Second stimulus", "ms", 0, 2000, 10, "epochs", "How long f2 is shown.")] = (
        100.0,
        500.0,
    ),
    decision: Annotated[Range, Setting("Decision", "ms", 0, 2000, 10, "epochs", "How long the answer is given.")] = (
        100.0,
        250.0,
    ),
    pairs: Annotated[
        Pairs, Setting("Pairs", "Hz", 0, 50, 1, "stimulus", "The two frequencies of a trial, shown in either order.")
    ] = ((18.0, 10.0), (22.0, 14.0), (26.0, 18.0), (30.0, 22.0), (34.0, 26.0)),
    noise: Annotated[
        float,
        Setting("Input noise", "", 0, 0.5, 0.005, "noise", "Standard deviation of a leaky unit (100 ms) driven by it."),
    ] = 0.01,
    high: Annotated[float, Setting("Target, chosen", "", -2, 2, 0.05, "trial", "Target of the chosen output.")] = 1.0,
    low: Annotated[float, Setting("Target, other", "", -2, 2, 0.05, "trial", "Target of the other output.")] = 0.2,
) -> Task:
    """Two vibrations are felt one after the other; the higher one has to be named after the second. The first must be
    remembered over the delay (parametric working memory).

    Frequencies f are coded twice, rising as 0.4 + 0.8 (f - 10) / 24 and falling as 0.4 + 0.8 (34 - f) / 24. As in
    PsychRNN, but stimuli and decision last at least 100 ms: there they could last no time at all, and a trial without a
    decision counted as correct. Trials are as long as their epochs.
    """
    check_answer(NAME, high, low)
    _check_pairs(pairs)
    _check_decision(decision)
    return Task(
        name=NAME,
        description="Was the first or the second of two stimuli the higher one? Answer after the second.",
        source="Romo, Brody, Hernández & Lemus 1999, Nature 399",
        factors=(
            Factor("pair", Choice(tuple(range(len(pairs))))),
            Factor("order", Choice((0, 1))),
            Factor("higher", Lookup("pair", tuple(max(pair) for pair in pairs))),
            Factor("lower", Lookup("pair", tuple(min(pair) for pair in pairs))),
            Factor("f1", Lookup("order", ("higher", "lower"))),
            Factor("f2", Lookup("order", ("lower", "higher"))),
            Factor("difference", Linear((("f2", 1.0), ("f1", -1.0)))),
            Factor("target_0", Lookup("order", (high, low))),
            Factor("target_1", Lookup("order", (low, high))),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation)),
            Epoch("stimulus_1", lasting(stimulus_1)),
            Epoch("delay", lasting(delay)),
            Epoch("stimulus_2", lasting(stimulus_2)),
            Epoch("decision", lasting(decision), scored=True),
        ),
        inputs=(
            Channel("rising", (*_coded(gain=0.8 / 24, offset=0.4 - 0.8 * 10 / 24), Noise(noise))),
            Channel("falling", (*_coded(gain=-0.8 / 24, offset=0.4 + 0.8 * 34 / 24), Noise(noise))),
        ),
        outputs=(
            Channel("first_higher", (Hold("target_0", epochs=("decision",)),)),
            Channel("second_higher", (Hold("target_1", epochs=("decision",)),)),
        ),
        scoring=LargestMean(),
    )


def _coded(gain: float, offset: float) -> tuple[Hold, Hold]:
    return (
        Hold("f1", gain=gain, offset=offset, epochs=("stimulus_1",)),
        Hold("f2", gain=gain, offset=offset, epochs=("stimulus_2",)),
    )


def _check_pairs(pairs: Pairs) -> None:
    for i, (a, b) in enumerate(pairs):
        if a == b:
            raise SpecError(f"{NAME}.pairs[{i}]", f"both are {a:g} Hz, so neither is higher", remedy="make them differ")


def _check_decision(decision: Range) -> None:
    if decision[0] <= 0:
        raise SpecError(
            f"{NAME}.decision", "can last 0 ms, so a trial may have nothing to judge", remedy="give more than 0 ms"
        )
