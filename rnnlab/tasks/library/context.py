"""Decisions in context: the same stimuli call for different answers, depending on a cue."""

from __future__ import annotations

from typing import Annotated

from rnnlab.tasks.catch import with_catch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Compare, Factor, Lookup, Product
from rnnlab.tasks.library.parts import choices, line, targets
from rnnlab.tasks.library.random_dots import OUTPUTS, SONG
from rnnlab.tasks.library.settings import (
    STEP_NOISE,
    Baseline,
    Catch,
    High,
    Low,
    NoiseLevel,
    count,
    judged,
    ms,
    strength,
)
from rnnlab.tasks.presets import Numbers, Range, Setting, check_answer, lasting, preset
from rnnlab.tasks.scoring import LargestLast, LargestMean, SignOfMean
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task

MANTE = "Mante, Sussillo, Shenoy & Newsome 2013, Nature 503"
FEATURES = ("motion", "colour")


def _feature(name: str, coherences: Numbers) -> tuple[Factor, ...]:
    """Strength, side (0 or 1) and signed coherence of one feature."""
    return (
        Factor(f"{name}_strength", Choice(coherences)),
        Factor(f"{name}_side", Choice((0, 1))),
        Factor(f"{name}_sign", Lookup(f"{name}_side", (-1.0, 1.0))),
        Factor(name, Product((f"{name}_sign", f"{name}_strength"))),
    )


def _relevant() -> tuple[Factor, ...]:
    """Context 0 asks for motion, 1 for colour."""
    return (
        Factor("context", Choice((0, 1))),
        Factor("signed_coherence", Lookup("context", FEATURES)),
        Factor("direction", Lookup("context", tuple(f"{name}_side" for name in FEATURES))),
    )


def _cues(*epochs: str, noise: float, baseline: float = 0.0) -> tuple[Channel, ...]:
    """One input for each context, 1 while it holds."""
    return tuple(
        line(f"context_{name}", Hold(f"cue_{i}", epochs=epochs), noise=noise, baseline=baseline)
        for i, name in enumerate(FEATURES)
    )


def _cue_factors(n: int = 2) -> tuple[Factor, ...]:
    return tuple(Factor(f"cue_{i}", Lookup("context", tuple(float(i == k) for k in range(n)))) for i in range(n))


def _two_sided(scale: float, *epochs: str, noise: float, baseline: float = 0.0) -> tuple[Channel, ...]:
    """Two inputs for each feature, (1 ± scale · coherence) / 2; the second is for positive coherence."""
    return tuple(
        line(
            f"{name}_{i}", Hold(name, gain=sign * scale / 2, offset=0.5, epochs=epochs), noise=noise, baseline=baseline
        )
        for name in FEATURES
        for i, sign in enumerate((-1, 1))
    )


@preset("Context-dependent decision")
def context_decision(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (100.0, 100.0),
    stimulus: Annotated[Range, ms("Stimulus", "How long context and evidence are shown.")] = (800.0, 800.0),
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 300.0,
    coherences: Annotated[
        Numbers, Setting("Coherences", "%", 0.1, 20, 0.1, "stimulus", "Strengths of motion and of colour.")
    ] = (1.0, 3.0, 10.0),
    baseline: Baseline = 0.2,
    noise: NoiseLevel = 0.01,
    high: High = 1.0,
    low: Low = 0.2,
    catch: Catch = 1 / 73,
) -> Task:
    """Coloured dots move: in one context the animal reports which way most of them move, in the other which colour most
    of them have. Both are always shown; the context, cued together with them, tells which to ignore.

    As pycog's mante (Figure 4): 72 conditions, evidence (1 ± 5 coherence) / 2 on a baseline of 0.2, with the times of
    its training; it tests with ``fixation=400``. Conditions are drawn at random; inputs are not cut at zero here, which
    is up to the network. sisyphus2's mante is this with ``fixation=200, stimulus=400, decision=150, catch=0, noise=0``
    (steps of 10 ms; its random additions to the decision are left out).
    """
    name = "context_decision"
    check_answer(name, high, low)
    task = Task(
        name=name,
        description="Report motion or colour, as the context says, and ignore the other.",
        source=f"{MANTE}; {SONG}",
        factors=(
            *_feature("motion", coherences),
            *_feature("colour", coherences),
            *_relevant(),
            *_cue_factors(),
            *targets("direction", 2, high, low),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation), scored=True),
            Epoch("stimulus", lasting(stimulus)),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
        inputs=(
            *_cues("stimulus", noise=noise, baseline=baseline),
            *_two_sided(0.05, "stimulus", noise=noise, baseline=baseline),
        ),
        outputs=choices(OUTPUTS, ("decision",), ("fixation",), low),
        scoring=LargestLast(("decision",)),
    )
    return with_catch(task, catch, 2000, low)


