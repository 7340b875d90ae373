"""Random dots: which way does the noisy evidence point? Variants of the standard task of evidence accumulation."""

from __future__ import annotations

from typing import Annotated

from rnnlab.tasks.catch import with_catch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, TruncatedExponential
from rnnlab.tasks.epochs import Duration, Epoch, Remainder
from rnnlab.tasks.factors import Factor, Lookup, Product
from rnnlab.tasks.library.parts import choices, line, targets
from rnnlab.tasks.library.settings import (
    STEP_NOISE,
    Baseline,
    Catch,
    High,
    Low,
    NoiseLevel,
    judged,
    ms,
    strength,
)
from rnnlab.tasks.presets import Numbers, Range, Setting, check_answer, lasting, preset
from rnnlab.tasks.scoring import AnyScoring, FirstCrossing, LargestLast, LargestMean, Several, SignOfMean
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task

SONG = "Song, Yang & Wang 2016, PLoS Computational Biology 12(2)"
Coherences = Annotated[
    Numbers, Setting("Coherences", "%", 0, 100, 1, "stimulus", "Strength of the evidence; one for each trial.")
]
PERCENT = (1.0, 2.0, 4.0, 8.0, 16.0)
SCALE = 3.2 / 100
OUTPUTS = ("choice_0", "choice_1")


def evidence(coherences: Numbers) -> tuple[Factor, ...]:
    """A coherence for or against: ``direction`` 0 or 1 is the right choice, ``signed_coherence`` is above 0 for 1."""
    return (
        Factor("coherence", Choice(coherences)),
        Factor("direction", Choice((0, 1))),
        Factor("sign", Lookup("direction", (-1.0, 1.0))),
        Factor("signed_coherence", Product(("sign", "coherence"))),
    )


def _dots(
    name: str,
    says: str,
    epochs: tuple[Epoch, ...],
    *,
    coherences: Numbers,
    baseline: float,
    noise: float,
    high: float,
    low: float,
    catch: float,
    shown: tuple[str, ...] = ("stimulus",),
    start_cue: bool = False,
    scoring: AnyScoring | None = None,
) -> Task:
    check_answer(name, high, low)
    sides = tuple(
        line(
            f"evidence_{i}",
            Hold("signed_coherence", gain=sign * SCALE / 2, offset=0.5, epochs=shown),
            noise=noise,
            baseline=baseline,
        )
        for i, sign in enumerate((-1, 1))
    )
    start = (line("start", Hold(1.0, epochs=shown), noise=noise, baseline=baseline),) if start_cue else ()
    task = Task(
        name=name,
        description=says,
        source=SONG,
        factors=(*evidence(coherences), *targets("direction", 2, high, low)),
        epochs=epochs,
        inputs=(*sides, *start),
        outputs=choices(OUTPUTS, ("decision",), ("fixation",), low),
        scoring=scoring or LargestLast(("decision",)),
    )
    return with_catch(task, catch, 2000, low)


@preset("Random dots")
def random_dots(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (100.0, 100.0),
    stimulus: Annotated[Range, ms("Stimulus", "How long the evidence is shown.")] = (800.0, 800.0),
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 300.0,
    coherences: Coherences = PERCENT,
    baseline: Baseline = 0.2,
    noise: NoiseLevel = 0.01,
    high: High = 1.0,
    low: Low = 0.2,
    catch: Catch = 1 / 11,
) -> Task:
    """Dots move at random, a few of them together to one side; which side? While it fixates and in catch trials, in
    which nothing is shown, the network has to keep both outputs low; after the stimulus it raises one.

    As pycog's rdm tasks (Figure 3: two inputs (1 ± 3.2 coherence) / 2 on a baseline of 0.2), with the times of its
    training; it tests with ``fixation=300``. Conditions are drawn at random and not in a cycle; inputs are not cut at
    zero here, which is up to the network.
    """
    epochs = (
        Epoch("fixation", lasting(fixation), scored=True),
        Epoch("stimulus", lasting(stimulus)),
        Epoch("decision", lasting((decision, decision)), scored=True),
    )
    says = "Which way do the dots move? Answer after the stimulus."
    return _dots(
        "random_dots", says, epochs, coherences=coherences, baseline=baseline, noise=noise, high=high, low=low,
        catch=catch,
    )  # fmt: skip


