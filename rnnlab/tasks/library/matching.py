"""Matching: is this the same as that, and which category does it belong to?"""

from __future__ import annotations

import math
from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Uniform
from rnnlab.tasks.epochs import Epoch, Until
from rnnlab.tasks.factors import Category, Compare, Factor, Lookup, Product
from rnnlab.tasks.library.papers import EHRLICH
from rnnlab.tasks.library.parts import choices, line, spacing, targets
from rnnlab.tasks.library.settings import (
    STEP_NOISE,
    High,
    Low,
    NoiseLevel,
    count,
    grace,
    judged,
    ms,
    strength,
)
from rnnlab.tasks.presets import Numbers, Range, Setting, check_answer, lasting, preset
from rnnlab.tasks.scoring import LargestMean
from rnnlab.tasks.signals import Bump, Hold
from rnnlab.tasks.task import Task


@preset("Match to category")
def match_to_category(
    *,
    fixation: Annotated[Range, ms("Fixation", "Time before the stimulus.")] = (200.0, 200.0),
    stimulus: Annotated[Range, ms("Stimulus", "How long the direction is shown.")] = (1000.0, 1000.0),
    response: Annotated[float, judged("Response", "How long the answer is given.")] = 800.0,
    n_channels: Annotated[int, count("Channels", "Inputs on the ring of directions.", 2, 32, 256)] = 16,
    n_categories: Annotated[int, count("Categories", "Equal sectors of the circle.", 2, 8, 32)] = 2,
    width: Annotated[float, Setting("Tuning width", "rad", 0.1, 3, 0.1, "stimulus", "Of each input.")] = 1.0,
    noise: NoiseLevel = 0.005 * STEP_NOISE,
) -> Task:
    """A direction of motion is shown to a population of direction-tuned inputs; the animal reports which of the learned
    categories, sectors of the circle, it belongs to.

    As PsychRNN's MatchToCategory (Gaussian tuning with a peak of 0.399). Preferred directions are evenly spaced; there
    the first and the last were the same one.
    """
    peak = 1 / math.sqrt(2 * math.pi)
    tuning = [Bump("angle", i * spacing(n_channels), width, peak, epochs=("stimulus",)) for i in range(n_channels)]
    return Task(
        name="match_to_category",
        description="Which category does the direction belong to?",
        source=f"Freedman & Assad 2006, Nature 443; {EHRLICH}",
        factors=(
            Factor("angle", Uniform(0, 2 * math.pi)),
            Factor("category", Category("angle", n_categories)),
            *targets("category", n_categories, 1.0, 0.0),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation)),
            Epoch("stimulus", lasting(stimulus)),
            Epoch("response", lasting((response, response)), scored=True),
        ),
        inputs=tuple(line(f"direction_{i}", bump, noise=noise) for i, bump in enumerate(tuning)),
        outputs=choices((f"category_{i}" for i in range(n_categories)), ("response",)),
        scoring=LargestMean(),
    )


@preset("Delayed match to sample")
def delayed_match_to_sample(
    *,
    onset: Annotated[Range, judged("Onset", "When the sample comes.")] = (20.0, 190.0),
    sample: Annotated[float, ms("Sample", "How long the sample is shown.", low=10)] = 100.0,
    test_onset: Annotated[Range, judged("Onset of the test", "When the test comes, from the start of the trial.")] = (
        700.0,
        880.0,
    ),
    test: Annotated[float, ms("Test", "How long the test is shown.", low=10)] = 100.0,
    decision_onset: Annotated[float, judged("Onset of the decision", "From the start of the trial.", 4000)] = 1000.0,
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 400.0,
    grace: Annotated[float, grace()] = 100.0,
    noise: NoiseLevel = 0.0,
    n_outputs: Annotated[int, count("Outputs", "Two, same and different, or one for same.", 1, 2, 2)] = 2,
) -> Task:
    """An item is shown; after a delay another one. When the cue comes, one output says that they were the same, the
    other that they were different. Until then both are held at zero.

    As the two-output form of trainRNNbrain's DMTS (140 steps of a tenth of the time constant, 10 ms each here; sample
    and test each jittered by -100 to +90 ms around 100 and 800 ms without moving the decision); with ``n_outputs=1``
    its one-output form, in which a single output is 1 if they were the same and else stays at 0. Departs from it by
    what steps of 20 ms need: the sample never comes in the first 20 ms, and the test by 880 ms, where it was 890.
    """
    before = ("onset", "sample", "delay", "test", "wait")
    return Task(
        name="delayed_match_to_sample",
        description="Were the two items the same or different?",
        source="Tolmachev & Engel 2025 (trainRNNbrain); task after Miyashita & Chang 1988, Nature 331",
        factors=(
            *_pair(),
            Factor("different", Compare("first", "!=", "second")),
            *targets("different", 2, 1.0, 0.0),
        ),
        epochs=(
            Epoch("onset", lasting(onset), scored=True),
            Epoch("sample", lasting((sample, sample)), scored=True),
            Epoch("delay", Until(*test_onset), scored=True),
            Epoch("test", lasting((test, test)), scored=True),
            Epoch("wait", Until(decision_onset, decision_onset), scored=True),
            Epoch("decision", lasting((decision, decision)), scored=True, grace=grace),
        ),
        inputs=(
            *_items("sample", "test", noise=noise),
            line("cue", Hold(1.0, epochs=("decision",)), noise=noise),
        ),
        outputs=choices(("same", "different")[:n_outputs], ("decision",), before),
        scoring=LargestMean(("decision",)) if n_outputs == 2 else LargestMean(("decision",), threshold=0.5, chance=0.5),
    )


