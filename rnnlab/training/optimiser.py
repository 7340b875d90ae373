"""What an optimiser is to a learner, and which one an experiment asks for."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from rnnlab.runs import optimisers as kinds
from rnnlab.training.adam import Adam
from rnnlab.training.flat import FlatParameters
from rnnlab.training.sgd import SGD


class Optimiser(Protocol):
    """Turns gradients into steps, in place on a vector of parameters.

    Attributes:
        count: steps done.
    """

    count: int

    @property
    def vectors(self) -> dict[str, Tensor]:
        """What it remembers from step to step, each as long as the parameters, by the name that a run's folder uses."""
        ...

    def step(self, gradient: Tensor, learning_rate: float) -> None:
        """Move the parameters by one step against ``gradient``."""
        ...


def optimiser_for(kind: kinds.AnyOptimiser, parameters: FlatParameters) -> Optimiser:
    """The optimiser that a description asks for, at its beginning."""
    match kind:
        case kinds.Adam():
            return Adam(parameters.values, (kind.mean_decay, kind.square_decay), kind.epsilon)
        case kinds.AdamW():
            decay = kind.decay * _trained(parameters)
            return Adam(parameters.values, (kind.mean_decay, kind.square_decay), kind.epsilon, decay)
        case kinds.SGD():
            return SGD(parameters.values, kind.momentum, kind.nesterov)


def _trained(parameters: FlatParameters) -> Tensor:
    """1 where a parameter is trained, 0 where it stays as it is."""
    flags = torch.zeros_like(parameters.values)
    for name, part in parameters.named(flags).items():
        part.fill_(float(parameters.raw[name].requires_grad))
    return flags


def clip(parameters: FlatParameters, norm: float, limit: float, per: str) -> None:
    """Shorten the gradient to a norm of ``limit``: the whole of it, or each array by itself; 0 leaves it.

    Args:
        parameters: whose gradient is shortened, in place.
        norm: Euclidean norm of the whole gradient.
        limit: the largest allowed.
        per: ``"whole"`` or ``"array"``.
    """
    if not limit or norm <= limit:
        return
    if per == "whole":
        parameters.gradient.mul_(limit / norm)
        return
    for part in parameters.named(parameters.gradient).values():
        own = float(torch.linalg.vector_norm(part))
        if own > limit:
            part.mul_(limit / own)
