"""Memory: hold a number, an angle, a side, a state, until it is asked for."""

from __future__ import annotations

import math
from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.catch import with_catch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Uniform
from rnnlab.tasks.epochs import Epoch, Until
from rnnlab.tasks.factors import Compare, Component, Factor, Gate, Lookup, Rotate
from rnnlab.tasks.library.parts import choices, line, neighbour, ring
from rnnlab.tasks.library.settings import (
    STEP_NOISE,
    AngleTolerance,
    Catch,
    NoiseLevel,
    count,
    grace,
    judged,
    ms,
)
from rnnlab.tasks.presets import Numbers, Range, Setting, lasting, preset
from rnnlab.tasks.scoring import AngularError, LargestMean, RSquared, WithinTolerance
from rnnlab.tasks.signals import Delayed, Hold, Sequence
from rnnlab.tasks.task import Task

TOLMACHEV = "Tolmachev & Engel 2025 (trainRNNbrain)"
EHRLICH = "Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)"

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
        scoring=AngularError(tolerance, epochs=("recall",)),
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


# ------------------------------------------------------------------------------------------------- sides


@preset("Memory for a side")
def memory_side(
    *,
    onset: Annotated[Range, judged("Onset", "When the stimulus comes.")] = (20.0, 140.0),
    stimulus: Annotated[float, ms("Stimulus", "How long it is shown.", low=10)] = 300.0,
    decision_onset: Annotated[float, judged("Onset of the decision", "From the start of the trial.", 4000)] = 1100.0,
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 470.0,
    noise: NoiseLevel = 0.0,
    catch: Catch = 1 / 3,
) -> Task:
    """A stimulus comes on the left or on the right; long after it has gone, a go cue asks on which side. In catch
    trials there is neither stimulus nor cue, and both outputs stay at zero.

    As trainRNNbrain's MemoryDM (157 steps of a tenth of the time constant, 10 ms each here; onset jittered by ± 70 ms,
    but not in the first 20 ms), judged at all times. Catch trials are drawn, not told by the identity of an object.
    """
    before = ("onset", "stimulus", "delay")
    task = Task(
        name="memory_side",
        description="On which side was the stimulus?",
        source=TOLMACHEV,
        factors=_sides(),
        epochs=(
            Epoch("onset", lasting(onset), scored=True),
            Epoch("stimulus", lasting((stimulus, stimulus)), scored=True),
            Epoch("delay", Until(decision_onset, decision_onset), scored=True),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
        inputs=(
            *(line(side, Hold(side, epochs=("stimulus",)), noise=noise) for side in ("left", "right")),
            line("go", Hold(1.0, epochs=("decision",)), noise=noise),
        ),
        outputs=tuple(
            Channel(side, (Hold(0.0, epochs=before), Hold(side, epochs=("decision",)))) for side in ("left", "right")
        ),
        scoring=LargestMean(("decision",)),
    )
    return with_catch(task, catch, decision_onset + decision, 0.0)


def _sides() -> tuple[Factor, ...]:
    return (
        Factor("direction", Choice((0, 1))),
        Factor("left", Gate("not", ("direction",))),
        Factor("right", Gate("first", ("direction",))),
    )


@preset("Delayed decision")
def delayed_decision(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (100.0, 300.0),
    stimulus: Annotated[Range, judged("Stimulus", "How long it is shown.")] = (300.0, 300.0),
    delay: Annotated[Range, judged("Delay", "How long it has to be remembered.")] = (300.0, 900.0),
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 400.0,
    absent: Annotated[
        float, Setting("No stimulus", "", 0, 0.9, 0.01, "trial", "Fraction of trials without a stimulus.", 0.95)
    ] = 1 / 3,
    noise: NoiseLevel = 0.0,
) -> Task:
    """A stimulus comes on one of two inputs; after a delay a go cue asks for the answer. In some trials the cue comes
    although there was no stimulus, and the right answer is none.

    As trainRNNbrain's DelayDM, which leaves times to its user: those here are rnnlab's. An output below one half is no
    answer; trials without a stimulus count.
    """
    before = ("fixation", "stimulus", "delay")
    chosen = (1 - absent) / 2
    return Task(
        name="delayed_decision",
        description="Which of two inputs was on, if any?",
        source=TOLMACHEV,
        factors=(
            Factor("direction", Choice((0, 1, 2), weights=(chosen, chosen, absent))),
            Factor("shown_0", Compare("direction", "==", 0.0)),
            Factor("shown_1", Compare("direction", "==", 1.0)),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation), scored=True),
            Epoch("stimulus", lasting(stimulus), scored=True),
            Epoch("delay", lasting(delay), scored=True),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
        inputs=(
            *(line(f"stimulus_{i}", Hold(f"shown_{i}", epochs=("stimulus",)), noise=noise) for i in (0, 1)),
            line("go", Hold(1.0, epochs=("decision",)), noise=noise),
        ),
        outputs=tuple(
            Channel(f"choice_{i}", (Hold(0.0, epochs=before), Hold(f"shown_{i}", epochs=("decision",)))) for i in (0, 1)
        ),
        scoring=LargestMean(("decision",), threshold=0.5, chance=max(chosen, absent)),
    )


