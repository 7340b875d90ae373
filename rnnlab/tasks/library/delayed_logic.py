"""Delayed logic: an answer that depends on two bits, shown one after the other."""

from __future__ import annotations

from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Compare, Factor, Gate, Lookup, Rule
from rnnlab.tasks.library.papers import EHRLICH
from rnnlab.tasks.library.parts import choices, line, targets
from rnnlab.tasks.library.settings import High, Low, NoiseLevel, count, grace, judged, strength
from rnnlab.tasks.presets import Numbers, Preset, Range, Setting, check_answer, lasting, preset
from rnnlab.tasks.scoring import LargestMean
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task

RULES = ("xor", "xnor", "or", "nor", "and", "nand", "first", "not_first", "second", "not_second")
"""What `delayed_logic` can ask for, in the order of its rule inputs."""
LIKELY = {"or": 0.75, "nor": 0.25, "and": 0.25, "nand": 0.75}
"""How often the answer is yes, where that is not half of the time."""

Wait = Annotated[Range, judged("Wait", "Time before the first stimulus.")]
Stimulus = Annotated[float, judged("Stimulus", "How long each stimulus is shown, and the go cue.")]
Gap = Annotated[Range, judged("Gap", "Time between the stimuli.")]
Response = Annotated[float, judged("Response", "How long the answer is given.")]
Grace = Annotated[float, grace()]
Second = Annotated[float, strength("Second stimulus", "How strong it is beside the first, of strength 1.", 0, 2)]


def _delayed(
    name: str,
    says: str,
    answer: tuple[Factor, ...],
    before: tuple[Epoch, ...],
    response: float,
    grace: float,
    noise: float,
    levels: tuple[float, float],
    chance: float,
    rules: tuple[Channel, ...] = (),
    second_level: float = 1.0,
) -> Task:
    """Two bits in the epochs ``first`` and ``second``, maybe a ``go`` cue, and the factor ``answer`` to be reported."""
    high, low = levels
    check_answer(name, high, low)
    waiting = tuple(epoch.name for epoch in before)

    def bit(k: int) -> Channel:
        gain, offset = (1.0, 0.0) if k else (-1.0, 1.0)
        levels = {"first": 1.0, "second": second_level}
        shown = (Hold(w, gain=gain * level, offset=offset * level, epochs=(w,)) for w, level in levels.items())
        return line(f"stimulus_{k}", *shown, noise=noise)

    cue = (line("go", Hold(1.0, epochs=("go",)), noise=noise),) if "go" in waiting else ()
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
        epochs=(*before, Epoch("response", lasting((response, response)), scored=True, grace=grace)),
        inputs=(bit(0), bit(1), *rules, *cue),
        outputs=choices(("no", "yes"), ("response",), waiting, low),
        scoring=LargestMean(("response",), chance=chance),
    )


def _before(wait: Range, stimulus: float, gap: Range, *, go: bool = True) -> tuple[Epoch, ...]:
    """All of a trial but the response."""
    once = (stimulus, stimulus)
    times = {"wait": wait, "first": once, "gap": gap, "second": once, **({"go": once} if go else {})}
    return tuple(Epoch(name, lasting(time), scored=True) for name, time in times.items())


def _gate(operator: str) -> tuple[Factor, ...]:
    rule: Rule = Gate(operator, ("first", "second"))  # type: ignore[arg-type]
    return (Factor("answer", rule),)


def _chance(*rules: str) -> float:
    """The accuracy of the better of the two constant answers."""
    yes = sum(LIKELY.get(rule, 0.5) for rule in rules) / len(rules)
    return max(yes, 1 - yes)


def _of_one_rule(name: str, title: str, operator: str, says: str, text: str) -> Preset:
    def make(
        *,
        wait: Wait = (300.0, 300.0),
        stimulus: Stimulus = 100.0,
        gap: Gap = (400.0, 400.0),
        response: Response = 200.0,
        grace: Grace = 100.0,
        noise: NoiseLevel = 0.0,
        high: High = 1.0,
        low: Low = 0.1,
        second_level: Second = 1.0,
    ) -> Task:
        before, levels = _before(wait, stimulus, gap), (high, low)
        return _delayed(
            name, says, _gate(operator), before, response, grace, noise, levels, _chance(operator),
            second_level=second_level,
        )  # fmt: skip

    make.__name__, make.__doc__ = name, text
    return preset(title)(make)


