"""Parametric working memory as trained with pycog."""

from __future__ import annotations

from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.catch import with_catch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Factor, Linear, Lookup
from rnnlab.tasks.library.parts import choices, line, targets
from rnnlab.tasks.library.random_dots import SONG
from rnnlab.tasks.library.settings import Baseline, Catch, High, Low, NoiseLevel, judged, ms
from rnnlab.tasks.presets import Pairs, Range, Setting, check_answer, lasting, preset
from rnnlab.tasks.scoring import LargestLast, WorstCondition
from rnnlab.tasks.signals import Hold
from rnnlab.tasks.task import Task


@preset("Parametric working memory")
def parametric_memory(
    *,
    fixation: Annotated[Range, judged("Fixation", "Time before the first stimulus.")] = (100.0, 100.0),
    stimulus_1: Annotated[Range, ms("First stimulus", "How long f1 is shown.")] = (500.0, 500.0),
    delay: Annotated[Range, ms("Delay", "How long f1 has to be remembered.", 6000)] = (2500.0, 3500.0),
    stimulus_2: Annotated[Range, ms("Second stimulus", "How long f2 is shown.")] = (500.0, 500.0),
    decision: Annotated[float, judged("Decision", "How long the answer is given.")] = 300.0,
    pairs: Annotated[
        Pairs, Setting("Pairs", "Hz", 0, 50, 1, "stimulus", "The two frequencies of a trial, shown in either order.")
    ] = ((18.0, 10.0), (22.0, 14.0), (26.0, 18.0), (30.0, 22.0), (34.0, 26.0)),
    baseline: Baseline = 0.2,
    noise: NoiseLevel = 0.01,
    high: High = 1.0,
    low: Low = 0.2,
    catch: Catch = 1 / 11,
) -> Task:
    """Two vibrations are felt, seconds apart; the animal reports which of them had the higher frequency. In catch
    trials nothing comes, and both outputs have to stay low.

    As pycog's romo (Figure 7): one input rises with the frequency, 0.4 + 0.8 (f - 10) / 24, the other falls; baseline
    0.2; catch trials of 2500 ms. The accuracy is that of the worst of the ten conditions, which was its rule to stop.
    Times are those of its training; it tests with ``fixation=500, delay=3000``. Conditions are drawn at random; inputs
    are not cut at zero here, which is up to the network. sisyphus2's romo is this with ``fixation=250, stimulus_1=250,
    delay=1500, stimulus_2=250, catch=0`` (steps of 10 ms; how long its decision lasts is not stated).
    """
    name = "parametric_memory"
    check_answer(name, high, low)
    for i, (a, b) in enumerate(pairs):
        if a == b:
            problem = f"both are {a:g} Hz, so neither is higher"
            raise SpecError(f"{name}.pairs[{i}]", problem, value=a, remedy="make them differ")

    def coded(way: str, sign: float, zero: float) -> Channel:
        gain, offset = sign * 0.8 / 24, 0.4 - sign * 0.8 * zero / 24
        shown = (Hold(f"f{i}", gain=gain, offset=offset, epochs=(f"stimulus_{i}",)) for i in (1, 2))
        return line(way, *shown, noise=noise, baseline=baseline)

    task = Task(
        name=name,
        description="Which of two frequencies, seconds apart, was the higher?",
        source=f"Romo, Brody, Hernández & Lemus 1999, Nature 399; {SONG}",
        factors=(
            Factor("pair", Choice(tuple(range(len(pairs))))),
            Factor("order", Choice((0, 1))),
            Factor("higher", Lookup("pair", tuple(max(pair) for pair in pairs))),
            Factor("lower", Lookup("pair", tuple(min(pair) for pair in pairs))),
            Factor("f1", Lookup("order", ("higher", "lower"))),
            Factor("f2", Lookup("order", ("lower", "higher"))),
            Factor("difference", Linear((("f2", 1.0), ("f1", -1.0)))),
            *targets("order", 2, high, low),
        ),
        epochs=(
            Epoch("fixation", lasting(fixation), scored=True),
            Epoch("stimulus_1", lasting(stimulus_1)),
            Epoch("delay", lasting(delay)),
            Epoch("stimulus_2", lasting(stimulus_2)),
            Epoch("decision", lasting((decision, decision)), scored=True),
        ),
        inputs=(coded("rising", 1.0, 10.0), coded("falling", -1.0, 34.0)),
        outputs=choices(("first_higher", "second_higher"), ("decision",), ("fixation",), low),
        scoring=WorstCondition(LargestLast(("decision",)), ("pair", "order")),
    )
    return with_catch(task, catch, 2500, low)
