"""Two sides: remember which it was, or withhold the answer."""

from __future__ import annotations

from typing import Annotated

from rnnlab.tasks.catch import with_catch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch, Until
from rnnlab.tasks.factors import Compare, Factor, Gate, Lookup
from rnnlab.tasks.library.papers import TOLMACHEV
from rnnlab.tasks.library.parts import line
from rnnlab.tasks.library.settings import (
    Catch,
    NoiseLevel,
    judged,
    ms,
)
from rnnlab.tasks.presets import Numbers, Range, Setting, lasting, preset
from rnnlab.tasks.scoring import LargestMean, WithinTolerance
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task


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
