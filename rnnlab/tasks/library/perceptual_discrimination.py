"""Perceptual discrimination: which of two noisy inputs is the stronger."""

from __future__ import annotations

from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch, Remainder
from rnnlab.tasks.factors import Factor, Lookup, Product
from rnnlab.tasks.presets import Numbers, Range, Setting, check_answer, lasting, preset
from rnnlab.tasks.scoring import LargestMean
from rnnlab.tasks.signals import Hold, Noise
from rnnlab.tasks.task import Task

NAME = "perceptual_discrimination"


@preset("Perceptual discrimination")
def perceptual_discrimination(
    *,
    fixation: Annotated[
        Range, Setting("Fixation", "ms", 0, 1500, 10, "epochs", "Time before the stimulus, drawn for every trial.")
    ] = (0.0, 1000.0),
    stimulus: Annotated[
        Range,
        Setting("Stimulus", "ms", 0, 2000, 10, "epochs", "How long the evidence is shown, drawn for every trial."),
    ] = (250.0, 750.0),
    trial: Annotated[
        float,
        Setting("Whole trial", "ms", 10, 6000, 50, "epochs", "The response lasts from the stimulus to this time."),
    ] = 2000.0,
    coherences: Annotated[
        Numbers,
        Setting(
            "Coherences", "", 0, 1, 0.05, "stimulus", "How much stronger the stronger input is; one for each trial."
        ),
    ] = (0.1, 0.3, 0.5, 0.7),
    baseline: Annotated[
        float, Setting("Baseline", "", 0, 2, 0.05, "stimulus", "Level of both inputs during the stimulus.")
    ] = 1.0,
    noise: Annotated[
        float,
        Setting("Input noise", "", 0, 0.5, 0.005, "noise", "Standard deviation of a leaky unit (100 ms) driven by it."),
    ] = 0.01,
    high: Annotated[float, Setting("Target, chosen", "", -2, 2, 0.05, "trial", "Target of the chosen output.")] = 1.0,
    low: Annotated[float, Setting("Target, other", "", -2, 2, 0.05, "trial", "Target of the other output.")] = 0.2,
    grace: Annotated[
        float, Setting("Grace", "ms", 0, 500, 10, "trial", "Time at the start of the response that is not judged.")
    ] = 0.0,
) -> Task:
    """Two inputs are on together, one stronger than the other by the coherence; which one? The answer is given after
    the stimulus by holding one of two outputs high. The standard task of evidence accumulation (random dots).

    As in PsychRNN, but the targets and what is judged begin together, right at the end of the stimulus; there the
    first 20 ms that were judged had targets of zero.
    """
    check_answer(NAME, high, low)
    _check_timing(fixation, stimulus, trial, grace)
    return Task(
        name=NAME,
        description="Which of two noisy inputs is the stronger? Answer after the stimulus.",
        source="Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)",
        factors=(
            Factor("coherence", Choice(coherences)),
            Factor("direction", Choice((0, 1))),
            Factor("sign", Lookup("direction", (-1.0, 1.0))),
            Factor("signed_coherence", Product(("sign", "coherence"))),
            Factor("extra_0", Lookup("direction", ("coherence", 0.0))),
            Factor("extra_1", Lookup("direction", (0.0, "coherence"))),
            Factor("target_0", Lookup("direction", (high, low))),
            Factor("target_1", Lookup("direction", (low, high))),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation)),
            Epoch("stimulus", lasting(stimulus)),
            Epoch("response", Remainder(trial), scored=True, grace=grace),
        ),
        inputs=tuple(
            Channel(f"evidence_{i}", (Hold(f"extra_{i}", offset=baseline, epochs=("stimulus",)), Noise(noise)))
            for i in (0, 1)
        ),
        outputs=tuple(Channel(f"choice_{i}", (Hold(f"target_{i}", epochs=("response",)),)) for i in (0, 1)),
        scoring=LargestMean(),
    )


def _check_timing(fixation: Range, stimulus: Range, trial: float, grace: float) -> None:
    needed = fixation[1] + stimulus[1] + grace
    if trial <= needed:
        raise SpecError(
            f"{NAME}.trial",
            f"{trial:g} ms may leave nothing to judge after fixation, stimulus and grace (up to {needed:g} ms)",
            value=trial,
            remedy=f"give more than {needed:g} ms, or shorten fixation or stimulus",
        )
