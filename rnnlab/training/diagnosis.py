"""Where a training that diverged began to, and what usually helps."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.training.learner import Learner
from rnnlab.training.noise import Noise
from rnnlab.training.trials import Trials


class Diagnosis(NamedTuple):
    """``began``: the first number that was not finite; ``remedy``: what usually helps."""

    began: str
    remedy: str


GROWS = "lower the learning rate or the gradient clip, or start from a smaller spectral radius"
BACKWARD = "lower the gradient clip or the learning rate, shorten the trials, or start from a smaller spectral radius"
INPUTS = "look at the task: its inputs, targets and mask must be finite, and something must be scored"
LOSS = "look at the loss: it is not finite although the outputs are; lower the learning rate if they are huge"


HUGE = 1e-3
"""Share of the largest number whose square is one from which on outputs, not the loss, are to blame."""


def diagnose(learner: Learner, trials: Trials, noise: Noise | None) -> Diagnosis:
    """Go through the trials once more, as the network is, and find what is not finite first."""
    for name, array in learner.parameters.raw.items():
        if not bool(torch.isfinite(array).all()):
            return Diagnosis(f"parameters {name}", GROWS)
    for name, array in (("inputs", trials.inputs), ("targets", trials.targets), ("mask", trials.mask)):
        if not bool(torch.isfinite(array).all()):
            return Diagnosis(f"{name} of the task", INPUTS)
    outputs, rates = learner.survey(trials, noise)
    if (place := _first(rates)) is not None:
        step, trial, unit = place
        return Diagnosis(f"rate of unit {unit}, trial {trial}, {_time(learner, step)}", GROWS)
    if (place := _first(torch.from_numpy(outputs).transpose(0, 1))) is not None:
        step, trial, output = place
        return Diagnosis(f"output {output}, trial {trial}, {_time(learner, step)}", GROWS)
    z = torch.from_numpy(outputs).permute(2, 1, 0).to(trials.targets.device)
    if not bool(torch.isfinite(learner.loss(z, trials.targets, trials.mask))):
        largest = float(z.abs().max())
        huge = largest > HUGE * torch.finfo(z.dtype).max ** 0.5
        return Diagnosis(f"the loss; outputs go up to {largest:.2g}", GROWS if huge else LOSS)
    return Diagnosis(f"the gradients, not the rates, which go up to {float(rates.abs().max()):.2g}", BACKWARD)


def _first(values: Tensor) -> tuple[int, int, int] | None:
    """Step, trial and channel of the first number that is not finite, in the order of steps."""
    wrong = (~torch.isfinite(values)).nonzero()
    return None if not len(wrong) else (int(wrong[0][0]), int(wrong[0][1]), int(wrong[0][2]))


def _time(learner: Learner, step: int) -> str:
    return f"step {step} ({step * learner.network.dt:g} ms)"
