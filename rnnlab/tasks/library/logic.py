"""Logic: an answer that depends on two bits, shown together or one after the other."""

from __future__ import annotations

from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Uniform
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Compare, Factor, Gate, Lookup, Product, Rule
from rnnlab.tasks.library.parts import choices, line, targets
from rnnlab.tasks.library.settings import High, Low, NoiseLevel, count, grace, judged, ms, strength
from rnnlab.tasks.presets import Numbers, Range, Setting, check_answer, lasting, preset
from rnnlab.tasks.scoring import LargestMean, RSquared
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task

EHRLICH = "Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)"
TOLMACHEV = "Tolmachev & Engel 2025 (trainRNNbrain)"
RULES = ("xor", "xnor", "or", "nor", "and", "nand", "first", "not_first", "second", "not_second")
"""What `delayed_logic` can ask for, in the order of its rule inputs."""

Wait = Annotated[Range, judged("Wait", "Time before the first stimulus.")]
Stimulus = Annotated[float, judged("Stimulus", "How long each stimulus is shown, and the go cue.")]
Gap = Annotated[Range, judged("Gap", "Time between the stimuli.")]
Response = Annotated[float, judged("Response", "How long the answer is given.")]
Grace = Annotated[float, grace()]
BEFORE = ("wait", "first", "gap", "second", "go")


def _delayed(
    name: str,
    says: str,
    answer: tuple[Factor, ...],
    rules: tuple[Channel, ...],
    wait: Range,
    stimulus: float,
    gap: Range,
    response: float,
    grace: float,
    noise: float,
    high: float,
    low: float,
    chance: float,
) -> Task:
    """Two bits one after the other, a go cue, and the factor ``answer`` to be reported."""
    check_answer(name, high, low)

    def bit(k: int) -> Channel:
        gain, offset = (1.0, 0.0) if k else (-1.0, 1.0)
        shown = (Hold(which, gain=gain, offset=offset, epochs=(which,)) for which in ("first", "second"))
        return line(f"stimulus_{k}", *shown, noise=noise)

    once = (stimulus, stimulus)
    return Task(
        name=name,
        description=says,
        source=EHRLICH,
        factors=(
            Factor("first", Choice((0, 1))),
            Factor("second", Choice((0, 1))),
            *answer,
            *targets("answer", 2, high, low),
        ),
        epochs=(
            Epoch("wait", lasting(wait), scored=True),
            Epoch("first", lasting(once), scored=True),
            Epoch("gap", lasting(gap), scored=True),
            Epoch("second", lasting(once), scored=True),
            Epoch("go", lasting(once), scored=True),
            Epoch("response", lasting((response, response)), scored=True, grace=grace),
        ),
        inputs=(bit(0), bit(1), *rules, line("go", Hold(1.0, epochs=("go",)), noise=noise)),
        outputs=choices(("no", "yes"), ("response",), BEFORE, low),
        scoring=LargestMean(("response",), chance=chance),
    )


def _gate(operator: str) -> tuple[Factor, ...]:
    rule: Rule = Gate(operator, ("first", "second"))  # type: ignore[arg-type]
    return (Factor("answer", rule),)