@preset("Blocked decision")
def block_decision(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (200.0, 200.0),
    stimulus: Annotated[Range, ms("Stimulus", "How long evidence is shown before the answer.")] = (800.0, 800.0),
    decision: Annotated[float, judged("Decision", "How long evidence and answer go together.")] = 400.0,
    coherences: Annotated[
        Numbers, Setting("Coherences", "", 0.01, 1, 0.01, "stimulus", "Strength of the evidence.")
    ] = (0.1, 0.2, 0.4, 0.8),
    noise: NoiseLevel = 0.05,
) -> Task:
    """Evidence is positive or negative and its sign is to be reported; but in half of the trials a block cue is on, and
    then the answer is zero whatever the evidence.

    As trainRNNbrain's BlockDM, which leaves times and coherences to its user: those here are rnnlab's.
    """
    shown = ("stimulus", "decision")
    return Task(
        name="block_decision",
        description="Report the sign of the evidence unless blocked.",
        source=TOLMACHEV,
        factors=(
            Factor("blocked", Choice((0, 1))),
            Factor("coherence", Choice(coherences)),
            Factor("direction", Choice((0, 1))),
            Factor("sign", Lookup("direction", (-1.0, 1.0))),
            Factor("against", Lookup("direction", (-1.0, 0.0))),
            Factor("target", Lookup("blocked", ("sign", 0.0))),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation), scored=True),
            Epoch("stimulus", lasting(stimulus)),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
        inputs=(
            line("block", Hold("blocked"), noise=noise),
            line(
                "evidence",
                *(Hold("coherence", gain=g, epochs=shown, when=w) for g, w in ((1.0, "direction"), (-1.0, "against"))),
                noise=noise,
            ),
        ),
        outputs=(Channel("choice", (Hold(0.0, epochs=("fixation",)), Hold("target", epochs=("decision",)))),),
        scoring=WithinTolerance(0.5, epochs=("decision",)),
    )


# ------------------------------------------------------------------------------------------------ states


@preset("Fixed points")
def fixed_point_memory(
    *,
    n_states: Annotated[int, count("States", "How many inputs, outputs and states.", 2, 10, 64)] = 5,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (100.0, 100.0),
    stimulus: Annotated[float, judged("Stimulus", "How long it is on before the answer.")] = 500.0,
    overlap: Annotated[float, judged("Overlap", "How long stimulus and answer go together.")] = 200.0,
    memory: Annotated[float, judged("Memory", "How long the answer is held afterwards.")] = 1200.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """One of n inputs is on for a while; the output of the same number is to be raised and held long after. It teaches
    a network as many attractors as there are inputs.

    As sisyphus2's n_fixed_points (200 steps of 10 ms; all steps judged).
    """
    on, answer = ("stimulus", "overlap"), ("overlap", "memory")
    states = range(n_states)
    return Task(
        name="fixed_point_memory",
        description="Hold the output whose input was on.",
        source=EHRLICH,
        factors=(
            Factor("state", Choice(tuple(states))),
            *(Factor(f"target_{i}", Compare("state", "==", float(i))) for i in states),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation), scored=True),
            Epoch("stimulus", lasting((stimulus, stimulus)), scored=True),
            Epoch("overlap", lasting((overlap, overlap)), scored=True),
            Epoch("memory", lasting((memory, memory)), scored=True),
        ),
        inputs=tuple(line(f"input_{i}", Hold(f"target_{i}", epochs=on), noise=noise) for i in states),
        outputs=choices((f"state_{i}" for i in states), answer, ("fixation", "stimulus")),
        scoring=LargestMean(answer),
    )


