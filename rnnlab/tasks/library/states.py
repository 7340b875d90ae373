"""Memory of a state, and of what came before: hold it until the next, or repeat it."""

from __future__ import annotations

from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Compare, Factor
from rnnlab.tasks.library.papers import EHRLICH
from rnnlab.tasks.library.parts import choices, line
from rnnlab.tasks.library.settings import (
    STEP_NOISE,
    NoiseLevel,
    count,
    judged,
    ms,
)
from rnnlab.tasks.presets import Range, Setting, lasting, preset
from rnnlab.tasks.scoring import LargestMean, RSquared, WithinTolerance
from rnnlab.tasks.signals import Delayed, Hold, Sequence
from rnnlab.tasks.task import Task


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
