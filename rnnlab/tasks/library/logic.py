"""Logic and functions of what is shown all the time: two bits, a few, a value."""

from __future__ import annotations

from typing import Annotated

from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Uniform
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Compare, Factor, Gate, Product
from rnnlab.tasks.library.papers import TOLMACHEV
from rnnlab.tasks.library.parts import choices, line, targets
from rnnlab.tasks.library.settings import NoiseLevel, count, grace, judged, ms, strength
from rnnlab.tasks.presets import Range, lasting, preset
from rnnlab.tasks.scoring import LargestMean, RSquared
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task


def _look_and_decide(look: float, decision: float) -> tuple[Epoch, ...]:
    """What is shown stays on while the answer is given."""
    return Epoch("look", lasting((look, look))), Epoch("decision", lasting((decision, decision)), scored=True)


@preset("Xor")
def xor(
    *,
    look: Annotated[float, ms("First look", "Time with the bits before the answer.")] = 150.0,
    decision: Annotated[float, judged("Decision", "How long bits and answer go together.")] = 1350.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """Two bits are shown together, each on a pair of inputs; one output says that they are different, the other that
    they are equal.

    As trainRNNbrain's XOR (150 steps of a tenth of the time constant, 10 ms each here).
    """
    pairs = ((f"bit_{i}_is_{k}", f"bit_{i}", k) for i in (1, 2) for k in (0, 1))
    return Task(
        name="xor",
        description="Are the two bits different or equal?",
        source=TOLMACHEV,
        factors=(
            Factor("bit_1", Choice((0, 1))),
            Factor("bit_2", Choice((0, 1))),
            Factor("equal", Compare("bit_1", "==", "bit_2")),
            *targets("equal", 2, 1.0, 0.0),
        ),
        epochs=_look_and_decide(look, decision),
        inputs=tuple(
            line(name, Hold(bit, gain=1.0 if k else -1.0, offset=0.0 if k else 1.0), noise=noise)
            for name, bit, k in pairs
        ),
        outputs=choices(("different", "equal"), ("decision",)),
        scoring=LargestMean(),
    )


@preset("Half adder")
def half_adder(
    *,
    look: Annotated[float, ms("First look", "Time with the bits before the answer.")] = 300.0,
    decision: Annotated[float, judged("Decision", "How long bits and answer go together.")] = 1200.0,
    n_bits: Annotated[int, count("Bits", "How many are added.", 1, 6, 16)] = 2,
    noise: NoiseLevel = 0.0,
) -> Task:
    """Bits are shown together; the output is the last digit of their sum: high if an odd number of them is on.

    As trainRNNbrain's HalfAdder (150 steps of a tenth of the time constant, 10 ms each here). The answer is held to the
    end; there the target fell to zero 300 ms before, without a sign of it in the inputs.
    """
    bits = [f"bit_{i}" for i in range(n_bits)]
    return Task(
        name="half_adder",
        description="Is an odd number of bits on?",
        source=TOLMACHEV,
        factors=(
            *(Factor(bit, Choice((0, 1))) for bit in bits),
            Factor("odd", Gate("xor", tuple(bits))),
        ),
        epochs=_look_and_decide(look, decision),
        inputs=tuple(line(bit, Hold(bit), noise=noise) for bit in bits),
        outputs=(Channel("odd", (Hold("odd", epochs=("decision",)),)),),
        scoring=LargestMean(threshold=0.5, chance=0.5),
    )


@preset("Go / no-go")
def go_nogo(
    *,
    onset: Annotated[float, ms("Onset", "Time at the start that is not judged.")] = 100.0,
    stimulus: Annotated[Range, judged("Stimulus", "Time with the value before the cue.")] = (200.0, 200.0),
    decision: Annotated[float, judged("Decision", "How long value, cue and answer go together.")] = 300.0,
    boundary: Annotated[float, strength("Boundary", "Values above it ask to go.", 0, 1)] = 0.5,
    grace: Annotated[float, grace()] = 100.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """A value is shown; when the cue comes on too, the animal goes if the value is high and keeps still if it is low.

    As trainRNNbrain's GoNoGo (60 steps of a tenth of the time constant, 10 ms each here; the first 100 ms of the trial
    and of the answer are not judged). Values are drawn, not 256 evenly spaced ones.
    """
    return Task(
        name="go_nogo",
        description="Go if the value is high.",
        source=TOLMACHEV,
        factors=(Factor("value", Uniform(0, 1)), Factor("go", Compare("value", ">", boundary))),
        epochs=(
            Epoch("onset", lasting((onset, onset))),
            Epoch("stimulus", lasting(stimulus), scored=True),
            Epoch("decision", lasting((decision, decision)), scored=True, grace=grace),
        ),
        inputs=(
            line("value", Hold("value"), noise=noise),
            line("cue", Hold(1.0, epochs=("decision",)), noise=noise),
            line("constant", Hold(1.0), noise=noise),
        ),
        outputs=(Channel("go", (Hold(0.0, epochs=("stimulus",)), Hold("go", epochs=("decision",)))),),
        scoring=LargestMean(("decision",), threshold=0.5, chance=max(boundary, 1 - boundary)),
    )


@preset("Identity")
def identity(
    *,
    n_channels: Annotated[int, count("Channels", "Inputs and outputs.", 1, 6, 64)] = 2,
    trial: Annotated[float, judged("Whole trial", "Length of a trial.")] = 1000.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """Each output shows what its input shows: a constant value from 0 to 1, drawn anew for every trial.

    As trainRNNbrain's Identity (judged for the whole trial; length and number of channels are left to its user), with
    values that follow the seed.
    """
    values = [f"value_{i}" for i in range(n_channels)]
    return Task(
        name="identity",
        description="Show what is shown.",
        source=TOLMACHEV,
        factors=tuple(Factor(value, Uniform(0, 1)) for value in values),
        epochs=(Epoch("trial", lasting((trial, trial)), scored=True),),
        inputs=tuple(line(f"input_{i}", Hold(value), noise=noise) for i, value in enumerate(values)),
        outputs=tuple(Channel(f"output_{i}", (Hold(value),)) for i, value in enumerate(values)),
        scoring=RSquared(),
    )


@preset("Square of a number")
def square(
    *,
    look: Annotated[float, ms("First look", "Time with the value before the answer.")] = 300.0,
    decision: Annotated[float, judged("Decision", "How long value and answer go together.")] = 700.0,
    noise: NoiseLevel = 0.0,
) -> Task:
    """A value from 0 to 1 is shown, and its square has to be reported.

    As trainRNNbrain's SquareNumber, which leaves times to its user: those here are rnnlab's.
    """
    return Task(
        name="square",
        description="Report the square of the value shown.",
        source=TOLMACHEV,
        factors=(Factor("value", Uniform(0, 1)), Factor("square", Product(("value", "value")))),
        epochs=_look_and_decide(look, decision),
        inputs=(line("value", Hold("value"), noise=noise), line("constant", Hold(1.0), noise=noise)),
        outputs=(Channel("square", (Hold("square", epochs=("decision",)),)),),
        scoring=RSquared(),
    )