@preset("Random dots, stimulus of random length")
def random_dots_variable(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (100.0, 100.0),
    mean: Annotated[float, judged("Mean stimulus", "Mean of the exponential it is drawn from.")] = 330.0,
    limits: Annotated[Range, ms("Stimulus limits", "The shortest and the longest stimulus.", 3000)] = (80.0, 1500.0),
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 300.0,
    coherences: Coherences = PERCENT,
    baseline: Baseline = 0.2,
    noise: NoiseLevel = 0.01,
    high: High = 1.0,
    low: Low = 0.2,
    catch: Catch = 1 / 11,
) -> Task:
    """Dots move at random, a few of them together, for a time that cannot be foretold; which way? A start cue is on
    with the stimulus, and the answer is given when both end. A longer look gives a better answer.

    As pycog's rdm_varstim (Figure 2A), with the times of its training; it tests with ``fixation=500``. Conditions are
    drawn at random; inputs are not cut at zero here, which is up to the network.
    """
    stimulus: Duration = TruncatedExponential(mean, *limits)
    epochs = (
        Epoch("fixation", lasting(fixation), scored=True),
        Epoch("stimulus", stimulus),
        Epoch("decision", lasting((decision, decision)), scored=True),
    )
    says = "Which way do the dots move? Answer when they end, which cannot be foretold."
    return _dots(
        "random_dots_variable", says, epochs, coherences=coherences, baseline=baseline, noise=noise, high=high, low=low,
        catch=catch, start_cue=True,
    )  # fmt: skip


@preset("Random dots, reaction time")
def random_dots_reaction_time(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (100.0, 100.0),
    look: Annotated[float, ms("First look", "Time of the stimulus before the answer is judged.")] = 300.0,
    decision: Annotated[float, judged("Decision", "Time with the stimulus in which the answer is judged.")] = 500.0,
    coherences: Coherences = PERCENT,
    baseline: Baseline = 0.2,
    noise: NoiseLevel = 0.01,
    high: High = 1.2,
    low: Low = 0.2,
    threshold: Annotated[float, strength("Threshold", "An output that reaches it has answered.", 0, 2)] = 1.0,
    catch: Catch = 5 / 11,
) -> Task:
    """Dots move at random, a few of them together; which way? The answer may be given at any time while they are shown:
    the first output to cross the threshold is the choice, and the weaker the evidence the later it comes.

    As pycog's rdm_rt (Figure 2B), whose decision begins 300 ms into the stimulus, with the times of its training; it
    tests with ``fixation=300, decision=1200``, a stimulus of 1500 ms. The score is that of the last step, as there;
    reaction times are in its part FirstCrossing. Conditions are drawn at random; inputs are not cut at zero here, which
    is up to the network.
    """
    epochs = (
        Epoch("fixation", lasting(fixation), scored=True),
        Epoch("stimulus", lasting((look, look))),
        Epoch("decision", lasting((decision, decision)), scored=True),
    )
    shown = ("stimulus", "decision")
    return _dots(
        "random_dots_reaction_time", "Which way do the dots move? Answer as soon as it is clear.", epochs,
        coherences=coherences, baseline=baseline, noise=noise, high=high, low=low, catch=catch, shown=shown,
        start_cue=True, scoring=Several((LargestLast(("decision",)), FirstCrossing(threshold, shown))),
    )  # fmt: skip


# ------------------------------------------------------------------------------------- one channel with a sign


@preset("Signed random dots")
def signed_random_dots(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (400.0, 400.0),
    stimulus: Annotated[Range, judged("Stimulus", "How long the evidence is shown.")] = (1000.0, 1000.0),
    delay: Annotated[Range, judged("Delay", "Time from the stimulus to the answer.")] = (200.0, 200.0),
    response: Annotated[float, judged("Response", "How long the answer is given.")] = 400.0,
    coherences: Annotated[Numbers, strength("Coherences", "Strength of the evidence.")] = (0.01, 0.05, 0.1, 0.2, 0.4),
    noise: NoiseLevel = 0.1 * STEP_NOISE,
) -> Task:
    """Evidence comes in one channel, positive or negative; after a short delay the single output reports its sign as +1
    or -1, and is silent before.

    As sisyphus2's rdm (rdm.py: 200 steps, taken as 10 ms each), judged at all times. The other rdm there (task.py) has
    ``noise=0.4 / 20**0.5`` and does not judge the stimulus; for the latter set ``scored=False`` in that epoch.
    """
    epochs = (
        Epoch("fixation", lasting(fixation), scored=True),
        Epoch("stimulus", lasting(stimulus), scored=True),
        Epoch("delay", lasting(delay), scored=True),
        Epoch("response", lasting((response, response)), scored=True),
    )
    return _signed("signed_random_dots", epochs, ("fixation", "stimulus", "delay"), ("stimulus",), coherences, noise)


