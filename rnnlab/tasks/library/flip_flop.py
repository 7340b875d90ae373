"""The n-bit flip-flop: remember the sign of the last pulse on every channel."""

from __future__ import annotations

from typing import Annotated

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Constant
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.presets import Setting, preset
from rnnlab.tasks.scoring import WithinTolerance
from rnnlab.tasks.signals import LastPulse, Noise, PulseTrain
from rnnlab.tasks.task import Task

NAME = "flip_flop"


@preset("Flip-flop")
def flip_flop(
    *,
    n_bits: Annotated[int, Setting("Bits", "", 1, 6, 1, "stimulus", "How many channels are remembered.", limit=64)] = 3,
    trial: Annotated[float, Setting("Whole trial", "ms", 10, 6000, 50, "epochs", "Length of a trial.")] = 1000.0,
    pulse: Annotated[float, Setting("Pulse", "ms", 10, 500, 10, "stimulus", "How long a pulse lasts.")] = 100.0,
    refractory: Annotated[
        float,
        Setting("Refractory time", "ms", 10, 1000, 10, "stimulus", "Least time from one pulse's onset to the next."),
    ] = 100.0,
    gap: Annotated[
        float, Setting("Mean gap", "ms", 10, 2000, 10, "stimulus", "Mean of the random waiting time on top of that.")
    ] = 170.0,
    amplitude: Annotated[float, Setting("Amplitude", "", 0.05, 2, 0.05, "stimulus", "Height of a pulse.")] = 1.0,
    noise: Annotated[
        float,
        Setting("Input noise", "", 0, 0.5, 0.005, "noise", "Standard deviation of a leaky unit (100 ms) driven by it."),
    ] = 0.0,
    tolerance: Annotated[
        float, Setting("Tolerance", "", 0.05, 1, 0.05, "trial", "How far from its target an output may be.")
    ] = 0.5,
    grace: Annotated[
        float, Setting("Grace", "ms", 0, 500, 10, "trial", "Time after each change of a target that is not judged.")
    ] = 80.0,
) -> Task:
    """Positive and negative pulses arrive on each channel at random times; each output holds the sign of the last pulse
    on its channel (0 before the first). Learned with 2 to the power n stable states: discrete memory.

    Pulses as in trainRNNbrain at its published setting of 10 time constants a trial, one time constant being 100 ms,
    with signs that follow the seed. Its rate of 6 pulses a trial makes a mean gap of 167 ms, here rounded to 170; as
    the refractory time of 100 ms comes on top of every gap, about 3.5 pulses come on a channel, there as here. Scored
    here by the fraction of steps within the tolerance.
    """
    _check_timing(trial, pulse, refractory, grace)
    bits = range(n_bits)
    train = PulseTrain(amplitude, length=pulse, refractory=refractory, gap=gap)
    return Task(
        name=NAME,
        description="Hold the sign of the last pulse on every channel.",
        source="Sussillo & Barak 2013, Neural Computation 25(3)",
        epochs=(Epoch("memory", Constant(trial), scored=True),),
        inputs=tuple(Channel(f"pulses_{i}", (train, Noise(noise))) for i in bits),
        outputs=tuple(Channel(f"bit_{i}", (LastPulse(f"pulses_{i}"),)) for i in bits),
        scoring=WithinTolerance(tolerance, grace=grace),
    )


def _check_timing(trial: float, pulse: float, refractory: float, grace: float) -> None:
    if refractory < pulse:
        raise SpecError(
            f"{NAME}.refractory",
            f"{refractory:g} ms is shorter than a pulse of {pulse:g} ms, so that pulses would overlap",
            value=refractory,
            remedy=f"give at least {pulse:g} ms, or shorten the pulse",
        )
    most = min(refractory, trial)
    if grace >= most:
        raise SpecError(
            f"{NAME}.grace",
            f"{grace:g} ms may leave nothing to judge",
            value=grace,
            remedy=f"give less than {most:g} ms (refractory time and trial must be longer)",
        )