POWERS = tuple(2.0**-k for k in range(6, -1, -1))
COHERENCES = (*(-c for c in reversed(POWERS)), 0.0, *POWERS)
Signed = Annotated[
    Numbers, Setting("Coherences", "", -1, 1, 0.05, "stimulus", "Of motion and of colour, positive or negative.", 1)
]


@preset("Context-dependent integration")
def context_integration(
    *,
    context: Annotated[float, judged("Context", "How long the context is on before the evidence.")] = 1000.0,
    stimulus: Annotated[float, ms("Stimulus", "How long the evidence is on before the answer.")] = 1000.0,
    decision: Annotated[float, judged("Decision", "How long evidence and answer go together.")] = 1000.0,
    coherences: Signed = COHERENCES,
    noise: NoiseLevel = 0.0,
    n_outputs: Annotated[int, count("Outputs", "Two, one for each side, or one with a sign.", 1, 2, 2)] = 2,
) -> Task:
    """A context is on from the start; then motion and colour are shown together, and the side that the relevant one of
    them favours is reported while they are still on. With a coherence of 0 both outputs are held at one half.

    As trainRNNbrain's CDDM (300 steps of a tenth of the time constant, 10 ms each here; 2 x 15² conditions); with
    ``n_outputs=1`` its one-output form, which reports the sign of the evidence, 0 where there is none. Windows begin on
    their step, not one before; trials without evidence do not count in the accuracy; noise is the network's.
    """
    signed = n_outputs == 1
    on = ("context", "stimulus", "decision")
    return Task(
        name="context_integration",
        description="Report the side of motion or of colour, as the context says, while they are shown.",
        source=MANTE,
        factors=(
            *_signed_features(coherences),
            *(_sign() if signed else _verdict(1.0, 0.5, 0.0)),
            *_cue_factors(),
        ),
        epochs=_while_shown(context, stimulus, decision),
        inputs=(*_cues(*on, noise=noise), *_two_sided(1.0, "stimulus", "decision", noise=noise)),
        outputs=_signed_choice() if signed else choices(OUTPUTS, ("decision",), ("context",)),
        scoring=(SignOfMean if signed else LargestMean)(("decision",), only="decidable"),
    )


def _while_shown(context: float, stimulus: float, decision: float) -> tuple[Epoch, ...]:
    return (
        Epoch("context", lasting((context, context)), scored=True),
        Epoch("stimulus", lasting((stimulus, stimulus))),
        Epoch("decision", lasting((decision, decision)), scored=True),
    )


def _sign() -> tuple[Factor, ...]:
    """``target`` is the sign of the evidence, 0 where there is none."""
    return (
        Factor("direction", Compare("signed_coherence", ">", 0.0)),
        Factor("decidable", Compare("signed_coherence", "!=", 0.0)),
        Factor("for", Lookup("direction", (-1.0, 1.0))),
        Factor("target", Lookup("decidable", (0.0, "for"))),
    )


def _signed_choice() -> tuple[Channel, ...]:
    return (Channel("choice", (Hold(0.0, epochs=("context",)), Hold("target", epochs=("decision",)))),)


def _signed_features(coherences: Numbers) -> tuple[Factor, ...]:
    return (
        *(Factor(name, Choice(coherences)) for name in FEATURES),
        Factor("context", Choice((0, 1))),
        Factor("signed_coherence", Lookup("context", FEATURES)),
    )