@preset("n-back")
def n_back(
    *,
    n: Annotated[int, count("n", "How many stimuli ago.", 0, 4, 20)] = 1,
    n_stimuli: Annotated[int, count("Stimuli", "How many come in a trial.", 1, 10, 100)] = 5,
    every: Annotated[float, judged("Every", "Time from one stimulus to the next.")] = 400.0,
    length: Annotated[float, judged("Stimulus", "How long each is shown, and each answer given.")] = 100.0,
    lag: Annotated[float, ms("Lag", "Time from a stimulus to its answer.")] = 150.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """Stimuli of either sign come at a steady pace; after each, the sign of the one n before it has to be reported.

    As sisyphus2's n_back (200 steps of 10 ms: a stimulus every 400 ms for 100, the answer from 150 to 250 ms later,
    n stimuli back; all steps judged). Scored by the variance explained, as most of the time the answer is zero.
    """
    if n >= n_stimuli:
        remedy = f"give less than {n_stimuli}, or more stimuli"
        raise SpecError("n_back.n", f"{n} back, but a trial has {n_stimuli} stimuli", value=n, remedy=remedy)
    if lag + length > every:
        remedy = "shorten the lag or the stimulus"
        raise SpecError("n_back.lag", "the answer would come after the next stimulus", value=lag, remedy=remedy)
    signs = [f"sign_{i}" for i in range(n_stimuli)]
    return Task(
        name="n_back",
        description="Report the stimulus before the last.",
        source="Kirchner 1958, Journal of Experimental Psychology 55; " + EHRLICH,
        factors=tuple(Factor(sign, Choice((-1.0, 1.0))) for sign in signs),
        epochs=(Epoch("stream", lasting((every * n_stimuli,) * 2), scored=True),),
        inputs=(line("stimulus", Sequence(tuple(signs), every, length), noise=noise),),
        outputs=(Channel("answer", (Delayed("stimulus", lag + n * every),)),),
        scoring=RSquared(),
    )


@preset("Cued flip-flop")
def cued_flip_flop(
    *,
    n_turns: Annotated[int, count("Turns", "How many cues come in a trial.", 1, 8, 50)] = 3,
    wait: Annotated[float, ms("Wait", "Time before the first cue.")] = 30.0,
    cue: Annotated[float, ms("Cue", "How long a cue is on.", low=10)] = 30.0,
    quiet: Annotated[float, judged("Quiet", "How long the answer is held after each cue.")] = 40.0,
    delay: Annotated[Range, ms("Delay", "Random time after it, not judged.")] = (0.0, 100.0),
    baseline: Annotated[float, Setting("Baseline", "", 0, 0.9, 0.05, "stimulus", "Of inputs and outputs.")] = 0.1,
    noise: NoiseLevel = 0.1 * STEP_NOISE,
) -> Task:
    """Cues come on one of two inputs at a time; after each, the output of the same side is raised until the next cue.

    As sisyphus2's flip_flop (steps of 10 ms: wait 3, cue 3, quiet 4, and a random delay whose length is not stated).
    Both outputs are judged in the quiet times, where the original judged the first one only.
    """
    turns = range(n_turns)
    cues, quiets = tuple(f"cue_{i}" for i in turns), tuple(f"quiet_{i}" for i in turns)

    def side(k: int) -> tuple[Hold, ...]:
        """The active level of input k in its cues, on top of the baseline."""
        return tuple(Hold(1 - baseline, epochs=(cues[i],), when=f"turn_{i}_is_{k}") for i in turns)

    def answer(k: int) -> tuple[Hold, ...]:
        return (
            Hold(baseline, epochs=quiets),
            *(Hold(1 - baseline, epochs=(quiets[i],), when=f"turn_{i}_is_{k}") for i in turns),
        )

    return Task(
        name="cued_flip_flop",
        description="Hold the output whose input was cued last.",
        source=EHRLICH,
        factors=(
            *(Factor(f"turn_{i}", Choice((0, 1))) for i in turns),
            *(Factor(f"turn_{i}_is_{k}", Compare(f"turn_{i}", "==", float(k))) for i in turns for k in (0, 1)),
        ),
        epochs=(
            Epoch("wait", lasting((wait, wait))),
            *(
                epoch
                for i in turns
                for epoch in (
                    Epoch(cues[i], lasting((cue, cue))),
                    Epoch(quiets[i], lasting((quiet, quiet)), scored=True),
                    Epoch(f"delay_{i}", lasting(delay)),
                )
            ),
        ),
        inputs=tuple(line(f"input_{k}", *side(k), noise=noise, baseline=baseline) for k in (0, 1)),
        outputs=tuple(Channel(f"output_{k}", answer(k)) for k in (0, 1)),
        scoring=WithinTolerance(0.4),
    )


@preset("Echo")
def echo(
    *,
    n_channels: Annotated[int, count("Channels", "Inputs and outputs.", 1, 6, 64)] = 2,
    most_turns: Annotated[int, count("Turns", "The most that come in a trial.", 1, 5, 20)] = 5,
    pause: Annotated[Range, judged("Pause", "Time before each stimulus.")] = (50.0, 160.0),
    stimulus: Annotated[Range, judged("Stimulus", "How long it is on.")] = (50.0, 160.0),
    answer: Annotated[Range, judged("Echo", "How long the echo lasts.")] = (50.0, 160.0),
    noise: NoiseLevel = 0.01,
) -> Task:
    """A stimulus comes on all inputs and goes; when it has gone the outputs are raised for a while, and lowered again.
    This happens a random number of times, from one to five.

    As the FlipFlop of sisyphus2's networks branch, with the window its text means: there the stimulus was far too long.
    Every stretch is drawn on its own (up to T / 12 = 160 ms, as with five turns at T = 2000 ms) and is not the same for
    all turns of a trial. All steps are judged; there the echoes only, so that a constant output was perfect.
    """
    turns = range(most_turns)
    named = {what: tuple(f"{what}_{i}" for i in turns) for what in ("pause", "stimulus", "echo")}

    silent = (*named["pause"], *named["stimulus"])

    def turn(i: int) -> tuple[Epoch, ...]:
        when = f"has_{i}" if i else ""
        return (
            Epoch(named["pause"][i], lasting(pause), scored=True, when=when),
            Epoch(named["stimulus"][i], lasting(stimulus), scored=True, when=when),
            Epoch(named["echo"][i], lasting(answer), scored=True, when=when),
        )

    return Task(
        name="echo",
        description="Answer every stimulus when it has gone.",
        source=EHRLICH,
        factors=(
            Factor("n_turns", Choice(tuple(i + 1 for i in turns))),
            *(Factor(f"has_{i}", Compare("n_turns", ">", float(i))) for i in turns[1:]),
        ),
        epochs=tuple(epoch for i in turns for epoch in turn(i)),
        inputs=tuple(line(f"input_{k}", Hold(1.0, epochs=named["stimulus"]), noise=noise) for k in range(n_channels)),
        outputs=tuple(
            Channel(f"output_{k}", (Hold(0.0, epochs=silent), Hold(1.0, epochs=named["echo"])))
            for k in range(n_channels)
        ),
        scoring=WithinTolerance(0.5),
    )