@preset("Delayed xor")
def delayed_xor(
    *,
    wait: Wait = (300.0, 300.0),
    stimulus: Stimulus = 100.0,
    gap: Gap = (400.0, 400.0),
    response: Response = 200.0,
    grace: Grace = 100.0,
    noise: NoiseLevel = 0.0,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """Two stimuli come one after the other, each on one of two inputs. After a go cue one output says that they came on
    different inputs, the other that they came on the same.

    As the xor of sisyphus2's memory_tasks (steps of 10 ms; the first 100 ms of the answer are not judged, all before
    is). Times can be made ranges. With noise=0 the noise is the network's.
    """
    says = "Did the two stimuli come on different inputs?"
    return _delayed("delayed_xor", says, _gate("xor"), (), wait, stimulus, gap, response, grace, noise, high, low, 0.5)


@preset("Delayed or")
def delayed_or(
    *,
    wait: Wait = (300.0, 300.0),
    stimulus: Stimulus = 100.0,
    gap: Gap = (400.0, 400.0),
    response: Response = 200.0,
    grace: Grace = 100.0,
    noise: NoiseLevel = 0.0,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """Two stimuli come one after the other, each on one of two inputs. After a go cue one output says that at least one
    came on the second input, the other that none did.

    As the or of sisyphus2's memory_tasks; see delayed_xor.
    """
    says = "Did any of the two stimuli come on the second input?"
    return _delayed("delayed_or", says, _gate("or"), (), wait, stimulus, gap, response, grace, noise, high, low, 0.75)


@preset("Delayed and")
def delayed_and(
    *,
    wait: Wait = (300.0, 300.0),
    stimulus: Stimulus = 100.0,
    gap: Gap = (400.0, 400.0),
    response: Response = 200.0,
    grace: Grace = 100.0,
    noise: NoiseLevel = 0.0,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """Two stimuli come one after the other, each on one of two inputs. After a go cue one output says that both came on
    the second input, the other that not both did.

    As the and of sisyphus2's memory_tasks; see delayed_xor.
    """
    says = "Did both stimuli come on the second input?"
    return _delayed("delayed_and", says, _gate("and"), (), wait, stimulus, gap, response, grace, noise, high, low, 0.75)


@preset("Memory saccade")
def memory_saccade(
    *,
    wait: Wait = (300.0, 300.0),
    stimulus: Stimulus = 100.0,
    gap: Gap = (400.0, 400.0),
    response: Response = 200.0,
    grace: Grace = 100.0,
    noise: NoiseLevel = 0.0,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """A stimulus comes on one of two inputs, and after a gap another one, to be ignored. After a go cue the side of the
    first has to be reported.

    As the memory saccade of sisyphus2's memory_tasks; see delayed_xor.
    """
    says = "On which input did the first stimulus come? Ignore the second."
    return _delayed(
        "memory_saccade", says, _gate("first"), (), wait, stimulus, gap, response, grace, noise, high, low, 0.5
    )


@preset("Delayed logic, ten rules")
def delayed_logic(
    *,
    rules: Annotated[
        Numbers,
        Setting(
            "Rules",
            "",
            0,
            9,
            1,
            "stimulus",
            "0 xor, 1 xnor, 2 or, 3 nor, 4 and, 5 nand, 6 first, 7 not first, 8 second, 9 not second.",
            9,
        ),
    ] = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
    wait: Wait = (300.0, 300.0),
    stimulus: Stimulus = 100.0,
    gap: Gap = (400.0, 400.0),
    response: Response = 200.0,
    grace: Grace = 100.0,
    noise: NoiseLevel = 0.0,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """Two stimuli come one after the other, each on one of two inputs; one of ten rule inputs, on for the whole trial,
    says which logical function of the two has to be reported after a go cue.

    As sisyphus2's memory_tasks_variable (steps of 10 ms); its curriculum lengthened the gap from 400 to 2000 ms.
    """  # fmt: skip
    name = "delayed_logic"
    for i, rule in enumerate(rules):
        if not rule.is_integer():
            raise SpecError(f"{name}.rules[{i}]", f"{rule:g} is no rule", value=rule, remedy="give 0 to 9")
    answer = (
        Factor("rule", Choice(rules)),
        *(Factor(f"gate_{which}", _gate(which)[0].rule) for which in RULES),
        Factor("answer", Lookup("rule", tuple(f"gate_{which}" for which in RULES))),
        *(Factor(f"rule_{k}", Compare("rule", "==", float(k))) for k in range(len(RULES))),
    )
    cues = tuple(line(f"rule_{which}", Hold(f"rule_{k}"), noise=noise) for k, which in enumerate(RULES))
    says = "Report the logical function of two stimuli that the rule asks for."
    likely = [{"or": 0.75, "nor": 0.25, "and": 0.25, "nand": 0.75}.get(RULES[int(rule)], 0.5) for rule in rules]
    yes = sum(likely) / len(likely)
    return _delayed(name, says, answer, cues, wait, stimulus, gap, response, grace, noise, high, low, max(yes, 1 - yes))


# ---------------------------------------------------------------------------------------------- shown together


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
        epochs=(
            Epoch("look", lasting((look, look))),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
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
        epochs=(
            Epoch("look", lasting((look, look))),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
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


# ------------------------------------------------------------------------------------------------- functions


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
        epochs=(
            Epoch("look", lasting((look, look))),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
        inputs=(line("value", Hold("value"), noise=noise), line("constant", Hold(1.0), noise=noise)),
        outputs=(Channel("square", (Hold("square", epochs=("decision",)),)),),
        scoring=RSquared(),
    )
