"""Evidence in pulses: which side has had more."""

from __future__ import annotations

from typing import Annotated

from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Factor, Lookup
from rnnlab.tasks.library.parts import line
from rnnlab.tasks.library.settings import NoiseLevel, judged, ms
from rnnlab.tasks.presets import Numbers, Range, Setting, lasting, preset
from rnnlab.tasks.scoring import LargestMean
from rnnlab.tasks.signals import ComparedSums, Hold, PulseTrain
from rnnlab.tasks.task import Task

LENGTH = 5.0
"""Milliseconds that a click lasts, and that pass at least from one to the next on its side."""

HEIGHT = 2.0
"""Of a click: 1 where a time step is twice as long."""


@preset("Poisson clicks")
def poisson_clicks(
    *,
    fixation: Annotated[float, ms("Fixation", "Time before the first clicks.")] = 200.0,
    stimulus: Annotated[Range, ms("Stimulus", "How long clicks go on.", low=20)] = (100.0, 1200.0),
    response: Annotated[float, judged("Response", "How long the answer lasts.")] = 300.0,
    clicks: Annotated[
        float, Setting("Clicks", "1/s", 2, 80, 1, "stimulus", "In a second, both sides together.", 150)
    ] = 40.0,
    shares: Annotated[
        Numbers, Setting("Shares", "", 0.5, 1, 0.005, "stimulus", "Of the clicks on the side that has more.", 0.995)
    ] = (0.65, 0.775, 0.925, 0.975),
    noise: NoiseLevel = 0.01,
) -> Task:
    """Two trains of clicks come at random times, one on the left and one on the right, for a time that cannot be
    foretold. When they end, the animal has to turn to the side that has had more: it must count, or add up, every
    click, since none of them tells the answer alone.

    As the task of Brunton, Botvinick & Brody (2013): 40 clicks in a second on both sides together, and trials are right
    by the clicks that came, not by the rates behind them. The shares of the two sides (26:14, 31:9, 37:3 and 39:1), the
    time of fixation and that of the response are rnnlab's. A click lasts 5 ms and the next of its side comes 5 ms later
    at the earliest, but has the same area in steps of any length. Where both sides have had equally many (in 1 to 2 %
    of trials) left is right.
    """
    sparse, dense = (tuple(_gap(clicks * part(share)) for share in shares) for part in (lambda s: 1 - s, lambda s: s))
    train = PulseTrain(HEIGHT, LENGTH, LENGTH, signs="positive", same_area=True, epochs=("stimulus",))
    right = ComparedSums("right", ">", minus="left", epochs=("response",))
    return Task(
        name="poisson_clicks",
        description="Turn to the side that has had more clicks.",
        source="Brunton, Botvinick & Brody 2013, Science 340",
        factors=(
            Factor("side", Choice((0, 1))),
            Factor("ratio", Choice(tuple(range(len(shares))))),
            Factor("sparse", Lookup("ratio", sparse)),
            Factor("dense", Lookup("ratio", dense)),
            Factor("left_gap", Lookup("side", ("dense", "sparse"))),
            Factor("right_gap", Lookup("side", ("sparse", "dense"))),
        ),
        epochs=(
            Epoch("fixation", lasting((fixation, fixation))),
            Epoch("stimulus", lasting(stimulus)),
            Epoch("response", lasting((response, response)), scored=True),
        ),
        inputs=(
            line("left", train.replace(gap="left_gap"), noise=noise),
            line("right", train.replace(gap="right_gap"), noise=noise),
            line("fixation", Hold(1.0, epochs=("fixation", "stimulus")), noise=noise),
        ),
        outputs=(
            Channel("left", (right.replace(operator="<="),)),
            Channel("right", (right,)),
        ),
        scoring=LargestMean(),
    )


def _gap(rate: float) -> float:
    """The mean waiting time (ms) on top of the refractory one for so many clicks in a second."""
    return 1000 / rate - LENGTH