def _verdict(high: float, undecided: float, low: float) -> tuple[Factor, ...]:
    """``verdict`` counts 0 for negative, 1 for no and 2 for positive evidence; targets follow."""
    return (
        Factor("direction", Compare("signed_coherence", ">", 0.0)),
        Factor("decidable", Compare("signed_coherence", "!=", 0.0)),
        Factor("target_0", Lookup("decidable", (undecided, "against"))),
        Factor("target_1", Lookup("decidable", (undecided, "for"))),
        Factor("against", Lookup("direction", (high, low))),
        Factor("for", Lookup("direction", (low, high))),
    )


@preset("Context-dependent integration, signed inputs")
def signed_context_integration(
    *,
    context: Annotated[float, judged("Context", "How long the context is on before the evidence.")] = 1000.0,
    stimulus: Annotated[float, ms("Stimulus", "How long the evidence is on before the answer.")] = 1000.0,
    decision: Annotated[float, judged("Decision", "How long evidence and answer go together.")] = 1000.0,
    coherences: Signed = (-0.5, -0.15, -0.04, 0.04, 0.15, 0.5),
    noise: NoiseLevel = 0.0,
) -> Task:
    """Two contexts, and one signed input each for motion and for colour; the single output reports the sign of the
    relevant one. The encoding in which the selection vector of a network is usually shown.

    As the one-output form of trainRNNbrain's CDDMMante, which states neither times nor coherences: the times are those
    of its CDDM, and the coherences, 0.04, 0.15 and 0.5 with either sign, were chosen here. Nothing is asked for at a
    coherence of 0.
    """
    on = ("context", "stimulus", "decision")
    return Task(
        name="signed_context_integration",
        description="Report the sign of motion or of colour, as the context says.",
        source=MANTE,
        factors=(*_signed_features(coherences), *_sign(), *_cue_factors()),
        epochs=_while_shown(context, stimulus, decision),
        inputs=(
            *_cues(*on, noise=noise),
            *(line(name, Hold(name, epochs=("stimulus", "decision")), noise=noise) for name in FEATURES),
        ),
        outputs=_signed_choice(),
        scoring=SignOfMean(("decision",), only="decidable"),
    )


@preset("Remembered rule")
def remembered_rule(
    *,
    n_rules: Annotated[int, count("Rules", "How many channels of evidence there are.", 2, 6, 16)] = 2,
    fixation: Annotated[Range, judged("Fixation", "Time before the rule.")] = (400.0, 400.0),
    rule: Annotated[Range, judged("Rule", "How long the rule is cued.")] = (400.0, 400.0),
    delay: Annotated[Range, judged("Delay", "How long the rule has to be remembered.")] = (200.0, 200.0),
    evidence: Annotated[Range, judged("Evidence", "How long evidence is shown before the answer.")] = (600.0, 600.0),
    overlap: Annotated[float, judged("Overlap", "How long evidence and answer go together.")] = 200.0,
    response: Annotated[float, judged("Response", "How long the answer stays after the evidence.")] = 200.0,
    coherences: Annotated[Numbers, strength("Coherences", "Strength of the evidence.", 0.01)] = (0.1, 0.2, 0.4),
    noise: NoiseLevel = 0.1 * STEP_NOISE,
    high: High = 1.0,
    low: Low = 0.1,
) -> Task:
    """A rule is cued briefly and goes away; then several channels of evidence are shown together, each positive or
    negative. The sign of the cued channel is the answer: context-dependent decision with a context from memory.

    As sisyphus2's rule_dependent_rdm (200 steps of 10 ms; all steps judged), which states neither coherences nor noise:
    those were chosen here. Its reaction time version is left out: it asks for the answer from 500 ms on, half a second
    before there is any evidence.
    """
    name = "remembered_rule"
    check_answer(name, high, low)
    rules = range(n_rules)
    silent = ("fixation", "rule", "delay", "evidence")
    return Task(
        name=name,
        description="Report the sign of the channel that was cued before.",
        source="Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)",
        factors=(
            Factor("context", Choice(tuple(rules))),
            Factor("coherence", Choice(coherences)),
            *(Factor(f"side_{i}", Choice((0, 1))) for i in rules),
            *(Factor(f"sign_{i}", Lookup(f"side_{i}", (1.0, -1.0))) for i in rules),
            *(Factor(f"evidence_{i}", Product((f"sign_{i}", "coherence"))) for i in rules),
            Factor("answer", Lookup("context", tuple(f"side_{i}" for i in rules))),
            *_cue_factors(n_rules),
            *targets("answer", 2, high, low),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation), scored=True),
            Epoch("rule", lasting(rule), scored=True),
            Epoch("delay", lasting(delay), scored=True),
            Epoch("evidence", lasting(evidence), scored=True),
            Epoch("overlap", lasting((overlap, overlap)), scored=True),
            Epoch("response", lasting((response, response)), scored=True),
        ),
        inputs=(
            *(line(f"rule_{i}", Hold(f"cue_{i}", epochs=("rule",)), noise=noise) for i in rules),
            *(line(f"evidence_{i}", Hold(f"evidence_{i}", epochs=("evidence", "overlap")), noise=noise) for i in rules),
        ),
        outputs=choices(("positive", "negative"), ("overlap", "response"), silent, low),
        scoring=LargestMean(("overlap", "response")),
    )