@preset("Signed random dots, reaction time")
def signed_random_dots_reaction_time(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the stimulus.")] = (400.0, 400.0),
    look: Annotated[float, judged("First look", "Time of the stimulus before the answer.")] = 100.0,
    stimulus: Annotated[float, judged("Stimulus", "How long the evidence stays while the answer is given.")] = 900.0,
    response: Annotated[float, judged("Response", "How long the answer stays after the stimulus.")] = 600.0,
    coherences: Annotated[Numbers, strength("Coherences", "Strength of the evidence.")] = (0.01, 0.05, 0.1, 0.2, 0.4),
    noise: NoiseLevel = 0.1 * STEP_NOISE,
) -> Task:
    """Evidence comes in one channel, positive or negative; the single output reports its sign from soon after the onset
    on, while the evidence is still coming.

    As the reaction time version of sisyphus2's rdm: the answer is wanted from 100 ms after the onset.
    """
    epochs = (
        Epoch("fixation", lasting(fixation), scored=True),
        Epoch("look", lasting((look, look)), scored=True),
        Epoch("stimulus", lasting((stimulus, stimulus)), scored=True),
        Epoch("response", lasting((response, response)), scored=True),
    )
    name = "signed_random_dots_reaction_time"
    return _signed(name, epochs, ("fixation", "look"), ("look", "stimulus"), coherences, noise)


def _signed(
    name: str,
    epochs: tuple[Epoch, ...],
    silent: tuple[str, ...],
    shown: tuple[str, ...],
    coherences: Numbers,
    noise: float,
) -> Task:
    answer = tuple(epoch.name for epoch in epochs if epoch.name not in silent)
    return Task(
        name=name,
        description="Is the evidence positive or negative?",
        source="Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)",
        factors=evidence(coherences),
        epochs=epochs,
        inputs=(line("evidence", Hold("signed_coherence", epochs=shown), noise=noise),),
        outputs=(Channel("choice", (Hold(0.0, epochs=silent), Hold("sign", epochs=answer))),),
        scoring=SignOfMean(answer),
    )


# ----------------------------------------------------------------------------- two channels, no decision epoch


@preset("Perceptual discrimination, fixed times")
def fixed_time_discrimination(
    *,
    fixation: Annotated[Range, ms("Fixation", "Time before the stimulus.")] = (500.0, 500.0),
    stimulus: Annotated[Range, ms("Stimulus", "How long the evidence is shown.")] = (1000.0, 1000.0),
    response: Annotated[float, judged("Response", "How long the answer is given.")] = 500.0,
    mean: Annotated[float, strength("Mean coherence", "Of the exponential it is drawn from, up to 1.", 0.01)] = 0.2,
    noise: NoiseLevel = 0.01,
    high: High = 1.0,
    low: Low = 0.2,
) -> Task:
    """Two inputs are on together, one stronger than the other; which one? Like perceptual discrimination, with fixed
    times and a coherence from an exponential distribution, so that most trials are hard.

    As PsychRNN's notebook task Simple PD (onset T/4, stimulus T/2, T = 2000 ms). Coherences stop at 1, beyond which
    are 0.7 % there; targets begin with what is judged.
    """
    name = "fixed_time_discrimination"
    check_answer(name, high, low)
    return Task(
        name=name,
        description="Which of two inputs is the stronger? Fixed times, mostly weak evidence.",
        source="Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)",
        factors=(
            Factor("coherence", TruncatedExponential(mean, 0.0, 1.0)),
            *evidence((0.0,))[1:],
            *_extras(),
            *targets("direction", 2, high, low),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation)),
            Epoch("stimulus", lasting(stimulus)),
            Epoch("response", lasting((response, response)), scored=True),
        ),
        inputs=tuple(
            line(f"evidence_{i}", Hold(f"extra_{i}", offset=1.0, epochs=("stimulus",)), noise=noise) for i in (0, 1)
        ),
        outputs=choices(OUTPUTS, ("response",)),
        scoring=LargestMean(),
    )


def _extras() -> tuple[Factor, ...]:
    return (
        Factor("extra_0", Lookup("direction", ("coherence", 0.0))),
        Factor("extra_1", Lookup("direction", (0.0, "coherence"))),
    )