delayed_xor = _of_one_rule(
    "delayed_xor",
    "Delayed xor",
    "xor",
    "Did the two stimuli come on different inputs?",
    """Two stimuli come one after the other, each on one of two inputs. After a go cue one output says that they came on
    different inputs, the other that they came on the same.

    As the xor of sisyphus2's memory_tasks (steps of 10 ms; the first 100 ms of the answer are not judged, all before
    is). Times can be made ranges. With noise=0 the noise is the network's. The second stimulus is scaled by
    ``second_level``; at 0 it is left out, as there, and an answer that depends on it can only be guessed.
    """,
)
delayed_or = _of_one_rule(
    "delayed_or",
    "Delayed or",
    "or",
    "Did any of the two stimuli come on the second input?",
    """Two stimuli come one after the other, each on one of two inputs. After a go cue one output says that at least one
    came on the second input, the other that none did.

    As the or of sisyphus2's memory_tasks; see delayed_xor.
    """,
)
delayed_and = _of_one_rule(
    "delayed_and",
    "Delayed and",
    "and",
    "Did both stimuli come on the second input?",
    """Two stimuli come one after the other, each on one of two inputs. After a go cue one output says that both came on
    the second input, the other that not both did.

    As the and of sisyphus2's memory_tasks; see delayed_xor.
    """,
)
memory_saccade = _of_one_rule(
    "memory_saccade",
    "Memory saccade",
    "first",
    "On which input did the first stimulus come? Ignore the second.",
    """A stimulus comes on one of two inputs, and after a gap another one, to be ignored. After a go cue the side of the
    first has to be reported.

    As the memory saccade of sisyphus2's memory_tasks; see delayed_xor.
    """,
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
            among=tuple(rule.replace("_", " ") for rule in RULES),
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
    second_level: Second = 1.0,
) -> Task:
    """Two stimuli come one after the other, each on one of two inputs; one of ten rule inputs, on for the whole trial,
    says which logical function of the two has to be reported after a go cue.

    As sisyphus2's memory_tasks_variable (steps of 10 ms); its curriculum lengthened the gap from 400 to 2000 ms. The
    second stimulus is scaled by ``second_level``. Two of its options are left out. Its probability of a stimulus: here
    each comes on either input half of the time, since the chance stated for a rule holds for these odds alone (edit the
    factors ``first`` and ``second`` for others). Its mask of the answer alone: with it outputs that are high at all
    times before the go cue are as good as silent ones (for it, unset ``scored`` in all epochs but the response).
    """
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
    chance = _chance(*(RULES[int(rule)] for rule in rules))
    return _delayed(
        name, says, answer, _before(wait, stimulus, gap), response, grace, noise, (high, low), chance, rules=cues,
        second_level=second_level,
    )  # fmt: skip


UNCUED = ("xor", "or", "and", "first")


@preset("Delayed logic, no cue")
def uncued_delayed_logic(
    *,
    rule: Annotated[int, count("Rule", "What is asked: 0 xor, 1 or, 2 and, 3 the first stimulus.", 0, 3, 3)] = 0,
    wait: Wait = (30.0, 30.0),
    stimulus: Annotated[float, judged("Stimulus", "How long each stimulus is shown.")] = 30.0,
    gap: Gap = (50.0, 240.0),
    response: Response = 50.0,
    noise: NoiseLevel = 0.0,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """Two stimuli come one after the other, each on one of two inputs; a logical function of them has to be reported as
    soon as the second is over, without a cue.

    As sisyphus2's delayed_memory (38 steps of 10 ms: wait 3, stimuli 3, a gap of 4 and 1 to 20 more, answer 5). All
    steps are judged; trials end with the answer, where they went on, not judged, to 38 steps.
    """
    name, operator = "uncued_delayed_logic", UNCUED[rule]
    says = "Report a logical function of two stimuli as soon as both were there."
    before = _before(wait, stimulus, gap, go=False)
    return _delayed(name, says, _gate(operator), before, response, 0.0, noise, (high, low), _chance(operator))