@preset("Multisensory integration")
def multisensory(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (100.0, 100.0),
    stimulus: Annotated[Range, ms("Stimulus", "How long the stimulus is on.")] = (1000.0, 1000.0),
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 300.0,
    rates: Annotated[
        Numbers, Setting("Rates", "Hz", 1, 30, 0.5, "stimulus", "Rates of events, below and above the boundary.")
    ] = (9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0),
    boundary: Annotated[float, Setting("Boundary", "Hz", 1, 30, 0.5, "stimulus", "Rates above it are high.")] = 12.5,
    baseline: Baseline = 0.2,
    noise: NoiseLevel = 0.01,
    high: High = 1.0,
    low: Low = 0.2,
    catch: Catch = 0.2,
) -> Task:
    """Flashes, clicks or both come at some rate; is it higher or lower than a boundary that the animal has learned?
    With both senses together the answer should be better than with either.

    As pycog's multisensory (Figure 6): modality x rate = 24 conditions; rates are coded rising, 0.4 + 0.8 (f - 9) / 7,
    and falling. Times are those of its training; it tests with ``fixation=500``. Conditions are drawn at random; inputs
    are not cut at zero here, which is up to the network. The start cue is connected here; in the original its weights
    were masked out. Catch trials last 2500 ms.
    """
    name = "multisensory"
    check_answer(name, high, low)
    senses = ("visual", "auditory")

    def sense(which: str, way: str, gain: float, offset: float) -> Channel:
        shown = Hold("rate", gain=gain, offset=offset, epochs=("stimulus",), when=which)
        return line(f"{which}_{way}", shown, noise=noise, baseline=baseline)

    task = Task(
        name=name,
        description="Is the rate of flashes, clicks or both above the boundary?",
        source=f"Raposo, Kaufman & Churchland 2014, Nature Neuroscience 17; {SONG}",
        factors=(
            Factor("modality", Choice((0, 1, 2))),
            Factor("visual", Lookup("modality", (1.0, 0.0, 1.0))),
            Factor("auditory", Lookup("modality", (0.0, 1.0, 1.0))),
            Factor("rate", Choice(rates)),
            Factor("lower", Compare("rate", "<", boundary)),
            *targets("lower", 2, high, low),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation), scored=True),
            Epoch("stimulus", lasting(stimulus)),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
        inputs=(
            *(sense(which, "rising", 0.8 / 7, 0.4 - 0.8 * 9 / 7) for which in senses),
            *(sense(which, "falling", -0.8 / 7, 0.4 + 0.8 * 16 / 7) for which in senses),
            line("start", Hold(1.0, epochs=("stimulus", "decision")), noise=noise, baseline=baseline),
        ),
        outputs=choices(("high", "low"), ("decision",), ("fixation",), low),
        scoring=LargestLast(("decision",)),
    )
    return with_catch(task, catch, 2500, low)