@preset("Pulse of evidence")
def evidence_pulse(
    *,
    fixation: Annotated[Range, ms("Fixation", "Time before the stimulus.")] = (0.0, 990.0),
    pulse: Annotated[float, ms("Pulse", "How long the pulse lasts, at the start of the stimulus.")] = 50.0,
    stimulus: Annotated[float, ms("Stimulus", "How long both inputs stay on after it.")] = 450.0,
    pause: Annotated[float, ms("Pause", "Time from the stimulus to the answer.")] = 20.0,
    trial: Annotated[float, judged("Whole trial", "The answer lasts until then.", 4000)] = 2000.0,
    height: Annotated[float, strength("Pulse height", "How much the chosen input has more in the pulse.")] = 0.2,
    coherences: Annotated[Numbers, strength("Coherences", "How much it has more in the whole stimulus.")] = (0.0,),
    noise: NoiseLevel = 0.4 * STEP_NOISE,
    high: High = 1.0,
    low: Low = 0.0,
) -> Task:
    """Two equal inputs are on, but one of them begins with a short pulse of extra strength; which one? Shows how long a
    brief piece of evidence is remembered, and how much it counts.

    As sisyphus2's rdm2blip; with ``height=0, coherences=(0.5,)`` its rdm2. Onsets are drawn anew for every trial, not
    once a batch. The mask departs from the original's, which left out the first output alone, in the stimulus and for
    150 ms around its end, and judged the second at every step: here both outputs are judged in the answer and nowhere
    else, so that neither is asked for silence while the evidence comes.
    """
    name = "evidence_pulse"
    check_answer(name, high, low)
    on = ("pulse", "stimulus")
    return Task(
        name=name,
        description="Which of two inputs began with a pulse?",
        source="Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)",
        factors=(
            *evidence(coherences),
            *_extras(),
            *(Factor(f"pulse_{i}", Lookup("direction", (height * (i == 0), height * (i == 1)))) for i in (0, 1)),
            *targets("direction", 2, high, low),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation)),
            Epoch("pulse", lasting((pulse, pulse))),
            Epoch("stimulus", lasting((stimulus, stimulus))),
            Epoch("pause", lasting((pause, pause))),
            Epoch("response", Remainder(trial), scored=True),
        ),
        inputs=tuple(
            line(
                f"evidence_{i}",
                Hold(f"extra_{i}", offset=1.0, epochs=on),
                Hold(f"pulse_{i}", epochs=("pulse",)),
                noise=noise,
            )
            for i in (0, 1)
        ),
        outputs=choices(OUTPUTS, ("response",)),
        scoring=LargestMean(),
    )


@preset("Answer during the stimulus")
def answer_during_stimulus(
    *,
    fixation: Annotated[Range, ms("Fixation", "Time before the stimulus.")] = (0.0, 990.0),
    look: Annotated[float, ms("First look", "Time of the stimulus before the answer.")] = 1020.0,
    overlap: Annotated[float, judged("Overlap", "How long stimulus and answer go together.")] = 980.0,
    trial: Annotated[float, judged("Whole trial", "The answer lasts until then.", 6000)] = 4000.0,
    coherences: Annotated[Numbers, strength("Coherences", "How much stronger the stronger input is.")] = (0.5,),
    noise: NoiseLevel = 0.4 * STEP_NOISE,
    high: High = 1.0,
    low: Low = 0.0,
) -> Task:
    """Two noisy inputs are on together for a long time, one of them stronger; the answer begins while they are still on
    and has to be held after they have gone.

    As sisyphus2's rdm2long (400 steps of 10 ms), with onsets drawn for every trial and not once a batch. The mask
    departs from the original's, which left out the first output alone, in the stimulus and for 150 ms around its end,
    and so judged only the second while stimulus and answer go together: here both outputs are judged in the whole
    answer and nowhere else.
    """
    name = "answer_during_stimulus"
    check_answer(name, high, low)
    return Task(
        name=name,
        description="Which of two inputs is the stronger? Answer while they are on, and hold it.",
        source="Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)",
        factors=(*evidence(coherences), *_extras(), *targets("direction", 2, high, low)),
        epochs=(
            Epoch("fixation", lasting(fixation)),
            Epoch("look", lasting((look, look))),
            Epoch("overlap", lasting((overlap, overlap)), scored=True),
            Epoch("response", Remainder(trial), scored=True),
        ),
        inputs=tuple(
            line(f"evidence_{i}", Hold(f"extra_{i}", offset=1.0, epochs=("look", "overlap")), noise=noise)
            for i in (0, 1)
        ),
        outputs=choices(OUTPUTS, ("overlap", "response")),
        scoring=LargestMean(),
    )