def _pair() -> tuple[Factor, ...]:
    """Two items, 0 or 1."""
    return Factor("first", Choice((0, 1))), Factor("second", Choice((0, 1)))


def _items(sample: str, test: str, noise: float) -> tuple[Channel, ...]:
    """One input for each item."""
    return tuple(
        line(
            f"item_{name}",
            Hold("first", gain=sign, offset=1 - i, epochs=(sample,)),
            Hold("second", gain=sign, offset=1 - i, epochs=(test,)),
            noise=noise,
        )
        for i, (name, sign) in enumerate((("a", -1.0), ("b", 1.0)))
    )


@preset("Delayed match to sample, no cue")
def uncued_match_to_sample(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the sample.")] = (150.0, 150.0),
    sample: Annotated[Range, ms("Sample", "How long the sample is shown.")] = (300.0, 300.0),
    delay: Annotated[Range, ms("Delay", "How long it has to be remembered.")] = (150.0, 150.0),
    test: Annotated[Range, ms("Test", "How long the test is shown.")] = (300.0, 300.0),
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 300.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """An item is shown; after a delay another one, and when that ends one output says that they were the same, the
    other that they were different.

    As the DMTS first published with RNN_training_pipeline: two inputs and no cue, 120 steps of 10 ms, sample at 150,
    test at 600, decision at 900. Judged in the decision (its mask is not stated).
    """
    return Task(
        name="uncued_match_to_sample",
        description="Were the two items the same or different?",
        source="Tolmachev & Engel 2025 (RNN_training_pipeline); task after Miyashita & Chang 1988, Nature 331",
        factors=(*_pair(), Factor("different", Compare("first", "!=", "second")), *targets("different", 2, 1.0, 0.0)),
        epochs=(
            Epoch("fixation", lasting(fixation)),
            Epoch("sample", lasting(sample)),
            Epoch("delay", lasting(delay)),
            Epoch("test", lasting(test)),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
        inputs=_items("sample", "test", noise),
        outputs=choices(("same", "different"), ("decision",)),
        scoring=LargestMean(),
    )


@preset("Colour matching")
def colour_matching(
    *,
    onsets: Annotated[
        Numbers, Setting("Onsets", "ms", 10, 2000, 10, "epochs", "When the stimulus may come; one for each trial.")
    ] = (500.0, 900.0, 1300.0),
    stop: Annotated[float, judged("End of the stimulus", "From the start of the trial.", 4000)] = 2000.0,
    rest: Annotated[float, ms("Rest", "Time after the stimulus, not judged.")] = 400.0,
    coherences: Annotated[Numbers, strength("Coherences", "Strength of the evidence.", 0.01)] = (
        0.05,
        0.08,
        0.1,
        0.2,
        0.3,
        0.4,
        0.8,
        1.0,
    ),
    reward: Annotated[
        float,
        Setting("Reward", "", 1, 4, 0.5, "trial", "How much a step of positive trials counts."),
    ] = 1.0,
    noise: NoiseLevel = 0.4 * STEP_NOISE,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """A patch holds more of one colour or of the other; the output for that colour is raised as long as the patch is
    shown. With a reward above 1 one colour is worth more, which biases the choice.

    As sisyphus2's color_matching (240 steps of 10 ms); its "reward" version counts positive trials twice.
    """
    name = "colour_matching"
    check_answer(name, high, low)
    return Task(
        name=name,
        description="Which of two colours is there more of?",
        source=EHRLICH,
        factors=(
            Factor("coherence", Choice(coherences)),
            Factor("direction", Choice((0, 1))),
            Factor("sign", Lookup("direction", (1.0, -1.0))),
            Factor("signed_coherence", Product(("sign", "coherence"))),
            Factor("worth", Lookup("direction", (reward, 1.0))),
            *targets("direction", 2, high, low),
        ),
        epochs=(
            Epoch("fixation", Choice(onsets), scored=True),
            Epoch("stimulus", Until(stop, stop), scored=True, weight="worth"),
            Epoch("rest", lasting((rest, rest))),
        ),
        inputs=(line("evidence", Hold("signed_coherence", epochs=("stimulus",)), noise=noise),),
        outputs=choices(("positive", "negative"), ("stimulus",), ("fixation",), low),
        scoring=LargestMean(("stimulus",)),
    )


CONTINGENCIES = ("AX", "AY", "BX", "BY")


@preset("AX continuous performance")
def ax_cpt(
    *,
    fixation: Annotated[Range, ms("Fixation", "Time before the cue.")] = (300.0, 300.0),
    cue: Annotated[Range, ms("Cue", "How long A or B is shown.")] = (100.0, 100.0),
    delay: Annotated[Range, ms("Delay", "How long it has to be remembered.")] = (400.0, 400.0),
    probe: Annotated[Range, ms("Probe", "How long X or Y is shown, with the go cue.")] = (100.0, 100.0),
    response: Annotated[float, judged("Response", "How long the answer is given.")] = 200.0,
    odds: Annotated[
        Numbers,
        Setting(
            "Odds",
            "",
            0,
            1,
            0.01,
            "stimulus",
            "Of the pairs AX, AY, BX and BY, in this order.",
            each=("AX", "AY", "BX", "BY"),
        ),
    ] = (1.0, 1.0, 1.0, 1.0),
    grace: Annotated[float, grace()] = 100.0,
    noise: NoiseLevel = 0.0,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """A cue, A or B, and after a delay a probe, X or Y: one response to A then X, the other to every other pair. With
    odds (0.69, 0.125, 0.125, 0.06) AX is expected, so that A followed by Y has to be resisted (proactive control).

    As sisyphus2's dpx_task (DPX / AX-CPT; steps of 10 ms), judged from 100 ms into the response on.
    """
    name = "ax_cpt"
    check_answer(name, high, low)
    if len(odds) != 4 or not sum(odds) > 0:
        raise SpecError(f"{name}.odds", f"{len(odds)} numbers, or none above 0", remedy="give four, not all 0")
    expected = odds[0] / sum(odds)

    def symbol(letter: str, factor: str, gain: float, epoch: str) -> Channel:
        return line(letter, Hold(factor, gain=gain, offset=float(gain < 0), epochs=(epoch,)), noise=noise)

    return Task(
        name=name,
        description="One answer to A followed by X, the other to all other pairs.",
        source="Servan-Schreiber, Cohen & Steingard 1996, Archives of General Psychiatry 53; " + EHRLICH,
        factors=(
            Factor("pair", Choice((0, 1, 2, 3), weights=odds)),
            Factor("cue", Lookup("pair", (0.0, 0.0, 1.0, 1.0))),
            Factor("probe", Lookup("pair", (0.0, 1.0, 0.0, 1.0))),
            Factor("answer", Lookup("pair", (0.0, 1.0, 1.0, 1.0))),
            *targets("answer", 2, high, low),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation)),
            Epoch("cue", lasting(cue)),
            Epoch("delay", lasting(delay)),
            Epoch("probe", lasting(probe)),
            Epoch("response", lasting((response, response)), scored=True, grace=grace),
        ),
        inputs=(
            symbol("A", "cue", -1.0, "cue"),
            symbol("B", "cue", 1.0, "cue"),
            symbol("X", "probe", -1.0, "probe"),
            symbol("Y", "probe", 1.0, "probe"),
            line("go", Hold(1.0, epochs=("probe",)), noise=noise),
        ),
        outputs=choices(("target", "other"), ("response",)),
        scoring=LargestMean(chance=max(expected, 1 - expected)),
    )
